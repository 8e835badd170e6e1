"""Tables as XLSX and CSV: every text stays a text, and a file is there whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from iro_allocator.errors import Explained
from iro_allocator.sheets import charts
from iro_allocator.sheets.charts import Plot

Value = str | float | int | date | None
SUFFIXES = (".xlsx", ".csv")

_LONGEST = 32_767  # characters in a cell of Excel
_NARROW, _WIDE = 8, 48  # column widths in characters
_CALCULATED = ("=", "+", "-", "@", "\t", "\r")  # what makes Excel calculate a text in a CSV file


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a table: its header and what its cells are. `decimals` is for numbers."""

    header: str
    type: Literal["text", "number", "date"] = "text"
    decimals: int = 0


@dataclass(frozen=True)
class Table:
    """A list to be written: a title, columns, a row an entry, totals by label.

    `about` is what stands beside the list: marking, day, scheme and the like, by label. A workbook has the
    `plot` on a sheet of charts, unless all its numbers are blank or nought.
    """

    title: str
    columns: tuple[Heading, ...]
    rows: tuple[tuple[Value, ...], ...]
    totals: Mapping[str, Value] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    plot: Plot | None = None


def write(tables: Sequence[Table], out: Path, *, made: date | None = None) -> tuple[Path, ...]:
    """Writes tables to an .xlsx (a sheet each, one of charts, one of totals) or to .csv (a file each), by suffix.

    Gives the files written. `made` is the day a workbook says it was made, today unless given. Each file
    is written beside and moved into place, so a full disk never empties a good one. Raises Explained for
    another suffix and when the place cannot be written to.
    """
    return put(contents(tables, out, made=made))


def contents(tables: Sequence[Table], out: Path, *, made: date | None = None) -> dict[Path, bytes]:
    """What `write` would write, by file."""
    suffix = out.suffix.lower()
    if suffix == ".xlsx":
        return {out: _xlsx(tables, made)}
    if suffix == ".csv":
        names = file_names([table.title for table in tables])
        several = len(tables) > 1
        return {
            (out.with_name(f"{out.stem} - {name}{out.suffix}") if several else out): _csv(table)
            for name, table in zip(names, tables, strict=True)
        }
    raise Explained(
        f"{out.name} is neither .xlsx nor .csv.",
        f"Lists are written as {' and '.join(SUFFIXES)}: give such a name.",
    )


def put(
    files: Mapping[Path, bytes], before: Callable[[], object] = lambda: None, folder: Path | None = None
) -> tuple[Path, ...]:
    """Writes files beside their places and moves them there once all are whole; gives the places.

    `folder` is made when it is not there. `before` is done when nothing is left but to move them, which only
    another program could then prevent; what it raises leaves everything as it was. Raises Explained when a
    place cannot be written to.
    """
    parts: dict[Path, Path] = {}
    path = folder or Path()
    made = folder is not None and not folder.exists()
    try:
        if folder is not None:
            folder.mkdir(exist_ok=True)
        for path, content in files.items():
            parts[path] = path.with_name(f".{path.name}.{os.getpid()}.part")
            with parts[path].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                # What Excel has open cannot be replaced on Windows: better known before it is put on record.
                path.open("r+b").close()
        before()
        for path, beside in parts.items():
            beside.replace(path)
    except OSError as fault:
        raise Explained(
            f"{path.name} cannot be written: {fault.strerror or fault}.",
            "Close it in other programs, or choose another folder; what was there before is untouched.",
        ) from None
    finally:
        for beside in parts.values():
            with suppress(OSError):
                beside.unlink()
        if folder is not None and made:
            with suppress(OSError):
                folder.rmdir()  # does nothing to a folder with something in it
    return tuple(files)


def _csv(table: Table) -> bytes:
    """The header and the rows alone, UTF-8 with the mark by which Excel knows it; days as 2026-11-23."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_guarded(column.header) for column in table.columns])
    for row in table.rows:
        writer.writerow([_csv_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def _csv_cell(value: Value) -> str:
    if isinstance(value, str):
        return _guarded(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else f"{value:.10g}"


def _guarded(value: str) -> str:
    """A text that Excel shows as it is: an apostrophe before what it would calculate."""
    return f"'{value}" if value.startswith(_CALCULATED) else value


def _xlsx(tables: Sequence[Table], made: date | None) -> bytes:
    # Imported when the first list is written: it costs a tenth of a second.
    import xlsxwriter

    content = io.BytesIO()
    # In memory: parts of a children's list have no business in the folder for temporary files.
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = _Formats(book)
    marking = next((table.about.get("Marking", "") for table in tables), "")
    created = {"created": datetime(made.year, made.month, made.day)} if made else {}
    book.set_properties({"title": tables[0].title if tables else "", "category": marking, **created})
    names = _distinct([_in_sheet_name(table.title) for table in tables] + ["Charts", "Totals"], 31)
    for name, table in zip(names, tables, strict=False):
        _sheet(book.add_worksheet(name), table, formats)
    charted = [
        (name, table, table.plot)
        for name, table in zip(names, tables, strict=False)
        if table.plot and charts.tells(table, table.plot)
    ]
    if charted:
        sheet = book.add_worksheet(names[-2])
        charts.add(sheet, book, charted)
        _printing(sheet, f"&B{names[-2]}", charted[0][1].about)
    if any(table.totals or table.about for table in tables):
        _totals(book.add_worksheet(names[-1]), tables, formats)
    book.close()
    return content.getvalue()


class _Formats:
    """How cells look, made once a workbook."""

    def __init__(self, book: Any) -> None:
        self.header = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#DCE6F0"}
        )
        self.bold = book.add_format({"bold": True})
        self.text = book.add_format({"num_format": "@", "valign": "top"})
        self.day = book.add_format({"num_format": "d mmm yyyy", "valign": "top", "align": "right"})
        self._book = book
        self._numbers: dict[int, Any] = {}

    def of(self, column: Heading) -> Any:
        """How the cells of a column look, those still empty included: references keep their zeros."""
        plain = {"text": self.text, "date": self.day}
        return plain[column.type] if column.type in plain else self.number(column.decimals)

    def number(self, decimals: int) -> Any:
        if decimals not in self._numbers:
            pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
            self._numbers[decimals] = self._book.add_format({"num_format": pattern, "valign": "top"})
        return self._numbers[decimals]


def _sheet(sheet: Any, table: Table, formats: _Formats) -> None:
    """The header in row 1, frozen, with a filter; title, marking, totals and day on every printed page."""
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.header, formats.header)
        sheet.set_column(at, at, _width(table, at), formats.of(column))
    for number, row in enumerate(table.rows, start=1):
        for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _cell(sheet, number, at, value, formats, column.decimals)
    last = max(0, len(table.columns) - 1)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table.rows), last)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    totals = ", ".join(f"{label} {shown(value)}" for label, value in table.totals.items())
    _printing(sheet, f"&B{_printed(table.title)}&B  {_printed(totals)}", table.about)


def _printing(sheet: Any, title: str, about: Mapping[str, str]) -> None:
    """A4 on its side; title, marking and the facts about the list on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    sheet.set_header(f"&L{title}&R&B{_printed(about.get('Marking', ''))}")
    facts = ", ".join(said for label, said in about.items() if label != "Marking")
    sheet.set_footer(f"&L{_printed(facts)}&RPage &P of &N")


def _totals(sheet: Any, tables: Sequence[Table], formats: _Formats) -> None:
    """What the lists are, and a row of totals for each of them."""
    about: dict[str, str] = {}
    for table in tables:
        about |= table.about
    for number, (label, said) in enumerate(about.items()):
        sheet.write_string(number, 0, label, formats.bold)
        sheet.write_string(number, 1, said)
    labels = list(dict.fromkeys(label for table in tables for label in table.totals))
    top = len(about) + 1
    for at, label in enumerate(("List", *labels)):
        sheet.write_string(top, at, label, formats.header)
    for number, table in enumerate(tables, start=top + 1):
        sheet.write_string(number, 0, table.title)
        for at, label in enumerate(labels, start=1):
            value = table.totals.get(label)
            _cell(sheet, number, at, value, formats, 1)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, max(1, len(labels)), 16)
    sheet.set_landscape()
    sheet.set_paper(9)


def _cell(sheet: Any, row: int, at: int, value: Value, formats: _Formats, decimals: int) -> None:
    if isinstance(value, str):
        sheet.write_string(row, at, value[:_LONGEST], formats.text)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), formats.day)
    elif value is not None:
        sheet.write_number(row, at, value, formats.number(decimals if isinstance(value, float) else 0))


def _width(table: Table, at: int) -> int:
    """A width in which the column's header and most of its cells stand in one line."""
    widths = [len(shown(row[at])) for row in table.rows[:500]]
    return min(_WIDE, max([_NARROW, len(table.columns[at].header), *widths]) + 2)


def shown(value: Value) -> str:
    """A value as a person writes it."""
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value or ""


def _printed(said: str) -> str:
    """A text for the top or foot of a printed page, where & begins an order and there is little room."""
    return re.sub(r"[\x00-\x1f]", " ", said)[:70].replace("&", "&&")


def _in_sheet_name(title: str) -> str:
    """A title as the name of a sheet: without what Excel does not allow."""
    bare = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip().strip("'").strip()
    return (bare if bare.casefold() != "history" else "History list")[:31] or "List"


def _in_file_name(title: str) -> str:
    """A title as part of a file's name, on every system."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]', " ", title).strip(" .")[:80] or "List"


def file_names(titles: Sequence[str]) -> list[str]:
    """Titles as names of files, none twice."""
    return _distinct([_in_file_name(title) for title in titles])


def _distinct(names: Sequence[str], longest: int = 80) -> list[str]:
    """The names with a number where one comes again; capitals make no difference."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        candidate, number = name, 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{name[: longest - len(str(number)) - 3]} ({number})"
        taken.add(candidate.casefold())
        found.append(candidate)
    return found
