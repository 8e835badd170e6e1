"""One row of a recognised sheet, read by meaning; what cannot be read becomes a finding and leaves the row out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from iro_allocator.sheets import cells
from iro_allocator.sheets.cells import Cell, Unreadable, text
from iro_allocator.sheets.columns import Source
from iro_allocator.sheets.findings import CHECK, FIX, Finding, Level
from iro_allocator.sheets.meanings import Meaning

T = TypeVar("T")


class Row:
    """One row: what it says under each meaning, and what was found in it."""

    def __init__(self, source: Source, number: int, row: Sequence[Cell], today: date) -> None:
        self.source, self.number, self.today = source, number, today
        self._row = row
        self._place = source.place
        self.findings: list[Finding] = []

    @property
    def left_out(self) -> bool:
        """Whether something in it must be fixed."""
        return any(finding.level == FIX for finding in self.findings)

    @property
    def where(self) -> str:
        """The row in words, for a sentence about another one."""
        return f"row {self.number} of {self.source.sheet or self.source.file}"

    def has(self, meaning: str) -> bool:
        """Whether the sheet has a column of this meaning."""
        return meaning in self._place

    def cell(self, meaning: str) -> Cell:
        """The cell under a meaning, None where there is none."""
        at = self._place.get(meaning)
        return None if at is None or at >= len(self._row) else self._row[at]

    def text(self, meaning: str) -> str:
        """The text under a meaning, "" where there is none."""
        return text(self.cell(meaning))

    def read(self, meaning: str, how: Callable[[Cell], T | None], level: Level = FIX) -> T | None:
        """The cell under a meaning, read so; None where it says nothing or, with a finding, cannot be read."""
        try:
            found = how(self.cell(meaning))
        except Unreadable as fault:
            self.note(level, meaning, str(fault))
            return None
        return None if found in ("", ()) else found

    def value(self, meaning: Meaning) -> Any:
        """The cell of a meaning with a field of its own, as that field takes it; None when it says nothing."""
        cell = self.cell(meaning.key)
        if cell is None or cell == "":
            return None
        match meaning.shape:
            case "date":
                return self.read(meaning.key, lambda cell: cells.day(cell, self.today))
            case "number":
                return self.read(meaning.key, cells.number)
            case "yes" | "area":
                return self.read(meaning.key, cells.area if meaning.shape == "area" else cells.yes_no, CHECK)
            case "postcode":
                return self.read(meaning.key, cells.postcode, CHECK)
            case "council":
                return self.read(meaning.key, cells.council, CHECK)
            case "band":
                return self.read(meaning.key, cells.band, CHECK)
            case "words":
                return self.read(meaning.key, cells.words)
            case "type":
                return self.read(meaning.key, cells.case_type)
            case "takes":
                return self.read(meaning.key, cells.takes)
            case "employment":
                return self.read(meaning.key, cells.employment)
            case "status":
                return self.read(meaning.key, cells.legal_status)
            case _:
                return self.text(meaning.key) or None

    def note(self, level: Level, meaning: str, message: str) -> None:
        """Adds a finding about the cell under a meaning ("" = about the row)."""
        at = self._place.get(meaning)
        self.findings.append(
            Finding(
                level,
                self.source.file,
                self.source.sheet,
                self.number,
                self.source.columns[at].header if at is not None else "",
                self.text(meaning),
                message,
            )
        )

    def fix(self, meaning: str, message: str) -> None:
        """What must be fixed before this row can be taken."""
        self.note(FIX, meaning, message)

    def check(self, meaning: str, message: str) -> None:
        """What somebody should look at; the row is taken."""
        self.note(CHECK, meaning, message)


def rows(source: Source, today: date) -> Iterator[Row]:
    """The rows of a sheet in its order."""
    for number, row in source.rows:
        yield Row(source, number, row, today)


def marks_only(source: Source, meaning: str, read: Callable[[Cell], bool | None]) -> bool:
    """Whether a yes-or-no column only marks the yeses, so that an empty cell in it means no."""
    at = source.place[meaning]
    said = [cells.holds(read, row[at]) and read(row[at]) for _, row in source.rows if at < len(row) and text(row[at])]
    return bool(said) and all(said)


def postcodes(listed: Iterable[Row], meaning: str) -> set[str]:
    """The postcodes in a column, to be looked up together."""
    found = (row.cell(meaning) for row in listed)
    return {cells.postcode(cell) for cell in found if cells.holds(cells.postcode, cell)}


def duplicates(listed: Mapping[str, Sequence[Row]], meaning: str) -> None:
    """Marks the rows of every key that stands in several: which of them is right, only a person knows."""
    for same in listed.values():
        for row in same:
            if other := next((other for other in same if other is not row), None):
                row.fix(meaning, f"“{row.text(meaning)}” stands in {other.where} as well; keep one of the two")
