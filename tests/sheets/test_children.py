from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from iro_allocator import places, sheets
from iro_allocator.domain import Case, Factor, Scheme, Settings, Snapshot
from tests.builders import DAY, case, snapshot
from tests.sheets.files import csv_file, drafted, must_fix, taken, to_check, xlsx_file

HOME = "HD1 2TA"


def one(folder: Path, before: Case | None = None, **cells: Any) -> Case:
    """The child of a list of one, by header (with _ for a space)."""
    named = {"Child ID": before.id if before else "C-1", "IRO": "", **({} if before else {"Type": "LAC"})}
    named |= {header.replace("_", " "): cell for header, cell in cells.items()}
    after = taken(folder, [list(named), list(named.values())], snapshot(before) if before else None)
    return after.case[named["Child ID"]]


def told(folder: Path, before: Case | None = None, **cells: Any) -> list[str]:
    """What the findings to check say about a list of one."""
    named = {"Child ID": before.id if before else "C-1", "IRO": "", "Type": "LAC"}
    named |= {header.replace("_", " "): cell for header, cell in cells.items()}
    return to_check(drafted(folder, [list(named), list(named.values())], snapshot(before) if before else None))


def test_a_row_says_all_about_a_child(tmp_path: Path) -> None:
    header = (
        *("LCS ID", "Sib grp", "Status", "Name", "DOB", "LAC since", "Legal status", "Category", "Team"),
        *("Placement postcode", "Distance", "OOA", "Flags", "Requires", "Prefers", "Last review", "Next review"),
    )
    cells = (
        *("00123", "Fam-1", "CLA", "Alex Example", "14/02/2017", "12/04/2025", "C2: FCO", "N1", "North"),
        *("hd12ta", "31.44 mi", "OOA", "Court; disabled", "UASC", "Punjabi, Urdu", "01/06/2026", "27/11/2026"),
    )
    assert taken(tmp_path, [header, cells]).case["00123"] == Case(
        id="00123",
        family="Fam-1",
        type="LAC",
        name="Alex Example",
        born=date(2017, 2, 14),
        opened=date(2025, 4, 12),
        legal_status="C2",
        category="N1",
        team="North",
        placement_postcode=HOME,
        placement=places.find([HOME])[HOME],
        placement_miles=31.4,
        out_of_area=True,
        placement_authority="382",
        factors=("court", "disability"),
        requires=("uasc",),
        prefers=("punjabi", "urdu"),
        last_review=date(2026, 6, 1),
        next_review=date(2026, 11, 27),
    )


def test_references_keep_their_zeros_and_numbers_have_no_point(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"S": [("Child ID", "Family", "Type"), ("00123", "007", "LAC"), (123, 7.0, "LAC")]})
    after = sheets.draft([path], Snapshot(), DAY).step.apply(Snapshot())
    assert {child.id: child.family for child in after.case.values()} == {"00123": "007", "123": "7"}


def test_facts_that_a_sheet_does_not_mention_are_kept(tmp_path: Path) -> None:
    before = case(
        name="Alex", factors=("court",), separate=True, separate_reason="conflict", adjustment=0.5, requires=("urdu",)
    )
    after = one(tmp_path, before, Family="Fam-9", Requires="", Next_review="")
    assert after == Case(**{**{f: getattr(before, f) for f in before.__slots__}, "family": "Fam-9"})


def test_a_new_child_without_a_type_must_be_fixed(tmp_path: Path) -> None:
    assert must_fix(drafted(tmp_path, [("Child ID", "Type"), ("C-1", "")])) == [(2, "Type", "")]


@pytest.mark.parametrize(
    ("name", "type"), [("CP", "CP"), ("LAC list", "LAC"), ("LAC and CP", "LAC"), ("Sheet1", "LAC")]
)
def test_without_a_column_the_sheets_name_says_the_type_or_else_looked_after(
    tmp_path: Path, name: str, type: str
) -> None:
    path = xlsx_file(tmp_path, {name: [("Child ID", "IRO"), ("C-1", "")]}, "children.xlsx")
    draft = sheets.draft([path], Snapshot(), DAY)
    assert draft.step.apply(Snapshot()).case["C-1"].type == type
    assert ("no column says the type" in str(to_check(draft))) == (name in ("LAC and CP", "Sheet1"))


def test_an_unborn_child_has_an_expected_date_and_is_born_later(tmp_path: Path) -> None:
    unborn = one(tmp_path, DOB="EDD 12/03/2027")
    assert (unborn.born, unborn.expected) == (None, date(2027, 3, 12))
    assert one(tmp_path, unborn, DOB="unborn") == unborn
    born = one(tmp_path, unborn, DOB="20/11/2026")
    assert (born.born, born.expected) == (date(2026, 11, 20), None)


def test_a_birthday_too_long_ago_is_to_be_checked(tmp_path: Path) -> None:
    assert told(tmp_path, DOB="14/02/1917") == ["14/02/1917 makes the child over 25 years old"]


@pytest.mark.parametrize(
    ("flags", "factors"),
    [
        ("Court", ("court",)),
        ("care proceedings in court, interpreter needed", ("court", "interpreter")),
        ("CSE / disabled child", ("disability", "exploitation")),
        ("no interpreter; UASC", ("uasc",)),
        ("Standard", ()),
        ("", ()),
    ],
)
def test_flags_are_factors_of_the_weights(tmp_path: Path, flags: str, factors: tuple[str, ...]) -> None:
    assert one(tmp_path, Flags=flags).factors == factors


def test_a_factor_with_a_comma_in_its_label_is_one_factor(tmp_path: Path) -> None:
    service = snapshot(Settings(scheme=Scheme(factors=(Factor("large", "large, complex family", 0.2),))))
    rows = [("Child ID", "Type", "IRO", "Flags"), ("C-1", "LAC", "", "Large, complex family")]
    assert taken(tmp_path, rows, service).case["C-1"].factors == ("large",)


def test_a_flags_column_says_which_factors_hold_now(tmp_path: Path) -> None:
    assert one(tmp_path, case(factors=("court", "uasc", "own")), Flags="UASC; own").factors == ("own", "uasc")


def test_a_flag_that_is_no_factor_is_told_and_left_aside(tmp_path: Path) -> None:
    assert told(tmp_path, Flags="court; wibble") == ["“wibble” is no factor of this service's weights: left aside"]


def test_a_factor_may_have_a_column_of_yes_and_no(tmp_path: Path) -> None:
    rows = [
        ("Child ID", "Type", "Court", "UASC"),
        ("C-1", "LAC", "Y", "x"),
        ("C-2", "LAC", "N", ""),
        ("C-3", "LAC", "", ""),
    ]
    there = [case(key, factors=("court", "uasc")) for key in ("C-1", "C-2", "C-3")]
    after = taken(tmp_path, rows, snapshot(there))
    # Court says yes and no, so an empty cell says nothing; UASC only marks the yeses, so an empty cell says no.
    assert [after.case[child.id].factors for child in there] == [("court", "uasc"), (), ("court",)]


def test_a_yes_or_no_that_is_neither_is_told_and_changes_nothing(tmp_path: Path) -> None:
    before = case(out_of_area=True)
    assert one(tmp_path, before, Out_of_area="maybe") == before
    assert told(tmp_path, before, Out_of_area="maybe") == ["“maybe” is neither yes nor no; write Yes or No"]


@pytest.mark.parametrize("unknown", ["999.9", "", "n/a", "unknown"])
def test_a_distance_that_is_not_known_is_unknown_and_never_0(tmp_path: Path, unknown: str) -> None:
    assert one(tmp_path, Miles=unknown).placement_miles is None


def test_a_distance_farther_than_likely_is_to_be_checked(tmp_path: Path) -> None:
    assert one(tmp_path, Miles="400").placement_miles == 400
    assert told(tmp_path, Miles="400") == ["400 miles is farther than any placement is likely to be"]


def test_an_unknown_postcode_is_told_and_kept_as_written(tmp_path: Path) -> None:
    child = one(tmp_path, Placement_postcode="zz11zz")
    assert (child.placement_postcode, child.placement) == ("ZZ1 1ZZ", None)
    assert told(tmp_path, Placement_postcode="zz11zz") == ["the postcode is not known: travel there cannot be reckoned"]


def test_what_is_no_postcode_is_told_and_changes_nothing(tmp_path: Path) -> None:
    before = case(placement_postcode=HOME, placement=(414_467, 416_400))
    assert one(tmp_path, before, Placement_postcode="somewhere") == before
    assert "is no postcode" in told(tmp_path, before, Placement_postcode="somewhere")[0]
    assert one(tmp_path, before, Placement_postcode="HD1") == before
    assert told(tmp_path, before, Placement_postcode="HD1") == [
        "“HD1” is the beginning of a postcode; write it whole, such as HD1 2TA"
    ]


def test_a_placement_elsewhere_makes_an_old_distance_unknown(tmp_path: Path) -> None:
    before = case(placement_postcode="SW1A 1AA", placement=(529_090, 179_645), placement_miles=160.0)
    after = one(tmp_path, before, Placement_postcode=HOME)
    assert (after.placement, after.placement_miles) == (places.find([HOME])[HOME], None)
    assert "its distance is no longer known" in told(tmp_path, before, Placement_postcode=HOME)[0]
    assert one(tmp_path, before, Placement_postcode=HOME, Miles="3").placement_miles == 3


def test_a_child_returns_who_had_ended_and_is_in_the_list_again(tmp_path: Path) -> None:
    before = case(closed=date(2026, 6, 1))
    assert one(tmp_path, before).closed is None
    assert told(tmp_path, before) == ["had ended on 01/06/2026 and is in this list again: taken as returned"]


def test_a_child_ends_when_the_sheet_says_so(tmp_path: Path) -> None:
    assert one(tmp_path, case(), Ended="01/11/2026").closed == date(2026, 11, 1)


def test_a_child_who_had_ended_before_the_service_knew_of_them_is_not_taken(tmp_path: Path) -> None:
    rows = [("Child ID", "Type", "IRO", "Date ended"), ("C-1", "LAC", "", "01/11/2026"), ("C-2", "LAC", "", "")]
    draft = drafted(tmp_path, rows)
    assert set(draft.step.apply(Snapshot()).case) == {"C-2"}
    assert to_check(draft) == ["ended before today, and the child is not in this service: not taken"]


def test_dates_that_contradict_each_other_must_be_fixed(tmp_path: Path) -> None:
    rows = [("Child ID", "Type", "Opened", "Ended"), ("C-1", "LAC", "01/12/2026", "30/11/2026")]
    draft = drafted(tmp_path, rows)
    assert [finding.message for finding in draft.findings if finding.level == sheets.FIX] == [
        "Child C-1: the case is closed before it is opened. Correct one of the two dates"
    ]


def test_a_day_to_come_is_to_be_checked(tmp_path: Path) -> None:
    soon = DAY + timedelta(7)
    assert told(tmp_path, Opened=f"{soon:%d/%m/%Y}") == ["30/11/2026 is after today: the child counts from that day"]


def test_one_child_in_two_files_must_be_fixed_in_both(tmp_path: Path) -> None:
    rows = [("Child ID", "Type", "IRO"), ("C-1", "LAC", "")]
    paths = [csv_file(tmp_path, rows, "lac.csv"), csv_file(tmp_path, [*rows, ("C-2", "CP", "")], "cp.csv")]
    draft = sheets.draft(paths, Snapshot(), DAY)
    assert [(f.file, f.row, f.message) for f in draft.findings] == [
        ("cp.csv", 2, "“C-1” stands in row 2 of lac.csv as well; keep one of the two"),
        ("lac.csv", 2, "“C-1” stands in row 2 of cp.csv as well; keep one of the two"),
    ]
    assert set(draft.step.apply(Snapshot()).case) == {"C-2"}
