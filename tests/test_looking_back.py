"""What has been: months, who stayed, what happened to a caseload, what fields are called."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.caseload import caseloads
from iro_allocator.domain import RECORDS
from iro_allocator.looking_back import FIELDS, Happening, changed_fields, lately, load_by_month, same_children, say
from tests.builders import DAY, LONG_AGO, allocation, case, held, iro, settings, small_service, snapshot

HUSSAIN, CARTER = iro("A. Hussain"), iro("B. Carter", 18.5)
LAST_WEEK = DAY - timedelta(7)


def test_the_months_end_today_with_what_the_caseload_is() -> None:
    records = small_service()
    months = load_by_month(records, DAY)
    for load in caseloads(records, DAY).loads:
        last = months[load.iro.id][-1]
        assert (last.day, last.load, last.share, last.children) == (DAY, load.load, load.share, load.children)
    assert [month.day for month in months["a-hussain"]] == [
        *(date(2025, 12, 1), *(date(2026, n, 1) for n in range(1, 12))),
        DAY,
    ]


def test_the_months_follow_the_allocations() -> None:
    records = snapshot(
        *(HUSSAIN, CARTER),
        case("C-1"),
        allocation("C-1", HUSSAIN, end=date(2026, 6, 10)),
        allocation("C-1", CARTER, date(2026, 6, 10), id="C-1/2"),
    )
    found = load_by_month(records, DAY)
    assert [month.load for month in found[HUSSAIN.id]] == [1.0] * 7 + [0.0] * 6
    assert [month.load for month in found[CARTER.id]] == [0.0] * 7 + [1.0] * 6
    assert found[CARTER.id][-1].words == "23 Nov 2026: load 1.0, share 0.3, 1 children"


def test_a_first_of_the_month_is_not_counted_twice() -> None:
    months = load_by_month(small_service(), date(2026, 11, 1))["a-hussain"]
    assert [month.day for month in months][-2:] == [date(2026, 10, 1), date(2026, 11, 1)]


def test_the_limit_of_children_is_not_drawn_among_loads() -> None:
    records = snapshot(HUSSAIN, held(HUSSAIN, 2), settings(limit_counts="children"))
    assert load_by_month(records, DAY)[HUSSAIN.id][-1].limit is None


def test_looking_back_ends_when_asked_to() -> None:
    assert load_by_month(small_service(), DAY, stopped=lambda: True) == {}


def test_the_same_children_are_those_who_had_this_iro_a_year_ago() -> None:
    records = snapshot(
        *(HUSSAIN, CARTER),
        held(HUSSAIN, 3),
        case("C-1"),
        allocation("C-1", CARTER, end=LAST_WEEK),
        allocation("C-1", HUSSAIN, LAST_WEEK, id="C-1/2"),
        case("C-2", opened=LAST_WEEK),
        allocation("C-2", HUSSAIN, LAST_WEEK),
    )
    assert same_children(records, caseloads(records, DAY), HUSSAIN.id) == (3, 4)
    assert same_children(records, caseloads(records, DAY), CARTER.id) == (0, 0)


def test_a_handover_is_told_on_both_sides_once_for_the_family() -> None:
    family = [case(key, family="Fam-1") for key in ("C-1", "C-2")]
    records = snapshot(
        *(HUSSAIN, CARTER),
        family,
        [allocation(child, HUSSAIN, end=LAST_WEEK) for child in family],
        [allocation(child, CARTER, LAST_WEEK, id=f"{child.id}/2", reason="evened out") for child in family],
    )
    assert lately(records, CARTER.id, DAY) == (
        Happening(LAST_WEEK, "took Fam-1 (2 children) from A. Hussain: evened out"),
    )
    assert lately(records, HUSSAIN.id, DAY) == (Happening(LAST_WEEK, "Fam-1 (2 children) to B. Carter: evened out"),)


def test_endings_and_cover_are_told_for_what_they_are() -> None:
    records = snapshot(
        *(HUSSAIN, CARTER),
        case("C-1", closed=LAST_WEEK),
        allocation("C-1", HUSSAIN, end=LAST_WEEK),
        case("C-2"),
        allocation("C-2", HUSSAIN, end=LAST_WEEK),
        case("C-3"),
        allocation("C-3", CARTER),
        allocation("C-3", HUSSAIN, LAST_WEEK, id="C-3/2", type="cover", reason="leave", end=DAY),
        case("C-4", opened=LAST_WEEK),
        allocation("C-4", HUSSAIN, LAST_WEEK, reason="newly looked after"),
    )
    assert [happening.words for happening in lately(records, HUSSAIN.id, DAY)] == [
        "covers no longer C-3",
        "C-1: case closed",
        "C-2 left without an IRO",
        "covers C-3: leave",
        "took C-4: newly looked after",
    ]


def test_many_families_of_one_day_are_one_line() -> None:
    records = snapshot(
        HUSSAIN,
        [case(f"C-{n}", family=f"Fam-{n // 2}") for n in range(10)],
        [allocation(f"C-{n}", HUSSAIN, LAST_WEEK, reason="new IRO started") for n in range(10)],
    )
    assert [h.words for h in lately(records, HUSSAIN.id, DAY)] == ["took 10 children of 5 families: new IRO started"]


def test_what_is_older_than_the_months_asked_for_is_left_out() -> None:
    records = snapshot(HUSSAIN, held(HUSSAIN, 3))
    assert lately(records, HUSSAIN.id, DAY) == ()
    said = [happening.words for happening in lately(records, HUSSAIN.id, LONG_AGO)]
    assert said == ["took C-100", "took C-101", "took C-102"]


def test_every_field_a_screen_can_change_has_a_name() -> None:
    follows = {"id", "iro", "case", "base", "placement", "kind"} | {"type"}
    for kind in RECORDS:
        if kind.kind in FIELDS:
            names = {field.name for field in fields(kind)}
            assert FIELDS[kind.kind].keys() <= names
            assert names - FIELDS[kind.kind].keys() <= follows


@given(st.sampled_from([("contracted_hours", 20.0), ("skills", ("urdu",)), ("last_day", DAY), ("takes_new", False)]))
def test_a_changed_field_is_named_and_no_other(change: tuple[str, object]) -> None:
    field, value = change
    assert changed_fields(HUSSAIN, replace(HUSSAIN, **{field: value})) == (field,)  # type: ignore[arg-type]
    assert changed_fields(HUSSAIN, HUSSAIN) == ()


def test_values_are_written_as_on_the_screens() -> None:
    said = [say(None), say(True), say(DAY), say(0.1, "other_duties"), say(18.5), say(("a", "b")), say("LAC", "type")]
    assert said == ["none", "yes", "23 Nov 2026", "10%", "18.5", "a, b", "looked after"]
    assert [say(code, "placement_authority") for code in ("382", "")] == ["Kirklees", "none"]
