"""The dialogs in which a manager decides about one child: bar, keep apart, close the case, open it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from iro_allocator import allocating
from iro_allocator.domain import Apart
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.ui import child_facts
from iro_allocator.ui.bar_form import bar_form
from iro_allocator.ui.new_referral import refer
from iro_allocator.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from iro_allocator.workspace import World

Commit = Callable[[Step], object]


def bar_iro(world: World, child: str, commit: Commit, parent: QWidget) -> FormDialog:
    """Ask which IRO may not have a child, and why."""
    snapshot = world.snapshot

    def take(iro: str, reason: str) -> None:
        name = snapshot.iro[iro].name
        edits = allocating.bar(snapshot, [child], iro, world.day, reason)
        if not edits:
            raise Explained(f"{name} is barred from this child already.", "Choose another IRO.")
        commit(Step(f"Bar {name} for {child}", edits, reason))

    return bar_form(f"Who may not have {child}?", "IRO", child_facts.iro_choices(world), take, parent)


def keep_apart(world: World, child: str, commit: Commit, parent: QWidget) -> FormDialog:
    """Ask with which other child a child may never share an IRO, and why."""
    snapshot = world.snapshot

    def take(other: str, reason: str) -> None:
        first, second = sorted((child, other))
        if any({row.case, row.other} == {first, second} for row in snapshot.apart.values()):
            raise Explained(f"{first} and {second} are kept apart already.", "Choose another child.")
        pair = Apart(id=f"{first}/{second}", case=first, other=second, reason=reason)
        commit(Step(f"Keep {first} and {second} apart", (Edit(None, pair),), reason))

    others = [case for case in snapshot.open_cases(world.day) if case.id != child]
    choices = [(case.id, " · ".join(part for part in (case.id, case.family) if part)) for case in others]
    title = f"With whom may {child} never share an IRO?"
    return bar_form(title, "Child", choices, take, parent, act="Keep apart")


def close_case(world: World, child: str, commit: Commit, parent: QWidget) -> FormDialog:
    """Ask from which day a child no longer needs an IRO."""

    def take(values: Mapping[str, Any]) -> None:
        if values["day"] is None:
            raise Explained("The day is missing.", "Write a day such as 23 Nov 2026.")
        commit(child_facts.close(world, child, values["day"]))

    words = "From that day the child needs no IRO: the case and the allocation end together."
    dialog = FormDialog(f"Case of {child} closed", "Close the case", take, parent, words=words)
    dialog.form.add_date("day", "Closed on", world.day)
    return dialog


def open_again(world: World, child: str, commit: Commit, parent: QWidget) -> FormDialog:
    """Ask from which day a closed child needs an IRO again."""

    def take(values: Mapping[str, Any]) -> None:
        again = replace(world.snapshot.case[child], closed=None, opened=values["day"])
        commit(refer(world.snapshot, world.day, [again]))

    words = "The child becomes a referral again and keeps the history, so that the former IRO can be found."
    dialog = FormDialog(f"{child} needs an IRO again", "Open the case", take, parent, words=words)
    dialog.form.add_date("day", "Since", world.day)
    return dialog
