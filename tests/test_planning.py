"""What-if with a plan: W5 and W6, cover that ends by itself, adopting as one step, and what Wednesday changed."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from iro_allocator import planning
from iro_allocator.allocating import allocate, bar, pin
from iro_allocator.caseload import caseloads
from iro_allocator.coming import coming
from iro_allocator.domain import (
    Absent,
    Change,
    Demand,
    HoursChange,
    Joins,
    Leaves,
    Record,
    Scenario,
    Snapshot,
)
from iro_allocator.edits import Edit, Step, added
from iro_allocator.errors import Explained, Stale
from iro_allocator.planning import WhatIf, adoption
from iro_allocator.solver.frontier import Frontier
from iro_allocator.workspace import Overtaken, Workspace, make_sample
from tests.builders import DAY, allocation, case, held, iro, snapshot

HUSSAIN, CARTER, OKAFOR = iro("A. Hussain"), iro("B. Carter"), iro("D. Okafor")
BELL = iro("R. Bell", employment="interim")
MONDAY, LAST, APRIL = DAY, date(2027, 3, 31), date(2027, 4, 1)
LEAVES = Leaves(iro=BELL.id, name=BELL.name, day=LAST)
SERVICE = snapshot(
    HUSSAIN, CARTER, BELL, held(HUSSAIN, 6), held(CARTER, 6, start=200), held(BELL, 4, start=300), [case("C-400")]
)


def of(*changes: Change, day: date = APRIL) -> Scenario:
    return Scenario(id="scenario-1", name="Spring", day=day, changes=changes)


def worked_out(service: Snapshot, *changes: Change, day: date = APRIL) -> WhatIf:
    return planning.what_if(planning.prepare(service, of(*changes, day=day)))


def changed(service: Snapshot, *edits: Edit) -> Snapshot:
    return Step("meanwhile", edits).apply(service)


def holder(service: Snapshot, child: str, day: date) -> str:
    row = service.allocation_on(child, day)
    return row.iro if row else ""


# -- the figures published and derived ---------------------------------------------------------------


def kirklees() -> Snapshot:
    """699 looked-after and 438 CP children with 17.0 FTE (Kirklees IRO annual report 2016-17)."""
    hours = [37.0] * 16 + [18.5] * 2
    records: list[Record] = []
    number = 0
    for n, each in enumerate(hours):
        who = iro(f"P. {n:02}", each)
        many = round(1137 * sum(hours[: n + 1]) / sum(hours)) - number
        types = ["LAC" if m < 699 else "CP" for m in range(number, number + many)]
        children = [case(f"C-{number + m:04}", type) for m, type in enumerate(types)]
        records += [who, *children, *(allocation(child, who) for child in children)]
        number += many
    return snapshot(records)


def leaves(number: int) -> Leaves:
    return Leaves(iro=f"p-{number:02}", name=f"P. {number:02}", day=LAST)


def told(made: WhatIf) -> tuple[float, float, float]:
    """FTE, children for each, and FTE short after the changes, as they are written."""
    return round(made.after.fte, 1), round(made.after.per_fte, 1), round(made.after.short_fte, 2)


def test_w5_one_and_a_half_fte_leave() -> None:
    service = kirklees()
    made = worked_out(service, leaves(0), leaves(17))
    assert (made.before.children, round(made.before.fte, 1), round(made.before.per_fte, 1)) == (1137, 17.0, 66.9)
    assert told(made) == (15.5, 73.4, 0.74)
    gone = sum(load.children for load in caseloads(service, DAY).loads if load.iro.id in ("p-00", "p-17"))
    assert made.after.children_who_change == made.after.children_who_must == gone
    # The fairest plan there is: whole children, so nobody is further from the share than one child.
    assert made.after.furthest_share_difference <= 1 / 36.6
    assert made.after.waiting == 0


def test_w6_and_one_more_fte_is_off_sick() -> None:
    sick = Absent(iro="p-01", name="P. 01", day=date(2027, 3, 1))
    made = worked_out(kirklees(), leaves(0), leaves(17), sick)
    assert told(made) == (14.5, 78.4, 1.74)
    assert made.after.furthest_share_difference <= 1 / 39.2
    assert made.after.waiting == 0


# -- before, after, the plan -------------------------------------------------------------------------


def test_only_those_move_who_must_unless_more_may() -> None:
    made = worked_out(SERVICE, LEAVES)
    assert {move.before for move in made.handovers} == {BELL.id}
    assert (made.after.children_who_change, made.after.children_who_must) == (4, 4)
    assert made.base.allocation == SERVICE.allocation  # nothing is changed by looking
    lopsided = snapshot(HUSSAIN, CARTER, held(HUSSAIN, 20), held(CARTER, 4, start=200))
    hours = HoursChange(iro=CARTER.id, name=CARTER.name, day=APRIL, contracted_hours=30)
    prepared = planning.prepare(lopsided, of(hours))
    assert planning.what_if(prepared).handovers == ()
    some = planning.what_if(prepared, max_moves=3)
    assert (some.after.children_who_change, some.after.children_who_must) == (3, 0)


def test_figures_are_of_the_moves_a_person_keeps() -> None:
    made = worked_out(SERVICE, LEAVES)
    none, one = made.after_if(()), made.after_if(made.handovers[:1])
    assert (none.children_who_change, one.children_who_change) == (0, 1)
    loads = caseloads(made.snapshot_if(made.handovers[:1]), made.day)
    assert sum(load.children for load in loads.loads if load.iro.id != BELL.id) == 13


def test_a_quick_answer_comes_first() -> None:
    heard: list[WhatIf] = []
    made = planning.what_if(planning.prepare(SERVICE, of(LEAVES)), progress=heard.append)
    assert heard and heard[0].proposal is not None
    assert made.final and made.proposal is not None
    assert made.proposal.result.objective <= heard[0].proposal.result.objective + 1e-9


def test_points_of_the_frontier_are_plans_to_review() -> None:
    service = snapshot(
        HUSSAIN, CARTER, OKAFOR, held(HUSSAIN, 16), held(CARTER, 4, start=200), held(OKAFOR, 4, start=300)
    )
    prepared = planning.prepare(service, of(Leaves(iro=OKAFOR.id, name=OKAFOR.name, day=LAST)))
    heard: list[Frontier] = []
    found = planning.frontier_of(prepared, progress=heard.append)
    assert heard and len(found.points) > 2
    for point in found.points:
        there = planning.at(prepared, found, point)
        assert there.after.children_who_change == point.children_moved + 4
        assert there.after.furthest_share_difference == pytest.approx(point.furthest_share_difference)
        assert there.after.rms_share_difference == pytest.approx(point.rms_share_difference)
        assert all(move.reasons for move in there.handovers)
    even = planning.at(prepared, found, found.points[-1])
    assert even.proposal and even.proposal.words == "proven: nothing evener with 4 children moved"
    step = adoption(service, even).step
    assert step.detail["suggestion"]["evenness"] == even.proposal.words


def test_a_move_given_to_somebody_else_changes_the_sum_at_once() -> None:
    service = snapshot(HUSSAIN, CARTER, BELL, held(HUSSAIN, 6), held(CARTER, 6, start=200), held(BELL, 4, start=300))
    made = worked_out(service, LEAVES)
    assert made.proposal is not None
    move = made.handovers[0]
    other = HUSSAIN.id if move.after == CARTER.id else CARTER.id
    chosen = replace(made, proposal=made.proposal.choose(move, other, "knows the school"))
    assert [m.after for m in chosen.handovers if m.cases == move.cases] == [other]
    assert (made.after.furthest_share_difference, chosen.after.furthest_share_difference) == (0.0, 0.125)
    step = adoption(service, chosen).step
    row = step.apply(service).allocation_on(move.cases[0], APRIL)
    assert row and (row.iro, row.reason) == (other, "knows the school")
    assert step.reason == "knows the school"


# -- cover -------------------------------------------------------------------------------------------

FIRST = date(2027, 1, 11)
EIGHT_WEEKS = FIRST + timedelta(weeks=8, days=-1)


def covering(last: date | None) -> tuple[Snapshot, WhatIf]:
    """A. Hussain, with 12 children, is off; B. Carter and D. Okafor, with 6 each, cover."""
    service = snapshot(
        HUSSAIN, CARTER, OKAFOR, held(HUSSAIN, 12), held(CARTER, 6, start=200), held(OKAFOR, 6, start=300)
    )
    away = Absent(iro=HUSSAIN.id, name=HUSSAIN.name, day=FIRST, last=last, cover=True)
    made = worked_out(service, away, day=FIRST)
    return adoption(service, made).step.apply(service), made


def test_cover_of_eight_weeks_is_shared_out_fairly_and_ends_by_itself() -> None:
    service, made = covering(EIGHT_WEEKS)
    assert (made.handovers, made.after.children_who_change, made.after.children_covered) == ((), 0, 12)
    assert made.after.furthest_share_difference == 0.0
    theirs = [f"C-{n}" for n in range(100, 112)]
    for day in (FIRST, EIGHT_WEEKS):
        assert {holder(service, child, day) for child in theirs} == {HUSSAIN.id}
        covers = [cover.iro for child in theirs if (cover := service.cover_on(child, day))]
        assert sorted(covers) == [CARTER.id] * 6 + [OKAFOR.id] * 6
        loads = caseloads(service, day)
        assert [(load.iro.name, load.children, load.load, load.work) for load in loads.loads] == [
            ("A. Hussain", 12, 12.0, 0.0),
            ("B. Carter", 6, 6.0, 12.0),
            ("D. Okafor", 6, 6.0, 12.0),
        ]
    for day in (FIRST - timedelta(1), EIGHT_WEEKS + timedelta(1), date(2028, 1, 1)):
        assert {holder(service, child, day) for child in theirs} == {HUSSAIN.id}
        assert not any(service.cover_on(child, day) for child in theirs)
        assert [load.work for load in caseloads(service, day).loads] == [12.0, 6.0, 6.0]


def test_cover_ends_when_an_absence_gets_its_end_and_not_before() -> None:
    service, _ = covering(None)
    assert service.cover_on("C-100", date(2029, 1, 1))
    (away,) = service.absence.values()
    back = changed(service, Edit(away, replace(away, last=date(2027, 2, 5))))
    assert back.cover_on("C-100", date(2027, 2, 5))
    assert back.cover_on("C-100", date(2027, 2, 6)) is None
    # Longer after all: the cover goes on, again without anybody doing anything.
    longer = changed(back, Edit(back.absence[away.id], replace(away, last=date(2027, 4, 30))))
    assert longer.cover_on("C-100", date(2027, 4, 30))


def test_cover_does_not_come_back_with_the_next_absence() -> None:
    service, _ = covering(EIGHT_WEEKS)
    later = replace(next(iter(service.absence.values())), id="later", first=date(2028, 1, 10), last=date(2028, 1, 20))
    assert changed(service, Edit(None, later)).cover_on("C-100", date(2028, 1, 12)) is None


def test_the_same_iro_may_cover_again_another_year() -> None:
    service, _ = covering(EIGHT_WEEKS)
    first = service.cover_on("C-100", FIRST)
    assert first is not None
    again = replace(next(iter(service.absence.values())), id="again", first=date(2028, 1, 10), last=date(2028, 1, 20))
    service = changed(service, Edit(None, again))
    service = changed(service, *allocate(service, ["C-100"], first.iro, again.first, "knows them", "cover"))
    assert [(row.start, row.end) for row in service.cover_by_case["C-100"]] == [
        (FIRST, EIGHT_WEEKS + timedelta(1)),
        (again.first, None),
    ]
    assert service.cover_on("C-100", again.first)
    assert service.cover_on("C-100", date(2028, 1, 21)) is None


def test_a_child_who_gets_another_iro_is_covered_no_longer() -> None:
    service, _ = covering(EIGHT_WEEKS)
    given = changed(service, *allocate(service, ["C-100"], OKAFOR.id, FIRST + timedelta(7), "asked for it"))
    assert given.cover_on("C-100", FIRST) is not None
    assert given.cover_on("C-100", FIRST + timedelta(7)) is None


def test_an_absence_with_reallocation_moves_the_children_for_good() -> None:
    service, _ = covering(EIGHT_WEEKS)
    away = Absent(iro=CARTER.id, name=CARTER.name, day=date(2027, 5, 3), last=date(2027, 6, 25))
    made = worked_out(service, away, day=date(2027, 5, 4))
    after = adoption(service, made, today=MONDAY).step.apply(service)
    assert (len(made.cover), made.after.children_who_change) == (0, 6)
    assert holder(after, "C-200", date(2027, 5, 2)) == CARTER.id
    assert holder(after, "C-200", date(2027, 5, 3)) != CARTER.id  # on the first day away
    assert holder(after, "C-200", date(2028, 1, 1)) != CARTER.id


# -- adopting ----------------------------------------------------------------------------------------


def test_adopting_is_one_step_with_staff_and_moves_and_undone_in_one() -> None:
    joins = Joins(iro=iro("N. Aziz", 30, first_day=date(2027, 3, 1)), induction=((4, 0.5),))
    made = worked_out(
        SERVICE, LEAVES, joins, HoursChange(iro=CARTER.id, name="B. Carter", day=APRIL, contracted_hours=22)
    )
    found = adoption(SERVICE, made)
    after = found.step.apply(SERVICE)
    assert found.left_out == ()
    assert found.step.label == "Adopt “Spring”, 4 children change IRO"
    assert after.iro[BELL.id].last_day == LAST
    assert after.iro_on(CARTER, APRIL).contracted_hours == 22
    assert "n-aziz" in {holder(after, f"C-{n}", APRIL) for n in range(300, 304)}
    assert all(holder(after, f"C-{n}", LAST) == BELL.id for n in range(300, 304))
    assert all(holder(after, f"C-{n}", APRIL) not in ("", BELL.id) for n in range(300, 304))
    assert holder(after, "C-400", APRIL) == ""  # who waits is left to Referrals
    assert found.step.inverse.apply(after) == SERVICE
    assert found.step.detail["scenario"]["changes"] == [change.words for change in made.scenario.changes]
    assert found.step.detail["suggestion"]["not_accepted"] == []


def test_what_is_adopted_for_a_day_to_come_is_shown_as_coming_until_then() -> None:
    after = adoption(SERVICE, worked_out(SERVICE, LEAVES)).step.apply(SERVICE)
    assert [(each.day, each.words) for each in coming(after, MONDAY)] == [
        (LAST, "R. Bell’s contract ends on 31 Mar 2027"),
        (APRIL, "4 children of R. Bell go to A. Hussain and B. Carter"),
    ]
    assert coming(after, APRIL) == ()


def test_nobody_is_left_with_an_iro_who_has_gone() -> None:
    early = replace(OKAFOR, last_day=date(2027, 1, 22))
    service = snapshot(HUSSAIN, CARTER, BELL, early, held(OKAFOR, 3), held(BELL, 3, start=200))
    after = adoption(service, worked_out(service, LEAVES), today=MONDAY).step.apply(service)
    assert holder(after, "C-100", date(2027, 1, 22)) == OKAFOR.id
    assert holder(after, "C-100", date(2027, 1, 23)) not in ("", OKAFOR.id)
    assert holder(after, "C-200", LAST) == BELL.id
    already = adoption(service, worked_out(service, LEAVES), today=date(2027, 2, 15)).step.apply(service)
    assert holder(already, "C-100", date(2027, 2, 14)) == OKAFOR.id  # nothing is dated back
    assert holder(already, "C-100", date(2027, 2, 15)) != OKAFOR.id


def test_children_drawn_for_the_scenario_are_never_adopted() -> None:
    made = worked_out(SERVICE, LEAVES, Demand(per_month=6, day=MONDAY))
    assert made.after.children > 17
    after = adoption(SERVICE, made).step.apply(SERVICE)
    assert after.case == SERVICE.case


def test_fewer_referrals_never_hide_a_child_who_needs_another_iro() -> None:
    made = worked_out(SERVICE, LEAVES, Demand(per_month=-2, day=MONDAY))
    assert made.after.children < 17
    found = adoption(SERVICE, made)
    assert found.left_out == ()
    after = found.step.apply(SERVICE)
    assert BELL.id not in {holder(after, f"C-{n}", APRIL) for n in range(300, 304)}
    assert after.case == SERVICE.case


def test_some_moves_can_be_left_out() -> None:
    made = worked_out(SERVICE, LEAVES)
    first = made.handovers[:1]
    after = adoption(SERVICE, made, first).step.apply(SERVICE)
    moved = [child for child in SERVICE.case if holder(after, child, APRIL) != holder(SERVICE, child, APRIL)]
    assert moved == list(first[0].cases)
    assert len(adoption(SERVICE, made, first).step.detail["suggestion"]["not_accepted"]) >= 3


# -- a scenario of Monday, adopted after Wednesday ---------------------------------------------------

WEDNESDAY = MONDAY + timedelta(2)


def wednesday(service: Snapshot) -> Snapshot:
    """Two referrals are allocated, one to the leaver; of hers one goes to another, one closes, one is pinned."""
    service = changed(service, *added([case("C-500", opened=WEDNESDAY), case("C-501", opened=WEDNESDAY)]))
    service = changed(service, *allocate(service, ["C-500"], BELL.id, WEDNESDAY, "nearest"))
    service = changed(service, *allocate(service, ["C-501", "C-400"], HUSSAIN.id, WEDNESDAY, "below share"))
    service = changed(service, *allocate(service, ["C-300"], CARTER.id, WEDNESDAY, "asked for a change"))
    closed = service.case["C-301"]
    service = changed(service, Edit(closed, replace(closed, closed=WEDNESDAY)))
    return changed(service, *pin(service, ["C-302"], WEDNESDAY, True, "in court"))


def test_wednesday_s_work_is_neither_lost_nor_overwritten() -> None:
    made = worked_out(SERVICE, LEAVES)
    now = wednesday(SERVICE)
    found = adoption(now, made, today=WEDNESDAY)
    after = found.step.apply(now)
    assert [holder(after, child, APRIL) for child in ("C-500", "C-501", "C-400", "C-300", "C-302")] == [
        BELL.id,
        HUSSAIN.id,
        HUSSAIN.id,
        CARTER.id,
        BELL.id,
    ]
    assert after.case == now.case
    assert after.allocations_by_case["C-300"] == now.allocations_by_case["C-300"]
    pinned = after.allocation_on("C-302", APRIL)
    assert pinned and pinned.pinned
    assert holder(after, "C-303", APRIL) != BELL.id  # what still fits is adopted
    assert sorted(found.left_out) == [
        "C-300 is with B. Carter on 1 Apr 2027: decided otherwise since, and left as it is.",
        "C-301: the case is closed from 25 Nov 2026.",
        "C-302 is with R. Bell on 1 Apr 2027: decided otherwise since, and left as it is.",
        "C-500 came to R. Bell since: not in this plan, needs another IRO from 1 Apr 2027.",
    ]
    assert found.step.inverse.apply(after) == now


def test_a_bar_recorded_since_is_kept() -> None:
    made = worked_out(SERVICE, LEAVES)
    move = made.handovers[0]
    now = changed(SERVICE, *bar(SERVICE, move.cases, move.after, WEDNESDAY, "a conflict"))
    found = adoption(now, made)
    assert holder(found.step.apply(now), move.cases[0], APRIL) == BELL.id
    assert found.left_out == (
        f"{move.cases[0]}: {now.iro[move.after].name} may not have this child, by what is recorded since.",
    )


def test_who_stays_after_all_keeps_the_children() -> None:
    made = worked_out(SERVICE, LEAVES)
    now = changed(SERVICE, Edit(BELL, replace(BELL, last_day=date(2027, 9, 30))))
    found = adoption(now, made)
    assert not found.step
    assert found.left_out[0] == "R. Bell leaves on 31 Mar 2027: R. Bell’s last day is 30 Sep 2027 since."
    assert found.left_out[1] == "C-300 stays with R. Bell, whose change no longer fits."


def test_who_is_to_take_children_and_has_gone_gets_none() -> None:
    made = worked_out(SERVICE, LEAVES)
    now = changed(SERVICE, Edit(CARTER, replace(CARTER, last_day=date(2027, 2, 1))))
    found = adoption(now, made)
    assert {holder(found.step.apply(now), f"C-{n}", APRIL) for n in range(300, 304)} == {BELL.id, HUSSAIN.id}
    assert any("B. Carter is not there on 1 Apr 2027 to take this child." in said for said in found.left_out)


# -- with a store ------------------------------------------------------------------------------------


@pytest.fixture
def workspace(tmp_path: Path) -> Iterable[Workspace]:
    with closing(Workspace.create(tmp_path / "service.iro", passphrase="three blind mice")) as opened:
        opened.commit(Step("Start", added(SERVICE.records())))
        yield opened


def test_scenarios_are_kept_renamed_copied_deleted_and_each_undone(workspace: Workspace) -> None:
    scenario = of(LEAVES, Absent(iro=CARTER.id, name="B. Carter", day=MONDAY, cover=True))
    world = workspace.save_scenario(scenario)
    assert dict(world.snapshot.scenario) == {"scenario-1": scenario}
    assert world.undo == "New scenario “Spring”"
    world = workspace.save_scenario(replace(scenario, name="Summer"))
    assert world.undo == "Rename “Spring”: scenario “Summer”"
    world = workspace.duplicate_scenario(world.snapshot.scenario["scenario-1"])
    assert [row.name for row in world.snapshot.scenario.values()] == ["Summer", "Summer (2)"]
    world = workspace.delete_scenario(world.snapshot.scenario["scenario-1"])
    assert [row.name for row in world.snapshot.scenario.values()] == ["Summer (2)"]
    for names in (["Summer", "Summer (2)"], ["Summer"], ["Spring"], []):
        world = workspace.undo()
        assert [row.name for row in world.snapshot.scenario.values()] == names
    assert world.snapshot == SERVICE
    assert workspace.check().faults == ()


def test_a_kept_scenario_is_adopted_after_a_backup_and_comes_back_with_the_undo(
    workspace: Workspace, tmp_path: Path
) -> None:
    world = workspace.save_scenario(of(LEAVES))
    made = workspace.what_if(world, world.snapshot.scenario["scenario-1"])
    after = workspace.adopt(made)
    assert [path.name for path in tmp_path.glob("service.iro backups/*adoption*")] != []
    assert dict(after.snapshot.scenario) == {}
    assert after.undo == "Adopt “Spring”, 4 children change IRO"
    assert workspace.undo().snapshot == world.snapshot


def test_adopting_refuses_by_name_what_the_present_has_overtaken_and_writes_nothing(workspace: Workspace) -> None:
    world = workspace.world(MONDAY)
    made = workspace.what_if(world, of(LEAVES))
    moved = workspace.commit(Step("Meanwhile", allocate(SERVICE, ["C-300"], CARTER.id, WEDNESDAY, "asked for it")))
    with pytest.raises(Overtaken, match=r"C-300 is with B\. Carter") as told:
        workspace.adopt(made)
    assert len(told.value.left_out) == 1
    assert workspace.world().snapshot == moved.snapshot
    after = workspace.adopt(made, what_fits=True).snapshot
    assert [holder(after, f"C-{n}", APRIL) == BELL.id for n in range(300, 304)] == [False] * 4
    assert after.allocations_by_case["C-300"] == moved.snapshot.allocations_by_case["C-300"]


def test_adopting_what_is_adopted_already_changes_nothing(workspace: Workspace) -> None:
    made = workspace.what_if(workspace.world(MONDAY), of(LEAVES))
    after = workspace.adopt(made).snapshot
    with pytest.raises(Overtaken):
        workspace.adopt(made)
    with pytest.raises(Explained, match="nothing to change"):
        workspace.adopt(made, what_fits=True)
    assert workspace.world().snapshot == after


def test_a_colleague_s_change_between_look_and_write_is_not_overwritten(workspace: Workspace) -> None:
    made = workspace.what_if(workspace.world(MONDAY), of(LEAVES))
    look = workspace.adoption(made)
    workspace.commit(Step("Colleague", allocate(SERVICE, ["C-300"], CARTER.id, WEDNESDAY, "asked for it")))
    now = workspace.world().snapshot
    with pytest.raises(Stale, match="C-300"):
        workspace.commit(look.step)
    assert workspace.world().snapshot == now


def test_a_scenario_changed_by_a_colleague_is_not_taken_out(workspace: Workspace) -> None:
    made = workspace.what_if(workspace.save_scenario(of(LEAVES)), of(LEAVES))
    more = of(LEAVES, Absent(iro=CARTER.id, name="B. Carter", day=MONDAY))
    workspace.save_scenario(more)
    assert dict(workspace.adopt(made).snapshot.scenario) == {"scenario-1": more}


def test_leavers_of_a_day_to_come_are_dated_from_that_day(tmp_path: Path) -> None:
    with closing(make_sample(tmp_path / "sample.iro", iros=8, children=120, on=MONDAY)) as workspace:
        world = workspace.world(MONDAY)
        going = min((i for i in world.snapshot.iro.values() if i.last_day and i.last_day >= MONDAY), key=lambda i: i.id)
        assert going.last_day
        day = going.last_day + timedelta(1)
        theirs = {case.id for case in world.loads.by_iro[going.id]}
        after = workspace.apply(workspace.propose(world, "leavers", on=day)).snapshot
        assert {holder(after, child, going.last_day) for child in theirs} == {going.id}
        assert going.id not in {holder(after, child, day) for child in theirs}
