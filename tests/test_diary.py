from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from iro_allocator import diary
from tests.builders import case


def test_fifteen_working_days_after_2_june_1970_is_23_june() -> None:
    # From the old CIN census sample: strategy discussion to initial conference.
    assert diary.add_working_days(date(1970, 6, 2), 15) == date(1970, 6, 23)


def test_weekends_bank_holidays_and_closure_days_do_not_count() -> None:
    assert diary.working_days_between(date(2026, 12, 24), date(2026, 12, 29)) == 1  # 25th; 28th for Boxing Day
    assert diary.working_days_between(date(2026, 11, 20), date(2026, 11, 23)) == 1
    assert diary.working_days_between(date(2026, 11, 20), date(2026, 11, 23), [date(2026, 11, 23)]) == 0
    assert diary.working_days_between(date(2026, 11, 23), date(2026, 11, 20)) == 0


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, later: date) -> None:
    assert diary.add_months(day, months) == later


@pytest.mark.parametrize(
    ("facts", "due"),
    [
        ({"opened": date(2026, 11, 2)}, date(2026, 11, 30)),
        ({"opened": date(2026, 11, 2), "last_review": date(2026, 11, 20)}, date(2027, 2, 20)),
        ({"opened": date(2025, 1, 6), "last_review": date(2026, 9, 1)}, date(2027, 3, 1)),
        ({"opened": date(2026, 11, 2), "legal_status": "V4"}, date(2027, 2, 2)),
        ({"opened": date(2026, 11, 2), "type": "CP"}, date(2027, 2, 2)),
        ({"opened": date(2026, 5, 4), "type": "CP", "last_review": date(2026, 8, 3)}, date(2027, 2, 3)),
        ({"opened": date(2026, 11, 2), "last_review": date(2024, 8, 3)}, date(2026, 11, 30)),
        ({"opened": None}, None),
        ({"opened": date(2025, 1, 6), "next_review": date(2026, 12, 4)}, date(2026, 12, 4)),
    ],
)
def test_reviews_and_conferences_are_due_at_the_statutory_intervals(facts: dict[str, Any], due: date | None) -> None:
    assert diary.review_due(case("C-1", **facts)) == due
