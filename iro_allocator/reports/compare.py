"""Scenarios and today side by side as one page (PDF) or a workbook, with what is assumed in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from iro_allocator.domain import Settings
from iro_allocator.domain.changes import say
from iro_allocator.errors import Explained
from iro_allocator.reports.lists import MARKING
from iro_allocator.scenario import Summary, compared
from iro_allocator.sheets.writing import Heading, Table, put, write

SUFFIXES = (".pdf", ".xlsx")


@dataclass(frozen=True, slots=True)
class Compared:
    """One column: a scenario with its plan in figures. Without `assumed` it is today."""

    name: str
    day: date
    figures: Summary
    assumed: tuple[str, ...] = ()


def side_by_side(columns: Sequence[Compared]) -> tuple[tuple[str, ...], ...]:
    """The figures, a row each, its label first; what is nothing everywhere is left out."""
    rows = compared(*(column.figures for column in columns))
    return tuple(row for row in rows if set(row[1:]) - {"0", "0.00", "£0"})


def assumptions(columns: Sequence[Compared], settings: Settings) -> str:
    """What holds for all of them, in words."""
    counted = "case equivalents" if settings.limit_counts == "load" else "children"
    return (
        f"Weights: {settings.name}, version {settings.version}. "
        f"Limit {settings.limit_per_fte:g} {counted} for each FTE. "
        f"Cost a year: £{settings.cost_permanent:,.0f} for a permanent FTE, £{settings.cost_interim:,.0f} for an "
        "interim one, on contracted hours. As many children come as go, unless a scenario says otherwise. Miles are "
        "to every review and back, in a straight line, as far as both places are known. Children who are covered "
        "keep their IRO."
    )


def write_comparison(
    columns: Sequence[Compared], settings: Settings, out: Path, *, made: date, by: str, sample: bool
) -> tuple[Path, ...]:
    """Write the page; gives the file. Raises Explained for another ending, and when it cannot be written."""
    title = f"{settings.service}: what if?" if settings.service else "What if?"
    about = f"As of {say(made)}, by {by}" + (" · made-up service" if sample else "")
    ending = out.suffix.lower()
    if ending == ".pdf":
        # Brings Qt's painter, which a workbook does not need.
        from iro_allocator.paper.compare_page import ComparePage, Side, pdf

        page = ComparePage(
            title,
            f"{about} · {MARKING}",
            [
                Side(
                    each.name,
                    say(each.day),
                    each.assumed or ("The service as it is.",),
                    each.figures.per_fte,
                    each.figures.limit_per_fte,
                )
                for each in columns
            ],
            side_by_side(columns),
            assumptions(columns, settings),
        )
        return put({out: pdf(page)})
    if ending == ".xlsx":
        heads = (Heading("Figure"), *(Heading(f"{each.name} ({say(each.day)})") for each in columns))
        known = {"Marking": MARKING, "Of": about, "For all": assumptions(columns, settings)}
        assumed = tuple((each.name, say(each.day), words) for each in columns for words in each.assumed)
        return write(
            (
                Table("Side by side", heads, side_by_side(columns), about=known),
                Table(
                    "Assumed", (Heading("Scenario"), Heading("Day"), Heading("What is assumed")), assumed, about=known
                ),
            ),
            out,
            made=made,
        )
    raise Explained(f"{out.name} is neither .pdf nor .xlsx.", "Give the file one of these endings.")
