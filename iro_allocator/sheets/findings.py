"""What an import found in a sheet that somebody must fix or should check, with the place and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Level = Literal["fix", "check"]
FIX: Level = "fix"
CHECK: Level = "check"

MOST_ALIKE = 3
"""So many findings alike are shown one by one; more of them are gathered in one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One cell or row: *fix* leaves the row out, *check* takes it. `row` is the one seen in Excel, from 1.

    `row` is None and `column` "" when the finding is about a whole sheet.
    """

    level: Level
    file: str
    sheet: str
    row: int | None
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        sheet = f"{self.file}, {self.sheet}" if self.sheet else self.file
        places = [sheet, f"row {self.row}" if self.row else "", self.column]
        return f"{', '.join(place for place in places if place)}: {self.message}"


def gathered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in the order of their rows, what must be fixed first; many alike to check as one."""
    alike: dict[tuple[str, ...], list[Finding]] = {}
    ordered = sorted(findings, key=lambda f: (f.level != FIX, f.file, f.sheet, f.row or 0, f.column, f.message))
    for number, finding in enumerate(ordered):
        key = (finding.file, finding.sheet, finding.column, finding.message)
        alike.setdefault(key if finding.level == CHECK else (*key, str(number)), []).append(finding)
    return tuple(row for rows in alike.values() for row in (rows if len(rows) <= MOST_ALIKE else [_one(rows)]))


def _one(rows: list[Finding]) -> Finding:
    listed = ", ".join(str(finding.row) for finding in rows[:10]) + (" …" if len(rows) > 10 else "")
    return replace(rows[0], value="", message=f"{rows[0].message} ({len(rows)} rows: {listed})")
