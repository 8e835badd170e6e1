"""A step in words: what it changed, whom it is about, what it was decided against."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from iro_allocator import allocating
from iro_allocator.domain import Hours, Leaves, Scenario, Scheme, Snapshot
from iro_allocator.edits import Edit, Step, added
from iro_allocator.ui.telling import Fact, facts, suggestion, touched
from tests.builders import DAY, absence, allocation, apart, barred, case, iro, settings, small_service, snapshot

SERVICE = small_service()


def told(*edits: Edit, service: Snapshot = SERVICE) -> list[Fact]:
    return list(facts(Step("A step", edits), service))


def test_a_handover_is_one_fact_with_its_reason() -> None:
    edits = allocating.allocate(SERVICE, ["C-100"], "b-carter", DAY, "nearer to the school")
    assert told(*edits) == [Fact("C-100", "IRO", "A. Hussain", "B. Carter from 23 Nov 2026", "nearer to the school")]


def test_taking_a_handover_back_is_told_the_other_way_round() -> None:
    edits = allocating.allocate(SERVICE, ["C-100"], "b-carter", DAY, "nearer")
    back = Step("x", tuple(edits)).inverse
    assert [(f.before, f.after) for f in facts(back, SERVICE)] == [("B. Carter", "A. Hussain from 4 Mar 2024")]


def test_a_referral_had_nobody_and_a_child_who_is_let_go_has_nobody() -> None:
    assert told(*allocating.allocate(SERVICE, ["C-401"], "b-carter", DAY, ""))[0].before == "nobody"
    assert told(*allocating.end(SERVICE, "C-100", DAY)) == [
        Fact("C-100", "IRO", "A. Hussain", "nobody from 23 Nov 2026")
    ]


def test_a_pin_is_told_with_its_reason() -> None:
    found = told(*allocating.pin(SERVICE, ["C-100"], DAY, True, "court next month"))
    assert [(f.what, f.before, f.after) for f in found] == [
        ("Pinned", "no", "yes"),
        ("Why pinned", "–", "court next month"),
    ]


def test_new_records_are_told_in_a_few_words() -> None:
    hussain, child = iro("D. Okafor", 18.5, takes=("CP",)), case("C-9", "CP", "Fam-9")
    records = (
        hussain,
        child,
        absence(hussain, DAY, DAY + timedelta(7), reason="leave"),
        allocation(child, hussain),
        allocation(child, hussain, end=date(2025, 1, 1), id="C-9/2"),
        allocation(child, hussain, type="cover", start=DAY, end=DAY + timedelta(7), id="C-9/3"),
        barred(child, hussain),
        apart(child, "C-10"),
    )
    found = {(f.who, f.what): (f.before, f.after) for f in told(*added(records), service=snapshot())}
    assert found == {
        ("D. Okafor", "New IRO"): ("–", "18.5 h, permanent, takes CP"),
        ("C-9", "New child"): ("–", "child protection plan since 4 Mar 2024, family Fam-9"),
        ("D. Okafor", "Absence"): ("–", "leave, 23 Nov 2026 to 30 Nov 2026, keeps their children"),
        ("C-9", "IRO"): ("nobody", "D. Okafor from 4 Mar 2024"),
        ("C-9", "Former IRO"): ("–", "D. Okafor, 4 Mar 2024 to 1 Jan 2025"),
        ("C-9", "Cover"): ("–", "D. Okafor, 23 Nov 2026 to 30 Nov 2026"),
        ("C-9", "IRO who may not"): ("–", "D. Okafor (was the child's team manager)"),
        ("C-9", "Kept apart"): ("–", "C-10 (parent and child, both looked after)"),
    }


def test_hours_to_come_and_scenarios_are_told_in_their_own_words() -> None:
    hussain = iro("A. Hussain")
    hours = Hours(id="h", iro=hussain.id, start=DAY, contracted_hours=22.0, reason="asked for it")
    leaves = Leaves(iro=hussain.id, name=hussain.name, day=DAY)
    spring = Scenario(id="scenario-1", name="Spring", day=DAY, changes=(leaves,))
    assert told(*added([hours, spring]), service=snapshot(hussain)) == [
        Fact("A. Hussain", "Other hours", "–", "from 23 Nov 2026 22 hours a week (asked for it)"),
        Fact("Spring", "New scenario", "–", "A. Hussain leaves on 23 Nov 2026"),
    ]
    assert told(Edit(spring, replace(spring, name="Summer", changes=())), service=snapshot(hussain)) == [
        Fact("Summer", "Name", "Spring", "Summer"),
        Fact("Summer", "Changes", "A. Hussain leaves on 23 Nov 2026", "–"),
    ]
    assert told(Edit(spring, None))[0].what == "Scenario taken out"


def test_what_is_taken_out_is_told_as_it_was() -> None:
    child = case("C-9", "LAC")
    assert told(Edit(child, None)) == [Fact("C-9", "Child taken out", "looked after since 4 Mar 2024", "–")]


def test_each_changed_field_is_a_fact_and_what_follows_from_another_is_not() -> None:
    child = SERVICE.case["C-100"]
    after = replace(
        child, placement_postcode="HD1 2TA", placement=(414000, 416000), placement_miles=31.4, out_of_area=True
    )
    assert {f.what for f in told(Edit(child, after))} == {"Placement postcode", "Miles from home", "Out of area"}


def test_a_new_version_is_told_against_the_one_before() -> None:
    one = settings(id="settings-1", version=1)
    two = settings(id="settings-2", version=2, start=DAY, limit_per_fte=65.0, scheme=Scheme(lac=1.1))
    found = told(Edit(None, two), service=snapshot(one, two))
    assert [(f.who, f.what, f.before, f.after) for f in found] == [
        ("Settings, version 2", "In force from", "–", "23 Nov 2026"),
        ("Settings, version 2", "Weight: looked after", "1.00", "1.10"),
        ("Settings, version 2", "Limit per full-time IRO", "70", "65"),
    ]
    assert [f.after for f in told(Edit(two, None), service=snapshot(one))] == ["–"]
    assert [f.what for f in told(Edit(one, replace(one, tolerance=5.0)))] == ["Even within"]


@pytest.mark.parametrize(
    ("record", "about"),
    [
        (iro(), {"a-hussain"}),
        (case("C-1"), {"C-1"}),
        (allocation("C-1", "a-hussain"), {"C-1", "a-hussain"}),
        (absence("a-hussain"), {"a-hussain"}),
        (barred("C-1", "a-hussain"), {"C-1", "a-hussain"}),
        (apart("C-1", "C-2"), {"C-1", "C-2"}),
        (settings(), set()),
    ],
)
def test_a_step_knows_whom_it_is_about(record: Any, about: set[str]) -> None:
    assert touched(Step("x", (Edit(None, record),))) == about


DETAIL = {
    "suggestion": {
        "objective": 120.0,
        "gap_points": 0.02,
        "stopped": False,
        "moves": [
            {"cases": ["C-401", "C-402"], "suggested": "a-hussain", "accepted": "a-hussain", "choice": ""},
            {"cases": ["C-403"], "suggested": "a-hussain", "accepted": "b-carter", "choice": "asked for her"},
        ],
        "not_accepted": [{"cases": ["C-404"], "suggested": "r-bell"}],
    }
}


def test_a_suggestion_says_how_good_it_was_and_what_became_of_it() -> None:
    found = suggestion(Step("x", (), detail=DETAIL))
    assert found is not None
    assert str(found) == "proven best, 1 of 2 decided otherwise, 1 not accepted"
    assert (found.otherwise, found.left) == (1, 1)
    assert found.decided[1].reason == "asked for her"


def test_an_unproven_suggestion_says_by_how_much() -> None:
    kept = {**DETAIL["suggestion"], "gap_points": 1.2, "stopped": True, "not_accepted": [], "moves": []}
    found = suggestion(Step("x", (), detail={"suggestion": kept}))
    assert str(found) == "at most 1% (1.2 points) from the best possible, stopped early, as suggested"


def test_a_step_without_a_suggestion_has_none() -> None:
    assert suggestion(Step("x", ())) is None
