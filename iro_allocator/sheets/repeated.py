"""What a spreadsheet only repeats though a return has said otherwise: it stays as it is in the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from iro_allocator.domain import CP, LAC, NEEDS, Case
from iro_allocator.sheets.about import FACTS, LABELS, NOT_IN_CARE, ON_PLAN, SIDES, shown
from iro_allocator.sheets.children import Taken
from iro_allocator.sheets.columns import KINDS
from iro_allocator.sheets.memory import ORDER, Memory, rank
from iro_allocator.sheets.rows import Row
from iro_allocator.sheets.told import Fact, Told

_KEYS = {"placement_miles": "miles"}
"""The meaning of a spreadsheet's column where it is not called as the field."""


class Repeated:
    """Looks at the rows of a spreadsheet beside what was said before."""

    def __init__(self, memory: Memory, day: date) -> None:
        self.memory, self.day = memory, day

    def of(self, taken: Taken, before: Case | None, told: Sequence[Told]) -> Case:
        """The child as the spreadsheet has them, but for what a return has said before and the sheet repeats."""
        case, row = taken.case, taken.row
        if before is None:
            return case
        kept: dict[str, Any] = {}
        in_care = LAC in NEEDS[before.type]
        for name in (*FACTS, "placement_miles", "distance_band"):
            fact = Fact(getattr(case, name), row, _KEYS.get(name, name))
            if fact.value == getattr(before, name):
                continue
            # What went when the time in care ended does not come back because the sheet still has it.
            gone = not in_care and name in NOT_IN_CARE
            if gone and self.memory.said(case.id, name).get("spreadsheet") == fact.said:
                kept[name] = getattr(before, name)
                continue
            about = (name, "placement_postcode", "home_postcode") if name == "placement_miles" else (name,)
            now = any(name in each.facts for each in told)
            if not now and self._outranked(case.id, name, about, fact, before):
                kept[name] = getattr(before, name)
        if "placement_postcode" in kept:
            kept |= {key: getattr(before, key) for key in ("placement", "placement_miles", "placement_authority")}
            if not row.text("out_of_area"):
                kept["out_of_area"] = before.out_of_area
        kept |= self._standing(case, row, before)
        if self.memory.told_by_return(case.id, "last_review") and before.last_review:
            if case.next_review and case.next_review <= before.last_review:
                kept["next_review"] = before.next_review  # it has been held
            if case.last_review:
                kept["last_review"] = max(case.last_review, before.last_review)
        lost = [key for key in before.factors if key not in case.factors]
        added = [key for key in lost if self.memory.told_by_return(case.id, f"factor:{key}")]
        if added:
            kept["factors"] = (*case.factors, *added)
        return replace(case, **kept) if kept else case

    def _standing(self, case: Case, row: Row, before: Case) -> dict[str, Any]:
        """The type and the days as they are, where a return has said them and the sheet repeats what it said."""
        told = any(self.memory.told_by_return(case.id, side) for side in SIDES)
        if told and before.closed and before.closed <= self.day and case.closed is None:
            if case.opened is None or case.opened <= before.closed:
                row.findings = [finding for finding in row.findings if "taken as returned" not in finding.message]
                row.check("child", f"has ended on {before.closed:%d/%m/%Y} by a return: stays ended")
                return {name: getattr(before, name) for name in ("closed", "opened", "type")} | self._of_type(before)
            return {}
        kept: dict[str, Any] = {}
        opened = Fact(case.opened, row, "opened")
        if case.opened != before.opened and self._outranked(case.id, "opened", ("opened", *SIDES), opened, before):
            kept["opened"] = before.opened
        if case.type != before.type and self._outranked(case.id, "type", SIDES, Fact(case.type, row, "type"), before):
            kept |= {"type": before.type} | self._of_type(before)
        return kept

    @staticmethod
    def _of_type(before: Case) -> dict[str, Any]:
        """What only a child who is looked after, or on a plan, has, as it is where the child is not."""
        names = [
            *(NOT_IN_CARE if LAC not in NEEDS[before.type] else ()),
            *(() if CP in NEEDS[before.type] else ON_PLAN),
        ]
        return {name: getattr(before, name) for name in names}

    def _outranked(self, child: str, name: str, about: Sequence[str], fact: Fact, before: Case) -> bool:
        """Whether what the sheet says has been overruled by a return already, or is now for the first time.

        `about` is what returns speak of, the fact itself or what it follows from.
        """
        kinds = [kind for one in about for kind in ORDER[1:] if kind in self.memory.said(child, one)]
        if not kinds:
            return False
        known = self.memory.said(child, name)
        self.memory.note(child, name, "spreadsheet", fact.said)
        if "spreadsheet" in known:
            return known["spreadsheet"] == fact.said
        by = KINDS[max(kinds, key=rank)]
        fact.row.check(
            fact.column, f"{LABELS[name]} is {shown(getattr(before, name), name)} in the {by}, which is taken"
        )
        return True


def note_care(memory: Memory, case: Case, row: Row) -> None:
    """Keeps what a sheet has of a time in care that has ended, so that it is known when it says so again."""
    for name in NOT_IN_CARE:
        if name != "placement":  # follows from the postcode
            memory.note(case.id, name, "spreadsheet", Fact(getattr(case, name), row, name).said)
