"""The status line: the file, a message with Undo, long work with its stop button, what Ctrl+Z would undo."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton

from iro_allocator.ui import style
from iro_allocator.ui.jobs import Running
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.elided import ElidedLabel

MESSAGE_SECONDS = 20


def progress_words(value: object) -> str:
    """What a job has reported, in words: a sentence, (done, of), or the solver's Progress."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and len(value) == 2:
        return f"{value[0]:,} of {value[1]:,}"
    best, words = getattr(value, "best", None), str(getattr(value, "words", ""))
    said = ["" if best is None else f"best so far {best:,.1f} points", words]
    return " · ".join(word for word in said if word)


class StatusLine(QFrame):
    """One line at the foot of the window; its left part gives way to work under way and to messages."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        self._facts = ElidedLabel()
        self._message = named(ElidedLabel(), "statusMessage")
        self._act = QPushButton()
        self._work = ElidedLabel()
        self._bar = QProgressBar(textVisible=False)
        self._bar.setFixedWidth(16 * GAP)
        self._bar.setAccessibleName("Progress")
        self._stop = QPushButton()
        self._undo = ElidedLabel()
        self._act_slot: Callable[[], object] | None = None
        self._act.clicked.connect(self._do_act)
        self._stop.clicked.connect(self._do_stop)
        self._running: Running | None = None
        self._words = ""
        self._began = 0.0
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._tick)
        self._gone = QTimer(self, singleShot=True, interval=MESSAGE_SECONDS * 1000)
        self._gone.timeout.connect(self.clear_message)
        line = QHBoxLayout(self)
        line.setContentsMargins(int(1.5 * GAP), 3, int(1.5 * GAP), 3)
        line.setSpacing(GAP)
        for widget in (self._work, self._bar, self._stop, self._message, self._act, self._facts):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self._undo)
        self._arrange()
        self._fit()

    def _fit(self) -> None:
        """One height, with or without a button in it."""
        self.setFixedHeight(style.row_height())

    def changeEvent(self, event: QEvent) -> None:
        """Other letters ask for another height."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def show_facts(self, facts: str, undo: str | None) -> None:
        """The file and its counts, and what Ctrl+Z would undo."""
        self._facts.setText(facts)
        self._undo.setText(f"Undo: {undo} (Ctrl+Z)" if undo else "")

    def show_message(self, words: str, action: str = "", slot: Callable[[], object] | None = None) -> None:
        """A sentence for some seconds, with a button if there is something to do about it."""
        self._message.setText(words)
        self._message.setAccessibleName(words)
        self._act.setText(action)
        self._act_slot = slot
        self._gone.start()
        self._arrange()

    def clear_message(self) -> None:
        """Take the message away."""
        self._message.setText("")
        self._act_slot = None
        self._arrange()

    def show_work(self, running: Running | None) -> None:
        """Show a job under way, or none."""
        self._running, self._words = running, ""
        if running:
            self._began = monotonic()
            self._bar.setRange(0, 0 if style.motion() else 1)
            running.progress.connect(self._on_progress)
            self._stop.setText(running.job.stop_words)
            self._stop.setEnabled(True)
            self._clock.start()
            self.clear_message()
        else:
            self._clock.stop()
        self._tick()
        self._arrange()

    def _on_progress(self, value: object) -> None:
        if isinstance(value, tuple) and len(value) == 2:
            self._bar.setRange(0, max(1, value[1]))
            self._bar.setValue(value[0])
        self._words = progress_words(value)
        self._tick()

    def _tick(self) -> None:
        if self._running is None:
            self._work.setText("")
            return
        seconds = monotonic() - self._began
        said = [f"{self._running.job.title}…", f"{seconds:.0f} s" if seconds >= 1 else "", self._words]
        self._work.setText(" · ".join(word for word in said if word))

    def _do_stop(self) -> None:
        if self._running:
            self._running.stop()
            self._stop.setEnabled(False)

    def _do_act(self) -> None:
        slot = self._act_slot
        self.clear_message()
        if slot:
            slot()

    def _arrange(self) -> None:
        working, saying = self._running is not None, bool(self._message.text())
        self._work.setVisible(working)
        self._bar.setVisible(working)
        self._stop.setVisible(bool(self._running and self._running.job.stop_words))
        self._message.setVisible(saying and not working)
        self._act.setVisible(saying and not working and self._act_slot is not None)
        self._facts.setVisible(not working and not saying)

    def read(self) -> dict[str, Any]:
        """The line as plain data."""
        return {
            "facts": self._facts.text(),
            "message": self._message.text(),
            "action": self._act.text() if self._act_slot else "",
            "work": self._work.text(),
            "stop": self._stop.text() if self._running else "",
            "undo": self._undo.text(),
        }
