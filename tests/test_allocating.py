from __future__ import annotations

from datetime import date

import pytest

from iro_allocator import allocating
from iro_allocator.domain import Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from tests.builders import DAY, LONG_AGO, allocation, case, iro, snapshot

HUSSAIN, CARTER = iro("A. Hussain"), iro("B. Carter")


def after(service: Snapshot, edits: tuple[Edit, ...]) -> Snapshot:
    return Step("test", edits).apply(service)


def test_a_handover_ends_one_allocation_and_starts_the_next_on_the_same_day() -> None:
    service = snapshot(HUSSAIN, CARTER, case("C-1"), allocation("C-1", HUSSAIN))
    new = after(service, allocating.allocate(service, ["C-1"], CARTER.id, DAY, "sibling there"))
    old, current = new.allocations_by_case["C-1"]
    assert (old.end, current.start, current.iro, current.reason) == (DAY, DAY, CARTER.id, "sibling there")
    assert new.allocation_on("C-1", date(2026, 11, 22)) == old
    assert new.allocation_on("C-1", DAY) == current


def test_who_is_with_the_iro_already_is_left_alone() -> None:
    service = snapshot(HUSSAIN, case("C-1"), allocation("C-1", HUSSAIN))
    assert allocating.allocate(service, ["C-1"], HUSSAIN.id, DAY, "") == ()


def test_a_planned_allocation_gives_way() -> None:
    planned = allocation("C-1", CARTER, start=date(2027, 1, 4), id="C-1/2")
    service = snapshot(HUSSAIN, CARTER, case("C-1"), allocation("C-1", HUSSAIN, end=date(2027, 1, 4)), planned)
    new = after(service, allocating.allocate(service, ["C-1"], CARTER.id, DAY, "sooner"))
    assert [(row.iro, row.start, row.end) for row in new.allocations_by_case["C-1"]] == [
        (HUSSAIN.id, LONG_AGO, DAY),
        (CARTER.id, DAY, None),
    ]


def test_twice_on_one_day_keeps_both_in_the_history_and_the_last_one_holds() -> None:
    service = snapshot(HUSSAIN, CARTER, case("C-1"))
    service = after(service, allocating.allocate(service, ["C-1"], HUSSAIN.id, DAY, "first"))
    service = after(service, allocating.allocate(service, ["C-1"], CARTER.id, DAY, "second thoughts"))
    current = service.allocation_on("C-1", DAY)
    assert current is not None
    assert current.iro == CARTER.id
    assert len(service.allocations_by_case["C-1"]) == 2


def test_pin_needs_an_allocation_and_ends_with_its_reason() -> None:
    service = snapshot(HUSSAIN, case("C-1"), case("C-2"), allocation("C-1", HUSSAIN))
    pinned = after(service, allocating.pin(service, ["C-1"], DAY, True, "asked to keep her"))
    row = pinned.allocation_on("C-1", DAY)
    assert row is not None
    assert (row.pinned, row.pin_reason) == (True, "asked to keep her")
    assert allocating.pin(pinned, ["C-1"], DAY, True, "asked to keep her") == ()
    assert after(pinned, allocating.pin(pinned, ["C-1"], DAY, False)) == service
    with pytest.raises(Explained, match="no IRO to be pinned to"):
        allocating.pin(service, ["C-2"], DAY, True, "")


def test_barring_needs_a_reason_and_happens_once() -> None:
    service = snapshot(HUSSAIN, case("C-1"))
    barred = after(service, allocating.bar(service, ["C-1"], HUSSAIN.id, DAY, "was the team manager"))
    assert [(row.case, row.iro, row.on) for row in barred.barred.values()] == [("C-1", HUSSAIN.id, DAY)]
    assert allocating.bar(barred, ["C-1"], HUSSAIN.id, DAY, "again") == ()
    with pytest.raises(Explained, match="needs a reason"):
        allocating.bar(service, ["C-1"], HUSSAIN.id, DAY, " ")


def test_the_end_leaves_a_child_without_an_iro_and_without_cover() -> None:
    cover = allocation("C-1", CARTER, start=DAY, id="C-1/2", type="cover")
    service = snapshot(HUSSAIN, CARTER, case("C-1"), allocation("C-1", HUSSAIN), cover)
    ended = after(service, allocating.end(service, "C-1", DAY))
    assert ended.allocation_on("C-1", DAY) is None
    assert ended.cover_by_case["C-1"][0].end == DAY


def test_unknown_iros_and_children_are_named() -> None:
    service = snapshot(HUSSAIN, case("C-1"))
    with pytest.raises(Explained, match="no IRO nobody"):
        allocating.allocate(service, ["C-1"], "nobody", DAY, "")
    with pytest.raises(Explained, match="no child C-9"):
        allocating.allocate(service, ["C-9"], HUSSAIN.id, DAY, "")
