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

    @property
    def words(self) -> str:
        """All that it says, to know it again."""
        row, length = self._row, len(self._row)
        return self.source.meanings + repr([row[at] if at < length else None for at in self._place.values()])

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
        return self._read(meaning, self.cell(meaning), how, level)

    def day(self, meaning: str, level: Level = FIX) -> date | None:
        """The day under a meaning."""
        cell = self.cell(meaning)
        return None if cell is None or cell == "" else self._read(meaning, cell, self._day, level)

    def value(self, meaning: Meaning) -> Any:
        """The cell of a meaning with a field of its own, as that field takes it; None when it says nothing."""
        cell = self.cell(meaning.key)
        if cell is None or cell == "":
            return None
        if meaning.shape == "date":
            return self._read(meaning.key, cell, self._day, FIX)
        how, level = _READ.get(meaning.shape, _AS_TEXT)
        return self._read(meaning.key, cell, how, level)

    def _day(self, cell: Cell) -> date | None:
        return cells.day(cell, self.today)

    def _read(self, meaning: str, cell: Cell, how: Callable[[Cell], T | None], level: Level) -> T | None:
        try:
            found = how(cell)
        except Unreadable as fault:
            self.note(level, meaning, str(fault))
            return None
        return None if found in ("", ()) else found

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


_AS_TEXT: tuple[Callable[[Cell], Any], Level] = (text, FIX)
_READ: Mapping[str, tuple[Callable[[Cell], Any], Level]] = {
    "number": (cells.number, FIX),
    "yes": (cells.yes_no, CHECK),
    "area": (cells.area, CHECK),
    "postcode": (cells.postcode, CHECK),
    "council": (cells.council, CHECK),
    "band": (cells.band, CHECK),
    "words": (cells.words, FIX),
    "type": (cells.case_type, FIX),
    "takes": (cells.takes, FIX),
    "employment": (cells.employment, FIX),
    "status": (cells.legal_status, FIX),
}
"""How cells of a shape are read, and what it means that one cannot be; all others but days are texts."""


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
    found = {row.cell(meaning) for row in listed}
    return {cells.postcode(cell) for cell in found if cells.holds(cells.postcode, cell)}


def duplicates(listed: Mapping[str, Sequence[Row]], meaning: str) -> None:
    """Marks the rows of every key that stands in several: which of them is right, only a person knows."""
    for same in listed.values():
        for row in same:
            if other := next((other for other in same if other is not row), None):
                row.fix(meaning, f"“{row.text(meaning)}” stands in {other.where} as well; keep one of the two")
