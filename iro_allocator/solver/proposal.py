"""A Proposal: what is suggested, for a person to accept, refuse or change; then one Step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from iro_allocator import allocating
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.score import Candidate, LoadAfter, Standing, Told, candidates, loads, loads_of, reasons, told

if TYPE_CHECKING:
    from datetime import date

    from iro_allocator.domain import Snapshot
    from iro_allocator.solver.check import Waiting
    from iro_allocator.solver.frontier import Point
    from iro_allocator.solver.problem import Problem
    from iro_allocator.solver.solve import Result


@dataclass(frozen=True, eq=False)
class Move:
    """One family (or child) from → to. `before` is None for children who had nobody.

    `suggested` is the IRO the solver proposes; `after` differs when a person chose another, with
    `choice` as their reason. `candidates` are all IROs, the one of `after` first.
    """

    cases: tuple[str, ...]
    family: str
    before: str | None
    after: str
    suggested: str
    choice: str = ""
    _board: Board = field(repr=False, kw_only=True)
    _standing: Standing = field(repr=False, kw_only=True)
    _unit: int = field(repr=False, kw_only=True)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """What each IRO would make of it, everything else being as proposed."""
        return candidates(self._board, self._standing.plan, self._unit)

    def told(self, most: int) -> Told:
        """The IRO of `after`, the `most` best others, why, and how many are left out: for services of many IROs."""
        return told(self._standing, self._unit, most)

    @property
    def charges(self) -> Mapping[str, float]:
        """What the unit adds where it goes, by term (points)."""
        return self.candidates[0].charges

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why this IRO: what is about these children first, then the service."""
        if self.choice:
            return (self.choice,)
        return reasons(self._board, self._board.units[self._unit], self.candidates)

    @property
    def why(self) -> str:
        """What is recorded as the reason of the allocation: the person's, or the two that weigh most."""
        return self.choice or "; ".join(self.reasons[:2])


@dataclass(frozen=True, eq=False)
class Proposal:
    """A result as moves that a person reviews. Choosing another IRO makes a new proposal."""

    result: Result
    chosen: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    point: Point | None = None
    """The point of a frontier whose plan this is: even for so few moves, rather than cheapest in all charges."""

    @classmethod
    def of(cls, result: Result) -> Proposal:
        """The proposal that a result makes."""
        return cls(result)

    @classmethod
    def at(cls, problem: Problem, point: Point) -> Proposal:
        """The proposal that a point of a problem's frontier makes.

        What is proven of it is how even so few moves can get, so that its charges have no bound.
        """
        from iro_allocator.solver.solve import Result

        board = Board(problem)
        result = Result(
            board=board,
            plan=point.plan,
            status="partial" if problem.checked.waiting else "feasible",
            objective=point.objective,
            bound=0.0,
            seconds=0.0,
            seed=0,
            stopped=False,
            allocation=point.allocation,
            waiting=problem.checked.waiting,
            charges=board.charges(point.plan),
            loads=loads(board, point.plan),
        )
        return cls(result, point=point)

    @property
    def words(self) -> str:
        """How good the plan is known to be."""
        return evenness_in_words(self.point) if self.point else self.result.words

    @property
    def problem(self) -> Problem:
        """What was asked."""
        return self.result.problem

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Children whom nobody may take, with each IRO's reason."""
        return self.result.waiting

    @cached_property
    def _plan(self) -> Plan:
        plan = self.result.plan.copy()
        for g, (i, _) in self.chosen.items():
            plan[g] = i
        return plan

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Every unit that gets an IRO or another one, by lowest child id."""
        board, iros = self.result.board, self.problem.iros
        found, standing = [], Standing(board, self._plan)
        for g, unit in enumerate(board.units):
            after = iros[self._plan[g]].id
            going = [case for case in unit.cases if case.iro != after]
            if not going and g not in self.chosen:
                continue
            going = going or list(unit.cases)
            before = Counter(case.iro for case in going)
            found.append(
                Move(
                    cases=tuple(case.id for case in going),
                    family=unit.family,
                    before=min(before, key=lambda iro: (-before[iro], iro or "")),
                    after=after,
                    suggested=iros[self.result.plan[g]].id,
                    choice=self.chosen[g][1] if g in self.chosen else "",
                    _board=board,
                    _standing=standing,
                    _unit=g,
                )
            )
        return tuple(found)

    def choose(self, move: Move, iro: str, reason: str) -> Proposal:
        """The proposal with another IRO for a move, and why; the suggestion is kept beside it.

        Raises Explained when a rule forbids it, or without a reason.
        """
        g, i = move._unit, self.problem.position.get(iro)
        if i is None:
            raise Explained(f"There is no IRO {iro} in this proposal.")
        if i == self.result.plan[g]:
            return replace(self, chosen={key: value for key, value in self.chosen.items() if key != g})
        forbidden = next(candidate.cannot for candidate in move.candidates if candidate.iro == iro)
        if forbidden:
            name = self.problem.iros[i].name or iro
            raise Explained(f"{name} {forbidden}.", "Choose another IRO, or change what speaks against it first.")
        if not reason.strip():
            raise Explained("Choosing another IRO needs a short reason.", "It is kept in the history.")
        return replace(self, chosen={**self.chosen, g: (i, reason.strip())})

    def loads_if(self, accepted: Collection[Move]) -> tuple[LoadAfter, ...]:
        """Everybody's load when just these moves are made, in order of IRO id."""
        going = {case: move.after for move in accepted for case in move.cases}
        iro_of = {case.id: going.get(case.id, case.iro) for case in self.problem.cases}
        return loads_of(self.problem, {case: iro for case, iro in iro_of.items() if iro is not None})

    def step(self, snapshot: Snapshot, accepted: Collection[Move], day: date | None = None) -> Step:
        """The step that makes these moves from a day on (the problem's), with what was suggested and why."""
        edits: list[Edit] = []
        for move in accepted:
            edits += allocating.allocate(snapshot, move.cases, move.after, day or self.problem.on, move.why)
        taken = {case for move in accepted for case in move.cases}
        children = sum(len(move.cases) for move in accepted)
        families = len(accepted)
        what = "Allocate" if self.problem.mode == "referrals" else "Move"
        result = self.result
        return Step(
            f"{what} {children} {'child' if children == 1 else 'children'} "
            f"({families} {'family' if families == 1 else 'families'})",
            tuple(edits),
            reason="; ".join(sorted({move.choice for move in accepted if move.choice})),
            detail={
                "suggestion": {
                    "mode": self.problem.mode,
                    "on": (day or self.problem.on).isoformat(),
                    **({} if self.point is None else {"evenness": evenness_in_words(self.point)}),
                    "status": result.status,
                    "objective": result.objective,
                    "bound": result.bound,
                    "gap_points": result.gap_points,
                    "seed": result.seed,
                    "stopped": result.stopped,
                    "settings": snapshot.settings_on(self.problem.on).id,
                    "moves": [
                        {
                            "cases": list(move.cases),
                            "before": move.before,
                            "suggested": move.suggested,
                            "accepted": move.after,
                            "choice": move.choice,
                            "reasons": list(move.reasons),
                        }
                        for move in accepted
                    ],
                    "not_accepted": [
                        {"cases": left, "suggested": move.suggested}
                        for move in self.moves
                        if (left := [case for case in move.cases if case not in taken])
                    ],
                }
            },
        )


def evenness_in_words(point: Point) -> str:
    """How even the plan of a point is, and whether so few moves could do better."""
    children = f"{point.children_moved} {'child' if point.children_moved == 1 else 'children'}"
    if point.proven:
        return f"proven: nothing evener with {children} moved"
    return f"the evenest plan found with {children} moved"


def effect(problem: Problem) -> tuple[Candidate, ...]:
    """What each IRO would make of the children in focus, everything else staying as it is.

    Differences are against where they are now; for children without an IRO, against the best one.
    """
    board = Board(problem)
    if not board.units:
        found = []
        for waiting in problem.checked.waiting:
            for iro, reason in waiting.reasons.items():
                found.append(Candidate(iro, 0.0, {}, reason, 0.0, None))
        return tuple(found)
    unit = board.units[0]
    iros = Counter(case.iro for case in unit.cases if case.iro is not None)
    if iros:
        here = problem.position[min(iros, key=lambda iro: (-iros[iro], iro))]
    else:
        first = candidates(board, np.array([int(np.flatnonzero(board.allowed[0])[0])]), 0)
        best = min((c for c in first if c.cannot is None), key=lambda c: (c.difference, c.iro))
        here = problem.position[best.iro]
    return candidates(board, np.array([here], dtype=np.intp), 0)
