"""How far long work is (an import, above all), told to whoever waits for it, and the way to stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from iro_allocator.errors import Explained

Progress = Callable[[str], None]
"""Takes a sentence such as "Reading episodes.csv"."""

Stop = Callable[[], bool]

T = TypeVar("T")

MANY = 5_000
"""So many rows are read between two sentences about it."""

_EVERY = 500  # rows between two looks at the stop


class Stopped(Explained):
    """The person has stopped an import while it was drawn up or stored; nothing was written."""

    def __init__(self) -> None:
        super().__init__("The import was stopped.", "Nothing was changed.")


class Watch:
    """Tells how far the work is and raises Stopped when it is to end. Without callbacks it does nothing."""

    def __init__(self, progress: Progress | None = None, stop: Stop | None = None) -> None:
        self._progress, self._stop = progress, stop

    def say(self, words: str) -> None:
        """Tells what is done now."""
        self.look()
        if self._progress:
            self._progress(words)

    def look(self) -> None:
        """Raises Stopped when somebody has asked for it."""
        if self._stop and self._stop():
            raise Stopped

    def over(self, values: Iterable[T], words: str, of: int) -> Iterator[T]:
        """The values, one by one, telling how many of them are done."""
        for number, value in enumerate(values):
            if number % _EVERY == 0:
                self.say(f"{words}: {number:,} of {of:,}" if number else words)
            yield value
