"""Whether a child is looked after or on a plan, by all files together, and since when they need an IRO.

The later event counts: a plan that ended in May has ended, though a file of March still has it open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from iro_allocator.domain import BOTH, NEEDS, Case, CaseType
from iro_allocator.sheets.about import SIDES, WORDS, About, Said
from iro_allocator.sheets.columns import Kind
from iro_allocator.sheets.memory import Memory, rank
from iro_allocator.sheets.settling import settled
from iro_allocator.sheets.told import Fact, Spell


def sides(about: About, memory: Memory, day: date) -> tuple[dict[CaseType, Spell | None], dict[CaseType, date]]:
    """What the child is (looked after, on a plan), with the time in care or on the plan where it is news.

    And what has ended, with the day.
    """
    base, before = about.base, about.before
    covers = NEEDS[base.type] if base else frozenset()
    is_open = base is not None and (base.closed is None or base.closed > day)
    on: dict[CaseType, Spell | None] = {}
    ended: dict[CaseType, date] = {}
    for side in SIDES:
        there = is_open and side in covers
        spells = [(said.kind, said.spells[side]) for said in about.told if side in said.spells]
        news = [
            (kind, spell)
            for kind, spell in spells
            if before is None or memory.is_news(about.child, side, kind, spell.said)
        ]
        known = memory.said(about.child, side)
        for kind, spell in spells:
            memory.note(about.child, side, kind, spell.said)
        if not news:
            if there:
                on[side] = None
            continue
        kind, spell = max(news, key=lambda item: (item[1].event, rank(item[0])))
        _tell(spells, kind, spell, side)
        last = max(known.values(), key=event, default="")
        if event(last) > spell.event.isoformat() and (before is None or kind not in known):
            if there if before is not None else last.startswith("open"):
                on[side] = None
            continue
        if spell.end is None or spell.end > day:
            closed = None if base is None or is_open else base.closed
            known_here = before is not None and side in NEEDS[before.type] and kind not in known
            if closed and closed > spell.latest and known_here:
                spell.row.check("child", f"is {WORDS[side]} here, and ended on {closed:%d/%m/%Y}: stays so")
                continue
            on[side] = spell
        elif there and base is not None and base.opened and spell.end < base.opened:
            on[side] = None  # an earlier time: the child has come back since
        else:
            ended[side] = spell.end
            sheet = about.sheet
            if sheet is not None and there and before is not None and before.closed is None:
                sheet.check(
                    "type" if sheet.has("type") else "child",
                    f"is no longer {WORDS[side]} since {spell.end:%d/%m/%Y} in {spell.row.source.file} "
                    f"row {spell.row.number}, which is taken",
                )
    return on, ended


def opened(
    about: About, memory: Memory, type_: CaseType, spells: Mapping[CaseType, Spell], *, returned: bool
) -> date | None:
    """The day from which the child needs an IRO: of the return when it knows it, else the earliest known."""
    starts = [spell.start for spell in spells.values()]
    base, local = about.base, about.local
    known = base.opened if base else None
    mine = local and local.row.text("opened") and local.case.opened
    sheets = [Said("spreadsheet", Fact(mine, local.row, "opened"))] if local and mine else []
    for one in sheets:
        memory.note(about.child, "opened", one.kind, one.text)
    if not starts:
        return known
    first = min(starts)
    if base is None or known is None or returned:
        return first
    spell = next(iter(spells.values()))
    if type_ != BOTH and type_ == base.type and spell.whole:
        kind = next(said.kind for said in about.told if said.spells.get(type_) is spell)
        said = Said(kind, Fact(first, spell.row, "start"))
        found: date | None = settled(about, memory, "opened", [said, *sheets])
        return found
    return min(known, first)


def ended_before(case: Case, memory: Memory) -> date | None:
    """When a child whom a sheet has as new ended by returns taken before, None for one who did not."""
    ends = {side: end for side in NEEDS[case.type] if (end := last_ended(case.id, side, memory))}
    if ends.keys() != NEEDS[case.type]:
        return None
    end = max(ends.values())
    return None if case.opened and case.opened > end else end


def last_ended(child: str, side: str, memory: Memory) -> date | None:
    """The day on which the child was looked after, or on a plan, for the last time by what is remembered."""
    last = max(memory.said(child, side).values(), key=event, default="")
    return date.fromisoformat(event(last)) if last.startswith("ended") else None


def event(said: str) -> str:
    """The day of a spell as it is remembered."""
    return said.partition(" ")[2]


def _tell(spells: Sequence[tuple[Kind, Spell]], kind: Kind, best: Spell, side: CaseType) -> None:
    """Tells of files that have a child open who has ended in another, or the other way round."""
    for other_kind, other in spells:
        if other_kind != kind and (other.end is None) != (best.end is None):
            how = f"ended on {best.end:%d/%m/%Y}" if best.end else f"is {WORDS[side]} since {best.start:%d/%m/%Y}"
            other.row.check("end", f"{how} in {best.row.source.file} row {best.row.number}, which is the later news")
