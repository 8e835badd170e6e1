from datetime import date
from pathlib import Path
from typing import Any

import pytest

from iro_allocator import places, sheets
from iro_allocator.domain import Iro, Settings, Snapshot
from tests.builders import DAY, iro, snapshot
from tests.sheets.files import CHILDREN, csv_file, drafted, must_fix, taken, to_check

HEADER = ("Name", "Contracted hours")


def one(folder: Path, header: tuple[str, ...], *cells: Any, service: Snapshot | None = None) -> Iro:
    """The IRO of a list of one."""
    after = taken(folder, [header, cells], service)
    (found,) = after.iro.values()
    return found


def test_a_row_says_all_about_an_iro(tmp_path: Path) -> None:
    header = (
        *("IRO", "Staff ID", "Hours", "Perm/Agency", "Start date", "Contract end", "Takes", "Skills", "Team"),
        *("Base postcode", "Other duties", "Limit", "New referrals", "Email", "Phone"),
    )
    cells = (
        *("Carter, B.", "40117", "18.5", "Agency", "1/9/2025", "31/03/2027", "CP", "Punjabi; UASC", "North"),
        *("hd12ta", "20%", "30", "No", "b.carter@council.example", "01632 960 001"),
    )
    assert one(tmp_path, header, *cells) == Iro(
        id="40117",
        name="B. Carter",
        contracted_hours=18.5,
        employment="interim",
        takes=("CP",),
        skills=("punjabi", "uasc"),
        team="North",
        base_postcode="HD1 2TA",
        base=places.find(["HD1 2TA"])["HD1 2TA"],
        other_duties=0.2,
        limit=30,
        takes_new=False,
        first_day=date(2025, 9, 1),
        last_day=date(2027, 3, 31),
        email="b.carter@council.example",
        phone="01632 960 001",
    )


@pytest.mark.parametrize("hours", ["0", "200", "-5", "60.5"])
def test_hours_that_cannot_be_right_must_be_fixed(tmp_path: Path, hours: str) -> None:
    draft = drafted(tmp_path, [HEADER, ("B. Carter", hours), ("R. Bell", "37")])
    assert must_fix(draft) == [(2, "Contracted hours", hours)]
    assert "give more than 0 and at most 60" in draft.findings[0].message
    assert [edit.record.id for edit in draft.step.edits] == ["i01"]
    assert (draft.iros.new, draft.iros.left_out) == (1, 1)


def test_hours_may_be_given_as_fte(tmp_path: Path) -> None:
    assert one(tmp_path, ("Name", "FTE"), "B. Carter", "0.5").contracted_hours == 18.5
    assert must_fix(drafted(tmp_path, [("Name", "FTE"), ("B. Carter", "37")])) == [(2, "FTE", "37")]


def test_an_iro_without_hours_is_full_time_until_somebody_says_otherwise(tmp_path: Path) -> None:
    service = snapshot(Settings(full_time_hours=36))
    draft = drafted(tmp_path, [HEADER, ("B. Carter", "")], service)
    assert draft.step.apply(service).iro["i01"].contracted_hours == 36
    assert to_check(draft) == ["no hours are given: taken as full time until you say otherwise"]


@pytest.mark.parametrize(("written", "part"), [("20%", 0.2), ("0.2", 0.2), ("20", 0.2), ("0", 0.0)])
def test_other_duties_are_a_part_or_a_percentage(tmp_path: Path, written: str, part: float) -> None:
    assert one(tmp_path, ("Name", "Other duties"), "B. Carter", written).other_duties == part


@pytest.mark.parametrize(
    ("header", "cell", "said"),
    [
        ("Employment", "volunteer", "write permanent or interim"),
        ("Takes", "adoptions", "write LAC, CP or BOTH"),
        ("Last day", "31/02/2027", "is no date"),
        ("Other duties", "150", "Give the part of their time"),
        ("Limit", "-1", "limit must not be negative"),
        ("Limit", "some", "is no number"),
    ],
)
def test_what_cannot_be_right_must_be_fixed(tmp_path: Path, header: str, cell: str, said: str) -> None:
    draft = drafted(tmp_path, [(*HEADER, header), ("B. Carter", "37", cell), ("R. Bell", "37", "")])
    (finding,) = [finding for finding in draft.findings if finding.level == sheets.FIX]
    assert finding.row == 2 and said in finding.message
    assert draft.iros.new == 1


def test_a_row_without_a_name_must_be_fixed(tmp_path: Path) -> None:
    assert must_fix(drafted(tmp_path, [HEADER, ("", "37"), ("vacant", "37")])) == [
        (2, "Name", ""),
        (3, "Name", "vacant"),
    ]


def test_a_name_that_stands_twice_must_be_fixed(tmp_path: Path) -> None:
    draft = drafted(tmp_path, [HEADER, ("B. Carter", "37"), ("R. Bell", "37"), ("Carter, B", "18")])
    assert [row for row, _, _ in must_fix(draft)] == [2, 4]
    assert draft.iros.new == 1


def test_a_name_that_nearly_is_one_of_the_service_must_be_fixed_with_the_guess(tmp_path: Path) -> None:
    draft = drafted(tmp_path, [HEADER, ("B. Cartr", "37")], snapshot(iro("B. Carter")))
    assert must_fix(draft) == [(2, "Name", "B. Cartr")]
    assert draft.findings[0].message.startswith("“B. Cartr”: B. Carter?")


def test_only_what_the_sheet_says_changes(tmp_path: Path) -> None:
    before = iro("B. Carter", 37, skills=("urdu",), last_day=date(2027, 1, 1), base=(1, 2), base_postcode="HD1 1AA")
    header = (*HEADER, "Skills", "Last day")
    after = one(tmp_path, header, "b carter", "30", "", "", service=snapshot(before))
    assert (after.contracted_hours, after.name) == (30, "B. Carter")
    assert (after.skills, after.last_day, after.base) == (before.skills, before.last_day, before.base)


def test_a_reference_finds_the_iro_who_has_another_name_now(tmp_path: Path) -> None:
    service = snapshot(iro("B. Carter", id="40117"))
    draft = drafted(tmp_path, [("Name", "Staff ID", "Hours"), ("B. Moss", "40117", "37")], service)
    assert draft.step.apply(service).iro["40117"].name == "B. Moss"
    assert to_check(draft) == ["is B. Carter in the service by this reference: renamed"]


def test_one_iro_by_name_and_by_reference_must_be_fixed(tmp_path: Path) -> None:
    service = snapshot(iro("B. Carter", id="40117"))
    rows = [("Name", "Staff ID", "Hours"), ("B. Carter", "", "37"), ("S. Ahmed", "40117", "37")]
    assert must_fix(drafted(tmp_path, rows, service)) == [(3, "Staff ID", "40117")]


def test_new_iros_have_ids_that_nobody_has(tmp_path: Path) -> None:
    service = snapshot(iro("B. Carter", id="i07"))
    rows = [("Name", "Staff ID", "Hours"), ("R. Bell", "", "37"), ("S. Ahmed", "i08", "37"), ("T. Lowe", "", "37")]
    after = taken(tmp_path, rows, service)
    assert {row.name: key for key, row in after.iro.items()} == {
        "B. Carter": "i07",
        "S. Ahmed": "i08",
        "R. Bell": "i09",
        "T. Lowe": "i10",
    }


def test_a_last_day_that_has_come_is_an_end(tmp_path: Path) -> None:
    service = snapshot(iro("B. Carter"), iro("R. Bell"))
    rows = [("Name", "Hours", "Last day"), ("B. Carter", "37", DAY), ("R. Bell", "37", "31/03/2027")]
    assert drafted(tmp_path, rows, service).iros == sheets.Counts(changed=1, ended=1)


def test_an_unknown_base_is_told_and_kept_as_written(tmp_path: Path) -> None:
    draft = drafted(tmp_path, [("Name", "Base postcode"), ("B. Carter", "ZZ1 1ZZ")])
    found = draft.step.apply(Snapshot()).iro["i01"]
    assert (found.base_postcode, found.base) == ("ZZ1 1ZZ", None)
    assert any("the postcode is not known" in said for said in to_check(draft))


def test_children_alone_can_start_a_service(tmp_path: Path) -> None:
    draft = drafted(tmp_path, CHILDREN)
    after = draft.step.apply(Snapshot())
    assert {row.name: row.contracted_hours for row in after.iro.values()} == {"B. Carter": 37, "R. Bell": 37}
    assert (draft.iros.new, draft.children.new, len(after.allocation)) == (2, 3, 3)
    assert to_check(draft)[0] == (
        "B. Carter is not in the service: proposed as a new IRO with 2 children, full time until you say otherwise"
    )


def test_of_two_new_names_that_nearly_are_one_the_rarer_must_be_fixed(tmp_path: Path) -> None:
    rows = [*CHILDREN, ("00126", "Fam-3", "CP", "B. Cartr", ""), ("00127", "Fam-3", "CP", "S. Ahmed", "")]
    draft = drafted(tmp_path, rows)
    assert must_fix(draft) == [(5, "IRO", "B. Cartr")]
    assert draft.iros.new == 3


@pytest.mark.parametrize("listed", [True, False])
def test_initials_of_an_iro_must_be_fixed_with_the_guess_and_are_nobody_new(tmp_path: Path, listed: bool) -> None:
    """Whether the service has the IRO, or only the list of IROs beside the children's."""
    people = csv_file(tmp_path, [HEADER, ("Jane Smith", "37"), ("R. Bell", "37")], "iros.csv")
    service = Snapshot() if listed else sheets.draft([people], Snapshot(), DAY).step.apply(Snapshot())
    rows = [CHILDREN[0], *((f"C-{n}", "", "LAC", name, "") for n, name in enumerate(("JS", "R Bell", "J.S.", "KM")))]
    draft = sheets.draft([*[people] * listed, csv_file(tmp_path, rows)], service, DAY)
    assert must_fix(draft) == [(2, "IRO", "JS"), (4, "IRO", "J.S.")]
    assert draft.findings[0].message == (
        "“JS”: Jane Smith? Write the name as in the service, or add the IRO there first"
    )
    after = draft.step.apply(service)
    assert sorted(row.name for row in after.iro.values()) == ["Jane Smith", "KM", "R. Bell"]
    assert sorted(after.case) == ["C-1", "C-3"]


def test_of_a_name_and_its_initials_the_name_is_proposed_however_rare(tmp_path: Path) -> None:
    rows = [CHILDREN[0], *((f"C-{n}", "", "LAC", name, "") for n, name in enumerate(("JS", "JS", "Jane Smith", "RB")))]
    draft = drafted(tmp_path, rows)
    assert must_fix(draft) == [(2, "IRO", "JS"), (3, "IRO", "JS")]
    assert sorted(row.name for row in draft.step.apply(Snapshot()).iro.values()) == ["Jane Smith", "RB"]


def test_an_iro_whom_only_rows_to_be_fixed_name_is_not_proposed(tmp_path: Path) -> None:
    rows = [CHILDREN[0], CHILDREN[1], ("00124", "", "LAC", "R. Bell", "31/02/2026"), ("00125", "", "LAC", "R. Bel", "")]
    draft = drafted(tmp_path, rows)
    assert [row for row, _, _ in must_fix(draft)] == [3, 4]
    assert [row.name for row in draft.step.apply(Snapshot()).iro.values()] == ["B. Carter"]


def test_names_in_the_list_of_iros_need_no_guess(tmp_path: Path) -> None:
    paths = [
        csv_file(tmp_path, [HEADER, ("J. Smith", "37"), ("J. Smyth", "37")], "iros.csv"),
        csv_file(tmp_path, [CHILDREN[0], ("1", "", "LAC", "J. Smith", ""), ("2", "", "LAC", "J Smyth", "")]),
    ]
    draft = sheets.draft(paths, Snapshot(), DAY)
    assert (draft.iros.new, draft.children.new, must_fix(draft)) == (2, 2, [])
