"""The tables of a bench, for the terminal and for docs/benchmarks.md."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import psutil
from rich.table import Table

from tests.bench import cpsat_home
from tests.bench.goals import GOALS
from tests.bench.measured import Run
from tests.bench.peers import PEERS, cores
from tests.bench.results import CHECKPOINTS, Bout, Results

NOTHING = "–"
OURS = "IRO Allocator"

ABOUT = """All services are made up (seeded, in the shape published for Kirklees in 2016-17); sizes are IROs × children.
The *certified gap* is objective less proven bound: no plan can be better by more than that. One point is one case
equivalent moved across one percentage point of difference between two IROs’ loads. Every run has a process of its own
and starts from a problem in memory; its seconds include building a model, but for the peers not the start of Python
and of libraries. All plans are priced by the same exact charges. Times move by a third between runs: read them as
ratios."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a title, and a note below it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def _is_number(self, column: int) -> bool:
        """Whether a column is mostly figures (but not the first)."""
        said = [row[column] for row in self.rows if row[column] != NOTHING]
        return column > 0 and 2 * sum(cell[:1].isdigit() for cell in said) > len(said)

    def rich(self) -> Table:
        """The table for a terminal."""
        table = Table(title=self.title, caption=self.note or None, title_justify="left", caption_justify="left")
        for n, head in enumerate(self.heads):
            table.add_column(head, justify="right" if self._is_number(n) else "left", overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """The table for a page."""
        lines = [f"## {self.title}", ""]
        lines += [f"| {' | '.join(self.heads)} |"]
        lines += ["|" + "|".join("---:" if self._is_number(n) else "---" for n in range(len(self.heads))) + "|"]
        lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in self.rows]
        return "\n".join([*lines, "", *([self.note, ""] if self.note else [])])


def sheets(results: Results) -> Iterator[Sheet]:
    """Every table that has rows."""
    makers: Sequence[Callable[[Results], Sheet]] = (
        _goals,
        _gaps,
        _peers,
        _ahead,
        _building,
        _frontier,
        _growth,
        _special,
        _taking,
    )
    for make in makers:
        sheet = make(results)
        if sheet.rows:
            yield sheet


def machine(results: Results) -> tuple[str, ...]:
    """The machine and what runs on it, in general words."""
    versions = {name: importlib.metadata.version(name) for name in ("PuLP", "highspy", "numpy")}
    if cpsat_home.is_there():
        versions["ortools"] = cpsat_home.version()
    libraries = ", ".join(f"{name} {number}" for name, number in versions.items())
    memory = psutil.virtual_memory().total / 1e9
    busy = f"other work took {results.busy:.0f} % of it" if results.busy >= 10 else "otherwise idle"
    system = f"{platform.system()} on {platform.machine()}"
    return (
        f"{cores()} cores, {memory:.0f} GB of memory, {system}; {busy} during the bench.",
        f"Python {platform.python_version()}, {libraries}; CBC as PuLP brings it.",
    )


def page(results: Results) -> str:
    """docs/benchmarks.md."""
    kind = "a quick run of `python -m tests.bench --quick`" if results.quick else "`make bench`"
    about = [
        "# Benchmarks",
        "",
        f"Written by {kind} on {date.today():%d %B %Y}, in {_minutes(results.seconds)}; not by hand.",
        "",
        *(f"- {line}" for line in machine(results)),
        "",
        ABOUT,
        "",
    ]
    return "\n".join([*about, *(sheet.markdown() for sheet in sheets(results))]).rstrip() + "\n"


def _goals(results: Results) -> Sheet:
    rows = []
    for goal in GOALS:
        found = goal.measure(results)
        said, met = (NOTHING, NOTHING) if found is None else (found[0], "yes" if found[1] else "no")
        rows.append((goal.about, goal.wanted, said, met))
    return Sheet(
        "How good, and how fast", ("what", "goal", "measured", "reached"), tuple(rows), f"{NOTHING}: not run this time."
    )


def _gaps(results: Results) -> Sheet:
    rows = []
    for bout in results.bouts:
        run = bout.ours
        at = [_gap(run, seconds) for seconds in CHECKPOINTS]
        rows.append((bout.name, _seconds(run.first), *at, _ended(run), _number(run.best, 1)))
    heads = ("instance", "first plan", *(f"{seconds:g} s" for seconds in CHECKPOINTS), "ended", "objective")
    return Sheet("Certified gap, points (and % of the objective)", heads, tuple(rows))


def _gap(run: Run, seconds: float) -> str:
    gap, best = run.gap_at(seconds), run.best_at(seconds)
    if gap is None or best is None or (run.how != "done" and seconds > run.limit + 1):
        return NOTHING
    return f"{gap:.2f} ({gap / best if best else 0.0:.3%})"


def _peers(results: Results) -> Sheet:
    rows: list[tuple[str, ...]] = []
    for bout in results.bouts:
        for key, run in {"ours": bout.ours, **bout.peers}.items():
            then, ours = bout.above(run, bout.at), bout.above(bout.ours, bout.at)
            ratio = None if then is None or not ours else then / ours
            rows.append(
                (
                    bout.name if key == "ours" else "",
                    OURS if key == "ours" else PEERS[key][0],
                    _seconds(run.first),
                    _ended(run),
                    _number(run.best, 1),
                    _against(bout, run),
                    _number(then, 2),
                    NOTHING if ratio is None else f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2f}",
                    f"{run.peak_mb:.0f} MB",
                )
            )
        if len(bout.peers) > 1:
            rows += [("", PEERS[key][0], f"skipped: {why}", *[""] * 6) for key, why in results.skipped.items()]
    return Sheet(
        "Peers beside ours",
        (
            *("instance", "who", "first plan", "ended", "objective", "÷ ours at that time"),
            *("above the bound then, points", "÷ ours", "memory"),
        ),
        tuple(rows),
        "“÷ ours at that time” compares objectives at the moment of the peer’s best plan, or of our first if that is "
        "later. “Then” is after 0.5 s on the "
        "Kirklees rebalance, 5 s on the county’s, 30 and 60 s on the larger ones, 1 s elsewhere; the bound is the best "
        "that ours proved in the whole run.",
    )


def _against(bout: Bout, run: Run) -> str:
    if run is bout.ours or run.best is None or run.last is None or bout.ours.first is None:
        return NOTHING
    ours = bout.ours.best_at(max(run.last, bout.ours.first))
    return f"{run.best / ours:.4f}" if ours else NOTHING


def _ahead(results: Results) -> Sheet:
    rows = [
        (bout.name, f"{seconds:g} s", PEERS[key][0], "ours has no plan yet" if by is None else f"{by:.2f} points")
        for bout in results.bouts
        for seconds, key, by in bout.ahead()
    ]
    return Sheet("Where a peer is ahead", ("instance", "at", "who", "by"), tuple(rows))


def _building(results: Results) -> Sheet:
    rows = []
    for bout in results.bouts:
        for key, run in bout.runs.items():
            for told in run.said("parts"):
                part, whole = told["pulp"], told["whole"]
                rows.append((bout.name, OURS, _seconds(part), f"{part / whole:.1%}", "all proofs of the run together"))
            for told in run.said("built"):
                each = [f"{_seconds(s)} {name}" for name, s in told.items() if name != "kind"]
                part, whole = run.built or 0.0, max(run.seconds, 1e-9)
                rows.append((bout.name, PEERS[key][0], _seconds(part), f"{part / whole:.1%}", ", ".join(each)))
    return Sheet("Building the model", ("instance", "who", "building", "of its time", "of that"), tuple(rows))


def _frontier(results: Results) -> Sheet:
    run = results.run("kirklees", "rebalance", "frontier")
    told = run.said("points") if run else []
    seen = {min(len(told) - 1, round(k * (len(told) - 1) / 7)) for k in range(8)} if told else set()
    rows = tuple(
        (
            _seconds(told[k]["seconds"]),
            str(told[k]["points"]),
            str(told[k]["proven"]),
            f"{100 * told[k]['furthest']:.3f} pp",
        )
        for k in sorted(seen)
    )
    note = "Proven: within 0.05 percentage points of the evenest possible with so few children moved."
    return Sheet("The frontier, 20 × 1,137", ("after", "points", "proven", "furthest from its bound"), rows, note)


def _growth(results: Results) -> Sheet:
    bouts = [bout for bout in results.bouts if bout.mode == "rebalance" and bout.ours.first]
    rows = []
    for bout in bouts:
        run = bout.ours
        read = run.said("read")[0]["seconds"]
        first = _gap(run, run.first or 0.0)
        size = f"{bout.iros:,} × {bout.children:,}"
        rows.append(
            (
                size,
                f"{bout.units:,}",
                f"{bout.arcs:,}",
                _seconds(read),
                _seconds(run.first),
                first,
                f"{run.peak_mb:.0f} MB",
            )
        )
    note = ""
    if len(bouts) > 1:
        logs = np.log([[bout.arcs, bout.ours.first or 1e-9] for bout in bouts])
        power = float(np.polyfit(logs[:, 0], logs[:, 1], 1)[0])
        note = f"The time to the first plan grows as the arcs to the power of {power:.2f}."
    heads = ("rebalance", "units", "arcs", "reading the file", "first plan", "its gap", "memory")
    return Sheet("Growth with size", heads, tuple(rows), note)


def _special(results: Results) -> Sheet:
    rows = tuple(
        (
            outcome.special.name,
            f"{len(outcome.special.problem.iros)} × {len(outcome.special.problem.cases)}",
            _points(outcome.special.optimum),
            _points(outcome.objective),
            _points(outcome.bound) + ("" if outcome.sound else " (above the optimum)"),
            _seconds(outcome.seconds),
            "yes" if outcome.reached else "no",
        )
        for outcome in results.specials
    )
    heads = ("special case", "size", "known optimum", "objective", "bound", "time", "reached")
    return Sheet("Special cases with known optima", heads, rows)


def _taking(results: Results) -> Sheet:
    taking = results.taking
    if taking is None:
        return Sheet("", (), ())
    readers = (taking.ours, taking.plain, taking.pandas)
    rows = tuple(
        (what, _seconds(seconds), *(f"{seconds / reader:.1f}" for reader in readers))
        for what, seconds in (
            ("reading it, by the program (which looks for hostile workbooks first)", taking.ours),
            ("reading it, by openpyxl, read-only", taking.plain),
            ("reading it, by pandas with openpyxl", taking.pandas),
            ("drawing the import up, reading included", taking.draft),
            ("storing it with its history, encrypted, and loading the service", taking.store),
            ("all together", taking.whole),
        )
    )
    heads = ("what", "processor time", "÷ program’s reading", "÷ openpyxl", "÷ pandas")
    return Sheet(f"Taking a workbook of {taking.rows:,} children", heads, rows)


def _ended(run: Run) -> str:
    words = {"done": "", "time": " (limit)", "ended": " (overran, ended)"}
    return f"{_seconds(run.seconds)}{words.get(run.how, f' ({run.how})')}"


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return NOTHING
    return f"{seconds:.3f} s" if seconds < 0.1 else f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"


def _points(points: float) -> str:
    return f"{round(points, 4) + 0.0:.4f}"  # without a sign before a nought


def _number(value: float | None, digits: int) -> str:
    return NOTHING if value is None else f"{value:,.{digits}f}"
