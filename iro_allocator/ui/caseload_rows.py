"""The lines of one caseload, without Qt: families and children, filtered, ordered, folded, with their marks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import fsum
from typing import TYPE_CHECKING, Any

from iro_allocator.caseload import IroLoad
from iro_allocator.coming import next_iro
from iro_allocator.diary import review_due
from iro_allocator.domain import BANDS, BOTH, Allocation, Case, Iro, Snapshot
from iro_allocator.ui.must_move import barred_pairs, wrong_with

if TYPE_CHECKING:
    from iro_allocator.workspace import World

MUST = "must move"
"""The mark of a child who cannot keep the IRO they have."""

ORDERS = ("family", "child", "type", "placed", "weight", "since", "review", "notes")
"""What the lines of a caseload can be ordered by."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a caseload: a child, or the heading of a family with several children there.

    `cases` are the children it stands for. `together` is how long they have been with this IRO,
    `review` when the next review is due. `marks` are (word, explanation).
    """

    family: str
    cases: tuple[Case, ...]
    heads: bool
    below: bool
    folded: bool
    weight: float
    parts: str
    since: date | None
    together: str
    review: date | None
    overdue: bool
    marks: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """What makes this line the same one later."""
        return f"family {self.family}" if self.heads else self.cases[0].id

    @property
    def ids(self) -> tuple[str, ...]:
        """The references of the children."""
        return tuple(case.id for case in self.cases)

    @property
    def family_words(self) -> str:
        """The family, with a sign that says whether its children are shown below."""
        if self.heads:
            return f"{'▸' if self.folded else '▾'} {self.family}"
        return f"\u2003{self.family}" if self.below else self.family

    @property
    def child_words(self) -> str:
        """The child's reference, or how many children."""
        return f"{len(self.cases)} children" if self.heads else self.cases[0].id

    @property
    def type_words(self) -> str:
        """LAC, CP, both, or what there is in the family."""
        return ", ".join(sorted({"both" if case.type == BOTH else case.type for case in self.cases}, reverse=True))

    @property
    def placed_words(self) -> str:
        """How far away the child is placed; "" where nothing is known."""
        return "" if self.heads else placed(self.cases[0])

    @property
    def note_words(self) -> str:
        """Pinned, barred, cover, split in words, then what makes the case ask for more."""
        factors = () if self.heads else self.cases[0].factors
        return ", ".join((*(word for word, _ in self.marks), *map(plain, factors)))

    @property
    def must(self) -> bool:
        """Whether the child needs another IRO."""
        return any(word == MUST for word, _ in self.marks)

    def notes(self, labels: Mapping[str, str]) -> str:
        """The same in full, one a line; `labels` are the factors' own."""
        factors = () if self.heads else self.cases[0].factors
        return "\n".join((*(note for _, note in self.marks), *(labels.get(key, key) for key in factors)))


def plain(key: str) -> str:
    """A factor or skill as a manager writes it: they are kept in small letters."""
    return {"uasc": "UASC", "bsl": "BSL"}.get(key, key)


_BANDS: Mapping[str, str] = {"in": "", "near": "under 20 mi", "20": "20–50 mi", "50": "over 50 mi"}


def placed(case: Case) -> str:
    """How far from home a child is placed: “31 mi”, the band where the miles are unknown, else “? mi” out of area."""
    if case.placement_miles is None:
        return _BANDS[case.distance_band] if case.distance_band else "? mi" if case.out_of_area else ""
    return f"{case.placement_miles:.0f} mi"


def placed_note(case: Case) -> str:
    """The placement in full."""
    where = "address confidential" if case.confidential else case.placement_postcode
    if case.placement_miles is None and case.distance_band:
        return " · ".join(part for part in (where, BANDS[case.distance_band]) if part)
    miles = "distance not known" if case.placement_miles is None else f"{case.placement_miles:.1f} miles from home"
    return " · ".join(part for part in (where, miles, "out of area" * case.out_of_area) if part)


def together(since: date | None, day: date) -> str:
    """How long a child has been with an IRO: “3 y 2 m”, “5 m”, “12 d”; "" when not known."""
    if since is None:
        return ""
    months = (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day)
    if months < 1:
        return f"{max(0, (day - since).days)} d"
    years, months = divmod(months, 12)
    return " ".join(part for part in (f"{years} y" * bool(years), f"{months} m" * bool(months)) if part)


def of_type(case: Case, type_: str) -> bool:
    """Whether a child is looked after (LAC), or on a plan (CP); "" = either."""
    return not type_ or case.type in (type_, BOTH)


def matches(case: Case, words: str) -> bool:
    """Whether each of these words stands in something about the child."""
    text = "\n".join((case.id, case.family, case.name, case.placement_postcode, *map(plain, case.factors))).lower()
    return all(word in text for word in words.lower().split())


def shown_cases(world: World, iro: str, type_: str = "", words: str = "") -> tuple[Case, ...]:
    """The children of an IRO that pass the filters; words that name the IRO pass them all."""
    named = bool(words) and matches_iro(world.snapshot.iro[iro], words)
    cases = world.loads.by_iro.get(iro, ())
    return tuple(case for case in cases if of_type(case, type_) and (named or matches(case, words)))


def matches_iro(iro: Iro, words: str) -> bool:
    """Whether each of these words stands in an IRO's name."""
    return all(word in iro.name.lower() for word in words.lower().split())


def is_shown(world: World, load: IroLoad, *, type_: str = "", team: str = "", words: str = "") -> bool:
    """Whether an IRO passes the filters: their team, the type they take or have, their name or children."""
    if team and load.iro.team != team:
        return False
    if type_ and type_ not in load.iro.takes and not shown_cases(world, load.iro.id, type_):
        return False
    return not words or matches_iro(load.iro, words) or bool(shown_cases(world, load.iro.id, type_, words))


def lines(
    world: World,
    iro: str,
    *,
    type_: str = "",
    words: str = "",
    order: str = "family",
    descending: bool = False,
    folded: Collection[str] = (),
) -> tuple[Line, ...]:
    """The caseload of an IRO as lines: families with several children under a heading, in an order.

    Children are ordered within their family, families by their sum (weight), their earliest date or their
    first child; what is not known comes last. `folded` families show their heading alone.
    """
    marks = _Marks(world, iro)
    families: dict[str, list[Line]] = {}
    for case in shown_cases(world, iro, type_, words):
        families.setdefault(case.family or f"\0{case.id}", []).append(_child(world, case, marks))
    groups = []
    for family, children in families.items():
        ordered = _ordered(children, order, descending)
        if len(ordered) > 1:
            heading = _family(family, ordered, folded=family in folded, day=world.day)
            groups.append((heading, *(() if heading.folded else ordered)))
        else:
            groups.append((replace(ordered[0], below=False),))
    first = {group[0].key: group for group in groups}
    return tuple(line for head in _ordered([g[0] for g in groups], order, descending) for line in first[head.key])


def _ordered(found: Sequence[Line], order: str, descending: bool) -> list[Line]:
    def value(line: Line) -> Any:
        return {
            "family": line.family or None,
            "child": line.ids[0],
            "type": line.type_words,
            "placed": None if line.heads else line.cases[0].placement_miles,
            "weight": line.weight,
            "since": line.since,
            "review": line.review,
            "notes": line.note_words or None,
        }[order]

    by_id = sorted(found, key=lambda line: line.ids)
    known = sorted((line for line in by_id if value(line) is not None), key=value, reverse=descending)
    return known + [line for line in by_id if value(line) is None]


def _child(world: World, case: Case, marks: _Marks) -> Line:
    row = world.snapshot.allocation_on(case.id, world.day)
    weight = world.loads.weights[case.id]
    review = review_due(case, world.loads.settings.closure_days)
    return Line(
        family=case.family,
        cases=(case,),
        heads=False,
        below=True,
        folded=False,
        weight=weight.value,
        parts=str(weight),
        since=row.start if row else None,
        together=together(row.start if row else None, world.day),
        review=review,
        overdue=review is not None and review < world.day,
        marks=marks.of(case, row),
    )


def _family(family: str, children: Sequence[Line], *, folded: bool, day: date) -> Line:
    starts = [line.since for line in children if line.since]
    reviews = [line.review for line in children if line.review]
    since, review = min(starts, default=None), min(reviews, default=None)
    every = dict.fromkeys(mark for line in children for mark in line.marks) if folded else {}
    parts = [f"{line.ids[0]}: {line.parts}" for line in children]
    return Line(
        family=family,
        cases=tuple(sorted((case for line in children for case in line.cases), key=lambda case: case.id)),
        heads=True,
        below=False,
        folded=folded,
        weight=round(fsum(line.weight for line in children), 3),
        parts="\n".join(parts),
        since=since,
        together=together(since, day),
        review=review,
        overdue=review is not None and review < day,
        marks=tuple(every),
    )


class _Marks:
    """What is to be known about a child beside the figures, for one IRO's children."""

    def __init__(self, world: World, iro: str) -> None:
        self._world, self._iro = world, iro
        self._names = {each.id: each.name for each in world.snapshot.iro.values()}
        self._barred = barred_pairs(world.snapshot)
        self._apart: dict[str, list[str]] = {}
        for pair in world.snapshot.apart.values():
            self._apart.setdefault(pair.case, []).append(pair.other)
            self._apart.setdefault(pair.other, []).append(pair.case)
        self._elsewhere: dict[str, dict[str, list[str]]] = {}
        for other, cases in world.loads.by_iro.items():
            for case in cases if other != iro else ():
                if case.family:
                    self._elsewhere.setdefault(case.family, {}).setdefault(other, []).append(case.id)

    def of(self, case: Case, row: Allocation | None) -> tuple[tuple[str, str], ...]:
        """(word, explanation) of every mark of a child."""
        return tuple(self._found(case, row))

    def _found(self, case: Case, row: Allocation | None) -> Iterable[tuple[str, str]]:
        here = self._names[self._iro]
        if row and row.pinned:
            yield "pinned", f"Pinned to {here}" + (f": {row.pin_reason}" if row.pin_reason else "")
        if reason := wrong_with(self._barred, self._world.snapshot.iro[self._iro], case):
            yield MUST, f"{here} {reason}"
        if cover := self._world.snapshot.cover_on(case.id, self._world.day):
            who, back = self._names.get(cover.iro, cover.iro), self._world.snapshot.cover_ends(cover)
            until = f" until {_say(back)}" if back else ""
            note = f"{who} covers since {_say(cover.start)}{until}"
            yield f"cover: {who}", note + (f": {cover.reason}" if cover.reason else "")
        if later := next_iro(self._world.snapshot, case.id, self._world.day):
            who = self._names.get(later.iro, later.iro)
            yield f"→ {who} {later.start.day} {later.start:%b}", f"{who} has them from {_say(later.start)}"
        for other, siblings in self._elsewhere.get(case.family, {}).items() if case.family else ():
            note = f"{', '.join(sorted(siblings))} of the same family: with {self._names.get(other, other)}"
            yield "split", note
        if case.separate:
            why = f": {case.separate_reason}" if case.separate_reason else ""
            yield "separate", f"May have another IRO than the family{why}"
        for other in self._apart.get(case.id, ()):
            yield "apart", f"Never with the same IRO as {other}"


# Who moves together


def family_of(shown: Iterable[Case], chosen: Iterable[str]) -> tuple[str, ...]:
    """The children who move when these are chosen: their families, but for who is marked separate.

    `shown` are the children of the IRO they are with; brothers and sisters elsewhere stay where they are.
    """
    here = {case.id: case for case in shown}
    picked = [here[key] for key in chosen if key in here]
    families = {case.family for case in picked if case.family and not case.separate}
    ids = {case.id for case in picked}
    ids |= {case.id for case in here.values() if case.family in families and not case.separate}
    return tuple(sorted(ids))


def called(snapshot: Snapshot, cases: Sequence[str]) -> str:
    """Children as a manager calls them: “C-10300”, “Fam-2100 (3 children)”, “2 families (5 children)”."""
    if len(cases) == 1:
        return cases[0]
    families = {snapshot.case[key].family or key for key in cases}
    who = next(iter(families)) if len(families) == 1 else f"{len(families)} families"
    return f"{who} ({len(cases)} children)"


def _say(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
