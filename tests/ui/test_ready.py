"""What the service knows already, as a scenario: who leaves, who is away; and a scenario changed. Without Qt."""

from datetime import date, timedelta
from typing import Any

from iro_allocator.domain import Absent, ContractEnds, Demand, Joins, Leaves, Scenario
from iro_allocator.ui import ready
from iro_allocator.workspace import World
from tests.builders import DAY, absence, allocation, held, iro, snapshot, world

HUSSAIN = iro("A. Hussain")
NOVAK = iro("H. Novak", last_day=date(2027, 1, 22))
BELL = iro("R. Bell", employment="interim", last_day=date(2027, 3, 5))
DUNNE = iro("C. Dunne")


def service(**more: Any) -> World:
    return world(
        snapshot(
            *(HUSSAIN, NOVAK, BELL, DUNNE),
            *(held(who, 2, start=100 * n) for n, who in enumerate([HUSSAIN, NOVAK, BELL, DUNNE], 1)),
            absence(DUNNE, DAY - timedelta(40), **more),
        )
    )


def test_leavers_and_who_is_off_sick_make_one_scenario_for_the_day_all_has_come_about() -> None:
    found = ready.ready(service())
    assert found is not None
    assert found.changes == (
        Absent(iro="c-dunne", name="C. Dunne", day=DAY, last=None, cover=True, reason="leave"),
        Leaves(iro="h-novak", name="H. Novak", day=date(2027, 1, 22)),
        ContractEnds(iro="r-bell", name="R. Bell", day=date(2027, 3, 5)),
    )
    assert found.day == date(2027, 3, 6)
    assert found.name == "H. Novak and R. Bell leave, C. Dunne away"
    assert ready.offer(service()) == "2 IROs are leaving, 1 is away for long"


def test_one_iro_alone_can_be_asked_for() -> None:
    found = ready.ready(service(), "h-novak")
    assert found and found.name == "H. Novak leaves" and found.day == date(2027, 1, 23)


def test_who_is_to_hand_over_hands_over_and_a_short_absence_is_none() -> None:
    handing = ready.away(service(keeps_children=False))
    assert [change.cover for change in handing] == [False]
    assert ready.away(service(last=DAY + timedelta(7))) == ()
    assert ready.away(service(working=0.5)) == ()


def test_nothing_is_offered_where_everything_is_planned_already() -> None:
    planned = world(
        snapshot(
            *(HUSSAIN, NOVAK, DUNNE),
            held(NOVAK, 1),
            allocation("C-100", HUSSAIN, date(2027, 1, 23), id="C-100/2"),
            held(DUNNE, 1, start=200),
            allocation("C-200", HUSSAIN, DAY, id="C-200/2", type="cover"),
            absence(DUNNE, DAY - timedelta(40)),
        )
    )
    # H. Novak's child is with A. Hussain from the day after, C. Dunne's is covered.
    assert ready.ready(planned) is None and ready.offer(planned) == ""


def test_name_and_day_follow_the_changes_until_the_manager_gives_their_own() -> None:
    scenario = Scenario(id="scenario-1", name="R. Bell leaves", day=date(2027, 4, 1))
    bell = Leaves(iro="r-bell", name="R. Bell", day=date(2027, 3, 31))
    one = ready.with_change(scenario, bell, DAY)
    assert (one.name, one.day, one.changes) == ("R. Bell leaves", date(2027, 4, 1), (bell,))
    new = Joins(iro=iro("New IRO", first_day=date(2027, 5, 3)))
    two = ready.with_change(one, new, DAY)
    assert (two.name, two.day) == ("R. Bell leaves, New IRO joins", date(2027, 5, 3))
    three = ready.with_change(two, Demand(per_month=12, day=DAY), DAY)
    assert three.name == "R. Bell leaves, New IRO joins, 1 more"
    own = ready.without_change(Scenario(id="s", name="Plan B", day=DAY, changes=three.changes), new, DAY)
    assert (own.name, own.day, len(own.changes)) == ("Plan B", DAY, 2)


def test_a_change_looked_at_anew_takes_the_place_of_the_one_before() -> None:
    before = Demand(per_month=10, day=DAY)
    scenario = Scenario(id="s", name="More", day=DAY, changes=(before,))
    after = ready.with_change(scenario, Demand(per_month=12, day=DAY), DAY, before)
    assert [change.words for change in after.changes] == ["12 more referrals a month from 23 Nov 2026"]
