from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from iro_allocator.domain import Snapshot
from iro_allocator.errors import Explained
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.proposal import Proposal, effect
from iro_allocator.solver.solve import solve
from tests.builders import DAY, allocation, barred, case, held, iro, small_service, snapshot

HUSSAIN, CARTER, DUNNE = iro("A. Hussain"), iro("B. Carter"), iro("C. Dunne")


def propose(service: Snapshot) -> Proposal:
    return Proposal.of(solve(Problem.of(service, DAY)))


def waiting_family() -> Snapshot:
    return snapshot(
        HUSSAIN,
        CARTER,
        DUNNE,
        held(HUSSAIN, 6),
        held(CARTER, 3, start=200),
        held(DUNNE, 5, start=300),
        [case(f"C-40{n}", family="Fam-4") for n in range(2)],
        barred("C-400", DUNNE),
    )


def test_a_family_is_one_move_with_reasons_and_every_other_iro() -> None:
    (move,) = propose(waiting_family()).moves
    assert (move.cases, move.family, move.before, move.after) == (("C-400", "C-401"), "Fam-4", None, CARTER.id)
    assert "B. Carter is below their share" in move.reasons[0]
    assert [candidate.iro for candidate in move.candidates] == [CARTER.id, HUSSAIN.id, DUNNE.id]
    assert move.candidates[2].cannot == "may not have C-400: was the child's team manager"
    assert move.candidates[1].difference > 0


def test_accepting_gives_one_step_that_keeps_the_suggestion() -> None:
    service = waiting_family()
    proposal = propose(service)
    step = proposal.step(service, proposal.moves)
    after = step.apply(service)
    assert step.label == "Allocate 2 children (1 family)"
    assert [row.iro for child in ("C-400", "C-401") if (row := after.allocation_on(child, DAY))] == [CARTER.id] * 2
    suggestion = step.detail["suggestion"]
    assert suggestion["gap_points"] <= 0.1
    assert suggestion["moves"][0]["suggested"] == suggestion["moves"][0]["accepted"] == CARTER.id
    assert not propose(after).moves


def test_another_choice_needs_a_reason_and_stays_beside_the_suggestion() -> None:
    service = waiting_family()
    proposal = propose(service)
    (move,) = proposal.moves
    with pytest.raises(Explained, match="short reason"):
        proposal.choose(move, HUSSAIN.id, " ")
    with pytest.raises(Explained, match="may not have C-400"):
        proposal.choose(move, DUNNE.id, "wants her")
    with pytest.raises(Explained, match="no IRO nobody"):
        proposal.choose(move, "nobody", "who?")
    other = proposal.choose(move, HUSSAIN.id, "knows the school")
    (chosen,) = other.moves
    assert (chosen.after, chosen.suggested, chosen.reasons) == (HUSSAIN.id, CARTER.id, ("knows the school",))
    step = other.step(service, other.moves)
    assert step.reason == "knows the school"
    assert step.detail["suggestion"]["moves"][0]["suggested"] == CARTER.id
    assert other.choose(chosen, CARTER.id, "").moves[0].choice == ""


def test_loads_if_accepted_are_those_that_come_true() -> None:
    service = waiting_family()
    proposal = propose(service)
    promised = {load.iro: (load.load, load.children) for load in proposal.loads_if(proposal.moves)}
    assert {load.iro: (load.load, load.children) for load in proposal.result.loads} == promised
    before = {load.iro: load.children for load in proposal.loads_if(())}
    assert before == {HUSSAIN.id: 6, CARTER.id: 3, DUNNE.id: 5}


def test_some_may_be_accepted_and_the_rest_goes_on_waiting() -> None:
    service = snapshot(HUSSAIN, CARTER, case("C-1"), case("C-2"))
    proposal = propose(service)
    step = proposal.step(service, proposal.moves[:1])
    assert step.label == "Allocate 1 child (1 family)"
    assert [child.id for child in propose(step.apply(service)).problem.cases if child.iro is None] == ["C-2"]
    assert step.detail["suggestion"]["not_accepted"][0]["cases"] == ["C-2"]


def test_new_referrals_never_move_existing_children() -> None:
    service = small_service()
    proposal = propose(service)
    after = proposal.step(service, proposal.moves).apply(service)
    for child in service.open_cases(DAY):
        before = service.allocation_on(child.id, DAY)
        if before is not None:
            assert after.allocation_on(child.id, DAY) == before


def test_who_returns_goes_back_to_the_former_iro_and_is_told_so() -> None:
    past = allocation("C-1", CARTER, start=DAY - timedelta(900), end=DAY - timedelta(400))
    (move,) = propose(snapshot(HUSSAIN, CARTER, case("C-1"), past)).moves
    assert move.after == CARTER.id
    assert "B. Carter was their IRO before" in move.reasons


def test_the_effect_of_one_move_is_known_before_it_is_made() -> None:
    service = waiting_family()
    found = effect(Problem.of(service, DAY, mode="rebalance", focus=["C-100"]))
    assert found[0].iro == HUSSAIN.id
    assert found[0].difference == 0
    to_carter = next(candidate for candidate in found if candidate.iro == CARTER.id)
    assert to_carter.charges["continuity"] > 0
    assert to_carter.load == 4.0
    new = effect(Problem.of(service, DAY, mode="rebalance", focus=["C-400", "C-401"]))
    assert (new[0].iro, new[0].difference) == (CARTER.id, 0.0)
    nobody = effect(Problem.of(snapshot(replace(HUSSAIN, takes=("CP",)), case("C-1")), DAY, focus=["C-1"]))
    assert [candidate.cannot for candidate in nobody] == ["does not take LAC"]
