"""`python -m tests.e2e [JOURNEY…]`: the real program on a desktop of its own, by mouse and keys.

Leaves numbered pictures of what was seen and how long things took in build/e2e.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from subprocess import SubprocessError

from tests.e2e.desktop import Desktop
from tests.e2e.journeys import JOURNEYS
from tests.e2e.person import Person
from tests.e2e.seen import Gone

PICTURES = Path(__file__).parent.parent.parent / "build" / "e2e"


def main(only: list[str]) -> int:
    """Make the journeys (those named, or all), each on a fresh desktop; gives how many failed."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    failed = 0
    times = []
    for journey in JOURNEYS:
        name = journey.__name__.replace("_", "-")
        if only and name not in only:
            continue
        with tempfile.TemporaryDirectory() as away, Desktop(Path(away)) as desktop:
            person = Person(desktop, PICTURES, name)
            work = Path(away) / "work"
            work.mkdir()
            try:
                journey(person, work)
            except (AssertionError, Gone, OSError, SubprocessError) as fault:
                failed += 1
                person.picture("FAILED")
                print(f"{name}: {fault}", file=sys.stderr)
            else:
                print(f"{name}: done")
            times += [f"{name}: {what}: {seconds:.2f} s" for what, seconds in person.times]
    (PICTURES / "times.txt").write_text("\n".join(times) + "\n", encoding="utf-8")
    print("\n".join(times))
    return failed


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
