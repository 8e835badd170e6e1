"""The dialog for one absence of an IRO."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from PySide6.QtWidgets import QCompleter, QWidget

from iro_allocator.domain import Absence
from iro_allocator.errors import Explained
from iro_allocator.staffing import dated_id
from iro_allocator.ui.widgets.form_dialog import FormDialog

REASONS = ("leave", "sickness", "parental leave", "training", "secondment")
KEEPS = (
    (True, "stay theirs; others cover"),
    (False, "are to be reallocated"),
)


def absence_form(
    iro: str,
    before: Absence | None,
    day: date,
    taken: Iterable[str],
    take: Callable[[Absence], object],
    parent: QWidget | None = None,
) -> FormDialog:
    """Ask for a new absence, or show one to be changed; `take` gets it."""
    ids = tuple(taken)

    def made(values: Mapping[str, Any]) -> None:
        if values["first"] is None:
            raise Explained("An absence needs a first day.", "Write a day such as 23 Nov 2026.")
        take(
            Absence(
                id=before.id if before else dated_id(iro, values["first"], ids),
                iro=iro,
                first=values["first"],
                last=values["last"],
                reason=values["reason"] or "leave",
                working=round(values["working"] / 100, 4),
                keeps_children=values["keeps_children"],
            )
        )

    dialog = FormDialog(
        "Change an absence" if before else "Add an absence",
        "Change" if before else "Add",
        made,
        parent,
        words="It is saved together with the rest of the page.",
    )
    form = dialog.form
    form.add_date("first", "First day", before.first if before else day)
    form.add_date("last", "Last day", before.last if before else None).setPlaceholderText("not known yet")
    reason = form.add_text("reason", "Reason", before.reason if before else "leave")
    reason.setCompleter(QCompleter(REASONS, reason))
    working = form.add_number(
        "working",
        "Part still worked",
        (before.working if before else 0.0) * 100,
        high=100,
        step=10,
        decimals=0,
        suffix=" %",
    )
    working.setToolTip("0 % when they are not there at all")
    form.add_choice("keeps_children", "Their children", KEEPS, before.keeps_children if before else True)
    return dialog
