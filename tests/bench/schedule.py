"""What is run for how long: every size and mode, ours and the peers, in full or quickly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iro_allocator.solver.problem import Mode


@dataclass(frozen=True, slots=True)
class Case:
    """One instance, and for how many seconds each of ours and of the peers may have it."""

    size: str
    mode: Mode
    limits: Mapping[str, float]


def _with_peers(ours: float, peers: float, **more: float) -> dict[str, float]:
    return {"ours": ours, "manager": 1.0, **dict.fromkeys(("textbook", "all-in", "cp-sat"), peers), **more}


def _alone(ours: float) -> dict[str, float]:
    """Without the peers that make one model of it all: with millions of arcs none gets it built."""
    return {"ours": ours, "manager": 10.0}


FULL = (
    Case("kirklees", "referrals", _with_peers(10, 10)),
    Case("kirklees", "leavers", _with_peers(10, 5)),
    Case("kirklees", "rebalance", _with_peers(60, 30, frontier=30, parts=10)),
    Case("county", "referrals", _with_peers(10, 10)),
    Case("county", "leavers", _with_peers(10, 5)),
    Case("county", "rebalance", _with_peers(60, 30)),
    Case("region", "referrals", _alone(10)),
    Case("region", "leavers", _alone(10)),
    Case("region", "rebalance", _alone(30)),
    Case("national", "referrals", _alone(10)),
    Case("national", "leavers", _alone(10)),
    Case("national", "rebalance", _alone(60)),
)
QUICK = (
    Case("kirklees", "referrals", _with_peers(3, 2)),
    Case("kirklees", "leavers", _with_peers(3, 2)),
    Case("kirklees", "rebalance", _with_peers(8, 5, frontier=6, parts=3)),
    Case("county", "leavers", {"ours": 3, "manager": 1}),
    Case("county", "rebalance", {"ours": 10, "manager": 1, "all-in": 6, "cp-sat": 6}),
)


def chosen(quick: bool, sizes: tuple[str, ...]) -> Iterator[Case]:
    """The instances of these sizes (all, when none is named)."""
    return (case for case in (QUICK if quick else FULL) if not sizes or case.size in sizes)
