"""Rows of a label and a number, each with the reason below it when the number cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from iro_allocator.errors import Explained
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.number_field import NumberField


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One row: its key, what it is called and counted in, what it means, and whether it can be taken out."""

    key: str
    label: str
    unit: str = ""
    help: str = ""
    step: float = 1.0
    removable: bool = False


class NumberRows(QWidget):
    """Numbers below one another.

    `typed(key, text)` at every edit, `left()` when a field is, `removed(key)` when a row is to go.
    """

    typed = Signal(str, str)
    left = Signal()
    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, NumberField] = {}
        self._rows: tuple[NumberRow, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(0, 1)

    def set_rows(self, rows: Iterable[NumberRow]) -> None:
        """Have these rows; the same rows as before stay as they are."""
        wanted = tuple(rows)
        if wanted == self._rows:
            return
        self._rows, self.fields = wanted, {}
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for number, row in enumerate(wanted):
            self._add(row, 3 * number)

    def _add(self, row: NumberRow, line: int) -> None:
        field = NumberField(row.label, step=row.step, letters=6)
        field.editingFinished.connect(self.left)
        field.typed.connect(lambda text: self.typed.emit(row.key, text))
        label = QLabel(row.label, wordWrap=True)
        label.setBuddy(field)
        label.setToolTip(row.help)
        self._grid.addWidget(label, line, 0)
        self._grid.addWidget(field, line, 1)
        if row.unit:
            self._grid.addWidget(named(QLabel(row.unit), "muted"), line, 2)
        if row.removable:
            remove = QPushButton("✕")
            remove.setProperty("link", True)
            remove.setAccessibleName(f"Take out {row.label}")
            remove.setToolTip(f"Take out “{row.label}”")
            remove.clicked.connect(lambda: self.removed.emit(row.key))
            self._grid.addWidget(remove, line, 2)
        if row.help:
            field.setAccessibleDescription(row.help)
            self._grid.addWidget(named(QLabel(row.help, wordWrap=True), "small"), line + 1, 0, 1, 3)
        self._grid.addWidget(field.fault, line + 2, 0, 1, 3, Qt.AlignmentFlag.AlignTop)
        self.fields[row.key] = field

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Show these numbers."""
        for key, text in texts.items():
            if key in self.fields:
                self.fields[key].show_text(text)

    def show_fault(self, key: str, error: Explained | None) -> None:
        """Mark a row's number and say why, or take the mark away."""
        if key in self.fields:
            self.fields[key].show_fault(error)

    def read(self) -> dict[str, str]:
        """What stands in the fields, by label; with the reason where there is one."""
        return {
            row.label: field.text() + (f" ({field.fault.text()})" if field.fault.text() else "")
            for row in self._rows
            for field in (self.fields[row.key],)
        }
