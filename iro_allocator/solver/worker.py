"""The proof in a child process, so that it can be ended at once, whatever the solver is doing.

An in-process interrupt was seen to take 53 seconds. The child is this very program, started anew with
an argument, so it needs nothing of how the parent was started (a bundle, a test, a script) and works
alike on every system. It ends by itself when its parent does.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from iro_allocator.solver.problem import Mask
from iro_allocator.solver.reduce import Reduced, Task

Told = Callable[[float, Mask | None], None]
"""Told the bound so far, and every better choice of arcs."""

LOOK = 0.05
"""Seconds between two looks at whether to stop, and between two reports."""


class Worker:
    """A child process that solves one reduced board after another; starting it takes about half a second.

    Use as a context: on leaving, the child is ended at once.
    """

    def __init__(self) -> None:
        package = Path(__file__).parents[2]
        command = [sys.executable, "--worker"] if getattr(sys, "frozen", False) else [sys.executable, "-m", __name__]
        path = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH")]))
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
        )
        self._messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._asked = 0
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._child.stdout is not None
        for message in _messages(self._child.stdout):
            self._messages.put(message)
        self._messages.put(None)

    def hang_up(self) -> None:
        """Close the child's input, as the system does when this program dies: the child ends by itself."""
        if self._child.stdin is not None:
            with suppress(OSError):
                self._child.stdin.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._child.wait()
        self.hang_up()
        self._listener.join()
        if self._child.stdout is not None:
            self._child.stdout.close()

    def solve(
        self, reduced: Reduced, task: Task, *, stop: Callable[[], bool], told: Told
    ) -> tuple[Mask | None, float, bool]:
        """The best choice of arcs (None when none was found), its proven bound, and whether it was stopped."""
        found: list[Any] = [None, float("-inf")]

        def passed_on(proven: float, arcs: Mask | None) -> None:
            found[:] = found[0] if arcs is None else arcs, max(found[1], proven)
            told(found[1], arcs)

        self.ask(reduced, task)
        # The solver's own time limit is soft; ours is not.
        until = time.monotonic() + task.seconds
        while not stop() and time.monotonic() < until:
            if word := self.hear(passed_on):
                return found[0], found[1], word == "stopped"
        return found[0], found[1], True

    def ask(self, reduced: Reduced, task: Task) -> None:
        """Give the child a task; whatever it still says of earlier ones is not heard."""
        assert self._child.stdin is not None
        self._asked += 1
        pickle.dump((self._asked, reduced, task), self._child.stdin)
        self._child.stdin.flush()

    def hear(self, told: Told, seconds: float = LOOK) -> str:
        """Pass on what the child says next, within some seconds; gives its last word ("proven", "stopped"), else ""."""
        try:
            message = self._messages.get(timeout=seconds)
        except queue.Empty:
            return ""
        if message is None:
            raise RuntimeError("The solver's process ended before it had an answer.")
        asked, kind, proven, arcs = message
        if asked != self._asked:
            # Of a task that was given up: the child ends it by its own clock, and comes to this one.
            return ""
        told(proven, arcs)
        return "" if kind == "told" else str(kind)


def _messages(pipe: IO[bytes]) -> Any:
    while True:
        try:
            yield pickle.load(pipe)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            return


def serve() -> None:
    """The child: solve what comes, until the parent ends or ends it."""
    from iro_allocator.solver import model

    # What anything prints must not come between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def listen() -> None:
        # Reading apart from solving: when the parent dies the pipe ends, and so do we, in mid-solve.
        for task in _messages(sys.stdin.buffer):
            tasks.put(task)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()

    def send(asked: int, kind: str, bound: float, arcs: Mask | None) -> None:
        pickle.dump((asked, kind, bound, arcs), out)
        out.flush()

    while True:
        asked, reduced, task = tasks.get()
        last = time.monotonic()

        def tell(bound: float, arcs: Mask | None, asked: int = asked) -> bool:
            nonlocal last
            if arcs is not None or time.monotonic() - last > LOOK:
                last = time.monotonic()
                send(asked, "told", bound, arcs)
            return False

        solved = model.solve(reduced, task, watch=tell)
        send(asked, "stopped" if solved.stopped else "proven", solved.bound, solved.chosen)


if __name__ == "__main__":
    serve()
