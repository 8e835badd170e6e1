"""The arithmetic that everyone quotes: weight, FTE, available, share, limit, and the three counts.

Source of every rule: the design's domain page, section 3; the worked examples are in its tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import fsum, sqrt
from operator import attrgetter
from typing import Protocol

from iro_allocator.domain import BOTH, CP, LAC, Case, CaseType, Iro, Scheme, Settings, Snapshot

REVIEWS_A_YEAR = 3
"""Reviews or conferences a child has in a year (Kirklees IRO annual report 2016-17)."""

LEAST_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """One reason why a case weighs what it does."""

    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Weight:
    """What one case asks for, in case equivalents, with its parts."""

    parts: tuple[Part, ...]

    @property
    def value(self) -> float:
        """The parts summed, never below 0.1, to a thousandth."""
        return max(LEAST_WEIGHT, round(fsum(part.weight for part in self.parts), 3))

    def __str__(self) -> str:
        sums: list[str] = []
        for part in self.parts:
            sign = ("− " if part.weight < 0 else "+ ") if sums else ("−" if part.weight < 0 else "")
            sums.append(f"{sign}{abs(part.weight):.2f} {part.label}")
        text = " ".join(sums)
        total = fsum(part.weight for part in self.parts)
        if total < LEAST_WEIGHT:
            text += f", at least {LEAST_WEIGHT:.2f}"
        return f"{text} = {self.value:.2f}"


def weights(cases: Iterable[Case], scheme: Scheme) -> dict[str, Weight]:
    """The weight of every case by id, worked out with the family it stands in.

    `cases` are the open children of the service, so that families are complete. Within a family the
    order is by child reference: the first CP child carries the family's first weight (unless a child
    is both), the first looked-after child at an address the full one.
    """
    families: dict[str, list[Case]] = {}
    for case in cases:
        families.setdefault(case.family or f"\0{case.id}", []).append(case)
    parts = {name: Part(label, getattr(scheme, name)) for name, label in scheme.LABELS.items()}
    extra = {factor.key: Part(factor.label, factor.weight) for factor in scheme.factors}
    return {
        case.id: weight
        for members in families.values()
        for case, weight in _family_weights(sorted(members, key=attrgetter("id")), parts, extra)
    }


def _family_weights(
    members: Sequence[Case], known: Mapping[str, Part], extra: Mapping[str, Part]
) -> Iterable[tuple[Case, Weight]]:
    first_cp = not any(case.type == BOTH for case in members)
    addresses: set[str] = set()
    for case in members:
        base = {LAC: "lac", BOTH: "both", CP: "cp_first" if first_cp else "cp_further"}[case.type]
        first_cp = first_cp and case.type != CP
        parts = [known[base]]
        if case.type != CP:
            address = case.placement_postcode.replace(" ", "").upper()
            if address and address in addresses:
                parts.append(known["placed_together"])
            addresses.add(address)
            band = distance_band(case)
            if band:
                parts.append(known[band])
        parts += [extra[key] for key in case.factors if key in extra]
        if case.adjustment:
            parts.append(Part(case.adjustment_reason or "manager's adjustment", case.adjustment))
        yield case, Weight(tuple(parts))


_BANDS = {"in": "", "near": "out_of_area_near", "20": "out_of_area_20", "50": "out_of_area_50"}


def distance_band(case: Case) -> str:
    """The scheme's distance weight that a placement falls under, "" in area or when nothing is known.

    Where the miles are not known, or nobody may know the place, the band entered by hand says it. A placement
    out of area at an unknown distance without one counts as the nearest band: it is out of area, and unknown is
    not far.
    """
    if case.distance_band and (case.confidential or case.placement_miles is None):
        return _BANDS[case.distance_band]
    if not case.out_of_area:
        return ""
    miles = case.placement_miles
    if miles is None or miles < 20:
        return "out_of_area_near"
    return "out_of_area_20" if miles <= 50 else "out_of_area_50"


def fte(contracted_hours: float, full_time_hours: float = 37.0) -> float:
    """Full-time equivalents of contracted hours a week."""
    return contracted_hours / full_time_hours


def at_work(iro: Iro, day: date) -> bool:
    """Whether the IRO has started and not yet left on a day."""
    return (iro.first_day is None or iro.first_day <= day) and (iro.last_day is None or day <= iro.last_day)


def presence(snapshot: Snapshot, iro: Iro, day: date) -> float:
    """The part of their time an IRO works on a day, 0 to 1: 0 before the first and after the last day."""
    if not at_work(iro, day):
        return 0.0
    return min((absence.working for absence in snapshot.absences_of(iro.id, day)), default=1.0)


def available(snapshot: Snapshot, iro: Iro, day: date) -> float:
    """FTE an IRO has for reviewing on a day: the day's hours, after other duties and absence."""
    here = presence(snapshot, iro, day)
    if not here:
        return 0.0
    then = snapshot.iro_on(iro, day)
    return fte(then.contracted_hours, snapshot.settings_on(day).full_time_hours) * (1 - then.other_duties) * here


def keeps_children(snapshot: Snapshot, iro: Iro, day: date) -> bool:
    """Whether an IRO who is away keeps their children (others cover) rather than handing them over."""
    absences = snapshot.absences_of(iro.id, day)
    return at_work(iro, day) and bool(absences) and all(absence.keeps_children for absence in absences)


def in_notice(iro: Iro, day: date, notice_days: int) -> bool:
    """Whether the IRO is so near their last day that they take no child they do not have."""
    return iro.last_day is not None and (iro.last_day - day).days <= notice_days


def limit(iro: Iro, settings: Settings) -> float:
    """The most this IRO should have, in what `settings.limit_counts` counts; the IRO as of a day (`iro_on`)."""
    if iro.limit is not None:
        return iro.limit
    return settings.limit_per_fte * fte(iro.contracted_hours, settings.full_time_hours)


def share(load: float, available_fte: float, total_fte: float) -> float:
    """The pro-rata part of the whole load that available hours entitle to (0 when nobody is there)."""
    return load * available_fte / total_fte if total_fte > 0 else 0.0


def share_difference(load: float, entitled: float) -> float | None:
    """(load − share) ÷ share as a fraction, signed; None when the share is 0."""
    return load / entitled - 1 if entitled > 0 else None


def short_fte(total: float, limit_per_fte: float, available_fte: float) -> float:
    """How many FTE are missing for everybody to stay within the limit (0 when none are)."""
    return max(0.0, total / limit_per_fte - available_fte)


def reviews_a_year(children: int) -> int:
    """Reviews and conferences a year for so many children."""
    return REVIEWS_A_YEAR * children


class Counted(Protocol):
    """A child, as far as counting goes."""

    @property
    def id(self) -> str:
        """The child's reference."""
        ...

    @property
    def type(self) -> CaseType:
        """LAC, CP or BOTH."""
        ...

    @property
    def family(self) -> str:
        """The family key, "" when none is known."""
        ...


def count_cases(cases: Iterable[Counted]) -> int:
    """Looked-after children and child protection families (a child who is both counts once)."""
    looked_after, families = 0, set()
    for case in cases:
        if case.type == CP:
            families.add(case.family or f"\0{case.id}")
        else:
            looked_after += 1
    return looked_after + len(families)


@dataclass(frozen=True, slots=True)
class IroLoad:
    """One IRO's caseload on a day: the three counts against share and limit.

    The counts are of the children who are theirs. Cover is temporary and changes none of them: `covers` is
    the load they do for others who are away, `covered` the part of their own that others do. The IRO is as
    of the day (their hours then).
    """

    iro: Iro
    available: float
    children: int
    cases: int
    load: float
    lac_load: float
    share: float
    limit: float
    limit_counts: str
    covers: float = 0.0
    covered: float = 0.0

    @property
    def cp_load(self) -> float:
        """The part of the load on child protection plans alone."""
        return round(self.load - self.lac_load, 3)

    @property
    def share_difference(self) -> float | None:
        """(load − share) ÷ share, signed; None for an IRO who is not available."""
        return share_difference(self.load, self.share)

    @property
    def work(self) -> float:
        """The load whose reviews they hold on the day: their own less what others cover, with what they cover."""
        return round(self.load - self.covered + self.covers, 3)

    @property
    def over_limit(self) -> float:
        """By how much the limit is exceeded, 0 when it is not."""
        counted = self.load if self.limit_counts == "load" else self.children
        return max(0.0, round(counted - self.limit, 3))


@dataclass(frozen=True)
class Caseloads:
    """The whole service on a day: every IRO's load, the children by IRO, those who wait, the totals."""

    day: date
    settings: Settings
    loads: tuple[IroLoad, ...]
    weights: Mapping[str, Weight]
    by_iro: Mapping[str, tuple[Case, ...]] = field(repr=False)
    waiting: tuple[Case, ...] = field(repr=False)
    children: int = 0
    cases: int = 0
    load: float = 0.0
    fte: float = 0.0

    @property
    def load_per_fte(self) -> float:
        """Load for each available full-time equivalent (0 when nobody is there)."""
        return self.load / self.fte if self.fte else 0.0

    @property
    def children_per_fte(self) -> float:
        """Children for each available full-time equivalent (0 when nobody is there)."""
        return self.children / self.fte if self.fte else 0.0

    @property
    def short_fte(self) -> float:
        """FTE missing for everybody to stay within the limit."""
        counted = self.load if self.settings.limit_counts == "load" else self.children
        return short_fte(counted, self.settings.limit_per_fte, self.fte)

    @property
    def furthest(self) -> IroLoad | None:
        """The available IRO whose load is furthest from their share."""
        known = [load for load in self.loads if load.share_difference is not None]
        return max(known, key=lambda load: abs(load.share_difference or 0.0), default=None)

    @property
    def rms_share_difference(self) -> float:
        """How uneven it is: sqrt(Σ share · difference² / Σ share) over available IROs."""
        known = [(load.share, load.share_difference) for load in self.loads if load.share_difference is not None]
        total = fsum(entitled for entitled, _ in known)
        return sqrt(fsum(entitled * far**2 for entitled, far in known) / total) if total else 0.0

    def of(self, iro: str) -> IroLoad | None:
        """One IRO's load by id."""
        return next((load for load in self.loads if load.iro.id == iro), None)


def caseloads(snapshot: Snapshot, day: date) -> Caseloads:
    """Everybody's caseload on a day.

    Lists the IROs who are available or have children, by name. The share is of the load of all open
    children, those who wait included.
    """
    settings = snapshot.settings_on(day)
    open_cases = snapshot.open_cases(day)
    weighed = weights(open_cases, settings.scheme)
    value = {case: weight.value for case, weight in weighed.items()}
    by_iro: dict[str, list[Case]] = {}
    covered_of: dict[str, list[Case]] = {}
    covers_of: dict[str, list[Case]] = {}
    waiting = []
    for case in open_cases:
        allocation = snapshot.allocation_on(case.id, day)
        if allocation is None or allocation.iro not in snapshot.iro:
            waiting.append(case)
            continue
        by_iro.setdefault(allocation.iro, []).append(case)
        cover = snapshot.cover_on(case.id, day)
        if cover is not None and cover.iro != allocation.iro:
            covered_of.setdefault(allocation.iro, []).append(case)
            covers_of.setdefault(cover.iro, []).append(case)
    free = {iro.id: available(snapshot, iro, day) for iro in snapshot.iro.values()}
    total_fte = fsum(free[key] for key in sorted(free))
    total = _sum(open_cases, value)
    loads = tuple(
        IroLoad(
            iro=(then := snapshot.iro_on(iro, day)),
            available=free[iro.id],
            children=len(theirs),
            cases=count_cases(theirs),
            load=_sum(theirs, value),
            lac_load=_sum([c for c in theirs if c.type != CP], value),
            share=share(total, free[iro.id], total_fte),
            limit=limit(then, settings),
            limit_counts=settings.limit_counts,
            covers=_sum(covers_of.get(iro.id, ()), value),
            covered=_sum(covered_of.get(iro.id, ()), value),
        )
        for iro in sorted(snapshot.iro.values(), key=lambda i: (i.name, i.id))
        if (theirs := by_iro.get(iro.id, [])) or free[iro.id] > 0
    )
    return Caseloads(
        day=day,
        settings=settings,
        loads=loads,
        weights=weighed,
        by_iro={iro: tuple(cases) for iro, cases in by_iro.items()},
        waiting=tuple(waiting),
        children=len(open_cases),
        cases=count_cases(open_cases),
        load=total,
        fte=total_fte,
    )


def _sum(cases: Iterable[Case], value: Mapping[str, float]) -> float:
    return round(fsum(value[case.id] for case in cases), 3)
