"""The nouns of an IRO service: frozen records. No I/O.

Every record has a stable text `id`. A record refuses nonsense when it is made, in one plain sentence;
whoever holds one may trust it. Lists inside records are sorted tuples, so that equal facts are equal
records. Dates are `datetime.date`; places are (easting, northing) in metres of the British National Grid.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from iro_allocator.errors import Explained

CaseType = Literal["LAC", "CP", "BOTH"]
Employment = Literal["permanent", "interim"]
AllocationKind = Literal["allocated", "cover"]
Place = tuple[int, int]

LAC: CaseType = "LAC"
CP: CaseType = "CP"
BOTH: CaseType = "BOTH"
CASE_TYPES: Mapping[CaseType, str] = MappingProxyType(
    {
        LAC: "looked after",
        CP: "child protection plan",
        BOTH: "looked after and on a child protection plan",
    }
)


BANDS: Mapping[str, str] = MappingProxyType(
    {
        "in": "in area",
        "near": "out of area, under 20 miles",
        "20": "out of area, 20 to 50 miles",
        "50": "out of area, over 50 miles",
    }
)
"""How far from home a placement is, where nobody may or can say how many miles."""

WITHHELD: Mapping[str, Any] = MappingProxyType(
    {"placement_postcode": "", "placement": None, "placement_miles": None, "placement_authority": ""}
)
"""What is not kept of a child whose placement is confidential: the fields as they then are."""

NEEDS: Mapping[CaseType, frozenset[str]] = MappingProxyType(
    {LAC: frozenset({LAC}), CP: frozenset({CP}), BOTH: frozenset({LAC, CP})}
)
"""What an IRO must take to have a case of a type."""


def refuse(what: str, problem: str, hint: str) -> None:
    """Raises Explained: what it is about, what is wrong with it, and what to do."""
    raise Explained(f"{what}: {problem}.", hint)


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value.strip() for value in values} - {""}))


def check_hours(who: str, contracted_hours: float | None, other_duties: float | None) -> None:
    """Refuses hours a week and a part of other duties that cannot be right."""
    if contracted_hours is not None and not (math.isfinite(contracted_hours) and 0 < contracted_hours <= 60):
        refuse(
            who,
            f"{contracted_hours:g} contracted hours a week cannot be right",
            "Give more than 0 and at most 60 hours; an IRO who has left has a last day instead.",
        )
    if other_duties is not None and not 0 <= other_duties <= 1:
        refuse(
            who,
            f"other duties of {other_duties:g} cannot be right",
            "Give the part of their time that is not reviewing, from 0 to 1.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Iro:
    """An Independent Reviewing Officer with contracted hours a week.

    `last_day` is the last day of work (an interim's contract end), None while none is known.
    `other_duties` is the part of their time (0 to 1) that is not reviewing. `limit` overrides the
    service's limit per full-time IRO for this one, in what the settings say the limit counts.
    `skills` are lower-case words; `takes` is ("CP",), ("LAC",) or both.
    """

    kind: ClassVar[str] = "iro"

    id: str
    name: str
    contracted_hours: float = 37.0
    employment: Employment = "permanent"
    takes: tuple[str, ...] = (CP, LAC)
    skills: tuple[str, ...] = ()
    team: str = ""
    base_postcode: str = ""
    base: Place | None = None
    other_duties: float = 0.0
    other_duties_note: str = ""
    limit: float | None = None
    takes_new: bool = True
    first_day: date | None = None
    last_day: date | None = None
    email: str = ""
    phone: str = ""

    def __post_init__(self) -> None:
        who = f"IRO {self.name or self.id}"
        if not self.id.strip() or not self.name.strip():
            refuse(who, "an IRO needs a name", "Give the IRO a name.")
        check_hours(who, self.contracted_hours, self.other_duties)
        if self.employment not in ("permanent", "interim"):
            refuse(who, f"employment “{self.employment}” is unknown", "Choose permanent or interim.")
        object.__setattr__(self, "takes", _sorted(self.takes))
        object.__setattr__(self, "skills", _sorted(skill.lower() for skill in self.skills))
        if not self.takes or not set(self.takes) <= {LAC, CP}:
            refuse(who, "must take LAC, CP or both", "Tick at least one of looked after, child protection.")
        if self.limit is not None and not (math.isfinite(self.limit) and self.limit >= 0):
            refuse(who, "the limit must not be negative", "Leave it empty for the service's own limit.")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            refuse(who, "the last day is before the first day", "Correct one of the two dates.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From `start` on an IRO has other contracted hours, other duties, or both (None = as before).

    What an `Iro` says holds until the first of these; on a day the latest that says something counts. The
    induction of a new IRO is some of them: other duties that become fewer.
    """

    kind: ClassVar[str] = "hours"

    id: str
    iro: str
    start: date
    contracted_hours: float | None = None
    other_duties: float | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.contracted_hours is None and self.other_duties is None:
            refuse("Change of hours", "it says neither hours nor other duties", "Give at least one of the two.")
        check_hours("Change of hours", self.contracted_hours, self.other_duties)

    @property
    def words(self) -> str:
        """The change in a few words: “from 1 May 2027 22 hours a week”."""
        said = [] if self.contracted_hours is None else [f"{self.contracted_hours:g} hours a week"]
        said += [] if self.other_duties is None else [f"{self.other_duties:.0%} other duties"]
        why = f" ({self.reason})" if self.reason else ""
        return f"from {self.start.day} {self.start:%b %Y} {' and '.join(said)}{why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A time in which an IRO is away, first and last day included (`last` None = not known yet).

    `working` is the part of their time still worked (0 when off sick). `keeps_children` True: others
    cover and the children stay theirs; False: the manager wants their children reallocated.
    """

    kind: ClassVar[str] = "absence"

    id: str
    iro: str
    first: date
    last: date | None = None
    reason: str = "leave"
    working: float = 0.0
    keeps_children: bool = True

    def __post_init__(self) -> None:
        if self.last and self.last < self.first:
            refuse("Absence", "it ends before it begins", "Correct one of the two dates.")
        if not 0 <= self.working <= 1:
            refuse("Absence", "the part still worked must be from 0 to 1", "Give 0 when off sick.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One child's open episode that needs an IRO: looked after (LAC), on a plan (CP) or BOTH.

    `family` is the key of the children who belong together ("" = none known). `opened` is the day from
    which the child needs an IRO; `closed` the first day on which they no longer do. `placement_miles`
    is the straight line from the council's home postcode of the child to the placement, None = unknown
    (never 0). `separate` marks a child who may have another IRO than the family, with `separate_reason`.
    `adjustment` is a manager's own addition to the weight. An unborn child has `expected` and no `born`.
    `confidential`: where the child lives is withheld; `distance_band` is then given by hand (see BANDS), as
    it may be wherever the miles are not known. `placement_authority` is the code of the council whose area
    the placement is in. `mother` is the reference of a mother who is looked after herself.
    """

    kind: ClassVar[str] = "case"

    id: str
    type: CaseType = LAC
    family: str = ""
    name: str = ""
    born: date | None = None
    expected: date | None = None
    opened: date | None = None
    closed: date | None = None
    legal_status: str = ""
    category: str = ""
    team: str = ""
    factors: tuple[str, ...] = ()
    placement_postcode: str = ""
    placement: Place | None = None
    placement_miles: float | None = None
    out_of_area: bool = False
    requires: tuple[str, ...] = ()
    prefers: tuple[str, ...] = ()
    separate: bool = False
    separate_reason: str = ""
    adjustment: float = 0.0
    adjustment_reason: str = ""
    last_review: date | None = None
    next_review: date | None = None
    home_postcode: str = ""
    social_worker: str = ""
    confidential: bool = False
    distance_band: str = ""
    placement_authority: str = ""
    mother: str = ""

    def __post_init__(self) -> None:
        who = f"Child {self.id}"
        if not self.id.strip():
            refuse("Child", "a child needs a reference", "Give the reference of the case-management system.")
        if self.type not in CASE_TYPES:
            refuse(who, f"type “{self.type}” is unknown", "Choose LAC, CP or BOTH.")
        if self.factors != ():
            object.__setattr__(self, "factors", _sorted(self.factors))
        if self.requires != ():
            object.__setattr__(self, "requires", _sorted(skill.lower() for skill in self.requires))
        if self.prefers != ():
            object.__setattr__(self, "prefers", _sorted(skill.lower() for skill in self.prefers))
        if self.placement_miles is not None and not 0 <= self.placement_miles < math.inf:
            refuse(who, "the distance must not be negative", "Leave it empty when it is not known.")
        if self.distance_band and self.distance_band not in BANDS:
            refuse(
                who, f"distance band “{self.distance_band}” is unknown", f"Choose {', '.join(BANDS)} or leave it empty."
            )
        if self.opened and self.closed and self.closed < self.opened:
            refuse(who, "the case is closed before it is opened", "Correct one of the two dates.")
        if not math.isfinite(self.adjustment):
            refuse(who, "the weight adjustment is not a number", "Give a number such as 0.25.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A child with an IRO from `start` until the day before `end` (None = now and on), with a reason.

    On the day `end` the child is no longer with this IRO, so a handover ends one allocation and starts
    the next on the same day. Kind *cover* is temporary: the child's own IRO is unchanged. `pinned`: a
    manager has said that this one does not move.
    """

    kind: ClassVar[str] = "allocation"

    id: str
    case: str
    iro: str
    start: date
    end: date | None = None
    type: AllocationKind = "allocated"
    reason: str = ""
    pinned: bool = False
    pin_reason: str = ""

    def __post_init__(self) -> None:
        if self.end and self.end < self.start:
            refuse(f"Allocation of child {self.case}", "it ends before it starts", "Correct one of the dates.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """This IRO may not have this child, and why (regulation 46, or a personal conflict)."""

    kind: ClassVar[str] = "barred"

    id: str
    case: str
    iro: str
    reason: str
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Two children who may never have the same IRO: a looked-after parent and their own child."""

    kind: ClassVar[str] = "apart"

    id: str
    case: str
    other: str
    reason: str = "parent and child, both looked after"

    def __post_init__(self) -> None:
        if self.case == self.other:
            refuse(f"Child {self.case}", "cannot be kept apart from themselves", "Choose two children.")


@dataclass(frozen=True, slots=True)
class Factor:
    """Something about a child that makes the case ask for more, and by how much (case equivalents)."""

    key: str
    label: str
    weight: float


DEFAULT_FACTORS = (
    Factor("disability", "disability or complex health", 0.25),
    Factor("court", "care proceedings in court", 0.25),
    Factor("uasc", "unaccompanied asylum-seeking child", 0.20),
    Factor("interpreter", "interpreter needed", 0.15),
    Factor("exploitation", "exploitation or missing episodes", 0.25),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """What a case weighs, in case equivalents: local policy, editable (domain.md §3).

    A service may add factors of its own; a factor of a child that the scheme does not know weighs nothing.
    """

    lac: float = 1.0
    cp_first: float = 1.0
    cp_further: float = 0.6
    both: float = 1.2
    placed_together: float = -0.15
    out_of_area_near: float = 0.10
    out_of_area_20: float = 0.25
    out_of_area_50: float = 0.50
    factors: tuple[Factor, ...] = DEFAULT_FACTORS

    LABELS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "lac": "looked after",
            "cp_first": "child protection, first child of the family",
            "cp_further": "child protection, further child of the family",
            "both": "looked after and on a child protection plan",
            "placed_together": "placed with a looked-after sibling",
            "out_of_area_near": "out of area, under 20 miles",
            "out_of_area_20": "out of area, 20 to 50 miles",
            "out_of_area_50": "out of area, over 50 miles",
        }
    )

    def __post_init__(self) -> None:
        weights = {label: getattr(self, name) for name, label in self.LABELS.items()}
        weights |= {factor.label: factor.weight for factor in self.factors}
        for label, value in weights.items():
            if not (math.isfinite(value) and -5 <= value <= 20):
                refuse(f"Weight “{label}”", f"{value:g} cannot be right", "Give a number from -5 to 20.")
        keys = [factor.key for factor in self.factors]
        if len(set(keys)) < len(keys):
            refuse("Weights", "two factors have the same key", "Give each factor a name of its own.")


DEFAULT_PRIORITIES: Mapping[str, float] = MappingProxyType(
    {
        "continuity": 10.0,
        "timing": 3.0,
        "siblings": 25.0,
        "limit": 100.0,
        "former": 5.0,
        "travel": 0.1,
        "skills": 5.0,
        "employment": 1.0,
        "spread": 1.0,
    }
)
"""What a plan is charged in points, by term (solver.md); `balance` is the numéraire at 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One version of the service's own figures, in force from `start` until the next version's start.

    `priorities` are (term, points) pairs sorted by term. `limit_counts` says what the limit counts:
    load (case equivalents) or children. `notice_days`: an IRO whose last day is nearer than this takes
    no child they do not have. `tolerance` is the share difference (per cent) that passes as even. The costs are
    pounds a year for one FTE, on-costs included: examples, to be set by each service.
    """

    kind: ClassVar[str] = "settings"

    id: str = "settings-1"
    version: int = 1
    name: str = "Service scheme"
    service: str = "IRO service"
    start: date = date(2000, 1, 1)
    full_time_hours: float = 37.0
    limit_per_fte: float = 70.0
    band_low: float = 50.0
    limit_counts: Literal["load", "children"] = "load"
    scheme: Scheme = field(default_factory=Scheme)
    priorities: tuple[tuple[str, float], ...] = tuple(sorted(DEFAULT_PRIORITIES.items()))
    miles_cap: float = 120.0
    review_days: int = 14
    notice_days: int = 84
    tolerance: float = 7.5
    appointment_days: int = 5
    home_authority: str = ""
    closure_days: tuple[date, ...] = ()
    cost_permanent: float = 75_000.0
    cost_interim: float = 110_000.0

    def __post_init__(self) -> None:
        if not 0 < self.full_time_hours <= 60:
            refuse("Settings", "full-time hours must be more than 0 and at most 60", "Usual are 37.")
        if not 0 < self.limit_per_fte < math.inf:
            refuse("Settings", "the limit per full-time IRO must be more than 0", "The handbook says 50 to 70.")
        if self.limit_counts not in ("load", "children"):
            refuse("Settings", "the limit counts load or children", "Choose one of the two.")
        for what, value, most in (
            ("the beginning of the band", self.band_low, 1000),
            ("the tolerance", self.tolerance, 100),
            ("the working days to an appointment", self.appointment_days, 366),
            ("the notice period", self.notice_days, 3660),
            ("the days before a review", self.review_days, 366),
            ("the miles that are counted", self.miles_cap, 1000),
            ("the yearly cost of a permanent FTE", self.cost_permanent, 1_000_000),
            ("the yearly cost of an interim FTE", self.cost_interim, 1_000_000),
        ):
            if not 0 <= value <= most:
                refuse("Settings", f"{what} must be from 0 to {most}", f"{value:g} cannot be right.")
        merged = {**DEFAULT_PRIORITIES, **dict(self.priorities)}
        for key, value in merged.items():
            if key not in DEFAULT_PRIORITIES:
                refuse("Settings", f"priority “{key}” is unknown", f"Known are {', '.join(DEFAULT_PRIORITIES)}.")
            if not 0 <= value < math.inf:
                refuse("Settings", f"priority “{key}” must not be negative", "0 switches it off.")
        object.__setattr__(self, "priorities", tuple(sorted(merged.items())))
        object.__setattr__(self, "closure_days", tuple(sorted(set(self.closure_days))))
