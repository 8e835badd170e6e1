"""Ofsted's Annex A."""

from datetime import date
from pathlib import Path

from iro_allocator import sheets
from iro_allocator.domain import Snapshot
from tests.builders import DAY, settings, snapshot
from tests.sheets import returns
from tests.sheets.files import csv_file, must_fix, to_check

START, CARE = "Child Protection Plan Start Date", "Date Started to be Looked After"
END, CEASED = "Child Protection Plan End Date", "Date Ceased to be Looked After"
MISSING = "Number of Episodes the Child has been ‘Missing’ from their Placement in the last 12 months"  # noqa: RUF001


def test_lists_7_and_8_are_taken_without_those_who_have_ended(tmp_path: Path) -> None:
    path = returns.annex_a(
        tmp_path,
        care=[
            {"Child Unique ID": 11, CARE: date(2024, 1, 2), "Child's Legal Status": "C2: FCO",
             "Allocated Worker": "Eva\xa0Lin",
             "Date of Latest Statutory Review": date(2026, 6, 1), "Placement postcode": "LS1 3EX",
             "Does the Child have a Disability": "a) Yes", "Date of Birth": date(2012, 3, 4), MISSING: 2},
            {"Child Unique ID": 12, CARE: date(2024, 1, 2), CEASED: date(2026, 9, 1)},
        ],
        plans=[
            {"Child Unique ID": 21, START: date(2026, 2, 3), "Initial Category of Abuse": "Physical abuse",
             "Latest Category of Abuse": "Neglect", "Date of latest review conference": date(2026, 5, 1),
             "Allocated Team": "#N/A"},
            {"Child Unique ID": 22, START: date(2026, 2, 3), END: date(2026, 9, 1)},
            {"Child Unique ID": 11, START: "03/02/2026", "Latest Category of Abuse": "Emotional abuse"},
        ],
    )  # fmt: skip
    draft = returns.draft(path)
    found = draft.step.apply(Snapshot()).case
    assert {child.id: child.type for child in found.values()} == {"11": "BOTH", "21": "CP"}
    both, plan = found["11"], found["21"]
    assert (both.legal_status, both.social_worker, both.placement_postcode) == ("C2", "Eva Lin", "LS1 3EX")
    assert (both.opened, both.last_review, both.category) == (date(2024, 1, 2), date(2026, 6, 1), "Emotional abuse")
    assert (both.factors, both.born) == (("disability", "exploitation"), date(2012, 3, 4))
    assert (plan.opened, plan.category, plan.last_review) == (date(2026, 2, 3), "Neglect", date(2026, 5, 1))
    assert (plan.team, plan.legal_status) == ("", "")
    assert draft.children.new == 2
    assert any(said.startswith("Ofsted Annex A, List 1: not used") for said in to_check(draft))


def test_a_council_is_kept_by_its_number_and_told_by_its_name(tmp_path: Path) -> None:
    rows = [
        {"Child Unique ID": child, CARE: date(2024, 1, 2), "LA of Placement": council}
        for child, council in ((11, "Kirklees Council"), (12, "383"), (13, "Elsewhere"))
    ]
    path = returns.annex_a(tmp_path, care=rows)
    tracker = csv_file(tmp_path, [("Child ID", "Type", "IRO", "LA of placement"), ("11", "LAC", "R. Bell", "Leeds")])
    service = snapshot(settings(home_authority="382"))
    draft = sheets.draft([path, tracker], service, DAY)
    placed = draft.step.apply(service).case.values()
    assert [(child.placement_authority, child.out_of_area) for child in placed] == [
        ("382", False), ("383", True), ("", False),
    ]  # fmt: skip
    said = to_check(draft)
    assert "the council of the placement is Kirklees in x.xlsx row 2, which is taken" in said
    assert any(words.startswith("“Elsewhere” is no council of England") for words in said)


def test_what_is_spoiled_is_told_with_its_sheet_and_row(tmp_path: Path) -> None:
    path = returns.annex_a(
        tmp_path,
        care=[
            {"Child Unique ID": 11, CARE: "unknown date"},
            {"Child Unique ID": None, CARE: date(2024, 1, 2)},
            {"Child Unique ID": 13, CARE: date(2024, 1, 2), "Child's Legal Status": "none of these"},
        ],
    )
    draft = returns.draft(path)
    assert must_fix(draft) == [(2, CARE, "unknown date"), (3, "Child Unique ID", "")]
    assert any("is no legal status" in said for said in to_check(draft))
    assert draft.step.apply(Snapshot()).case["13"].legal_status == ""


def test_a_local_list_with_iros_is_a_spreadsheet_though_it_began_as_list_8(tmp_path: Path) -> None:
    header = f"{returns.LIST_8},IRO"
    path = returns.table(tmp_path, "t.csv", header, [{"Child Unique ID": "1", CARE: "01/02/2025", "IRO": "B. Carter"}])
    draft = returns.draft(path)
    assert [source.kind for source in draft.sources] == ["spreadsheet"]
    assert [who.name for who in draft.step.apply(Snapshot()).iro.values()] == ["B. Carter"]
