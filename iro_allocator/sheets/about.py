"""What is known of one child when files are put together: the service's case, the sheet's, what returns say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from iro_allocator import authorities
from iro_allocator.domain import CP, LAC, Case, CaseType
from iro_allocator.sheets.children import Taken
from iro_allocator.sheets.columns import Kind
from iro_allocator.sheets.memory import rank
from iro_allocator.sheets.rows import Row
from iro_allocator.sheets.told import Fact, Told

SIDES: tuple[CaseType, ...] = (LAC, CP)
IN_CARE = ("legal_status", "placement_postcode", "placement_authority", "out_of_area", "confidential")
ON_PLAN = ("category",)
ALWAYS = ("born", "expected", "home_postcode", "team", "social_worker")
FACTS = (*ALWAYS, *IN_CARE, *ON_PLAN)
"""The fields of a case that a return may say, each as it stands there."""

NOT_IN_CARE: Mapping[str, Any] = {
    "legal_status": "",
    "placement_postcode": "",
    "placement": None,
    "placement_miles": None,
    "placement_authority": "",
    "out_of_area": False,
    "distance_band": "",
}
"""What only a looked-after child has, as it is for one who is not."""

LABELS: Mapping[str, str] = {
    "born": "the date of birth",
    "expected": "the expected date of birth",
    "home_postcode": "the home postcode",
    "team": "the team",
    "social_worker": "the social worker",
    "legal_status": "the legal status",
    "placement_postcode": "the placement postcode",
    "placement_authority": "the council of the placement",
    "confidential": "whether the placement is confidential",
    "category": "the category",
    "opened": "the first day",
    "type": "the type",
    "out_of_area": "out of area",
    "placement_miles": "the distance",
}
"""The facts in words."""

WORDS: Mapping[CaseType, str] = {LAC: "looked after", CP: "on a child protection plan"}


@dataclass(frozen=True)
class About:
    """One child: as the service has them (`before`), as the sheet says (`local`), and what returns say (`told`).

    `base` is the child as the returns find them: as the sheet has them, else as the service does.
    """

    child: str
    before: Case | None
    local: Taken | None
    told: Sequence[Told]
    base: Case | None

    @property
    def sheet(self) -> Row | None:
        """The row of the spreadsheet."""
        return self.local.row if self.local else None


class Said:
    """One value of a fact: of which kind of file, where it stands, since when it holds."""

    __slots__ = ("column", "kind", "row", "since", "text", "value")

    def __init__(self, kind: Kind, fact: Fact) -> None:
        self.kind, self.value, self.row, self.column = kind, fact.value, fact.row, fact.column
        self.since, self.text = fact.since or date.min, fact.said

    @property
    def order(self) -> tuple[date, int]:
        """What holds since a later day counts more, then the kind of file; a spreadsheet counts least."""
        return (self.since if self.kind != "spreadsheet" else date.min, rank(self.kind))

    @property
    def where(self) -> str:
        """Where it stands, for a sentence."""
        return f"{self.row.source.file} row {self.row.number}"


def shown(value: object, name: str) -> str:
    """The value of a fact in a sentence."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return authorities.named(str(value)) if name == "placement_authority" else str(value)
