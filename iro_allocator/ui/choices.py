"""A frontier as its chart shows it, and which of its points is meant. Without Qt."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from iro_allocator.paper.frontier_curve import Choice

if TYPE_CHECKING:
    from iro_allocator.workspace import Frontier


def must_change(found: Frontier, covered: Collection[str] = ()) -> int:
    """How many children change IRO in any case; those of IROs who are covered come back and do not count."""
    away = sum(case.iro in covered for unit in found.problem.checked.units for case in unit.cases)
    return found.problem.children_must_move - away


def choices(found: Frontier, covered: Collection[str] = ()) -> tuple[Choice, ...]:
    """Every point of a frontier; children who must move in any case are counted."""
    must = must_change(found, covered)
    return tuple(
        Choice(
            children=must + point.children_moved,
            furthest=point.furthest_share_difference,
            unevenness=point.rms_share_difference,
            proven=point.proven,
        )
        for point in found.points
    )


def fewest_within(found: Frontier, tolerance: float) -> int:
    """The position of the point that changes fewest for everybody to be within ± `tolerance` per cent.

    Where none is, that of the one whose furthest is nearest.
    """
    point = found.within(tolerance / 100) or min(found.points, key=lambda each: each.furthest_share_difference)
    return found.points.index(point)


def same_again(found: Frontier, children_moved: int) -> int:
    """The position of the point that changes as many, now that more is known; else of the one nearest to it."""
    return min(range(len(found.points)), key=lambda n: abs(found.points[n].children_moved - children_moved))


def proof_words(found: Frontier) -> str:
    """“9 of 12 points proven, after 6.1 s, stopped before the rest was”."""
    words = f"{found.words[:1].upper()}{found.words[1:]}, after {found.seconds:.1f} s"
    # Of the points that were sought, those that others beat are not among them: the rest may be none.
    left = found.stopped and not all(point.proven for point in found.points)
    return words + (", stopped before the rest was" if left else "")
