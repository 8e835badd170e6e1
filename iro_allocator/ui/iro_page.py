"""One IRO: hours and availability as a form, what that means today, the year behind, whom they may not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from iro_allocator import allocating, looking_back, staffing
from iro_allocator.domain import Barred, Iro
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.looking_back import Happening, MonthLoad
from iro_allocator.paper.pill import Pill, share_pill
from iro_allocator.ui import iro_facts, record_changes
from iro_allocator.ui.absences import Absences
from iro_allocator.ui.bar_form import bar_form, families_and_children
from iro_allocator.ui.iro_facts import Fact
from iro_allocator.ui.iro_form import IroForm
from iro_allocator.ui.one import UNSAVED, One
from iro_allocator.ui.tables import Column, as_text
from iro_allocator.ui.widgets.columns import Columns
from iro_allocator.ui.widgets.load_chart import LoadChart
from iro_allocator.ui.widgets.panel import Panel, heading, muted
from iro_allocator.ui.widgets.short_table import REMOVE, ShortTable, two_lines
from iro_allocator.ui.written import Written

if TYPE_CHECKING:
    from iro_allocator.workspace import Committed, Workspace, World


class IroPage(One):
    """Shows and changes one IRO."""

    def __init__(self, world: World, iro: str | None, workspace: Workspace | None = None) -> None:
        """The page of an IRO by id; None begins a new one."""
        super().__init__(world, iro, workspace)
        self.id = iro or staffing.next_iro_id(world.snapshot.iro)
        self._base = self._on_record()
        self._save_when_found = False
        self._saved: Iro | None = None
        self.form = IroForm(world.snapshot, world.loads.settings)
        self.look_up_for(self.form.base)
        self.form.base.answered.connect(self._on_changed)
        self.absences = Absences()
        self.absences.show_record(world.snapshot, self.id, world.day)
        self.absences.changed.connect(self._on_changed)
        self._make_tables()
        self._lay_out()
        self._written = Written((self.form,), self._said, self)
        self._written.show_record(self._values())
        self._written.changed.connect(self._on_changed)
        self._show_all()

    # -- building ----------------------------------------------------------------------------------

    def _make_tables(self) -> None:
        self.meaning = ShortTable(
            "What that means today",
            (
                Column(title="Figure", value=lambda fact: fact.label, stretch=True),
                Column(
                    title="How",
                    value=lambda fact: fact.how,
                    format=str,
                    tip=lambda fact: fact.tip,
                    tone=lambda fact: "muted",
                ),
                Column(
                    title="Value",
                    value=lambda fact: fact.figure,
                    align="right",
                    tone=lambda fact: "bad" if fact.bad else "strong",
                    tip=lambda fact: fact.tip,
                ),
                Column(title="Difference", value=_difference, format=str, align="right", pill=self._pill),
            ),
            key=lambda fact: fact.label,
            least=7,
        )
        self.chart = LoadChart()
        self.barred = ShortTable(
            "May not have",
            (
                Column(title="Whom", value=lambda rows: self._whom(rows)),
                Column(title="Why", value=lambda rows: rows[0].reason, tip=lambda rows: rows[0].reason, stretch=True),
                Column(title=REMOVE, value=lambda rows: "✕", button=lambda rows: "✕"),
            ),
            key=lambda rows: rows[0].id,
            empty="Nobody: any child may be theirs.",
            most=8,
        )
        self.barred.pressed_button.connect(lambda rows, _: self._unbar(rows))
        self.lately = ShortTable(
            "Lately",
            (Column(title="", value=_happening, tip=_happening, paint=two_lines(_day, _words), stretch=True),),
            empty="Nothing in the last twelve months.",
            lines=2,
            fills=True,
        )
        self._happened: tuple[Happening, ...] = ()
        self._changes: tuple[Happening, ...] = ()

    def _lay_out(self) -> None:
        self._said = muted()
        self._add_bar = _button("+ Bar a family…", self._bar, "Record a family this IRO may not have")
        left = Panel("Hours and availability")
        left.add(self._said)
        left.add(self.form)
        left.add(heading("Absences"))
        left.add(self.absences)
        left.body.addStretch(1)
        middle = Panel("What that means today")
        self._notes = muted()
        self._counted = muted("From the allocations on record, with the hours and weights of today.", small=True)
        for widget in (self.meaning, self._notes, heading("Twelve months")):
            middle.add(widget)
        middle.add(self.chart, 1)
        middle.add(self._counted)
        right = Panel("May not have")
        right.add(self.barred)
        right.body.addWidget(self._add_bar, 0, Qt.AlignmentFlag.AlignLeft)
        right.add(heading("Lately"))
        right.add(self.lately, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Columns((left, 36), (middle, 52), (right, 33)))

    # -- the world ---------------------------------------------------------------------------------

    def show_world(self, world: World) -> None:
        """What has changed is shown; what has been written and not saved stays."""
        self.world = world
        self._settle()
        self._base = self._on_record()
        self.absences.show_record(world.snapshot, self.id, world.day)
        self._written.follow(self._values())
        self._show_all()

    def _settle(self) -> None:
        """A new IRO who is on record is new no more; an id that somebody else took meanwhile is given up."""
        there = self.world.snapshot.iro.get(self.id)
        if not self.new or there is None:
            return
        self.new = there != self._saved
        if self.new:
            self.id = staffing.next_iro_id(self.world.snapshot.iro)

    def show_history(self, history: Sequence[Committed]) -> None:
        """What the history says about this IRO's own record."""
        changes = record_changes.of_iro(history, self.id, self.world.snapshot)
        self._changes = tuple(Happening(change.day, change.words) for change in changes if change.number > 1)
        self._show_lately()

    def show_months(self, months: Sequence[MonthLoad]) -> None:
        """The twelve months behind."""
        self.chart.show_months(months)

    def _on_record(self) -> Iro:
        found = self.world.snapshot.iro.get(self.id)
        if found:
            return self.world.snapshot.iro_on(found, self.world.day)
        full = self.world.loads.settings.full_time_hours
        return Iro(id=self.id, name="New IRO", contracted_hours=full)

    def _values(self) -> Mapping[str, Any]:
        return self.form.values_of(self._base, new=self.new)

    # -- what is written ---------------------------------------------------------------------------

    def _make(self, typed: dict[str, Any]) -> Iro:
        return self.form.made(self._base, typed)

    @property
    def unsaved(self) -> bool:
        """Whether anything here is not on record."""
        return self._written.touched or self.absences.touched

    @property
    def title(self) -> str:
        """The IRO's name."""
        return "New IRO" if self.new else self._base.name

    @property
    def subtitle(self) -> str:
        """Since when, how employed, how they are today, and whether something is unsaved."""
        iro = self._base
        said = [] if self.new else [f"IRO since {as_text(iro.first_day)}" if iro.first_day else "IRO", iro.employment]
        said.append("" if self.new else iro_facts.state(self.world.snapshot, iro, self.world.day))
        said.append(UNSAVED if self.unsaved else "")
        return " · ".join(word for word in said if word)

    def start(self) -> None:
        """Begin with the hours, a new IRO with the name."""
        self.form.field("name" if self.new else "contracted_hours").setFocus()

    def save(self) -> None:
        """Save everything written as one step; a postcode that is being looked up is waited for."""
        self.form.base.ask()
        self._save_when_found = self.form.base.pending and self.workspace is not None
        if self._save_when_found:
            return
        iro = self._written.check(self._make)
        if iro is None:
            return
        if self.new and not self.form.value("name"):
            self._written.refuse("name", Explained("A new IRO needs a name.", "Write it as the lists are to show it."))
            return
        self._saved = iro
        step = iro_facts.step(self.world.snapshot, iro, self.absences.rows, self.world.day)
        if step:
            self.wants_commit.emit(step)

    def discard(self) -> None:
        """Forget what has been written and show the record."""
        self.absences.forget()
        self._written.show_record(self._values())
        self._show_written()
        self.changed.emit()

    def _on_changed(self) -> None:
        self._show_written()
        self.changed.emit()
        if self._save_when_found and not self.form.base.pending:
            self.save()

    # -- showing -----------------------------------------------------------------------------------

    def _show_all(self) -> None:
        snapshot = self.world.snapshot
        self._add_bar.setEnabled(not self.new)
        groups: dict[tuple[str, str], list[Barred]] = {}
        for row in sorted(snapshot.barred.values(), key=lambda row: row.id):
            if row.iro == self.id:
                family = snapshot.case[row.case].family if row.case in snapshot.case else ""
                groups.setdefault((family or row.case, row.reason), []).append(row)
        self.barred.set_rows(tuple(rows) for rows in groups.values())
        self._happened = looking_back.lately(snapshot, self.id, self.world.day)
        self._show_lately()
        self._show_written()

    def _show_lately(self) -> None:
        since = date(self.world.day.year - 1, self.world.day.month, 1)
        changes = [change for change in self._changes if change.day >= since]
        self.lately.set_rows(sorted((*changes, *self._happened), key=lambda row: row.day, reverse=True))

    def _show_written(self) -> None:
        """What is written and what it means; the last good meaning stays while something is wrong."""
        self.form.fit()
        iro = self._written.check(self._make)
        if iro is None:
            return
        if self.form.base.doubt and not self._written.said:
            self._written.say(self.form.base.doubt)
        self.meaning.set_rows(iro_facts.meaning(self.world, iro, self.absences.rows))
        said = iro_facts.notes(self.world, iro)
        self._notes.setText(" ".join(said))
        self._notes.setVisible(bool(said))

    def _pill(self, fact: Fact) -> Pill | None:
        return None if fact.difference is None else share_pill(fact.difference, self.world.loads.settings.tolerance)

    def _whom(self, rows: Sequence[Barred]) -> str:
        case = self.world.snapshot.case.get(rows[0].case)
        return case.family if case and case.family and len(rows) > 1 else ", ".join(row.case for row in rows)

    # -- barred ------------------------------------------------------------------------------------

    def _bar(self) -> None:
        snapshot, day = self.world.snapshot, self.world.day
        choices = families_and_children(snapshot, [case.id for case in snapshot.open_cases(day)])

        def take(cases: tuple[str, ...], reason: str) -> None:
            edits = allocating.bar(self.world.snapshot, cases, self.id, self.world.day, reason)
            if not edits:
                raise Explained(f"{self._base.name} is barred from them already.", "Choose others.")
            whom = snapshot.case[cases[0]].family if len(cases) > 1 else cases[0]
            self.wants_commit.emit(Step(f"Bar {self._base.name} from {whom}", edits, reason))

        bar_form(f"Whom may {self._base.name} not have?", "Family or child", choices, take, self).open()

    def _unbar(self, rows: Sequence[Barred]) -> None:
        label = f"{self._base.name} may have {self._whom(rows)} again"
        self.wants_commit.emit(Step(label, tuple(Edit(row, None) for row in rows)))

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        return {
            "iro": self.id,
            "unsaved": self.unsaved,
            "said": self._written.said,
            "absences": self.absences.read(),
            "means": self.meaning.read(),
            "notes": self._notes.text(),
            "months": self.chart.read(),
            "may not have": self.barred.read(),
            "lately": self.lately.read(),
        }


def _button(words: str, slot: Any, tip: str) -> QPushButton:
    button = QPushButton(words)
    button.clicked.connect(lambda: slot())
    button.setToolTip(tip)
    return button


def _difference(fact: Fact) -> Any:
    return "" if fact.difference is None else fact.difference


def _day(row: Happening) -> str:
    return as_text(row.day)


def _words(row: Happening) -> str:
    return row.words


def _happening(row: Happening) -> str:
    return f"{as_text(row.day)}: {row.words}"
