"""A Problem: everything an allocation is decided by on a day, validated, indexed and frozen.

IROs and cases stand in the order of their ids; arrays over IROs ("per IRO") follow `Problem.iros`.
Weights are whole millionths of a case equivalent inside, so that sums repeat exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from iro_allocator import caseload
from iro_allocator.domain import (
    BOTH,
    CP,
    DEFAULT_PRIORITIES,
    LAC,
    NEEDS,
    Allocation,
    CaseType,
    Employment,
    Iro,
    Place,
    Snapshot,
)
from iro_allocator.errors import Explained
from iro_allocator.solver.check import Checked, cannot, check
from iro_allocator.solver.pairs import METRES_A_MILE, Pairs
from iro_allocator.solver.rules import RULES

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Mode = Literal["referrals", "leavers", "rebalance"]
MODES: tuple[Mode, ...] = get_args(Mode)

MILLIONTHS = 1_000_000
RECENT_DAYS = 28
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The settings a problem is solved under; `weights` are points by term, `balance` the numéraire."""

    full_time_hours: float = 37.0
    limit_per_fte: float = 70.0
    limit_counts: Literal["load", "children"] = "load"
    weights: Mapping[str, float] = field(default_factory=lambda: {"balance": 1.0, **DEFAULT_PRIORITIES})
    miles_cap: float = 120.0
    review_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemIro:
    """One IRO as the solver sees them on the day; `available` is FTE after other duties and absence.

    `away` says why nobody may be given to an IRO with none available; `closed` why they take no child
    they do not have. Both are sentences that follow the name.
    """

    id: str
    name: str = ""
    contracted_hours: float = 37.0
    available: float = 1.0
    employment: Employment = "permanent"
    takes: frozenset[str] = frozenset({LAC, CP})
    skills: frozenset[str] = frozenset()
    base: Place | None = None
    limit: float = 70.0
    own_limit: float | None = None
    takes_new: bool = True
    keeps_children: bool = False
    recent_children: int = 0
    away: str = "is not available on that day"
    closed: str = "takes no new children"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemCase:
    """One child as the solver sees them; `weight` in millionths of a case equivalent, final."""

    id: str
    family: str = ""
    type: CaseType = LAC
    weight: int = MILLIONTHS
    placement: Place | None = None
    iro: str | None = None
    since: date | None = None
    former_iros: tuple[str, ...] = ()
    requires: frozenset[str] = frozenset()
    prefers: frozenset[str] = frozenset()
    pinned: bool = False
    separate: bool = False
    next_review: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """The decided children of one family, who move as one.

    `held` are those of them who have an IRO they can keep: only they are charged for a change.
    """

    cases: tuple[ProblemCase, ...]
    held: tuple[ProblemCase, ...]

    @property
    def id(self) -> str:
        """The lowest child id in the unit."""
        return self.cases[0].id

    @property
    def family(self) -> str:
        """The family key, "" for a child without one."""
        return self.cases[0].family

    @property
    def type(self) -> CaseType:
        """What all of them need together."""
        if len(self.cases) == 1:
            return self.cases[0].type
        types = {case.type for case in self.cases}
        return types.pop() if len(types) == 1 else BOTH

    @property
    def places(self) -> Sequence[Place]:
        """Where they live, each place once."""
        if len(self.cases) == 1:
            return () if self.cases[0].placement is None else (self.cases[0].placement,)
        return sorted({case.placement for case in self.cases if case.placement})

    @property
    def weight(self) -> int:
        """Millionths of a case equivalent."""
        return sum(case.weight for case in self.cases)

    @property
    def new(self) -> int:
        """Children in the unit who have no IRO at all."""
        return sum(case.iro is None for case in self.cases)


@dataclass(frozen=True)
class Problem:
    """What is to be decided, and everything it is decided by. Make one with `of` or from a file."""

    on: date
    mode: Mode
    iros: tuple[ProblemIro, ...]
    cases: tuple[ProblemCase, ...]
    figures: Figures = field(default_factory=Figures)
    max_moves: int | None = None
    reunite: bool = False
    barred: Mapping[tuple[str, str], str] = field(default_factory=dict)
    apart: tuple[tuple[str, str], ...] = ()
    focus: frozenset[str] | None = None
    """Only these children are in question, as one unit and pinned or not: what a person is about to do."""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise Explained(f"The mode “{self.mode}” is unknown.", f"Known are {', '.join(MODES)}.")
        if self.max_moves is not None and self.max_moves < 0:
            raise Explained("The most children to move must not be negative.", "Leave it out for no limit.")
        object.__setattr__(self, "iros", tuple(sorted(self.iros, key=lambda iro: iro.id)))
        object.__setattr__(self, "cases", tuple(sorted(self.cases, key=lambda case: case.id)))
        _no_duplicates("IRO", [iro.id for iro in self.iros])
        _no_duplicates("child", [case.id for case in self.cases])
        for case in self.cases:
            if case.iro is not None and case.iro not in self.position:
                raise Explained(f"Child {case.id} has an IRO {case.iro} who is not in the problem.")
        for case_id, iro_id in self.barred:
            self._known(case_id, "A barred pair")
            if iro_id not in self.position:
                raise Explained(f"A barred pair names an IRO {iro_id} who is not in the problem.")
        for pair in self.apart:
            for case_id in pair:
                self._known(case_id, "A pair to be kept apart")
            if len(set(pair)) < 2:
                raise Explained(f"Child {pair[0]} cannot be kept apart from themselves.")

    def _known(self, case_id: str, what: str) -> None:
        if case_id not in self.case_by_id:
            raise Explained(f"{what} names a child {case_id} who is not in the problem.")

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        on: date,
        *,
        mode: Mode = "referrals",
        max_moves: int | None = None,
        reunite: bool = False,
        focus: Iterable[str] | None = None,
    ) -> Problem:
        """The problem that a service stands before on a day."""
        settings = snapshot.settings_on(on)
        open_cases = snapshot.open_cases(on)
        weighed = caseload.weights(open_cases, settings.scheme)
        current = {case.id: snapshot.allocation_on(case.id, on) for case in open_cases}
        with_children = {row.iro for row in current.values() if row}
        recent = _recent_children(snapshot, on)
        iros = []
        for iro in [snapshot.iro_on(iro, on) for iro in snapshot.iro.values()]:
            gone = iro.last_day is not None and iro.last_day < on
            if gone and iro.id not in with_children:
                continue
            notice = caseload.in_notice(iro, on, settings.notice_days)
            iros.append(
                ProblemIro(
                    id=iro.id,
                    name=iro.name,
                    contracted_hours=iro.contracted_hours,
                    available=caseload.available(snapshot, iro, on),
                    employment=iro.employment,
                    takes=frozenset(iro.takes),
                    skills=frozenset(iro.skills),
                    base=iro.base,
                    limit=caseload.limit(iro, settings),
                    own_limit=iro.limit,
                    takes_new=iro.takes_new and not notice,
                    keeps_children=caseload.keeps_children(snapshot, iro, on),
                    recent_children=recent.get(iro.id, 0),
                    away=_why_away(snapshot, iro, on),
                    closed=f"leaves on {_say(iro.last_day)}" if notice and iro.last_day else "takes no new children",
                )
            )
        cases = tuple(
            ProblemCase(
                id=case.id,
                family=case.family,
                type=case.type,
                weight=round(weighed[case.id].value * MILLIONTHS),
                placement=case.placement,
                iro=row.iro if (row := current[case.id]) else None,
                since=row.start if row else None,
                former_iros=_former(snapshot.allocations_by_case.get(case.id, ()), row, on),
                requires=frozenset(case.requires),
                prefers=frozenset(case.prefers),
                pinned=bool(row and row.pinned),
                separate=case.separate,
                next_review=case.next_review,
            )
            for case in open_cases
        )
        there, known = set(weighed), {iro.id for iro in iros}
        return cls(
            on=on,
            mode=mode,
            iros=tuple(iros),
            cases=cases,
            figures=Figures(
                full_time_hours=settings.full_time_hours,
                limit_per_fte=settings.limit_per_fte,
                limit_counts=settings.limit_counts,
                weights={"balance": 1.0, **dict(settings.priorities)},
                miles_cap=settings.miles_cap,
                review_days=settings.review_days,
            ),
            max_moves=max_moves,
            reunite=reunite,
            barred={
                (row.case, row.iro): row.reason
                for _, row in sorted(snapshot.barred.items())
                if row.case in there and row.iro in known
            },
            apart=tuple(
                sorted(
                    (min(row.case, row.other), max(row.case, row.other))
                    for row in snapshot.apart.values()
                    if row.case in there and row.other in there
                )
            ),
            focus=None if focus is None else frozenset(focus),
        )

    # -- per IRO ---------------------------------------------------------------------------------

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Where each IRO id stands in `iros`."""
        return {iro.id: i for i, iro in enumerate(self.iros)}

    @cached_property
    def case_by_id(self) -> Mapping[str, ProblemCase]:
        """Every child by id."""
        return {case.id: case for case in self.cases}

    @cached_property
    def available(self) -> Array:
        """FTE per IRO."""
        return np.array([iro.available for iro in self.iros], dtype=float)

    @cached_property
    def is_available(self) -> Mask:
        """Per IRO, whether they are there at all on the day."""
        return self.available > 0

    @cached_property
    def total_load(self) -> int:
        """Millionths of a case equivalent of all children, those who wait included."""
        return sum(case.weight for case in self.cases)

    @cached_property
    def share(self) -> Array:
        """Share per IRO, case equivalents (0 for who is not available)."""
        total = math.fsum(self.available)
        return self.available * (self.total_load / MILLIONTHS / total) if total > 0 else self.available * 0

    @cached_property
    def limit(self) -> Array:
        """Limit per IRO, in what `figures.limit_counts` counts."""
        return np.array([iro.limit for iro in self.iros], dtype=float)

    @cached_property
    def interim(self) -> Array:
        """1 per interim IRO, else 0."""
        return np.array([iro.employment == "interim" for iro in self.iros], dtype=float)

    @cached_property
    def closed_to_new(self) -> Mask:
        """Per IRO, whether they take no child they do not have."""
        return np.array([not iro.takes_new for iro in self.iros], dtype=bool)

    @cached_property
    def bases(self) -> Array:
        """Easting and northing of each IRO's base, and 1 where it is known: 3 × IROs."""
        places = [iro.base or (0, 0) for iro in self.iros]
        known = [iro.base is not None for iro in self.iros]
        return np.array([[east for east, _ in places], [north for _, north in places], known], dtype=float)

    def miles(self, place: Place) -> Array:
        """Straight-line miles per IRO from their base to a place, 0 where the base is not known."""
        east, north, known = self.bases
        miles: Array = np.hypot(east - place[0], north - place[1]) / METRES_A_MILE * known
        return miles

    def lacking(self, skill: str) -> Array:
        """1 per IRO who lacks a skill, else 0."""
        found = self._lacking.get(skill)
        if found is None:
            found = np.array([skill not in iro.skills for iro in self.iros], dtype=float)
            self._lacking[skill] = found
        return found

    @cached_property
    def _lacking(self) -> dict[str, Array]:
        return {}

    @cached_property
    def not_taking(self) -> Mapping[CaseType, Mask]:
        """Per IRO, whether they do not take a type of case."""
        return {
            type_: np.array([not need <= iro.takes for iro in self.iros], dtype=bool) for type_, need in NEEDS.items()
        }

    def years(self, case: ProblemCase) -> float:
        """Years the child has been with their IRO (0 when the start is not known)."""
        return max(0.0, (self.on - case.since).days / DAYS_A_YEAR) if case.since else 0.0

    # -- who is decided --------------------------------------------------------------------------

    @cached_property
    def barred_by_case(self) -> Mapping[str, tuple[tuple[int, str], ...]]:
        """(IRO position, reason) of every IRO a child may not have."""
        found: dict[str, list[tuple[int, str]]] = {}
        for (case, iro), reason in self.barred.items():
            found.setdefault(case, []).append((self.position[iro], reason))
        return {case: tuple(rows) for case, rows in found.items()}

    @cached_property
    def apart_by_case(self) -> Mapping[str, tuple[str, ...]]:
        """The children that a child may not share an IRO with."""
        found: dict[str, list[str]] = {}
        for one, other in self.apart:
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
        return {case: tuple(sorted(set(others))) for case, others in found.items()}

    def is_held(self, case: ProblemCase) -> bool:
        """Whether the child has an IRO they can keep: there (or covered for), and no rule against it."""
        return case.id in self._held

    @cached_property
    def _held(self) -> frozenset[str]:
        keeps = [available or iro.keeps_children for iro, available in zip(self.iros, self.is_available, strict=True)]
        placed = [(case, self.position[case.iro]) for case in self.cases if case.iro is not None]
        kept = [(case, i) for case, i in placed if keeps[i]]
        alone = Pairs(self, [Unit((case,), ()) for case, _ in kept], np.array([i for _, i in kept], dtype=np.intp))
        against = cannot(alone, (rule for rule in RULES if rule.of_child))
        return frozenset(case.id for (case, _), no in zip(kept, against.tolist(), strict=True) if not no)

    def is_decided(self, case: ProblemCase) -> bool:
        """Whether the child's IRO is open in this mode.

        A pin holds only a child who is held: with nobody to be pinned to, the child must be placed.
        """
        return case.id in self._decided

    @cached_property
    def _decided(self) -> frozenset[str]:
        if self.focus is not None:
            return frozenset(self.focus)
        if self.mode == "referrals":
            return frozenset(case.id for case in self.cases if case.iro is None)
        return frozenset(case.id for case in self.cases if not self.is_held(case) or self._may_move(case))

    def _may_move(self, case: ProblemCase) -> bool:
        """Whether a child who is held might have another IRO all the same."""
        if self.mode == "leavers" or case.pinned or case.iro is None:
            return False
        return bool(self.is_available[self.position[case.iro]])

    @cached_property
    def fixed(self) -> tuple[ProblemCase, ...]:
        """The children who stay as they are."""
        return tuple(case for case in self.cases if not self.is_decided(case))

    @cached_property
    def fixed_iros(self) -> Mapping[str, frozenset[str]]:
        """The IROs of each family's fixed children."""
        found: dict[str, set[str]] = {}
        for case in self.fixed:
            if case.family and case.iro is not None:
                found.setdefault(case.family, set()).add(case.iro)
        return {family: frozenset(iros) for family, iros in found.items()}

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """What is decided, by lowest child id: every decided child stands in exactly one unit."""
        held, decided = self._held, self._decided
        groups: dict[tuple[str, ...], list[ProblemCase]] = {}
        joining: dict[str, list[ProblemCase]] = {}
        for case in self.cases:
            if case.id not in decided:
                continue
            if self.focus is not None:
                groups.setdefault(("focus",), []).append(case)
            elif not case.family or case.separate or case.id in self.apart_by_case:
                groups[("child", case.id)] = [case]
            elif self.mode != "rebalance" or self.reunite:
                groups.setdefault(("family", case.family), []).append(case)
            elif case.id in held:
                groups.setdefault(("family", case.family, case.iro or ""), []).append(case)
            else:
                joining.setdefault(case.family, []).append(case)
        parts: dict[str, list[tuple[str, ...]]] = {}
        for key in groups:
            if key[0] == "family":
                parts.setdefault(key[1], []).append(key)
        for family, cases in joining.items():
            largest = min(
                parts.get(family, []), key=lambda key: (-len(groups[key]), key), default=("family", family, "")
            )
            groups.setdefault(largest, []).extend(cases)
        units = []
        for members in groups.values():
            members.sort(key=lambda case: case.id)
            units.append(Unit(tuple(members), tuple([case for case in members if case.id in held])))
        return tuple(sorted(units, key=lambda unit: unit.id))

    @cached_property
    def checked(self) -> Checked:
        """What can be decided and who must wait (see `check`)."""
        return check(self)

    @property
    def children_must_move(self) -> int:
        """Children who can be placed and had an IRO that they cannot keep."""
        return sum(
            case.iro is not None and not self.is_held(case) for unit in self.checked.units for case in unit.cases
        )

    @cached_property
    def fair_new(self) -> Array:
        """The fair part of all new children per IRO: pro-rata to availability, rounded up."""
        recent = sum(iro.recent_children for iro in self.iros if iro.available > 0)
        coming = sum(unit.new for unit in self.checked.units)
        total = math.fsum(self.available)
        part = self.available * ((recent + coming) / total) if total > 0 else self.available * 0
        # A hair is taken off so that 3 times a third is 1, not a rounding error above it.
        return np.ceil(part - 1e-9)


def _no_duplicates(what: str, ids: Sequence[str]) -> None:
    for one, other in pairwise(ids):
        if one == other:
            raise Explained(f"The {what} id {one} stands twice in the problem.", "Ids must be unique.")


def _say(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else "a day not known"


def _why_away(snapshot: Snapshot, iro: Iro, on: date) -> str:
    if iro.last_day is not None and iro.last_day < on:
        return f"left on {_say(iro.last_day)}"
    if iro.first_day is not None and on < iro.first_day:
        return f"starts on {_say(iro.first_day)}"
    absences = snapshot.absences_of(iro.id, on)
    if absences:
        return f"is away ({absences[0].reason})"
    return "has no time for reviewing"


def _former(rows: Sequence[Allocation], current: Allocation | None, on: date) -> tuple[str, ...]:
    """The IROs a child had before the present one, latest first."""
    past = [row.iro for row in reversed(rows) if row.start <= on and (current is None or row.iro != current.iro)]
    return tuple(dict.fromkeys(past))


def _recent_children(snapshot: Snapshot, on: date) -> Mapping[str, int]:
    """Per IRO, the children who came to them in the last 28 days and had nobody just before."""
    found: dict[str, int] = {}
    since = on - timedelta(RECENT_DAYS)
    for rows in snapshot.allocations_by_case.values():
        until: date | None = None
        for row in rows:
            came_new = until is None or until < row.start
            if came_new and since < row.start <= on and (row.end is None or on < row.end):
                found[row.iro] = found.get(row.iro, 0) + 1
            until = row.end
    return found
