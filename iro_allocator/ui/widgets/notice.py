"""A notice on the page itself: what was wrong and the way out, without a dialog in the way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from iro_allocator.errors import Explained
from iro_allocator.ui.style import GAP, named


class Notice(QFrame):
    """Shows one explained error until it is taken away; takes no room without one."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._message = named(QLabel(wordWrap=True), "bad")
        self._hint = named(QLabel(wordWrap=True), "muted")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(int(1.75 * GAP), GAP, int(1.75 * GAP), GAP)
        whole.setSpacing(2)
        for label in (self._message, self._hint):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setTextFormat(Qt.TextFormat.PlainText)
            whole.addWidget(label)
        self.say(None)

    def say(self, error: Explained | None) -> None:
        """Show an error, or nothing."""
        self._message.setText(f"▲ {error.message}" if error else "")
        self._hint.setText(error.hint if error else "")
        self._hint.setVisible(bool(error and error.hint))
        self.setAccessibleName(str(error) if error else "")
        self.setVisible(error is not None)

    def read(self) -> str:
        """What it says, "" for nothing."""
        return self.accessibleName()
