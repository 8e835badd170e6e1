from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from iro_allocator import reports, sheets
from iro_allocator.domain import Settings, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from tests.builders import DAY, LONG_AGO, allocation, case, iro, small_service, snapshot

MONDAY = DAY - timedelta(7)


def as_dicts(table: reports.Table) -> list[dict[str, Any]]:
    return [dict(zip((column.header for column in table.columns), row, strict=True)) for row in table.rows]


def handed_over() -> Snapshot:
    """R. Bell's child C-1 went to B. Carter a week ago; C-2 came; C-3 ended; C-4 lost her IRO."""
    carter, bell = iro("B. Carter"), iro("R. Bell")
    children = [
        case("C-1", family="Fam-1", name="Alex Example"),
        case("C-2", opened=MONDAY),
        case("C-3", closed=MONDAY),
        case("C-4"),
        case("C-5"),
    ]
    return snapshot(
        carter,
        bell,
        children,
        allocation("C-1", bell, end=MONDAY),
        allocation("C-1", carter, MONDAY, id="C-1/2", reason="lighter caseload"),
        allocation("C-2", carter, MONDAY, reason="new referral"),
        allocation("C-3", bell, end=MONDAY),
        allocation("C-4", bell, end=MONDAY),
        allocation("C-5", bell, end=date(2025, 1, 6)),
        allocation("C-5", carter, date(2025, 1, 6), id="C-5/2", reason="long ago"),
    )


def test_the_service_list_has_a_row_a_child_with_reference_family_type_weight_iro_and_since() -> None:
    service = small_service()
    (table,) = reports.allocation_list(service, DAY)
    headers = [column.header for column in table.columns]
    assert headers[:6] == ["Child reference", "Family", "Type", "Weight", "IRO", "Since"]
    rows = as_dicts(table)
    assert {row["Child reference"] for row in rows} == {child.id for child in service.open_cases(DAY)}
    assert len(rows) == 15
    (split,) = [row for row in rows if row["Child reference"] == "C-302"]
    # A further child of a family on plans weighs 0.60.
    assert (split["Family"], split["Type"], split["Weight"]) == ("Fam-20", "CP", 0.6)
    assert (split["IRO"], split["Since"]) == ("B. Carter", LONG_AGO)


def test_those_who_wait_stand_first_and_without_an_iro() -> None:
    (table,) = reports.allocation_list(small_service(), DAY)
    assert [(row["Child reference"], row["IRO"], row["Since"]) for row in as_dicts(table)[:2]] == [
        ("C-401", "", None),
        ("C-402", "", None),
    ]


def test_totals_are_children_cases_and_load() -> None:
    (table,) = reports.allocation_list(small_service(), DAY)
    # 13 looked after, one CP family of two; 6 + 2·1.10 out of area + 3 + 2 + (1.00 + 0.60) = 14.8
    assert table.totals == {"Children": 15, "Cases": 14, "Load": 14.8}


def test_a_list_says_what_it_is() -> None:
    service = snapshot(Settings(name="Scheme 2026", version=3, service="Kirklees"), small_service().records())
    (table,) = reports.allocation_list(service, DAY, by="j.lowe")
    assert table.about == {
        "Marking": "Official-Sensitive",
        "Service": "Kirklees",
        "As at": "23 Nov 2026",
        "Weights": "Scheme 2026, version 3",
        "Exported by": "j.lowe",
        "Names": "IROs' only, children by reference",
    }


@pytest.mark.parametrize("kind", reports.LISTS)
def test_childrens_names_stand_in_a_list_only_when_asked_for(kind: str) -> None:
    service = Step("", tuple(Edit(c, replace(c, name="Alex Example")) for c in handed_over().case.values())).apply(
        handed_over()
    )
    without = repr(reports.allocation_list(service, DAY, kind))
    with_names = repr(reports.allocation_list(service, DAY, kind, names=True))
    assert "Alex Example" not in without
    assert "Alex Example" in with_names and "'Name'" in with_names


def test_each_iro_has_a_table_or_the_one_who_is_asked_for() -> None:
    tables = reports.allocation_list(small_service(), DAY, "iro")
    assert [(table.title, len(table.rows)) for table in tables] == [("A. Hussain", 7), ("B. Carter", 3), ("R. Bell", 3)]
    for asked in ("r-bell", "R Bell", "Bell, R"):
        (table,) = reports.allocation_list(small_service(), DAY, "iro", iro=asked)
        assert (table.title, table.totals["Children"]) == ("R. Bell", 3)


def test_handovers_tell_child_family_from_to_day_and_why() -> None:
    (table,) = reports.allocation_list(handed_over(), DAY, "handover")
    assert as_dicts(table) == [
        {
            "Child reference": "C-1",
            "Family": "Fam-1",
            "From": "R. Bell",
            "To": "B. Carter",
            "Date": MONDAY,
            "Why": "lighter caseload",
        }
    ]
    assert table.title == "Handovers since 26 Oct 2026"


def test_changes_tell_who_came_went_over_ended_or_lost_their_iro() -> None:
    (table,) = reports.allocation_list(handed_over(), DAY, "changes")
    assert [(row["Child reference"], row["What"], row["From"], row["To"]) for row in as_dicts(table)] == [
        ("C-2", "allocated", "", "B. Carter"),
        ("C-3", "ended", "R. Bell", ""),
        ("C-4", "without an IRO", "R. Bell", ""),
        ("C-1", "new IRO", "R. Bell", "B. Carter"),
    ]


def test_changes_go_back_to_the_day_asked_for_and_no_further() -> None:
    def children(since: date, iro: str | None = None) -> list[Any]:
        (table,) = reports.allocation_list(handed_over(), DAY, "handover", since=since, iro=iro)
        return [row["Child reference"] for row in as_dicts(table)]

    assert children(MONDAY) == ["C-1"]
    assert children(MONDAY + timedelta(1)) == []
    assert children(date(2025, 1, 1), "R. Bell") == ["C-5", "C-1"]


def test_what_is_planned_for_later_has_not_changed_yet() -> None:
    (table,) = reports.allocation_list(handed_over(), MONDAY - timedelta(1), "changes")
    assert table.rows == ()


def test_a_former_iro_of_unknown_dates_comes_before_the_one_who_began_that_day() -> None:
    carter, bell, child = iro("B. Carter"), iro("R. Bell"), case("C-1")
    former = allocation(child, bell, MONDAY, end=MONDAY, id="C-1/0.1")
    service = snapshot(carter, bell, child, former, allocation(child, carter, MONDAY))
    (table,) = reports.allocation_list(service, DAY, "handover")
    assert [(row["From"], row["To"]) for row in as_dicts(table)] == [("R. Bell", "B. Carter")]


def test_those_who_wait_are_listed_with_how_long_and_whom_they_had() -> None:
    (table,) = reports.allocation_list(small_service(), DAY, "waiting")
    rows = as_dicts(table)
    # Opened on Thursday 19 November: Friday and Monday are two working days.
    assert [(row["Child reference"], row["Waiting since"], row["Working days"], row["Former IRO"]) for row in rows] == [
        ("C-401", DAY - timedelta(4), 2, "B. Carter"),
        ("C-402", DAY - timedelta(4), 2, ""),
    ]


def test_a_child_whose_iro_went_waits_since_then() -> None:
    (table,) = reports.allocation_list(handed_over(), DAY, "waiting")
    assert [(row["Child reference"], row["Waiting since"]) for row in as_dicts(table)] == [("C-4", MONDAY)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": "everything"}, "There is no list “everything”. Lists are service, iro, handover, changes, waiting."),
        ({"iro": "R. Bel"}, "There is no IRO “R. Bel” in this service. Is it R. Bell?"),
        ({"iro": "S. Ahmed"}, "There is no IRO “S. Ahmed” in this service. Choose one of the service's IROs."),
        (
            {"since": DAY + timedelta(1)},
            "The list cannot begin on 24 Nov 2026, after 23 Nov 2026. Give an earlier day.",
        ),
    ],
    ids=["kind", "near", "far", "day"],
)
def test_what_there_is_none_of_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(Explained) as fault:
        reports.allocation_list(small_service(), DAY, **more)
    assert str(fault.value) == said


def test_a_service_without_children_has_no_list_by_iro() -> None:
    with pytest.raises(Explained, match="No IRO has children on 23 Nov 2026"):
        reports.allocation_list(snapshot(iro()), DAY, "iro")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("names", [True, False])
def test_the_service_list_imported_again_changes_nothing(tmp_path: Path, suffix: str, names: bool) -> None:
    service = small_service()
    child = service.case["C-100"]
    facts = replace(
        child, name="Alex", factors=("court", "own"), placement_miles=31.4, out_of_area=True, next_review=DAY
    )
    service = Step("", (Edit(child, facts),)).apply(service)
    written = reports.write(reports.allocation_list(service, DAY, names=names), tmp_path / f"list{suffix}")
    draft = sheets.draft(written, service, DAY)
    assert not draft.step, draft.changes
    assert draft.children == sheets.Counts(unchanged=15)


@pytest.mark.parametrize("kind", ["service", "iro"])
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_service_can_be_started_from_its_own_lists(tmp_path: Path, kind: str, suffix: str) -> None:
    service = small_service()
    written = reports.write(reports.allocation_list(service, DAY, kind), tmp_path / f"list{suffix}")
    after = sheets.draft(written, Snapshot(), DAY).step.apply(Snapshot())
    assert after.case.keys() == service.case.keys() - ({"C-401", "C-402"} if kind == "iro" else set())

    def who(of: Snapshot) -> dict[str, tuple[str, date]]:
        rows = {key: of.allocation_on(key, DAY) for key in of.case}
        return {key: (of.iro[row.iro].name, row.start) for key, row in rows.items() if row}

    assert who(after) == who(service)


def test_one_workbook_has_a_sheet_for_each_iro(tmp_path: Path) -> None:
    (path,) = reports.write(reports.allocation_list(small_service(), DAY, "iro"), tmp_path / "iros.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["A. Hussain", "B. Carter", "R. Bell", "Totals"]
    assert ("A. Hussain", 7) in {(row[0].value, row[1].value) for row in book["Totals"].iter_rows()}
