"""The dialog behind F2: every IRO with what moving these children there would do, and the move itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from iro_allocator.errors import Explained
from iro_allocator.paper.pill import Pill, share_pill
from iro_allocator.solver.terms import BY_KEY, TERMS
from iro_allocator.ui import effect as moving
from iro_allocator.ui import style
from iro_allocator.ui.deciding import Who, act_or_cancel
from iro_allocator.ui.effect import Effect, effects, signed
from iro_allocator.ui.jobs import Job
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.tables import Column, TableView, Tone
from iro_allocator.ui.why import SHORT
from iro_allocator.ui.widgets.effect_label import EffectLabel

if TYPE_CHECKING:
    from iro_allocator.solver.score import Candidate
    from iro_allocator.workspace import Workspace, World

WORKING = "Working out what each IRO would make of it…"


class ReallocateDialog(QDialog):
    """Choose another IRO for children who are with one; a rule may be overridden, with a reason.

    `wants_job` asks for the candidates off the UI thread, `wants_commit` gives the step.
    """

    wants_job = Signal(object)
    wants_commit = Signal(object)

    def __init__(self, workspace: Workspace, world: World, who: Who, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Reallocate")
        self._workspace, self._world, self.who = workspace, world, who
        self.open_still = True
        self._waits_for: tuple[str, ...] = ()
        self._table: TableView | None = None
        self._heading = named(QLabel(wordWrap=True), "heading")
        self._place = QVBoxLayout()
        self.effect = EffectLabel(WORKING)
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Reason")
        self.reason.textEdited.connect(self._fit)
        why = QLabel("&Reason")
        why.setBuddy(self.reason)
        given = QHBoxLayout()
        given.setSpacing(GAP)
        given.addWidget(why)
        given.addWidget(self.reason, 1)
        buttons, self.act = act_or_cancel(self, "Reallocate")
        buttons.accepted.connect(self._decide)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(GAP)
        whole.addWidget(self._heading)
        whole.addWidget(who)
        who.setVisible(who.is_choice)
        whole.addLayout(self._place, 1)
        whole.addWidget(self.effect)
        whole.addLayout(given)
        whole.addWidget(buttons)
        room = parent.window().width() - 8 * GAP if parent else style.wide(150)
        self.resize(min(style.wide(150), room), 25 * style.row_height())
        who.changed.connect(self.ask)
        self._fit()

    # -- working out -------------------------------------------------------------------------------

    def ask(self) -> None:
        """Have the candidates worked out for the children who are chosen now."""
        cases, workspace, world = self.who.cases, self._workspace, self._world
        self._waits_for = cases
        self.effect.say(WORKING)
        work = Job(
            "Working out the effect",
            lambda report, stopped: workspace.candidates(world, cases),
            lambda found: self._take(cases, found),
        )
        self.wants_job.emit(work)

    def _take(self, cases: tuple[str, ...], found: Iterable[Candidate]) -> None:
        if self.open_still and cases == self._waits_for:
            self.show_effects(effects(self._world, cases, found))

    def done(self, result: int) -> None:
        """What is still worked out after closing is of no use."""
        self.open_still = False
        super().done(result)

    def show_effects(self, found: Mapping[str, Effect]) -> None:
        """Show these effects by IRO; the current IRO stays current where there is one."""
        before = self.current.taking.iro if self.current else ""
        rows = tuple(found.values())
        here = next((row for row in rows if row.stays), None)
        name = f" from {here.taking.name}" if here else ""
        self._heading.setText(f"Move {rows[0].who}{name} to" if rows else "There is no IRO to move to")
        table = TableView("IROs", self._columns(rows), rows, key=lambda row: row.taking.iro, sortable=True)
        table.chosen.connect(lambda _: self._fit())
        table.opened.connect(lambda _: self._decide())
        if self._table:
            self._place.removeWidget(self._table)
            self._table.deleteLater()
        self._place.addWidget(table, 1)
        self._table = table
        best = next((row.taking.iro for row in rows if not row.stays and not row.cannot), "")
        if not (before and table.choose(before)):
            table.choose(best or (rows[0].taking.iro if rows else ""))
        table.show()  # a layout shows it later, and what is hidden cannot take the focus from Cancel
        table.setFocus()
        # Cancel may have had the focus, and with it Enter, while this was worked out.
        self.act.setDefault(True)
        self._fit()

    def _columns(self, rows: tuple[Effect, ...]) -> list[Column]:
        changing = {key for row in rows for key, amount in row.terms.items() if abs(amount) >= moving.WORTH_SAYING}
        interim = {each.id for each in self._world.snapshot.iro.values() if each.employment == "interim"}
        tolerance = self._world.loads.settings.tolerance

        def pill(row: Effect) -> Pill:
            return share_pill(row.taking.difference, tolerance)

        def tone(row: Effect) -> Tone:
            return "muted" if row.stays else "bad" if row.cannot else ""

        columns = [
            Column(
                title="IRO",
                value=lambda row: row.taking.name + (" (interim)" if row.taking.iro in interim else ""),
                tone=lambda row: tone(row) or "strong",
            ),
            Column(
                title="Load after",
                value=lambda row: row.taking.load_after,
                format="{:.1f}".format,
                align="right",
                tip=lambda row: row.taking.words,
            ),
            Column(title="Share after", value=lambda row: row.taking.difference, pill=pill, align="right"),
            Column(
                title="Points",
                value=lambda row: row.points,
                format=_points,
                align="right",
                tone=lambda row: "strong",
                title_tip="What the whole service is charged more or less than now: lower is better.",
            ),
        ]
        columns += [_of_term(key) for key in (term.key for term in TERMS) if key in changing]
        columns.append(
            Column(
                title="What speaks against it",
                value=lambda row: "with them now" if row.stays else row.cannot,
                format=lambda words: words,
                tip=lambda row: row.cannot,
                tone=tone,
            )
        )
        return columns

    # -- deciding ----------------------------------------------------------------------------------

    @property
    def current(self) -> Effect | None:
        """The effect of the IRO that is chosen now."""
        return self._table.current if self._table else None

    @property
    def table(self) -> TableView | None:
        """The table of IROs, once the effects are known."""
        return self._table

    def _fit(self) -> None:
        effect = self.current
        anyway = bool(effect and effect.cannot)
        said = bool(self.reason.text().strip())
        self.act.setText("Allocate anyway" if anyway else "Reallocate")
        self.act.setEnabled(bool(effect) and not (effect and effect.stays) and (said or not anyway))
        hint = "needed against a rule" if anyway else "in a few words"
        self.reason.setPlaceholderText(f"{hint}; it is kept in the history")
        if effect:
            self.effect.show_effect(effect)

    def _decide(self) -> None:
        effect = self.current
        if effect is None or effect.stays:
            return
        try:
            made = moving.step(self._world, effect, self.reason.text())
        except Explained:
            # The sentence stands there already: what is missing is the reason.
            self.reason.setFocus()
            return
        self.accept()
        self.wants_commit.emit(made)

    def read(self) -> dict[str, Any]:
        """The dialog as plain data."""
        return {
            "heading": self._heading.text(),
            "iros": self._table.read() if self._table else [],
            "effect": self.effect.read(),
            "act": self.act.text(),
        }


def _of_term(key: str) -> Column:
    term = BY_KEY[key]
    return Column(
        title=SHORT.get(key, term.label),
        value=lambda row: row.terms.get(key),
        format=_points,
        align="right",
        title_tip=f"{term.label}. {term.help} Points; lower is better.",
    )


def _points(amount: float | None) -> str:
    return "–" if amount is None else signed(amount)
