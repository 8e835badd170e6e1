"""History: every step, newest first: who, when, what, why, against which suggestion; undo any that still can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QPushButton

from iro_allocator.errors import Explained
from iro_allocator.looking_back import Decided
from iro_allocator.paper.pill import Pill
from iro_allocator.ui import style
from iro_allocator.ui.jobs import Job, Report, Stop
from iro_allocator.ui.page import Argument, Page
from iro_allocator.ui.tables import Column, TableView, as_text
from iro_allocator.ui.telling import Suggestion, facts, suggestion, touched
from iro_allocator.ui.widgets.notice import Notice
from iro_allocator.ui.widgets.panel import Panel, muted

if TYPE_CHECKING:
    from iro_allocator.workspace import Committed, Workspace, World

MOST = 4
"""So many decisions other than suggested are told one by one."""


@dataclass(frozen=True)
class Past:
    """A step of the history with what it was decided against and whom it is about, worked out once."""

    made: Committed
    suggestion: Suggestion | None
    about: frozenset[str]

    @classmethod
    def of(cls, made: Committed) -> Past:
        """A step, looked at."""
        return cls(made, suggestion(made.step), touched(made.step))

    @property
    def local(self) -> datetime:
        """When, by the clock on the wall."""
        return self.made.at.astimezone()


class History(Page):
    """The steps above, what the current one changed below. The facts of a step are worked out when it is chosen."""

    def __init__(self) -> None:
        super().__init__("History", "Every step anyone has made, the newest first")
        self._read_from: tuple[Workspace | None, int] = (None, -1)
        self._asked = 0
        self.notice = Notice()
        self.words = self._field("What, who or why…", "Find in what, who and why")
        self.whom = self._field("Child or IRO…", "Show the steps about a child or IRO")
        self.steps = self._step_table()
        self.facts = self._fact_table()
        self._about = muted()
        self._about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.undo = QPushButton("Undo this step")
        self.undo.clicked.connect(self._undo)
        steps = Panel("Steps")
        self._steps_panel = steps
        for field in (self.words, self.whom):
            steps.header.addWidget(field)
        steps.add(self.steps, 1)
        self._detail = Panel("What it changed")
        self._detail.header.addWidget(self.undo)
        self._detail.add(self._about)
        self._detail.add(self.facts, 1)
        for widget, stretch in ((self.notice, 0), (steps, 1), (self._detail, 1)):
            self.body.addWidget(widget, stretch)
        self._show_step(None)

    def _field(self, hint: str, name: str) -> QLineEdit:
        field = QLineEdit(placeholderText=hint, clearButtonEnabled=True)
        field.setAccessibleName(name)
        field.setFixedWidth(style.wide(26))
        field.textChanged.connect(self._narrow)
        return field

    def _step_table(self) -> TableView:
        table = TableView(
            "Steps",
            (
                Column(title="Step", value=lambda past: past.made.number, align="right"),
                Column(title="When", value=lambda past: past.local),
                Column(title="Who", value=lambda past: past.made.by),
                Column(title="What", value=lambda past: past.made.step.label, tip=_label, stretch=True),
                Column(title="Why", value=lambda past: past.made.step.reason, tip=_reason, width=28),
                Column(title="Changes", value=lambda past: len(past.made.step.edits), align="right"),
                Column(
                    title="Suggestion",
                    value=lambda past: str(past.suggestion or ""),
                    tip=lambda past: str(past.suggestion or ""),
                    width=34,
                ),
                Column(title="State", value=_state, pill=lambda past: Pill(state) if (state := _state(past)) else None),
            ),
            key=lambda past: past.made.number,
            empty="Nothing has been changed yet, or nothing that holds these words.",
        )
        table.chosen.connect(self._show_step)
        return table

    def _fact_table(self) -> TableView:
        return TableView(
            "What it changed",
            (
                Column(title="Child or IRO", value=lambda fact: fact.who),
                Column(title="What", value=lambda fact: fact.what, width=22),
                Column(title="Before", value=lambda fact: fact.before, tip=lambda fact: fact.before, width=24),
                Column(
                    title="After",
                    value=lambda fact: fact.after,
                    tone=lambda _: "strong",
                    tip=lambda fact: fact.after,
                    width=44,
                ),
                Column(
                    title="Why",
                    value=lambda fact: fact.why,
                    tone=lambda _: "muted",
                    tip=lambda fact: fact.why,
                    stretch=True,
                ),
            ),
            empty="Choose a step to see what it changed.",
        )

    # -- showing -----------------------------------------------------------------------------------

    def show_world(self, world: World) -> None:
        """Read the history if there is more of it than is shown."""
        super().show_world(world)
        workspace = self.workspace
        if workspace is None or self._read_from == (workspace, world.snapshot.revision):
            return
        self._asked += 1
        asked = self._asked

        def work(report: Report, stopped: Stop) -> tuple[Past, ...]:
            return tuple(Past.of(made) for made in workspace.history())

        def done(pasts: tuple[Past, ...]) -> None:
            if asked == self._asked:
                self._read_from = (workspace, world.snapshot.revision)
                self._show(pasts)

        self.wants_job.emit(Job("Reading the history", work, done, database=True))

    def show_history(self, made: Iterable[Committed]) -> None:
        """Show these steps, given the oldest first."""
        self._show(tuple(Past.of(each) for each in made))

    def _show(self, pasts: tuple[Past, ...]) -> None:
        known = [iro.name for iro in self.world.snapshot.iro.values()] if self.world else []
        known += self.world.snapshot.case if self.world else []
        found = QCompleter(known, self.whom)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        self.whom.setCompleter(found)
        self.steps.set_rows(reversed(pasts))
        self._narrow()
        if self.steps.current is None and self.steps.model_.rows:
            self.steps.choose(self.steps.model_.rows[0].made.number)
        self._show_step(self.steps.current)

    def go_to(self, argument: Argument) -> None:
        """Show the steps about a child or IRO."""
        if isinstance(argument, str) and self.world:
            iro = self.world.snapshot.iro.get(argument)
            self.words.clear()
            self.whom.setText(iro.name if iro else argument)

    def _narrow(self) -> None:
        whom = self.whom.text().strip().casefold()
        ids = self._ids(whom)
        self.steps.set_filter(self.words.text(), (lambda past: not past.about.isdisjoint(ids)) if whom else None)
        self.facts.set_filter(self.whom.text())
        shown, all_ = len(self.steps.model_.rows), len(self.steps.model_.all_rows)
        self._steps_panel.set_title(f"Steps · {all_:,}" if shown == all_ else f"Steps · {shown:,} of {all_:,}")

    def _ids(self, whom: str) -> frozenset[str]:
        """The children and IROs that are meant: the one of that reference or name, else all that hold the text."""
        names = {iro.id: iro.name.casefold() for iro in self.world.snapshot.iro.values()} if self.world else {}
        every = frozenset().union(*(past.about for past in self.steps.model_.all_rows))
        exact = {key for key in every if whom in (key.casefold(), names.get(key))}
        return frozenset(exact or (key for key in every if whom in key.casefold() or whom in names.get(key, "")))

    def _show_step(self, past: Past | None) -> None:
        self.notice.say(None)
        made_up = bool(past and past.made.number == 1 and self.world and self.world.sample)  # or it would be empty
        changes = bool(past and past.made.step)
        self.undo.setEnabled(past is not None and past.made.undone_by is None and changes and not made_up)
        self.undo.setVisible(past is None or changes)
        self.undo.setText("Take this undo back" if past and past.made.undoes else "Undo this step")
        self._detail.set_title(f"Step {past.made.number}: {past.made.step.label}" if past else "What it changed")
        self._about.setText(self._words(past) if past else "")
        self._about.setVisible(past is not None)
        self.facts.set_rows(facts(past.made.step, self.world.snapshot) if past and self.world else ())

    def _words(self, past: Past) -> str:
        """Who, when, why, and what was decided against the suggestion."""
        made = past.made
        said = [f"{made.by}, {as_text(past.local)}"]
        if made.step.reason:
            said[0] += f", because: {made.step.reason}"
        if past.suggestion:
            said.append(f"The suggestion was {past.suggestion}.")
            differing = [each for each in past.suggestion.decided if each.accepted != each.suggested]
            said += [self._decided(each) for each in differing[:MOST]]
            if len(differing) > MOST:
                said.append(f"And {len(differing) - MOST} more that differ from the suggestion.")
        return "\n".join(said)

    def _decided(self, each: Decided) -> str:
        iros = self.world.snapshot.iro if self.world else {}
        suggested, accepted = (iros[key].name if key in iros else key for key in (each.suggested, each.accepted))
        whom = ", ".join(each.cases)
        if not accepted:
            return f"{whom}: {suggested} was suggested and not accepted."
        return f"{whom}: {suggested} was suggested, {accepted} chosen: {each.reason}."

    # -- undoing -----------------------------------------------------------------------------------

    def _undo(self) -> None:
        workspace, past = self.workspace, self.steps.current
        if workspace is None or past is None:
            return
        number, label = past.made.number, past.made.step.label

        def work(report: Report, stopped: Stop) -> World:
            return workspace.undo(number)

        def done(world: World) -> None:
            self.message.emit(f"Undone: {label}. It stays in the history.")

        def failed(error: Exception) -> None:
            self.undo.setEnabled(True)
            if not isinstance(error, Explained):
                raise error
            self.notice.say(error)

        self.notice.say(None)
        self.undo.setEnabled(False)
        self.wants_job.emit(Job("Undoing", work, done, failed, database=True, gives_world=True))

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        return super().read() | {
            "steps": self.steps.read(),
            "step": self._detail.title,
            "about": self._about.text() if self.steps.current else "",
            "facts": self.facts.read(),
            "can undo": self.undo.isEnabled(),
            "notice": self.notice.read(),
        }


def _label(past: Past) -> str:
    return past.made.step.label


def _reason(past: Past) -> str:
    return past.made.step.reason


def _state(past: Past) -> str:
    """Whether the step has been taken back, or takes one back."""
    if past.made.undone_by is not None:
        return f"undone by {past.made.undone_by}"
    return f"takes back {past.made.undoes}" if past.made.undoes is not None else ""
