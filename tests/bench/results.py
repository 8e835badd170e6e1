"""What a bench has found: the runs on every instance, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from iro_allocator.solver.problem import Mode
from tests.bench.measured import Run
from tests.bench.peers import GAP, PEERS
from tests.bench.special import Outcome
from tests.bench.taking import Taking

CHECKPOINTS = (0.3, 1.0, 5.0, 30.0, 60.0)
DUEL = {"kirklees": 0.5, "county": 5.0, "region": 30.0, "national": 60.0}
"""Seconds at which ours and the best peer are compared on rebalance; 1 second on the other modes."""


@dataclass(slots=True)
class Bout:
    """All runs on one instance."""

    size: str
    mode: Mode
    iros: int
    children: int
    units: int
    arcs: int
    runs: dict[str, Run] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The instance in a few words."""
        return f"{self.mode}, {self.iros:,} × {self.children:,}"

    @property
    def ours(self) -> Run:
        """The program's run."""
        return self.runs["ours"]

    @property
    def peers(self) -> dict[str, Run]:
        """The peers' runs, in the order of PEERS."""
        return {key: self.runs[key] for key in PEERS if key in self.runs}

    @property
    def at(self) -> float:
        """Seconds at which ours and the best peer are compared."""
        return DUEL[self.size] if self.mode == "rebalance" else 1.0

    def above(self, run: Run, seconds: float) -> float | None:
        """Points that a run's best plan by then lies above the best bound that is proven."""
        best, bound = run.best_at(seconds), self.ours.bound
        return None if best is None or bound is None else max(0.0, best - bound)

    def best_peer(self, seconds: float) -> tuple[str, float] | None:
        """Who of the peers is nearest to the bound by then, and how far above it."""
        found = [(above, key) for key, run in self.peers.items() if (above := self.above(run, seconds)) is not None]
        return (min(found)[1], min(found)[0]) if found else None

    def closer(self, seconds: float) -> tuple[float, str, bool] | None:
        """How many times closer to the bound than the best peer ours is, who that is, and whether it is at least so.

        Ours is taken as no closer than what it was asked to prove.
        """
        ours, peer = self.above(self.ours, seconds), self.best_peer(seconds)
        if ours is None or peer is None:
            return None
        return peer[1] / max(ours, GAP), peer[0], ours < GAP

    def ahead(self) -> Iterator[tuple[float, str, float | None]]:
        """Where a peer is ahead: seconds, who, and by how many points (None: ours has no plan yet)."""
        for seconds in CHECKPOINTS:
            peer, ours = self.best_peer(seconds), self.above(self.ours, seconds)
            if peer is not None and (ours is None or peer[1] < ours - GAP):
                yield seconds, peer[0], None if ours is None else ours - peer[1]


@dataclass(slots=True)
class Results:
    """Everything a bench has found."""

    quick: bool = False
    bouts: list[Bout] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    specials: list[Outcome] = field(default_factory=list)
    taking: Taking | None = None
    seconds: float = 0.0
    busy: float = 0.0
    """Per cent of the machine that other work took meanwhile."""

    def run(self, size: str, mode: Mode, what: str = "ours") -> Run | None:
        """One run, None when it was not made."""
        bout = self.bout(size, mode)
        return bout.runs.get(what) if bout else None

    def bout(self, size: str, mode: Mode) -> Bout | None:
        """All runs on one instance, None when it was not tried."""
        return next((bout for bout in self.bouts if (bout.size, bout.mode) == (size, mode)), None)
