"""The figures of a service on a day that are set side by side: before, after, and one scenario with another."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from iro_allocator.caseload import REVIEWS_A_YEAR, Caseloads, IroLoad, at_work, caseloads, fte
from iro_allocator.domain import Snapshot
from iro_allocator.places import METRES_A_MILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A service on a day in figures.

    `fte` is available for reviewing; `counted` is what the limit counts (load or children), `needed_fte`
    what it takes to keep everybody within the limit. `furthest` names who is furthest from their share.
    `families_together` is the part of the families with two or more open children with an IRO who have one
    and the same (None without such families).
    `miles_a_year` is to every review and back in a straight line from the IRO's base, as far as both places
    are known; `miles_unknown` are the children for whom they are not. `children_over_limit` is how many
    children fewer would bring everybody within the limit. Costs are pounds a year: contracted FTE, paid
    when away too.
    """

    day: date
    fte: float
    children: int
    cases: int
    load: float
    load_per_fte: float
    children_per_fte: float
    limit_per_fte: float
    limit_counts: str
    counted: float
    needed_fte: float
    short_fte: float
    spare_fte: float
    furthest_share_difference: float
    furthest_signed: float
    furthest: str
    rms_share_difference: float
    waiting: int
    families_together: float | None
    families: int
    miles_a_year: int
    miles_unknown: int
    iros_over_limit: int
    children_over_limit: int
    permanent_fte: float
    interim_fte: float
    cost_permanent: float
    cost_interim: float
    children_who_change: int = 0
    children_who_must: int = 0
    children_covered: int = 0

    @property
    def cost(self) -> float:
        """Pounds a year."""
        return self.cost_permanent + self.cost_interim

    @property
    def per_fte(self) -> float:
        """What the limit counts, for each FTE."""
        return self.load_per_fte if self.limit_counts == "load" else self.children_per_fte


def summary(
    snapshot: Snapshot,
    day: date,
    *,
    children_who_change: int = 0,
    children_who_must: int = 0,
    children_covered: int = 0,
) -> Summary:
    """The figures of a service on a day; how many children change IRO is the plan's to say."""
    loads = caseloads(snapshot, day)
    settings = loads.settings
    counted = loads.load if settings.limit_counts == "load" else float(loads.children)
    needed = counted / settings.limit_per_fte
    differences = {load.iro.name: found for load in loads.loads if (found := load.share_difference) is not None}
    furthest = max(differences, key=lambda name: abs(differences[name]), default="")
    together, families = _together(loads)
    miles, unknown = _miles(loads)
    over = [load for load in loads.loads if load.available > 0 and load.over_limit > 0]
    paid = {"permanent": 0.0, "interim": 0.0}
    for iro in snapshot.iro.values():
        if at_work(iro, day):
            hours = snapshot.iro_on(iro, day).contracted_hours
            paid[iro.employment] += fte(hours, settings.full_time_hours)
    return Summary(
        day=day,
        fte=loads.fte,
        children=loads.children,
        cases=loads.cases,
        load=loads.load,
        load_per_fte=loads.load_per_fte,
        children_per_fte=loads.children_per_fte,
        limit_per_fte=settings.limit_per_fte,
        limit_counts=settings.limit_counts,
        counted=counted,
        needed_fte=needed,
        short_fte=loads.short_fte,
        spare_fte=max(0.0, loads.fte - needed),
        furthest_share_difference=abs(differences.get(furthest, 0.0)),
        furthest_signed=differences.get(furthest, 0.0),
        furthest=furthest,
        rms_share_difference=loads.rms_share_difference,
        waiting=len(loads.waiting),
        families_together=together / families if families else None,
        families=families,
        miles_a_year=miles,
        miles_unknown=unknown,
        iros_over_limit=len(over),
        children_over_limit=sum(_children_over(load) for load in over),
        permanent_fte=paid["permanent"],
        interim_fte=paid["interim"],
        cost_permanent=paid["permanent"] * settings.cost_permanent,
        cost_interim=paid["interim"] * settings.cost_interim,
        children_who_change=children_who_change,
        children_who_must=children_who_must,
        children_covered=children_covered,
    )


def compared(*summaries: Summary) -> tuple[tuple[str, ...], ...]:
    """The figures side by side as they are written everywhere: a row each, its label first."""
    return tuple((label, *(write(each) for each in summaries)) for label, write in _ROWS.items())


def _signed(fraction: float) -> str:
    return f"{fraction:+.1%}".replace("-", "−")


def pounds(amount: float) -> str:
    """Pounds to the nearest thousand."""
    return f"£{round(amount, -3):,.0f}"


_ROWS: Mapping[str, Callable[[Summary], str]] = {
    "FTE available": lambda s: f"{s.fte:.2f}",
    "Children": lambda s: f"{s.children:,}",
    "Cases": lambda s: f"{s.cases:,}",
    "Load": lambda s: f"{s.load:,.1f}",
    "Load per FTE": lambda s: f"{s.load_per_fte:.1f}",
    "Children per FTE": lambda s: f"{s.children_per_fte:.1f}",
    "FTE needed for the limit": lambda s: f"{s.needed_fte:.2f} ({s.limit_per_fte:g} {s.limit_counts} each)",
    "FTE short": lambda s: f"{s.short_fte:.2f}",
    "FTE to spare": lambda s: f"{s.spare_fte:.2f}",
    "Furthest from share": lambda s: _signed(s.furthest_signed) + (f" ({s.furthest})" if s.furthest else ""),
    "Children who change IRO": lambda s: f"{s.children_who_change:,}",
    "of them because they must": lambda s: f"{s.children_who_must:,}",
    "Children covered meanwhile": lambda s: f"{s.children_covered:,}",
    "Waiting for an IRO": lambda s: f"{s.waiting:,}",
    "Families with one IRO": lambda s: "–" if s.families_together is None else f"{s.families_together:.1%}",
    "Miles a year": lambda s: f"{s.miles_a_year:,}",
    "Children of unknown distance": lambda s: f"{s.miles_unknown:,}",
    "Children over the limit": lambda s: f"{s.children_over_limit:,}",
    "Cost a year": lambda s: pounds(s.cost),
    "of it interim": lambda s: pounds(s.cost_interim),
}


def _children_over(load: IroLoad) -> int:
    """How many children fewer would bring an IRO within the limit, taken as of middling weight."""
    over = load.over_limit
    if load.limit_counts == "load" and load.load:
        over *= load.children / load.load
    return math.ceil(round(over, 6))


def _together(loads: Caseloads) -> tuple[int, int]:
    iros: dict[str, list[str]] = {}
    for iro, cases in loads.by_iro.items():
        for case in cases:
            if case.family:
                iros.setdefault(case.family, []).append(iro)
    several = [found for found in iros.values() if len(found) > 1]
    return sum(len(set(found)) == 1 for found in several), len(several)


def _miles(loads: Caseloads) -> tuple[int, int]:
    total, unknown = 0.0, 0
    for load in loads.loads:
        for case in loads.by_iro.get(load.iro.id, ()):
            if load.iro.base is None or case.placement is None:
                unknown += 1
            else:
                total += math.dist(load.iro.base, case.placement) / METRES_A_MILE
    return round(total * 2 * REVIEWS_A_YEAR), unknown
