"""A new referral as a step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from iro_allocator.domain import Case, Snapshot
from iro_allocator.errors import Explained
from iro_allocator.ui.new_referral import Former, closed_before, refer
from tests.builders import DAY, allocation, case, iro, small_service, snapshot


def new(id: str = "C-900", **more: object) -> Case:
    return case(id, opened=DAY, **more)  # type: ignore[arg-type]


def test_a_child_is_entered_as_waiting() -> None:
    step = refer(small_service(), DAY, [new(name="Mia")])
    after = step.apply(small_service())
    assert step.label == "New referral: C-900"
    assert after.case["C-900"].name == "Mia"
    assert after.allocation_on("C-900", DAY) is None


def test_brothers_and_sisters_without_a_key_become_a_family() -> None:
    step = refer(small_service(), DAY, [new(), new("C-901")])
    assert step.label == "New referral: Fam-C-900 (2 children)"
    assert {edit.record.family for edit in step.edits if isinstance(edit.record, Case)} == {"Fam-C-900"}


def test_a_family_key_that_is_taken_is_not_taken_again() -> None:
    taken = snapshot(case("C-1", family="Fam-C-900"))
    step = refer(taken, DAY, [new(), new("C-901")])
    assert step.label == "New referral: Fam-C-900-2 (2 children)"


def test_a_child_joins_the_family_that_is_named() -> None:
    step = refer(small_service(), DAY, [new(family="Fam-20")])
    assert step.apply(small_service()).case["C-900"].family == "Fam-20"
    assert step.label == "New referral: Fam-20"


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ([], "A referral needs a child."),
        ([new(), new()], "The reference C-900 stands twice in this referral."),
        ([new("C-100")], "Child C-100 is in this service already, with A. Hussain."),
        ([new("C-401")], "Child C-401 is in this service already, and waits for an IRO."),
        ([replace(new(), opened=None)], "Child C-900 needs a day from which an IRO is needed."),
        ([new(born=date(2026, 12, 24))], "Child C-900 is born after today."),
        ([new(born=DAY, expected=DAY)], "Child C-900 has a date of birth and an expected one."),
    ],
)
def test_what_cannot_be_is_explained(cases: list[Case], words: str) -> None:
    with pytest.raises(Explained) as refused:
        refer(small_service(), DAY, cases)
    assert refused.value.message == words
    assert refused.value.hint


def returning() -> Snapshot:
    """C-7 was here until May and had B. Carter, whose allocation was never ended."""
    carter = iro("B. Carter")
    before = case(
        "C-7",
        closed=date(2026, 5, 4),
        name="Leo",
        expected=date(2015, 1, 1),
        next_review=date(2026, 6, 1),
        placement_postcode="HD1 2TA",
        placement_authority="382",
        distance_band="20",
        legal_status="C2",
    )
    return snapshot(carter, before, allocation("C-7", carter))


def test_a_child_who_returns_is_opened_again_and_keeps_the_history() -> None:
    there = returning()
    assert closed_before(there, "C-7", DAY) is there.case["C-7"]
    assert closed_before(there, "C-7", date(2026, 5, 3)) is None
    assert closed_before(there, "C-8", DAY) is None
    after = refer(there, DAY, [new("C-7", type="CP", born=date(2015, 1, 3))]).apply(there)
    child = after.case["C-7"]
    assert (child.name, child.born, child.expected) == ("Leo", date(2015, 1, 3), None)
    assert (child.type, child.opened, child.closed, child.next_review) == ("CP", DAY, None, None)
    assert (child.placement_postcode, child.placement_authority, child.distance_band) == ("", "", "")
    assert child.legal_status == ""
    assert after.allocation_on("C-7", DAY) is None
    assert [row.end for row in after.allocations_by_case["C-7"]] == [date(2026, 5, 4)]


def test_a_return_cannot_begin_before_the_end() -> None:
    with pytest.raises(Explained, match="was here until 4 May 2026"):
        refer(returning(), DAY, [replace(new("C-7"), opened=date(2026, 4, 1))])


def test_a_former_iro_becomes_a_past_allocation() -> None:
    before = Former("b-carter", date(2022, 1, 10), date(2023, 3, 1))
    after = refer(small_service(), DAY, [new()], {"C-900": before}).apply(small_service())
    (row,) = after.allocations_by_case["C-900"]
    assert (row.iro, row.start, row.end) == ("b-carter", date(2022, 1, 10), date(2023, 3, 1))
    assert after.allocation_on("C-900", DAY) is None


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2023, 3, 1), date(2022, 1, 10), "until a day before the first"),
        (date(2023, 3, 1), date(2027, 1, 10), "until after the referral"),
    ],
)
def test_the_days_of_a_former_iro_must_be_possible(start: date, end: date, words: str) -> None:
    with pytest.raises(Explained, match=words):
        refer(small_service(), DAY, [new()], {"C-900": Former("b-carter", start, end)})


def test_whose_history_is_here_gets_no_other() -> None:
    with pytest.raises(Explained, match="has a history here already"):
        refer(returning(), DAY, [new("C-7")], {"C-7": Former("b-carter", date(2022, 1, 10), date(2023, 3, 1))})
