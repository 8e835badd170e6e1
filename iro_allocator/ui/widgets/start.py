"""The first thing a new person sees: four ways to begin."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from iro_allocator.ui import style
from iro_allocator.ui.style import GAP, named


class StartDialog(QDialog):
    """Open the sample, start from a spreadsheet, open a file, or connect to a shared service."""

    wants_sample = Signal()
    wants_spreadsheet = Signal()
    wants_file = Signal()
    wants_shared = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("IRO Allocator")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        band = named(QFrame(), "startBand")
        above = QVBoxLayout(band)
        above.setContentsMargins(3 * GAP, 3 * GAP, 3 * GAP, 3 * GAP)
        above.addWidget(named(QLabel("IRO Allocator"), "startName"))
        above.addWidget(
            named(QLabel("Allocates children to Independent Reviewing Officers, fairly, and says why."), "startSay")
        )
        below = QVBoxLayout()
        below.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 3 * GAP)
        below.setSpacing(GAP)
        for words, note, signal, primary in (
            ("Open the sample service", "Made-up names, twenty IROs: to look around in.", self.wants_sample, True),
            (
                "Start from a spreadsheet",
                "A new encrypted file, filled from the list you keep today.",
                self.wants_spreadsheet,
                False,
            ),
            ("Open a file", "A service file (.iro) that is already there.", self.wants_file, False),
        ):
            below.addWidget(self._way(words, note, signal.emit, primary=primary))
            below.addWidget(named(QLabel(note, wordWrap=True), "small"))
            below.addSpacing(GAP // 2)
        self.address = QLineEdit(placeholderText="postgresql://server/service")
        self.address.setAccessibleName("Address of the shared service")
        self.connect_button = self._way("Connect to a shared service", "", self._connect, primary=False)
        self.connect_button.setEnabled(False)
        self.address.textChanged.connect(
            lambda text: self.connect_button.setEnabled(text.strip().startswith("postgresql"))
        )
        self.address.returnPressed.connect(self.connect_button.click)
        below.addWidget(self.connect_button)
        below.addWidget(self.address)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(band)
        whole.addLayout(below)
        self.setMinimumWidth(style.wide(58))

    def _way(self, words: str, note: str, slot: Callable[[], object], *, primary: bool) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleDescription(note)
        button.setProperty("primary", primary)
        button.setAutoDefault(primary)

        def go() -> None:
            self.accept()
            slot()

        button.clicked.connect(go)
        return button

    def _connect(self) -> None:
        self.wants_shared.emit(self.address.text().strip())
