"""The figures, decisions and reviews of the Overview, without a window."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from iro_allocator.briefing import Decision, decisions, figures, reviews, signed_percent, split_families
from iro_allocator.caseload import caseloads
from iro_allocator.domain import Record, Snapshot
from tests.builders import (
    DAY,
    absence,
    allocation,
    apart,
    barred,
    case,
    held,
    iro,
    settings,
    small_service,
    snapshot,
)


def decided(*records: Record | Iterable[Record]) -> list[Decision]:
    made = snapshot(*records)
    return list(decisions(made, caseloads(made, DAY)))


def card(service: Snapshot, key: str) -> tuple[str, str, bool]:
    found = next(f for f in figures(service, caseloads(service, DAY)) if f.key == key)
    return found.figure, found.note, found.bad


def test_waiting_counts_children_families_and_working_days() -> None:
    # Opened on Thursday 19 November; Monday 23 is the second working day after it.
    assert card(small_service(), "waiting") == ("2 children", "1 family · oldest 2 of 5 working days", False)


def test_waiting_for_longer_than_allowed_is_marked_and_needs_a_decision() -> None:
    child = case(opened=DAY - timedelta(14))
    assert card(snapshot(iro(), child), "waiting") == (
        "1 child",
        "1 family · oldest 10 of 5 working days",
        True,
    )
    first = decided(iro(), child)[0]
    assert (first.tag, first.words) == ("late", "1 child waiting for more than 5 working days")


def test_nobody_waiting_says_so() -> None:
    assert card(snapshot(held(iro(), 2), iro()), "waiting")[:2] == ("Nobody", "every child has an IRO")


def test_capacity_names_who_is_absent_and_who_leaves() -> None:
    away, going = iro("A. Away"), iro("B. Going", last_day=date(2027, 3, 1))
    service = snapshot(away, going, iro("C. Here", 18.5), absence(away))
    assert card(service, "capacity") == ("1.5 FTE", "3 IROs · 1 absent · 1 leaving by March", False)


def test_caseload_per_fte_says_how_many_more_fit() -> None:
    who = iro()
    assert card(snapshot(who, held(who, 60)), "per_fte") == (
        "60.0",
        "limit 70 · room for 10 more · 60.0 children per FTE",
        False,
    )


def test_caseload_over_the_limit_says_how_many_fte_are_short() -> None:
    # 77 children at 70 per FTE need 1.1 FTE.
    who = iro()
    assert card(snapshot(who, held(who, 77)), "per_fte")[1:] == (
        "limit 70 · short by 0.10 FTE · 77.0 children per FTE",
        True,
    )


def test_when_the_limit_counts_children_so_does_the_card() -> None:
    who = iro()
    service = snapshot(who, settings(limit_counts="children"), held(who, 10, out_of_area=True))
    assert card(service, "per_fte")[:2] == ("10.0", "limit 70 · room for 60 more · load 11.0 per FTE")


def test_furthest_from_share_is_signed_and_named() -> None:
    # Loads 6 and 2 with equal shares of 4: +50 % and −50 %; the first of the two is named.
    one, two = iro("A. One"), iro("B. Two")
    service = snapshot(one, two, held(one, 6), held(two, 2, start=200))
    assert card(service, "furthest") == ("+50%", "A. One · target within ±7.5%", True)


@pytest.mark.parametrize(("fraction", "text"), [(0.1397, "+14%"), (-0.124, "−12%"), (0.004, "0%"), (-0.004, "0%")])
def test_per_cents_are_signed_with_a_real_minus(fraction: float, text: str) -> None:
    assert signed_percent(fraction).replace("\u00a0", " ") == text


def test_continuity_counts_children_who_had_another_iro_within_a_year() -> None:
    one, two = iro("A. One"), iro("B. Two")
    moved: list[Record] = [
        case("C-900"),
        allocation("C-900", two, end=date(2026, 6, 1)),
        allocation("C-900", one, date(2026, 6, 1), id="C-900/2"),
        case("C-901"),
        allocation("C-901", two, end=date(2025, 6, 1)),
        allocation("C-901", one, date(2025, 6, 1), id="C-901/2"),
    ]
    assert card(snapshot(one, two, held(one, 8), moved), "continuity")[:2] == (
        "90%",
        "1 of 10 children changed",
    )


def test_a_service_without_anybody_has_figures_all_the_same() -> None:
    assert [f.figure for f in figures(snapshot(), caseloads(snapshot(), DAY))] == [
        "Nobody",
        "0",
        "0.0 FTE",
        "0.0",
        "–",
        "–",
    ]


def test_a_calm_service_needs_no_decision() -> None:
    who = iro()
    assert decided(who, held(who, 3)) == []


def test_over_the_limit_names_the_worst_and_sums_up_the_rest() -> None:
    many = [iro(f"{letter}. Full", limit=1.0) for letter in "ABCDE"]
    load = [held(who, 2 + n, start=100 * (n + 1)) for n, who in enumerate(many)]
    found = [d for d in decided(many, *load) if d.tag == "over limit"]
    assert [d.words for d in found] == [
        "E. Full is 5.0 over the limit of 1.0",
        "D. Full is 4.0 over the limit of 1.0",
        "C. Full is 3.0 over the limit of 1.0",
        "2 more IROs are over their limit",
    ]
    assert found[0].page == "caseloads"
    assert found[-1].ids == ("b-full", "a-full")


def test_who_leaves_soon_or_has_left_or_is_away_for_good_leaves_children_to_move() -> None:
    left, going, sick, covered = (
        iro("A. Left", last_day=date(2026, 10, 1)),
        iro("B. Going"),
        iro("C. Sick"),
        iro("D. Cov"),
    )
    going = iro("B. Going", last_day=date(2027, 3, 20))
    later = iro("E. Later", last_day=date(2027, 6, 1))
    found = decided(
        [left, going, sick, covered, later],
        absence(sick, keeps_children=False),
        absence(covered),
        *(held(who, 2, start=100 * n) for n, who in enumerate([left, going, sick, covered, later], 1)),
    )
    assert [(d.tag, d.words, d.page) for d in found if d.page in {"caseloads", "what_if"}] == [
        ("has left", "A. Left has left: 2 children to move", "caseloads"),
        ("leaving 20 Mar", "B. Going: 2 children to move", "what_if"),
        ("away", "C. Sick is away: 2 children to move", "caseloads"),
    ]


def test_split_families_count_unless_they_may_be_split() -> None:
    service = small_service()
    assert split_families(caseloads(service, DAY)) == {"Fam-20": ("C-301", "C-302")}
    one, two = iro("A. One"), iro("B. Two")
    apart_on_purpose = [case("C-1", family="F"), case("C-2", family="F", separate=True)]
    made = snapshot(one, two, apart_on_purpose, allocation("C-1", one), allocation("C-2", two))
    assert split_families(caseloads(made, DAY)) == {}


def test_a_waiting_child_who_had_an_iro_of_today_is_returning() -> None:
    service = small_service()
    found = [d for d in decisions(service, caseloads(service, DAY)) if d.tag == "returning"]
    assert [(d.words, d.page, d.ids) for d in found] == [
        ("1 waiting child had B. Carter before", "referrals", ("C-401",))
    ]


def test_placements_out_of_area_without_a_distance_are_a_gap() -> None:
    service = small_service()
    found = [d for d in decisions(service, caseloads(service, DAY)) if d.tag == "data"]
    assert [(d.words, d.ids) for d in found] == [("2 placements out of area lack a distance", ("C-200", "C-201"))]


def test_rules_broken_today_are_named() -> None:
    who = iro(takes=("LAC",))
    children = [case("C-1", "CP"), case("C-2"), case("C-3"), case("C-4", requires=("urdu",))]
    found = decided(who, children, [allocation(c, who) for c in children], barred("C-2", who), apart("C-2", "C-3"))
    assert [d.words for d in found if d.tag == "rule"] == [
        "C-2 has A. Hussain, who may not have this child",
        "C-2 and C-3 are to be kept apart, both with A. Hussain",
        "A. Hussain does not take the type of 1 child",
        "A. Hussain lacks a skill required for 1 child",
    ]


def test_reviews_fall_in_their_months_and_repeat_by_the_statutory_intervals() -> None:
    who = iro()
    children = [
        case("C-1", last_review=date(2026, 9, 10)),  # due 10 Mar 2027, then 10 Sep 2027
        case("C-2", next_review=date(2026, 11, 30)),  # this month, then 30 May 2027 and 30 Nov 2027
        case("C-3", last_review=date(2026, 1, 5)),  # overdue since July; the next within 6 months of today
        case("C-4", "CP", opened=date(2026, 11, 2)),  # 2 Feb 2027, then 2 May (3 months), 2 Nov
    ]
    made = snapshot(who, children, [allocation(c, who) for c in children])
    due = reviews(made, caseloads(made, DAY))
    assert (due.overdue, due.this_month) == (1, 1)
    assert [month.due for month in due.months] == [0, 0, 1, 1, 0, 3, 0, 0, 0, 1, 0, 3]
    assert due.months[0].first == date(2026, 12, 1)


def test_a_month_of_leave_halves_the_capacity_of_two() -> None:
    one, two = iro("A. One"), iro("B. Two")
    children = [
        held(one, 12, next_review=date(2027, 8, 12)),
        held(two, 12, start=200, next_review=date(2027, 7, 1)),
    ]
    away = absence(two, date(2027, 8, 1), date(2027, 8, 31))
    made = snapshot(one, two, *children, away)
    months = {month.first.month: month for month in reviews(made, caseloads(made, DAY)).months}
    # 24 children, 24 reviews (and 0 repeats) in 12 months = 1/12 for each child and month; 70 × 2 FTE / 12.
    assert months[7].capacity == pytest.approx(140 / 12)
    assert months[8].capacity == pytest.approx(70 / 12)
    assert months[8].over and months[7].over
    assert months[8].words == "August 2027: 12 reviews due, capacity 6, 6 too many"
