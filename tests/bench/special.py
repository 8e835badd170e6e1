"""Special cases with an optimum that is known beforehand, and whether the solver gets there.

With fair shares alone to charge for, equal IROs are the machines of P||Cmax (balanced), different hours
those of Q||Cmax, and two equal IROs are the number partitioning problem. Where the children are cut out of
exact shares, the optimum is 0; where they cannot come out even, what is left over is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from iro_allocator.domain import DEFAULT_PRIORITIES
from iro_allocator.solver.problem import MILLIONTHS, Figures, Problem, ProblemCase, ProblemIro
from iro_allocator.solver.solve import solve
from tests.bench.instances import DAY

CLOSE = 1e-3
"""Points that count as nothing."""
TWENTIETH = MILLIONTHS // 20
THOUSANDTH = MILLIONTHS // 1000


@dataclass(frozen=True, slots=True)
class Special:
    """A problem with its known optimum, points."""

    name: str
    problem: Problem
    optimum: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the solver made of a special case."""

    special: Special
    objective: float
    bound: float
    seconds: float

    @property
    def reached(self) -> bool:
        """Whether the plan is as good as is known to be possible."""
        return self.objective <= self.special.optimum + CLOSE

    @property
    def sound(self) -> bool:
        """Whether the bound is not above the optimum."""
        return self.bound <= self.special.optimum + CLOSE


def specials(n: int = 10, seed: int = 0) -> tuple[Special, ...]:
    """The cases, with so many IROs where there are more than two."""
    rng = Random(f"{seed}/special")
    mixed = [(37.0, 18.5, 22.2)[k % 3] for k in range(n)]
    return (
        Special("equal IROs, cut from exact shares (P||Cmax)", _cut(rng, [37.0] * n, 64, 60, TWENTIETH), 0.0),
        Special("equal IROs, few children each (P||Cmax)", _cut(rng, [37.0] * n, 5, 4, TWENTIETH), 0.0),
        _left_over("equal IROs, equal children, three too many", [37.0] * n, 20, 3),
        Special("different hours, cut from exact shares (Q||Cmax)", _cut(rng, mixed, 60, 45, TWENTIETH), 0.0),
        Special("two equal IROs, even (partition)", _cut(rng, [37.0, 37.0], 64, 60, TWENTIETH), 0.0),
        Special("two equal IROs, fine weights (partition)", _cut(rng, [37.0, 37.0], 20, 16, THOUSANDTH), 0.0),
        _left_over("two equal IROs, an odd child (partition)", [37.0, 37.0], 40, 1),
    )


def run(special: Special, seconds: float = 10.0) -> Outcome:
    """Solve a case to a thousandth of a point."""
    result = solve(special.problem, gap=CLOSE, time_limit=seconds)
    return Outcome(special, result.objective, result.bound, result.seconds)


def _cut(rng: Random, hours: Sequence[float], load: int, pieces: int, grain: int) -> Problem:
    """Every full-time IRO's `load` case equivalents cut at random into so many children of whole grains."""
    weights: list[int] = []
    for each in hours:
        grains = round(load * each / 37 * MILLIONTHS / grain)
        count = max(1, round(pieces * each / 37))
        # Children are alike to a third or so: cut where an even cut would be, and somewhat to the side.
        ends = [round((k + rng.uniform(-0.3, 0.3)) * grains / count) for k in range(1, count)]
        ends = [0, *sorted(ends), grains]
        weights += [(b - a) * grain for a, b in pairwise(ends)]
    rng.shuffle(weights)
    return _fair_shares(hours, weights)


def _left_over(name: str, hours: Sequence[float], each: int, over: int) -> Special:
    """Equal IROs and equal children of 1 case equivalent: so many for each IRO, and some more."""
    share = each + over / len(hours)
    optimum = 50 / share * (over * (each + 1 - share) ** 2 + (len(hours) - over) * (each - share) ** 2)
    return Special(name, _fair_shares(hours, [MILLIONTHS] * (each * len(hours) + over)), optimum)


def _fair_shares(hours: Sequence[float], weights: Sequence[int]) -> Problem:
    """Children without an IRO or a family, and nothing charged but fair shares."""
    off = dict.fromkeys(DEFAULT_PRIORITIES, 0.0)
    return Problem(
        on=DAY,
        mode="referrals",
        iros=tuple(
            ProblemIro(id=f"i{n:04d}", contracted_hours=each, available=each / 37, limit=1e6)
            for n, each in enumerate(hours)
        ),
        cases=tuple(ProblemCase(id=f"c{n:05d}", weight=weight) for n, weight in enumerate(weights)),
        figures=Figures(weights={"balance": 1.0, **off}),
    )
