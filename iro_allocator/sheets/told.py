"""What a statutory return says about children: facts and times, each with the row where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from iro_allocator.domain import CaseType
from iro_allocator.sheets import cells
from iro_allocator.sheets.columns import Kind
from iro_allocator.sheets.rows import Row


@dataclass(frozen=True, slots=True)
class Fact:
    """One value, where it was said (a row and the key of its column), and since when it holds, if that is known."""

    value: Any
    row: Row
    column: str
    since: date | None = None

    @property
    def said(self) -> str:
        """The value as it is remembered."""
        return self.value.isoformat() if isinstance(self.value, date) else str(self.value)


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in care or on a plan, as it stands last: open while `end` is None.

    `start` is its first day, or, when not `whole`, the first day that the return knows of. `latest` is the last
    day on which something in it began, up to which it is known to have gone on.
    """

    start: date
    end: date | None
    latest: date
    row: Row
    whole: bool = True

    @property
    def event(self) -> date:
        """The day of the last thing known: of two that differ, the later is the news."""
        return self.end or self.latest

    @property
    def said(self) -> str:
        """The spell as it is remembered."""
        return f"{'ended' if self.end else 'open'} {self.event.isoformat()}"


@dataclass(slots=True)
class Told:
    """What one return says about one child; `row` is one that speaks of the child."""

    kind: Kind
    child: str
    row: Row
    spells: dict[CaseType, Spell] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """All that it says, to know it again."""
        spells = [(side, spell.start, spell.end, spell.latest, spell.whole) for side, spell in self.spells.items()]
        return repr((spells, [(name, fact.said, fact.since) for name, fact in self.facts.items()]))

    def say(self, what: str, value: Any, row: Row, column: str, since: date | None = None) -> None:
        """Adds a fact, unless the value says nothing."""
        if value not in (None, "", ()):
            self.facts[what] = Fact(value, row, column, since)


@dataclass
class Return:
    """A whole return: every child it speaks of, and the types of which it lists all open children.

    `mothers` are looked-after mothers with the dates of birth of their children; `children_of` names those
    children where the return does. `rows` are all rows that were read, for what was found in them.
    """

    kind: Kind
    told: dict[str, Told] = field(default_factory=dict)
    lists: set[CaseType] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    mothers: dict[str, Fact] = field(default_factory=dict)
    children_of: dict[str, Fact] = field(default_factory=dict)

    def child(self, row: Row) -> Told | None:
        """The child of a row, None (and to be fixed) when the row names none."""
        reference = row.text("child")
        if not reference:
            row.fix("child", "the child's reference is missing, so nobody can tell whom this row is about")
            return None
        if reference not in self.told:
            self.told[reference] = Told(self.kind, reference, row)
        return self.told[reference]

    def open(self, type_: CaseType, day: date) -> Iterator[str]:
        """The children who are looked after, or on a plan, on a day."""
        for child, told in self.told.items():
            spell = told.spells.get(type_)
            if spell and (spell.end is None or spell.end > day):
                yield child


def latest(spells: list[Spell]) -> Spell:
    """The one that began last; of several that began on one day the one that is open, else that ended last."""
    return max(spells, key=lambda spell: (spell.start, spell.end is None, spell.end or date.min))


def spelled(found: Return, table: Iterable[Row], day: date, what: str, began: str) -> dict[str, list[Spell]]:
    """The times of a table by child, one a row: `what` is what a row tells of, `began` the column of its first day.

    A row with no first day, or an earlier last one, must be fixed; one left open though another began later is told.
    """
    by_child: dict[str, list[Spell]] = defaultdict(list)
    for row in table:
        told = found.child(row)
        start = row.read("start", lambda cell: cells.day(cell, day))
        end = row.read("end", lambda cell: cells.day(cell, day))
        if told is None or row.left_out:
            continue
        if start is None:
            row.fix("start", f"the {what} has no first day ({began}); write it")
        elif end and end < start:
            row.fix("end", f"the {what} ends before it begins; correct one of the two dates")
        else:
            by_child[told.child].append(Spell(start, end, start, row))
    for spells in by_child.values():
        last = latest(spells)
        for other in spells:
            if other is not last and other.end is None:
                other.row.check("end", f"the {what} has no end, and a later one has begun: the later one counts")
    return by_child
