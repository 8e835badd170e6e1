"""The blank sheets to start a service from: every column that an import knows, with what goes into it.

`python -m iro_allocator.sheets.blank FOLDER` writes iros and children, as .xlsx and .csv, into a folder;
resources/templates holds what it writes.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from iro_allocator.domain import Settings
from iro_allocator.sheets.meanings import FACTOR, Meaning, known
from iro_allocator.sheets.writing import Heading, Table, write

FILES: Mapping[str, str] = {"iros": "IROs", "children": "Children"}
_LEFT_OUT = frozenset({"fte"})  # another way of saying what a column says already


def tables(holds: str) -> tuple[Table, Table]:
    """The blank sheet of a list, and the sheet that says what goes into its columns."""
    columns = [meaning for meaning in known(Settings()).values() if meaning.holds == holds and _wanted(meaning)]
    blank = Table(FILES[holds], tuple(_heading(meaning) for meaning in columns), ())
    rows = tuple((meaning.label, meaning.note, meaning.example) for meaning in columns)
    return blank, Table("What goes where", (Heading("Column"), Heading("What it says"), Heading("For example")), rows)


def _wanted(meaning: Meaning) -> bool:
    """The factors have one column together: those of their own are for sheets that have them already."""
    return meaning.key not in _LEFT_OUT and not meaning.key.startswith(FACTOR)


def _heading(meaning: Meaning) -> Heading:
    if meaning.shape == "date":
        return Heading(meaning.label, "date")
    return Heading(meaning.label, "number", 2) if meaning.shape == "number" else Heading(meaning.label)


def write_all(folder: Path) -> tuple[Path, ...]:
    """Writes the four blank sheets into a folder; gives the files."""
    written: list[Path] = []
    for holds in FILES:
        blank, notes = tables(holds)
        written += write([blank, notes], folder / f"{holds}.xlsx", made=date(2026, 1, 1))
        written += write([blank], folder / f"{holds}.csv")
    return tuple(written)


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
