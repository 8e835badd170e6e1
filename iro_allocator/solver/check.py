"""Before anything is solved: who can be placed at all, and what must change to keep within the budget.

There is always an answer. Children whom nobody may take wait, with each IRO's reason; children they stand
in a family with, and who have an IRO they can keep, stay there. Where even the least number of held
children who must move is more than `max_moves` allows, families are taken apart into those who stay and
those who must be placed, the costliest first, so that nobody moves against the manager's word.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.pairs import Pairs, blocks
from iro_allocator.solver.rules import RULES, Rule

if TYPE_CHECKING:
    from iro_allocator.solver.problem import Mask, Problem, ProblemCase, Unit


@dataclass(frozen=True, slots=True)
class Waiting:
    """Children whom nobody may take, with the reason by IRO id."""

    unit: Unit
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """Two units (by position) that may not have the same IRO, except one who has both already."""

    one: int
    other: int
    but: int = -1


@dataclass(frozen=True, eq=False)
class Checked:
    """What can be decided, and who must wait.

    `allowed` (units × IROs) says where no rule speaks against it, `moves` how many held children would
    change IRO; `rows` are the pairs of units kept apart.
    """

    units: tuple[Unit, ...]
    allowed: Mask
    moves: npt.NDArray[np.int16]
    rows: tuple[Row, ...]
    waiting: tuple[Waiting, ...]


def why(problem: Problem, unit: Unit, iro: int) -> str | None:
    """Why the IRO at a position may not take the unit; None when nothing speaks against it."""
    pair = Pairs(problem, [unit], np.array([iro]))
    for rule in RULES:
        if rule.against(pair).any():
            return rule.say(problem, unit, iro)
    return None


def cannot(pairs: Pairs, rules: Iterable[Rule]) -> Mask:
    """Whether any of the rules speaks."""
    found = np.zeros(pairs.shape, dtype=bool)
    for rule in rules:
        found |= rule.against(pairs)
    return found


def check(problem: Problem) -> Checked:
    """Sort out a problem's units."""
    collecting = gc.isenabled()
    gc.disable()  # many small things are made here that stay: to look for rubbish among them takes as long again
    try:
        return _check(problem)
    finally:
        if collecting:
            gc.enable()


def _check(problem: Problem) -> Checked:
    checked = _place(problem, problem.units, frozenset())
    relaxed = {case.id for waiting in checked.waiting if waiting.unit.held for case in waiting.unit.cases}
    if problem.max_moves is not None and problem.mode == "rebalance":
        relaxed |= _over_budget(checked, problem.max_moves)
    if not relaxed:
        return checked
    units = [part for unit in problem.units for part in _parts(problem, unit, relaxed)]
    return _place(problem, sorted(units, key=lambda unit: unit.id), frozenset(relaxed))


def _place(problem: Problem, units: Sequence[Unit], relaxed: frozenset[str]) -> Checked:
    """Children in `relaxed` who are all with one IRO today may stay there, whatever speaks against it."""
    count = len(problem.iros)
    allowed = np.zeros((len(units), count), dtype=bool)
    moves = np.zeros((len(units), count), dtype=np.int16)
    for some, pairs in blocks(problem, units):
        allowed[some] = ~cannot(pairs, RULES)
        moves[some] = pairs.strangers(lambda unit: unit.held)
    for g, unit in enumerate(units) if relaxed else ():
        home = _home(unit)
        if home is not None and unit.id in relaxed:
            allowed[g, problem.position[home]] = True
    waiting = {g: _reasons(problem, units[g]) for g in np.flatnonzero(~allowed.any(axis=1)).tolist()}
    rows = _rows(problem, units, waiting, relaxed)
    for component in components(rows):
        calm = any(case.id in relaxed for g in component for case in units[g].cases)
        for last in _who_waits(component, units, rows, allowed, moves, calm):
            taken = {problem.iros[i].id for i in np.flatnonzero(allowed[last])}
            together = "must not share an IRO with another child who has no other choice"
            waiting[last] = {**_reasons(problem, units[last]), **dict.fromkeys(sorted(taken), together)}
    left = [g for g in range(len(units)) if g not in waiting]
    place = {g: n for n, g in enumerate(left)}
    return Checked(
        units=tuple(units[g] for g in left),
        # At national size a copy is worth a hundred megabytes.
        allowed=allowed[left] if waiting else allowed,
        moves=moves[left] if waiting else moves,
        rows=tuple(
            Row(place[row.one], place[row.other], row.but) for row in rows if row.one in place and row.other in place
        ),
        waiting=tuple(Waiting(units[g], waiting[g]) for g in sorted(waiting)),
    )


def _who_waits(
    component: Sequence[int],
    units: Sequence[Unit],
    rows: Sequence[Row],
    allowed: Mask,
    moves: npt.NDArray[np.int16],
    calm: bool,
) -> tuple[int, ...]:
    """The fewest units that must wait so that the others keep apart, those without an IRO first.

    `calm`: no held child of the component may move.
    """
    by_preference = sorted(component, key=lambda g: (len(units[g].held), len(units[g].cases), -g))
    for size in range(len(component)):
        for leaving in combinations(by_preference, size):
            found = colour([g for g in component if g not in leaving], rows, allowed, moves)
            if found is not None and not (calm and found[0] > 0):
                return leaving
    return tuple(component)


def _home(unit: Unit) -> str | None:
    """The one IRO who has every child of the unit, None when there is no such IRO."""
    iros = {case.iro for case in unit.cases}
    return iros.pop() if len(iros) == 1 and len(unit.held) == len(unit.cases) else None


def _reasons(problem: Problem, unit: Unit) -> dict[str, str]:
    return {iro.id: reason for i, iro in enumerate(problem.iros) if (reason := why(problem, unit, i))}


def _rows(problem: Problem, units: Sequence[Unit], without: Mapping[int, object], relaxed: frozenset[str]) -> list[Row]:
    of_case = {case.id: g for g, unit in enumerate(units) if g not in without for case in unit.cases}
    rows = []
    for one, other in sorted(set(problem.apart)):
        if one in of_case and other in of_case and of_case[one] != of_case[other]:
            iro = problem.case_by_id[one].iro
            stay = iro is not None and iro == problem.case_by_id[other].iro and {one, other} <= relaxed
            rows.append(Row(of_case[one], of_case[other], problem.position[iro] if stay and iro else -1))
    return rows


def components(rows: Sequence[Row]) -> list[list[int]]:
    """The groups of units that rows tie together, each in ascending order."""
    group: dict[int, set[int]] = {}
    for row in rows:
        merged = group.get(row.one, {row.one}) | group.get(row.other, {row.other})
        for member in merged:
            group[member] = merged
    return [sorted(members) for members in {min(g): g for g in group.values()}.values()]


def colour(
    members: Sequence[int], rows: Sequence[Row], allowed: Mask, cost: Mapping[int, npt.NDArray[Any]] | npt.NDArray[Any]
) -> tuple[float, dict[int, int]] | None:
    """The cheapest way to place tied units apart: total and IRO by unit, None if none. `cost` is per unit and IRO.

    Components are pairs, seldom more, so a depth-first search is enough: in a group of n units no unit
    ever needs more than its n cheapest IROs.
    """
    chosen: dict[int, int] = {}
    best: tuple[float, dict[int, int]] | None = None
    choices = {g: sorted(np.flatnonzero(allowed[g]).tolist(), key=cost[g].__getitem__)[: len(members)] for g in members}
    tied = {g: [row for row in rows if g in (row.one, row.other)] for g in members}

    def go(n: int, total: float) -> None:
        nonlocal best
        if best is not None and total >= best[0]:
            return
        if n == len(members):
            best = (total, dict(chosen))
            return
        g = members[n]
        for i in choices[g]:
            if all(i == row.but or chosen.get(row.other if row.one == g else row.one) != i for row in tied[g]):
                chosen[g] = i
                go(n + 1, total + float(cost[g][i]))
                del chosen[g]

    go(0, 0.0)
    return best


def _over_budget(checked: Checked, most: int) -> set[str]:
    """The children whose units cannot all move within the budget, the costliest left out of it first."""
    groups = components(checked.rows)
    tied = {g for group in groups for g in group}
    forced = []
    for group in groups:
        found = colour(group, checked.rows, checked.allowed, checked.moves)
        if found is not None and found[0] > 0:
            forced.append((found[0], group))
    must = checked.moves.min(axis=1, where=checked.allowed, initial=np.iinfo(checked.moves.dtype).max)
    forced += [(float(must[g]), [g]) for g in np.flatnonzero(must).tolist() if g not in tied]
    spent, over = 0.0, set()
    for moved, group in sorted(forced):
        spent += moved
        if spent > most:
            over |= {case.id for g in group for case in checked.units[g].cases}
    return over


def _parts(problem: Problem, unit: Unit, relaxed: set[str]) -> list[Unit]:
    """The unit, or if it is relaxed its parts by present IRO and by having to be placed."""
    if not unit.held or not any(case.id in relaxed for case in unit.cases):
        return [unit]
    parts: dict[str, list[ProblemCase]] = {}
    for case in unit.cases:
        parts.setdefault((case.iro or "") if problem.is_held(case) else "", []).append(case)
    return [replace(unit, cases=tuple(cases), held=tuple(cases) if iro else ()) for iro, cases in sorted(parts.items())]
