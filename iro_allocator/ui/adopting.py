"""Adopting a scenario: from which day, what that does, what no longer fits; then one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from iro_allocator.domain import Demand, Iro
from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.deciding import act_or_cancel
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.tables import Column, TableView, as_text
from iro_allocator.ui.widgets.date_field import DateField

if TYPE_CHECKING:
    from datetime import date

    from iro_allocator.solver.proposal import Move
    from iro_allocator.workspace import Adoption, WhatIf

WAIT = "Looking at what has happened since…"


class AdoptDialog(QDialog):
    """`adopt(from_day)` when the person says so. `show_adoption` says what it would do upon the present.

    `wants_look(from_day)` asks for it to be worked out for another day.
    """

    wants_look = Signal(object)
    adopt = Signal(object)

    def __init__(self, plan: WhatIf, moves: Sequence[Move], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Adopt a scenario")
        self._plan, self._moves = plan, tuple(moves)
        self.day = DateField(plan.day, "Adopt from")
        self.day.setMaximumWidth(style.wide(18))
        self.day.changed.connect(self._ask)
        label = QLabel("Children change IRO &from")
        label.setBuddy(self.day)
        beside = QHBoxLayout()
        beside.setSpacing(GAP)
        beside.addWidget(label)
        beside.addWidget(self.day)
        beside.addStretch(1)
        self.does = QLabel(wordWrap=True)
        self.does.setText("\n".join(does(plan, self._moves)))
        self.note = named(
            QLabel(
                "Who is gone before that day hands over when they go. It is one step: Ctrl+Z takes it back.",
                wordWrap=True,
            ),
            "muted",
        )
        self.left_out = TableView(
            "What no longer fits",
            (
                Column(
                    title="What has changed since, and is left as it is now",
                    value=lambda words: words,
                    stretch=True,
                    wrap=True,
                ),
            ),
            sortable=False,
            empty="Everything still fits.",
        )
        self.state = named(QLabel(WAIT, wordWrap=True), "muted")
        buttons, self.act = act_or_cancel(self, "Adopt")
        buttons.accepted.connect(self._adopt)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(int(1.5 * GAP))
        whole.addWidget(named(QLabel(f"Adopt “{plan.scenario.name}”?", wordWrap=True), "heading"))
        whole.addWidget(self.does)
        whole.addLayout(beside)
        whole.addWidget(self.state)
        whole.addWidget(self.left_out, 1)
        whole.addWidget(self.note)
        whole.addWidget(buttons)
        self.left_out.hide()
        self.resize(style.wide(80), 10 * style.row_height())
        self.act.setEnabled(False)

    def open(self) -> None:
        """Ask what it would do today, and show the dialog."""
        super().open()
        self._ask()

    @property
    def from_day(self) -> date | None:
        """The day that is asked for; None while it cannot be read."""
        try:
            return self.day.day
        except Explained:
            return None

    def _ask(self) -> None:
        self.act.setEnabled(False)
        if self.from_day:
            self.state.setText(WAIT)
            self.wants_look.emit(self.from_day)
        else:
            self.state.setText("Write a day such as 1 Apr 2027.")

    def show_adoption(self, found: Adoption) -> None:
        """Say what no longer fits; adopting leaves it out."""
        left = found.left_out
        self.left_out.set_rows(left)
        self.left_out.setVisible(bool(left))
        self.state.setText(
            f"{len(left)} {'thing has' if len(left) == 1 else 'things have'} changed since. It is not overwritten."
            if left
            else "Everything still fits the service as it is now."
        )
        if left:
            self.resize(self.width(), max(self.height(), 16 * style.row_height()))
        self.act.setText("Adopt what fits" if left else "Adopt")
        self.act.setEnabled(bool(found.step))
        if not self.day.hasFocus():
            self.act.setFocus()

    def _adopt(self) -> None:
        day = self.from_day
        if self.act.isEnabled() and day:
            self.accept()
            self.adopt.emit(day)

    def read(self) -> dict[str, Any]:
        """The dialog as plain data."""
        return {
            "does": self.does.text(),
            "day": self.day.text(),
            "state": self.state.text(),
            "left out": list(self.left_out.model_.rows),
            "act": self.act.text(),
        }


def does(plan: WhatIf, moves: Sequence[Move]) -> list[str]:
    """What adopting does, a line each."""
    names: dict[str, Iro] = dict(plan.there.iro)
    said = [f"• {change.words}" for change in plan.scenario.changes if not isinstance(change, Demand)]
    supposed = [change.words for change in plan.scenario.changes if isinstance(change, Demand)]
    for covers, words in ((False, "change IRO"), (True, "are covered until their own IRO is back")):
        mine = [move for move in moves if (move.before in plan.covered) == covers]
        count = sum(len(move.cases) for move in mine)
        if count:
            to = sorted({names[move.after].name for move in mine})
            who = "1 child" if count == 1 else f"{count:,} children"
            said.append(
                f"• {who} {words}: to {len(to)} IROs" if len(to) > 3 else f"• {who} {words}: to {', '.join(to)}"
            )
    said += [f"• only supposed, not adopted: {words}" for words in supposed]
    return said or [f"• nothing: the scenario changes nothing from {as_text(plan.day)}"]
