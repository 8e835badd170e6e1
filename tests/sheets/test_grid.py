import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from iro_allocator.errors import Explained
from iro_allocator.sheets import grid
from iro_allocator.watching import MANY, Stopped, Watch
from tests.sheets.files import CHILDREN, csv_file, xlsx_file


def refused(path: Path) -> str:
    with pytest.raises(Explained) as fault:
        grid.read(path)
    assert fault.value.hint
    assert "\n" not in str(fault.value)
    return fault.value.message


def is_read(path: Path) -> bool:
    try:
        grid.read(path)
    except Explained:
        return False
    return True


def raw(folder: Path, content: bytes, name: str = "tracker.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def zipped(folder: Path, parts: dict[str, bytes], name: str = "tracker.xlsx") -> Path:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return raw(folder, content.getvalue(), name)


def with_part(path: Path, part: str, text: bytes) -> Path:
    """The same workbook with one part of it put in the place of the real one."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    return zipped(path.parent, parts | {part: text})


def sheet_xml(cells: str) -> bytes:
    opening = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return f"{opening}{cells}</sheetData></worksheet>".encode()


@pytest.mark.parametrize(
    "content",
    [
        b"Child,IRO\n00123,R. Bell\n",
        b"\xef\xbb\xbfChild,IRO\r\n00123,R. Bell\r\n",
        b"Child;IRO\n00123;R. Bell\n",
        b'Child\tIRO\n="00123"\t"R. Bell"\n',
        "Child,IRO\n00123,R. Bell\n".encode("utf-16"),
    ],
    ids=["plain", "with a mark", "semicolons", "tabs and guarded zeros", "utf-16"],
)
def test_csv_is_read_in_the_ways_that_programs_write_it(tmp_path: Path, content: bytes) -> None:
    (found,) = grid.read(raw(tmp_path, content))
    assert [list(row) for row in found.rows] == [["Child", "IRO"], ["00123", "R. Bell"]]


def test_csv_of_an_older_windows_is_read(tmp_path: Path) -> None:
    (found,) = grid.read(raw(tmp_path, "IRO\nZoë O’Hara\n".encode("cp1252")))
    assert found.rows[1] == ["Zoë O’Hara"]


def test_a_row_of_csv_has_the_number_it_has_in_excel(tmp_path: Path) -> None:
    (found,) = grid.read(raw(tmp_path, b'Title\n\n"two\nlines",x\nlast,y\n'))
    assert found.rows[3] == ["last", "y"]


def test_a_workbook_gives_its_visible_sheets_from_row_1(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"Allocations": [(), ("Title",), *CHILDREN], "Notes": [("hello",)]})
    first, second = grid.read(path)
    assert (first.sheet, first.rows[2][0], first.rows[3][0]) == ("Allocations", "Child ID", "00123")
    assert second.where == "tracker.xlsx, sheet “Notes”"


def test_a_workbook_is_known_by_what_it_holds_and_not_by_its_name(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"Allocations": CHILDREN}, "tracker.csv")
    assert grid.read(path)[0].sheet == "Allocations"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF, not a spreadsheet"),
        (b"<?xml version='1.0'?><CINMessage/>", "is an XML file, not a spreadsheet"),
        (b"<html><table>", "is a web page, not a spreadsheet"),
        (b"Child,IRO\n00\x00123,x\n", "is not text but some other kind of file"),
        (b"\x81\x8d\x8f,\x90\n", "is in an encoding that cannot be told"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "is in the format of before Excel 2007"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "is protected with a password"),
        (b"PK\x03\x04 cut off", "is damaged and cannot be read"),
        (b"Child," + b"," * 1_000_000 + b"x\n", "has 1,000,002 columns; a list has at most 500"),
        (b"x\n" * 100_001, "has 100,001 rows; a list has at most 100,000"),
        (b'Child\n"' + b"x" * 200_000 + b'"\n', "is not whole CSV"),
    ],
    ids=lambda value: value[:12].decode("latin-1") if isinstance(value, bytes) else value,
)
def test_a_file_that_is_no_spreadsheet_is_refused_in_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    assert refused(raw(tmp_path, content)).startswith(f"tracker.csv {said}")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.xlsx") == "There is no file gone.xlsx there."
    assert refused(tmp_path) == f"{tmp_path.name} is a folder."


def test_columns_that_are_empty_do_not_count(tmp_path: Path) -> None:
    assert len(grid.read(csv_file(tmp_path, [["Child"] + [""] * 2_000]))) == 1


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    assert "is not an Excel workbook" in refused(zipped(tmp_path, {"word/document.xml": b"<w/>"}))
    assert "is a binary workbook" in refused(zipped(tmp_path, {"xl/workbook.bin": b""}))


def test_a_zip_that_unpacks_to_far_more_than_a_list_is_refused_unread(tmp_path: Path) -> None:
    bomb = zipped(tmp_path, {"xl/workbook.xml": b"<w/>", "xl/worksheets/sheet1.xml": b" " * 20_000_000})
    assert "would unpack to 20 MB" in refused(bomb)
    many = zipped(tmp_path, {"xl/workbook.xml": b"<w/>", **{f"xl/{number}.xml": b"" for number in range(2_001)}})
    assert "in 2,002 parts" in refused(many)


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576", "ZZZ9999999", "xfd1048576"])
def test_a_value_in_a_far_corner_is_refused_before_it_fills_the_memory(tmp_path: Path, reference: str) -> None:
    path = xlsx_file(tmp_path, {"Allocations": CHILDREN})
    cells = f'<row><c r="B2"><v>1</v></c></row><row><c r="ABC1"><v>1</v></c><c r="{reference}"><v>1</v></c></row>'
    assert "more than a caseload list could have" in refused(
        with_part(path, "xl/worksheets/sheet1.xml", sheet_xml(cells))
    )


@pytest.mark.parametrize("count", ["4294967296", "99999999999999999999999", "2000001"])
def test_a_workbook_that_claims_more_texts_than_there_can_be_is_refused(tmp_path: Path, count: str) -> None:
    path = xlsx_file(tmp_path, {"Allocations": CHILDREN})
    # The reader makes room for so many at once: gigabytes, and the end of the whole program.
    texts = f'<sst count="1" uniqueCount="{count}"><si><t>Child ID</t></si></sst>'
    assert "is damaged" in refused(with_part(path, "xl/sharedStrings.xml", texts.encode()))


def test_cells_without_references_are_counted_too(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"Allocations": CHILDREN})
    cells = f"<row>{'<c><v>1</v></c>' * 1_000}</row>" + "<row><c><v>1</v></c></row>" * 4_001
    assert "row 4,001 and column 1,000" in refused(with_part(path, "xl/worksheets/sheet1.xml", sheet_xml(cells)))


def test_one_long_text_in_a_great_many_cells_is_refused(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"Allocations": CHILDREN})
    texts = b"<sst><si><t>" + bytes(range(97, 123)) * 1_500 + b"</t></si></sst>"
    cell = '<c t="s"><v>0</v></c>'
    row = f"<row>{cell * 100}</row>"
    path = with_part(path, "xl/sharedStrings.xml", texts)
    assert "holds more text than a caseload list could" in refused(
        with_part(path, "xl/worksheets/sheet1.xml", sheet_xml(row * 60))
    )


def test_a_long_text_that_few_cells_hold_is_no_reason_to_refuse_a_list(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"Allocations": CHILDREN})
    texts = b"<sst><si><t>" + bytes(range(97, 123)) * 1_500 + b"</t></si><si><t>LAC</t></si></sst>"
    cell = '<c t="s"><v>1</v></c>'
    row = f"<row>{cell * 100}</row>"
    last = '<row><c t="s"><v>0</v></c></row>'
    path = with_part(path, "xl/sharedStrings.xml", texts)
    (read,) = grid.read(with_part(path, "xl/worksheets/sheet1.xml", sheet_xml(row * 60 + last)))
    assert (read.rows[0][0], len(str(read.rows[60][0]))) == ("LAC", 26 * 1_500)


def test_a_workbook_is_read_with_progress_and_can_be_stopped_within(tmp_path: Path) -> None:
    said: list[str] = []
    rows = [("Child ID", "IRO"), *((f"C{number}", "A. Hussain") for number in range(2 * MANY + 10))]
    for path in (xlsx_file(tmp_path, {"Allocations": rows}), csv_file(tmp_path, rows)):
        said.clear()
        grid.read(path, Watch(said.append))
        assert said == [f"Reading {path.name}: {MANY:,} rows", f"Reading {path.name}: {2 * MANY:,} rows"]
        with pytest.raises(Stopped):
            grid.read(path, Watch(stop=lambda: True))


@pytest.mark.parametrize(("day", "value"), [("46023", "-1e308"), ("46023", "soon"), ("5000", "1e308")])
def test_a_day_or_time_beyond_all_days_is_refused(tmp_path: Path, day: str, value: str) -> None:
    path = xlsx_file(tmp_path, {"Allocations": [("Since", date(2026, 1, 1), timedelta(5000))]})
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(day.encode(), value.encode())
    assert "is damaged and cannot be read" in refused(with_part(path, "xl/worksheets/sheet1.xml", sheet))


def test_a_file_larger_than_any_list_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MOST_BYTES", 20)
    assert "larger than 200 MB" in refused(csv_file(tmp_path, CHILDREN))


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert refused(csv_file(tmp_path, CHILDREN)) == "tracker.csv cannot be read: Permission denied."


@pytest.mark.parametrize("place", ['r="C19999999999"', 'r="ABCD1"', 'r="1C"', 'r=""'])
def test_a_value_where_no_cell_can_be_is_refused(tmp_path: Path, place: str) -> None:
    path = xlsx_file(tmp_path, {"Allocations": CHILDREN})
    cells = f'<row r="1"><c {place}><v>1</v></c></row>'
    assert "a cell is where no cell can be" in refused(with_part(path, "xl/worksheets/sheet1.xml", sheet_xml(cells)))


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"Allocations": CHILDREN})
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    assert "declares entities" in refused(with_part(path, "xl/worksheets/sheet1.xml", declared))


def test_a_workbook_cut_off_or_bent_anywhere_is_read_or_refused_in_a_sentence(tmp_path: Path) -> None:
    whole = xlsx_file(tmp_path, {"Allocations": CHILDREN}).read_bytes()
    outcomes = set()
    for place in range(4, len(whole), 97):
        for bent in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]):
            outcomes.add(is_read(raw(tmp_path, bent, "bent.xlsx")))
    assert outcomes == {True, False}
