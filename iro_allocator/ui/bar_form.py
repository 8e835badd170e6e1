"""The dialog that records that an IRO may not have some children, asked from either side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QCompleter, QWidget

from iro_allocator.domain import CASE_TYPES, Snapshot
from iro_allocator.errors import Explained
from iro_allocator.ui.widgets.form_dialog import FormDialog

REASONS = (
    "was the child’s team manager",
    "was the family’s social worker",
    "related to the carer",
    "a friend of the carer",
    "the child asked for another IRO",
    "complaint upheld",
)


def bar_form(
    title: str,
    label: str,
    choices: Sequence[tuple[Any, str]],
    take: Callable[[Any, str], object],
    parent: QWidget | None = None,
    *,
    act: str = "Bar",
) -> FormDialog:
    """Ask for one of the choices and a reason; `take` gets both."""

    def made(values: Mapping[str, Any]) -> None:
        if values["whom"] is None:
            raise Explained(f"{label}: choose one of the list.", "Type a part of it to find it.")
        if not values["reason"]:
            raise Explained("A reason is needed.", "Say in a few words why, such as “was their team manager”.")
        take(choices[values["whom"]][0], values["reason"])

    dialog = FormDialog(
        title,
        act,
        made,
        parent,
        words="Children they have now stay with them until you move them. It can be undone.",
    )
    numbered = [(number, words) for number, (_, words) in enumerate(choices)]
    box = dialog.form.add_choice("whom", label, numbered, editable=True)
    box.setCurrentIndex(-1)
    line = box.lineEdit()
    assert line is not None
    line.setPlaceholderText("type to find")
    reason = dialog.form.add_text("reason", "Reason")
    reason.setCompleter(QCompleter(REASONS, reason))
    return dialog


def families_and_children(snapshot: Snapshot, cases: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    """These children as choices: every family as a whole, then every child; values are references."""
    families: dict[str, list[str]] = {}
    for key in cases:
        if family := snapshot.case[key].family:
            families.setdefault(family, []).append(key)
    found = [
        (tuple(members), f"{family} · {len(members)} children")
        for family, members in sorted(families.items())
        if len(members) > 1
    ]
    for key in cases:
        case = snapshot.case[key]
        said = (key, case.family, CASE_TYPES[case.type])
        found.append(((key,), " · ".join(part for part in said if part)))
    return found
