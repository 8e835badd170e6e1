"""The coming months: FTE, load, what is short or spare, and what happens when.

As far as is known: contracts and last days, first days, absences, hours, cases that open or close. Beyond
that as many children come as go, unless the scenario says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from iro_allocator.caseload import available, short_fte, weights
from iro_allocator.diary import add_months
from iro_allocator.domain import Absent, Case, Iro, Scenario, Settings, Snapshot
from iro_allocator.domain.changes import say
from iro_allocator.scenario.making import on

LONG = 28
"""Days from which an absence is told as something that happens."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changes how many FTE or children there are; `supposed`: by the scenario, not on record."""

    day: date
    tag: str
    words: str
    supposed: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One month: FTE as the mean of its days, children and load as of its middle.

    `counted` is what the limit counts, `limit` the most for one FTE.
    """

    first: date
    fte: float
    children: int
    load: float
    counted: float
    limit: float
    events: tuple[Event, ...]

    @property
    def per_fte(self) -> float:
        """What the limit counts for each FTE (0 when nobody is there)."""
        return self.counted / self.fte if self.fte else 0.0

    @property
    def needed_fte(self) -> float:
        """FTE it takes to keep everybody within the limit."""
        return self.counted / self.limit

    @property
    def short_fte(self) -> float:
        """FTE missing for that, 0 when none are."""
        return short_fte(self.counted, self.limit, self.fte)

    @property
    def spare_fte(self) -> float:
        """FTE beyond what is needed, 0 when there are none."""
        return max(0.0, self.fte - self.needed_fte)

    @property
    def words(self) -> str:
        """The month as a sentence."""
        room = f"short by {self.short_fte:.2f} FTE" if self.short_fte > 0 else f"{self.spare_fte:.2f} FTE to spare"
        said = f"{self.first:%B %Y}: {self.fte:.1f} FTE, {self.per_fte:.1f} for each, {room}"
        return "; ".join([said, *(event.words for event in self.events)])


@dataclass(frozen=True, slots=True)
class Outlook:
    """The months from a day on; `needed_fte` is of that day."""

    day: date
    months: tuple[Month, ...]
    needed_fte: float

    @property
    def runs_out(self) -> Month | None:
        """The first month in which FTE are missing, None when there is none."""
        return next((month for month in self.months if month.short_fte > 0), None)

    @property
    def words(self) -> str:
        """When we run out, as a sentence."""
        found = self.runs_out
        if found is None:
            return f"Enough FTE for the limit in all of the {len(self.months)} months."
        when = "already" if found is self.months[0] else f"in {found.first:%B %Y}"
        worst = max(self.months, key=lambda month: month.short_fte)
        said = f"The limit is exceeded {when}, by {found.short_fte:.2f} FTE"
        return said + ("." if worst is found else f"; most in {worst.first:%B %Y}, by {worst.short_fte:.2f} FTE.")


def outlook(snapshot: Snapshot, from_day: date, months: int = 12, scenario: Scenario | None = None) -> Outlook:
    """Month by month from a day on, the first being what is left of that day's month."""
    starts = [from_day, *(add_months(from_day.replace(day=1), n) for n in range(1, months + 1))]
    there = on(snapshot, starts[-1] - timedelta(1), scenario)
    happens = sorted(_events(snapshot, there, scenario), key=lambda event: (event.day, not event.supposed, event.words))
    middles = [start + (end - start) / 2 for start, end in pairwise(starts)]
    counts = _counts(there, [from_day, *middles])
    found = []
    for (start, end), middle, (children, load) in zip(pairwise(starts), middles, counts[1:], strict=True):
        settings = there.settings_on(middle)
        found.append(
            Month(
                first=start.replace(day=1),
                fte=math.fsum(_mean_fte(there, iro, start, end) for iro in there.iro.values()),
                children=children,
                load=load,
                counted=load if settings.limit_counts == "load" else float(children),
                limit=settings.limit_per_fte,
                events=tuple(event for event in happens if start <= event.day < end),
            )
        )
    settings = there.settings_on(from_day)
    children, load = counts[0]
    counted = load if settings.limit_counts == "load" else float(children)
    return Outlook(from_day, tuple(found), counted / settings.limit_per_fte)


def _mean_fte(snapshot: Snapshot, iro: Iro, start: date, end: date) -> float:
    """FTE available from a day until the day before another, as the mean of the days."""
    turns = {start, *(day for day in _turns(snapshot, iro) if start < day < end)}
    parts = sorted(turns)
    total = math.fsum(
        available(snapshot, iro, day) * (after - day).days for day, after in zip(parts, [*parts[1:], end], strict=True)
    )
    return total / (end - start).days


def _turns(snapshot: Snapshot, iro: Iro) -> Iterator[date]:
    """The days on which an IRO's FTE may change."""
    if iro.first_day:
        yield iro.first_day
    if iro.last_day:
        yield iro.last_day + timedelta(1)
    for absence in snapshot.absences_by_iro.get(iro.id, ()):
        yield absence.first
        if absence.last:
            yield absence.last + timedelta(1)
    yield from (row.start for row in snapshot.hours_by_iro.get(iro.id, ()))
    yield from (settings.start for settings in snapshot.settings.values())


def _counts(snapshot: Snapshot, days: list[date]) -> list[tuple[int, float]]:
    """Children and load on each of the days. Families in which nobody comes or goes are weighed once."""
    first, last = min(days), max(days)
    families: dict[str, list[Case]] = {}
    for case in snapshot.case.values():
        if not (case.closed and case.closed <= first) and not (case.opened and case.opened > last):
            families.setdefault(case.family or f"\0{case.id}", []).append(case)
    moving: list[Case] = []
    still: list[Case] = []
    for cases in families.values():
        comes_or_goes = any((c.opened and c.opened > first) or c.closed for c in cases)
        (moving if comes_or_goes else still).extend(cases)
    steady: dict[str, float] = {}
    found = []
    for day in days:
        settings = snapshot.settings_on(day)
        if settings.id not in steady:
            steady[settings.id] = _load(still, settings)
        there = [c for c in moving if (not c.opened or c.opened <= day) and (not c.closed or day < c.closed)]
        found.append((len(still) + len(there), round(steady[settings.id] + _load(there, settings), 3)))
    return found


def _load(cases: Iterable[Case], settings: Settings) -> float:
    return math.fsum(weight.value for weight in weights(cases, settings.scheme).values())


def _events(snapshot: Snapshot, there: Snapshot, scenario: Scenario | None) -> Iterator[Event]:
    """What the scenario supposes, then what is on record and stays so."""
    for change in scenario.changes if scenario else ():
        yield Event(change.day, change.tag, change.words, supposed=True)
        if isinstance(change, Absent) and change.last:
            back = change.last + timedelta(1)
            yield Event(back, "returns", f"{change.name} is back on {say(back)}", supposed=True)
    changed = {iro for iro, record in snapshot.iro.items() if there.iro[iro] != record}
    yield from (event for event in on_record(snapshot, changed))


def on_record(snapshot: Snapshot, but: Collection[str] = ()) -> Iterator[Event]:
    """Every last and first day, long absence and change of hours on record; without the last days of some IROs."""
    for iro in snapshot.iro.values():
        if iro.last_day and iro.id not in but:
            interim = iro.employment == "interim"
            ends = f"{iro.name}’s contract ends" if interim else f"{iro.name} leaves"
            yield Event(iro.last_day, "contract" if interim else "leaves", f"{ends} on {say(iro.last_day)}", False)
        if iro.first_day:
            yield Event(iro.first_day, "joins", f"{iro.name} joins on {say(iro.first_day)}", False)
    for absence in snapshot.absence.values():
        name = snapshot.iro[absence.iro].name
        if absence.last is None or (absence.last - absence.first).days >= LONG:
            yield Event(absence.first, "absent", f"{name} is away from {say(absence.first)}", False)
            if absence.last:
                back = absence.last + timedelta(1)
                yield Event(back, "returns", f"{name} is back on {say(back)}", False)
    for row in snapshot.hours.values():
        yield Event(row.start, "hours", f"{snapshot.iro[row.iro].name}: {row.words}", False)
