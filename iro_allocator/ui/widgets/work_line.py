"""Work under way in a dialog or page: seconds, how far, a button that stops it; then what came of it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.jobs import Job, Report, Stop
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.status_line import progress_words

STOP = "Stop and use this"


class _Ear(QObject):
    """Hears of progress on the worker's thread and says it on ours; outlives the dialog if need be."""

    heard = Signal(object)


class WorkLine(QWidget):
    """At most one piece of work at a time: what an earlier one still brings is of no use.

    `wants_job` asks for it to be done, `changed()` says that it has begun or ended.
    """

    wants_job = Signal(object)
    changed = Signal()

    def __init__(self, words: str = "", failed: str = "It could not be worked out. Nothing has changed.") -> None:
        super().__init__()
        self._stop: Event | None = None
        self._began, self._words, self._sorry = 0.0, "", failed
        self.bar = QProgressBar(minimum=0, maximum=0 if style.motion() else 1, textVisible=False)
        self.bar.setAccessibleName("Progress")
        self.bar.setFixedWidth(16 * GAP)
        self.stop_button = QPushButton(STOP)
        self.stop_button.clicked.connect(lambda: self.stop())
        self.state = named(QLabel(words, wordWrap=True), "muted")
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._tick)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        line.addWidget(self.bar)
        line.addWidget(self.stop_button)
        line.addWidget(self.state, 1)
        self._fit()

    @property
    def working(self) -> bool:
        """Whether something is being worked out."""
        return self._stop is not None

    def start(
        self,
        title: str,
        work: Callable[[Report, Stop], Any],
        done: Callable[[Any], object],
        heard: Callable[[Any], object] | None = None,
    ) -> None:
        """Have this worked out instead of what is; `heard` is told each piece of progress, on the UI thread."""
        self.drop()
        own, ear = Event(), _Ear()

        def told(progress: object) -> None:
            if self._stop is own:
                self._words = progress_words(progress)
                self._tick()
                if heard:
                    heard(progress)

        def doing(report: Report, stopped: Stop) -> Any:
            def tell(progress: object) -> None:
                report(progress)
                ear.heard.emit(progress)

            return work(tell, lambda: own.is_set() or stopped())

        def until_dropped(slot: Callable[[Any], object]) -> Callable[[Any], None]:
            def still(value: Any) -> None:
                if self._stop is own:
                    self._end()
                    slot(value)

            return still

        ear.heard.connect(told)
        self._stop, self._began, self._words = own, monotonic(), ""
        self._clock.start()
        self._fit()
        self._tick()
        self.changed.emit()
        self.wants_job.emit(Job(title, doing, until_dropped(done), until_dropped(self._failed), STOP))

    def stop(self) -> None:
        """Ask the work to end with the best it has."""
        if self._stop:
            self._stop.set()

    def drop(self) -> None:
        """End the work; what it still brings is of no use."""
        self.stop()
        self._stop = None
        self._clock.stop()
        self._fit()

    def say(self, words: str) -> None:
        """What came of it."""
        self.state.setText(words)

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, Explained)
        self.say(str(error) if known else self._sorry)
        if not known:
            raise error

    def _end(self) -> None:
        self._stop = None
        self._clock.stop()
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        self.bar.setVisible(self.working)
        self.stop_button.setVisible(self.working)

    def _tick(self) -> None:
        if self.working:
            seconds = f"{monotonic() - self._began:.0f} s"
            self.state.setText(f"{seconds} · {self._words}" if self._words else seconds)
