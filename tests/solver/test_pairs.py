"""What rules and terms say is the same, whether they are asked of everybody together or of one unit and one IRO."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from iro_allocator.solver.pairs import Pairs, blocks
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.rules import RULES
from iro_allocator.solver.terms import TERMS, Pair
from tests.solver.problems import case, iro, problem, problems

QUESTIONS = [*(rule.against for rule in RULES), *(term.shape.cost for term in TERMS if isinstance(term.shape, Pair))]


@given(problems())
@settings(max_examples=60)
def test_one_pair_is_told_the_same_as_all_together(task: Problem) -> None:
    together = Pairs(task, task.units)
    for ask in QUESTIONS:
        whole = np.broadcast_to(ask(together), together.shape)
        for i in range(len(task.iros)):
            each = Pairs(task, task.units, np.full(len(task.units), i))
            assert np.broadcast_to(ask(each), each.shape).tolist() == pytest.approx(whole[:, i].tolist(), abs=1e-12)
        for g, unit in enumerate(task.units):
            alone = Pairs(task, [unit])
            assert np.broadcast_to(ask(alone), alone.shape)[0].tolist() == pytest.approx(whole[g].tolist(), abs=1e-12)


def test_every_unit_is_in_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    task = problem([iro("i1"), iro("i2")], [case(f"c{n}") for n in range(7)])
    monkeypatch.setattr("iro_allocator.solver.pairs.BLOCK", 6)
    some = [(rows.start, rows.stop, [unit.id for unit in pairs.units]) for rows, pairs in blocks(task, task.units)]
    assert some == [(0, 3, ["c0", "c1", "c2"]), (3, 6, ["c3", "c4", "c5"]), (6, 7, ["c6"])]


def test_what_is_the_same_for_a_unit_or_for_an_iro_meets_in_a_pair() -> None:
    task = problem([iro("i1"), iro("i2", available=0.5)], [case(f"c{n}", family="f") for n in range(5)])
    for chosen, expected in ((None, [[0.0, 2.0]]), (np.array([1]), [2.0]), (np.array([0]), [0.0])):
        pairs = Pairs(task, task.units, chosen)
        seldom = pairs.of_iro((task.available < 0.8).astype(float))
        assert (seldom * pairs.of_unit(lambda unit: max(0, len(unit.cases) - 3))).tolist() == expected


def test_an_answer_that_is_nothing_for_all_has_no_shape() -> None:
    pairs = Pairs(task := problem([iro("i1"), iro("i2")], [case("c0", "i1")]), task.units)
    assert pairs.of_iro(np.zeros(2)).shape == pairs.of_unit(lambda unit: 0).shape == pairs.has(lambda _: ()).shape == ()
