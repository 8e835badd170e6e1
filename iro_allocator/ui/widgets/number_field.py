"""A field for a number as people type it; marked, with the reason beside it, when it cannot be."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit

from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.style import named


class NumberField(QLineEdit):
    """A line for a number; up and down go by a step. What it may be is for its owner to say.

    `fault` is a label for the reason: put it below the field; it takes no room without one.
    """

    typed = Signal(str)
    """Every edit by the person."""

    def __init__(self, name: str, *, step: float = 1.0, letters: int = 8) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedWidth(style.wide(letters) + 2 * style.GAP)
        self._step = step
        self.fault = named(QLabel(wordWrap=True), "bad")
        self.fault.hide()
        self.textEdited.connect(self.typed)

    def show_text(self, text: str) -> None:
        """Show a number, unless the person is in the middle of typing the same."""
        if self.text() != text:
            self.setText(text)

    def show_fault(self, error: Explained | None) -> None:
        """Mark the field and say why; None takes the mark away."""
        said = str(error) if error else ""
        self.fault.setText(said)
        self.fault.setVisible(error is not None)
        self.setToolTip(said)
        self.setAccessibleDescription(said)
        if bool(self.property("wrong")) != bool(error):
            self.setProperty("wrong", bool(error))
            self.style().unpolish(self)
            self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go by a step."""
        by = {int(Qt.Key.Key_Up): self._step, int(Qt.Key.Key_Down): -self._step}.get(int(event.key()))
        value = _value(self.text())
        if by is None or value is None:
            super().keyPressEvent(event)
        else:
            self.setText(f"{round(value + by, 6):g}".replace("-", "−"))
            self.typed.emit(self.text())


def _value(text: str) -> float | None:
    try:
        return float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
