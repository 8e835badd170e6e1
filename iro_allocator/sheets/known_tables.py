"""Known tables: those of statutory returns, told by their columns, never by a file's or a sheet's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from iro_allocator.sheets.cells import Cell, plain, text
from iro_allocator.sheets.columns import Column, Kind, Source
from iro_allocator.sheets.grid import Grid
from iro_allocator.sheets.meanings import CHILDREN

_TITLE_ROWS = 40  # rows in which the header is looked for
_LOCAL = frozenset().union(*(meaning.strong for meaning in CHILDREN if meaning.key in ("iro", "family", "former_iro")))
"""Headers that no statutory return has: a list with one of them is a local one, however it began."""

LABELS: Mapping[str, str] = {
    "child": "Child reference",
    "born": "Date of birth",
    "expected": "Expected date of birth",
    "start": "Began",
    "end": "Ended",
    "new": "Why this episode began",
    "status": "Legal status",
    "need": "Category of need",
    "home_postcode": "Home postcode",
    "placement_postcode": "Placement postcode",
    "placement_start": "Placement began",
    "place": "Placement in or out of area",
    "authority": "Council of the placement",
    "miles": "Miles from home",
    "mother": "Is a mother",
    "mothers_child": "Her child's date of birth",
    "review": "Review held",
    "due": "Review due",
    "cancelled": "Review cancelled",
    "uasc": "Unaccompanied asylum-seeking child",
    "uasc_end": "Ceased to be unaccompanied",
    "missing": "Missing or absent",
    "absent": "Absent",
    "disability": "Disability",
    "category": "Category of abuse",
    "first_category": "First category of abuse",
    "team": "Team",
    "worker": "Social worker",
    "died": "Date of death",
    "discussion": "Section 47 enquiry began",
    "target": "Initial conference due by",
    "conference": "Initial conference held",
    "not_needed": "Conference not required",
    "person": "Professional",
    "role": "Role",
    "name": "Name",
    "fte": "FTE",
    "agency": "Agency worker",
    "title": "Job title",
    "period": "Period of care",
    "plan": "Plan",
}
"""What a column of a known table means, in words, by key."""


@dataclass(frozen=True)
class KnownTable:
    """One table of a return: the headers it is known by, and what those that are used mean (keys of LABELS).

    A header that ends in * stands for all that begin so. `needs` are the headers of which none may lack;
    `unused` says why nothing of the table is taken ("" when it is).
    """

    kind: Kind
    table: str
    needs: frozenset[str]
    means: Mapping[str, str] = field(default_factory=dict)
    unused: str = ""

    @cached_property
    def exact(self) -> Mapping[str, str]:
        """The keys by header as `plain` writes it."""
        return {plain(header): key for header, key in self.means.items() if not header.endswith("*")}

    @cached_property
    def begins(self) -> tuple[tuple[str, str], ...]:
        """How a header begins, and its key."""
        return tuple((plain(header[:-1]), key) for header, key in self.means.items() if header.endswith("*"))

    def key(self, header: str) -> str:
        """What a column of this header means, "" when it is not used."""
        shown = plain(header)
        return self.exact.get(shown) or next((key for begin, key in self.begins if shown.startswith(begin)), "")

    def fits(self, headers: frozenset[str]) -> bool:
        """Whether a table with these headers (as `plain` writes them) is this one."""
        return self.needs <= headers


def known_table(
    kind: Kind, table: str, needs: str, means: Mapping[str, str] | None = None, unused: str = ""
) -> KnownTable:
    """A table whose needed headers are written one after another, separated by semicolons."""
    return KnownTable(kind, table, frozenset(plain(header) for header in needs.split(";")), means or {}, unused)


def recognised(grid: Grid, tables: Sequence[KnownTable]) -> Source | None:
    """The sheet as the table of a return that its header says it is, None when it is none.

    Of several tables that fit, the one with most of its headers is meant.
    """
    for at, row in enumerate(grid.rows[:_TITLE_ROWS]):
        headers = frozenset(plain(text(cell)) for cell in row if cell not in (None, "")) - {""}
        if len(headers) < 2 or headers & _LOCAL:
            continue
        fitting = [known for known in tables if known.fits(headers)]
        if fitting:
            return source(grid, at, max(fitting, key=lambda known: len(known.needs)))
    return None


def source(grid: Grid, at: int, known: KnownTable) -> Source:
    """A sheet with its header in row `at` (from 0), read as a known table."""
    header = grid.rows[at]
    names = [text(cell) or f"column {number}" for number, cell in enumerate(header, start=1)]
    rows = [
        (number, row)
        for number, row in enumerate(grid.rows[at + 1 :], start=at + 2)
        if row != header and any(cell not in (None, "") for cell in row)
    ]
    return made(grid.file, grid.sheet, known, names, rows, at + 1)


def made(
    file: str,
    sheet: str,
    known: KnownTable,
    names: Iterable[str],
    rows: Sequence[tuple[int, Sequence[Cell]]],
    header_row: int = 0,
) -> Source:
    """A table of a return as a source of an import: its columns mean what the known table says, once each."""
    columns, taken = [], set[str]()
    where = f"{file}!{sheet}!" if sheet else f"{file}!"
    for name in names:
        key = "" if known.unused else known.key(name)
        key = "" if key in taken else key
        taken.add(key)
        columns.append(Column(name, where + name, key, LABELS[key] if key else "", "header" if key else ""))
    return Source(
        file, sheet, "children", header_row, tuple(columns), "", (), rows, known.kind, known.table, known.unused
    )
