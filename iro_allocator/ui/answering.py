"""A scenario answered piece by piece, the quick figures first. Runs off the UI thread, without Qt."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iro_allocator.caseload import Caseloads, caseloads
from iro_allocator.domain import RECORDS, Scenario, Snapshot
from iro_allocator.scenario import Outlook, Summary, compared, outlook, summary

if TYPE_CHECKING:
    from iro_allocator.solver.proposal import Move
    from iro_allocator.workspace import Frontier, Point, WhatIf, Workspace, World

MONTHS = 12
POINTS = 12
QUICK = 0.3
"""Seconds for a first plan, before the choices are worked out."""
LONGEST = 30.0
"""Seconds after which the choices are left as they are."""

FIGURES = (
    "Children who change IRO",
    "of them because they must",
    "Furthest from share",
    "FTE short",
    "Load per FTE",
    "Children per FTE",
    "FTE needed for the limit",
    "FTE available",
    "FTE to spare",
    "Children covered meanwhile",
    "Families with one IRO",
    "Children over the limit",
    "Miles a year",
    "Cost a year",
)
"""In order of what is asked first; of the two for each FTE, the one that the limit counts."""
NOTHING = {("0", "0"), ("0.00", "0.00")}


@dataclass(frozen=True, eq=False)
class Begun:
    """What is known at once: the service today, what does not fit, the months to come."""

    prepared: WhatIf
    today: Summary
    outlook: Outlook


@dataclass(frozen=True, eq=False)
class Look:
    """A plan with everybody's caseload after it; `figures` when just some of its moves are made."""

    made: WhatIf
    after: Caseloads
    figures: Summary

    @property
    def words(self) -> str:
        """How good the plan is known to be."""
        proposal = self.made.proposal
        if proposal is None:
            return ""
        if proposal.point is None:
            return f"A first plan: {proposal.words}"
        return "Proven: none with as few is evener" if proposal.point.proven else "The evenest found with as few"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a plan in words: today, and then."""

    label: str
    today: str
    then: str

    @staticmethod
    def short(words: str) -> str:
        """The figure alone, without what is said in brackets."""
        return words.partition(" (")[0]


def look(made: WhatIf, moves: Collection[Move] | None = None) -> Look:
    """A plan with these moves (all of them)."""
    chosen = made.moves if moves is None else moves
    for move in made.reviewed:
        # Explained here, so that the table need not on the UI thread.
        assert move.reasons
    figures = made.after if moves is None else made.after_if(chosen)
    return Look(made, caseloads(made.snapshot_if(chosen), made.day), figures)


def answer(
    workspace: Workspace, world: World, scenario: Scenario, tell: Callable[[object], None], stop: Callable[[], bool]
) -> Frontier:
    """Tells `Begun`, then the `Look` of a quick plan, then Frontiers as they get proven; gives the last of them."""
    prepared = workspace.prepare_what_if(world, scenario)
    months = outlook(world.snapshot, world.day, MONTHS, prepared.scenario)
    tell(Begun(prepared, summary(world.snapshot, world.day), months))
    tell(look(workspace.what_if(world, scenario, time_limit=QUICK, stop=stop)))
    return workspace.what_if_frontier(prepared, points=POINTS, time_limit=LONGEST, progress=tell, stop=stop)


def look_at(workspace: Workspace, prepared: WhatIf, found: Frontier, point: Point) -> Look:
    """The plan at a point."""
    return look(workspace.what_if_at(prepared, found, point))


def figures(today: Summary, then: Summary | None) -> tuple[Figure, ...]:
    """What is asked about a plan; what is nothing on both sides is left out."""
    rows = {label: Figure(label, now, after if then else "…") for label, now, after in compared(today, then or today)}
    other = "Children per FTE" if today.limit_counts == "load" else "Load per FTE"
    shown = [rows[label] for label in FIGURES if label != other]
    return tuple(row for row in shown if (row.today, row.then) not in NOTHING)


def same_service(one: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots differ in nothing but their scenarios."""
    return all(one.table(kind.kind) == other.table(kind.kind) for kind in RECORDS if kind.kind != Scenario.kind)
