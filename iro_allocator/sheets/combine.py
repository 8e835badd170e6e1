"""Several files about one child in one case: what the spreadsheet says, and what the returns add to it.

The family, the IRO and everything else that is local come from the spreadsheet or stay as they are in the service.
Legal status, placement, dates, category, factors, reviews and the type come from the returns; where two files
disagree, the order of `memory.ORDER` decides, and it is told. Whether a child is looked after or on a plan goes by
the later event: a plan that ended in May has ended, though a file of March still has it open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from iro_allocator.domain import BOTH, CP, LAC, NEEDS, Allocation, Case, CaseType, Snapshot
from iro_allocator.sheets import cells
from iro_allocator.sheets.children import Taken
from iro_allocator.sheets.columns import KINDS, Kind
from iro_allocator.sheets.findings import CHECK, Finding
from iro_allocator.sheets.memory import ORDER, Memory, rank
from iro_allocator.sheets.placing import Places
from iro_allocator.sheets.rows import Row
from iro_allocator.sheets.told import Fact, Return, Spell, Told

SIDES: tuple[CaseType, ...] = (LAC, CP)
_IN_CARE = ("legal_status", "placement_postcode", "placement_authority", "out_of_area", "confidential")
_ON_PLAN = ("category",)
_ALWAYS = ("born", "expected", "home_postcode", "team", "social_worker")
FACTS = (*_ALWAYS, *_IN_CARE, *_ON_PLAN)
"""The fields of a case that a return may say, each as it stands there."""

_NOT_IN_CARE: Mapping[str, Any] = {
    "legal_status": "",
    "placement_postcode": "",
    "placement": None,
    "placement_miles": None,
    "placement_authority": "",
    "out_of_area": False,
    "distance_band": "",
}
_WORDS = {LAC: "looked after", CP: "on a child protection plan"}
_LABELS = {
    "born": "the date of birth",
    "expected": "the expected date of birth",
    "home_postcode": "the home postcode",
    "team": "the team",
    "social_worker": "the social worker",
    "legal_status": "the legal status",
    "placement_postcode": "the placement postcode",
    "placement_authority": "the authority of the placement",
    "confidential": "whether the placement is confidential",
    "category": "the category",
    "opened": "the first day",
    "type": "the type",
    "out_of_area": "out of area",
    "placement_miles": "the distance",
}


_KEYS = {"placement_miles": "miles"}
"""The meaning of a spreadsheet's column where it is not called as the field."""


@dataclass
class Combined:
    """The children of all files together, as the service would have them.

    `taken` is what allocations are made from; `listed` the children whom the files have as open.
    """

    taken: list[Taken] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


class _Said:
    """One value of a fact: of which kind of file, where it stands, since when it holds."""

    __slots__ = ("column", "kind", "row", "since", "text", "value")

    def __init__(self, kind: Kind, fact: Fact) -> None:
        self.kind, self.value, self.row, self.column = kind, fact.value, fact.row, fact.column
        self.since, self.text = fact.since or date.min, fact.said

    @property
    def order(self) -> tuple[date, int]:
        return (self.since if self.kind != "spreadsheet" else date.min, rank(self.kind))

    @property
    def where(self) -> str:
        return f"{self.row.source.file} row {self.row.number}"


class Combining:
    """Puts the files of one import together, child by child."""

    def __init__(self, service: Snapshot, memory: Memory, day: date, home_authority: str) -> None:
        self.service, self.memory, self.day, self.home_authority = service, memory, day, home_authority
        self.contested: set[str] = set()
        """Children not in the service whom one file has as open, and who have ended by another."""

    def of(self, sheet: Sequence[Taken], returns: Sequence[Return], involved: Sequence[Row]) -> Combined:
        """Everything together; `involved` are rows that say which IRO a child has (from a return)."""
        found = Combined()
        local = {taken.case.id: taken for taken in sheet}
        iros = {row.text("child"): row for row in involved if not row.left_out}
        told: dict[str, list[Told]] = {}
        for each in sorted(returns, key=lambda each: -rank(each.kind)):
            for child, said in each.told.items():
                told.setdefault(child, []).append(said)
        cases: list[tuple[Taken, Case | None, float | None]] = []
        ended: list[Told] = []
        others: list[Told] = []
        for child in dict.fromkeys((*local, *told, *iros)):
            before, taken = self.service.case.get(child), local.get(child)
            if taken and before is None and child not in told and (end := self._ended_before(taken.case)):
                taken.row.check("child", f"has ended on {end:%d/%m/%Y} by a return: not taken")
                continue
            base = self._local(taken, before, told.get(child, ())) if taken else before
            if child in told:
                after = self._case(child, told[child], base, before, taken)
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
            since = taken.since if taken and row is taken.row else self._since(row)
            cases.append((Taken(row, after, since), before, _distance(told.get(child, ()))))
        places = Places((taken.case for taken, *_ in cases if taken.case.id in told), self.home_authority)
        for taken, before, miles in cases:
            case, row = taken.case, taken.row
            if case.id in told:
                by_sheet = case.id in local and local[case.id].row.text("miles") != ""
                sure = by_sheet and not any(_tells_place(each) for each in told[case.id])
                known = case.placement_miles if sure and miles is None else miles
                case = places.placed(case, before, _placing_row(told[case.id], row), known, by_sheet=by_sheet)
                if places.home and case.placement_authority:
                    self.memory.note(case.id, "out_of_area", told[case.id][0].kind, str(case.out_of_area))
            found.taken.append(replace(taken, case=case))
        found.findings += _left_aside(ended, "has ended in this return and is", "have ended in this return and are")
        neither = "neither looked after nor on a plan and"
        found.findings += _left_aside(others, f"is {neither}", f"are {neither}")
        return found

    # -- the spreadsheet -------------------------------------------------------------------------------

    def _local(self, taken: Taken, before: Case | None, told: Sequence[Told]) -> Case:
        """The child as the spreadsheet has them, but for what a return has said before and the sheet repeats."""
        case, row = taken.case, taken.row
        if before is None:
            return case
        kept: dict[str, Any] = {}
        for name in (*FACTS, "placement_miles"):
            now = any(name in each.facts for each in told)
            differs = getattr(case, name) != getattr(before, name) and not now
            about = (name, "placement_postcode", "home_postcode") if name == "placement_miles" else (name,)
            if differs and self._outranked(
                case.id, name, about, Fact(getattr(case, name), row, _KEYS.get(name, name)), before
            ):
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
            *(_NOT_IN_CARE if LAC not in NEEDS[before.type] else ()),
            *(() if CP in NEEDS[before.type] else _ON_PLAN),
        ]
        return {name: getattr(before, name) for name in names}

    def _ended_before(self, case: Case) -> date | None:
        """When a child whom a sheet has as new ended by returns taken before, None for one who did not."""
        ends = []
        for side in NEEDS[case.type]:
            last = max(self.memory.said(case.id, side).values(), key=_event, default="")
            if not last.startswith("ended"):
                return None
            ends.append(date.fromisoformat(_event(last)))
        return None if case.opened and case.opened > max(ends) else max(ends)

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
        fact.row.check(fact.column, f"{_LABELS[name]} is {_shown(getattr(before, name))} in the {by}, which is taken")
        return True

    # -- the returns -----------------------------------------------------------------------------------

    def _case(
        self, child: str, told: Sequence[Told], base: Case | None, before: Case | None, local: Taken | None
    ) -> Case | None:
        """The child with what the returns say; None for one who has ended and never was in the service."""
        sheet = local.row if local else None
        on, ended = self._sides(child, told, base, before, sheet)
        if not on:
            if before is None:
                if any(spell.end is None for each in told for spell in each.spells.values()):
                    self.contested.add(child)
                if sheet is not None:
                    where = next((said.row for said in told), sheet)
                    sheet.check("child", f"has ended in {where.source.file} row {where.number}: not taken")
                return None
            end = max(ended.values(), default=None)
            if end is None or base is None or (before.closed and before.closed <= self.day):
                return base
            return replace(base, closed=max(end, base.opened or end))
        type_: CaseType = BOTH if len(on) > 1 else next(iter(on))
        spells = {side: spell for side, spell in on.items() if spell is not None}
        closed = base.closed if base else None
        returned = closed is not None and closed <= self.day
        said = self._facts(child, told, base, before, local, type_)
        opened = self._opened(child, told, base, before, local, type_, spells, returned=returned)
        if base is None:
            return Case(id=child, type=type_, opened=opened, **said)
        changed: dict[str, Any] = {"type": type_, "opened": opened, **said}
        ends = [spell.end for spell in spells.values() if spell.end]
        if ends and len(ends) == len(on):
            changed["closed"] = max(ends)  # a day to come
        if returned:
            changed["closed"] = changed.get("closed")
            row = next((spell.row for spell in spells.values()), told[0].row)
            row.check("child", f"had ended on {closed:%d/%m/%Y} and is here again: taken as returned")
        if LAC not in on and LAC in NEEDS[base.type]:
            changed |= _NOT_IN_CARE
        if CP not in on and CP in NEEDS[base.type]:
            changed["category"] = ""
        return replace(base, **{key: value for key, value in changed.items() if getattr(base, key) != value})

    def _sides(
        self, child: str, told: Sequence[Told], base: Case | None, before: Case | None, sheet: Row | None
    ) -> tuple[dict[CaseType, Spell | None], dict[CaseType, date]]:
        """What the child is (looked after, on a plan), with the time in care or on the plan where it is news.

        And what has ended, with the day.
        """
        covers = NEEDS[base.type] if base else frozenset()
        is_open = base is not None and (base.closed is None or base.closed > self.day)
        on: dict[CaseType, Spell | None] = {}
        ended: dict[CaseType, date] = {}
        for side in SIDES:
            there = is_open and side in covers
            spells = [(said.kind, said.spells[side]) for said in told if side in said.spells]
            news = [
                (kind, spell)
                for kind, spell in spells
                if before is None or self.memory.is_news(child, side, kind, spell.said)
            ]
            known = self.memory.said(child, side)
            for kind, spell in spells:
                self.memory.note(child, side, kind, spell.said)
            if not news:
                if there:
                    on[side] = None
                continue
            kind, spell = max(news, key=lambda item: (item[1].event, rank(item[0])))
            _tell_status(spells, kind, spell, side)
            last = max(known.values(), key=_event, default="")
            if _event(last) > spell.event.isoformat() and (before is None or kind not in known):
                if there if before is not None else last.startswith("open"):
                    on[side] = None
                continue
            if spell.end is None or spell.end > self.day:
                closed = None if base is None or is_open else base.closed
                known_here = before is not None and side in NEEDS[before.type] and kind not in known
                if closed and closed > spell.latest and known_here:
                    spell.row.check("child", f"is {_WORDS[side]} here, and ended on {closed:%d/%m/%Y}: stays so")
                    continue
                on[side] = spell
            elif there and base is not None and base.opened and spell.end < base.opened:
                on[side] = None  # an earlier time: the child has come back since
            else:
                ended[side] = spell.end
                if sheet is not None and there and before is not None and before.closed is None:
                    sheet.check(
                        "type" if sheet.has("type") else "child",
                        f"is no longer {_WORDS[side]} since {spell.end:%d/%m/%Y} in {spell.row.source.file} "
                        f"row {spell.row.number}, which is taken",
                    )
        return on, ended

    def _opened(
        self,
        child: str,
        told: Sequence[Told],
        base: Case | None,
        before: Case | None,
        local: Taken | None,
        type_: CaseType,
        spells: Mapping[CaseType, Spell],
        *,
        returned: bool,
    ) -> date | None:
        """The day from which the child needs an IRO: of the return when it knows it, else the earliest known."""
        starts = [spell.start for spell in spells.values()]
        known = base.opened if base else None
        mine = local and local.row.text("opened") and local.case.opened
        sheets = [_Said("spreadsheet", Fact(mine, local.row, "opened"))] if local and mine else []
        for one in sheets:
            self.memory.note(child, "opened", one.kind, one.text)
        if not starts:
            return known
        first = min(starts)
        if base is None or known is None or returned:
            return first
        spell = next(iter(spells.values()))
        if type_ != BOTH and type_ == base.type and spell.whole:
            kind = next(said.kind for said in told if said.spells.get(type_) is spell)
            said = _Said(kind, Fact(first, spell.row, "start"))
            found: date | None = self._settled(child, "opened", [said, *sheets], before)
            return found
        return min(known, first)

    def _facts(
        self,
        child: str,
        told: Sequence[Told],
        base: Case | None,
        before: Case | None,
        local: Taken | None,
        type_: CaseType,
    ) -> dict[str, Any]:
        """The fields that the returns say, by name."""
        found: dict[str, Any] = {}
        names = [*_ALWAYS, *(_IN_CARE if LAC in NEEDS[type_] else ()), *(_ON_PLAN if CP in NEEDS[type_] else ())]
        for name in names:
            said = [_Said(each.kind, each.facts[name]) for each in told if name in each.facts]
            if not said:
                continue
            if local and local.row.text(name):
                said.append(_Said("spreadsheet", Fact(getattr(local.case, name), local.row, name)))
            found[name] = self._settled(child, name, said, before)
        if base is not None and base.confidential and found.get("placement_postcode"):
            row = next(each.facts["placement_postcode"].row for each in told if "placement_postcode" in each.facts)
            row.check("placement_postcode", "the placement is confidential here: its postcode is left aside")
            del found["placement_postcode"]
        if found.get("born"):
            found["expected"] = None
        found |= self._reviews(told, base)
        return found | self._factors(child, told, base, before)

    def _settled(self, child: str, name: str, said: Sequence[_Said], before: Case | None) -> Any:
        """The value of a fact of which one or several files speak: of what is news, the file that counts most."""
        best = max(said, key=lambda one: one.order)
        for other in said:
            if other.text != best.text:
                other.row.check(
                    other.column, f"{_LABELS[name]} is {_shown(best.value)} in {best.where}, which is taken"
                )
        known = self.memory.said(child, name) if before is not None else {}
        was = getattr(before, name) if before is not None else None
        if was not in (None, "", False) and "spreadsheet" not in known:
            text = Fact(was, best.row, "").said
            if text not in known.values():  # local until now: a sheet that says it again is overruled already
                self.memory.note(child, name, "spreadsheet", text)
        for one in said:
            self.memory.note(child, name, one.kind, one.text)
        if before is None:
            return best.value
        absent = [rank(kind) for kind in ORDER if kind in known and all(kind != one.kind for one in said)]
        news = [
            one
            for one in said
            if known.get(one.kind) != one.text and (one.kind in known or rank(one.kind) > max(absent, default=-1))
        ]
        return max(news, key=lambda one: one.order).value if news else was

    def _reviews(self, told: Sequence[Told], base: Case | None) -> dict[str, Any]:
        """The last review that was held, and the next where one is booked; one that has been held is no next one."""
        for each in told:
            if (held := each.facts.get("last_review")) is not None:
                self.memory.note(each.child, "last_review", each.kind, held.said)
        last = max(
            [each.facts["last_review"].value for each in told if "last_review" in each.facts]
            + ([base.last_review] if base and base.last_review else []),
            default=None,
        )
        booked = [each.facts["next_review"].value for each in told if "next_review" in each.facts]
        if not booked and not any("last_review" in each.facts for each in told):
            return {}
        following = min(booked, default=base.next_review if base else None)
        if following and last and following <= last:
            following = None
        return {"last_review": last, "next_review": following}

    def _factors(self, child: str, told: Sequence[Told], base: Case | None, before: Case | None) -> dict[str, Any]:
        """Factors are added; one is taken away only where the same kind of file had said it before."""
        factors = set(base.factors) if base else set()
        there = set(factors)
        for each in reversed(told):
            for name, fact in each.facts.items():
                if not name.startswith("factor:"):
                    continue
                key = name.removeprefix("factor:")
                known = self.memory.said(child, name).get(each.kind) if before is not None else None
                self.memory.note(child, name, each.kind, fact.said)
                if known == fact.said:
                    continue
                if fact.value:
                    factors.add(key)
                elif known == "True":
                    factors.discard(key)
        return {"factors": tuple(sorted(factors))} if factors != there else {}

    # -- who has the child -----------------------------------------------------------------------------

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


def _event(said: str) -> str:
    """The day of a spell as it is remembered."""
    return said.partition(" ")[2]


def _distance(told: Iterable[Told]) -> float | None:
    return next((each.facts["placement_miles"].value for each in told if "placement_miles" in each.facts), None)


def _tells_place(told: Told) -> bool:
    return "placement_postcode" in told.facts or "home_postcode" in told.facts


def _placing_row(told: Sequence[Told], other: Row) -> Row:
    return next((each.facts["placement_postcode"].row for each in told if "placement_postcode" in each.facts), other)


def _tell_status(spells: Sequence[tuple[Kind, Spell]], kind: Kind, best: Spell, side: CaseType) -> None:
    """Tells of files that have a child open who has ended in another, or the other way round."""
    for other_kind, other in spells:
        if other_kind != kind and (other.end is None) != (best.end is None):
            how = f"ended on {best.end:%d/%m/%Y}" if best.end else f"is {_WORDS[side]} since {best.start:%d/%m/%Y}"
            other.row.check("end", f"{how} in {best.row.source.file} row {best.row.number}, which is the later news")


def _left_aside(children: Collection[Told], one: str, many: str) -> list[Finding]:
    """How many children of each file are not taken, and why."""
    by_place = Counter((told.row.source.file, told.row.source.sheet) for told in children)
    return [
        Finding(CHECK, file, sheet, None, "", "", f"{count:,} {words} not in this service: not taken")
        for (file, sheet), count in by_place.items()
        for words in [f"child {one}" if count == 1 else f"children {many}"]
    ]


def _shown(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
