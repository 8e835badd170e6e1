"""The row of a sheet that names its columns, below whatever title stands above it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from iro_allocator.sheets.cells import Cell, plain, text
from iro_allocator.sheets.grid import Grid
from iro_allocator.sheets.guessing import Context
from iro_allocator.sheets.layout import laid
from iro_allocator.sheets.meanings import Holds

_TITLE_ROWS = 40  # rows in which the header is looked for
_WEAK = 0.3  # what a weak header counts against a strong one
_NUMBERED = re.compile(r"\b[1-9]$")  # “Child 1”: a digit that a header may have
_LONG = 100  # no more of a long text is looked at
_PERSON = 0.5  # what a header counts that a person has given a meaning


@dataclass(frozen=True)
class Headed:
    """A sheet with its header: the row of it (from 1), the columns' names, and the rows below with their numbers.

    Headings, totals and notes are no rows, and each child of a family in one row has a row (layout.py); `aside`
    are the rows, and their words, that were taken for notes. `signature` is the same for sheets with the same
    header: what was taken is remembered under it.
    """

    grid: Grid
    row: int
    names: tuple[str, ...]
    signature: str
    rows: Sequence[tuple[int, Sequence[Cell]]] = field(repr=False)
    aside: tuple[tuple[int, str], ...] = ()

    def addresses(self, name: str) -> tuple[str, ...]:
        """What a map may call a column: its header alone, with the sheet, with the file; the last is unique."""
        grid = self.grid
        sheet = f"{grid.sheet}!{name}" if grid.sheet else name
        return name, sheet, f"{grid.file}!{sheet}"


def headed(grid: Grid, context: Context) -> Headed | None:
    """The sheet with its header, None when it has none.

    The header is the row of the first forty with the most known headers, or two rows of which one says more
    about the other; without any, the first row of several texts and no digits. A list without a header is not
    guessed at: its first row would be lost.
    """
    words = _words(context)
    at = _header_row(grid, words, context)
    if at < 0:
        return None
    first, last, headers = _two_rows(grid, at, words) or (at, at, [text(cell) for cell in grid.rows[at]])
    printed = [text(cell) for cell in grid.rows[last]]
    below = [
        (number, row, shown)
        for number, row in enumerate(grid.rows[last + 1 :], start=last + 2)
        if any(shown := [text(cell) for cell in row])
    ]
    width = max(at + 1 for shown in (headers, *(shown for *_, shown in below)) for at, said in enumerate(shown) if said)
    headers, printed = _wide(headers, width), _wide(printed, width)
    signature = hashlib.sha256("\n".join(map(plain, headers)).encode()).hexdigest()[:16]
    # The header is printed again on each page of some exports.
    lines = [line for line in below if line[2][:1] != printed[:1] or _wide(line[2], width) != printed]
    names = _told_apart(_second_best(headers, grid.hidden, context))
    if _score(names, words["iros"]) > _score(names, words["children"]):
        return Headed(grid, last + 1, tuple(names), signature, [(number, row) for number, row, _ in lines])
    titles = [[text(cell) for cell in row] for row in grid.rows[:first]]
    table = laid(names, lines, titles, grid, context)
    return Headed(grid, last + 1, tuple(_told_apart(table.names)), signature, table.rows, table.aside)


def _second_best(headers: Sequence[str], hidden: frozenset[int], context: Context) -> list[str]:
    """The headers, that of a hidden column marked where one that can be seen means the same for certain."""
    marked = list(headers)
    for meaning in context.meanings.values() if hidden else ():
        same = [i for i, header in enumerate(headers) if plain(header) in meaning.strong]
        if any(i not in hidden for i in same):
            for i in hidden.intersection(same):
                marked[i] = f"{headers[i]} (hidden)"
    return marked


def _wide(shown: Sequence[str], width: int) -> list[str]:
    return [*shown[:width], *[""] * (width - len(shown))]


_Words = Mapping[Holds, Mapping[str, float]]


def _words(context: Context) -> _Words:
    """How much each known header speaks for a list of children, and of IROs."""
    known: dict[Holds, dict[str, float]] = {"children": {}, "iros": {}}
    for meaning in context.meanings.values():
        for word in meaning.weak:
            known[meaning.holds].setdefault(word, _WEAK)
    for meaning in context.meanings.values():
        known[meaning.holds].update(dict.fromkeys(meaning.strong, 1.0))
    return known


def _score(names: Iterable[str], words: Mapping[str, float]) -> float:
    return sum(words.get(word, 0.0) for word in {plain(name) for name in names})


def _header_row(grid: Grid, known: _Words, context: Context) -> int:
    people = {plain(key.rpartition("!")[2]) for key in context.chosen}
    people |= {plain(name) for columns in context.remembered.values() for name in columns}
    best, at, fallback = 1.0, -1, -1
    for number, row in enumerate(grid.rows[:_TITLE_ROWS]):
        shown = {plain(text(cell)) for cell in row} - {""}
        if fallback < 0 and len(shown) > 1 and not any(ch.isdigit() for word in shown for ch in word):
            fallback = number
        score = max(_score(shown, words) for words in known.values())
        score += _PERSON * len(shown & people)
        if score > best or (score == best and at < 0):
            best, at = score, number
    return at if at >= 0 else fallback


def _two_rows(grid: Grid, at: int, known: _Words) -> tuple[int, int, list[str]] | None:
    """The header with the row above or below it, when the two together name more columns than it does alone."""
    alone = max(_score(map(text, grid.rows[at]), words) for words in known.values())
    best: tuple[float, int, int, list[str]] | None = None
    for first, last in ((at - 1, at), (at, at + 1)):
        if first < 0 or last >= len(grid.rows):
            continue
        together = _together(grid, first, last, known)
        score = max(_score(together, words) for words in known.values()) if together else 0.0
        if score > alone + _WEAK and (best is None or score > best[0]):
            best = (score, first, last, together)
    return best[1:] if best else None


def _together(grid: Grid, first: int, last: int, known: _Words) -> list[str]:
    """The names that two rows of a header give, [] when the lower one is no header but a child already."""
    upper, lower = ([text(cell) for cell in grid.rows[row]] for row in (first, last))
    if any(ch.isdigit() for said in lower if not _NUMBERED.search(said[-_LONG:]) for ch in said[:_LONG]):
        return []
    for left, right in grid.spans.get(first, ()):
        upper[left : right + 1] = [upper[left]] * (right + 1 - left)
    width = max(len(upper), len(lower))
    words = set(known["children"]) | set(known["iros"])
    names = []
    for above, below in zip(_wide(upper, width), _wide(lower, width), strict=True):
        both = above if above == below else f"{above} {below}".strip()
        names.append(next((name for name in (both, below, above) if plain(name) in words), both))
    return names


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
