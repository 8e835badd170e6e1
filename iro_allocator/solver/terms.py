"""TERMS: what an allocation is charged for, each defined once. The heart of the program.

Solver, explanation, settings, help and documents all read this registry. One point is one case
equivalent moved across one percentage point of difference between two IROs' loads. A cost function
gives amounts (children, miles, case equivalents over); times the term's weight they are points.

No numpy is imported here: arrays come from the problem, so the window can read the registry for free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from iro_allocator.domain import DEFAULT_PRIORITIES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from iro_allocator.solver.pairs import Pairs
    from iro_allocator.solver.problem import Array, Problem, ProblemCase

Measure = Literal["load", "children", "new"]
"""What of an IRO's children a Load term looks at: case equivalents, children, or new children."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A charge for giving a unit to an IRO, whatever else happens: `cost` gives it of each pair, all ≥ 0."""

    cost: Callable[[Pairs], Array]


@dataclass(frozen=True, slots=True)
class Load:
    """A charge on what an IRO has in all: a convex `cost` ≥ 0 of a measure, over available IROs.

    `cost` takes IRO positions and amounts of equal (or broadcasting) shape and gives the charges.
    """

    measure: Callable[[Problem], Measure]
    cost: Callable[[Problem, npt.NDArray[np.intp], Array], Array]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a plan is charged for; `weight` is the default in points per `unit`, 0 removes it.

    `because` is what an explanation says when the term speaks for an IRO, filled in from facts of the
    plan: {iro} their name, {before} their share difference without the unit, {miles}, {skills}.
    """

    key: str
    label: str
    help: str
    unit: str
    weight: float
    shape: Pair | Load
    because: str


def _balance(problem: Problem, iro: npt.NDArray[np.intp], load: Array) -> Array:
    share = problem.share[iro]
    # A service without any load has shares of 0, and nothing to be away from.
    charge: Array = 50.0 * (load - share) ** 2 / (share + (share == 0.0))
    return charge


def _limit_measure(problem: Problem) -> Measure:
    return problem.figures.limit_counts


def _limit(problem: Problem, iro: npt.NDArray[np.intp], counted: Array) -> Array:
    return (counted - problem.limit[iro]).clip(min=0.0)


def _continuity(pairs: Pairs) -> Array:
    years = pairs.problem.years
    return pairs.strangers(lambda unit: unit.held, amount=lambda case: 0.5 + min(years(case), 3.0) / 3.0)


def _timing(pairs: Pairs) -> Array:
    on = pairs.problem.on
    until = on + timedelta(pairs.problem.figures.review_days)
    return pairs.strangers(lambda unit: [c for c in unit.held if c.next_review and on <= c.next_review <= until])


def _siblings(pairs: Pairs) -> Array:
    position, fixed = pairs.problem.position, pairs.problem.fixed_iros
    return pairs.strangers(
        lambda unit: [case for case in unit.cases if case.family in fixed],
        knows=lambda case: [position[iro] for iro in fixed[case.family]],
    )


def _former(pairs: Pairs) -> Array:
    position, there = pairs.problem.position, pairs.problem.is_available

    def former(case: ProblemCase) -> set[int]:
        return {position[iro] for iro in case.former_iros if iro in position and there[position[iro]]}

    return pairs.strangers(lambda unit: [c for c in unit.cases if c.iro is None and former(c)], knows=former)


def _travel(pairs: Pairs) -> Array:
    return pairs.miles(most=pairs.problem.figures.miles_cap)


def _skills(pairs: Pairs) -> Array:
    return pairs.lacking(lambda unit: [skill for case in unit.cases for skill in case.prefers])


def _employment(pairs: Pairs) -> Array:
    interim = pairs.of_iro(pairs.problem.interim)
    return interim * pairs.strangers(lambda unit: unit.cases) if interim.ndim else interim


def _spread(problem: Problem, iro: npt.NDArray[np.intp], new: Array) -> Array:
    return (new - problem.fair_new[iro]).clip(min=0.0)


TERMS: tuple[Term, ...] = (
    Term(
        "balance",
        "Fair shares",
        "Everybody's load is as near to their pro-rata share as can be.",
        "point of unevenness",
        1.0,
        Load(lambda _: "load", _balance),
        "{iro} is below their share ({before})",
    ),
    Term(
        "limit",
        "Agreed limit",
        "Nobody has more than the agreed limit for their hours.",
        "case equivalent (or child) over the limit",
        DEFAULT_PRIORITIES["limit"],
        Load(_limit_measure, _limit),
        "{iro} has room within the limit",
    ),
    Term(
        "continuity",
        "Keeps the IRO they know",
        "A child changes IRO only if that closes a gap of more than so many percentage points; "
        "up to three years together count for more.",
        "child who changes IRO",
        DEFAULT_PRIORITIES["continuity"],
        Pair(_continuity),
        "{iro} is the IRO the family knows",
    ),
    Term(
        "timing",
        "Not just before a review",
        "No change of IRO in the days before a child's review.",
        "child with a review in the next days",
        DEFAULT_PRIORITIES["timing"],
        Pair(_timing),
        "no change just before a review",
    ),
    Term(
        "siblings",
        "Brothers and sisters",
        "A child gets the IRO that a brother or sister has.",
        "child apart from brothers and sisters",
        DEFAULT_PRIORITIES["siblings"],
        Pair(_siblings),
        "a brother or sister is with {iro} already",
    ),
    Term(
        "former",
        "Back to a former IRO",
        "A child who returns gets an IRO they had before, where one is available.",
        "child who does not return to a former IRO",
        DEFAULT_PRIORITIES["former"],
        Pair(_former),
        "{iro} was their IRO before",
    ),
    Term(
        "travel",
        "Travel",
        "Short ways from the IRO's base to where the children live.",
        "mile, straight line",
        DEFAULT_PRIORITIES["travel"],
        Pair(_travel),
        "{iro} is near ({miles})",
    ),
    Term(
        "skills",
        "Preferred skills",
        "The IRO has the skills and languages that were asked for.",
        "child and preferred skill lacking",
        DEFAULT_PRIORITIES["skills"],
        Pair(_skills),
        "{iro} has the preferred skill ({skills})",
    ),
    Term(
        "employment",
        "Permanent before interim",
        "A child who gets a new IRO gets one who is to stay.",
        "child given to an interim",
        DEFAULT_PRIORITIES["employment"],
        Pair(_employment),
        "{iro} is permanent",
    ),
    Term(
        "spread",
        "Spread new referrals",
        "Nobody gets many more new children than their part within four weeks.",
        "new child over the fair part",
        DEFAULT_PRIORITIES["spread"],
        Load(lambda _: "new", _spread),
        "{iro} has had fewer new children lately",
    ),
)
BY_KEY = {term.key: term for term in TERMS}
