"""CP-SAT's own environment, and the way there and back.

OR-Tools and HiGHS cannot live in one process (both carry HiGHS), so it has a venv of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.charges import Laid

HOME = Path(__file__).parents[2] / ".cache" / "bench" / "cp-sat"
SCRIPT = Path(__file__).with_name("cpsat.py")
WANTED = "ortools==9.15.*"


def python() -> Path:
    """The environment's Python."""
    return HOME / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def is_there() -> bool:
    """Whether the environment has been made."""
    return (HOME / "ready").exists()


def make() -> str:
    """Make the environment if it is not there; gives "" or the reason why there is none."""
    if is_there():
        return ""
    HOME.parent.mkdir(parents=True, exist_ok=True)
    steps = (
        [sys.executable, "-m", "venv", "--clear", str(HOME)],
        [str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", WANTED],
        [str(python()), "-c", "from ortools.sat.python import cp_model"],
    )
    for step in steps:
        try:
            done = subprocess.run(step, capture_output=True, text=True, check=False, timeout=300)
        except (OSError, subprocess.TimeoutExpired):
            return "OR-Tools could not be installed in time"
        if done.returncode:
            return "OR-Tools could not be installed"
    (HOME / "ready").touch()
    return ""


def version() -> str:
    """The version of OR-Tools there."""
    ask = "from importlib.metadata import version; print(version('ortools'))"
    return subprocess.run([str(python()), "-c", ask], capture_output=True, text=True, check=True).stdout.strip()


def solutions(laid: Laid, seconds: float, workers: int, gap: float) -> Iterator[dict[str, Any]]:
    """What CP-SAT says about a laid-out board, as it says it (see the script)."""
    columns = laid.columns
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.npz"
        np.savez(
            file,
            first=laid.first,
            cost=laid.cost,
            moves=laid.moves,
            budget=-1 if laid.board.budget is None else laid.board.budget,
            apart=np.array(laid.apart, dtype=np.int64).reshape(-1, 2),
            arcs=_joined([column.arcs for column in columns]),
            steps=_joined([column.steps for column in columns]),
            arc_ends=np.cumsum([len(column.arcs) for column in columns]),
            widths=_joined([column.widths for column in columns]),
            slopes=_joined([column.slopes for column in columns]),
            piece_ends=np.cumsum([len(column.widths) for column in columns]),
        )
        command = [str(python()), str(SCRIPT), str(file), str(seconds), str(workers), str(gap)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for line in child.stdout:
                yield json.loads(line)


def _joined(parts: list[Any]) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0)
