"""Runs something in a child process: its limit holds, its memory is seen, and what it tells is kept."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

ROOT = Path(__file__).parents[2]
LOOK = 0.02
"""Seconds between two looks at the memory."""
START = 300.0
"""Seconds within which a problem must have been read."""


@dataclass(slots=True)
class Run:
    """What a child process told, and what it took.

    `how`: "done", "time", "no plan in time", or "ended" when it had to be (it overran its limit) or failed.
    """

    what: str
    limit: float
    messages: list[dict[str, Any]] = field(default_factory=list)
    how: str = "ended"
    seconds: float = 0.0
    peak_mb: float = 0.0

    def said(self, kind: str) -> list[dict[str, Any]]:
        """The messages of a kind."""
        return [message for message in self.messages if message["kind"] == kind]

    def best_at(self, seconds: float) -> float | None:
        """The objective of the best plan known by then, None before there is one."""
        return min(
            (m["best"] for m in self.said("plan") if m["best"] is not None and m["seconds"] <= seconds), default=None
        )

    def bound_at(self, seconds: float) -> float | None:
        """The bound proven by then."""
        return max(
            (m["bound"] for m in self.said("plan") if m.get("bound") is not None and m["seconds"] <= seconds),
            default=None,
        )

    def gap_at(self, seconds: float) -> float | None:
        """The certified gap by then, points; None before there is a plan with a bound."""
        best, bound = self.best_at(seconds), self.bound_at(seconds)
        return None if best is None or bound is None else max(0.0, best - bound)

    @property
    def best(self) -> float | None:
        """The objective of the best plan of all."""
        return self.best_at(float("inf"))

    @property
    def bound(self) -> float | None:
        """The best proven bound."""
        return self.bound_at(float("inf"))

    @property
    def first(self) -> float | None:
        """Seconds until the first plan."""
        return min((m["seconds"] for m in self.said("plan") if m["best"] is not None), default=None)

    @property
    def last(self) -> float | None:
        """Seconds until the best plan."""
        return min((m["seconds"] for m in self.said("plan") if m["best"] == self.best), default=None)

    @property
    def built(self) -> float | None:
        """Seconds for building a model, all parts of it."""
        return sum(v for m in self.said("built") for k, v in m.items() if k != "kind") if self.said("built") else None


def measure(what: str, file: Path, limit: float) -> Run:
    """Run one of ours or a peer on a problem file for about `limit` seconds; well beyond it, it is ended."""
    run = Run(what, limit)
    command = [sys.executable, "-m", "tests.bench.child", what, str(file), str(limit)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, text=True)
        assert child.stdout is not None
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(child.stdout, lines), daemon=True).start()
        try:
            _watch(run, psutil.Process(child.pid), lines)
        finally:
            _end(child)
        errors.seek(0)
        said = errors.read().strip()
    if child.returncode > 0:
        raise RuntimeError(f"{what} failed: {said.splitlines()[-1] if said else child.returncode}")
    return run


def _listen(pipe: IO[str], lines: queue.SimpleQueue[str | None]) -> None:
    for line in pipe:
        lines.put(line)
    lines.put(None)


def _watch(run: Run, process: psutil.Process, lines: queue.SimpleQueue[str | None]) -> None:
    """Keep what is said until the end, or until it is well beyond the limit."""
    until = time.monotonic() + START
    began = time.monotonic()
    while time.monotonic() < until:
        run.peak_mb = max(run.peak_mb, _memory(process))
        try:
            line = lines.get(timeout=LOOK)
        except queue.Empty:
            continue
        if line is None:
            break
        message = json.loads(line)
        run.messages.append(message)
        if message["kind"] == "read":
            began = time.monotonic()
            # CBC, and HiGHS in its first LP, are known to overrun.
            until = began + run.limit + max(3.0, 0.5 * run.limit)
        elif message["kind"] == "ended":
            run.how, run.seconds = message["how"], message["seconds"]
            return
    run.seconds = time.monotonic() - began


def _memory(process: psutil.Process) -> float:
    """Megabytes of a process and all it has started."""
    total = 0
    try:
        for each in (process, *process.children(recursive=True)):
            total += each.memory_info().rss
    except psutil.Error:  # one of them has just ended
        return 0.0
    return total / 1e6


def _end(child: subprocess.Popen[str]) -> None:
    """End what is left of a child and of all it has started."""
    try:
        started = psutil.Process(child.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        started = []
    try:
        child.wait(timeout=1.0 if not started else 0.0)
    except subprocess.TimeoutExpired:
        child.kill()
    for each in started:
        if each.is_running():
            each.kill()
    child.wait()
    if child.stdout is not None:
        child.stdout.close()
