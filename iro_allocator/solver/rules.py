"""RULES: who may not take which case, and the sentence that says why (domain page, section 4).

A rule is pair-shaped: it speaks of a unit and an IRO. What two units may not do together (apart) is a row of the
model; towards a child who is fixed it is a rule like the others.

No numpy is imported here: the window reads the registry for free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iro_allocator.domain import NEEDS

if TYPE_CHECKING:
    from iro_allocator.solver.pairs import Pairs
    from iro_allocator.solver.problem import Mask, Problem, ProblemCase, Unit


@dataclass(frozen=True, slots=True)
class Rule:
    """`against` gives whether the rule speaks against a pair; `say` the sentence (it follows the IRO's name).

    `of_child`: the rule also ends an allocation that is there: the child must be placed again.
    """

    key: str
    label: str
    against: Callable[[Pairs], Mask]
    say: Callable[[Problem, Unit, int], str]
    of_child: bool = False


def _away(pairs: Pairs) -> Mask:
    return pairs.of_iro(~pairs.problem.is_available)


def _barred(pairs: Pairs) -> Mask:
    barred = {case: [iro for iro, _ in rows] for case, rows in pairs.problem.barred_by_case.items()}
    return pairs.has(lambda case: barred.get(case.id, ()))


def _say_barred(problem: Problem, unit: Unit, iro: int) -> str:
    for case in unit.cases:
        for barred, reason in problem.barred_by_case.get(case.id, ()):
            if barred == iro:
                return f"may not have {case.id}: {reason}" if reason else f"may not have {case.id}"
    return "may not have them"


def _apart(pairs: Pairs) -> Mask:
    problem = pairs.problem

    def having(case: ProblemCase) -> Iterable[int]:
        others = [problem.case_by_id[other] for other in problem.apart_by_case.get(case.id, ())]
        return [problem.position[c.iro] for c in others if c.iro is not None and not problem.is_decided(c)]

    return pairs.has(having)


def _say_apart(problem: Problem, unit: Unit, iro: int) -> str:
    for case in unit.cases:
        for other in problem.apart_by_case.get(case.id, ()):
            if problem.case_by_id[other].iro == problem.iros[iro].id:
                return f"has {other}, who must have another IRO than {case.id}"
    return "has a child who must have another IRO"


def _type(pairs: Pairs) -> Mask:
    return pairs.of_kind(lambda unit: unit.type, pairs.problem.not_taking)


def _say_type(problem: Problem, unit: Unit, iro: int) -> str:
    takes = problem.iros[iro].takes
    needed = {need for case in unit.cases for need in NEEDS[case.type]}
    return f"does not take {' or '.join(sorted(needed - takes, reverse=True))}"


def _skills(pairs: Pairs) -> Mask:
    return pairs.lacking(lambda unit: [skill for case in unit.cases for skill in case.requires]) > 0


def _say_skills(problem: Problem, unit: Unit, iro: int) -> str:
    missing = {skill for case in unit.cases for skill in case.requires} - problem.iros[iro].skills
    return f"lacks the required skill {', '.join(sorted(missing))}"


def _closed(pairs: Pairs) -> Mask:
    closed = pairs.of_iro(pairs.problem.closed_to_new)
    return closed & (pairs.strangers(lambda unit: unit.cases) > 0) if closed.ndim else closed


RULES: tuple[Rule, ...] = (
    Rule("away", "Nobody absent, not yet started or gone", _away, lambda p, _, i: p.iros[i].away),
    Rule("barred", "Recorded conflicts of interest (regulation 46)", _barred, _say_barred, of_child=True),
    Rule("apart", "A looked-after parent and their child have different IROs", _apart, _say_apart),
    Rule("type", "Only the types an IRO takes", _type, _say_type, of_child=True),
    Rule("skills", "Skills that are required", _skills, _say_skills, of_child=True),
    Rule("closed", "Nobody new in the notice period or when switched off", _closed, lambda p, _, i: p.iros[i].closed),
)
