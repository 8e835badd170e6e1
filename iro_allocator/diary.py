"""Working days and when reviews and conferences are due (domain page, section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from iro_allocator.domain import CP, Case


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    # Imported when first asked: it costs a tenth of a second at start-up.
    import holidays

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date, closure_days: Iterable[date] = ()) -> bool:
    """Whether a day is no weekend, no English bank holiday and no closure day of the council."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year) and day not in closure_days


def working_days_between(first: date, last: date, closure_days: Iterable[date] = ()) -> int:
    """Working days after `first` up to and including `last` (0 when `last` is not after `first`)."""
    closed = frozenset(closure_days)
    days = (first + timedelta(n) for n in range(1, (last - first).days + 1))
    return sum(is_working_day(day, closed) for day in days)


def add_working_days(first: date, count: int, closure_days: Iterable[date] = ()) -> date:
    """The day `count` working days after `first` (15 after 2 June 1970 is 23 June 1970)."""
    closed, day = frozenset(closure_days), first
    while count > 0:
        day += timedelta(1)
        count -= is_working_day(day, closed)
    return day


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(day.day - 1), following - timedelta(1))


SHORT_BREAKS = ("V3", "V4")


def review_due(case: Case, closure_days: Iterable[date] = ()) -> date | None:
    """When the child's next review or conference is due: as recorded, else by the statutory intervals.

    Looked after: within 20 working days of becoming so, then at 3 months, then at most 6 months later;
    short breaks (legal status V3, V4) first within 3 months. On a plan: first review conference within
    3 months, then at most 6. A review of before the case was opened was of an earlier time, and does not count.
    None when nothing is known to count from.
    """
    if case.next_review:
        return case.next_review
    if case.last_review and (case.opened is None or case.last_review >= case.opened):
        if case.type != CP and case.opened and case.legal_status not in SHORT_BREAKS:
            first_due = add_working_days(case.opened, 20, closure_days)
            if case.last_review <= first_due:
                return add_months(case.last_review, 3)
        return add_months(case.last_review, 6)
    if case.opened is None:
        return None
    if case.type == CP or case.legal_status in SHORT_BREAKS:
        return add_months(case.opened, 3)
    return add_working_days(case.opened, 20, closure_days)
