"""One run in a process of its own: `python -m tests.bench.child WHAT PROBLEM.json SECONDS`.

What happens is told as JSON objects, a line each, with `seconds` since the problem was read. Plans are
priced here, exactly and by the program's own `Board`; one that breaks a rule is told as such.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import highspy

from iro_allocator.solver import model, proof
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.exchange import read_problem
from iro_allocator.solver.frontier import Point, frontier
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.proposal import Proposal
from iro_allocator.solver.score import Progress
from iro_allocator.solver.solve import solve
from tests.bench.peers import PEERS

Say = Callable[..., None]


class Telling:
    """Prices what a peer tells, and passes it on."""

    def __init__(self, board: Board, say: Say) -> None:
        self._board, self._say, self._began = board, say, time.monotonic()

    def plan(self, plan: Plan | None, seconds: float | None = None) -> None:
        now = time.monotonic() - self._began if seconds is None else seconds
        kept = plan is not None and self._keeps_the_rules(plan)
        if plan is not None and kept:
            self._say("plan", seconds=now, best=self._board.objective(plan))
        else:
            self._say("broken", seconds=now)

    def built(self, **seconds: float) -> None:
        self._say("built", **seconds)

    def _keeps_the_rules(self, plan: Plan) -> bool:
        board = self._board
        allowed = all(board.allowed[g, i] for g, i in enumerate(plan.tolist()))
        within = board.budget is None or board.held_moved(plan) <= board.budget
        return allowed and within and board.keeps_apart(plan)


def ours(problem: Problem, seconds: float, say: Say) -> str:
    """The program's solver; for referrals and leavers with every child's ranked alternatives."""
    began = time.monotonic()

    def told(progress: Progress) -> None:
        say("plan", seconds=progress.seconds, best=progress.best, bound=progress.bound)

    result = solve(problem, time_limit=seconds, progress=told)
    say("plan", seconds=result.seconds, best=result.objective, bound=result.bound)
    if problem.mode != "rebalance":
        Proposal.of(result)
        say("alternatives", seconds=time.monotonic() - began)
    return "time" if result.stopped else "done"


def curve(problem: Problem, seconds: float, say: Say) -> str:
    """The frontier: how many points, and how many of them are proven, as it grows."""

    began = time.monotonic()

    def told(points: tuple[Point, ...]) -> None:
        apart = [point.rms_share_difference - point.rms_bound for point in points]
        say(
            "points",
            seconds=time.monotonic() - began,
            points=len(points),
            proven=sum(point.proven for point in points),
            furthest=max(apart, default=0.0),
        )

    found = frontier(problem, time_limit=seconds, progress=told)
    told(found.points)
    return "time" if found.stopped else "done"


def parts(problem: Problem, seconds: float, say: Say) -> str:
    """The program's solver with the proof in this process, to see what is PuLP's part of the time."""
    spent = {"model": 0.0, "highs": 0.0}

    def timed(key: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            before = time.monotonic()
            try:
                return work(*args, **named)
            finally:
                spent[key] += time.monotonic() - before

        return run

    proof.HERE_ARCS = proof.WORTH_A_CHILD = sys.maxsize
    model.solve = timed("model", model.solve)
    highspy.Highs.run = timed("highs", highspy.Highs.run)  # type: ignore[method-assign]
    result = solve(problem, time_limit=seconds)
    say("parts", whole=result.seconds, pulp=spent["model"] - spent["highs"], highs=spent["highs"])
    return "time" if result.stopped else "done"


OURS: dict[str, Callable[[Problem, float, Say], str]] = {"ours": ours, "frontier": curve, "parts": parts}


def main(what: str, file: str, seconds: float) -> None:
    # What solvers print must not come between the messages.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(kind: str, **facts: Any) -> None:
        print(json.dumps({"kind": kind, **facts}), file=out, flush=True)

    before = time.monotonic()
    problem = read_problem(Path(file))
    say("read", seconds=time.monotonic() - before)
    began = time.monotonic()
    if what in OURS:
        ended = OURS[what](problem, seconds, say)
    else:
        board = Board(problem)
        _, peer = PEERS[what]
        telling = Telling(board, say)
        ended = peer(board, seconds, telling)
    say("ended", seconds=time.monotonic() - began, how=ended)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
