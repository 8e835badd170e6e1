"""A sheet as it stands in a file: rows of cells, row 1 first, as the person sees them. Reads CSV and XLSX."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iro_allocator.errors import Explained
from iro_allocator.sheets import workbook
from iro_allocator.sheets.cells import Cell, text
from iro_allocator.watching import MANY, Watch

MOST_BYTES = 200_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 500
MOST_CELLS = 5_000_000
MOST_IN_LINE = 500_000
_BEGINNING = 1 << 18

_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
_NARROWER = "Delete what stands to the right of the list and save it again."
_SHORTER = "Delete what stands below the list and save it again."
_AS_CSV = "Save it as an Excel workbook (.xlsx) or as CSV UTF-8 and import that."
_OTHER_KINDS = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old or password-protected workbook"),
    (b"<?xml", "an XML file"),
    (b"<html", "a web page"),
    (b"<!DOCTYPE", "a web page"),
    (b"<", "an XML file or a web page"),
    (b"{\\rtf", "a word-processor document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a database"),
)


@dataclass(frozen=True)
class Grid:
    """One sheet of one file. `sheet` is "" for a CSV file.

    `spans` are the cells merged side by side, by row from 0: the first and last column of each. `hidden` are
    the columns, from 0, that cannot be seen, `beside` the names of the other sheets.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[Cell]] = field(repr=False)
    spans: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict, repr=False)
    hidden: frozenset[int] = frozenset()
    beside: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The sheet in words, for a sentence."""
        return f"{self.file}, sheet “{self.sheet}”" if self.sheet else self.file


def read(path: Path, watch: Watch | None = None) -> tuple[Grid, ...]:
    """The sheets of a CSV file (one) or of a workbook (those that can be seen), by what the file holds."""
    watch = watch or Watch()
    if path.is_dir():
        raise Explained(f"{path.name} is a folder.", "Choose the spreadsheet inside it.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Explained(f"{path.name} is larger than 200 MB, too large for a caseload list.", _AS_CSV)
        content = path.read_bytes()
    except FileNotFoundError:
        raise Explained(f"There is no file {path.name} there.", "Check its name and folder.") from None
    except OSError as fault:
        raise Explained(
            f"{path.name} cannot be read: {fault.strerror or fault}.", "Close it in other programs and try again."
        ) from None
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise Explained(f"{path.name} is empty.", "Save the spreadsheet again and import that.")
    if content.startswith(b"PK"):
        sheets = workbook.read(path.name, content, watch)
        names = [tab.name for tab in sheets]
        return tuple(
            Grid(
                path.name,
                tab.name,
                _bounded(path.name, tab.rows),
                tab.spans,
                tab.hidden,
                tuple(names[:n] + names[n + 1 :]),
            )
            for n, tab in enumerate(sheets)
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        workbook.refuse_old(path.name, content)
    for beginning, kind in _OTHER_KINDS:
        if content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(beginning.lower()):
            raise Explained(f"{path.name} is {kind}, not a spreadsheet.", _AS_CSV)
    return (Grid(path.name, "", _bounded(path.name, _csv(path.name, content, watch))),)


def _csv(file: str, content: bytes, watch: Watch) -> list[list[Cell]]:
    """The records of a CSV file: commas, semicolons or tabs, whichever the first lines hold most of."""
    encoding = _encoding(file, content)
    beginning = content[:_BEGINNING].decode(encoding, "replace")
    first_lines = re.sub(r'"[^"]*"', "", "\n".join(beginning.splitlines()[:20]))
    delimiter = max(",;\t|", key=first_lines.count)
    lines = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    rows: list[list[Cell]] = []
    cells = 0
    try:
        for record in csv.reader(_short_lines(file, lines), delimiter=delimiter):
            if len(record) > MOST_COLUMNS:
                _bounded(file, [record])
            rows.append([_unguarded(cell) for cell in record[:MOST_COLUMNS]])
            cells += len(rows[-1])
            if len(rows) % MANY == 0:
                watch.say(f"Reading {file}: {len(rows):,} rows")
            if len(rows) > MOST_ROWS or cells > MOST_CELLS:
                _bounded(file, rows)
                raise Explained(f"{file} has more than {MOST_CELLS:,} cells, far more than a list.", _SHORTER)
    except csv.Error as fault:
        raise Explained(f"{file} is not whole CSV: {fault}.", _AS_CSV) from None
    return rows


def _short_lines(file: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines, as long as none of them is longer than any row of a list."""
    for line in lines:
        if len(line) > MOST_IN_LINE:
            commas = max(line.count(mark) for mark in ",;\t|")
            if commas > MOST_COLUMNS:
                raise Explained(f"{file} has {commas + 1:,} columns; a list has at most {MOST_COLUMNS}.", _NARROWER)
            raise Explained(f"{file} has a line of {len(line):,} letters, longer than a list's could be.", _AS_CSV)
        yield line


def _encoding(file: str, content: bytes) -> str:
    """The encoding in which a file is text, told piece by piece: the whole in letters would fill the memory."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for at in range(0, len(content), _BEGINNING):
                piece = decoder.decode(content[at : at + _BEGINNING], at + _BEGINNING >= len(content))
                if _NO_TEXT.search(piece):
                    raise Explained(f"{file} is not text but some other kind of file, or damaged.", _AS_CSV)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Explained(f"{file} is in an encoding that cannot be told.", _AS_CSV)


def _unguarded(cell: str) -> str:
    """A cell without the guards that keep Excel from calculating it or dropping its leading zeros."""
    if cell[:1] not in ("=", "'"):
        return cell
    if guarded := re.fullmatch(r'="(.*)"', cell, re.DOTALL):
        return guarded[1]
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@\t\r" else cell


def _bounded(file: str, rows: Sequence[Sequence[Cell]]) -> Sequence[Sequence[Cell]]:
    """The rows, when there are not more of them than a service could have."""
    used = [len(row) for row in rows if any(text(cell) for cell in row[MOST_COLUMNS:])]
    if used:
        raise Explained(
            f"{file} has {max(used):,} columns; a list has at most {MOST_COLUMNS}.",
            _NARROWER,
        )
    if len(rows) > MOST_ROWS:
        raise Explained(
            f"{file} has {len(rows):,} rows; a list has at most {MOST_ROWS:,}.",
            _SHORTER,
        )
    return rows
