"""Small spreadsheets for tests, as people make them, and the short way to a draft of one."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from iro_allocator import sheets
from iro_allocator.domain import Snapshot
from iro_allocator.sheets import Draft
from tests.builders import DAY

Rows = Iterable[Sequence[Any]]

CHILDREN = [
    ("Child ID", "Family", "Type", "IRO", "Since"),
    ("00123", "Fam-1", "LAC", "B. Carter", "01/05/2025"),
    ("00124", "Fam-1", "LAC", "B. Carter", "01/05/2025"),
    ("00125", "Fam-2", "CP", "R. Bell", "03/02/2026"),
]
IROS = [
    ("Name", "Contracted hours", "Employment", "Takes"),
    ("B. Carter", 37, "permanent", "both"),
    ("R. Bell", 18.5, "agency", "CP"),
]


def csv_file(folder: Path, rows: Rows, name: str = "tracker.csv") -> Path:
    """Rows as a CSV file."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def xlsx_file(folder: Path, tabs: Mapping[str, Rows], name: str = "tracker.xlsx") -> Path:
    """Rows by sheet as a workbook."""
    book = Workbook()
    for number, (title, rows) in enumerate(tabs.items()):
        sheet = (book.active if number == 0 else None) or book.create_sheet()
        sheet.title = title
        for row in rows:
            sheet.append(list(row))
    path = folder / name
    book.save(path)
    return path


def drafted(folder: Path, rows: Rows, service: Snapshot | None = None, **more: Any) -> Draft:
    """The draft of one CSV file."""
    return sheets.draft([csv_file(folder, rows)], service or Snapshot(), DAY, **more)


def taken(folder: Path, rows: Rows, service: Snapshot | None = None, **more: Any) -> Snapshot:
    """The service after one CSV file has been taken."""
    before = service or Snapshot()
    return drafted(folder, rows, before, **more).step.apply(before)


def must_fix(draft: Draft) -> list[tuple[int | None, str, str]]:
    """Row, column and value of everything that must be fixed."""
    return [(f.row, f.column, f.value) for f in draft.findings if f.level == sheets.FIX]


def to_check(draft: Draft) -> list[str]:
    """What the findings to check say."""
    return [f.message for f in draft.findings if f.level == sheets.CHECK]
