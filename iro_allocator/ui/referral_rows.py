"""Who waits, what is suggested for them and why, as the Referrals page shows it. Values, no Qt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iro_allocator.briefing import days_waiting, families
from iro_allocator.caseload import Caseloads
from iro_allocator.domain import BOTH, CASE_TYPES, CP, Case, Scheme, Snapshot
from iro_allocator.solver.terms import TERMS

if TYPE_CHECKING:
    from iro_allocator.solver.proposal import Move, Proposal

Key = tuple[str, ...]
"""Which referral is the same one later: the references of its children."""

WORTH_SHOWING = 0.05
"""Points below which a difference is shown as none."""

MOST_TERMS = 6
"""Columns of terms that can be read side by side."""


@dataclass(frozen=True, slots=True)
class Referral:
    """One family (or child) without an IRO, with what is suggested for it, if anything yet.

    `siblings` are brothers and sisters who have an IRO, `days` working days without one. `nobody` gives
    every IRO's reason when no one may take them, else None. `accepted`: ticked, to be allocated as suggested.
    """

    cases: tuple[Case, ...]
    siblings: int
    days: int | None
    weight: float
    parts: tuple[str, ...]
    complexity: str
    about: str
    move: Move | None = None
    nobody: Mapping[str, str] | None = None
    accepted: bool = False

    @property
    def key(self) -> Key:
        """The children's references."""
        return tuple(case.id for case in self.cases)

    @property
    def name(self) -> str:
        """The family's key, or the child's reference."""
        return self.cases[0].family or self.cases[0].id

    @property
    def type(self) -> str:
        """LAC, CP, both at once (LAC + CP), or what there is among the children (CP, LAC)."""
        found = {"LAC + CP" if case.type == BOTH else case.type for case in self.cases}
        return ", ".join(sorted(found))

    @property
    def miles(self) -> float | None:
        """The farthest placement, None when none is known."""
        return max((c.placement_miles for c in self.cases if c.placement_miles is not None), default=None)

    @property
    def placed(self) -> str:
        """How far from home, and whether out of area; nothing for children who live at home on a plan."""
        looked_after = [case for case in self.cases if case.type != CP]
        if not looked_after:
            return ""
        said = "unknown" if self.miles is None else f"{self.miles:.0f} mi"
        return f"{said}, out" if any(case.out_of_area for case in looked_after) else said


def referrals(
    snapshot: Snapshot,
    loads: Caseloads,
    proposal: Proposal | None = None,
    refused: Collection[Key] = (),
) -> tuple[Referral, ...]:
    """Everybody who waits, who has waited longest first; as the proposal takes them together, if there is one."""
    waiting = {case.id: case for case in loads.waiting}
    moves = {move.cases: move for move in proposal.moves} if proposal else {}
    nobody = {tuple(case.id for case in w.unit.cases): w.reasons for w in proposal.waiting} if proposal else {}
    units: list[Key] = [*moves, *nobody] if proposal else _by_family(loads.waiting)
    with_iro: dict[str, int] = {}
    for cases in loads.by_iro.values():
        for case in cases:
            with_iro[case.family] = with_iro.get(case.family, 0) + 1
    found = []
    for unit in units:
        cases = tuple(waiting[case] for case in unit)
        days = [waited for case in cases if (waited := days_waiting(case, loads)) is not None]
        found.append(
            Referral(
                cases=cases,
                siblings=with_iro.get(cases[0].family, 0) if cases[0].family else 0,
                days=max(days, default=None),
                weight=sum(loads.weights[case.id].value for case in cases),
                parts=tuple(f"{case.id}: {loads.weights[case.id]}" for case in cases),
                complexity=complexity(cases, loads.settings.scheme),
                about="\n".join(_about(case, snapshot, loads) for case in cases),
                move=moves.get(unit),
                nobody=nobody.get(unit),
                accepted=unit in moves and unit not in refused,
            )
        )
    return tuple(sorted(found, key=lambda row: (-(row.days if row.days is not None else -1), row.name, row.key)))


def _by_family(waiting: Collection[Case]) -> list[Key]:
    groups: dict[str, list[str]] = {}
    for case in waiting:
        groups.setdefault(f"\0{case.id}" if case.separate or not case.family else case.family, []).append(case.id)
    return [tuple(group) for group in groups.values()]


def who(referral: Referral, loads: Caseloads) -> str:
    """“child, 7 (2 siblings)”, “4 children, 0 to 9”, “unborn child”."""
    ages = [age for case in referral.cases if (age := _age(case, loads)) is not None]
    if len(referral.cases) > 1:
        said = f"{len(referral.cases)} children"
        if ages:
            said += f", {min(ages)}" if min(ages) == max(ages) else f", {min(ages)} to {max(ages)}"
    elif referral.cases[0].born is None and referral.cases[0].expected:
        said = "unborn child"
    else:
        said = f"child, {ages[0]}" if ages else "child"
    if referral.siblings:
        said += f" ({referral.siblings} sibling{'s' if referral.siblings > 1 else ''})"
    return said


def _age(case: Case, loads: Caseloads) -> int | None:
    if case.born is None:
        return None
    day = loads.day
    return day.year - case.born.year - ((day.month, day.day) < (case.born.month, case.born.day))


def complexity(cases: Collection[Case], scheme: Scheme) -> str:
    """The factors of these children in few words; “standard” when there are none."""
    known = {factor.key: factor.label for factor in scheme.factors}
    found = {key for case in cases for key in case.factors if key in known}
    return ", ".join(short_factor(key, known[key]) for key in known if key in found) or "standard"


def short_factor(key: str, label: str) -> str:
    """A factor's short name: its key, in capitals where it is made of the label's first letters (UASC)."""
    initials = "".join(word[0] for word in label.replace("-", " ").split())
    if key.lower() == initials.lower():
        return key.upper()
    return key if key.isalpha() else label


def _about(case: Case, snapshot: Snapshot, loads: Caseloads) -> str:
    """One child in a line: who, type, since when, what must be known."""
    said = [f"{case.id} {case.name}".strip(), CASE_TYPES[case.type]]
    age = _age(case, loads)
    if age is not None:
        said.insert(1, f"aged {age}")
    if case.opened:
        said.append(f"since {case.opened.day} {case.opened:%b %Y}")
    known = {factor.key: factor.label for factor in loads.settings.scheme.factors}
    said += [known[key] for key in case.factors if key in known]
    if case.requires:
        said.append(f"needs {', '.join(case.requires)}")
    if case.prefers:
        said.append(f"would like {', '.join(case.prefers)}")
    former = list(
        dict.fromkeys(
            snapshot.iro[row.iro].name
            for row in reversed(snapshot.allocations_by_case.get(case.id, ()))
            if row.iro in snapshot.iro
        )
    )
    if former:
        said.append(f"had {' and '.join(former)} before")
    return ", ".join(said)


def because(referral: Referral, snapshot: Snapshot) -> str:
    """Why the IRO who stands beside it: their name is left out where a reason begins with it."""
    move = referral.move
    if move is None:
        return "nobody may take them as things are: each IRO's reason is below" if referral.nobody is not None else ""
    if move.choice:
        return f"your choice: {move.choice}"
    name = snapshot.iro[move.after].name
    return "; ".join(reason.removeprefix(f"{name} ") for reason in move.reasons)


def summary(rows: Collection[Referral]) -> str:
    """“4 families, 7 children without an IRO”."""
    cases = [case for row in rows for case in row.cases]
    count = families(cases)
    return (
        f"{count} {'family' if count == 1 else 'families'}, "
        f"{len(cases)} {'child' if len(cases) == 1 else 'children'} without an IRO"
    )


def how_solved(proposal: Proposal, loads: Caseloads) -> str:
    """How the suggestion came about and how good it is known to be; what the service is short of."""
    result = proposal.result
    how = f"stopped after {result.seconds:.1f} s" if result.stopped else f"solved in {result.seconds:.2f} s"
    said = f"suggestion {how}, {result.words}"
    if result.short_fte > 0:
        said += f" · short by {result.short_fte:.2f} FTE of the limit of {loads.settings.limit_per_fte:g} per FTE"
    return said


# Why this IRO


@dataclass(frozen=True, slots=True)
class Choice:
    """One IRO for a referral: what it would make against the one who has it in the proposal.

    `differences` are points by term, more (+) or fewer (−), and sum to `difference`; lower is better.
    `state` is “suggested”, “your choice” or "" ; `cannot` the reason why they may not.
    """

    iro: str
    name: str
    interim: bool = False
    share_after: float | None = None
    differences: Mapping[str, float] = field(default_factory=dict)
    charges: Mapping[str, float] = field(default_factory=dict)
    difference: float | None = None
    cannot: str = ""
    state: str = ""
    here: bool = False
    """Whether the proposal, with the person's own choices, gives the referral to this IRO."""


def choices(referral: Referral, snapshot: Snapshot) -> tuple[Choice, ...]:
    """Every IRO for a referral: who has it, the others from the best, then those who cannot."""
    move = referral.move
    if move is None:
        named = [Choice(iro, snapshot.iro[iro].name, cannot=reason) for iro, reason in (referral.nobody or {}).items()]
        return tuple(sorted(named, key=lambda choice: choice.name))
    first = move.candidates[0]
    found = []
    for candidate in move.candidates:
        here = candidate.iro == move.after
        state = "suggested" if candidate.iro == move.suggested else "your choice" if here else ""
        found.append(
            Choice(
                iro=candidate.iro,
                name=snapshot.iro[candidate.iro].name,
                interim=snapshot.iro[candidate.iro].employment == "interim",
                share_after=candidate.share_difference,
                differences={key: charge - first.charges[key] for key, charge in candidate.charges.items()},
                charges=candidate.charges,
                difference=None if candidate.cannot else candidate.difference,
                cannot=candidate.cannot or "",
                state=state,
                here=here,
            )
        )
    return tuple(found)


def terms_that_matter(found: Collection[Choice]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The terms by which the IROs who may take a referral differ, in the order of TERMS.

    Those to show one by one, and the smallest of them to show together when there are too many to read.
    """
    most = {
        term.key: max((abs(c.differences.get(term.key, 0.0)) for c in found if not c.cannot), default=0.0)
        for term in TERMS
    }
    matter = [key for key, points in most.items() if points >= WORTH_SHOWING]
    if len(matter) <= MOST_TERMS:
        return tuple(matter), ()
    large = set(sorted(matter, key=lambda key: -most[key])[: MOST_TERMS - 1])
    return tuple(key for key in matter if key in large), tuple(key for key in matter if key not in large)


def signed(points: float | None) -> str:
    """Points more or fewer, with a real minus: +4.5, −0.4, +195, 0; – for nothing."""
    if points is None:
        return "–"
    if abs(points) < WORTH_SHOWING:
        return "0"
    size = f"{abs(points):,.0f}" if abs(points) >= 99.95 else f"{abs(points):.1f}"
    return f"{'+' if points > 0 else '−'}{size}"
