"""Units with IROs: what rules and terms ask about them.

A rule or term is written once, as a question about a unit and an IRO. It is asked of many units with every IRO
together, or of each unit with the one IRO that a plan gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from iro_allocator.solver.board import Plan
    from iro_allocator.solver.problem import Array, Mask, Problem, ProblemCase, Unit

K = TypeVar("K", bound=str)

METRES_A_MILE = 1609.344
BLOCK = 250_000
"""Units × IROs that are asked about at once: what is worked on stays near the processor."""
NOTHING = np.zeros(())
"""The answer of a term that has nothing to say of any of the units."""
NOBODY = np.zeros((), dtype=bool)
"""The answer of a rule that has nothing against anybody."""


class Pairs:
    """Some units with every IRO, or each with one: `iro` gives the position of that one per unit.

    Answers have the shape units × IROs, or units where each has one IRO, or broadcast to it. An answer without a
    shape (NOTHING, NOBODY) holds for all and costs no time.
    """

    def __init__(self, problem: Problem, units: Sequence[Unit], iro: Plan | None = None) -> None:
        self.problem, self.units, self.iro = problem, units, iro
        self.shape = (len(units), len(problem.iros)) if iro is None else (len(units),)

    def of_unit(self, value: Callable[[Unit], Any]) -> npt.NDArray[Any]:
        """What is the same whichever IRO it is: a number, or yes or no, of each unit."""
        found = np.array([value(unit) for unit in self.units])
        if not found.any():
            return np.zeros((), dtype=found.dtype)
        return found[:, None] if self.iro is None else found

    def of_iro(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What is the same whichever unit it is; `values` are per IRO."""
        if not values.any():
            return np.zeros((), dtype=values.dtype)
        return values if self.iro is None else values[self.iro]

    def of_kind(self, kind: Callable[[Unit], K], values: Mapping[K, npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """What is the same for all units of a kind; `values` are per IRO, by kind."""
        table = np.array(list(values.values()))
        if not table.any():
            return np.zeros((), dtype=table.dtype)
        place = {key: n for n, key in enumerate(values)}
        kinds = [place[kind(unit)] for unit in self.units]
        found: npt.NDArray[Any] = table[kinds] if self.iro is None else table[kinds, self.iro]
        return found

    def has(self, iros: Callable[[ProblemCase], Iterable[int]]) -> Mask:
        """Whether the IRO is one of those (positions) whom a child of the unit names."""
        listed = [(n, i) for n, unit in enumerate(self.units) for case in unit.cases for i in iros(case)]
        if not listed:
            return NOBODY
        rows, at = np.array(listed, dtype=np.intp).T
        found = np.zeros(self.shape, dtype=bool)
        if self.iro is None:
            found[rows, at] = True
        else:
            found[rows[self.iro[rows] == at]] = True
        return found

    def strangers(
        self,
        children: Callable[[Unit], Iterable[ProblemCase]],
        knows: Callable[[ProblemCase], Iterable[int]] | None = None,
        amount: Callable[[ProblemCase], float] | None = None,
    ) -> Array:
        """How many of some children of the unit do not know the IRO, or the sum of the `amount` of each of those.

        `knows` gives the positions of the IROs a child knows; unless said, it is the one they have today.
        """
        position, one = self.problem.position, self.iro.tolist() if self.iro is not None else ()
        listed = [
            (n, case)
            for n, unit in enumerate(self.units)
            for case in children(unit)
            if not one or (position.get(case.iro or "") != one[n] if knows is None else one[n] not in knows(case))
        ]
        if not listed:
            return NOTHING
        amounts = np.ones(len(listed)) if amount is None else np.array([amount(case) for _, case in listed])
        total = np.zeros(len(self.units))
        np.add.at(total, [n for n, _ in listed], amounts)
        if one:
            return total
        if knows is None:
            known = [(k, n, position[case.iro]) for k, (n, case) in enumerate(listed) if case.iro is not None]
        else:
            known = [(k, n, i) for k, (n, case) in enumerate(listed) for i in knows(case)]
        child, rows, at = np.array(known, dtype=np.intp).reshape(-1, 3).T
        found = np.repeat(total, len(self.problem.iros)).reshape(self.shape)
        np.subtract.at(found, (rows, at), amounts[child])
        # Amounts that cancel out leave no hair.
        found.clip(min=0.0, out=found)
        return found

    def lacking(self, skills: Callable[[Unit], Iterable[str]]) -> Array:
        """How many of the skills that the unit asks for (each as often as it is asked for) the IRO lacks."""
        asked = [(n, skill) for n, unit in enumerate(self.units) for skill in skills(unit)]
        if not asked:
            return NOTHING
        found = np.zeros(self.shape)
        for n, skill in asked:
            lacking = self.problem.lacking(skill)
            found[n] += lacking if self.iro is None else lacking[self.iro[n]]
        return found

    def miles(self, most: float) -> Array:
        """Straight-line miles from the IRO's base to every place where children of the unit live, each up to `most`."""
        places = [unit.places for unit in self.units]
        if not any(places):
            return NOTHING
        found = np.zeros(self.shape)
        bases = self.problem.bases if self.iro is None else self.problem.bases[:, self.iro]
        # Brothers and sisters seldom live in several places.
        for k in range(max(map(len, places))):
            rows = np.array([n for n, there in enumerate(places) if len(there) > k], dtype=np.intp)
            place = np.array([places[n][k] for n in rows], dtype=float).T
            if self.iro is None:
                (east, north, known), (x, y) = bases, place[:, :, None]
            else:
                (east, north, known), (x, y) = bases[:, rows], place
            # Not numpy's hypot, which is five times slower for the sake of numbers that metres never are.
            miles = np.sqrt((east - x) ** 2 + (north - y) ** 2)
            miles /= METRES_A_MILE
            miles *= known
            found[rows] += miles.clip(max=most, out=miles)
        return found


def blocks(problem: Problem, units: Sequence[Unit]) -> Iterator[tuple[slice, Pairs]]:
    """All units with every IRO, some at a time, and which of them they are."""
    size = max(1, BLOCK // max(1, len(problem.iros)))
    for first in range(0, len(units), size):
        rows = slice(first, min(first + size, len(units)))
        yield rows, Pairs(problem, units[rows])
