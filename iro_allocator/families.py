"""Which children without a family may be brothers and sisters: proposed with reasons, for a person to confirm."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Any

from iro_allocator.domain import LAC, Case, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained

Pair = frozenset[str]
"""Two children by reference."""

LIKELY, POSSIBLE = 3.0, 2.0
"""So much must speak for two children being one family."""

MOST = 8
"""What more children than this have in common says nothing about any of them."""

_HOME_AND_NAME, _MOTHER, _PLAN, _NAME, _CONFERENCES, _HOME = 3.0, 3.0, 2.0, 1.0, 1.0, 1.5


@dataclass(frozen=True, slots=True)
class Clue:
    """What some children have in common, in words, and how much it speaks for one family."""

    words: str
    points: float


@dataclass(frozen=True, slots=True)
class Found:
    """A family that is proposed: its key, its children by reference, those of them who would get the key, and why.

    `sure`: whether the children are *likely* brothers and sisters, or possibly. `iros` are the names of the IROs
    whom they have today.
    """

    key: str
    cases: tuple[str, ...]
    joining: tuple[str, ...]
    reasons: tuple[str, ...]
    sure: bool
    iros: tuple[str, ...] = ()

    @property
    def pairs(self) -> frozenset[Pair]:
        """Every two of its children of whom one would join: what is remembered when it is refused."""
        return frozenset(
            frozenset(pair) for pair in combinations(self.cases, 2) if not self.joining_apart.issuperset(pair)
        )

    @property
    def joining_apart(self) -> frozenset[str]:
        """The children who are in the family already."""
        return frozenset(self.cases) - frozenset(self.joining)

    @property
    def words(self) -> str:
        """How sure, in a word."""
        return "likely" if self.sure else "possible"


def found(snapshot: Snapshot, day: date, refused: Collection[Pair] = frozenset()) -> tuple[Found, ...]:
    """The families that children without one may belong to on a day, the likeliest first.

    Two children join when enough speaks for it: the best-founded pairs first. Two families are never made one,
    nor children who must have different IROs, a mother and her child, or a pair that was `refused`.
    """
    cases = {case.id: case for case in snapshot.open_cases(day)}
    clues = _clues(cases.values())
    never = {frozenset((pair.case, pair.other)) for pair in snapshot.apart.values()} | set(refused)
    never |= {frozenset((case.id, case.mother)) for case in cases.values() if case.mother}
    groups = _Groups(cases, never)
    scores = {pair: sum(clue.points for clue in told) for pair, told in clues.items()}
    for pair in sorted(scores, key=lambda pair: (-scores[pair], sorted(pair))):
        if scores[pair] >= POSSIBLE:
            groups.join(*sorted(pair))
    proposals = [_proposal(snapshot, day, members, cases, clues, scores) for members in groups.made()]
    return tuple(sorted(proposals, key=lambda proposal: (not proposal.sure, proposal.cases)))


def _proposal(
    snapshot: Snapshot,
    day: date,
    members: Sequence[str],
    cases: Mapping[str, Case],
    clues: Mapping[Pair, Sequence[Clue]],
    scores: Mapping[Pair, float],
) -> Found:
    pairs = [pair for two in combinations(members, 2) if (pair := frozenset(two)) in scores]
    key = next((cases[case].family for case in members if cases[case].family), "")
    rows = (snapshot.allocation_on(case, day) for case in members)
    likely = _Groups(cases, frozenset())
    for pair in pairs:
        if scores[pair] >= LIKELY:
            likely.join(*sorted(pair))
    joining = tuple(case for case in members if not cases[case].family)
    return Found(
        key=key or free_key(snapshot, members[0]),
        cases=tuple(members),
        joining=joining,
        reasons=tuple(dict.fromkeys(clue.words for pair in pairs for clue in clues[pair])),
        sure=len({likely.of(case) for case in (*joining, *members[:1])}) == 1,
        iros=tuple(sorted({snapshot.iro[row.iro].name for row in rows if row and row.iro in snapshot.iro})),
    )


def free_key(snapshot: Snapshot, case: str) -> str:
    """A key for a new family, after its first child and like no other."""
    there = {other.family for other in snapshot.case.values()}
    key, number = f"Family of {case}", 1
    while key in there:
        number += 1
        key = f"Family of {case} ({number})"
    return key


def step(snapshot: Snapshot, confirmed: Iterable[tuple[Found, Collection[str]]]) -> Step:
    """One step that gives the confirmed children of each proposal its key. Raises Explained for a family of one."""
    edits: dict[str, Edit] = {}
    count = 0
    for proposal, chosen in confirmed:
        joining = [case for case in proposal.joining if case in chosen]
        if len(joining) + len(proposal.joining_apart) < 2:
            raise Explained(f"{proposal.key} would have one child.", "Choose two children or more, or refuse it.")
        if joining:
            count += 1
        for case in joining:
            before = snapshot.case[case]
            edits[case] = Edit(before, replace(before, family=proposal.key))
    children = f"{len(edits)} {'child' if len(edits) == 1 else 'children'}"
    families = f"{count} {'family' if count == 1 else 'families'}"
    return Step(f"Families: {children} in {families}", tuple(edits.values()), detail={"found": "family finder"})


def as_json(proposals: Iterable[Found]) -> dict[str, Any]:
    """Proposals as `families --json` writes them (format iro-allocator-families/1)."""
    return {
        "format": "iro-allocator-families/1",
        "families": [
            {
                "key": proposal.key,
                "children": list(proposal.cases),
                "joining": list(proposal.joining),
                "sure": proposal.words,
                "reasons": list(proposal.reasons),
                "iros": list(proposal.iros),
            }
            for proposal in proposals
        ],
    }


# -- what children have in common ------------------------------------------------------------------


def _clues(cases: Iterable[Case]) -> dict[Pair, list[Clue]]:
    """What every two children have in common, of whom one has no family; only what few have says anything."""
    alike: dict[tuple[Any, ...], list[Case]] = {}
    for case in cases:
        for key in _marks(case):
            alike.setdefault(key, []).append(case)
    told: dict[Pair, list[Clue]] = {}
    for (kind, *value), sharing in alike.items():
        if 2 <= len(sharing) <= MOST:
            clue = _clue(kind, *value)
            for one, other in combinations(sharing, 2):
                if not (one.family and other.family):
                    told.setdefault(frozenset((one.id, other.id)), []).append(clue)
    return {pair: _without_less(clues) for pair, clues in told.items()}


def _marks(case: Case) -> Iterator[tuple[Any, ...]]:
    """What may be shared with a brother or sister, each kind with its value."""
    surname = _surname(case.name)
    home = case.home_postcode
    if home and surname:
        yield "home and name", home, surname
    if home:
        yield "home", home
    if case.mother:
        yield "mother", case.mother
    if case.type != LAC and case.opened:
        yield "plan", case.opened, case.team
        if surname:
            yield "plan and name", case.opened, surname
    if case.last_review and case.next_review and case.team:
        yield "conferences", case.last_review, case.next_review, case.team


def _clue(kind: str, *value: Any) -> Clue:
    match kind:
        case "home and name":
            return Clue(f"same home postcode {value[0]} and surname", _HOME_AND_NAME)
        case "home":
            return Clue(f"same home postcode {value[0]}", _HOME)
        case "mother":
            return Clue(f"same mother {value[0]}", _MOTHER)
        case "plan":
            team = f", team {value[1]}" if value[1] else ""
            return Clue(f"on a plan since the same day {_said(value[0])}{team}", _PLAN if value[1] else _HOME)
        case "plan and name":
            return Clue("same surname, and on a plan since the same day", _NAME)
        case _:
            said = f"{_said(value[0])} and {_said(value[1])}"
            return Clue(f"reviews or conferences on the same days {said}", _CONFERENCES)


def _said(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _without_less(clues: list[Clue]) -> list[Clue]:
    """The clues, the home postcode not twice."""
    whole = any(clue.points == _HOME_AND_NAME and "surname" in clue.words for clue in clues)
    return [clue for clue in clues if not (whole and clue.words.startswith("same home") and clue.points == _HOME)]


def _surname(name: str) -> str:
    """The surname, in small letters; "" for a name of one word or initials."""
    last, comma, _ = name.partition(",")
    words = name.replace(".", " ").split()
    found = last.split()[-1] if comma and last.split() else words[-1] if len(words) > 1 else ""
    return found.casefold() if len(found) > 1 else ""


class _Groups:
    """Children put together two by two, as long as nothing speaks against any two of a group."""

    def __init__(self, cases: Mapping[str, Case], never: Collection[Pair]) -> None:
        self._never = never
        families: dict[str, list[str]] = {}
        for case in cases.values():
            families.setdefault(case.family or f"\0{case.id}", []).append(case.id)
        self._group = {case: members for members in families.values() for case in members}
        self._family = {id(members): not key.startswith("\0") for key, members in families.items()}
        self._grown: set[int] = set()

    def join(self, one: str, other: str) -> None:
        """Puts two children together with those they are with already."""
        first, second = self._group[one], self._group[other]
        if first is second or (self._family[id(first)] and self._family[id(second)]):
            return
        if len(first) + len(second) > 2 * MOST:
            return
        if any(frozenset((a, b)) in self._never for a in first for b in second):
            return
        into, gone = (first, second) if self._family[id(first)] else (second, first)
        into += gone
        self._grown.add(id(into))
        for case in gone:
            self._group[case] = into

    def of(self, case: str) -> int:
        """Which group a child is in."""
        return id(self._group[case])

    def made(self) -> list[list[str]]:
        """The groups that have come together, children by reference."""
        found = {id(group): group for group in self._group.values() if id(group) in self._grown}
        return [sorted(group) for group in found.values()]
