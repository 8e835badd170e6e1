"""The made-up service has the published shape, stands on any day, and breaks no rule."""

import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iro_allocator import sample
from iro_allocator.caseload import available, caseloads, in_notice
from iro_allocator.diary import SHORT_BREAKS, add_months, add_working_days, working_days_between
from iro_allocator.domain import BOTH, CP, LAC, Absence, Case, Iro, Settings, Snapshot
from iro_allocator.errors import Explained
from iro_allocator.sample.names import iro_names

DAY = date(2026, 11, 23)
A_YEAR = timedelta(365)

days = st.dates(date(2001, 1, 1), date(2098, 12, 31))
sizes = st.tuples(st.integers(1, 30), st.integers(0, 500))


@cache
def service(on: date = DAY, seed: int = 2017) -> Snapshot:
    return Snapshot.of(sample.service(on=on, seed=seed))


def looked_after() -> list[Case]:
    return [case for case in service().case.values() if case.type != CP]


def on_plans() -> list[Case]:
    return [case for case in service().case.values() if case.type == CP]


def age(case: Case, on: date = DAY) -> float:
    return (on - case.born).days / 365.25 if case.born else -1.0


def there(snapshot: Snapshot, on: date) -> list[Iro]:
    """The IROs of a day, without those who have left."""
    return [iro for iro in snapshot.iro.values() if iro.last_day is None or iro.last_day >= on]


def test_the_iros_have_the_published_hours_and_contracts() -> None:
    kinds = Counter((iro.contracted_hours, iro.employment) for iro in there(service(), DAY))
    assert kinds == {
        (37.0, "permanent"): 10,
        (18.5, "permanent"): 3,
        (22.0, "permanent"): 1,
        (37.0, "interim"): 6,
    }
    assert sum(iro.contracted_hours for iro in there(service(), DAY)) / 37 == pytest.approx(18.09, abs=0.01)
    assert len(service().iro) == 24


def test_one_iro_is_off_sick_and_others_cover() -> None:
    snapshot = service()
    (away,) = [absence for absence in snapshot.absence.values() if absence.first <= DAY and absence.last is None]
    assert away.keeps_children
    assert away.working == 0
    theirs = {case for case in snapshot.case if (row := snapshot.allocation_on(case, DAY)) and row.iro == away.iro}
    covered = {row.case: row for rows in snapshot.cover_by_case.values() for row in rows}
    assert covered
    assert covered.keys() < theirs
    assert all(available(snapshot, snapshot.iro[row.iro], DAY) == 1 for row in covered.values())


def test_two_leave_within_four_months_and_the_other_interims_later() -> None:
    last = {iro.id: iro.last_day - DAY for iro in there(service(), DAY) if iro.last_day}
    soon = {service().iro[iro].employment for iro, left in last.items() if left < timedelta(120)}
    assert soon == {"permanent", "interim"}
    assert sum(left < timedelta(120) for left in last.values()) == 2
    assert len(last) == 7
    assert max(last.values()) < timedelta(366)


def test_the_children_have_the_published_counts() -> None:
    lac, cp = looked_after(), on_plans()
    assert (len(lac), len(cp)) == (699, 438)
    assert len({case.family for case in cp}) == 203
    assert len({case.family or case.id for case in lac}) == pytest.approx(490, abs=8)
    assert 1 <= sum(case.type == BOTH for case in lac) <= 20
    assert sum(case.out_of_area for case in lac) == 377  # 54 %
    assert sum((case.placement_miles or 0) > 20 for case in lac) == 95
    assert all(case.out_of_area for case in lac if (case.placement_miles or 0) > 20)
    assert sum(case.placement_miles is None for case in lac) == 12
    assert not any(case.placement or case.placement_postcode or case.out_of_area for case in cp)


def test_ages_and_categories_are_the_reports() -> None:
    lac, cp = looked_after(), on_plans()
    for low, high, per_cent in ((0, 1, 6), (1, 5, 13), (5, 10, 20), (10, 16, 37), (16, 18, 24)):
        found = sum(low <= age(case) < high for case in lac) / len(lac)
        assert 100 * found == pytest.approx(per_cent, abs=2)
    categories = Counter(case.category for case in cp)
    for category, per_cent in (("neglect", 45), ("emotional abuse", 36), ("physical abuse", 12), ("sexual abuse", 7)):
        assert 100 * categories[category] / len(cp) == pytest.approx(per_cent, abs=3)
    assert {case.legal_status for case in lac} == {"C1", "C2", "E1", "V2", "V3", "V4"}
    assert all(case.born is not None or (case.expected and case.expected > DAY) for case in service().case.values())


def test_brothers_and_sisters_share_a_surname_and_some_a_placement() -> None:
    families: dict[str, list[Case]] = {}
    for case in looked_after():
        if case.family:
            families.setdefault(case.family, []).append(case)
    groups = [group for group in families.values() if len(group) > 1]
    together = 0
    for group in groups:
        assert len({case.name.split(maxsplit=1)[1] for case in group}) == 1
        addresses = [case.placement_postcode for case in group if case.placement_postcode]
        together += len(set(addresses)) < len(addresses)
    assert 0.4 < together / len(groups) < 0.9


def test_a_placement_is_where_its_distance_says() -> None:
    for case in looked_after():
        if case.placement is None or case.placement_miles is None:
            assert case.placement_postcode == ""
            continue
        # Every home is within nine miles of the town hall.
        from_the_middle = ((case.placement[0] - 414500) ** 2 + (case.placement[1] - 416900) ** 2) ** 0.5 / 1609.344
        assert abs(from_the_middle - case.placement_miles) < 9


def test_capacity_and_loads_are_those_of_the_report() -> None:
    loads = caseloads(service(), DAY)
    assert loads.children == 1137
    assert loads.cases == 699 + 203
    assert loads.fte == pytest.approx(17.0, abs=0.1)
    assert loads.children_per_fte == pytest.approx(66.7, abs=0.5)
    assert 64 < loads.load_per_fte < 67
    assert loads.short_fte == 0


@pytest.mark.parametrize("seed", [2017, 1, 2, 3])
def test_loads_are_somewhat_uneven(seed: int) -> None:
    loads = caseloads(service(seed=seed), DAY)
    differences = [load.share_difference for load in loads.loads if load.share_difference is not None]
    assert 0.12 < max(map(abs, differences)) < 0.36
    assert max(differences) > 0.08
    assert 1 <= sum(load.over_limit > 0 for load in loads.loads) <= 3


def test_four_families_with_seven_children_wait() -> None:
    snapshot = service()
    waiting = caseloads(snapshot, DAY).waiting
    assert len(waiting) == 7
    assert len({case.family or case.id for case in waiting}) == 4
    assert {working_days_between(case.opened or DAY, DAY) for case in waiting} == {1, 2, 3, 4}
    (back,) = [case.id for case in waiting if case.id in snapshot.allocations_by_case]
    former = snapshot.iro[snapshot.allocations_by_case[back][-1].iro]
    assert available(snapshot, former, DAY) > 0
    assert not in_notice(former, DAY, Settings().notice_days)
    held = {case.family for case in snapshot.case.values() if case.family and snapshot.allocation_on(case.id, DAY)}
    assert len({case.family for case in waiting} & held) == 1


def test_families_have_one_iro_but_for_two_or_three() -> None:
    snapshot = service()
    families: dict[str, set[str]] = {}
    for case in snapshot.case.values():
        row = snapshot.allocation_on(case.id, DAY)
        if row and case.family:
            families.setdefault(case.family, set()).add(row.iro)
    assert sum(len(iros) > 1 for iros in families.values()) == 3
    separate = [case for case in snapshot.case.values() if case.separate]
    assert len(separate) == 3
    assert all(case.separate_reason for case in separate)
    pinned = [row for row in snapshot.allocation.values() if row.pinned]
    assert 3 <= len(pinned) <= 10
    assert all(row.pin_reason and row.end is None for row in pinned)


def test_sixty_six_children_changed_iro_in_twelve_months_and_every_change_has_its_reason() -> None:
    snapshot = service()
    changed, reasons = 0, set()
    for rows in snapshot.allocations_by_case.values():
        for before, after in pairwise(rows):
            changed += after.start > DAY - A_YEAR and before.iro != after.iro
            reasons.add(after.reason)
    assert changed == 66
    assert all(row.reason for row in snapshot.allocation.values())
    assert reasons == {
        "IRO left",
        "IRO on sick leave",
        "IRO's hours reduced",
        "conflict of interest",
        "child asked for another IRO",
        "brothers and sisters brought together",
        "caseloads evened out",
        "new IRO started",
    }
    left = {iro.id for iro in snapshot.iro.values()} - {iro.id for iro in there(snapshot, DAY)}
    had = {row.iro for row in snapshot.allocation.values()}
    assert len(left) == 4
    assert left < had
    assert not any(row.end is None and row.iro in left for row in snapshot.allocation.values())


def test_a_conflict_that_ended_an_allocation_bars_that_iro() -> None:
    snapshot = service()
    barred = {(bar.case, bar.iro) for bar in snapshot.barred.values()}
    conflicts = [
        (before.case, before.iro)
        for rows in snapshot.allocations_by_case.values()
        for before, after in pairwise(rows)
        if after.reason == "conflict of interest"
    ]
    assert conflicts
    assert set(conflicts) < barred
    assert all(bar.reason and bar.on for bar in snapshot.barred.values())


def test_reviews_crowd_in_summer_and_half_a_year_before() -> None:
    due = Counter(
        case.next_review.month
        for on in (date(2026, 6, 1), date(2026, 12, 1))
        for case in service(on).case.values()
        if case.next_review and (on - (case.opened or on)).days > 400
    )
    for crowded, usual in ((7, 9), (8, 10), (1, 3), (2, 4)):
        assert due[crowded] > 1.2 * due[usual]


def test_a_few_reviews_are_overdue_and_some_are_soon() -> None:
    coming = [case.next_review for case in service().case.values() if case.next_review]
    assert 1 <= sum(day < DAY for day in coming) <= 25
    assert 20 <= sum(DAY <= day <= DAY + timedelta(14) for day in coming) <= 150


@settings(max_examples=25, deadline=None)
@given(sizes, days, st.integers(0, 2**32))
def test_reviews_keep_to_the_statutory_intervals(size: tuple[int, int], on: date, seed: int) -> None:
    for case in Snapshot.of(sample.service(iros=size[0], children=size[1], seed=seed, on=on)).case.values():
        assert case.opened
        assert case.opened <= on
        if case.next_review is None:
            continue
        assert case.next_review > case.opened
        three_months_first = case.type == CP or case.legal_status in SHORT_BREAKS
        first_due = add_months(case.opened, 3) if three_months_first else add_working_days(case.opened, 20)
        if case.last_review is None:
            assert case.next_review <= first_due
        else:
            assert case.opened < case.last_review <= on
            second = not three_months_first and case.last_review <= first_due
            assert case.next_review <= add_months(case.last_review, 3 if second else 6)
            assert case.last_review < case.next_review


@settings(max_examples=25, deadline=None)
@given(sizes, days, st.integers(0, 2**32))
def test_no_rule_is_broken_at_any_size_on_any_day(size: tuple[int, int], on: date, seed: int) -> None:
    snapshot = Snapshot.of(sample.service(iros=size[0], children=size[1], seed=seed, on=on))
    assert len(there(snapshot, on)) == size[0]
    assert len(snapshot.case) == size[1] == len(snapshot.open_cases(on))
    barred = {(bar.case, bar.iro) for bar in snapshot.barred.values()}
    for row in snapshot.allocation.values():
        iro, case = snapshot.iro[row.iro], snapshot.case[row.case]
        assert iro.first_day
        assert iro.first_day <= row.start <= on
        assert iro.last_day is None or (row.end or on) <= iro.last_day + timedelta(1)
        if row.end is None:
            assert {LAC, CP} if case.type == BOTH else {case.type} <= set(iro.takes)
            assert set(case.requires) <= set(iro.skills)
            assert (case.id, iro.id) not in barred
    for rows in snapshot.allocations_by_case.values():
        assert all(before.end == after.start or after is rows[-1] for before, after in pairwise(rows))
        assert all(before.end and before.end <= after.start for before, after in pairwise(rows))
    for pair in snapshot.apart.values():
        mother, child = snapshot.allocation_on(pair.case, on), snapshot.allocation_on(pair.other, on)
        assert mother
        assert child
        assert mother.iro != child.iro
        assert age(snapshot.case[pair.case], on) > 15 + age(snapshot.case[pair.other], on)
    for case in snapshot.case.values():
        assert (case.born or case.expected or on) <= on or case.born is None
        if case.type != CP:
            assert case.born
            assert case.born <= (case.opened or on)


@settings(max_examples=30, deadline=None)
@given(days)
def test_those_who_wait_have_waited_one_to_four_working_days_on_any_day(on: date) -> None:
    snapshot = Snapshot.of(sample.service(iros=5, children=800, on=on))
    waiting = caseloads(snapshot, on).waiting
    assert waiting
    assert {working_days_between(case.opened or on, on) for case in waiting} <= {1, 2, 3, 4}


@pytest.mark.parametrize("on", [date(2026, 1, 1), date(2028, 2, 29), date(2025, 12, 28), date(2026, 8, 16)])
def test_another_day_gives_the_same_children_moved_along(on: date) -> None:
    one, other = service(), service(on)
    assert one.case.keys() == other.case.keys()
    assert [c.name for c in one.case.values()] == [c.name for c in other.case.values()]
    ages = [age(case) - age(other.case[id], on) for id, case in one.case.items() if case.born]
    assert set(ages) == {0.0}
    here, moved = caseloads(one, DAY), caseloads(other, on)
    assert (here.fte, here.load, len(here.waiting)) == (moved.fte, moved.load, len(moved.waiting))


def test_the_same_seed_and_day_give_equal_records() -> None:
    assert sample.service(on=DAY) == sample.service(on=DAY)
    assert sample.service(on=DAY, seed=1) != sample.service(on=DAY, seed=2)


def test_records_do_not_depend_on_the_hash_order() -> None:
    program = (
        "from datetime import date; from iro_allocator import sample; from hashlib import sha256;"
        "print(sha256(repr(sample.service(iros=20, children=300, on=date(2026, 11, 23))).encode()).hexdigest())"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2", "3")
    }
    assert len(prints) == 1


def test_no_children_gives_the_iros_alone() -> None:
    records = sample.service(children=0, on=DAY)
    assert {type(record) for record in records} == {Iro, Absence, Settings}
    assert sum(isinstance(record, Iro) for record in records) == 20


def test_the_settings_are_in_force_on_the_day() -> None:
    for on in (DAY, date(2027, 1, 1)):
        found = service(on).settings_on(on)
        assert (found.service, found.version, found.home_authority) == ("Kirklees sample", 3, "382")
        assert found.name == f"Service scheme {on.year}"


def test_other_sizes_keep_the_proportions() -> None:
    snapshot = Snapshot.of(sample.service(iros=60, children=4000, on=DAY))
    hours = Counter(iro.contracted_hours for iro in there(snapshot, DAY))
    assert hours == {37.0: 48, 18.5: 9, 22.0: 3}
    lac = [case for case in snapshot.case.values() if case.type != CP]
    assert len(lac) == 2459  # 4,000 × 699 ÷ 1,137
    assert sum((case.placement_miles or 0) > 20 for case in lac) == 334  # 2,459 × 95 ÷ 699
    assert len({iro.name for iro in snapshot.iro.values()}) == 72


def test_iro_names_never_repeat() -> None:
    names = iro_names()
    found = [next(names) for _ in range(6000)]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("iros", "children", "on"),
    [(0, 10, DAY), (-3, 10, DAY), (20, -1, DAY), (10**9, 10, DAY), (20, 10**9, DAY), (20, 10, date(1066, 10, 14))],
)
def test_nonsense_is_refused_in_one_sentence(iros: int, children: int, on: date) -> None:
    with pytest.raises(Explained, match="made-up service cannot") as told:
        sample.service(iros=iros, children=children, on=on)
    assert told.value.hint
