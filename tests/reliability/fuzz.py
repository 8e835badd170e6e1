"""Bent files through every reader: each is read or refused in a sentence, nothing crashes, hangs or is half done."""

from __future__ import annotations

import os
import random
import resource
import signal
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from iro_allocator import places, sheets
from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step, added
from iro_allocator.errors import Explained
from iro_allocator.store import Store
from tests.builders import DAY, small_service
from tests.reliability.mutate import bent
from tests.reliability.seeds import FILES

SLOW = 10
"""Seconds of the processor that one import may take: a busy machine is no hang."""

MOST_MEMORY = 1_000_000_000
"""Bytes that a process may have held at once."""

STORED = 400
"""One run in so many that reads is also taken into a file, looked at and undone."""

BESIDE = 0.25
"""The part of the runs in which a good file stands beside the bent one."""


class Hang(BaseException):
    """An import has taken too long."""


@dataclass(frozen=True)
class Run:
    """One import of a bent file: its number, kind and outcome (read, refused, crashed, hung), and what was said."""

    number: int
    kind: str
    outcome: str
    said: str = ""


@dataclass
class Tally:
    """The outcomes of many runs."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[Run] = field(default_factory=list)
    memory: int = 0

    def add(self, run: Run) -> None:
        """Counts a run."""
        self.outcomes[run.kind, run.outcome] += 1
        if run.outcome in ("crashed", "hung"):
            self.faults.append(run)

    def of(self, outcome: str) -> int:
        """How many came out so."""
        return sum(count for (_, each), count in self.outcomes.items() if each == outcome)


def runs(numbers: Sequence[int], seed: int, *, real_places: bool = False) -> Iterator[Run]:
    """The runs of these numbers, the same for the same seed and number, in a folder of their own.

    Postcodes are looked up as unknown unless `real_places`: bent ones would load the whole directory by and by.
    """
    service = small_service()
    before = tuple(service.records())
    # What is stubbed as unknown must not be remembered afterwards.
    found, known = places._look_up, places._found
    if not real_places:
        places._found = {}
        places._look_up = lambda letter, codes: dict.fromkeys(codes, (None, ""))
    try:
        with tempfile.TemporaryDirectory() as folder, _watched():
            for number in numbers:
                yield _run(number, seed, Path(folder), service, before)
    finally:
        places._look_up, places._found = found, known


def _run(number: int, seed: int, folder: Path, service: Snapshot, before: tuple[Any, ...]) -> Run:
    dice = random.Random(f"{seed}/{number}")
    name = dice.choice(list(FILES))
    kind, content = FILES[name]
    paths = [folder / f"bent{Path(name).suffix}"]
    paths[0].write_bytes(bent(content, kind, dice))
    if dice.random() < BESIDE:
        other = dice.choice(list(FILES))
        paths.append(folder / other)
        paths[1].write_bytes(FILES[other][1])
    try:
        signal.setitimer(signal.ITIMER_PROF, SLOW)
        with warnings.catch_warnings(action="error"):
            draft = sheets.draft(paths, service, DAY, end_missing=dice.random() < 0.5)
        after = draft.step.apply(service)
        assert draft.step.inverse.apply(after) == service, "taking it back does not give what was"
        assert tuple(service.records()) == before, "the service itself has changed"
        if number % STORED == 0:
            _store(folder, service, draft.step, after)
    except Explained as fault:
        said = f"{fault.message} {fault.hint}".strip()
        clear = fault.message and "\n" not in fault.message and "Traceback" not in said
        return Run(number, kind, "refused" if clear else "crashed", said)
    except Hang:
        return Run(number, kind, "hung", f"longer than {SLOW} s")
    except BaseException as fault:
        if isinstance(fault, KeyboardInterrupt):
            raise
        return Run(number, kind, "crashed", "".join(traceback.format_exception(fault)))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        for path in paths:
            path.unlink(missing_ok=True)
    return Run(number, kind, "read")


def _store(folder: Path, service: Snapshot, step: Step, after: Snapshot) -> None:
    """Takes a step into a file of its own and back: all of it is there, then nothing of it."""
    file = folder / "service.iro"
    store = Store.create(file, passphrase=None, sample=True)
    try:
        store.commit(Step("as it was", added(service.records())), by="fuzz")
        if step:
            number = store.commit(step, by="fuzz").number
            assert store.load() == after, "what was taken is not what was drawn up"
            store.undo(number, by="fuzz")
        assert store.load() == service, "undoing does not give what was"
        assert not store.check(), "the file has a fault"
    finally:
        store.close()
        for left in folder.glob("service.iro*"):
            if left.is_file():
                left.unlink()


@contextmanager
def _watched() -> Iterator[None]:
    """Ends an import that takes too long."""

    def ring(*_: object) -> None:
        raise Hang

    old = signal.signal(signal.SIGPROF, ring)
    try:
        yield
    finally:
        signal.signal(signal.SIGPROF, old)


def limited() -> None:
    """Makes a process a poor one: an import that asks for far too much memory fails rather than fills the machine."""
    most = 4 * MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    os.nice(10)


def memory() -> int:
    """The most bytes that this process has held at once: its own, not those of the process it came from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


BATCH = 50
"""So many runs are told at once, if they do not take longer than a second."""


def work(numbers: Sequence[int], seed: int, out: Connection) -> None:
    """The runs of a process: tells each batch of them and how much memory it has held."""
    limited()
    batch: list[Run] = []
    begun = time.monotonic()
    for run in runs(numbers, seed):
        batch.append(run)
        if len(batch) == BATCH or run.outcome in ("crashed", "hung") or time.monotonic() - begun > 1:
            out.send((batch, memory()))
            batch, begun = [], time.monotonic()
    out.send((batch, memory()))
    out.send(None)
