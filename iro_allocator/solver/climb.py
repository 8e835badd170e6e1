"""Up a smoothed dual: minima softened by a temperature, and damped Newton steps.

Source: Nesterov, Smooth minimization of non-smooth functions (2005); Levenberg (1944) and Marquardt (1963) for the
damping of steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.problem import Array

Small = npt.NDArray[np.float32]

STEPS = 20
"""Newton's steps at one temperature."""
DAMPINGS = 6
"""How strongly damped steps are tried, one after another, from one place."""
NOTHING = 1e-30
"""A part of a choice that is none."""


class Smooth(Protocol):
    """A smoothed dual at some prices."""

    @property
    def value(self) -> float:
        """Points."""

    @property
    def gradient(self) -> Array:
        """By price."""


There = TypeVar("There", bound=Smooth)
Step = Callable[[float, bool], Array]
"""Newton's step for a damping; whether the last price is to be left as it is."""


class Stage(Protocol[There]):
    """A dual smoothed at one temperature."""

    @property
    def temperature(self) -> float:
        """Points."""

    @property
    def budgeted(self) -> bool:
        """Whether the last price is that of a move, which is never below 0."""

    def at(self, values: Array) -> There:
        """The smoothed dual at some prices."""

    def step_from(self, there: There) -> Step:
        """Newton's steps from there."""


def newton(
    stage: Stage[There], values: Array, *, steps: int = STEPS, stop: Callable[[], bool] = lambda: False
) -> Array:
    """Prices at which the smoothed dual is (nearly) the highest, from some that are given."""
    now, damping = stage.at(values), 0.01
    for _ in range(steps):
        if stop():
            break
        step_from = stage.step_from(now)
        held = stage.budgeted and values[-1] <= 0 and now.gradient[-1] < 0
        better = None
        for _ in range(DAMPINGS):
            step = step_from(damping, held)
            promised = float(step @ now.gradient)
            if promised < 0.1 * stage.temperature:
                return values
            trial = values + step
            if stage.budgeted:
                trial[-1] = max(trial[-1], 0.0)
            after = stage.at(trial)
            gained = (after.value - now.value) / promised
            if gained > 0.05:
                better = trial, after
                damping = max(1e-6, damping * (0.2 if gained > 0.4 else 1.0))
                break
            damping = min(max(damping, 1e-4) * 10, 1e6)
        if better is None:
            break
        values, now = better
    return values


def floor(diagonal: Array) -> Array:
    """What a damping multiplies. Where nothing is at stake a dual is flat: a little of the mean keeps steps short."""
    found: Array = diagonal + 0.01 * float(diagonal.mean()) + 1e-9
    return found


def softly(values: Array, temperature: float) -> tuple[Array, Array]:
    """Each row's smoothed minimum, and the parts that its entries have in it."""
    least = values.min(axis=1, keepdims=True)
    part: Array = np.exp((least - values) / temperature)
    # Products of next to nothing are slow, and nothing.
    part[part < NOTHING] = 0.0
    total = part.sum(axis=1, keepdims=True)
    part /= total
    return least - temperature * np.log(total), part
