"""Who cannot keep the IRO they have, and the sentence that says why. No window."""

from datetime import timedelta

from iro_allocator import sample
from iro_allocator.domain import Snapshot
from iro_allocator.solver.problem import Problem
from iro_allocator.ui.caseload_rows import lines
from iro_allocator.ui.must_move import in_words, must_move
from tests.builders import DAY, barred, held, iro, snapshot, world
from tests.ui.caseload_service import CARTER, DUNNE, HUSSAIN, service


def test_a_child_whose_iro_is_barred_or_gone_needs_another_and_the_sentence_says_why() -> None:
    gone = iro("Z. Gone", last_day=DAY - timedelta(1))
    broken = world(
        snapshot(
            *(HUSSAIN, CARTER, DUNNE, gone),
            held(gone, 2),
            held(HUSSAIN, 1, start=200),
            held(DUNNE, 1, start=300),
            barred("C-200", HUSSAIN),
        )
    )
    found = must_move(broken)
    assert [(each.case, each.iro) for each in found] == [
        ("C-200", "a-hussain"),
        ("C-300", "c-dunne"),
        ("C-100", "z-gone"),
        ("C-101", "z-gone"),
    ]
    assert in_words(broken, found) == (
        "4 children need another IRO. Z. Gone has left (2 children); "
        "C-200: A. Hussain may not have this child: was the child's team manager; "
        "C-300: C. Dunne does not take LAC."
    )
    assert lines(broken, HUSSAIN.id)[0].must
    assert in_words(world(service()), ()) == ""
    assert must_move(world(service())) == ()


def test_who_needs_another_iro_is_who_the_solver_holds_not_to_be_held() -> None:
    records = {(record.kind, record.id): record for record in sample.service(iros=8, children=160, on=DAY)}
    whole = Snapshot.of(records.values())
    for when in (DAY, DAY + timedelta(100), DAY + timedelta(250), DAY + timedelta(400)):
        there = world(whole, when)
        barring = [
            barred(case.id, load.iro.id)
            for load in there.loads.loads[:3]
            for case in there.loads.by_iro.get(load.iro.id, ())[:2]
        ]
        there = world(Snapshot.of([*(r for k, r in records.items() if k[0] != "barred"), *barring]), when)
        problem = Problem.of(there.snapshot, when, mode="leavers")
        known = {one.id for one in problem.cases if one.iro is not None and not problem.is_held(one)}
        assert {each.case for each in must_move(there)} == known
        assert known
