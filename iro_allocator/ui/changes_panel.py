"""The changes of a scenario as rows with tags: one more from the menu, one less, one looked at anew; the day."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QMenu, QPushButton

from iro_allocator.domain import Change, Scenario
from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.change_forms import KINDS, change_form, pill
from iro_allocator.ui.style import named
from iro_allocator.ui.tables import Column
from iro_allocator.ui.widgets.date_field import DateField
from iro_allocator.ui.widgets.form_dialog import FormDialog
from iro_allocator.ui.widgets.panel import Panel
from iro_allocator.ui.widgets.short_table import REMOVE, ShortTable

if TYPE_CHECKING:
    from iro_allocator.scenario import Misfit
    from iro_allocator.workspace import World


class ChangesPanel(Panel):
    """`given(change, before)`: one more, or another in its place; `removed(change)`; `dated(day)` another day."""

    given = Signal(object, object)
    removed = Signal(object)
    dated = Signal(object)

    def __init__(self) -> None:
        super().__init__("Changes")
        self._world: World | None = None
        self._scenario: Scenario | None = None
        self._misfits: dict[Change, str] = {}
        self.dialog: FormDialog | None = None
        """The form that was opened last, for tests."""
        self.table = ShortTable(
            "Changes",
            (
                Column(title="Kind", value=lambda change: change.tag, pill=pill),
                Column(
                    title="Change",
                    value=lambda change: change.words,
                    tip=lambda change: self._misfits.get(change, "") or f"{change.words}. Enter changes it.",
                    tone=lambda change: "bad" if change in self._misfits else "",
                    stretch=True,
                    wrap=True,
                ),
                Column(title=REMOVE, value=lambda change: "", button=lambda change: "✕"),
            ),
            key=lambda change: change.words,
            empty="Nothing is changed yet. Add what might happen.",
            fills=True,
        )
        self.table.pressed_button.connect(lambda change, _: self.removed.emit(change))
        self.table.opened.connect(self._look_at)
        self.add_button = QPushButton("+ Add change")
        self._menu = QMenu(self.add_button)
        for tag, kind in KINDS.items():
            self._menu.addAction(kind.title).triggered.connect(partial(self.ask, tag))
        self.add_button.setMenu(self._menu)
        self.day = DateField(name="Worked out for the day")
        self.day.setFixedWidth(style.wide(15))
        self.day.editingFinished.connect(self._give_day)
        label = QLabel("&On")
        label.setBuddy(self.day)
        self.header.addWidget(label)
        self.header.addWidget(self.day)
        self._wrong = named(QLabel(self, wordWrap=True), "bad")
        self._wrong.hide()
        self.add(self.table, 1)
        self.add(self._wrong)
        self.body.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_scenario(self, scenario: Scenario, world: World, misfits: tuple[Misfit, ...] = ()) -> None:
        """Show these changes; those that do not fit the service any more with the reason."""
        self._scenario, self._world = scenario, world
        self._misfits = {misfit.change: misfit.why for misfit in misfits}
        self.table.set_rows(scenario.changes)
        self._wrong.setText("Left out, for it does not fit: " + " ".join(self._misfits.values()))
        self._wrong.setVisible(bool(self._misfits))
        if not self.day.hasFocus():
            self.day.show_day(scenario.day)

    def ask(self, tag: str, _checked: bool = False, *, before: Change | None = None) -> None:
        """Open the form of a kind of change."""
        if self._world and self._scenario:

            def take(change: Change) -> None:
                self.given.emit(change, before)

            self.dialog = change_form(tag, self._world, self._scenario, take, self.window(), before)
            self.dialog.open()

    def _look_at(self, change: Change) -> None:
        self.ask(change.tag, before=change)

    def _give_day(self) -> None:
        try:
            day = self.day.day
        except Explained:
            return  # marked in the field already
        if self._scenario and day and day != self._scenario.day:
            self.dated.emit(day)

    @property
    def wrong(self) -> str:
        """What does not fit, "" when everything does."""
        return "" if self._wrong.isHidden() else self._wrong.text()
