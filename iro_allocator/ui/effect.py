"""Effect: what moving children to an IRO would do to both IROs and in points, and the step that does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any

from iro_allocator import allocating, caseload
from iro_allocator.briefing import signed_percent
from iro_allocator.caseload import share_difference
from iro_allocator.edits import Step
from iro_allocator.errors import Explained
from iro_allocator.solver.terms import BY_KEY
from iro_allocator.ui.caseload_rows import called

if TYPE_CHECKING:
    from iro_allocator.solver.score import Candidate
    from iro_allocator.workspace import World

WORTH_SAYING = 0.05
"""Points that are written as 0.0 say nothing."""

BY_HAND = "reallocated by hand"
"""The reason kept with an allocation when the person gave none."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two IROs before and after: children, load, against share and limit."""

    iro: str
    name: str
    children: int
    children_after: int
    load: float
    load_after: float
    share: float
    over_limit: float
    limit_counts: str

    @property
    def difference(self) -> float | None:
        """The share difference after, None without a share."""
        return share_difference(self.load_after, self.share)

    @property
    def words(self) -> str:
        """“K. Moss: 38 → 35 children, load 36.9 → 33.5 of 38.2, −12%”."""
        before = "" if self.children == self.children_after else f"{self.children} → "
        children = f"{before}{self.children_after} {'child' if self.children_after == 1 else 'children'}"
        said = [
            f"{self.name}: {children}",
            f"load {self.load:.1f} → {self.load_after:.1f}" + (f" of {self.share:.1f}" if self.share else ""),
        ]
        if self.difference is not None:
            said.append(signed_percent(self.difference))
        if self.over_limit > 0.05:
            counted = "" if self.limit_counts == "load" else " children"
            said.append(f"{self.over_limit:.1f}{counted} over the limit")
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class Effect:
    """These children going from one IRO to another; everything else stays as it is.

    `points` is the change of all charges, lower is better, with its parts by term key; None where the
    solver has no plan to compare with. `cannot` is the sentence of the rule against it, "" when none is.
    """

    cases: tuple[str, ...]
    who: str
    giving: Side | None
    taking: Side
    points: float | None
    terms: Mapping[str, float]
    cannot: str

    @property
    def stays(self) -> bool:
        """Whether they are with this IRO already."""
        return self.giving is not None and self.giving.iro == self.taking.iro

    @property
    def title(self) -> str:
        """Who would go where."""
        if self.stays:
            return f"{self.who}: with {self.taking.name} already"
        giving = f" from {self.giving.name}" if self.giving else ""
        return f"{self.who}{giving} to {self.taking.name}"

    @property
    def sides(self) -> str:
        """Both IROs after, a line each."""
        if self.stays:
            return self.taking.words
        return "\n".join(side.words for side in (self.giving, self.taking) if side)

    @property
    def parts(self) -> tuple[tuple[str, float], ...]:
        """(label, points) of every term that changes, the largest first."""
        found = [(BY_KEY[key].label, amount) for key, amount in self.terms.items() if abs(amount) >= WORTH_SAYING]
        return tuple(sorted(found, key=lambda part: (-abs(part[1]), part[0])))

    @property
    def charge_words(self) -> str:
        """The difference in points term by term, in a sentence."""
        if self.points is None or self.stays:
            return ""
        if abs(self.points) < WORTH_SAYING:
            verdict = "As good as staying"
        else:
            verdict = f"{abs(self.points):.1f} points {'worse' if self.points > 0 else 'better'} than staying"
        parts = ", ".join(f"{label} {signed(amount)}" for label, amount in self.parts)
        return f"{verdict}: {parts}." if parts else f"{verdict}."

    @property
    def detail(self) -> dict[str, Any]:
        """What the history keeps beside the records: what was known when it was decided."""
        known: dict[str, Any] = {"from": self.giving.iro if self.giving else None, "to": self.taking.iro}
        if self.points is not None:
            known["points"] = round(self.points, 3)
            known["terms"] = {key: round(amount, 3) for key, amount in self.terms.items() if amount}
        if self.cannot:
            known["against"] = self.cannot
        return {"effect": known}


def signed(points: float) -> str:
    """Points with their sign: +36.5, −5.2, 0.0."""
    text = f"{abs(points):.1f}"
    return text if text == "0.0" else f"{'+' if points > 0 else '−'}{text}"


def effects(world: World, cases: Sequence[str], candidates: Iterable[Candidate]) -> dict[str, Effect]:
    """What giving these children to each IRO would do, in the order of the candidates.

    The children are with one IRO. A pinned child speaks against every move, as a barred one against one.
    """
    snapshot, found = world.snapshot, tuple(candidates)
    weight = round(fsum(world.loads.weights[key].value for key in cases), 3)
    rows = [row for key in cases if (row := snapshot.allocation_on(key, world.day))]
    here = rows[0].iro if rows else ""
    pinned = next((row for row in rows if row.pinned), None)
    staying = next((each.charges for each in found if each.iro == here), {})
    made = {}
    for each in found:
        stays = each.iro == here
        cannot = "" if stays or not each.cannot else f"{snapshot.iro[each.iro].name} {each.cannot}."
        if pinned and not stays:
            why = f": {pinned.pin_reason}" if pinned.pin_reason else ""
            cannot = f"{pinned.case} is pinned to {snapshot.iro[here].name}{why}."
        known = bool(staying and each.charges)
        made[each.iro] = Effect(
            cases=tuple(cases),
            who=called(snapshot, cases),
            giving=_side(world, here, 0 if stays else -len(cases), 0.0 if stays else -weight) if here else None,
            taking=_side(world, each.iro, 0 if stays else len(cases), 0.0 if stays else weight),
            points=each.difference if known else None,
            terms={key: amount - staying.get(key, 0.0) for key, amount in each.charges.items()} if known else {},
            cannot=cannot,
        )
    return made


def _side(world: World, iro: str, children: int, weight: float) -> Side:
    load, record = world.loads.of(iro), world.snapshot.iro[iro]
    now, count = (load.load, load.children) if load else (0.0, 0)
    most = caseload.limit(world.snapshot.iro_on(record, world.day), world.loads.settings)
    after = max(0.0, round(now + weight, 3))
    counts = world.loads.settings.limit_counts
    return Side(
        iro=iro,
        name=record.name,
        children=count,
        children_after=count + children,
        load=now,
        load_after=after,
        share=load.share if load else 0.0,
        over_limit=max(0.0, (after if counts == "load" else count + children) - most),
        limit_counts=counts,
    )


def step(world: World, effect: Effect, reason: str = "") -> Step:
    """The step that makes the move from today; against a rule only with a reason.

    Raises Explained when a rule speaks against it and no reason is given.
    """
    if effect.cannot and not reason.strip():
        raise Explained(effect.cannot, "To allocate anyway, say why; it is kept in the history.")
    giving = f" from {effect.giving.name}" if effect.giving else ""
    return Step(
        f"Move {effect.who}{giving} to {effect.taking.name}",
        allocating.allocate(world.snapshot, effect.cases, effect.taking.iro, world.day, reason.strip() or BY_HAND),
        reason=reason.strip(),
        detail=effect.detail,
    )
