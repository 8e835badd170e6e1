"""One line that asks for a short reason, where it is wanted instead of in a dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from iro_allocator.ui.style import GAP, named


class ReasonStrip(QFrame):
    """One line that asks for a short reason. Enter gives it, Escape leaves."""

    given = Signal(str, str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._iro = ""
        self._question = named(QLabel(), "strong")
        self.field = QLineEdit(placeholderText="Such as: speaks the child's language")
        self.field.setAccessibleName("Reason")
        self.field.setMaxLength(200)
        self._question.setBuddy(self.field)
        self.take = QPushButton()
        self.take.setProperty("primary", True)
        self.cancel = QPushButton("Cancel")
        self._wrong = named(QLabel(wordWrap=True), "bad")
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self.field, 1)
        line.addWidget(self.take)
        line.addWidget(self.cancel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP // 2)
        whole.addWidget(self._question)
        whole.addLayout(line)
        whole.addWidget(self._wrong)
        self.field.returnPressed.connect(self._give)
        self.take.clicked.connect(lambda: self._give())
        self.cancel.clicked.connect(lambda: self._leave())
        self.hide()

    @property
    def question(self) -> str:
        """What is asked, "" while nothing is."""
        return self._question.text() if self._iro else ""

    @property
    def wrong(self) -> str:
        """What is said to be wrong, "" when nothing is."""
        return self._wrong.text()

    def ask(self, iro: str, question: str, take: str) -> None:
        """Ask about an IRO; the field has the focus."""
        self._iro = iro
        self._question.setText(question)
        self.field.setAccessibleName(question)
        self.take.setText(take)
        self.refuse("")
        self.show()
        # Later: the editor of a cell that asked for this gives the focus back to its table first.
        QTimer.singleShot(0, self.field, self.field.setFocus)

    def refuse(self, words: str) -> None:
        """Say what is wrong."""
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))

    def close_strip(self) -> None:
        """Ask nothing any more."""
        self._iro = ""
        self.field.clear()
        self.hide()

    def _give(self) -> None:
        self.given.emit(self._iro, self.field.text())

    def _leave(self) -> None:
        self.close_strip()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves everything as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)
