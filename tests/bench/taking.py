"""A large workbook taken into a new, encrypted service: how many times what reading the file alone takes."""

from __future__ import annotations

import gc
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from time import process_time
from typing import TypeVar

import openpyxl
import pandas as pd
import xlsxwriter

from iro_allocator import workspace
from iro_allocator.sample.names import ENGLISH, iro_names
from iro_allocator.sheets import grid

T = TypeVar("T")
PASSPHRASE = "nothing in here is true"
HEADER = (
    "Child ID", "Name", "Family", "Type", "DOB", "IRO", "Allocated since", "Legal status", "Became looked after",
    "Team", "Home postcode", "Placement postcode", "Flags", "Last review", "Next review",
)  # fmt: skip
DISTRICTS = ("HD", "WF", "BD", "LS", "S")


@dataclass(frozen=True, slots=True)
class Taking:
    """Seconds of the processor: reading the file in three ways, drawing it up (reading included), storing it."""

    rows: int
    ours: float
    plain: float
    pandas: float
    draft: float
    store: float

    @property
    def whole(self) -> float:
        """From the file to the service as it is shown then."""
        return self.draft + self.store


def take(rows: int, iros: int = 400) -> Taking:
    """Make a workbook of so many children up, and take it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tracker.xlsx"
        write(path, rows, iros)
        ours, _ = _timed(lambda: grid.read(path))
        plain, _ = _timed(lambda: _read_plainly(path))
        with warnings.catch_warnings(action="ignore"):
            pandas, _ = _timed(lambda: pd.read_excel(path, sheet_name=None, engine="openpyxl"))
        service = workspace.Workspace.create(Path(folder) / "s.iro", passphrase=PASSPHRASE)
        try:
            draft, drawn_up = _timed(lambda: service.draft_import([path]))
            store, world = _timed(lambda: service.take(drawn_up))
            assert len(world.snapshot.case) == rows, "children are missing"
        finally:
            service.close()
    return Taking(rows, ours, plain, pandas, draft, store)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    gc.collect()
    began = process_time()
    made = work()
    return process_time() - began, made


def _read_plainly(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True)
    return sum(1 for sheet in book for _ in sheet.iter_rows(values_only=True))


def write(path: Path, rows: int, iros: int, seed: int = 2017) -> None:
    """A workbook with a sheet of children, one a row with family, IRO, dates and postcodes, and one of their IROs."""
    rng, today = Random(seed), date.today()
    people = list(islice(iro_names(), iros))
    codes = [f"{area}{n} {k}{end}" for area in DISTRICTS for n in range(1, 9) for k in "12345" for end in ("AA", "LJ")]
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Tracker")
        sheet.write_row(0, 0, HEADER)
        family, iro, home = 0, people[0], codes[0]
        for row in range(1, rows + 1):
            if rng.random() < 0.55:
                family, iro, home = row, rng.choice(people), rng.choice(codes)
            kind = rng.choices(("LAC", "CP", "Both"), (60, 37, 3))[0]
            opened = today - timedelta(rng.randint(10, 2000))
            sheet.write_string(row, 0, f"{100_000 + row}")
            sheet.write_row(
                row, 1, [f"{rng.choice(ENGLISH.firsts)} {rng.choice(ENGLISH.surnames)}", f"F{family}", kind]
            )
            sheet.write_datetime(row, 4, today - timedelta(rng.randint(100, 6300)))
            sheet.write_string(row, 5, iro)
            sheet.write_datetime(row, 6, opened)
            sheet.write_row(row, 7, [rng.choice(("C2", "V2", "E1")) if kind != "CP" else ""])
            sheet.write_datetime(row, 8, opened)
            sheet.write_row(row, 9, [rng.choice(("North", "South")), home, rng.choice(codes) if kind != "CP" else ""])
            sheet.write_row(row, 12, [rng.choice(("", "", "Disability", "Court", "Disability; Interpreter"))])
            sheet.write_datetime(row, 13, today - timedelta(rng.randint(1, 180)))
            sheet.write_datetime(row, 14, today + timedelta(rng.randint(1, 180)))
        listed = book.add_worksheet("IROs")
        listed.write_row(0, 0, ["IRO name", "Hours", "Employment"])
        for row, name in enumerate(people, start=1):
            listed.write_row(row, 0, [name, 37, "Permanent"])
