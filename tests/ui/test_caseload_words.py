"""One IRO's caseload in words. No window."""

from datetime import date

from iro_allocator.ui import caseload_words
from tests.builders import absence, held, snapshot, world
from tests.ui.caseload_service import HUSSAIN, service

WORLD = world(service())


def test_the_heading_says_who_the_iro_is_and_the_facts_the_three_counts() -> None:
    load = WORLD.loads.of(HUSSAIN.id)
    assert load
    assert caseload_words.heading(load, 37.0) == (
        "A. Hussain · 37\u00a0h (1.00\u00a0FTE) · permanent · LAC and CP · skills: UASC, urdu"
    )
    # 3 + 2 + 10 children; the two of Fam-2 on plans are one case. 1.25 + 1.25 + 1 + 1 + 0.6 + 10 = 15.1;
    # all 21 children weigh 15.1 + 0.6 + 2 + 3 = 20.7, of which 1 of 3.095 FTE is 6.7.
    assert caseload_words.facts(WORLD, load) == (
        "15 children in 12 families · 14 cases · load 15.1 of share 6.7 · limit 70.0 · "
        "reviews due in 30 days: 1, 1 overdue"
    )


def test_remarks_say_who_is_away_leaves_or_covers() -> None:
    moss = WORLD.loads.of("k-moss")
    assert moss and caseload_words.remarks(WORLD, moss) == (
        "Leaves on 30 Sep 2027 · covers 1 child of A. Hussain (load 1.2 on top)"
    )
    away = world(
        snapshot(
            HUSSAIN,
            held(HUSSAIN, 1),
            absence(HUSSAIN, date(2026, 11, 2), date(2027, 1, 4), reason="sickness", keeps_children=False),
        )
    )
    load = away.loads.of(HUSSAIN.id)
    assert load and caseload_words.remarks(away, load) == (
        "Away since 2 Nov 2026 until 4 Jan 2027 (sickness), children to be reallocated"
    )
