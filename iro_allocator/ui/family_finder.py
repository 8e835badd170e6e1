"""Find families: which children without one may be brothers and sisters, to confirm, change or refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from iro_allocator import families
from iro_allocator.errors import Explained
from iro_allocator.families import Found
from iro_allocator.paper.pill import LEVEL, UP, Pill
from iro_allocator.ui import child_facts, style
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.tables import Column, TableView
from iro_allocator.ui.widgets.notice import Notice
from iro_allocator.ui.widgets.panel import muted

if TYPE_CHECKING:
    from iro_allocator.workspace import World

REFUSE = "Refuse"
WORDS = (
    "Nothing becomes a family until you confirm it. Tick the families that are right; in each, untick a child who "
    "does not belong. A family that is refused is not proposed again."
)


class FamilyFinder(QDialog):
    """Shows proposals; says with `confirmed(Step)` what to make of them, with `refused(Found)` what is none."""

    confirmed = Signal(object)
    refused = Signal(object)

    def __init__(self, world: World, proposals: Sequence[Found], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find families")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._world = world
        self._proposals = list(proposals)
        self._ticked = {proposal.cases for proposal in proposals if proposal.sure}
        self._left_out: dict[tuple[str, ...], set[str]] = {}
        self.families, self.children_ = self._family_table(), self._child_table()
        self.notice = Notice()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.confirm = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.confirm.setProperty("primary", True)
        buttons.accepted.connect(self._confirm)
        buttons.rejected.connect(self.reject)
        words = muted(WORDS)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(int(1.5 * GAP))
        self._heading = named(QLabel(wordWrap=True), "heading")
        parts: list[tuple[QWidget, int]] = [(self._heading, 0), (words, 0), (self.families, 3), (self._which, 0)]
        parts += [(self.children_, 2), (self.notice, 0), (buttons, 0)]
        for widget, stretch in parts:
            whole.addWidget(widget, stretch)
        self.confirm.setDefault(True)
        self.setMinimumSize(style.wide(100), 22 * style.row_height())
        self._show()

    def _family_table(self) -> TableView:
        table = TableView(
            "Proposed families",
            (
                Column(
                    title="Family?",
                    value=lambda found: found.cases in self._ticked,
                    check=self._tick,
                    title_tip="Ticked families are made when you confirm",
                ),
                Column(title="Key", value=lambda found: found.key, width=18),
                Column(title="Children", value=lambda found: ", ".join(found.cases), width=20, tip=_all_children),
                Column(title="Because", value=lambda found: "; ".join(found.reasons), stretch=True, tip=_because),
                Column(title="How sure", value=lambda found: found.words, pill=sure_pill),
                Column(title="IROs today", value=lambda found: ", ".join(found.iros) or "–", width=18),
                Column(title=REFUSE, value=lambda found: REFUSE, button=lambda found: REFUSE),
            ),
            key=lambda found: found.cases,
            sortable=False,
            empty="Nothing to propose: every child who shares a home and surname, a mother or a plan has a family.",
        )
        table.chosen.connect(lambda _: self._show_children())
        table.pressed_button.connect(lambda found, _: self._refuse(found))
        return table

    def _child_table(self) -> TableView:
        self._which = muted()
        return TableView(
            "Children of the chosen family",
            (
                Column(title="Belongs", value=self._belongs, check=self._leave_out),
                Column(title="Child", value=lambda case: case.id, tone=lambda _: "strong"),
                Column(title="Name", value=lambda case: case.name, width=20),
                Column(title="Type", value=lambda case: child_facts.SHORT_TYPES[case.type]),
                Column(
                    title="Age",
                    value=lambda case: child_facts.age_in_months(case, self._world.day),
                    format=child_facts.age,
                    align="right",
                ),
                Column(title="Home", value=lambda case: case.home_postcode, width=10),
                Column(title="Team", value=lambda case: case.team, width=14),
                Column(title="Has a family", value=lambda case: case.family, stretch=True),
            ),
            key=lambda case: case.id,
            sortable=False,
        )

    # -- what is ticked ----------------------------------------------------------------------------

    def _tick(self, found: Found, on: bool) -> None:
        (self._ticked.add if on else self._ticked.discard)(found.cases)
        self._show()

    def _belongs(self, case: Any) -> bool | None:
        """Whether a child is ticked; None for one who is in the family already, and stays."""
        found = self.families.current
        if found is None or case.id not in found.joining:
            return None
        return case.id not in self._left_out.get(found.cases, set())

    def _leave_out(self, case: Any, on: bool) -> None:
        if found := self.families.current:
            out = self._left_out.setdefault(found.cases, set())
            (out.discard if on else out.add)(case.id)
            self._show()

    def _refuse(self, found: Found) -> None:
        self._proposals.remove(found)
        self._ticked.discard(found.cases)
        self.refused.emit(found)
        self._show()

    def _confirm(self) -> None:
        chosen = [
            (found, [case for case in found.joining if case not in self._left_out.get(found.cases, set())])
            for found in self._proposals
            if found.cases in self._ticked
        ]
        try:
            step = families.step(self._world.snapshot, chosen)
        except Explained as error:
            self.notice.say(error)
            return
        self.accept()
        self.confirmed.emit(step)

    # -- showing -----------------------------------------------------------------------------------

    def _show(self) -> None:
        count, ticked = len(self._proposals), len(self._ticked)
        self.notice.say(None)
        self._heading.setText(f"{count:,} {'family is' if count == 1 else 'families are'} proposed")
        self.families.set_rows(self._proposals)
        if self.families.current is None and self._proposals:
            self.families.choose(self._proposals[0].cases)
        self.confirm.setText(f"Confirm {ticked:,} {'family' if ticked == 1 else 'families'}")
        self.confirm.setEnabled(ticked > 0)
        self._show_children()

    def _show_children(self) -> None:
        found = self.families.current
        self._which.setText(f"{found.key}: {'; '.join(found.reasons)}" if found else "")
        self.children_.set_rows([self._world.snapshot.case[case] for case in found.cases] if found else [])

    def read(self) -> dict[str, Any]:
        """The dialog as plain data."""
        return {
            "heading": self._heading.text(),
            "families": self.families.read(),
            "children": self.children_.read(),
            "confirm": self.confirm.text(),
            "notice": self.notice.read(),
        }


def _all_children(found: Found) -> str:
    return ", ".join(found.cases)


def _because(found: Found) -> str:
    return "\n".join(found.reasons)


def sure_pill(found: Found) -> Pill:
    """How sure a family is."""
    return Pill("likely", "good", LEVEL) if found.sure else Pill("possible", "warn", UP)
