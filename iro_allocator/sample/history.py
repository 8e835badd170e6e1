"""How the children of the made-up service came to their IRO: three years of changes with their reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from iro_allocator.diary import add_working_days, is_working_day
from iro_allocator.domain import CP, Allocation, Case, Iro
from iro_allocator.sample.children import in_proportion
from iro_allocator.sample.iros import Roster
from iro_allocator.sample.sharing import Unit

LEFT = "IRO left"
SICK = "IRO on sick leave"
HOURS = "IRO's hours reduced"
CONFLICT = "conflict of interest"
WISH = "child asked for another IRO"
REUNITED = "brothers and sisters brought together"
EVENED = "caseloads evened out"
STARTED = "new IRO started"

_CHANGED = 66  # children of 1,137 who changed IRO in the last twelve months
_OFTEN = 0.06  # part of the others who changed in a year before that for no outward cause
_WAITS = (1, 1, 2, 2, 3, 4, 5)  # working days until a child had an IRO


@dataclass(frozen=True, slots=True)
class Change:
    """A handover on a day: from whom and why; `only` the one child who changed when it was not all."""

    day: date
    before: Iro
    reason: str
    only: str = ""


@dataclass(frozen=True, slots=True)
class _Story:
    """What made children change IRO in the last year: its part of all changes; whose children, when."""

    part: float
    reason: str
    before: Iro | None = None
    day: date | None = None


class History:
    """Draws the allocations of units whose IRO of today is known."""

    def __init__(self, rng: Random, roster: Roster, on: date) -> None:
        self._rng = rng
        self._roster = roster
        self._on = on
        self._horizon = on - timedelta(3 * 365)
        self._settled = on - timedelta(370)
        self._began: dict[str, date] = {}

    def draw(self, units: Sequence[Unit], children: int) -> tuple[list[Allocation], dict[Unit, Change]]:
        """Every child's allocations, and what changed for a unit in the last twelve months."""
        for unit in units:
            wait = self._rng.choice(_WAITS)
            for case in unit.cases:
                self._began[case.id] = add_working_days(case.opened or self._on, wait)
        lately = self._lately(units, in_proportion(children, _CHANGED))
        return [row for unit in units for row in self._rows(unit, lately.get(unit))], lately

    def _lately(self, units: Sequence[Unit], quota: int) -> dict[Unit, Change]:
        """The changes of the last twelve months, for so many children and no more."""
        found: dict[Unit, Change] = {}
        rest = quota
        for story in self._stories():
            room = min(rest, max(1, round(quota * story.part)))
            for unit in self._rng.sample(units, len(units)) if room else ():
                change = None if unit in found else self._happened(unit, story)
                touched = len(self._touched(unit, change)) if change else 0
                if change and 0 < touched <= room:
                    found[unit] = change
                    room -= touched
                    rest -= touched
                if room == 0:
                    break
        return found

    def _stories(self) -> Iterator[_Story]:
        after_leaving = [
            (iro, iro.last_day + timedelta(1))
            for iro in self._roster.left
            if iro.last_day and iro.last_day > self._on - timedelta(360)
        ]
        for iro, day in after_leaving:
            yield _Story(0.5 / len(after_leaving), LEFT, iro, day)
        for absence in self._roster.was_sick:
            iro = self._roster.everybody[absence.iro]
            day = self._working_day(absence.first + timedelta(11))
            yield _Story(0.16 / len(self._roster.was_sick), SICK, iro, day)
        for iro in self._roster.fewer_hours:
            day = self._working_day(self._on - timedelta(self._rng.randint(90, 300)))
            yield _Story(0.12 / len(self._roster.fewer_hours), HOURS, iro, day)
        yield from (_Story(0.05, reason) for reason in (REUNITED, CONFLICT, WISH))
        yield _Story(1, EVENED)

    def _happened(self, unit: Unit, story: _Story) -> Change | None:
        """The story as it happened to a unit, None when it cannot have."""
        day = story.day or self._working_day(self._on - timedelta(self._rng.randint(20, 350)))
        before = story.before or self._rng.choice(self._roster.here)
        iro, alone = unit.iro, len(unit.cases) == 1
        if iro is None or before.id == iro.id or not unit.fits(before):
            return None
        if not _started(iro) <= day <= self._roster.closed_since.get(iro.id, self._on):
            return None
        if unit.opened > day - timedelta(40):
            return None
        if story.reason != REUNITED:
            return None if story.reason == WISH and not alone else Change(day, before, story.reason)
        last = unit.cases[-1].id
        return None if alone or _started(before) > self._began[last] else Change(day, before, REUNITED, last)

    def _touched(self, unit: Unit, change: Change) -> list[Case]:
        """The children of the unit who changed IRO then."""
        return [case for case in unit.cases if self._began[case.id] < change.day and change.only in ("", case.id)]

    def _rows(self, unit: Unit, lately: Change | None) -> Iterator[Allocation]:
        """The allocations of the unit's children, as changes are walked back from today."""
        assert unit.iro is not None
        changes = [] if lately is None or lately.only else [lately]
        iro, until = (lately.before, lately.day) if changes and lately else (unit.iro, self._settled)
        changes += self._earlier(unit, iro, until)
        for case in unit.cases:
            own = [lately] if lately and lately.only == case.id else changes
            yield from self._of_case(case, unit.iro, own)

    def _of_case(self, case: Case, iro: Iro, changes: Sequence[Change]) -> Iterator[Allocation]:
        began = self._began[case.id]
        spans: list[tuple[Iro, date, date | None, str]] = []
        end = None
        for change in changes:
            if change.day <= began:
                break
            spans.append((iro, change.day, end, change.reason))
            iro, end = change.before, change.day
        first = "new child protection plan" if case.type == CP else "newly looked after"
        if _started(iro) > began:
            # Before the records begin the child had somebody else.
            began, first = self._working_day(_started(iro) + timedelta(5)), STARTED
        spans.append((iro, began, end, first))
        for number, (who, start, until, reason) in enumerate(reversed(spans), 1):
            yield Allocation(id=f"{case.id}/{number}", case=case.id, iro=who.id, start=start, end=until, reason=reason)

    def _earlier(self, unit: Unit, iro: Iro, until: date) -> Iterator[Change]:
        """The changes before a day, newest first: from those who left, or to somebody who was new."""
        began = min(self._began[case.id] for case in unit.cases)
        by_chance = True
        while True:
            earliest, latest = max(began + timedelta(60), self._horizon), min(until - timedelta(60), self._settled)
            day, reason = None, EVENED
            if _started(iro) > began:
                if _started(iro) < self._horizon:
                    return
                day, reason = _started(iro) + timedelta(self._rng.randint(3, 25)), STARTED
            elif by_chance and earliest < latest:
                years = (latest - earliest).days / 365
                by_chance = False
                if self._rng.random() < _OFTEN * years:
                    day = earliest + timedelta(self._rng.randrange((latest - earliest).days))
                    reason = self._rng.choice((EVENED, HOURS, SICK))
            if day is None:
                return
            change = self._before(unit, iro, self._working_day(day), reason)
            if change is None or change.day >= until:
                return
            yield change
            iro, until = change.before, change.day

    def _before(self, unit: Unit, iro: Iro, day: date, reason: str) -> Change | None:
        """Who had the unit before that day: one who left about then, else one who is still here."""
        for left in self._roster.left:
            after = (left.last_day or day) + timedelta(1)
            if abs((after - day).days) <= 45 and after >= _started(iro) and unit.opened < after - timedelta(30):
                return Change(after, left, LEFT)
        others = [
            other
            for other in self._rng.sample(self._roster.here, min(8, len(self._roster.here)))
            if other.id != iro.id and _started(other) < day - timedelta(60) and unit.fits(other)
        ]
        return Change(day, others[0], reason) if others else None

    def _working_day(self, day: date) -> date:
        """That day or the next working day."""
        while not is_working_day(day):
            day += timedelta(1)
        return day


def _started(iro: Iro) -> date:
    return iro.first_day or date.min
