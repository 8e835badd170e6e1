"""What is known of a child beside the form: weight, reviews, the IROs so far, whom they may not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from iro_allocator.domain import Allocation, Apart, Barred, Case
from iro_allocator.edits import Edit, Step
from iro_allocator.ui import child_facts
from iro_allocator.ui.child_facts import Line
from iro_allocator.ui.style import GAP
from iro_allocator.ui.tables import Column, Tone, as_text
from iro_allocator.ui.widgets.panel import Panel, heading
from iro_allocator.ui.widgets.short_table import REMOVE, ShortTable, two_lines

if TYPE_CHECKING:
    from iro_allocator.workspace import World


class ChildSide(Panel):
    """Shows what is on record (`show_record`) and what the form makes of it (`show_written`)."""

    wants_commit = Signal(object)
    pin = Signal()
    bar = Signal()
    keep_apart = Signal()

    def __init__(self, world: World) -> None:
        super().__init__("Weight")
        self._world, self._child = world, ""
        self.weight = ShortTable("Weight", _columns(), key=lambda line: line.label, least=2)
        self.reviews = ShortTable("Reviews", _columns(), key=lambda line: line.label, least=2)
        self.held = ShortTable(
            "IROs so far",
            (Column(title="IRO", value=self.held_words, paint=two_lines(self._span, self._whose), stretch=True),),
            key=lambda row: row.id,
            empty="No IRO yet.",
            lines=2,
            most=4,
        )
        self.barred = ShortTable(
            "May not have",
            (
                Column(title="Whom", value=self._barred_whom),
                Column(title="Why", value=lambda row: row.reason, tip=lambda row: row.reason, stretch=True),
                Column(title=REMOVE, value=lambda row: "✕", button=lambda row: "✕"),
            ),
            key=lambda row: row.id,
            empty="Any IRO may have this child.",
            most=5,
        )
        self.barred.pressed_button.connect(lambda row, _: self._unbar(row))
        self._pin = _button("Pin…", self.pin)
        self._bar = _button("+ Bar an IRO…", self.bar)
        self._apart = _button("+ Keep apart…", self.keep_apart)
        self._lay_out()

    def _lay_out(self) -> None:
        self.add(self.weight)
        self.add(heading("Reviews"))
        self.add(self.reviews)
        line = QHBoxLayout()
        line.addWidget(heading("IROs so far"), 1)
        line.addWidget(self._pin)
        self.body.addLayout(line)
        self.add(self.held)
        self.add(heading("May not have"))
        self.add(self.barred)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self._bar)
        buttons.addWidget(self._apart)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        self.body.addStretch(1)

    def show_record(self, world: World, child: str, holder: Allocation | None) -> None:
        """Show what is on record of a child, "" for one who is new; `holder` is the allocation of today."""
        self._world, self._child = world, child
        snapshot = world.snapshot
        self.held.set_rows(child_facts.allocations(world, child))
        barred = [row for row in snapshot.barred.values() if row.case == child]
        apart = [row for row in snapshot.apart.values() if child in (row.case, row.other)]
        self.barred.set_rows([*sorted(barred, key=lambda row: row.id), *sorted(apart, key=lambda row: row.id)])
        self._pin.setVisible(holder is not None)
        self._pin.setText("Unpin" if holder and holder.pinned else "Pin…")
        for button in (self._bar, self._apart):
            button.setEnabled(bool(child))

    def show_written(self, case: Case) -> None:
        """Show what a child as written weighs, and when the reviews are due."""
        lines = child_facts.weight_lines(self._world, case)
        self.weight.set_rows(lines)
        self.set_title(f"Weight {lines[-1].figure}")
        self.reviews.set_rows(child_facts.review_lines(case, self._world.day, self._world.loads.settings))

    def _name(self, iro: str) -> str:
        there = self._world.snapshot.iro.get(iro)
        return there.name if there else iro

    def _span(self, row: Allocation) -> str:
        over = self._world.snapshot.cover_ends(row) if row.type == "cover" else row.end
        end = as_text(over) if over else "now" if row.start <= self._world.day else "on"
        return f"{as_text(row.start)} – {end}" + (" · cover" if row.type == "cover" else "")

    def _whose(self, row: Allocation) -> str:
        said = f"{self._name(row.iro)}: {row.reason}" if row.reason else self._name(row.iro)
        return f"{said} · pinned: {row.pin_reason}".rstrip(": ") if row.pinned else said

    def held_words(self, row: Allocation) -> str:
        """An allocation in a line: from when to when, with whom, why."""
        return f"{self._span(row)}: {self._whose(row)}"

    def _barred_whom(self, row: Barred | Apart) -> str:
        if isinstance(row, Apart):
            return f"apart from {row.other if row.case == self._child else row.case}"
        return self._name(row.iro)

    def _unbar(self, row: Barred | Apart) -> None:
        whom, child = self._barred_whom(row), self._child
        words = f"{child}: no longer {whom}" if isinstance(row, Apart) else f"{whom} may have {child} again"
        self.wants_commit.emit(Step(words, (Edit(row, None),)))

    def read(self) -> dict[str, Any]:
        """The panel as plain data."""
        return {
            "weight": [(line.figure, line.label) for line in self.weight.model_.rows],
            "reviews": self.reviews.read(),
            "iros": [self.held_words(row) for row in self.held.model_.rows],
            "may not have": self.barred.read(),
        }


def _columns() -> tuple[Column, ...]:
    return (
        Column(title="What", value=lambda line: line.label, tone=_tone, tip=lambda line: line.label, stretch=True),
        Column(title="How", value=lambda line: line.how, format=str, tone=lambda line: "muted"),
        Column(title="Figure", value=lambda line: line.figure, align="right", tone=_tone),
    )


def _tone(line: Line) -> Tone:
    return "bad" if line.bad else "strong" if line.strong else ""


def _button(words: str, pressed: Any) -> QPushButton:
    button = QPushButton(words)
    button.clicked.connect(lambda: pressed.emit())
    return button
