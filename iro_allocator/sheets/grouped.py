"""An IRO written in the first row of each group alone: taken for the rows below, where a sheet clearly means that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iro_allocator.sheets.cells import Cell, text
from iro_allocator.sheets.layout import FROM_HEADING, FROM_SHEET
from iro_allocator.sheets.names import nobody, same

Rows = Sequence[tuple[int, Sequence[Cell]]]

_MOST = 2 / 3
"""The part of the rows that must be empty: a group is an IRO's caseload, not a child here and there."""

_LED = 3 / 4
"""The part of the names that must have empty rows below: a log of referrals has its empty rows at one end."""

_GROUPS = 3


def filled_down(names: Sequence[str], place: Mapping[str, int], rows: Rows) -> tuple[Rows, int]:
    """The rows with the IRO of the row above where theirs is empty, and how many these are.

    `names` are the columns' headers, `place` which column holds what. As they are, and 0, unless all this holds of
    the rows with a child: the first names an IRO; three or more IROs are named, each in one row; two thirds of the
    rows are empty, and stand below most of the names; and there is no *since* that they lack and the others have.
    A word for nobody ("TBC") begins a group that waits. So children of a list with the IRO in every row, of whom
    some wait, never get the IRO of the row above.
    """
    if "child" not in place or "iro" not in place or names[place["iro"]] in (FROM_HEADING, FROM_SHEET):
        return rows, 0
    at = place["iro"]

    def said(row: Sequence[Cell], column: int) -> str:
        return text(row[column]) if column < len(row) else ""

    # Several children of one row of the sheet have its number, and its IRO.
    lines = list({number: row for number, row in rows if said(row, place["child"])}.values())
    if not _is_grouped([said(row, at) for row in lines]) or _waits(
        [(said(row, at), said(row, place["since"])) for row in lines] if "since" in place else []
    ):
        return rows, 0
    filled: list[tuple[int, Sequence[Cell]]] = []
    above, count = "", 0
    for number, row in rows:
        name = said(row, at)
        if name:
            above = "" if nobody(name) else name
        below = bool(above) and not name and said(row, place["child"]) != ""
        filled.append((number, [*row[:at], *[None] * (at - len(row)), above, *row[at + 1 :]] if below else row))
        count += below
    return filled, count


def _is_grouped(names: list[str]) -> bool:
    """Whether names stand at the heads of groups: one a row of the sheet, "" for an empty cell."""
    if not names or not names[0] or names.count("") < _MOST * len(names):
        return False
    tops = [at for at, name in enumerate(names) if name and not nobody(name)]
    led = sum(names[at + 1 : at + 2] == [""] for at in tops)
    once = len({same(names[at]) for at in tops}) == len(tops)
    return len(tops) >= _GROUPS and once and led >= _LED * len(tops)


def _waits(lines: Sequence[tuple[str, str]]) -> bool:
    """Whether *since* tells the empty rows, as those that wait, from the others: each line an IRO and a since."""
    named = [bool(since) for name, since in lines if name]
    empty = [bool(since) for name, since in lines if not name]
    return 2 * sum(named) > len(named) and 2 * sum(empty) < len(empty)
