"""Scenarios: what each change makes of the service, whether it still fits, the months to come, the figures."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.caseload import available, caseloads
from iro_allocator.domain import (
    Absent,
    Bar,
    Change,
    ContractEnds,
    Demand,
    HoursChange,
    Iro,
    Joins,
    Leaves,
    NewSettings,
    Pin,
    Record,
    Scenario,
    Snapshot,
)
from iro_allocator.edits import Step
from iro_allocator.errors import Explained
from iro_allocator.scenario import compared, edits, on, outlook, rebase, summary
from tests.builders import DAY, absence, allocation, case, held, iro, settings, small_service, snapshot

HUSSAIN, CARTER, BELL = iro("A. Hussain"), iro("B. Carter", 18.5), iro("R. Bell", employment="interim")
SERVICE = snapshot(HUSSAIN, CARTER, BELL, held(HUSSAIN, 6), held(CARTER, 2, start=200), held(BELL, 3, start=250))
APRIL = date(2027, 4, 1)


def about(who: Iro, **more: Any) -> dict[str, Any]:
    return {"iro": who.id, "name": who.name, "day": APRIL, **more}


def of(*changes: Change, day: date = APRIL) -> Scenario:
    return Scenario(id="scenario-1", name="Spring", day=day, changes=changes)


def new(first: date = APRIL, **more: Any) -> Iro:
    return iro("N. Aziz", first_day=first, **more)


def fte(service: Snapshot, who: Iro, day: date, *changes: Change) -> float:
    there = on(service, day, of(*changes))
    return round(available(there, there.iro[who.id], day), 4)


# -- each change -----------------------------------------------------------------------------------


def test_who_leaves_is_there_on_the_last_day_and_gone_the_day_after() -> None:
    leaves = Leaves(**about(BELL))
    assert (fte(SERVICE, BELL, APRIL, leaves), fte(SERVICE, BELL, APRIL + timedelta(1), leaves)) == (1.0, 0.0)
    assert leaves.words == "R. Bell leaves on 1 Apr 2027"
    ends = ContractEnds(**about(BELL))
    assert ends.words == "R. Bell’s contract ends on 1 Apr 2027"
    assert edits(SERVICE, of(ends)) == edits(SERVICE, of(leaves))


def test_absence_takes_the_part_not_worked_and_ends_on_its_day() -> None:
    away = Absent(**about(CARTER, last=APRIL + timedelta(27), working=0.4, cover=True))
    days = [APRIL - timedelta(1), APRIL, APRIL + timedelta(27), APRIL + timedelta(28)]
    assert [fte(SERVICE, CARTER, day, away) for day in days] == [0.5, 0.2, 0.2, 0.5]
    assert away.words == "B. Carter is away from 1 Apr 2027 to 28 Apr 2027, working 40% of their time: others cover"
    endless = Absent(**about(CARTER))
    assert endless.words == (
        "B. Carter is away from 1 Apr 2027 on, until when is not known: their children are reallocated"
    )
    assert fte(SERVICE, CARTER, date(2040, 1, 1), endless) == 0.0


def test_other_hours_hold_from_their_day_and_move_the_limit_too() -> None:
    change = HoursChange(**about(CARTER, contracted_hours=29.6))
    assert [fte(SERVICE, CARTER, day, change) for day in (APRIL - timedelta(1), APRIL)] == [0.5, 0.8]
    there = on(SERVICE, APRIL, of(change))
    load = caseloads(there, APRIL).of(CARTER.id)
    assert load and (load.iro.contracted_hours, load.limit) == (29.6, 56.0)
    assert there.iro[CARTER.id].contracted_hours == 18.5
    assert change.words == "B. Carter works 29.6 hours a week from 1 Apr 2027"
    duties = HoursChange(**about(CARTER, other_duties=0.5))
    assert fte(SERVICE, CARTER, APRIL, change, duties) == 0.4


def test_the_share_of_a_new_iro_grows_with_the_weeks() -> None:
    joins = Joins(iro=new(other_duties=0.1), induction=((4, 0.5), (4, 0.75)))
    weeks = [-1, 0, 3, 4, 7, 8, 60]
    found = []
    for week in weeks:
        day = APRIL + timedelta(weeks=week)
        there = on(SERVICE, day, of(joins))
        found.append(round(available(there, there.iro["n-aziz"], day), 4))
    assert found == [0.0, 0.45, 0.45, 0.675, 0.675, 0.9, 0.9]
    assert joins.words == (
        "N. Aziz joins on 1 Apr 2027: 37 hours, permanent, 4 weeks at 50% of a share, 4 weeks at 75% of a share"
    )


def test_other_settings_are_a_version_of_their_own_from_their_day() -> None:
    change = NewSettings(
        day=APRIL, limit_per_fte=80, weights=(("lac", 1.1), ("court", 0.5)), priorities=(("travel", 0.3),)
    )
    there = on(SERVICE, APRIL, of(change))
    before, after = there.settings_on(APRIL - timedelta(1)), there.settings_on(APRIL)
    assert (before.limit_per_fte, after.limit_per_fte, after.scheme.lac) == (70, 80, 1.1)
    assert {factor.key: factor.weight for factor in after.scheme.factors}["court"] == 0.5
    assert dict(after.priorities)["travel"] == 0.3
    assert dict(after.priorities)["continuity"] == dict(before.priorities)["continuity"]
    assert caseloads(there, APRIL).load == 12.1


def test_pins_and_bars_are_those_of_a_manager() -> None:
    pin, bar = Pin(cases=("C-100", "C-101"), day=APRIL), Bar(**about(BELL, cases=("C-100",), reason="a conflict"))
    there = on(SERVICE, APRIL, of(pin, bar))
    assert [key for key, row in there.allocation.items() if row.pinned] == ["C-100/1", "C-101/1"]
    assert [row.reason for row in there.barred.values()] == ["a conflict"]
    assert (pin.words, bar.words) == (
        "2 children stay with whom they have on 1 Apr 2027",
        "R. Bell may not have C-100: a conflict",
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: Absent(**about(BELL, last=DAY)),
        lambda: Absent(**about(BELL, working=1.0)),
        lambda: HoursChange(**about(BELL)),
        lambda: HoursChange(**about(BELL, contracted_hours=0)),
        lambda: Joins(iro=iro("N. Aziz", first_day=None)),
        lambda: Joins(iro=new(), induction=((0, 0.5),)),
        lambda: Demand(per_month=0, day=DAY),
        lambda: Demand(per_month=float("nan"), day=DAY),
        lambda: NewSettings(day=DAY),
        lambda: NewSettings(day=DAY, limit_per_fte=-1),
        lambda: NewSettings(day=DAY, priorities=(("luck", 1.0),)),
        lambda: Pin(cases=(), day=DAY),
        lambda: Bar(**about(BELL, cases=("C-1",), reason=" ")),
        lambda: of(Joins(iro=new()), Joins(iro=new())),
        lambda: Scenario(id="s", name=" ", day=DAY),
    ],
    ids=lambda make: f"line {make.__code__.co_firstlineno}",
)
def test_nonsense_is_refused_in_a_sentence(make: Any) -> None:
    with pytest.raises(Explained) as told:
        make()
    assert told.value.message.endswith(".")
    assert told.value.hint


# -- referrals -------------------------------------------------------------------------------------


def test_more_referrals_come_evenly_like_the_children_there_are() -> None:
    families = [case(f"C-{n}", "CP", f"Fam-{n // 3}") for n in range(300, 360)]
    service = snapshot(HUSSAIN, families)
    more = of(Demand(per_month=10, day=APRIL))
    counts = [len(on(service, day, more).open_cases(day)) for day in (APRIL, date(2027, 10, 1), date(2028, 4, 1))]
    assert counts[0] == 60
    assert abs(counts[1] - 120) <= 3 and abs(counts[2] - 180) <= 3
    there = on(service, date(2028, 4, 1), more)
    drawn = [child for key, child in there.case.items() if key not in service.case]
    assert {child.type for child in drawn} == {"CP"}
    assert {child.name for child in drawn} == {""}
    assert all(there.allocation_on(child.id, date(2028, 4, 1)) is None for child in drawn)
    assert all(sum(other.family == child.family for other in drawn) == 3 for child in drawn)


def test_the_same_children_are_drawn_again_and_more_of_them_later() -> None:
    more = of(Demand(per_month=4, day=APRIL))
    soon, late = (on(SERVICE, day, more) for day in (date(2027, 7, 1), date(2027, 12, 1)))
    assert soon.case.items() < late.case.items()
    assert on(SERVICE, date(2027, 7, 1), more) == soon
    other = of(Demand(per_month=4, day=APRIL, seed=3))
    mixed = small_service()
    assert on(mixed, date(2027, 12, 1), other) != on(mixed, date(2027, 12, 1), more)


def test_fewer_referrals_leave_so_many_fewer_children() -> None:
    service = snapshot(HUSSAIN, held(HUSSAIN, 100))
    fewer = of(Demand(per_month=-5, day=APRIL))
    there = on(service, date(2028, 4, 1), fewer)
    assert abs(len(there.open_cases(date(2028, 4, 1))) - 40) <= 1
    assert len(on(service, APRIL, fewer).open_cases(APRIL - timedelta(1))) == 100
    assert len(on(service, date(2040, 1, 1), fewer).open_cases(date(2040, 1, 1))) == 0


def test_referrals_are_only_supposed_and_never_adopted() -> None:
    assert edits(SERVICE, of(Demand(per_month=12, day=APRIL))) == ()


# -- laws ------------------------------------------------------------------------------------------

some_days = st.dates(date(2026, 12, 1), date(2028, 12, 1))
people = st.sampled_from((HUSSAIN, CARTER, BELL, iro("Z. Nobody")))
children = st.lists(st.sampled_from(["C-100", "C-200", "C-250", "C-999"]), min_size=1, max_size=3).map(tuple)


def named(who: Iro, day: date) -> dict[str, Any]:
    return {"iro": who.id, "name": who.name, "day": day}


any_change: st.SearchStrategy[Change] = st.one_of(
    st.builds(lambda who, day: Leaves(**named(who, day)), people, some_days),
    st.builds(lambda who, day: ContractEnds(**named(who, day)), people, some_days),
    st.builds(lambda who, day, cover: Absent(**named(who, day), cover=cover), people, some_days, st.booleans()),
    st.builds(
        lambda who, day, hours: HoursChange(**named(who, day), contracted_hours=hours),
        people,
        some_days,
        st.floats(1, 40),
    ),
    st.builds(lambda day, most: NewSettings(day=day, limit_per_fte=most), some_days, st.floats(40, 90)),
    st.builds(lambda cases, day: Pin(cases=cases, day=day), children, some_days),
    st.builds(lambda who, cases, day: Bar(**named(who, day), cases=cases, reason="x"), people, children, some_days),
    st.builds(lambda day, number: Demand(day=day, per_month=number), some_days, st.sampled_from([-3.0, 2.0, 8.0])),
)
scenarios = st.builds(
    lambda changes, joins: of(*changes, *joins),
    st.lists(any_change, max_size=5),
    st.sampled_from([(), (Joins(iro=new(), induction=((4, 0.5),)),)]),
)


@given(some_days)
def test_without_changes_the_service_is_as_it_is(day: date) -> None:
    assert on(SERVICE, day) is SERVICE
    assert on(SERVICE, day, of()) == SERVICE


@given(scenarios)
def test_what_a_scenario_makes_can_be_taken_back_whole(scenario: Scenario) -> None:
    fits = rebase(scenario, SERVICE, SERVICE).scenario
    step = Step("adopt", edits(SERVICE, fits))
    after = step.apply(SERVICE)
    assert step.inverse.apply(after) == SERVICE
    supposed = [change for change in fits.changes if isinstance(change, Demand)]
    if not supposed:
        assert on(SERVICE, APRIL, fits) == after


@given(scenarios)
def test_rebasing_loses_nothing(scenario: Scenario) -> None:
    found = rebase(scenario, SERVICE, SERVICE)
    told = [*found.scenario.changes, *(misfit.change for misfit in found.misfits)]
    whole = [change for change in scenario.changes if not isinstance(change, Pin | Bar)]
    assert sorted(map(repr, whole)) == sorted(repr(change) for change in told if not isinstance(change, Pin | Bar))
    for kind in (Pin, Bar):
        asked = sorted(c for change in scenario.changes if isinstance(change, kind) for c in change.cases)
        assert asked == sorted(c for change in told if isinstance(change, kind) for c in change.cases)
    assert all(misfit.why.endswith(".") for misfit in found.misfits)
    assert rebase(found.scenario, SERVICE, SERVICE).misfits == ()


# -- what no longer fits ---------------------------------------------------------------------------


def after(service: Snapshot, *records: Record) -> Snapshot:
    """The service with these records in the place of those of the same id, or added."""
    replaced = {(record.kind, record.id): record for record in (*service.records(), *records)}
    return Snapshot.of(replaced.values())


@pytest.mark.parametrize(
    ("change", "now", "why"),
    [
        (
            Leaves(**about(BELL)),
            after(SERVICE, replace(BELL, last_day=date(2027, 2, 26))),
            "R. Bell’s last day is 26 Feb 2027 since.",
        ),
        (
            Absent(**about(BELL)),
            after(SERVICE, replace(BELL, last_day=date(2027, 2, 26))),
            "R. Bell leaves on 26 Feb 2027, before 1 Apr 2027.",
        ),
        (
            Absent(**about(BELL)),
            after(SERVICE, absence(BELL, date(2027, 3, 1))),
            "R. Bell has another absence from 1 Mar 2027 since.",
        ),
        (
            HoursChange(**about(CARTER, contracted_hours=22)),
            after(SERVICE, replace(CARTER, contracted_hours=30)),
            "B. Carter’s hours have been changed since: 30 from 1 Apr 2027.",
        ),
        (
            NewSettings(day=APRIL, limit_per_fte=80),
            after(SERVICE, settings(limit_per_fte=65)),
            "The settings have been changed since.",
        ),
        (Joins(iro=new()), after(SERVICE, new()), "N. Aziz is in the service already: N. Aziz would be the same IRO."),
        (
            Pin(cases=("C-100",), day=APRIL),
            after(SERVICE, replace(SERVICE.case["C-100"], closed=date(2027, 1, 4))),
            "The case of child C-100 is closed from 4 Jan 2027.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_present_has_overtaken_is_told_with_the_reason(change: Change, now: Snapshot, why: str) -> None:
    assert rebase(of(change), SERVICE, SERVICE).misfits == ()
    found = rebase(of(change), SERVICE, now)
    assert (found.scenario.changes, [misfit.why for misfit in found.misfits]) == ((), [why])


def test_other_people_s_work_does_not_touch_a_scenario() -> None:
    busy = after(SERVICE, case("C-777"), allocation("C-777", HUSSAIN, DAY), replace(CARTER, email="b@example.org"))
    scenario = of(Leaves(**about(BELL)), HoursChange(**about(CARTER, contracted_hours=22)))
    assert rebase(scenario, SERVICE, busy).scenario == scenario


def test_changes_of_one_iro_in_one_scenario_do_not_stand_in_each_other_s_way() -> None:
    scenario = of(
        HoursChange(**about(CARTER, contracted_hours=30)),
        HoursChange(**about(CARTER, other_duties=0.2)),
        Absent(**about(CARTER, last=APRIL + timedelta(27))),
        Absent(**about(CARTER, last=APRIL + timedelta(60), working=0.5)),
    )
    assert rebase(scenario, SERVICE, SERVICE).misfits == ()


def test_an_iro_is_called_as_today() -> None:
    now = after(SERVICE, replace(BELL, name="R. Bell-Young"))
    found = rebase(of(Leaves(**about(BELL))), SERVICE, now)
    assert [change.words for change in found.scenario.changes] == ["R. Bell-Young leaves on 1 Apr 2027"]


def test_a_change_that_does_not_fit_is_never_made() -> None:
    with pytest.raises(Explained, match=r"Z\. Nobody is not in the service any more\."):
        on(SERVICE, APRIL, of(Leaves(**about(iro("Z. Nobody")))))


# -- the months to come ----------------------------------------------------------------------------


def test_the_months_show_fte_and_when_the_limit_is_reached() -> None:
    people = [iro(f"P. {n:02}") for n in range(10)]
    service = snapshot(*people, *(held(who, 69, start=1000 * (n + 1)) for n, who in enumerate(people)))
    found = outlook(service, date(2027, 1, 1), 12)
    assert [(round(m.fte, 6), m.children, round(m.per_fte, 6)) for m in found.months] == [(10.0, 690, 69.0)] * 12
    assert (found.runs_out, round(found.needed_fte, 4)) == (None, 9.8571)
    assert found.words == "Enough FTE for the limit in all of the 12 months."
    leaving = of(Leaves(iro=people[0].id, name="P. 00", day=date(2027, 3, 31)))
    found = outlook(service, date(2027, 1, 1), 12, leaving)
    assert [round(m.fte, 6) for m in found.months[2:4]] == [10.0, 9.0]
    assert found.runs_out and found.runs_out.first == APRIL
    assert round(found.runs_out.short_fte, 4) == 0.8571
    assert [event.words for month in found.months for event in month.events] == ["P. 00 leaves on 31 Mar 2027"]
    assert found.months[3].words == "April 2027: 9.0 FTE, 76.7 for each, short by 0.86 FTE"
    assert found.words == "The limit is exceeded in April 2027, by 0.86 FTE."


def test_fte_of_a_month_is_the_mean_of_its_days() -> None:
    service = snapshot(HUSSAIN, CARTER, absence(HUSSAIN, date(2027, 4, 16), date(2027, 4, 30)), held(HUSSAIN, 3))
    months = outlook(service, date(2027, 4, 1), 2).months
    assert [round(month.fte, 6) for month in months] == [1.0, 1.5]
    rest = outlook(service, date(2027, 4, 21), 1).months
    assert round(rest[0].fte, 6) == 0.5


def test_the_months_count_what_opens_closes_and_is_drawn() -> None:
    service = snapshot(
        HUSSAIN,
        held(HUSSAIN, 4),
        case("C-1", opened=date(2027, 5, 1)),
        case("C-2", "CP", "Fam-1", closed=date(2027, 6, 1)),
        case("C-3", "CP", "Fam-1"),
    )
    months = outlook(service, date(2027, 4, 1), 3).months
    assert [(month.children, month.load) for month in months] == [(6, 5.6), (7, 6.6), (6, 6.0)]
    more = outlook(service, date(2027, 4, 1), 3, of(Demand(per_month=30, day=date(2027, 4, 1))))
    assert more.months[2].children > months[2].children + 60


def test_events_on_record_stand_beside_what_is_supposed() -> None:
    service = snapshot(
        HUSSAIN,
        replace(BELL, last_day=date(2027, 4, 30)),
        new(date(2027, 5, 4)),
        absence(HUSSAIN, date(2027, 5, 10), date(2027, 7, 4)),
    )
    found = outlook(service, APRIL, 4, of(Leaves(**about(HUSSAIN, day=date(2027, 7, 31)))))
    assert [(event.words, event.supposed) for month in found.months for event in month.events] == [
        ("R. Bell’s contract ends on 30 Apr 2027", False),
        ("N. Aziz joins on 4 May 2027", False),
        ("A. Hussain is away from 10 May 2027", False),
        ("A. Hussain is back on 5 Jul 2027", False),
        ("A. Hussain leaves on 31 Jul 2027", True),
    ]


# -- figures ---------------------------------------------------------------------------------------


def even(count: int, total: int, **more: Any) -> list[Record]:
    """So many full-time IROs with so many children between them."""
    records: list[Record] = []
    for n in range(count):
        who = iro(f"P. {n:02}")
        children = total // count + (n < total % count)
        records += [who, *held(who, children, start=1000 * (n + 1), **more)]
    return records


def test_published_14_iros_with_100_children_each_need_17_and_a_half_for_a_local_limit_of_80() -> None:
    found = summary(snapshot(even(14, 1400), settings(limit_per_fte=80)), DAY)
    assert (found.fte, found.load_per_fte, found.needed_fte, found.short_fte) == (14.0, 100.0, 17.5, 3.5)


def test_published_927_children_for_10_iros_are_92_7_each_and_103_when_one_leaves() -> None:
    service = snapshot(even(10, 927))
    assert round(summary(service, DAY).children_per_fte, 1) == 92.7
    leaving = of(Leaves(iro="p-00", name="P. 00", day=DAY))
    then = DAY + timedelta(1)
    found = summary(on(service, then, leaving), then)
    assert (round(found.children_per_fte, 1), round(found.needed_fte, 1)) == (103.0, 13.2)


def test_the_figures_are_those_that_are_asked_for() -> None:
    near: dict[str, Any] = {"placement": (414500, 416900)}
    far: dict[str, Any] = {"placement": (414500, 416900 + 16093)}
    service = snapshot(
        replace(HUSSAIN, base=(414500, 416900)),
        replace(BELL, base=(414500, 416900)),
        CARTER,
        [case("C-1", family="Fam-1", **near), case("C-2", family="Fam-1", **far), case("C-3", family="Fam-2", **far)],
        case("C-4", family="Fam-2"),
        case("C-5"),
        [allocation("C-1", HUSSAIN), allocation("C-2", HUSSAIN), allocation("C-3", HUSSAIN), allocation("C-4", BELL)],
        settings(limit_per_fte=2, cost_permanent=60_000, cost_interim=100_000),
    )
    found = summary(service, DAY, children_who_change=4, children_who_must=3)
    assert (found.families, found.families_together) == (2, 0.5)
    assert (found.miles_a_year, found.miles_unknown) == (2 * 2 * 3 * 10, 1)
    assert (found.permanent_fte, found.interim_fte, found.cost) == (1.5, 1.0, 190_000)
    assert (found.iros_over_limit, found.children_over_limit, found.waiting) == (1, 1, 1)
    assert found.furthest == "B. Carter" and found.furthest_share_difference == 1.0
    rows = {row[0]: row[1] for row in compared(found)}
    assert rows["Cost a year"] == "£190,000"
    assert rows["Families with one IRO"] == "50.0%"
    assert rows["Children who change IRO"] == "4"


def test_an_absent_iro_is_paid_and_hours_to_come_cost_from_their_day() -> None:
    there = on(SERVICE, APRIL, of(Absent(**about(HUSSAIN)), HoursChange(**about(CARTER, contracted_hours=37))))
    found = summary(there, APRIL)
    assert (found.fte, found.permanent_fte) == (2.0, 2.0)


def test_a_service_without_anybody_has_figures_too() -> None:
    found = summary(snapshot(), DAY)
    assert (found.fte, found.short_fte, found.families_together, found.furthest) == (0, 0, None, "")
    assert outlook(snapshot(), DAY).runs_out is None
    assert on(snapshot(), APRIL, of(Demand(per_month=5, day=DAY))) == snapshot()


def test_the_small_service_has_figures_for_every_row() -> None:
    found = summary(small_service(), DAY)
    assert all(len(row) == 3 and all(row) for row in compared(found, found))
