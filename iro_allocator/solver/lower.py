"""Convex charges from below: straight pieces that never lie above a charge an IRO can really have.

An IRO's total is the base plus a multiple of the gauge's step. The chord between two neighbouring
attainable totals, drawn out to both sides, lies at or below a convex charge at every attainable total
and touches it at those two. The highest of some such chords is therefore a lower bound made of straight
pieces, exact wherever chords are taken at every step. No derivative and no kink has to be known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iro_allocator.solver.arcs import Positions
from iro_allocator.solver.board import Gauge, Whole
from iro_allocator.solver.problem import Array

GROWTH = 1.2
"""How fast the distance between chords grows away from the place where they are taken at every step."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """A convex piecewise-linear charge of one IRO: corners in amounts above the base, and points there."""

    at: Array
    points: Array

    @property
    def slopes(self) -> Array:
        """Points per unit of amount between neighbouring corners (ascending)."""
        return np.diff(self.points) / np.diff(self.at)


def pieces(gauge: Gauge, iro: int, most: int, centre: float, reach: float, error: float) -> Pieces:
    """The charge of an IRO for amounts from 0 to `most` (whole numbers of 1/scale) above the base.

    Chords are taken so densely that within `reach` of `centre` (amounts) the pieces lie at most about
    `error` points below a balance charge, and ever further apart beyond.
    """
    step, scale, steps = gauge.step, gauge.scale, most // gauge.step
    if steps == 0:
        value = gauge.charge(np.array([iro]), gauge.base[[iro]])
        return Pieces(np.zeros(1), value)
    share = max(float(gauge.problem.share[iro]), 1e-9)
    # Between two tangents h apart a parabola 50 (L − T)² / T rises by at most 50 / T · (h / 2)² above them.
    fine = max(1, int(2 * (error * share / 50.0) ** 0.5 * scale / step)) if gauge.measure == "load" else 1
    k = _positions(steps, centre * scale / step, max(1, int(reach * scale / step)), fine)
    whose = np.array([iro])
    low = gauge.charge(whose, gauge.base[iro] + k * step)
    slope = (gauge.charge(whose, gauge.base[iro] + (k + 1) * step) - low) * (scale / step)
    at = k * (step / scale)
    # Equal slopes are one straight piece (a hinge has two): keep the first chord of each.
    keep = np.concatenate(([True], np.diff(slope) > 1e-12 * np.maximum(1.0, np.abs(slope[1:]))))
    at, low, slope = at[keep], low[keep], slope[keep]
    meet = ((low[:-1] - slope[:-1] * at[:-1]) - (low[1:] - slope[1:] * at[1:])) / (slope[1:] - slope[:-1])
    corner_points = low[:-1] + slope[:-1] * (meet - at[:-1])
    end = steps * step / scale
    corners = np.concatenate(([0.0], meet, [end]))
    points = np.concatenate(([low[0] - slope[0] * at[0]], corner_points, [low[-1] + slope[-1] * (end - at[-1])]))
    distinct = np.concatenate(([True], np.diff(corners) > 1e-12))
    return Pieces(corners[distinct], points[distinct])


@dataclass(frozen=True, eq=False)
class Kink:
    """Where each IRO's charge stops bending, in amounts above the base, and the points for each one beyond.

    What a unit counts beyond the kink costs the same whoever else comes, so it may be charged with the arc and the
    gauge need not count it: as soon as anything is cut off a unit, what is left of it reaches the kink by itself.
    Nothing is lost by that in a plan; but a family of three can no longer be handed to three IROs in thirds.
    """

    at: Whole
    slope: Array

    def within(self, amount: Array, iro: Positions) -> Array:
        """How much of some amounts a gauge counts at these IROs."""
        return np.minimum(amount, self.at[iro].astype(np.float64))

    def beyond(self, amount: Array, iro: Positions) -> Array:
        """Points for the rest."""
        found: Array = self.slope[iro] * np.maximum(amount - self.at[iro], 0.0)
        return found


def kink(gauge: Gauge, most: int) -> Kink:
    """The last kink of a gauge that counts whole numbers, for at most so much above the base."""
    every = np.arange(len(gauge.base))
    slopes = np.diff(gauge.charge(every[:, None], gauge.base[:, None] + np.arange(most + 2)), axis=1)
    bends = np.abs(slopes - slopes[:, -1:]) > 1e-9
    # One after the last slope that differs from the last of all.
    at = np.where(bends.any(axis=1), bends.shape[1] - bends[:, ::-1].argmax(axis=1), 0)
    return Kink(at, slopes[:, -1])


def _positions(steps: int, centre: float, reach: int, fine: int) -> np.ndarray:
    """Where chords begin: every `fine` steps around the centre, ever wider beyond, the ends included."""
    middle = round(min(max(centre, 0.0), steps - 1.0))
    near = np.arange(0, reach + fine, fine)
    far, distance, width = [], float(near[-1]), float(fine)
    while distance < steps:
        width *= GROWTH
        distance += width
        far.append(int(distance))
    away = np.concatenate((near, np.array(far, dtype=np.int64)))
    found = np.concatenate((middle - away, middle + away, [0, steps - 1]))
    return np.unique(found[(found >= 0) & (found < steps)])
