"""Exports: what was looked at is what is written, in every format, and it is put on record."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication

from iro_allocator import reports
from iro_allocator.caseload import caseloads
from iro_allocator.domain import Case
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.store import Store
from iro_allocator.workspace import Workspace, make_sample
from tests.builders import DAY, small_service
from tests.sheets.charted import charts

ATTACKS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")')
SINCE = date(2026, 8, 1)


@pytest.fixture(autouse=True)
def _app(qapp: QApplication) -> None:
    """There is something to draw with."""


@pytest.fixture(scope="module")
def kirklees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with closing(make_sample(tmp_path_factory.mktemp("sample") / "s.iro", on=DAY)) as workspace:
        workspace.user = "A. Manager"
        yield workspace


def of_a_time(kind: str) -> dict[str, Any]:
    return {"since": SINCE} if kind in ("handover", "changes", "letters", "child-letters") else {}


def plain(value: Any) -> Any:
    """A cell as openpyxl gives it back; XLSX keeps sixteen digits of a number."""
    if isinstance(value, float):
        return pytest.approx(value, rel=1e-14)
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value


@pytest.mark.parametrize("kind", [kind for kind in reports.KINDS if "letters" not in kind])
def test_a_workbook_opened_again_holds_exactly_what_was_shown(kirklees: Workspace, tmp_path: Path, kind: str) -> None:
    made = kirklees.draft_export(kind, day=DAY, names=True, **of_a_time(kind))
    (path,) = kirklees.export(tmp_path / "list.xlsx", kind, day=DAY, names=True, **of_a_time(kind))
    book = openpyxl.load_workbook(path)
    for table, sheet in zip(made.tables, book.worksheets, strict=False):
        read = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert read[0] == [column.header for column in table.columns]
        assert read[1:] == [[plain(value) for value in row] for row in table.rows]
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("kind", reports.LISTS)
def test_a_text_file_opened_again_holds_exactly_what_was_shown(kirklees: Workspace, tmp_path: Path, kind: str) -> None:
    made = kirklees.draft_export(kind, day=DAY, **of_a_time(kind))
    files = kirklees.export(tmp_path / "list.csv", kind, day=DAY, **of_a_time(kind))
    assert len(files) == len(made.tables)
    for table, path in zip(made.tables, files, strict=True):
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        assert rows[0] == [column.header for column in table.columns]
        assert [row[0] for row in rows[1:]] == [
            value.isoformat() if isinstance(value := row[0], date) else str(value) for row in table.rows
        ]


@pytest.mark.parametrize("kind", reports.KINDS)
def test_every_list_is_a_pdf_with_all_that_is_in_it(kirklees: Workspace, tmp_path: Path, kind: str) -> None:
    asked = {"iro": "A. Hussain"} if kind in ("iro", "service") else {}  # quicker than thirty pages
    made = kirklees.draft_export(kind, day=DAY, **of_a_time(kind), **asked)
    (path,) = kirklees.export(tmp_path / "list.pdf", kind, day=DAY, **of_a_time(kind), **asked)
    pages = made.on_paper()
    assert len(re.findall(rb"/Type /Page\b", path.read_bytes())) == pages.count
    for table in made.tables:
        assert table.title in pages.words
        assert all(str(row[0]) in pages.words for row in table.rows if isinstance(row[0], str))
    if made.tables:
        assert pages.frame.marking == "Official-Sensitive" and "exported by A. Manager" in pages.frame.facts
        assert "as at 23 Nov 2026" in pages.frame.facts and "version 3" in pages.frame.facts


def test_the_report_as_a_workbook_has_its_charts(kirklees: Workspace, tmp_path: Path) -> None:
    (path,) = kirklees.export(tmp_path / "report.xlsx", "report", day=DAY)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        *("Summary", "Caseloads", "Month by month", "Changes by reason", "Reviews due", "Decided otherwise"),
        *("Charts", "Totals"),
    ]
    by_iro, due = charts(path)
    loads = caseloads(kirklees.world().snapshot, DAY).loads
    assert by_iro.along == [load.iro.name for load in loads]
    wanted = {"Load": "load", "Limit": "limit", "Share": "share"}
    assert by_iro.figures == {name: [plain(getattr(load, of)) for load in loads] for name, of in wanted.items()}
    months = kirklees.draft_export("report", day=DAY).tables[4].rows
    assert due.along == [plain(month) for month, _, _ in months]
    assert due.figures == {"Due": [row[1] for row in months], "Capacity": [plain(row[2]) for row in months]}


def test_the_report_of_an_empty_service_has_no_charts(tmp_path: Path) -> None:
    with closing(Workspace(Store.create(tmp_path / "s.iro", passphrase=None, sample=True))) as workspace:
        (path,) = workspace.export(tmp_path / "report.xlsx", "report", day=DAY)
    assert "Charts" not in openpyxl.load_workbook(path).sheetnames


def test_no_child_is_named_anywhere_in_a_report(tmp_path: Path) -> None:
    named = [
        replace(each, name="Zebedee Quux") if isinstance(each, Case) else each for each in small_service().records()
    ]
    with closing(Workspace(Store.create(tmp_path / "s.iro", passphrase=None, sample=True))) as workspace:
        workspace.commit(Step("As it was", tuple(Edit(None, record) for record in named)))
        (path,) = workspace.export(tmp_path / "report.xlsx", "report", day=DAY)
        (other,) = workspace.export(tmp_path / "list.xlsx", "service", day=DAY, names=True)

    def said(path: Path) -> bytes:
        with zipfile.ZipFile(path) as parts:
            assert path is other or "xl/charts/chart1.xml" in parts.namelist()
            return b"".join(map(parts.read, parts.namelist()))

    assert b"Quux" in said(other) and b"Quux" not in said(path)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".pdf"])
def test_every_iro_can_have_a_file_in_a_folder(kirklees: Workspace, tmp_path: Path, suffix: str) -> None:
    files = kirklees.export(tmp_path / f"November lists{suffix}", "iro", day=DAY, each=True)
    assert {path.parent for path in files} == {tmp_path / "November lists"}
    assert min(path.stem for path in files) == "A. Hussain" and len(files) == 20
    assert list(tmp_path.iterdir()) == [tmp_path / "November lists"]


def test_only_the_columns_asked_for_are_in_it_and_the_reference_always(kirklees: Workspace) -> None:
    made = kirklees.draft_export("service", day=DAY, columns=("IRO", "Since"))
    assert [column.header for column in made.tables[0].columns] == ["Child reference", "IRO", "Since"]
    assert made.fields == ("Child reference", "IRO", "Since") and "Legal status" in made.columns
    with pytest.raises(Explained, match="no column “Name” in this list"):
        kirklees.draft_export("service", day=DAY, columns=("Name",))


def test_no_attack_string_becomes_a_formula_in_any_export(tmp_path: Path) -> None:
    service, edits = small_service(), []
    for attack, child in zip(ATTACKS * 3, service.case.values(), strict=False):
        edits.append(
            Edit(child, replace(child, name=attack, legal_status=attack, social_worker=attack, requires=(attack,)))
        )
    who = service.iro["r-bell"]
    edits.append(Edit(who, replace(who, name=ATTACKS[0], team=ATTACKS[1])))
    with closing(Workspace(Store.create(tmp_path / "s.iro", passphrase=None, sample=True))) as workspace:
        workspace.commit(Step("As it was", tuple(Edit(None, record) for record in service.records())))
        workspace.commit(Step("Attack", tuple(edits)))
        for kind in (*reports.LISTS, "report"):
            more = {"since": date(2024, 1, 1)} if kind in ("handover", "changes", "report") else {}
            for path in workspace.export(tmp_path / f"{kind}.xlsx", kind, day=DAY, names=kind != "report", **more):
                for sheet in openpyxl.load_workbook(path):
                    assert not any(cell.data_type == "f" or cell.hyperlink for row in sheet.iter_rows() for cell in row)
            for path in workspace.export(tmp_path / f"{kind}.csv", kind, day=DAY, names=kind != "report", **more):
                for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
                    for cell in row:
                        number = re.fullmatch(r"-?[\d.]+", cell)
                        assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_every_export_is_on_record_and_undo_passes_over_it(tmp_path: Path) -> None:
    with closing(Workspace(Store.create(tmp_path / "s.iro", passphrase=None, sample=True))) as workspace:
        workspace.user = "A. Manager"
        workspace.commit(Step("As it was", tuple(Edit(None, record) for record in small_service().records())))
        child = workspace.world().snapshot.case["C-100"]
        workspace.commit(Step("Another team", (Edit(child, replace(child, team="two")),)))
        workspace.export(tmp_path / "a list.xlsx", "iro", day=DAY, iro="B. Carter", names=True)
        made = workspace.history()[-1]
        assert made.step.label == "Export: B. Carter, 3 children, with children’s names, XLSX"
        assert made.by == "A. Manager"
        kept = made.step.detail["export"]
        assert kept["fields"][:3] == ["Child reference", "Name", "Family"]
        assert (kept["children"], kept["names"], kept["format"], kept["file"]) == (3, True, "xlsx", "a list.xlsx")
        assert str(tmp_path) not in str(made.step)
        assert workspace.world().undo == "Another team"
        assert workspace.undo().redo == "Another team"
        workspace.export(tmp_path / "a list.csv", "waiting", day=DAY)
        assert workspace.world().redo == "Another team"
        assert workspace.redo().snapshot.case["C-100"].team == "two"
        assert workspace.check(DAY).faults == ()


def test_what_cannot_be_written_is_not_on_record_and_leaves_the_good_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Workspace(Store.create(tmp_path / "s.iro", passphrase=None, sample=True))) as workspace:
        workspace.commit(Step("As it was", tuple(Edit(None, record) for record in small_service().records())))
        good = tmp_path / "list.pdf"
        good.write_text("the good one")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as disk:
            disk.setattr("iro_allocator.sheets.writing.os.fsync", full)
            with pytest.raises(Explained, match="No space left on device"):
                workspace.export(good, "service", day=DAY)
            with pytest.raises(Explained, match="No space left on device"):
                workspace.export(tmp_path / "lists.csv", "iro", day=DAY, each=True)
        assert good.read_text() == "the good one" and len(workspace.history()) == 1
        assert sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith("s.iro")) == ["list.pdf"]


@pytest.mark.parametrize(
    ("kind", "name", "more", "said"),
    [
        ("everything", "l.xlsx", {}, "There is no list “everything”"),
        ("service", "l.docx", {}, "none of .pdf, .xlsx, .csv"),
        ("letters", "l.xlsx", {"since": SINCE}, "Letters are written as .pdf only"),
        ("service", "l.xlsx", {"each": True}, "Only the list by IRO"),
        ("report", "l.xlsx", {"columns": ("IRO",)}, "no columns to choose"),
        ("report", "l.xlsx", {"iro": "K. Moss"}, "about every IRO"),
        ("service", "l.xlsx", {"step": 1}, "Only letters can be about a step"),
        ("letters", "l.pdf", {"since": DAY, "iro": "K. Moss"}, "No family got a new IRO then"),
        ("report", "l.xlsx", {"since": DAY + timedelta(1)}, "cannot begin on 24 Nov 2026"),
    ],
)
def test_what_cannot_be_is_explained(
    kirklees: Workspace, tmp_path: Path, kind: str, name: str, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(Explained, match=said):
        kirklees.export(tmp_path / name, kind, day=DAY, **more)
    assert list(tmp_path.iterdir()) == []


def test_the_services_own_letter_is_kept_used_and_taken_back(tmp_path: Path) -> None:
    with closing(make_sample(tmp_path / "s.iro", on=DAY, children=200)) as workspace:
        standard = workspace.letter("child-letters")
        assert standard.template == standard.standard and "contact" in standard.placeholders
        workspace.write_letter("child-letters", "# Hello\n\n{children}: {iro}")
        more = {"day": DAY, "since": SINCE}
        assert "Hello" in workspace.draft_export("child-letters", **more).on_paper().words
        assert "Hello" not in workspace.draft_export("letters", **more).on_paper().words
        with pytest.raises(Explained, match="stands for nothing"):
            workspace.write_letter("child-letters", "{carer}")
        assert workspace.letter("child-letters").template.startswith("# Hello")
        workspace.write_letter("child-letters", standard.standard)
        assert workspace.letter("child-letters").template == standard.standard
        assert "Your new IRO" in workspace.draft_export("child-letters", **more).on_paper().words
