"""The row of a sheet that names its columns, below whatever title stands above it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from iro_allocator.sheets.cells import Cell, plain, text
from iro_allocator.sheets.grid import Grid
from iro_allocator.sheets.guessing import Context
from iro_allocator.sheets.meanings import Holds

_TITLE_ROWS = 40  # rows in which the header is looked for
_WEAK = 0.3  # what a weak header counts against a strong one
_PERSON = 0.5  # what a header counts that a person has given a meaning


@dataclass(frozen=True)
class Headed:
    """A sheet with its header: the row of it (from 1), the columns' names, and the rows below with their numbers.

    `signature` is the same for sheets with the same header: what was taken is remembered under it.
    """

    grid: Grid
    row: int
    names: tuple[str, ...]
    signature: str
    rows: Sequence[tuple[int, Sequence[Cell]]] = field(repr=False)

    def addresses(self, name: str) -> tuple[str, ...]:
        """What a map may call a column: its header alone, with the sheet, with the file; the last is unique."""
        grid = self.grid
        sheet = f"{grid.sheet}!{name}" if grid.sheet else name
        return name, sheet, f"{grid.file}!{sheet}"


def headed(grid: Grid, context: Context) -> Headed | None:
    """The sheet with its header, None when it has none.

    The header is the row of the first forty with the most known headers; without any, the first row of
    several texts and no digits. A list without a header is not guessed at: its first row would be lost.
    """
    at = _header_row(grid, context)
    if at < 0:
        return None
    below = [
        (number, row, shown)
        for number, row in enumerate(grid.rows[at + 1 :], start=at + 2)
        if any(shown := [text(cell) for cell in row])
    ]
    headers = [text(cell) for cell in grid.rows[at]]
    width = max(at + 1 for shown in (headers, *(shown for *_, shown in below)) for at, said in enumerate(shown) if said)
    headers = (headers + [""] * width)[:width]
    signature = hashlib.sha256("\n".join(map(plain, headers)).encode()).hexdigest()[:16]
    # The header is printed again on each page of some exports.
    rows = [(number, row) for number, row, shown in below if (shown + [""] * width)[:width] != headers]
    return Headed(grid, at + 1, tuple(_told_apart(headers)), signature, rows)


def _header_row(grid: Grid, context: Context) -> int:
    known: dict[Holds, dict[str, float]] = {"children": {}, "iros": {}}
    for meaning in context.meanings.values():
        for word in meaning.weak:
            known[meaning.holds].setdefault(word, _WEAK)
    for meaning in context.meanings.values():
        known[meaning.holds].update(dict.fromkeys(meaning.strong, 1.0))
    people = {plain(key.rpartition("!")[2]) for key in context.chosen}
    people |= {plain(name) for columns in context.remembered.values() for name in columns}
    best, at, fallback = 1.0, -1, -1
    for number, row in enumerate(grid.rows[:_TITLE_ROWS]):
        shown = {plain(text(cell)) for cell in row} - {""}
        if fallback < 0 and len(shown) > 1 and not any(ch.isdigit() for word in shown for ch in word):
            fallback = number
        score = max(sum(words.get(word, 0.0) for word in shown) for words in known.values())
        score += _PERSON * len(shown & people)
        if score > best or (score == best and at < 0):
            best, at = score, number
    return at if at >= 0 else fallback


def _told_apart(headers: Sequence[str]) -> list[str]:
    """The headers, the second "Date" as "Date (2)", one without a text by its letter."""
    seen: dict[str, int] = {}
    names = []
    for number, header in enumerate(headers):
        name = header or f"column {_letter(number)}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _letter(number: int) -> str:
    return (_letter(number // 26 - 1) if number >= 26 else "") + chr(65 + number % 26)
