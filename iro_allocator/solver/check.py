"""Before anything is solved: who can be placed at all, and what must change to keep within the budget.

There is always an answer. A unit that nobody may take waits, with each IRO's reason. When even the
least number of held children who must move is more than `max_moves` allows, families are taken apart
into those who stay and those who must be placed, so that nobody moves against the manager's word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from iro_allocator.solver.rules import cannot, why

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
    moves: np.ndarray
    rows: tuple[Row, ...]
    waiting: tuple[Waiting, ...]


def check(problem: Problem) -> Checked:
    """Sort out a problem's units."""
    checked = _place(problem, problem.units, keep_home=False)
    if problem.max_moves is None or problem.mode != "rebalance":
        return checked
    if _least_moves(checked) <= problem.max_moves:
        return checked
    return _place(problem, _taken_apart(problem, checked), keep_home=True)


def _place(problem: Problem, units: Sequence[Unit], keep_home: bool) -> Checked:
    """`keep_home`: children who are all with one IRO today may stay there whatever speaks against it."""
    count = len(problem.iros)
    allowed = np.zeros((len(units), count), dtype=bool)
    moves = np.zeros((len(units), count), dtype=np.int32)
    for g, unit in enumerate(units):
        allowed[g] = ~cannot(problem, unit)
        moves[g] = np.rint(problem.elsewhere(unit.held))
        if keep_home and (home := _home(unit)) is not None:
            allowed[g, problem.position[home]] = True
    waiting = {g: _reasons(problem, unit) for g, unit in enumerate(units) if not allowed[g].any()}
    rows = _rows(problem, units, waiting, keep_home)
    for component in _components(rows):
        members = list(component)
        while _colour(members, rows, allowed, moves) is None:
            last = members.pop()
            taken = {problem.iros[i].id for i in np.flatnonzero(allowed[last])}
            together = "must not share an IRO with another child who has no other choice"
            waiting[last] = {
                iro: together if iro in taken else reason
                for iro, reason in {**dict.fromkeys(taken, together), **_reasons(problem, units[last])}.items()
            }
    left = [g for g in range(len(units)) if g not in waiting]
    place = {g: n for n, g in enumerate(left)}
    return Checked(
        units=tuple(units[g] for g in left),
        allowed=allowed[left],
        moves=moves[left],
        rows=tuple(
            Row(place[row.one], place[row.other], row.but) for row in rows if row.one in place and row.other in place
        ),
        waiting=tuple(Waiting(units[g], waiting[g]) for g in sorted(waiting)),
    )


def _home(unit: Unit) -> str | None:
    """The one IRO who has every child of the unit, None when there is no such IRO."""
    iros = {case.iro for case in unit.cases}
    return iros.pop() if len(iros) == 1 and len(unit.held) == len(unit.cases) else None


def _reasons(problem: Problem, unit: Unit) -> dict[str, str]:
    return {iro.id: reason for i, iro in enumerate(problem.iros) if (reason := why(problem, unit, i))}


def _rows(problem: Problem, units: Sequence[Unit], without: Mapping[int, object], keep_home: bool) -> list[Row]:
    of_case = {case.id: g for g, unit in enumerate(units) if g not in without for case in unit.cases}
    rows = []
    for one, other in sorted(set(problem.apart)):
        if one in of_case and other in of_case and of_case[one] != of_case[other]:
            iro = problem.case_by_id[one].iro
            together = iro is not None and iro == problem.case_by_id[other].iro
            rows.append(
                Row(of_case[one], of_case[other], problem.position[iro] if keep_home and together and iro else -1)
            )
    return rows


def _components(rows: Sequence[Row]) -> list[list[int]]:
    """The groups of units that rows tie together, each in ascending order."""
    group: dict[int, set[int]] = {}
    for row in rows:
        merged = group.get(row.one, {row.one}) | group.get(row.other, {row.other})
        for member in merged:
            group[member] = merged
    return [sorted(members) for members in {min(g): g for g in group.values()}.values()]


def _colour(members: Sequence[int], rows: Sequence[Row], allowed: Mask, moves: np.ndarray) -> int | None:
    """The fewest held children who must move so that these units keep apart; None when they cannot.

    Components are pairs, seldom more, so a depth-first search over the cheapest choices is enough: in a
    group of n units no unit ever needs more than its n cheapest IROs.
    """
    chosen: dict[int, int] = {}
    best: list[int | None] = [None]
    choices = {
        g: sorted(np.flatnonzero(allowed[g]).tolist(), key=moves[g].__getitem__)[: len(members)] for g in members
    }

    def go(n: int, total: int) -> None:
        if best[0] is not None and total >= best[0]:
            return
        if n == len(members):
            best[0] = total
            return
        g = members[n]
        for i in choices[g]:
            clash = any(
                i != row.but and chosen.get(row.other if row.one == g else row.one) == i
                for row in rows
                if g in (row.one, row.other)
            )
            if not clash:
                chosen[g] = i
                go(n + 1, total + int(moves[g, i]))
                del chosen[g]

    go(0, 0)
    return best[0]


def _least_moves(checked: Checked) -> int:
    components = _components(checked.rows)
    tied = {g for component in components for g in component}
    total = sum(_colour(component, checked.rows, checked.allowed, checked.moves) or 0 for component in components)
    for g in range(len(checked.units)):
        if g not in tied:
            total += int(checked.moves[g][checked.allowed[g]].min())
    return total


def _taken_apart(problem: Problem, checked: Checked) -> tuple[Unit, ...]:
    """Every unit that could not stay whole where it is, by present IRO and by having to be placed."""
    units = [waiting.unit for waiting in checked.waiting]
    for g, unit in enumerate(checked.units):
        if not unit.held or checked.moves[g][checked.allowed[g]].min() == 0:
            units.append(unit)
            continue
        parts: dict[str, list[ProblemCase]] = {}
        for case in unit.cases:
            parts.setdefault((case.iro or "") if problem.is_held(case) else "", []).append(case)
        for iro, cases in parts.items():
            units.append(replace(unit, cases=tuple(cases), held=tuple(cases) if iro else ()))
    return tuple(sorted(units, key=lambda unit: unit.id))
