"""Arcs: which unit might go to which IRO, the cheapest first. What prices, search and proof hand on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.problem import Array, Mask

if TYPE_CHECKING:
    from iro_allocator.solver.board import Plan

Positions = npt.NDArray[np.intp]

A_UNIT = 6
"""How many of the cheapest arcs a unit is worth trying in a search; as many on average for each IRO."""


@dataclass(frozen=True, eq=False)
class Arcs:
    """Arcs in order of unit, then of reduced cost (points), then of IRO; every unit has one at least.

    Every arc whose reduced cost is at most `whole_to` is among them.
    """

    unit: Positions
    iro: Positions
    reduced: Array
    whole_to: float = math.inf

    @classmethod
    def of(cls, unit: Positions, iro: Positions, reduced: Array, whole_to: float = math.inf) -> Arcs:
        """These arcs, put in order."""
        order = np.lexsort((iro, reduced, unit))
        return cls(unit[order], iro[order], reduced[order], whole_to)

    @classmethod
    def among(cls, allowed: Mask, reduced: Array) -> Arcs:
        """Every allowed arc of a whole matrix (units × IROs)."""
        unit, iro = np.nonzero(allowed)
        return cls.of(unit, iro, reduced[unit, iro])

    def where(self, chosen: Mask) -> Arcs:
        """Some of them."""
        return Arcs(self.unit[chosen], self.iro[chosen], self.reduced[chosen], self.whole_to)

    @property
    def firsts(self) -> Positions:
        """Where each unit's arcs begin."""
        return np.flatnonzero(np.diff(self.unit, prepend=-1))

    @property
    def open(self) -> int:
        """How many of them belong to units that have several."""
        counts = np.diff(self.firsts, append=len(self.unit))
        return int(counts[counts > 1].sum())

    @property
    def cheapest(self) -> Plan:
        """The IRO of each unit's cheapest arc."""
        return self.iro[self.firsts]

    @property
    def _rank(self) -> Positions:
        """How many cheaper arcs its unit has."""
        firsts = self.firsts
        return np.arange(len(self.unit)) - np.repeat(firsts, np.diff(firsts, append=len(self.unit)))

    def cheapest_few(self, count: int) -> Arcs:
        """The cheapest so many arcs of each unit."""
        return self.where(self._rank < count)

    @property
    def near(self) -> Arcs:
        """The arcs worth trying in a search: the cheapest few of each unit, and as many for each IRO."""
        firsts, chosen = self.firsts, self._rank < A_UNIT
        if len(self.unit):
            an_iro = -(-A_UNIT * len(firsts) // (int(self.iro.max()) + 1))
            order = np.lexsort((self.unit, self.reduced, self.iro))
            begins = np.flatnonzero(np.diff(self.iro[order], prepend=-1))
            place = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
            chosen[order[place < an_iro]] = True
        return self.where(chosen)
