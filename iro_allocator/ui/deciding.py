"""What a manager decides about the children of an IRO: who of a family, and the dialogs to pin and to bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QWidget,
)

from iro_allocator import allocating
from iro_allocator.edits import Step
from iro_allocator.errors import Explained
from iro_allocator.ui.bar_form import REASONS
from iro_allocator.ui.caseload_rows import called
from iro_allocator.ui.style import GAP
from iro_allocator.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from iro_allocator.workspace import World

Commit = Callable[[Step], object]


class Who(QWidget):
    """The whole family, or only the children that were chosen; only says who when both are the same."""

    changed = Signal()

    def __init__(self, world: World, family: Sequence[str], only: Sequence[str], *, whole: bool = True) -> None:
        super().__init__()
        self._family, self._only = tuple(family), tuple(only)
        self.is_choice = self._family != self._only
        self._every = QRadioButton(called(world.snapshot, self._family))
        self._these = QRadioButton(f"Only {called(world.snapshot, self._only)}")
        both = QButtonGroup(self)
        both.addButton(self._every)
        both.addButton(self._these)
        (self._every if whole else self._these).setChecked(True)
        self._every.toggled.connect(lambda _: self.changed.emit())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * GAP)
        for widget in (self._every, self._these) if self.is_choice else (QLabel(self._every.text()),):
            line.addWidget(widget)
        line.addStretch(1)

    @property
    def cases(self) -> tuple[str, ...]:
        """The children it is about."""
        return self._family if self._every.isChecked() else self._only

    def choose(self, *, whole: bool) -> None:
        """The whole family, or only these."""
        (self._every if whole else self._these).setChecked(True)


def act_or_cancel(dialog: QDialog, act: str) -> tuple[QDialogButtonBox, QPushButton]:
    """The buttons of a dialog: one that acts (Enter), and Cancel (Escape)."""
    # In the dialog from the start: the default button must know it, else Enter cancels.
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, dialog)
    button = QPushButton(act)
    button.setProperty("primary", True)
    buttons.addButton(button, QDialogButtonBox.ButtonRole.AcceptRole)
    button.setDefault(True)
    buttons.rejected.connect(dialog.reject)
    return buttons, button


def pin_dialog(world: World, iro: str, who: Who, commit: Commit, parent: QWidget | None = None) -> FormDialog:
    """Ask whom to pin to the IRO they have, and why."""
    name = world.snapshot.iro[iro].name

    def take(values: Mapping[str, Any]) -> None:
        cases, reason = who.cases, values["reason"]
        edits = allocating.pin(world.snapshot, cases, world.day, pinned=True, reason=reason)
        commit(Step(f"Pin {called(world.snapshot, cases)} to {name}", edits, reason=reason))

    words = "No suggestion moves a pinned child. The pin can be taken away at any time."
    dialog = FormDialog(f"Pin to {name}", "Pin", take, parent, words=words)
    dialog.form.add_row("Who", who)
    dialog.form.add_text("reason", "Reason", hint="such as: final hearing next month").setFocus()
    return dialog


def unpin(world: World, cases: Sequence[str]) -> Step:
    """The step that takes the pins of children away."""
    edits = allocating.pin(world.snapshot, cases, world.day, pinned=False)
    return Step(f"Unpin {called(world.snapshot, cases)}", edits)


def bar_dialog(world: World, iro: str, who: Who, commit: Commit, parent: QWidget | None = None) -> FormDialog:
    """Ask which IRO may not have these children, and why; `iro` is the one who has them."""
    snapshot = world.snapshot

    def take(values: Mapping[str, Any]) -> None:
        cases, reason = who.cases, values["reason"]
        edits = allocating.bar(snapshot, cases, values["iro"], world.day, reason)
        name = snapshot.iro[values["iro"]].name
        if not edits:
            raise Explained(f"{name} is barred for {called(snapshot, cases)} already.")
        commit(Step(f"Bar {name} for {called(snapshot, cases)}", edits, reason=reason))

    words = "An IRO who is barred is never suggested for these children (regulation 46, or a personal conflict)."
    dialog = FormDialog("Bar an IRO", "Bar", take, parent, words=words)
    form = dialog.form
    people = sorted(snapshot.iro.values(), key=lambda each: (each.name, each.id))
    form.add_row("Children", who)
    form.add_choice("iro", "Who may not have them", [(each.id, each.name) for each in people], iro)
    reason = form.add_text("reason", "Reason", hint="such as: was the child’s team manager")
    reason.setCompleter(QCompleter(REASONS, reason))
    reason.setFocus()
    note = form.add_note("")

    def fit() -> None:
        has = form.values["iro"] == iro
        after = f"{snapshot.iro[iro].name} has them now: they will need another IRO, which can then be suggested."
        note.setText(after if has else "They stay with the IRO they have.")

    form.changed.connect(fit)
    fit()
    return dialog
