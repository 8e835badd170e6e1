"""The charts of a workbook, read back by way of the cells that they refer to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl


@dataclass(frozen=True, slots=True)
class Charted:
    """One chart: its title, what stands along it, the figures of each series by its name."""

    title: str
    along: list[Any]
    figures: dict[str, list[Any]]
    legend: bool


def charts(path: Path) -> list[Charted]:
    """Every chart of a workbook, from the first sheet to the last."""
    book = openpyxl.load_workbook(path)

    def cells(reference: str) -> list[Any]:
        sheet, _, area = reference.rpartition("!")
        found = book[sheet.strip("'").replace("''", "'")][area.replace("$", "")]
        return [row[0].value for row in found] if isinstance(found, tuple) else [found.value]

    made = []
    for sheet in book.worksheets:
        for chart in sheet._charts:  # type: ignore[attr-defined]
            series = [each for kind in chart._charts for each in kind.series]
            along = {(each.cat.strRef or each.cat.numRef).f for each in series}
            assert len(along) == 1
            title = "".join(run.t for part in chart.title.tx.rich.p for run in part.r)
            figures = {cells(each.tx.strRef.f)[0]: cells(each.val.numRef.f) for each in series}
            made.append(Charted(title, cells(along.pop()), figures, chart.legend is not None))
    return made
