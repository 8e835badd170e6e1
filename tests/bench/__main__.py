"""`python -m tests.bench` (`make bench`): the solver and its peers side by side, in one run.

A full run takes about ten minutes and writes docs/benchmarks.md; a part of it only prints, unless --out
says where to write.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Annotated

import psutil
import typer
from rich.console import Console

from iro_allocator.solver.exchange import problem_json
from tests.bench import cpsat_home
from tests.bench.goals import WORKBOOK
from tests.bench.instances import SEED, SIZES, arcs, instance, made_up
from tests.bench.measured import ROOT, measure
from tests.bench.peers import cores
from tests.bench.report import page, sheets
from tests.bench.results import Bout, Results
from tests.bench.schedule import Case, chosen
from tests.bench.special import run as run_special
from tests.bench.special import specials
from tests.bench.taking import take

PAGE = ROOT / "docs" / "benchmarks.md"
WIDTH = 180
"""Letters a line where no terminal says otherwise."""


def main(
    size: Annotated[list[str] | None, typer.Option(help=f"Only this size, again for more: {', '.join(SIZES)}.")] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="The smaller sizes, shortly: about a minute and a half.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another service of the same shape.")] = SEED,
    out: Annotated[Path | None, typer.Option(help="Write the page there.")] = None,
) -> None:
    """The solver and its peers side by side, in one run."""
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    if unknown := set(size or ()) - SIZES.keys():
        raise typer.BadParameter(f"unknown: {', '.join(sorted(unknown))}")
    results = Results(quick)
    with console.status("CP-SAT’s own environment"):
        if why := cpsat_home.make():
            results.skipped["cp-sat"] = why
    began, busy = time.monotonic(), _other_work()
    sizes = tuple(size or ())
    for key in SIZES:
        cases = [case for case in chosen(quick, sizes) if case.size == key]
        if cases:
            _run(console, results, key, cases, seed)
    with console.status("special cases"):
        results.specials = [run_special(each, 2.0 if quick else 10.0) for each in specials()]
    with console.status("taking a workbook"):
        results.taking = take(WORKBOOK // 4 if quick else WORKBOOK)
    results.seconds = time.monotonic() - began
    results.busy = 100 * max(0.0, _other_work() - busy) / (results.seconds * cores())
    for sheet in sheets(results):
        console.print()
        console.print(sheet.rich())
    file = out or (None if quick or sizes else PAGE)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(results), encoding="utf-8")


def _other_work() -> float:
    """Seconds that the cores have worked so far, but for this program and what it has started."""
    whole, own = psutil.cpu_times(), os.times()
    busy = whole.user + whole.system + getattr(whole, "nice", 0.0)
    return float(busy - own.user - own.system - own.children_user - own.children_system)


def _run(console: Console, results: Results, key: str, cases: list[Case], seed: int) -> None:
    """Every instance of one size."""
    size = SIZES[key]
    with tempfile.TemporaryDirectory() as folder:
        with console.status(f"making up {size.says}"):
            snapshot = made_up(size, seed)
        for case in cases:
            with console.status(f"{case.mode}, {size.says}") as status:
                problem = instance(snapshot, size, case.mode, seed)
                file = Path(folder) / f"{case.mode}.json"
                file.write_text(json.dumps(problem_json(problem)), encoding="utf-8")
                units = len(problem.checked.units)
                bout = Bout(key, case.mode, len(problem.iros), len(problem.cases), units, arcs(problem))
                del problem
                for what, limit in case.limits.items():
                    if what in results.skipped:
                        continue
                    status.update(f"{bout.name}: {what}")
                    run = bout.runs[what] = measure(what, file, limit)
                    best = "" if run.best is None else f", {run.best:,.1f} points"
                    console.print(f"{bout.name}: {what} {run.how} after {run.seconds:.1f} s{best}", highlight=False)
                results.bouts.append(bout)


if __name__ == "__main__":
    typer.run(main)
