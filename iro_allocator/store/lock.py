"""One program at a time for each service file: a lock beside it that says who holds it."""

from __future__ import annotations

from pathlib import Path

from iro_allocator.errors import Explained


class FileLock:
    """Holds a service file until released; one left behind by a crash is taken over."""

    def __init__(self, path: Path) -> None:
        """Raises Explained, naming the holder, when another program has the file open."""
        from PySide6.QtCore import QLockFile

        self._lock = QLockFile(str(path.with_name(path.name + ".lock")))
        self._lock.setStaleLockTime(0)  # never by age alone: a window stays open all day
        if self._lock.tryLock(0):
            return
        if self._lock.error() == QLockFile.LockError.LockFailedError:
            raise Explained(f"{path.name} is open already{self._holder()}.", "Close it there first.")
        raise Explained(
            f"{path.name} cannot be opened: its folder may not be written to.",
            "Choose another folder, or ask for the right to write there.",
        )

    def _holder(self) -> str:
        process, computer, program = self._lock.getLockInfo()
        return f" in {program} (process {process}) on {computer}" if process else ""

    def release(self) -> None:
        """Lets others open the file."""
        self._lock.unlock()
