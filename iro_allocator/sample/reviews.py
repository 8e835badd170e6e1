"""When the made-up children had their last review or conference and when the next one is.

The dates keep to the statutory intervals (domain page, section 5) but for a few that are overdue; they
crowd in summer and, half a year before, in winter, as the yearly peaks of the service do.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate
from random import Random

from iro_allocator.diary import SHORT_BREAKS, add_months, add_working_days, is_working_day
from iro_allocator.domain import CP, CaseType

_CROWDED = {1: 1.7, 2: 1.5, 7: 1.7, 8: 1.5, 6: 1.1, 12: 1.1}
_OVERDUE = 0.4  # how likely a day just gone is still open, against a day to come
_SETTLED = 400  # days after which a child is on the half-yearly round


class Reviews:
    """Draws the last and the next date for children, as they stand on a day."""

    def __init__(self, rng: Random, on: date) -> None:
        self._rng = rng
        self._on = on
        self._days = [day for n in range(-9, 165) if n and is_working_day(day := on + timedelta(n))]
        self._odds = list(
            accumulate(_CROWDED.get(day.month, 0.8) * (_OVERDUE if day < on else 1) for day in self._days)
        )

    def draw(self, opened: date, type: CaseType, legal_status: str) -> tuple[date | None, date]:
        """The last date (None before the first) and the next one of a child whose case was opened then."""
        if (self._on - opened).days < _SETTLED:
            return self._from_the_beginning(opened, type == CP or legal_status in SHORT_BREAKS)
        # So far ahead and so many days, that the last one was held before today even over bank holidays.
        coming = self._rng.choices(self._days, cum_weights=self._odds)[0]
        last = add_months(coming, -6) + timedelta(self._rng.randint(3, 12))
        while not is_working_day(last):
            last += timedelta(1)
        return last, coming

    def _from_the_beginning(self, opened: date, within_three_months: bool) -> tuple[date | None, date]:
        last = None
        due = add_months(opened, 3) if within_three_months else add_working_days(opened, 20)
        intervals = iter((6,) if within_three_months else (3,))
        while (coming := self._just_before(due)) <= self._on:
            last, due = coming, add_months(coming, next(intervals, 6))
        return last, coming

    def _just_before(self, due: date) -> date:
        day = due - timedelta(self._rng.randint(0, 9))
        while not is_working_day(day):
            day -= timedelta(1)
        return day
