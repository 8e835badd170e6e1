"""An IRO's absences as written: what is on record, and over it what was added, changed and removed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from iro_allocator.domain import Absence, Snapshot
from iro_allocator.ui.absence_form import absence_form
from iro_allocator.ui.style import GAP
from iro_allocator.ui.tables import Column, as_text
from iro_allocator.ui.widgets.short_table import REMOVE, ShortTable


class Absences(QWidget):
    """A table and a button; nothing is on record before the page is saved."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._iro, self._day = "", date.today()
        self._taken: Mapping[str, Absence] = {}
        self._on_record: dict[str, Absence] = {}
        self._edits: dict[str, Absence | None] = {}
        self.table = ShortTable(
            "Absences",
            (
                Column(title="Reason", value=lambda row: row.reason, stretch=True, tip=_in_full),
                Column(title="When", value=lambda row: row, format=_span),
                Column(title="Children", value=_children, format=str),
                Column(title=REMOVE, value=lambda row: "✕", button=lambda row: "✕"),
            ),
            key=lambda row: row.id,
            empty="None on record.",
            most=6,
        )
        self.table.opened.connect(lambda row: self._ask(row) if row else None)
        self.table.pressed_button.connect(lambda row, _: self._put(row.id, None))
        add = QPushButton("+ Absence…")
        add.setToolTip("Add an absence")
        add.clicked.connect(lambda: self._ask(None))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addWidget(self.table)
        whole.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)

    def show_record(self, snapshot: Snapshot, iro: str, day: date) -> None:
        """Show an IRO's absences; what was written stays, for an IRO who was given another id as well."""
        if iro != self._iro:
            mine = [replace(row, iro=iro) for row in self._edits.values() if row]
            self._edits = {row.id: row for row in mine}
        self._iro, self._day, self._taken = iro, day, snapshot.absence
        self._on_record = {row.id: row for row in snapshot.absence.values() if row.iro == iro}
        self._edits = {key: row for key, row in self._edits.items() if self._on_record.get(key) != row}
        self.table.set_rows(self.rows)

    @property
    def rows(self) -> tuple[Absence, ...]:
        """The absences as written, by first day."""
        rows = {**self._on_record, **self._edits}
        return tuple(sorted((row for row in rows.values() if row), key=lambda row: (row.first, row.id)))

    @property
    def touched(self) -> bool:
        """Whether anything here is not on record."""
        return bool(self._edits)

    def forget(self) -> None:
        """Forget what was written."""
        self._edits = {}
        self.table.set_rows(self.rows)

    def _ask(self, before: Absence | None) -> None:
        taken = [*self._taken, *self._edits]
        absence_form(self._iro, before, self._day, taken, lambda row: self._put(row.id, row), self).open()

    def _put(self, key: str, after: Absence | None) -> None:
        if self._on_record.get(key) == after:
            self._edits.pop(key, None)
        else:
            self._edits[key] = after
        self.table.set_rows(self.rows)
        self.changed.emit()

    def read(self) -> list[dict[str, Any]]:
        """The rows as shown."""
        return list(self.table.read())


def _span(absence: Absence) -> str:
    return f"{as_text(absence.first)} – {as_text(absence.last) if absence.last else 'not known'}"


def _children(absence: Absence) -> str:
    said = [f"works {absence.working:.0%}"] if absence.working else []
    return ", ".join(said if absence.keeps_children else [*said, "reallocate"])


def _in_full(absence: Absence) -> str:
    children = "their children stay theirs" if absence.keeps_children else "their children are to be reallocated"
    return f"{absence.reason}, works {absence.working:.0%}: {children}. Enter changes it, Delete removes it."
