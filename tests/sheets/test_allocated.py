from datetime import date, timedelta
from pathlib import Path

import pytest

from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step, added
from tests.builders import DAY, LONG_AGO, allocation, barred, case, iro, snapshot
from tests.sheets.files import drafted, must_fix, taken, to_check

CARTER, BELL = iro("B. Carter"), iro("R. Bell")
CHILD = case("C-1", family="Fam-1")
SERVICE = snapshot(CARTER, BELL, CHILD, allocation(CHILD, BELL))


def row(*cells: str, header: tuple[str, ...] = ("Child ID", "IRO", "Since")) -> list[tuple[str, ...]]:
    return [header, cells]


def history(service: Snapshot, child: str = "C-1") -> list[tuple[str, date, date | None]]:
    return [(a.iro, a.start, a.end) for a in service.allocations_by_case.get(child, ())]


def test_a_child_goes_to_another_iro_from_the_day_that_is_given(tmp_path: Path) -> None:
    after = taken(tmp_path, row("C-1", "B. Carter", "02/11/2026"), SERVICE)
    moved = date(2026, 11, 2)
    assert history(after) == [(BELL.id, LONG_AGO, moved), (CARTER.id, moved, None)]
    assert after.allocations_by_case["C-1"][1].reason == "imported from tracker.csv"


@pytest.mark.parametrize("since", ["", "04/03/2024", "01/01/2020", "01/12/2062"])
def test_without_a_sensible_day_a_child_goes_today(tmp_path: Path, since: str) -> None:
    draft = drafted(tmp_path, row("C-1", "B. Carter", since), SERVICE)
    assert history(draft.step.apply(SERVICE)) == [(BELL.id, LONG_AGO, DAY), (CARTER.id, DAY, None)]
    assert len(to_check(draft)) == (1 if since else 0)


def test_a_handover_may_be_planned(tmp_path: Path) -> None:
    draft = drafted(tmp_path, row("C-1", "B. Carter", "30/11/2026"), SERVICE)
    monday = date(2026, 11, 30)
    assert history(draft.step.apply(SERVICE)) == [(BELL.id, LONG_AGO, monday), (CARTER.id, monday, None)]
    assert [c.after for c in draft.changes if c.what == "IRO"] == ["R. Bell, then B. Carter from 30 Nov 2026"]


def test_a_new_child_has_the_iro_since_the_day_given_or_today(tmp_path: Path) -> None:
    rows = [
        ("Child ID", "Type", "IRO", "Since", "Opened", "DOB"),
        ("N-1", "LAC", "B. Carter", "01/05/2025", "01/04/2025", ""),
        ("N-2", "LAC", "B. Carter", "", "01/04/2025", ""),
        ("N-3", "LAC", "B. Carter", "01/05/2005", "", "01/05/2015"),
        ("N-4", "LAC", "B. Carter", "", "30/11/2026", ""),
        ("N-5", "LAC", "", "", "20/11/2026", ""),
    ]
    after = taken(tmp_path, rows, SERVICE)
    assert [history(after, f"N-{n}") for n in range(1, 6)] == [
        [(CARTER.id, date(2025, 5, 1), None)],
        [(CARTER.id, DAY, None)],
        [(CARTER.id, DAY, None)],
        [(CARTER.id, date(2026, 11, 30), None)],
        [],
    ]
    assert after.case["N-5"] in after.open_cases(DAY)


def test_an_empty_iro_keeps_the_one_the_child_has_and_says_so(tmp_path: Path) -> None:
    draft = drafted(tmp_path, row("C-1", "unallocated", ""), SERVICE)
    assert not draft.step
    assert to_check(draft) == ["the sheet names no IRO: R. Bell is kept"]


def test_new_children_of_a_list_without_iros_wait_and_that_is_told(tmp_path: Path) -> None:
    draft = drafted(tmp_path, row("N-1", "LAC", "Fam-1", header=("Child ID", "Type", "Family")))
    assert draft.step.apply(Snapshot()).allocation == {}
    assert to_check(draft) == ["no column names the IRO: new children wait for one"]


def test_a_since_may_be_put_right(tmp_path: Path) -> None:
    after = taken(tmp_path, row("C-1", "R. Bell", "01/05/2025"), SERVICE)
    assert history(after) == [(BELL.id, date(2025, 5, 1), None)]


def test_a_since_in_another_iros_time_is_told_and_left(tmp_path: Path) -> None:
    moved = date(2025, 5, 1)
    earlier = allocation("C-1", CARTER, end=moved, id="C-1/0")
    service = snapshot(CARTER, BELL, CHILD, earlier, allocation("C-1", BELL, moved))
    draft = drafted(tmp_path, row("C-1", "R. Bell", "01/01/2025"), service)
    assert not draft.step
    assert to_check(draft) == ["another IRO had the child then: 01/05/2025 is kept"]


def test_an_unreadable_since_must_be_fixed_and_moves_nobody(tmp_path: Path) -> None:
    draft = drafted(tmp_path, row("C-1", "B. Carter", "31/02/2026"), SERVICE)
    assert must_fix(draft) == [(2, "Since", "31/02/2026")] and not draft.step


def test_a_child_who_is_pinned_moves_only_with_a_word_about_it(tmp_path: Path) -> None:
    service = snapshot(CARTER, BELL, CHILD, allocation(CHILD, BELL, pinned=True, pin_reason="asked to stay"))
    assert to_check(drafted(tmp_path, row("C-1", "B. Carter", ""), service)) == [
        "the child is pinned to R. Bell, and the sheet says B. Carter"
    ]


def test_an_iro_who_may_not_have_the_child_is_told(tmp_path: Path) -> None:
    service = Step("", added([barred(CHILD, CARTER)])).apply(SERVICE)
    assert to_check(drafted(tmp_path, row("C-1", "B. Carter", ""), service)) == [
        "B. Carter may not have this child: was the child's team manager"
    ]


def test_a_family_that_would_have_two_iros_is_told(tmp_path: Path) -> None:
    sister = case("C-2", family="Fam-1")
    service = Step("", added([sister, allocation(sister, BELL)])).apply(SERVICE)
    draft = drafted(tmp_path, row("C-1", "B. Carter", "", header=("Child ID", "IRO", "Family")), service)
    told = "family Fam-1 would have 2 IROs: B. Carter and R. Bell"
    assert told in to_check(draft)
    assert told not in to_check(drafted(tmp_path, row("C-2", "R. Bell", ""), draft.step.apply(service)))


def test_former_iros_are_history_without_dates(tmp_path: Path) -> None:
    rows = [
        ("Child ID", "Type", "IRO", "Since", "Former IRO"),
        ("N-1", "LAC", "B. Carter", "01/05/2025", "R. Bell; Bell, R"),
        ("N-2", "LAC", "", "", "R. Bell"),
        ("C-1", "LAC", "R. Bell", "", "B. Carter; S. Gone"),
    ]
    draft = drafted(tmp_path, rows, SERVICE)
    after = draft.step.apply(SERVICE)
    may = date(2025, 5, 1)
    assert history(after, "N-1") == [(BELL.id, may, may), (CARTER.id, may, None)]
    assert history(after, "N-2") == [(BELL.id, DAY, DAY)] and after.allocation_on("N-2", DAY) is None
    assert history(after) == [(CARTER.id, LONG_AGO, LONG_AGO), (BELL.id, LONG_AGO, None)]
    assert to_check(draft) == ["“S. Gone” is no IRO here: left aside"]


def test_iros_who_may_not_are_barred_with_their_reason(tmp_path: Path) -> None:
    rows = row("C-1", "B. Carter (was team manager); R. Bel", header=("Child ID", "Barred"))
    draft = drafted(tmp_path, rows, SERVICE, mapping={"Child ID": "child"})
    (found,) = draft.step.apply(SERVICE).barred.values()
    assert (found.case, found.iro, found.reason, found.on) == ("C-1", CARTER.id, "was team manager", DAY)
    assert to_check(draft) == [
        "“R. Bel”: R. Bell? Write the name as in the service, or add the IRO there first: left aside"
    ]


def test_a_pin_is_a_yes_or_its_reason_and_a_no_lets_go(tmp_path: Path) -> None:
    header = ("Child ID", "IRO", "Pinned")

    def pinned(service: Snapshot, said: str) -> tuple[Snapshot, tuple[bool, str]]:
        after = taken(tmp_path, row("C-1", "R. Bell", said, header=header), service)
        found = after.allocation_on("C-1", DAY)
        assert found is not None
        return after, (found.pinned, found.pin_reason)

    after, pin = pinned(SERVICE, "asked to stay")
    assert pin == (True, "asked to stay")
    after, pin = pinned(after, "Yes")
    assert pin == (True, "asked to stay")
    after, pin = pinned(after, "")
    assert pin == (True, "asked to stay")
    after, pin = pinned(after, "No")
    assert pin == (False, "")
    assert pinned(after, "Yes")[1] == (True, "listed in tracker.csv")


def test_a_waiting_child_cannot_be_pinned(tmp_path: Path) -> None:
    draft = drafted(tmp_path, row("C-2", "", "Yes", header=("Child ID", "IRO", "Pinned")), SERVICE)
    assert "there is no IRO to be pinned to: left aside" in to_check(draft)


def test_an_allocation_ends_with_the_case(tmp_path: Path) -> None:
    header = ("Child ID", "IRO", "Ended")
    ended = date(2026, 11, 2)
    assert history(taken(tmp_path, row("C-1", "R. Bell", "02/11/2026", header=header), SERVICE)) == [
        (BELL.id, LONG_AGO, ended)
    ]
    later = DAY + timedelta(30)
    assert history(taken(tmp_path, row("C-1", "B. Carter", f"{later:%d/%m/%Y}", header=header), SERVICE)) == [
        (BELL.id, LONG_AGO, DAY),
        (CARTER.id, DAY, later),
    ]
