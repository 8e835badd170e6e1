"""`make reliability`: hostile files, and many bent ones, through every reader, in processes of their own.

RUNS=2000 for a quick look; `--only N` runs one again and says what it says. The same seed, the same runs.
"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import wait

from tests.reliability import fuzz, hostile
from tests.reliability.fuzz import Run, Tally

PATIENCE = 6 * fuzz.SLOW
"""Seconds without a word after which a process is taken for hung: what it runs cannot be interrupted."""


class Worker:
    """A process with its runs; `left` are those not told yet."""

    def __init__(self, numbers: Sequence[int], seed: int) -> None:
        self.left, self._seed = list(numbers), seed
        self._begin()

    def _begin(self) -> None:
        self.inbox, out = mp.Pipe(duplex=False)
        self.process = mp.get_context("spawn").Process(target=fuzz.work, args=(self.left, self._seed, out), daemon=True)
        self.process.start()
        out.close()
        self.heard = time.monotonic()

    def again(self, tally: Tally, why: str) -> bool:
        """Counts the run at which the process was lost, and goes on after it; whether there is more to do."""
        self.process.kill()
        self.process.join()
        # Batches are told within a second: it was one of the next few. Each is tried alone by --only.
        number = self.left.pop(0)
        tally.add(Run(number, "?", why, f"the process was lost in run {number} or one of the {fuzz.BATCH} after it"))
        self.left = self.left[fuzz.BATCH :]
        if self.left:
            self._begin()
        return bool(self.left)


def fuzzed(count: int, seed: int, processes: int) -> Tally:
    """So many runs, shared out among processes."""
    tally = Tally()
    workers = [Worker(range(n, count, processes), seed) for n in range(min(processes, count))]
    told, begun = 0, time.monotonic()
    while workers:
        ready = wait([worker.inbox for worker in workers], timeout=5)
        for worker in list(workers):
            if worker.inbox in ready:
                try:
                    message = worker.inbox.recv()
                except EOFError:
                    if not worker.again(tally, "crashed"):
                        workers.remove(worker)
                    continue
                worker.heard = time.monotonic()
                if message is None:
                    worker.process.join()
                    workers.remove(worker)
                    continue
                batch, held = message
                tally.memory = max(tally.memory, held)
                for run in batch:
                    tally.add(run)
                worker.left = worker.left[len(batch) :]
            elif time.monotonic() - worker.heard > PATIENCE and not worker.again(tally, "hung"):
                workers.remove(worker)
        done = sum(tally.outcomes.values())
        if done - told >= 5_000:
            told = done
            print(f"{done:,} of {count:,} in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return tally


def report(tally: Tally, count: int, seed: int, seconds: float) -> str:
    """The table of kinds, and the summary line."""
    lines = [f"{'kind':14} {'read':>8} {'refused':>8} {'crashed':>8} {'hung':>8}"]
    for kind in sorted({kind for kind, _ in tally.outcomes}):
        figures = (tally.outcomes[kind, outcome] for outcome in ("read", "refused", "crashed", "hung"))
        lines.append(f"{kind:14} " + " ".join(f"{figure:8,}" for figure in figures))
    lines.append(
        f"imports fuzzed: {count:,} runs (seed {seed}): {tally.of('read'):,} read, {tally.of('refused'):,} refused in "
        f"a sentence, {tally.of('crashed')} crashed, {tally.of('hung')} hung, at most {tally.memory / 1e6:.0f} MB, "
        f"{seconds:.0f} s"
    )
    return "\n".join(lines)


def main() -> int:
    """Run, report, and say by the exit code whether all was well."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2017)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, help="one run again, and what came of it")
    parser.add_argument("--no-hostile", action="store_true", help="leave out the files made to fill the memory")
    given = parser.parse_args()
    if given.only is not None:
        (run,) = fuzz.runs([given.only], given.seed)
        print(f"run {run.number}, {run.kind}: {run.outcome}\n{run.said}")
        return 0
    files = [] if given.no_hostile else list(hostile.looked())
    begun = time.monotonic()
    tally = fuzzed(given.runs, given.seed, given.jobs)
    for fault in tally.faults[:20]:
        print(f"run {fault.number}, {fault.kind}, {fault.outcome}: {fault.said}\n", file=sys.stderr)
    for file in files:
        print(f"{file.name:28} {file.memory / 1e6:5.0f} MB {file.seconds:5.1f} s  {file.fault or file.said}")
    print(report(tally, given.runs, given.seed, time.monotonic() - begun))
    crashed = sum(bool(file.fault) for file in files)
    if files:
        most, slowest = max(file.memory for file in files), max(file.seconds for file in files)
        print(
            f"hostile files: {len(files)}, {crashed} crashed, at most {most / 1e6:.0f} MB, the slowest {slowest:.0f} s"
        )
    full = any(memory > fuzz.MOST_MEMORY for memory in (tally.memory, *(file.memory for file in files)))
    return 1 if tally.faults or crashed or full else 0


if __name__ == "__main__":
    sys.exit(main())
