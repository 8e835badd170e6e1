"""The service report, for supervision and the annual report: a period's figures, each from where screens have it.

What the records cannot tell is said to be not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean, median

from iro_allocator import briefing
from iro_allocator.caseload import Caseloads, caseloads, distance_band, reviews_a_year
from iro_allocator.diary import add_months
from iro_allocator.domain import CP, Case, Snapshot
from iro_allocator.edits import Step
from iro_allocator.looking_back import Decided, decided, waited
from iro_allocator.paper import pages
from iro_allocator.paper.caseload_bars import bars
from iro_allocator.paper.caseload_sheet import CaseloadSheet
from iro_allocator.paper.colours import LIGHT
from iro_allocator.paper.reviews_by_month import ReviewsByMonth
from iro_allocator.reports.changes import HANDOVER, Changed, changed
from iro_allocator.sheets.charts import Drawn, Plot
from iro_allocator.sheets.writing import Heading, Table, Value, shown

UNKNOWN = "not known"
MONTHS = 12
"""How far back the report goes unless a day is given."""


@dataclass(frozen=True, slots=True)
class Past:
    """A step that is in effect: its number, the day on which it was made, and by whom."""

    number: int
    day: date
    by: str
    step: Step


@dataclass(frozen=True)
class Section:
    """A part of the report: a table, what is to be known about it, perhaps a chart of the same for pages.

    For a workbook the table's own `plot` says what its chart shows.
    """

    table: Table
    note: str = ""
    chart: pages.Chart | None = None


class ServiceReport:
    """The report of a service from a day to a day. `past` are the steps in effect."""

    def __init__(self, snapshot: Snapshot, since: date, until: date, past: Sequence[Past]) -> None:
        self.snapshot, self.since, self.until = snapshot, since, until
        self.loads = caseloads(snapshot, until)
        self._changes = changed(snapshot, since, until)
        self._past = [one for one in past if since <= one.day <= until]
        self._waited = waited(snapshot, since, until)
        self._reviews = briefing.reviews(snapshot, self.loads)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every part, in order."""
        return (
            self._summary(),
            self._iros(),
            self._by_month(),
            self._by_reason(),
            self._due(),
            self._decisions(),
        )

    @property
    def children(self) -> frozenset[str]:
        """The children whom the report tells of one by one."""
        return frozenset(case for _, each in self._differing() for case in each.cases)

    # -- the parts ---------------------------------------------------------------------------------

    def _summary(self) -> Section:
        rows: list[tuple[Value, ...]] = [
            *self._capacity(),
            *self._spread(),
            *self._continuity(),
            *self._places(),
            *self._time_to_allocate(),
            *self._reviews_rows(),
            *self._decision_rows(),
        ]
        columns = (Heading("Figure"), Heading("Value", "number", 1), Heading("Note"))
        period = f"From {shown(self.since)} to {shown(self.until)}. Caseloads are those of the last day."
        return Section(Table("Summary", columns, tuple(rows)), period)

    def _capacity(self) -> Iterable[tuple[Value, ...]]:
        loads = self.loads
        everyone = _everyone(loads)
        plans = [case for case in everyone if case.type == CP]
        limit = loads.settings.limit_per_fte
        yield "Capacity (FTE available)", loads.fte, "after other duties and absence"
        yield "Children", loads.children, f"{len(everyone) - len(plans):,} looked after, {len(plans):,} on plans"
        yield "Cases", loads.cases, f"looked-after children, and {briefing.families(plans):,} families on plans"
        yield "Load", loads.load, f"{loads.settings.name}, version {loads.settings.version}"
        yield "Children per FTE", loads.children_per_fte, ""
        yield "Load per FTE", loads.load_per_fte, f"limit {limit:g}, in {loads.settings.limit_counts}"
        yield "FTE short", round(loads.short_fte, 2), "for everybody to stay within the limit"
        yield "Children waiting for an IRO", len(loads.waiting), f"{briefing.families(loads.waiting):,} families"
        yield "IROs over their limit", sum(load.over_limit > 0 for load in loads.loads), ""

    def _spread(self) -> Iterable[tuple[Value, ...]]:
        furthest = self.loads.furthest
        far = furthest.share_difference if furthest else None
        yield "Spread (per cent)", 100 * self.loads.rms_share_difference, "root mean square of the share differences"
        if furthest and far is not None:
            yield "Furthest from their share (per cent)", 100 * far, furthest.iro.name
        else:
            yield "Furthest from their share (per cent)", UNKNOWN, "no IRO is available"

    def _continuity(self) -> Iterable[tuple[Value, ...]]:
        held = sum(len(cases) for cases in self.loads.by_iro.values())
        others = len(briefing.changed_iro(self.snapshot, self.loads, self.since))
        share: Value = 100 * (held - others) / held if held else UNKNOWN
        yield "Kept their IRO (per cent)", share, f"{others:,} of {held:,} children had another one in the period"
        handed = [change for change in self._changes if change.what == HANDOVER]
        children = {change.case.id for change in handed}
        yield "Changes of IRO", len(handed), f"{len(children):,} children; by reason below"
        for what, words in (("allocated", "Children allocated"), ("ended", "Allocations ended with the case")):
            yield words, sum(change.what == what for change in self._changes), ""

    def _places(self) -> Iterable[tuple[Value, ...]]:
        looked_after = [case for case in _everyone(self.loads) if case.type != CP]
        far = sum(distance_band(case) in ("out_of_area_20", "out_of_area_50") for case in looked_after)
        unknown = sum(
            case.out_of_area and case.placement_miles is None and not case.distance_band for case in looked_after
        )
        yield "Placed out of area", sum(case.out_of_area for case in looked_after), ""
        note = f"of {unknown:,} out of area the miles are {UNKNOWN}" if unknown else ""
        yield "Out of area, 20 miles and more", far, note

    def _time_to_allocate(self) -> Iterable[tuple[Value, ...]]:
        days = [one.working_days for one in self._waited if one.working_days is not None]
        unknown = len(self._waited) - len(days)
        allowed = self.loads.settings.appointment_days
        note = f"{len(days):,} children who got an IRO after having none"
        note += f"; of {unknown:,} more it is {UNKNOWN} since when they waited" if unknown else ""
        yield "Working days to an IRO, mean", float(mean(days)) if days else UNKNOWN, note
        yield "Working days to an IRO, median", float(median(days)) if days else UNKNOWN, ""
        late: Value = sum(count > allowed for count in days) if days else UNKNOWN
        yield f"Later than {allowed} working days", late, "children"

    def _reviews_rows(self) -> Iterable[tuple[Value, ...]]:
        everyone = _everyone(self.loads)
        known = [case.last_review for case in everyone if case.last_review]
        held: Value = sum(self.since <= day <= self.until for day in known) if known else UNKNOWN
        note = "at least: only each open child's last review is on record"
        yield "Reviews and conferences held", held, note
        none = len(everyone) - len(known)
        yield "Children without a review on record", none, ""
        yield "Reviews and conferences overdue", self._reviews.overdue, ""
        ahead = sum(month.due for month in self._reviews.months)
        yield "Due in the twelve months ahead", ahead, "from next month; dates as recorded, else the statutory ones"
        yield "A year at three for each child", reviews_a_year(self.loads.children), "reviews and conferences"

    def _decision_rows(self) -> Iterable[tuple[Value, ...]]:
        every = [each for past in self._past for each in decided(past.step)]
        taken = [each for each in every if each.accepted]
        other = sum(each.accepted != each.suggested for each in taken)
        yield (
            "Families decided with a suggestion",
            len(taken),
            f"{len(every) - len(taken):,} more were left as they were",
        )
        yield "Decided otherwise than suggested", other, "one by one below" if other else ""

    def _iros(self) -> Section:
        columns = (
            *(Heading("IRO"), Heading("Employment"), Heading("Hours", "number", 1), Heading("FTE", "number", 2)),
            *(Heading("Children", "number"), Heading("Cases", "number"), Heading("Load", "number", 2)),
            *(Heading("Share", "number", 2), Heading("Difference, %", "number", 1)),
            *(Heading("Limit", "number", 1), Heading("Over limit", "number", 1)),
        )
        rows: list[tuple[Value, ...]] = [
            (
                load.iro.name,
                load.iro.employment,
                load.iro.contracted_hours,
                load.available,
                load.children,
                load.cases,
                load.load,
                load.share,
                None if load.share_difference is None else 100 * load.share_difference,
                load.limit,
                load.over_limit,
            )
            for load in self.loads.loads
        ]
        chart = CaseloadSheet(bars(self.loads))
        return Section(
            Table("Caseloads", columns, tuple(rows), _counts(self.loads), plot=self._loads_plot()),
            f"On {shown(self.until)}: load against the share of hours available, and the limit.",
            pages.Chart(chart.draw, chart.lines, chart.words),
        )

    def _loads_plot(self) -> Plot:
        drawn = [Drawn("Load", LIGHT.cp), Drawn("Share", LIGHT.share, measure=True)]
        against = "share"
        # A limit in children is nothing to hold a load against.
        if self.loads.settings.limit_counts == "load":
            drawn.insert(1, Drawn("Limit", LIGHT.limit, measure=True))
            against = "share and limit"
        return Plot(f"Load of every IRO against {against}", "IRO", tuple(drawn), "Load", lying=True)

    def _by_month(self) -> Section:
        columns = (
            *(Heading("On", "date"), Heading("FTE available", "number", 2), Heading("Children", "number")),
            *(Heading("Cases", "number"), Heading("Load", "number", 1), Heading("Children per FTE", "number", 1)),
            *(Heading("Load per FTE", "number", 1), Heading("Spread, %", "number", 1), Heading("Waiting", "number")),
        )
        rows = []
        for day in self._firsts():
            then = caseloads(self.snapshot, day)
            waiting = len(then.waiting)
            counts = (then.fte, then.children, then.cases, then.load, then.children_per_fte, then.load_per_fte)
            rows.append((day, *counts, 100 * then.rms_share_difference, waiting))
        note = "Worked out from the allocations and hours on record, with each day's weights."
        return Section(Table("Month by month", columns, tuple(rows)), note)

    def _firsts(self) -> list[date]:
        """The first day of each month of the period, and its last day."""
        first = self.since if self.since.day == 1 else add_months(self.since.replace(day=1), 1)
        days = []
        while first < self.until:
            days.append(first)
            first = add_months(first, 1)
        return [*days, self.until]

    def _by_reason(self) -> Section:
        found: dict[str, list[Changed]] = {}
        for change in self._changes:
            if change.what == HANDOVER:
                found.setdefault(change.why or "no reason on record", []).append(change)
        rows: list[tuple[Value, ...]] = [
            (why, len(changes), briefing.families(change.case for change in changes))
            for why, changes in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
        ]
        columns = (Heading("Why the IRO changed"), Heading("Changes", "number"), Heading("Families", "number"))
        return Section(Table("Changes by reason", columns, tuple(rows), {"Changes": sum(map(len, found.values()))}))

    def _due(self) -> Section:
        months = self._reviews.months
        columns = (Heading("Month", "date"), Heading("Due", "number"), Heading("Capacity", "number", 1))
        rows = tuple((month.first, month.due, month.capacity) for month in months)
        drawn = (Drawn("Due", LIGHT.cp), Drawn("Capacity", LIGHT.text, measure=True))
        plot = Plot("Reviews and conferences due", "Month", drawn, "Reviews and conferences")
        chart = ReviewsByMonth(months)
        note = f"{self._reviews.overdue:,} overdue, {self._reviews.this_month:,} more due this month. "
        note += "Capacity is what the IROs at work can hold after planned leave."
        return Section(Table("Reviews due", columns, rows, plot=plot), note, pages.Chart(chart.draw, 14, chart.words))

    def _decisions(self) -> Section:
        columns = tuple(map(Heading, ("Who", "Children", "Suggested", "Chosen", "Why")))
        rows: list[tuple[Value, ...]] = [
            (
                past.day,
                past.by,
                ", ".join(each.cases),
                self._called(each.suggested),
                self._called(each.accepted),
                each.reason,
            )
            for past, each in self._differing()
        ]
        table = Table("Decided otherwise", (Heading("Date", "date"), *columns), tuple(rows))
        return Section(table, "Families for whom a person chose another IRO than the one suggested.")

    def _differing(self) -> list[tuple[Past, Decided]]:
        return [
            (past, each)
            for past in self._past
            for each in decided(past.step)
            if each.accepted not in ("", each.suggested)
        ]

    def _called(self, iro: str) -> str:
        return self.snapshot.iro[iro].name if iro in self.snapshot.iro else iro


def _everyone(loads: Caseloads) -> list[Case]:
    return [case for cases in loads.by_iro.values() for case in cases] + list(loads.waiting)


def _counts(loads: Caseloads) -> dict[str, Value]:
    return {"Children": loads.children, "Cases": loads.cases, "Load": loads.load}
