"""The service report: every figure is the one that the screens show, and what is not known is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from iro_allocator import briefing, reports, sample
from iro_allocator.caseload import caseloads
from iro_allocator.domain import Settings, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.reports.service import Section, ServiceReport
from tests.builders import DAY, allocation, case, iro, small_service, snapshot

YEAR = date(2025, 11, 23)


@pytest.fixture(scope="module")
def kirklees() -> Snapshot:
    return Snapshot.of(sample.service(iros=20, children=1137, seed=2017, on=DAY))


def section(report: ServiceReport, title: str) -> Section:
    return next(each for each in report.sections if each.table.title == title)


def figures(report: ServiceReport) -> dict[str, Any]:
    return {str(row[0]): row[1] for row in section(report, "Summary").table.rows}


def test_the_summary_holds_the_figures_of_the_overview(kirklees: Snapshot) -> None:
    found, loads = figures(ServiceReport(kirklees, YEAR, DAY, ())), caseloads(kirklees, DAY)
    # W4: 699 + 438 children, 17.0 FTE = 66.9 per FTE; W7: three reviews a year for 1,137 children.
    assert (found["Children"], found["Children per FTE"]) == (1137, loads.children_per_fte)
    assert found["A year at three for each child"] == 3411
    assert (found["Capacity (FTE available)"], found["Load"], found["Cases"]) == (loads.fte, loads.load, loads.cases)
    cards = {card.key: card for card in briefing.figures(kirklees, loads)}
    assert f"{found['Kept their IRO (per cent)']:.0f}%" == cards["continuity"].figure
    assert found["Children waiting for an IRO"] == 7 and "7 children" in cards["waiting"].figure
    assert briefing.signed_percent(found["Furthest from their share (per cent)"] / 100) == cards["furthest"].figure
    assert found["Reviews and conferences overdue"] == briefing.reviews(kirklees, loads).overdue


def test_every_iro_stands_with_the_load_share_and_limit_of_the_caseloads_page(kirklees: Snapshot) -> None:
    part = section(ServiceReport(kirklees, YEAR, DAY, ()), "Caseloads")
    loads = caseloads(kirklees, DAY)
    assert [row[0] for row in part.table.rows] == [load.iro.name for load in loads.loads]
    assert [(row[6], row[7], row[9]) for row in part.table.rows] == [(x.load, x.share, x.limit) for x in loads.loads]
    assert part.chart and all(load.iro.name in part.chart.words for load in loads.loads)


def test_a_limit_in_children_is_not_drawn_beside_a_load(kirklees: Snapshot) -> None:
    def drawn(service: Snapshot) -> list[str]:
        plot = section(ServiceReport(service, YEAR, DAY, ()), "Caseloads").table.plot
        return [each.header for each in plot.drawn] if plot else []

    assert drawn(kirklees) == ["Load", "Limit", "Share"]
    assert drawn(snapshot(iro("B. Carter"), Settings(limit_counts="children"))) == ["Load", "Share"]


def test_changes_are_counted_by_their_reason(kirklees: Snapshot) -> None:
    report = ServiceReport(kirklees, YEAR, DAY, ())
    (handovers,) = reports.allocation_list(kirklees, DAY, "handover", since=YEAR)
    by_reason = section(report, "Changes by reason").table
    assert sum(int(str(row[1])) for row in by_reason.rows) == len(handovers.rows) == figures(report)["Changes of IRO"]
    assert {str(row[0]) for row in by_reason.rows} == {str(row[-1]) for row in handovers.rows}


def test_the_time_to_an_iro_is_counted_in_working_days_and_unknown_is_no_zero() -> None:
    carter = iro("B. Carter")
    friday, monday, tuesday = date(2026, 11, 6), date(2026, 11, 9), date(2026, 11, 17)
    service = snapshot(
        carter,
        case("C-1", opened=friday),
        case("C-2", opened=friday),
        case("C-3", opened=None),
        allocation("C-1", carter, monday),  # one working day
        allocation("C-2", carter, tuesday),  # seven
        allocation("C-3", carter, monday),
    )
    found = figures(ServiceReport(service, YEAR, DAY, ()))
    assert found["Working days to an IRO, mean"] == 4.0
    assert found["Later than 5 working days"] == 1
    note = section(ServiceReport(service, YEAR, DAY, ()), "Summary").table.rows
    assert any("of 1 more it is not known" in str(row[2]) for row in note)


def test_what_nobody_has_recorded_is_not_known() -> None:
    found = figures(ServiceReport(small_service(), YEAR, DAY, ()))
    assert found["Reviews and conferences held"] == "not known"
    assert found["Working days to an IRO, mean"] == "not known"
    empty = figures(ServiceReport(Snapshot(), YEAR, DAY, ()))
    assert empty["Furthest from their share (per cent)"] == empty["Kept their IRO (per cent)"] == "not known"
    assert (empty["Children"], empty["Capacity (FTE available)"]) == (0, 0)


def test_out_of_area_over_twenty_miles_is_counted_and_the_unknown_told() -> None:
    placed = {"C-1": 19.9, "C-2": 20.0, "C-3": 60.0, "C-4": None}
    service = snapshot([case(key, out_of_area=True, placement_miles=miles) for key, miles in placed.items()])
    rows = section(ServiceReport(service, YEAR, DAY, ()), "Summary").table.rows
    assert [row[1:] for row in rows if "20 miles" in str(row[0])] == [(2, "of 1 out of area the miles are not known")]


def test_decisions_that_differ_from_the_suggestion_are_told_with_who_and_why() -> None:
    def past(number: int, day: date, accepted: str) -> reports.Past:
        move = {"cases": ["C-401"], "suggested": "a-hussain", "accepted": accepted, "choice": "knows the family"}
        detail = {"suggestion": {"moves": [move], "not_accepted": [{"cases": ["C-402"], "suggested": "r-bell"}]}}
        return reports.Past(number, day, "A. Manager", Step("Allocate", (), detail=detail))

    made = [past(1, DAY, "b-carter"), past(2, DAY, "a-hussain"), past(3, YEAR - timedelta(1), "b-carter")]
    report = ServiceReport(small_service(), YEAR, DAY, made)
    assert section(report, "Decided otherwise").table.rows == (
        (DAY, "A. Manager", "C-401", "A. Hussain", "B. Carter", "knows the family"),
    )
    assert figures(report)["Families decided with a suggestion"] == 2
    assert report.children == {"C-401"}


def test_months_of_the_period_end_with_its_last_day(kirklees: Snapshot) -> None:
    rows = section(ServiceReport(kirklees, date(2026, 8, 15), DAY, ()), "Month by month").table.rows
    assert [row[0] for row in rows] == [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1), DAY]
    then = caseloads(kirklees, date(2026, 9, 1))
    assert rows[0][1:5] == (then.fte, then.children, then.cases, then.load)


def test_the_spread_is_nought_when_everybody_has_their_share() -> None:
    carter, bell = iro("B. Carter"), iro("R. Bell")
    even = snapshot(carter, bell, case("C-1"), case("C-2"), allocation("C-1", carter), allocation("C-2", bell))
    assert figures(ServiceReport(even, YEAR, DAY, ()))["Spread (per cent)"] == 0.0
    # 2 and 0 of a share of 1 each: both 100% away.
    uneven = Step("", (Edit(allocation("C-2", bell), replace(allocation("C-2", bell), iro=carter.id)),)).apply(even)
    assert figures(ServiceReport(uneven, YEAR, DAY, ()))["Spread (per cent)"] == pytest.approx(100.0)
