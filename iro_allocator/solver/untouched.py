"""Who is not to be touched: IROs who neither give nor take, children who keep who they have."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from iro_allocator.solver.problem import Problem


def untouched(problem: Problem, iros: Collection[str] = (), cases: Collection[str] = ()) -> Problem:
    """The problem in which these IROs keep just the children they have, and these children their IRO.

    Who cannot keep their IRO must still be placed: with somebody else.
    """
    if not iros and not cases:
        return problem
    return replace(
        problem,
        iros=tuple(
            replace(iro, takes_new=False, closed="is not to be touched") if iro.id in iros else iro
            for iro in problem.iros
        ),
        cases=tuple(
            replace(case, pinned=True) if case.id in cases or case.iro in iros else case for case in problem.cases
        ),
    )
