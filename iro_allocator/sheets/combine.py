"""Several files about one child in one case: what the spreadsheet says, and what the returns add to it.

The family, the IRO and everything else that is local come from the spreadsheet or stay as they are in the service.
Legal status, placement, dates, category, factors, reviews and the type come from the returns; where two files
disagree, the order of `memory.ORDER` decides, and it is told. Whether a child is looked after or on a plan goes by
the later event: a plan that ended in May has ended, though a file of March still has it open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from iro_allocator.domain import BOTH, CP, LAC, NEEDS, Allocation, Case, CaseType, Snapshot
from iro_allocator.sheets import cells
from iro_allocator.sheets.about import NOT_IN_CARE, SIDES, About
from iro_allocator.sheets.children import Taken
from iro_allocator.sheets.columns import Kind
from iro_allocator.sheets.findings import CHECK, Finding
from iro_allocator.sheets.memory import Memory, rank, short
from iro_allocator.sheets.placing import Places
from iro_allocator.sheets.repeated import Repeated, note_care
from iro_allocator.sheets.rows import Row
from iro_allocator.sheets.settling import facts
from iro_allocator.sheets.standing import ended_before, last_ended, opened, sides
from iro_allocator.sheets.told import Return, Told
from iro_allocator.watching import Watch


@dataclass
class Combined:
    """The children of all files together, as the service would have them.

    `taken` is what allocations are made from; `listed` the children whom the files have as open.
    """

    taken: list[Taken] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


class Combining:
    """Puts the files of one import together, child by child."""

    def __init__(self, service: Snapshot, memory: Memory, day: date, home_authority: str) -> None:
        self.service, self.memory, self.day, self.home_authority = service, memory, day, home_authority
        self._under = short(repr((home_authority, service.settings_on(day).scheme.factors)))
        self.contested: set[str] = set()
        """Children not in the service whom one file has as open, and who have ended by another."""

    def of(self, sheet: Sequence[Taken], returns: Sequence[Return], involved: Sequence[Row], watch: Watch) -> Combined:
        """Everything together; `involved` are rows that say which IRO a child has (from a return)."""
        found, repeated = Combined(), Repeated(self.memory, self.day)
        local = {taken.case.id: taken for taken in sheet}
        iros = {row.text("child"): row for row in involved if not row.left_out}
        told: dict[str, list[Told]] = {}
        for each in sorted(returns, key=lambda each: -rank(each.kind)):
            for child, said in each.told.items():
                told.setdefault(child, []).append(said)
        cases: list[tuple[Taken, Case | None, float | None]] = []
        ended: list[Told] = []
        others: list[Told] = []
        children = dict.fromkeys((*local, *told, *iros))
        for child in watch.over(children, "Putting the files together", of=len(children)):
            before, taken = self.service.case.get(child), local.get(child)
            if taken and before is None and child not in told and (end := ended_before(taken.case, self.memory)):
                taken.row.check("child", f"has ended on {end:%d/%m/%Y} by a return: not taken")
                continue
            words = self._words(taken, told.get(child, ()))
            again = before is not None and self.memory.repeats(child, words)
            base = repeated.of(taken, before, told.get(child, ())) if taken and not again else before
            if again:
                after = before
            elif child in told:
                after = self._case(About(child, before, taken, told[child], base))
            elif base is None and child in iros:
                iros[child].check("child", "no file says the type: taken as looked after (LAC)")
                after = Case(id=child)
            else:
                after = base
            if after is None:
                with_spell = next((said for said in told[child] if said.spells), None)
                (ended if with_spell else others).append(with_spell or told[child][0])
                continue
            row = self._row(child, taken, iros.get(child), told.get(child), before)
            if row is None:
                continue
            if taken or after.closed is None or after.closed > self.day:
                found.listed.add(child)
            self.memory.take(child, words)
            since = taken.since if taken and row is taken.row else self._since(row)
            cases.append((Taken(row, after, since), before, _distance(told.get(child, ()))))
        places = Places((taken.case for taken, *_ in cases if taken.case.id in told), self.home_authority)
        for taken, before, miles in cases:
            case, row = taken.case, taken.row
            if case.id in told and case is not before:  # else all of it was said before
                by_sheet = case.id in local and local[case.id].row.text("miles") != ""
                # Of one who has ended, the returns tell no place.
                open_ = case.closed is None or case.closed > self.day
                sure = by_sheet and not (open_ and any(_tells_place(each, case) for each in told[case.id]))
                known = case.placement_miles if sure and miles is None else miles
                case = places.placed(case, before, _placing_row(told[case.id], row), known, by_sheet=by_sheet)
                if places.home and case.placement_authority:
                    self.memory.note(case.id, "out_of_area", told[case.id][0].kind, str(case.out_of_area))
            found.taken.append(replace(taken, case=case))
        found.findings += _left_aside(ended, "has ended in this return and is", "have ended in this return and are")
        neither = "neither looked after nor on a plan and"
        found.findings += _left_aside(others, f"is {neither}", f"are {neither}")
        return found

    def _words(self, taken: Taken | None, told: Sequence[Told]) -> dict[Kind, str]:
        """All that is said of a child here, by kind of file, and the settings that it is read under."""
        words: dict[Kind, str] = {}
        for each in told:
            words[each.kind] = words.get(each.kind, self._under) + each.words
        if taken:
            words["spreadsheet"] = self._under + taken.row.words
        return words

    def _case(self, about: About) -> Case | None:
        """The child with what the returns say; None for one who has ended and never was in the service."""
        base, before, told, sheet = about.base, about.before, about.told, about.sheet
        on, ended = sides(about, self.memory, self.day)
        if not on:
            if before is None:
                if any(spell.end is None for each in told for spell in each.spells.values()):
                    self.contested.add(about.child)
                if sheet is not None:
                    where = next((said.row for said in told), sheet)
                    sheet.check("child", f"has ended in {where.source.file} row {where.number}: not taken")
                return None
            if not ended or base is None or (before.closed and before.closed <= self.day):
                return base
            # One who was both has ended with the later of the two, though only the other is news.
            known = (last_ended(about.child, side, self.memory) for side in SIDES if side not in ended)
            return replace(base, closed=max(filter(None, (*ended.values(), *known, base.opened))))
        type_: CaseType = BOTH if len(on) > 1 else next(iter(on))
        spells = {side: spell for side, spell in on.items() if spell is not None}
        closed = base.closed if base else None
        returned = closed is not None and closed <= self.day
        said = facts(about, self.memory, type_)
        first = opened(about, self.memory, type_, spells, returned=returned)
        if base is None:
            return Case(id=about.child, type=type_, opened=first, **said)
        changed: dict[str, Any] = {"type": type_, "opened": first, **said}
        ends = [spell.end for spell in spells.values() if spell.end]
        if ends and len(ends) == len(on):
            changed["closed"] = max(ends)  # a day to come
        if returned:
            changed["closed"] = changed.get("closed")
            row = next((spell.row for spell in spells.values()), told[0].row)
            row.check("child", f"had ended on {closed:%d/%m/%Y} and is here again: taken as returned")
        if LAC not in on and LAC in NEEDS[base.type]:
            changed |= NOT_IN_CARE
            note_care(self.memory, about.local.case if about.local else base, told[0].row)
        if CP not in on and CP in NEEDS[base.type]:
            changed["category"] = ""
        return replace(base, **{key: value for key, value in changed.items() if getattr(base, key) != value})

    def _row(
        self, child: str, taken: Taken | None, involved: Row | None, told: Sequence[Told] | None, before: Case | None
    ) -> Row | None:
        """The row that says which IRO the child has: of the spreadsheet, else of the involvements when it is news."""
        if involved is not None:
            said = involved.text("iro")
            known = self.memory.said(child, "iro").get("ssd")
            self.memory.note(child, "iro", "ssd", said)
            now = self.service.allocation_on(child, self.day) if before is not None else None
            if taken is not None and taken.row.text("iro"):
                if taken.row.text("iro") != said and known != said:
                    involved.check("iro", f"the spreadsheet says {taken.row.text('iro')}, which is taken")
            elif known == said and now is not None:
                pass
            elif now is not None and known is None and self._other(now, said):
                involved.check("iro", f"{self.service.iro[now.iro].name} has the child here, and stays")
            else:
                return involved
        if taken is not None:
            return taken.row
        if told:
            spells = [spell.row for each in told for spell in each.spells.values()]
            return spells[0] if spells else told[0].row
        return involved if before is None else None

    def _other(self, now: Allocation, said: str) -> bool:
        return said.strip() not in (now.iro, self.service.iro[now.iro].name)

    def _since(self, row: Row) -> date | None:
        return row.read("since", lambda cell: cells.day(cell, self.day), CHECK) if row.has("since") else None


def _distance(told: Iterable[Told]) -> float | None:
    return next((each.facts["placement_miles"].value for each in told if "placement_miles" in each.facts), None)


def _tells_place(told: Told, case: Case) -> bool:
    """Whether the distance follows from what a return says: a placement counts for a looked-after child alone."""
    return "home_postcode" in told.facts or (LAC in NEEDS[case.type] and "placement_postcode" in told.facts)


def _placing_row(told: Sequence[Told], other: Row) -> Row:
    return next((each.facts["placement_postcode"].row for each in told if "placement_postcode" in each.facts), other)


def _left_aside(children: Collection[Told], one: str, many: str) -> list[Finding]:
    """How many children of each file are not taken, and why."""
    by_place = Counter((told.row.source.file, told.row.source.sheet) for told in children)
    return [
        Finding(CHECK, file, sheet, None, "", "", f"{count:,} {words} not in this service: not taken")
        for (file, sheet), count in by_place.items()
        for words in [f"child {one}" if count == 1 else f"children {many}"]
    ]
