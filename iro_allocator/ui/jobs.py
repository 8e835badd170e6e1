"""Long work off the UI thread: a Job takes values and returns a value, with progress and a stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

Report = Callable[[object], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done while the window stays alive.

    `work(report, stopped)` runs on another thread and touches no widget: it may call `report(value)`
    with a sentence, (done, of) or the solver's Progress, and should return early once `stopped()`.
    `done(value)` is then called on the UI thread, or `failed(error)`; without `failed` the window shows
    the error. `stop_words` labels a stop button, such as “Stop and use this”; "" = cannot be stopped.
    `database`: runs on the one thread that all database work shares, in order. `gives_world`: the value
    is the World after a change; the window shows it on every page before `done` is called.
    """

    title: str
    work: Callable[[Report, Stop], Any]
    done: Callable[[Any], object] | None = None
    failed: Callable[[Exception], object] | None = None
    stop_words: str = ""
    database: bool = False
    gives_world: bool = False


class Running(QObject):
    """A job under way; its signals arrive on the UI thread."""

    progress = Signal(object)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, job: Job, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self._stop = Event()

    def stop(self) -> None:
        """Ask the work to end with the best it has."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Whether it was asked to end."""
        return self._stop.is_set()


class _Work(QRunnable):
    def __init__(self, running: Running) -> None:
        super().__init__()
        self._running = running

    def run(self) -> None:
        running = self._running
        try:
            value = running.job.work(running.progress.emit, lambda: running.stopped)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person at the window is told
            running.failed.emit(error)
        else:
            running.done.emit(value)


class Jobs(QObject):
    """Runs jobs: database work on one thread, in the order given; the rest on the others."""

    started = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    """An error that no job wanted to handle itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = QThreadPool(self)
        self._database.setMaxThreadCount(1)
        self._database.setExpiryTimeout(-1)
        self._others = QThreadPool(self)
        self._running: list[Running] = []

    @property
    def busy(self) -> bool:
        """Whether any job is under way."""
        return bool(self._running)

    def start(self, job: Job) -> Running:
        """Begin a job, or queue it behind the database work before it."""
        running = Running(job, self)
        self._running.append(running)
        running.done.connect(self._on_done)
        running.failed.connect(self._on_failed)
        self.started.emit(running)
        (self._database if job.database else self._others).start(_Work(running))
        return running

    def stop_all(self) -> None:
        """Ask every job to end and wait until all have."""
        for running in self._running:
            running.stop()
        self._others.waitForDone()
        self._database.waitForDone()

    @Slot(object)
    def _on_done(self, value: object) -> None:
        running = self._end()
        if running.job.done:
            running.job.done(value)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        running = self._end()
        if running.job.failed:
            running.job.failed(error)
        else:
            self.failed.emit(error)

    def _end(self) -> Running:
        running = self.sender()
        assert isinstance(running, Running)
        self._running.remove(running)
        self.ended.emit(running)
        running.deleteLater()
        return running
