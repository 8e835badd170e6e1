"""Reads an XLSX workbook, after a look at it as a zip, since a small hostile one can fill the memory."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, cast
from xml.parsers import expat

from iro_allocator.errors import Explained
from iro_allocator.sheets.cells import Cell
from iro_allocator.watching import MANY, Watch

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MOST_UNPACKED = 200_000_000
MOST_RATIO = 200
MOST_ENTRIES = 2_000
MOST_CELLS = 2_000_000
MOST_AREA = 4_000_000
MOST_TEXT = 200_000_000
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, ValueError, RuntimeError),
    LookupError,  # an encoding that there is none of
)
_MOST_HIDDEN = 1_000
_LONGEST_COUNT = 20

_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe \r\n\t"  # marks of an encoding, and space
_SAVE_AGAIN = "Open it in Excel, save it again as an Excel workbook (.xlsx) and import that."


@dataclass(frozen=True)
class Tab:
    """A sheet that can be seen: its rows, row 1 first.

    `spans` are the cells merged side by side: first and last column, by row from 0. `hidden`: the columns that
    cannot be seen, from 0.
    """

    name: str
    rows: list[list[Cell]] = field(repr=False)
    spans: dict[int, list[tuple[int, int]]]
    hidden: frozenset[int]


def read(file: str, content: bytes, watch: Watch | None = None) -> list[Tab]:
    """Every sheet of a workbook that can be seen."""
    watch = watch or Watch()
    hidden = _check(file, content, watch)
    watch.look()
    # Imported when needed, as every reader and writer is: the window is there first.
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            seen = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == calamine.SheetTypeEnum.WorkSheet and sheet.visible == calamine.SheetVisibleEnum.Visible
            ]
            return [Tab(name, *_rows(book.get_sheet_by_name(name)), hidden.get(name, frozenset())) for name in seen]
    except (calamine.CalamineError, OverflowError) as fault:
        raise Explained(f"{file} is damaged and cannot be read ({_short(fault)}).", _SAVE_AGAIN) from None
    except BaseException as fault:
        # A panic of the reader reaches Python as an exception of its own that is no Exception.
        if type(fault).__name__ != "PanicException":
            raise
        raise Explained(f"{file} is damaged and cannot be read.", _SAVE_AGAIN) from None


def _rows(sheet: CalamineSheet) -> tuple[list[list[Cell]], dict[int, list[tuple[int, int]]]]:
    """The rows of a sheet, what stands in a cell merged over several rows in each of them; and what is merged."""
    rows = cast("list[list[Cell]]", sheet.to_python(skip_empty_area=False))
    filled = 0
    spans: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, last) in sheet.merged_cell_ranges or ():
        if last > column and top == bottom and top < len(rows):
            spans.setdefault(top, []).append((column, min(last, len(rows[top]) - 1)))
        for row in rows[top + 1 : bottom + 1]:
            filled += 1
            if column < len(row) and row[column] == "" and filled < MOST_CELLS:
                row[column] = rows[top][column]
    return rows, spans


_UNLOCK = "Open it in Excel, take the password off (File, Info, Protect Workbook), save it and import that."


def refuse_old(file: str, content: bytes) -> None:
    """Says which of the two it is that begins like this: an old .xls, or a workbook with a password."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Explained(f"{file} is protected with a password.", _UNLOCK)
    raise Explained(f"{file} is in the format of before Excel 2007 (.xls).", _SAVE_AGAIN)


def _check(file: str, content: bytes, watch: Watch) -> dict[str, frozenset[int]]:
    """Refuses what is no workbook, is damaged, or would unpack to more than a caseload list can be.

    Gives the columns that cannot be seen, by the name of their sheet.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename.lower(): entry for entry in entries}
            if "xl/workbook.bin" in names:
                raise Explained(f"{file} is a binary workbook (.xlsb).", _SAVE_AGAIN)
            if "xl/workbook.xml" not in names:
                raise Explained(f"{file} is not an Excel workbook.", _SAVE_AGAIN)
            unpacked = sum(entry.file_size for entry in entries)
            packed = max(1, sum(entry.compress_size for entry in entries))
            if unpacked > MOST_UNPACKED or unpacked / packed > MOST_RATIO or len(entries) > MOST_ENTRIES:
                raise Explained(
                    f"{file} would unpack to {unpacked / 1e6:,.0f} MB in {len(entries):,} parts, "
                    "far more than a caseload list.",
                    "Copy the list into a new workbook and import that.",
                )
            if any(entry.flag_bits & 1 for entry in entries):
                raise Explained(f"{file} is protected with a password.", _UNLOCK)
            texts = names.pop("xl/sharedstrings.xml", None)
            lengths = _text_lengths(archive, texts) if texts else []
            hidden: dict[str, frozenset[int]] = {}
            # Any part may be a sheet: which ones are is said in yet another part, in many ways.
            for entry in names.values():
                with archive.open(entry) as part:
                    if cast("zipfile.ZipExtFile", part).peek(16).lstrip(_BEFORE_XML).startswith((b"<", b"\x00<")):
                        extent = _Extent(file, lengths, watch)
                        extent.read(part)
                        if extent.may_hold_too_much(entry.file_size):
                            with archive.open(entry) as again:
                                _Extent(file, lengths, watch).weigh(again)
                        hidden[entry.filename.lower()] = frozenset(extent.hidden)
            return {name: hidden[part] for name, part in _parts(archive, names).items() if hidden.get(part)}
    except _DAMAGED as fault:
        raise Explained(f"{file} is damaged and cannot be read ({_short(fault)}).", _SAVE_AGAIN) from None


def _parts(archive: zipfile.ZipFile, names: Mapping[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Which part of the archive each sheet is, by the sheet's name; {} where that is said in another way."""
    sheets: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            given = {_local(key): value for key, value in attributes.items()}
            sheets[given.get("name", "")] = given.get("id", "")

    def relation(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = (target[1:] if target[:1] == "/" else f"xl/{target}").lower()

    for part, handler in (("xl/workbook.xml", sheet), ("xl/_rels/workbook.xml.rels", relation)):
        if part in names:
            parser = _parser()
            parser.StartElementHandler = handler
            with archive.open(names[part]) as content:
                parser.ParseFile(content)
    return {name: targets[key] for name, key in sheets.items() if key in targets}


def _short(fault: Exception) -> str:
    return " ".join(str(fault).split())[:80] or type(fault).__name__


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise expat.ExpatError("it declares entities, which a workbook never does")

    parser.EntityDeclHandler = refuse
    return parser


def _text_lengths(archive: zipfile.ZipFile, texts: zipfile.ZipInfo) -> list[int]:
    """How long each of the texts is that the cells of a workbook share."""
    lengths: list[int] = []
    parser = _parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "si":
            lengths.append(0)
        else:
            _refuse_counts(attributes)

    def characters(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    parser.StartElementHandler, parser.CharacterDataHandler = start, characters
    with archive.open(texts) as shared:
        parser.ParseFile(shared)
    return lengths


def _refuse_counts(attributes: Mapping[str, str]) -> None:
    """Refuses a part that says it has more of something than a list can: the reader makes room for that at once."""
    for key in ("count", "uniqueCount"):
        digits = attributes.get(key, "0").strip()
        if len(digits) > _LONGEST_COUNT or (digits.isdecimal() and int(digits) > MOST_CELLS):
            raise expat.ExpatError(f"it says that it has {digits[:30]} of something")


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


class _Extent:
    """How far the values of a sheet reach and how much text they hold, found without unpacking it whole.

    The reader makes one rectangle of a sheet: a value in the far corner would cost gigabytes.
    """

    def __init__(self, file: str, lengths: list[int], watch: Watch) -> None:
        self.file, self.lengths, self.watch = file, lengths, watch
        self.rows = self.row = self.column = self.last_row = self.last_column = self.cells = self.shares = (
            self.texts
        ) = 0
        self.shared = self.value = False
        self.digits = ""
        self.hidden: set[int] = set()
        self._here = "0"  # the row's number as it is written in its cells
        self._columns: dict[str, int] = {}

    def read(self, sheet: IO[bytes]) -> None:
        """Goes through a part; what cells share is only counted."""
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.ParseFile(sheet)

    def may_hold_too_much(self, size: int) -> bool:
        """Whether a part of so many bytes would hold too much text if all that is shared were the longest."""
        return size + self.shares * max(self.lengths, default=0) > MOST_TEXT

    def weigh(self, sheet: IO[bytes]) -> None:
        """Goes through a part to the letter, which takes three times as long and hardly any needs."""
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.ParseFile(sheet)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = _local(name)
        if name == "c":
            self.shared = attributes.get("t") == "s"
            self.column += 1
            if (given := attributes.get("r")) is not None:
                self._place(given)
        elif name == "row":
            self.row, self.column = _row(attributes.get("r", str(self.row + 1))), 0
            self._here = str(self.row)
            self.rows += 1
            if self.rows % MANY == 0:
                self.watch.say(f"Reading {self.file}: {self.rows:,} rows")
        elif "count" in attributes or "uniqueCount" in attributes:
            _refuse_counts(attributes)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = (_row(attributes.get(key, "1")) for key in ("min", "max"))
            self.hidden.update(range(first - 1, min(last, _MOST_HIDDEN)))
        elif name in ("v", "t"):
            self.value, self.digits = name == "v", ""
            self._count()

    def _place(self, given: str) -> None:
        """Goes to a cell by its reference: mostly one of the row at hand, in a column that was met before."""
        column = self._columns.get(given[: -len(self._here)]) if given.endswith(self._here) else None
        if column is None:
            letters = given.rstrip("0123456789")
            column, self.row = _column(letters), _row(given[len(letters) :])
            self._here, self._columns[letters] = str(self.row), column
        self.column = column

    def _characters(self, data: str) -> None:
        if self.shared and self.value:
            self.digits += data[:10]
        else:
            self.texts += len(data)

    def _end(self, name: str) -> None:
        if _local(name) == "v":
            self.value = False
            if self.digits.isascii() and self.digits.isdigit() and int(self.digits) < len(self.lengths):
                self.texts += self.lengths[int(self.digits)]
            if self.texts > MOST_TEXT:
                raise Explained(
                    f"{self.file} holds more text than a caseload list could.",
                    "Copy the list into a new workbook and import that.",
                )

    def _count(self) -> None:
        self.cells += 1
        self.shares += self.shared
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)
        if self.cells > MOST_CELLS or self.last_row * self.last_column > MOST_AREA:
            raise Explained(
                f"{self.file} has values as far as row {self.last_row:,} and column {self.last_column:,}, "
                "more than a caseload list could have.",
                "Delete what stands below and to the right of the list, or copy the list into a new workbook.",
            )


def _column(letters: str) -> int:
    """The number of a column; the reader would take a wild reference at its word."""
    if not re.fullmatch("[A-Za-z]{1,3}", letters):
        raise expat.ExpatError("a cell is where no cell can be")
    letters, number = letters.upper(), 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _row(digits: str) -> int:
    if not re.fullmatch("[0-9]{1,7}", digits):
        raise expat.ExpatError("a cell is where no cell can be")
    return int(digits)
