import csv
import io
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iro_allocator.errors import Explained
from iro_allocator.sheets import grid
from iro_allocator.sheets.charts import Drawn, Plot
from iro_allocator.sheets.writing import Heading, Table, Value, write
from tests.sheets.charted import Charted, charts

TABLE = Table(
    "Whole service",
    (Heading("Child reference"), Heading("Weight", "number", 2), Heading("Since", "date")),
    (("00123", 1.25, date(2025, 5, 1)), ("00124", -0.15, None)),
    {"Children": 2, "Load": 1.1},
    {"Marking": "Official-Sensitive", "As at": "23 Nov 2026", "Weights": "Scheme 2026, version 3"},
)
ATTACKS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "{=1}"]
TEXTS = st.sampled_from(ATTACKS) | st.text(st.characters(codec="utf-8"), max_size=20)


def named(title: str, text: str = "x") -> Table:
    return Table(title, (Heading("Text"),), ((text,),))


def test_a_workbook_has_numbers_as_numbers_days_as_days_and_texts_as_texts(tmp_path: Path) -> None:
    (path,) = write([TABLE], tmp_path / "list.xlsx")
    sheet = openpyxl.load_workbook(path)["Whole service"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)] == [
        ["Child reference", "Weight", "Since"],
        ["00123", 1.25, sheet["C2"].value],
    ]
    assert sheet["C2"].is_date and sheet["C2"].value.date() == date(2025, 5, 1)
    assert (sheet["B3"].value, sheet["B2"].number_format, sheet["C3"].value) == (-0.15, "#,##0.00", None)
    assert sheet["A2"].number_format == "@"


def test_a_workbook_is_ready_to_read_to_filter_and_to_print(tmp_path: Path) -> None:
    (path,) = write([TABLE], tmp_path / "list.xlsx")
    sheet = openpyxl.load_workbook(path)["Whole service"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("B2", "A1:C3", "$1:$1")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.column_dimensions["A"].width > len("Child reference")
    header, footer = sheet.HeaderFooter.oddHeader, sheet.HeaderFooter.oddFooter
    assert header and footer
    assert header.right.text == "&BOfficial-Sensitive"
    assert header.left.text == "&BWhole service&B  Children 2, Load 1.1"
    assert "23 Nov 2026, Scheme 2026, version 3" in str(footer.left.text)


def test_totals_and_marking_stand_on_a_sheet_of_their_own(tmp_path: Path) -> None:
    (path,) = write([TABLE, named("R. Bell")], tmp_path / "list.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Whole service", "R. Bell", "Totals"]
    rows = [[cell.value for cell in row] for row in book["Totals"].iter_rows()]
    assert rows[0][:2] == ["Marking", "Official-Sensitive"]
    assert rows[4:] == [["List", "Children", "Load"], ["Whole service", 2, 1.1], ["R. Bell", None, None]]


def plotted(*rows: tuple[Value, ...], title: str = "Loads", lying: bool = True) -> Table:
    columns = (Heading("IRO"), Heading("Hours", "number"), Heading("Load", "number", 1), Heading("Share", "number", 1))
    drawn = (Drawn("Load", "#2a6a9c"), Drawn("Share", "#0b1620", measure=True))
    return Table(title, columns, rows, {"Load": 99.0}, plot=Plot("Load of all", "IRO", drawn, "Load", lying=lying))


@pytest.mark.parametrize("lying", [True, False])
@pytest.mark.parametrize("title", ["Loads", "D'Arcy's, all", "Charts", "=1+1"])
def test_a_chart_refers_to_the_cells_of_its_table_and_to_no_others(tmp_path: Path, title: str, lying: bool) -> None:
    table = plotted(("R. Bell", 37, 60.5, 66.0), ("A. Hussain", 22, 40.0, None), title=title, lying=lying)
    (path,) = write([TABLE, table], tmp_path / "list.xlsx")
    assert charts(path) == [
        Charted("Load of all", ["R. Bell", "A. Hussain"], {"Load": [60.5, 40.0], "Share": [66.0, None]}, legend=True)
    ]


def test_days_along_a_chart_are_its_months_and_one_series_has_no_legend(tmp_path: Path) -> None:
    plot = Plot("Weights", "Since", (Drawn("Weight", "#2a6a9c"),), "Weight")
    (path,) = write([replace(TABLE, rows=TABLE.rows[:1], plot=plot)], tmp_path / "list.xlsx")
    assert charts(path) == [Charted("Weights", [datetime(2025, 5, 1)], {"Weight": [1.25]}, legend=False)]
    (chart,) = openpyxl.load_workbook(path)["Charts"]._charts  # type: ignore[attr-defined]
    assert chart.x_axis.number_format.formatCode == "mmm yyyy"


def test_a_chart_of_many_is_taller_and_charts_lie_below_one_another(tmp_path: Path) -> None:
    tables = [plotted(*[(f"IRO {n}", 37, 60.0, 66.0)] * n) for n in (5, 60, 5)]
    (path,) = write(tables, tmp_path / "list.xlsx")
    sheet = openpyxl.load_workbook(path)["Charts"]
    places = [(chart.anchor._from.row, chart.anchor.to.row) for chart in sheet._charts]  # type: ignore[attr-defined]
    assert places[1][1] - places[1][0] > 3 * (places[0][1] - places[0][0])
    assert places[0][1] < places[1][0] and places[1][1] < places[2][0]
    assert [each.id for each in sheet.row_breaks.brk] == [places[1][0], places[2][0]]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


@pytest.mark.parametrize("rows", [(), (("R. Bell", 37, 0.0, None),)])
def test_there_is_no_chart_where_there_is_nothing_to_see(tmp_path: Path, rows: tuple[tuple[Value, ...], ...]) -> None:
    (path,) = write([plotted(*rows)], tmp_path / "list.xlsx")
    assert openpyxl.load_workbook(path).sheetnames == ["Loads", "Totals"]


def test_csv_is_the_table_alone_as_excel_reads_it(tmp_path: Path) -> None:
    (path,) = write([TABLE], tmp_path / "list.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.read_text("utf-8-sig").splitlines() == [
        "Child reference,Weight,Since",
        "00123,1.25,2025-05-01",
        "00124,-0.15,",
    ]


def test_several_tables_are_a_csv_file_each(tmp_path: Path) -> None:
    found = write([named("R. Bell"), named("A/B: C?"), named("r. bell")], tmp_path / "iros.csv")
    assert [path.name for path in found] == ["iros - R. Bell.csv", "iros - A B  C.csv", "iros - r. bell (2).csv"]
    assert all(path.exists() for path in found)


@given(TEXTS, TEXTS)
@example("=1+1", "=1+1")
def test_no_text_ever_becomes_a_formula_or_a_link(title: str, text: str) -> None:
    with TemporaryDirectory() as folder:
        (path,) = write([named(title, text)], Path(folder) / "list.xlsx")
        book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    (path_value,) = (row[0].value for row in book.worksheets[0].iter_rows(min_row=2))
    if text.isprintable() and text:
        assert path_value == text


@given(TEXTS)
def test_no_text_in_csv_begins_as_a_formula_does_and_each_is_read_back(text: str) -> None:
    with TemporaryDirectory() as folder:
        both = Table("List", (Heading("Child"), Heading("IRO")), ((text, text),))
        (path,) = write([both], Path(folder) / "list.csv")
        with path.open(encoding="utf-8-sig", newline="") as file:
            shown, _ = list(csv.reader(io.StringIO(file.read(), newline="")))[1]
        assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert shown.removeprefix("'") == text.removeprefix("'") or shown == text
        if text in ATTACKS:
            assert grid.read(path)[0].rows[1] == [text, text]


def test_a_negative_number_stays_a_number_in_csv(tmp_path: Path) -> None:
    (path,) = write([TABLE], tmp_path / "list.csv")
    assert ",-0.15," in path.read_text("utf-8-sig")


@pytest.mark.parametrize("title", ["History", "a" * 50, "'quoted'", "[x]:*?/\\", "", "Totals", "Ünïcode ń"])
def test_every_title_makes_a_sheet(tmp_path: Path, title: str) -> None:
    (path,) = write([TABLE, named(title), named(title)], tmp_path / "list.xlsx")
    assert len(openpyxl.load_workbook(path).sheetnames) == 4


def test_a_text_longer_than_a_cell_can_be_is_cut_and_not_lost(tmp_path: Path) -> None:
    (path,) = write([named("List", "x" * 40_000)], tmp_path / "list.xlsx")
    assert len(openpyxl.load_workbook(path).worksheets[0]["A2"].value) == 32_767


@pytest.mark.parametrize("name", ["list.pdf", "list", "list.xls"])
def test_another_kind_of_file_is_refused_naming_those_there_are(tmp_path: Path, name: str) -> None:
    with pytest.raises(Explained, match=r"Lists are written as \.xlsx and \.csv"):
        write([TABLE], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    with pytest.raises(Explained, match=r"list\.xlsx cannot be written: No such file or directory"):
        write([TABLE], tmp_path / "gone" / "list.xlsx")


def test_a_write_that_fails_leaves_the_good_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("the good one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Explained, match="No space left on device"):
        write([TABLE], path)
    assert path.read_text() == "the good one"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "no such folder"))
    assert write([TABLE], tmp_path / "list.xlsx")
