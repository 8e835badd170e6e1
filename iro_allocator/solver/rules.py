"""RULES: who may not take which case, and the sentence that says why (domain page, section 4).

A rule is pair-shaped: it speaks of one unit and every IRO at once. What two units may not do together
(apart) is a row of the model; towards a child who is fixed it is a rule like the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iro_allocator.domain import NEEDS

if TYPE_CHECKING:
    from iro_allocator.solver.problem import Mask, Problem, Unit


@dataclass(frozen=True, slots=True)
class Rule:
    """`against` gives per IRO whether the rule speaks; `say` the sentence (it follows the IRO's name).

    `of_child`: the rule also ends an allocation that is there: the child must be placed again.
    """

    key: str
    label: str
    against: Callable[[Problem, Unit], Mask]
    say: Callable[[Problem, Unit, int], str]
    of_child: bool = False


def why(problem: Problem, unit: Unit, iro: int) -> str | None:
    """Why the IRO at a position may not take the unit; None when nothing speaks against it."""
    for rule in RULES:
        if rule.against(problem, unit)[iro]:
            return rule.say(problem, unit, iro)
    return None


def cannot(problem: Problem, unit: Unit) -> Mask:
    """Per IRO, whether any rule speaks against giving them the unit."""
    found = ~problem.is_available
    for rule in RULES[1:]:
        if (against := rule.against(problem, unit)) is not problem.nobody:
            found |= against
    return found


def _away(problem: Problem, unit: Unit) -> Mask:
    del unit
    return ~problem.is_available


def _among(problem: Problem, iros: Sequence[int]) -> Mask:
    """The IROs at some positions."""
    if not iros:
        return problem.nobody
    found = problem.nobody.copy()
    found[iros] = True
    return found


def _barred(problem: Problem, unit: Unit) -> Mask:
    barred = [iro for case in unit.cases for iro, _ in problem.barred_by_case.get(case.id, ())]
    return _among(problem, barred)


def _say_barred(problem: Problem, unit: Unit, iro: int) -> str:
    for case in unit.cases:
        for barred, reason in problem.barred_by_case.get(case.id, ()):
            if barred == iro:
                return f"may not have {case.id}: {reason}" if reason else f"may not have {case.id}"
    return "may not have them"


def _apart(problem: Problem, unit: Unit) -> Mask:
    others = [problem.case_by_id[other] for case in unit.cases for other in problem.apart_by_case.get(case.id, ())]
    return _among(problem, [problem.position[c.iro] for c in others if c.iro is not None and not problem.is_decided(c)])


def _say_apart(problem: Problem, unit: Unit, iro: int) -> str:
    for case in unit.cases:
        for other in problem.apart_by_case.get(case.id, ()):
            if problem.case_by_id[other].iro == problem.iros[iro].id:
                return f"has {other}, who must have another IRO than {case.id}"
    return "has a child who must have another IRO"


def _type(problem: Problem, unit: Unit) -> Mask:
    found = problem.not_taking(unit.cases[0].type)
    for case in unit.cases[1:]:
        found = found | problem.not_taking(case.type)
    return found


def _say_type(problem: Problem, unit: Unit, iro: int) -> str:
    takes = problem.iros[iro].takes
    needed = {need for case in unit.cases for need in NEEDS[case.type]}
    return f"does not take {' or '.join(sorted(needed - takes, reverse=True))}"


def _skills(problem: Problem, unit: Unit) -> Mask:
    found = problem.nobody
    for case in unit.cases:
        for skill in case.requires:
            found = found | (problem.lacking(skill) > 0)
    return found


def _say_skills(problem: Problem, unit: Unit, iro: int) -> str:
    missing = {skill for case in unit.cases for skill in case.requires} - problem.iros[iro].skills
    return f"lacks the required skill {', '.join(sorted(missing))}"


def _closed(problem: Problem, unit: Unit) -> Mask:
    return problem.closed_to_new & (problem.elsewhere(unit.cases) > 0.5)


RULES: tuple[Rule, ...] = (
    Rule("away", "Nobody absent, not yet started or gone", _away, lambda p, _, i: p.iros[i].away),
    Rule("barred", "Recorded conflicts of interest (regulation 46)", _barred, _say_barred, of_child=True),
    Rule("apart", "A looked-after parent and their child have different IROs", _apart, _say_apart),
    Rule("type", "Only the types an IRO takes", _type, _say_type, of_child=True),
    Rule("skills", "Skills that are required", _skills, _say_skills, of_child=True),
    Rule("closed", "Nobody new in the notice period or when switched off", _closed, lambda p, _, i: p.iros[i].closed),
)
