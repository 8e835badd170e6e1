"""CP-SAT on a laid-out board, in an environment of its own: `python cpsat.py MODEL.npz SECONDS WORKERS GAP`.

Says a JSON object a line: {"built": seconds}, {"seconds", "chosen": arcs} for every better plan, and
{"proven": …} in the end. Seconds count from here on, without the start of Python and OR-Tools.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from typing import Any

import numpy as np
from ortools.sat.python import cp_model  # type: ignore[import-not-found]

SCALE = 10_000
"""Whole numbers a point: CP-SAT has no others."""


def say(**message: Any) -> None:
    print(json.dumps(message), flush=True)


def main(file: str, seconds: float, workers: int, gap: float) -> None:
    laid = np.load(file)
    began = time.monotonic()
    model = cp_model.CpModel()
    arcs = [model.new_bool_var("") for _ in range(len(laid["cost"]))]
    first = laid["first"].tolist()
    for start, end in pairwise(first):
        model.add_exactly_one(arcs[start:end])
    for one, other in laid["apart"].tolist():
        model.add_at_most_one(arcs[one], arcs[other])
    if laid["budget"] >= 0:
        model.add(cp_model.LinearExpr.weighted_sum(arcs, laid["moves"].tolist()) <= int(laid["budget"]))
    charged: list[Any] = list(arcs)
    points = np.rint(laid["cost"] * SCALE).astype(int).tolist()
    arc_start, piece_start = 0, 0
    for arc_end, piece_end in zip(laid["arc_ends"].tolist(), laid["piece_ends"].tolist(), strict=True):
        theirs = [arcs[k] for k in laid["arcs"][arc_start:arc_end].tolist()]
        widths = laid["widths"][piece_start:piece_end].tolist()
        segments = [model.new_int_var(0, width, "") for width in widths]
        steps = laid["steps"][arc_start:arc_end].tolist()
        if theirs:
            load = cp_model.LinearExpr.weighted_sum(theirs, steps)
            model.add(load == cp_model.LinearExpr.sum(segments))
        charged += segments
        points += np.rint(laid["slopes"][piece_start:piece_end] * SCALE).astype(int).tolist()
        arc_start, piece_start = arc_end, piece_end
    model.minimize(cp_model.LinearExpr.weighted_sum(charged, points))
    say(built=time.monotonic() - began)

    class Better(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        def on_solution_callback(self) -> None:
            now = time.monotonic() - began
            say(seconds=now, chosen=[k for k, arc in enumerate(arcs) if self.boolean_value(arc)])

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.absolute_gap_limit = gap * SCALE
    solver.parameters.random_seed = 0
    solver.parameters.max_time_in_seconds = max(0.1, seconds - (time.monotonic() - began))
    status = solver.solve(model, Better())
    say(proven=status == cp_model.OPTIMAL)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
