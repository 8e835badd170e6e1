"""Publish a version: what it changes, from which day, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.tables import Column, TableView
from iro_allocator.ui.widgets.form import Form
from iro_allocator.ui.widgets.notice import Notice
from iro_allocator.ui.widgets.panel import muted


class PublishDialog(QDialog):
    """Asks from which day. `given(day, reason)`; its owner accepts it, or says with `notice` what is wrong."""

    given = Signal(object, str)

    def __init__(
        self,
        version: int,
        differences: Sequence[tuple[str, str, str]],
        day: date,
        note: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Publish version {version}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = Form()
        self.form.add_date("start", "In force from", day)
        self.form.add_text("reason", "Why", hint="for the history, such as “agreed with the team on 12 November”")
        self.table = TableView(
            "What it changes",
            (
                Column(title="What", value=lambda row: row[0], stretch=True),
                Column(title="Before", value=lambda row: row[1], align="right"),
                Column(title="After", value=lambda row: row[2], align="right", tone=lambda _: "strong"),
            ),
            differences,
            sortable=False,
        )
        self.table.setMinimumHeight(min(12, len(differences) + 2) * style.row_height())
        self.notice = Notice()
        self._note = muted(note)
        self._note.setVisible(bool(note))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.publish = buttons.addButton("Publish", QDialogButtonBox.ButtonRole.AcceptRole)
        self.publish.setProperty("primary", True)
        buttons.accepted.connect(self._give)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(int(1.5 * GAP))
        whole.addWidget(named(QLabel(f"Publish version {version}"), "heading"))
        whole.addWidget(self.table, 1)
        for widget in (self.form, self._note, self.notice, buttons):
            whole.addWidget(widget)
        # Only now that it stands in the dialog: before, Cancel would become the default, and Enter cancel.
        self.publish.setDefault(True)
        self.setMinimumWidth(style.wide(72))

    def _give(self) -> None:
        try:
            values = self.form.values
            if values["start"] is None:
                raise Explained("The version needs a day from which it is in force.", "Usually that is today.")
        except Explained as error:
            self.notice.say(error)
            return
        self.given.emit(values["start"], values["reason"])
