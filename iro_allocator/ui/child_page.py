"""One child: every fact as a form, the weight with its parts, the IROs so far, reviews due, what was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from iro_allocator.domain import Allocation, Case
from iro_allocator.errors import Explained
from iro_allocator.ui import child_decisions, child_facts, record_changes
from iro_allocator.ui.caseload_rows import family_of
from iro_allocator.ui.child_facts import SHORT_TYPES
from iro_allocator.ui.child_form import ChildForm
from iro_allocator.ui.child_side import ChildSide
from iro_allocator.ui.deciding import Who, pin_dialog, unpin
from iro_allocator.ui.new_referral import refer
from iro_allocator.ui.one import UNSAVED, One
from iro_allocator.ui.reallocate import ReallocateDialog
from iro_allocator.ui.record_changes import Change
from iro_allocator.ui.tables import Column, as_text
from iro_allocator.ui.widgets.columns import Columns
from iro_allocator.ui.widgets.panel import Panel, heading, muted
from iro_allocator.ui.widgets.short_table import ShortTable, two_lines
from iro_allocator.ui.written import Written

if TYPE_CHECKING:
    from iro_allocator.workspace import Committed, Workspace, World

UNNAMED = "new"
"""The reference of a child before one is typed."""


class ChildPage(One):
    """Shows and changes one child."""

    def __init__(self, world: World, case: str | None, workspace: Workspace | None = None) -> None:
        """The page of a child by reference; None begins a new one."""
        super().__init__(world, case, workspace)
        self._names = True
        self._save_when_found = False
        self._saved = ""
        self._base = self._on_record()
        self._changes: tuple[Change, ...] = ()
        settings = world.loads.settings
        self.form = ChildForm(world.snapshot, settings.scheme.factors, new=self.new, council=settings.home_authority)
        for field in self.form.placed.postcodes:
            self.look_up_for(field, self.form.placed.postcodes)
            field.answered.connect(self._on_changed)
        self._make_tables()
        self._lay_out()
        self._written = Written((self.form.who, self.form.needs), self._said, self)
        self._show_record()
        self._written.changed.connect(self._on_changed)
        self._show_all()

    # -- building ----------------------------------------------------------------------------------

    def _make_tables(self) -> None:
        self.side = ChildSide(self.world)
        self.side.wants_commit.connect(self.wants_commit)
        self.side.pin.connect(self._on_pin)
        self.side.bar.connect(self._bar)
        self.side.keep_apart.connect(self._keep_apart)
        self.family = ShortTable(
            "Family",
            (
                Column(title="Child", value=lambda case: case.id, tip=self._sibling_tip),
                Column(title="Type", value=lambda case: SHORT_TYPES[case.type]),
                Column(title="IRO", value=self._iro_of, stretch=True),
            ),
            key=lambda case: case.id,
            empty="Nobody else of this family is here.",
            most=6,
        )
        self.family.opened.connect(lambda case: self.wants_page.emit("", case.id))
        self.changes = ShortTable(
            "Changes",
            (Column(title="", value=_change_words, tip=_change_words, paint=two_lines(_when, _what), stretch=True),),
            key=lambda change: (change.number, change.what),
            empty="Nothing has been changed since the child was entered.",
            lines=2,
            fills=True,
        )

    def _lay_out(self) -> None:
        self._said = muted()
        left, middle = Panel("The child"), Panel("Placement and needs")
        left.add(self._said)
        left.add(self.form.who)
        left.add(heading("Changes"))
        left.add(self.changes, 1)
        middle.add(self.form.needs)
        middle.add(heading("Family"))
        middle.add(self.family)
        middle.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Columns((left, 38), (middle, 43), (self.side, 40)))

    # -- the world ---------------------------------------------------------------------------------

    def show_world(self, world: World) -> None:
        """What has changed is shown; what has been written and not saved stays."""
        self.world = world
        if self.new and self._saved in world.snapshot.case:
            self.new, self.id = False, self._saved
            self.form.who.field("id").setEnabled(False)
            self._base = self._on_record()
            self._show_record()
        else:
            self._base = self._on_record()
            self._written.follow(self._values())
        self._show_all()

    def show_history(self, history: Sequence[Committed]) -> None:
        """What the history says about this child."""
        self._changes = record_changes.of_case(history, self.id, self.world.snapshot)
        self.changes.set_rows(self._changes)

    def show_names(self, shown: bool) -> None:
        """Show names, or hide them."""
        self._names = shown
        field = self.form.who.field("name")
        assert isinstance(field, QLineEdit)
        field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.changed.emit()

    def _on_record(self) -> Case:
        return self.world.snapshot.case.get(self.id) or Case(id=UNNAMED, opened=self.world.day)

    def _values(self) -> Mapping[str, Any]:
        values = dict(self.form.values(self._base))
        return values | {"id": ""} if self.new else values

    def _show_record(self) -> None:
        self._written.show_record(self._values())
        self.form.fit()

    # -- what is written ---------------------------------------------------------------------------

    def _make(self, typed: dict[str, Any]) -> Case:
        case = self.form.made(self._base, typed)
        child_facts.check(case, self.world.day)
        return case

    @property
    def state(self) -> str:
        """Where the child stands: new, held (by an IRO), waiting, closed, or to come."""
        if self.new:
            return "new"
        case, day = self._base, self.world.day
        if case.closed and case.closed <= day:
            return "closed"
        if case.opened and case.opened > day:
            return "to come"
        return "held" if self._holder else "waiting"

    @property
    def _holder(self) -> Allocation | None:
        row = self.world.snapshot.allocation_on(self.id, self.world.day)
        return row if row and row.iro in self.world.snapshot.iro else None

    @property
    def unsaved(self) -> bool:
        """Whether anything here is not on record."""
        return self._written.touched

    @property
    def title(self) -> str:
        """The reference, and the name while names are shown."""
        return "New child" if self.new else child_facts.heading(self._base, names=self._names)

    @property
    def subtitle(self) -> str:
        """The child in a line, and whether something is unsaved."""
        said = "waits for an IRO once saved" if self.new else child_facts.about(self.world, self._base)
        return said + (f" · {UNSAVED}" if self.unsaved else "")

    def start(self) -> None:
        """Begin with the reference of a new child, else with the first field."""
        self.form.who.field("id" if self.new else "name").setFocus()

    def save(self) -> None:
        """Save everything written as one step; a postcode that is being looked up is waited for."""
        self.form.placed.ask()
        self._save_when_found = self.form.placed.pending and self.workspace is not None
        if self._save_when_found:
            return
        case = self._written.check(self._make)
        if case is None:
            return
        if self.new:
            self._enter(case)
            return
        step = child_facts.step(self.world, case)
        if step:
            self.wants_commit.emit(step)

    def _enter(self, case: Case) -> None:
        if case.id == UNNAMED or not case.id.strip():
            words = "A child needs a reference."
            self._written.refuse("id", Explained(words, "Give the reference of the case-management system."))
            return
        try:
            step = refer(self.world.snapshot, self.world.day, [case])
        except Explained as error:
            self._written.refuse("id" if case.id in self.world.snapshot.case else "opened", error)
            return
        self._saved = case.id
        self.wants_commit.emit(step)

    def discard(self) -> None:
        """Forget what has been written and show the record."""
        self._show_record()
        self._show_written()
        self.changed.emit()

    def _on_changed(self) -> None:
        self.form.fit()
        self._show_written()
        self.changed.emit()
        if self._save_when_found and not self.form.placed.pending:
            self.save()

    # -- showing -----------------------------------------------------------------------------------

    def _show_all(self) -> None:
        self.side.show_record(self.world, "" if self.new else self.id, self._holder)
        self._show_written()

    def _show_written(self) -> None:
        """What is written and what it weighs; the last good weight stays while something is wrong."""
        case = self._written.check(self._make)
        if case is None:
            return
        if not self._written.said:
            self._written.say(self.form.placed.doubt or self.form.placed.told)
        self.side.show_written(case)
        self.family.set_rows(child_facts.family_of(self.world, case))

    def _iro_of(self, case: Case) -> str:
        row = self.world.snapshot.allocation_on(case.id, self.world.day)
        iros = self.world.snapshot.iro
        return iros[row.iro].name if row and row.iro in iros else "waiting"

    def _sibling_tip(self, case: Case) -> str:
        return f"{child_facts.heading(case, names=self._names)}. Enter opens the child’s page."

    # -- deciding ----------------------------------------------------------------------------------

    def _together(self) -> tuple[str, ...]:
        """The children of the family who have the same IRO, this one included."""
        holder = self._holder
        return family_of(self.world.loads.by_iro.get(holder.iro, ()), [self.id]) if holder else (self.id,)

    def _on_pin(self) -> None:
        holder = self._holder
        if holder is None:
            return
        if holder.pinned:
            self.wants_commit.emit(unpin(self.world, [self.id]))
            return
        who = Who(self.world, self._together(), (self.id,), whole=False)
        pin_dialog(self.world, holder.iro, who, self.wants_commit.emit, self).open()

    def reallocate(self) -> None:
        """Choose another IRO, with the effect of each seen first."""
        if self.workspace is None:
            return
        dialog = ReallocateDialog(self.workspace, self.world, Who(self.world, self._together(), (self.id,)), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wants_job.connect(self.wants_job)
        dialog.wants_commit.connect(self.wants_commit)
        dialog.open()
        dialog.ask()

    def _bar(self) -> None:
        child_decisions.bar_iro(self.world, self.id, self.wants_commit.emit, self).open()

    def _keep_apart(self) -> None:
        child_decisions.keep_apart(self.world, self.id, self.wants_commit.emit, self).open()

    def ask_close(self) -> None:
        """Ask from which day the child no longer needs an IRO."""
        child_decisions.close_case(self.world, self.id, self.wants_commit.emit, self).open()

    def ask_again(self) -> None:
        """Ask from which day a closed child needs an IRO again."""
        child_decisions.open_again(self.world, self.id, self.wants_commit.emit, self).open()

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        return {
            "child": self.id,
            "state": self.state,
            "unsaved": self.unsaved,
            "said": self._written.said,
            **self.side.read(),
            "family": self.family.read(),
            "changes": [_change_words(change) for change in self._changes],
        }


def _when(change: Change) -> str:
    return f"{as_text(change.day)} · {change.by} · {change.step}"


def _what(change: Change) -> str:
    return change.words


def _change_words(change: Change) -> str:
    return f"{_when(change)}: {_what(change)}"
