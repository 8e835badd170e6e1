"""What-if: changes that might come, the choices they leave, the plan at one of them; adopted as one step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from iro_allocator.domain import Change, Scenario
from iro_allocator.errors import Explained
from iro_allocator.ui import ready, style
from iro_allocator.ui.adopting import AdoptDialog
from iro_allocator.ui.answering import Begun, Look, answer, figures, look, look_at, same_service
from iro_allocator.ui.changes_panel import ChangesPanel
from iro_allocator.ui.choices import choices, fewest_within, must_change, proof_words, same_again
from iro_allocator.ui.compare import CompareDialog
from iro_allocator.ui.exporting import written_words
from iro_allocator.ui.jobs import Job, Report, Stop
from iro_allocator.ui.moves_table import MovesTable
from iro_allocator.ui.page import Argument, Page
from iro_allocator.ui.style import GAP
from iro_allocator.ui.tables import Column, as_text
from iro_allocator.ui.widgets.caseload_chart import CaseloadChart
from iro_allocator.ui.widgets.form_dialog import FormDialog
from iro_allocator.ui.widgets.frontier_chart import FrontierChart
from iro_allocator.ui.widgets.panel import EmptyState, Panel
from iro_allocator.ui.widgets.reason_strip import ReasonStrip
from iro_allocator.ui.widgets.short_table import ShortTable
from iro_allocator.ui.widgets.work_line import WorkLine
from iro_allocator.ui.widgets.year_strip import YearStrip
from iro_allocator.workspace import new_scenario_id

if TYPE_CHECKING:
    from datetime import date

    from iro_allocator.solver.proposal import Move
    from iro_allocator.workspace import Frontier, World

TITLE = "What-if"
WIDTH = 130
"""Letters of room from which on the parts stand beside each other."""


class WhatIfPage(Page):
    """One scenario at a time: a saved one, or a draft that is saved with its first change."""

    def __init__(self) -> None:
        super().__init__(TITLE, "Nothing is changed until you adopt it")
        self._scenario: Scenario | None = None
        self._worked_out: tuple[Scenario, World] | None = None
        self._begun: Begun | None = None
        self._frontier: Frontier | None = None
        self._look: Look | None = None
        self._refused: set[tuple[str, ...]] = set()
        self._pressed = False
        self._wanted = 0
        self.adopting: AdoptDialog | None = None
        """The dialog that was opened last, for tests."""
        self.comparing: CompareDialog | None = None
        self._build_header()
        self.changes = ChangesPanel()
        self.changes.given.connect(self._give)
        self.changes.removed.connect(self._remove)
        self.changes.dated.connect(self._date)
        self.work = WorkLine(failed="It could not be worked out. Nothing has changed.")
        self.work.wants_job.connect(self.wants_job)
        self.work.changed.connect(self._fit)
        self._content = self._build_content()
        self._empty = EmptyState("", "")
        # Not a stack, which would be as high as the higher of the two.
        self._content.hide()
        self.body.addWidget(self._content, 1)
        self.body.addWidget(self._empty, 1)

    # -- building ----------------------------------------------------------------------------------

    def _build_header(self) -> None:
        self.scenarios = QComboBox()
        self.scenarios.setAccessibleName("Scenario")
        self.scenarios.setFixedWidth(style.wide(34))
        self.scenarios.activated.connect(lambda _: self._choose(self.scenarios.currentData()))
        self.add_to_header(self.scenarios)
        self.menu_button = QPushButton("Scenario")
        menu = QMenu(self.menu_button)
        self._new = menu.addAction("New…")
        self._new.triggered.connect(lambda: self.new())
        self._save_action = menu.addAction("Save")
        self._save_action.triggered.connect(lambda: self.save())
        self._rename = menu.addAction("Rename…")
        self._rename.triggered.connect(lambda: self.rename())
        self._duplicate = menu.addAction("Duplicate")
        self._duplicate.triggered.connect(lambda: self.duplicate())
        self._delete = menu.addAction("Delete")
        self._delete.triggered.connect(lambda: self.delete())
        self.menu_button.setMenu(menu)
        self.add_to_header(self.menu_button)
        self.compare_button = self.add_action(
            "Compare…", self.compare, tip="Up to four scenarios and today side by side, and as one page"
        )
        self.save_button = self.add_action("Save", self.save, shortcut="Ctrl+S", tip="Keep this scenario in the file")
        self.adopt_button = self.add_action(
            "Adopt…", self.ask_to_adopt, primary=True, tip="Make its changes and moves, as one step"
        )

    def _build_content(self) -> QWidget:
        curve = Panel("How many children should change IRO?")
        self.curve = FrontierChart()
        self.curve.chosen.connect(self._choose_point)
        curve.add(self.curve, 1)
        curve.add(self.work)
        self.plan = Panel("Plan at this point")
        self.figures = ShortTable(
            "Plan at this point",
            (
                Column(title="", value=lambda row: row.label, stretch=True, tip=lambda row: row.label),
                Column(
                    title="Today",
                    value=lambda row: row.short(row.today),
                    align="right",
                    width=9,
                    tone=lambda row: "muted",
                    tip=lambda row: row.today,
                ),
                Column(
                    title="Then",
                    value=lambda row: row.short(row.then),
                    align="right",
                    width=9,
                    tone=lambda row: "strong",
                    tip=lambda row: row.then,
                ),
            ),
            key=lambda row: row.label,
            titles=True,
            fills=True,
        )
        self.plan.add(self.figures, 1)
        self.bars = Panel("Before → after")
        self.chart = CaseloadChart("Caseloads today and after the plan")
        self.chart.opened.connect(lambda iro: self.wants_page.emit("caseloads", iro))
        self.bars.add(self.chart, 1)
        self.handovers = Panel("Handover list")
        self.moves = MovesTable("Handover list", empty="Nobody has to change IRO.")
        self.moves.setMinimumHeight(4 * style.row_height())
        self.moves.ticked.connect(self._tick)
        self.moves.picked.connect(self._pick)
        self.reason = ReasonStrip()
        self.reason.given.connect(self._choose_iro)
        self.reason.left.connect(self.moves.setFocus)
        self.handovers.add(self.moves, 1)
        self.handovers.add(self.reason)
        self.year = Panel("The coming twelve months")
        self.strip = YearStrip()
        self.year.add(self.strip, 1)
        content = QWidget()
        whole = QVBoxLayout(content)
        whole.setContentsMargins(0, 0, 0, 0)
        self._above, self._below = QHBoxLayout(), QHBoxLayout()
        right = QVBoxLayout()
        for panel, stretch in ((self.handovers, 6), (self.year, 5)):
            right.addWidget(panel, stretch)
        for panel, stretch in ((self.changes, 11), (curve, 13), (self.plan, 12)):
            panel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._above.addWidget(panel, stretch)
        self._below.addWidget(self.bars, 9)
        self._below.addLayout(right, 11)
        whole.addLayout(self._above, 7)
        whole.addLayout(self._below, 9)
        for layout in (whole, right, self._above, self._below):
            layout.setSpacing(int(1.5 * GAP))
        return content

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With large letters the parts stand below one another."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        beside = self.width() >= style.wide(WIDTH)
        for line in (self._above, self._below):
            line.setDirection(directions.LeftToRight if beside else directions.TopToBottom)

    # -- which scenario ----------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario | None:
        """The scenario that is shown."""
        return self._scenario

    @property
    def saved(self) -> bool:
        """Whether the service keeps it."""
        kept = self.world.snapshot.scenario if self.world else {}
        return self._scenario is not None and self._scenario.id in kept

    def show_world(self, world: World) -> None:
        """Show the scenario as it is kept now; worked out anew when it or the service has changed."""
        was_saved = self.saved
        super().show_world(world)
        kept = world.snapshot.scenario
        if self._scenario and (self._scenario.id in kept or was_saved):
            self._scenario = kept.get(self._scenario.id)
        if self._scenario is None and kept:
            self._scenario = kept[max(kept)]
        self._show()

    def show_scenario(self, scenario: Scenario | None) -> None:
        """Show this one, saved or a draft."""
        self._scenario = scenario
        self._show()

    def _show(self) -> None:
        world, scenario = self.world, self._scenario
        if world is None:
            return
        self._list(world)
        self._fit()
        if scenario is None:
            self.work.drop()
            self._worked_out = None
            self.set_heading(TITLE)
            self._show_empty(world)
            return
        self.set_heading(f"{TITLE}: {scenario.name}")
        self._empty.hide()
        self._content.show()
        if self._worked_out is None or not self._as_before(scenario, world):
            self._work_out(world, scenario)
        misfits = self._begun.prepared.misfits if self._begun else ()
        self.changes.show_scenario(scenario, world, misfits)

    def _as_before(self, scenario: Scenario, world: World) -> bool:
        """Whether what was worked out still answers."""
        assert self._worked_out is not None
        was, before = self._worked_out
        same = (was.id, was.day, was.changes) == (scenario.id, scenario.day, scenario.changes)
        return same and before.day == world.day and same_service(before.snapshot, world.snapshot)

    def _list(self, world: World) -> None:
        """The saved scenarios, the draft if this is one, and what is known already."""
        self.scenarios.blockSignals(True)
        self.scenarios.clear()
        scenario = self._scenario
        for each in sorted(world.snapshot.scenario.values(), key=lambda each: (each.name, each.id)):
            self.scenarios.addItem(each.name, each)
        if scenario and not self.saved:
            self.scenarios.addItem(f"{scenario.name} (not saved)", scenario)
        here = self.scenarios.count()
        for number in range(here):
            if scenario and self.scenarios.itemData(number).id == scenario.id:
                self.scenarios.setCurrentIndex(number)
        known = ready.ready(world)
        if known and all(known.changes != self.scenarios.itemData(number).changes for number in range(here)):
            self.scenarios.addItem(f"Ready: {ready.offer(world)}", known)
        self.scenarios.setVisible(self.scenarios.count() > 1 and scenario is not None)
        self.scenarios.blockSignals(False)

    def _show_empty(self, world: World) -> None:
        offered = ready.offer(world)
        if offered:
            words = (
                f"{offered}. See who could take their children, how even it gets for how many children who change, "
                "and what is short; nothing is changed before you adopt it."
            )
            empty = EmptyState("What if?", words, "Plan for them", self.plan_for_known)
        else:
            words = "An IRO leaves, goes off sick or joins, hours change, referrals rise: see it before it happens."
            empty = EmptyState("What if?", words, "New scenario…", self.new)
        self.body.replaceWidget(self._empty, empty)
        self._empty.deleteLater()
        self._empty = empty
        self._content.hide()
        empty.show()

    def _choose(self, scenario: Scenario) -> None:
        if scenario != self._scenario:
            self.show_scenario(scenario)

    def plan_for_known(self, iro: str = "") -> None:
        """Show a draft of what the service knows already: who leaves, who is away (or of one IRO)."""
        if self.world and (found := ready.ready(self.world, iro)):
            kept = self.world.snapshot.scenario.values()
            self.show_scenario(next((each for each in kept if each.changes == found.changes), found))

    def go_to(self, argument: Argument) -> None:
        """The id of an IRO who leaves or is away, or of a saved scenario."""
        if self.world and isinstance(argument, str):
            kept = self.world.snapshot.scenario.get(argument)
            if kept:
                self.show_scenario(kept)
            else:
                # All that is known, for one IRO's children depend on whether another leaves too.
                self.plan_for_known()

    # -- changing it -------------------------------------------------------------------------------

    def _keep(self, scenario: Scenario) -> None:
        """Save it, shown at once: what follows from it is worked out meanwhile."""
        workspace = self.workspace
        self.show_scenario(scenario)
        if workspace:
            self.wants_job.emit(
                Job(
                    "Saving", lambda report, stopped: workspace.save_scenario(scenario), database=True, gives_world=True
                )
            )

    def save(self) -> None:
        """Keep a draft in the service."""
        if self._scenario and not self.saved:
            self._keep(self._scenario)

    def _give(self, change: Change, before: Change | None) -> None:
        if self._scenario and self.world:
            self._keep(ready.with_change(self._scenario, change, self.world.day, before))

    def _remove(self, change: Change) -> None:
        if self._scenario and self.world:
            self._keep(ready.without_change(self._scenario, change, self.world.day))

    def _date(self, day: date) -> None:
        if self._scenario:
            self._keep(replace(self._scenario, day=day))

    def new(self) -> None:
        """Ask for the name of a new scenario, and save it with nothing in it."""
        self._ask_name("New scenario", "Create", "", "", self._create)

    def _create(self, name: str, note: str) -> None:
        if self.world:
            self._keep(Scenario(id=new_scenario_id(self.world.snapshot), name=name, day=self.world.day, note=note))

    def rename(self) -> None:
        """Ask for another name, and a note."""
        scenario = self._scenario
        if scenario:

            def take(name: str, note: str) -> None:
                self._keep(replace(scenario, name=name, note=note))

            self._ask_name("Rename scenario", "Rename", scenario.name, scenario.note, take)

    def _ask_name(self, title: str, act: str, name: str, note: str, take: Any) -> None:
        dialog = FormDialog(title, act, lambda values: take(values["name"], values["note"]), self)
        dialog.form.add_text("name", "Name", name, hint="such as R. Bell leaves").selectAll()
        dialog.form.add_words("note", "Note", note, hint="for yourself, and on the page that compares")
        dialog.open()

    def duplicate(self) -> None:
        """Keep a copy of it under another name, and show the copy."""
        scenario, workspace = self._scenario, self.workspace
        if scenario and workspace and self.world:
            copied = new_scenario_id(self.world.snapshot)

            def shown(world: World) -> None:
                self.show_scenario(world.snapshot.scenario.get(copied))

            work = Job(
                "Saving",
                lambda report, stopped: workspace.duplicate_scenario(scenario),
                shown,
                database=True,
                gives_world=True,
            )
            self.wants_job.emit(work)

    def delete(self) -> None:
        """Take it out of the service; Ctrl+Z brings it back."""
        scenario, workspace = self._scenario, self.workspace
        if scenario is None or workspace is None:
            return
        if not self.saved:
            self.show_scenario(None)
            return

        def said(world: World) -> None:
            self.message.emit(f"Deleted “{scenario.name}”. Ctrl+Z brings it back.")

        work = Job(
            "Saving", lambda report, stopped: workspace.delete_scenario(scenario), said, database=True, gives_world=True
        )
        self.wants_job.emit(work)

    # -- working out -------------------------------------------------------------------------------

    def _work_out(self, world: World, scenario: Scenario) -> None:
        workspace = self.workspace
        if workspace is None:
            return
        self._worked_out = (scenario, world)
        self._begun = self._frontier = self._look = None
        self._refused.clear()
        self._pressed = False
        self._wanted += 1

        def work(report: Report, stopped: Stop) -> Frontier:
            return answer(workspace, world, scenario, report, stopped)

        self._fit()
        self.work.start("Working out what-if", work, self._heard, self._heard)

    def _heard(self, found: object) -> None:
        """Show a piece of the answer."""
        if isinstance(found, Begun):
            self._show_begun(found)
        elif isinstance(found, Look):
            self._show_look(found)
        else:
            self._show_frontier(found)  # type: ignore[arg-type]

    def _show_begun(self, found: Begun) -> None:
        self._begun = found
        if self._scenario and self.world:
            self.changes.show_scenario(self._scenario, self.world, found.prepared.misfits)
        self.strip.show_months(found.outlook.months)
        self.year.set_title("The coming twelve months", found.outlook.words)
        self.figures.set_rows(figures(found.today, None))

    def _show_frontier(self, found: Frontier) -> None:
        before, self._frontier = self._frontier, found
        at = self.curve.current
        tolerance = self.world.loads.settings.tolerance if self.world else 0.0
        if self._pressed and before and at is not None:
            chosen = same_again(found, before.points[at].children_moved)
        else:
            chosen = fewest_within(found, tolerance)
        covered = self._begun.prepared.covered if self._begun else ()
        self.curve.show_choices(choices(found, covered), tolerance, chosen, must_change(found, covered))
        if not self.work.working:
            self.work.say(proof_words(found))
        self._look_at(chosen)

    def _choose_point(self, number: int) -> None:
        self._pressed = True
        self._look_at(number)

    def _look_at(self, number: int) -> None:
        """Have the plan at a point explained, unless it is shown already."""
        found, begun, workspace = self._frontier, self._begun, self.workspace
        if found is None or begun is None or workspace is None:
            return
        point = found.points[number]
        shown = self._look.made.proposal if self._look else None
        if shown and shown.point and not shown.chosen and shown.result.allocation == point.allocation:
            return
        self._wanted += 1
        wanted = self._wanted

        def work(report: Report, stopped: Stop) -> Look:
            return look_at(workspace, begun.prepared, found, point)

        def done(made: Look) -> None:
            if wanted == self._wanted:
                self._show_look(made)

        self.wants_job.emit(Job("Explaining the plan", work, done))

    # -- the plan ----------------------------------------------------------------------------------

    def _show_look(self, found: Look) -> None:
        self._look = found
        if self._begun is None or self.world is None:
            return
        made = found.made
        names = {iro.id: iro.name for iro in made.there.iro.values()}
        self.figures.set_rows(figures(self._begun.today, found.figures))
        self.plan.set_title("Plan at this point", found.words)
        self.chart.show_loads(self.world.loads, found.after)
        self.bars.set_title(f"Today → {as_text(made.day)}")
        accepted = {move.cases for move in made.reviewed} - self._refused
        self.moves.show_moves(made.reviewed, names, accepted, made.covered)
        children = sum(len(move.cases) for move in self.accepted)
        who = f"{len(self.accepted)} families, {children:,} children" if children else "nobody"
        self.handovers.set_title(f"Handover list ({who})")
        self._fit()

    @property
    def accepted(self) -> tuple[Move, ...]:
        """The moves that are not refused."""
        moves = self._look.made.reviewed if self._look else ()
        return tuple(move for move in moves if move.cases not in self._refused)

    def _tick(self, move: Move, on: bool) -> None:
        (self._refused.discard if on else self._refused.add)(move.cases)
        self._again()

    def _again(self) -> None:
        """Show what is left of the plan, and what that makes of everybody."""
        if self._look:
            made = self._look.made
            kept = [move for move in made.moves if move.cases not in self._refused]
            self._show_look(look(made, kept))

    def _pick(self, move: Move, iro: str) -> None:
        self.moves.choose(move.cases)
        if iro == move.suggested:
            self._choose_iro(iro, "")
        elif iro != move.after:
            self.reason.ask(iro, *self.moves.question(move, iro))

    def _choose_iro(self, iro: str, why: str) -> None:
        move = self.moves.current
        if self._look is None or move is None or self._look.made.proposal is None:
            return
        try:
            proposal = self._look.made.proposal.choose(move, iro, why)
        except Explained as error:
            self.reason.refuse(str(error))
            return
        self.reason.close_strip()
        # A plan a person has touched stays when more of the curve is proven.
        self._pressed = True
        self._refused.discard(move.cases)
        self._look = replace(self._look, made=replace(self._look.made, proposal=proposal))
        self._again()
        self.moves.setFocus()

    # -- comparing ---------------------------------------------------------------------------------

    def compare(self) -> None:
        """Set this scenario and the saved ones side by side."""
        world, workspace, scenario = self.world, self.workspace, self._scenario
        if world is None or workspace is None or scenario is None:
            return
        others = [each for each in world.snapshot.scenario.values() if each.id != scenario.id]
        looks = {scenario.id: self._look} if self._look else {}
        dialog = CompareDialog(workspace, world, [scenario, *others], looks, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wants_job.connect(self.wants_job)
        dialog.written.connect(lambda files: self.message.emit(written_words(files)))
        self.comparing = dialog
        dialog.finished.connect(lambda _: setattr(self, "comparing", None))
        dialog.open()

    # -- adopting ----------------------------------------------------------------------------------

    def ask_to_adopt(self) -> None:
        """Say what adopting would do, and what no longer fits; then do it."""
        plan, workspace = self._look.made if self._look else None, self.workspace
        if plan is None or workspace is None:
            return
        moves = self.accepted
        dialog = AdoptDialog(plan, moves, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: setattr(self, "adopting", None))
        self.adopting = dialog

        def ask(day: date) -> None:
            def shown(found: Any) -> None:
                if self.adopting is dialog and dialog.from_day == day:
                    dialog.show_adoption(found)

            work = Job(
                "Looking at the present",
                lambda report, stopped: workspace.adoption(plan, moves, day),
                shown,
                database=True,
            )
            self.wants_job.emit(work)

        dialog.wants_look.connect(ask)
        dialog.adopt.connect(lambda day: self._adopt(moves, day))
        dialog.open()

    def _adopt(self, moves: tuple[Move, ...], day: date) -> None:
        plan, workspace, scenario = self._look.made if self._look else None, self.workspace, self._scenario
        if plan is None or workspace is None:
            return
        self.work.drop()
        self._scenario = None  # adopted, it is no scenario any more

        def said(world: World) -> None:
            self.message.emit(f"Adopted “{plan.scenario.name}”. Ctrl+Z takes it back.")

        def failed(error: Exception) -> None:
            self.show_scenario(scenario)
            raise error

        work = Job(
            "Adopting",
            lambda report, stopped: workspace.adopt(plan, moves, day, what_fits=True),
            said,
            failed,
            database=True,
            gives_world=True,
        )
        self.wants_job.emit(work)

    # -- the rest ----------------------------------------------------------------------------------

    def _fit(self) -> None:
        scenario = self._scenario
        self.save_button.setVisible(scenario is not None and not self.saved)
        for action, on in (
            (self._save_action, scenario is not None and not self.saved),
            (self._rename, scenario is not None),
            (self._duplicate, self.saved),
            (self._delete, scenario is not None),
        ):
            action.setEnabled(on)
        self.adopt_button.setVisible(scenario is not None)
        self.compare_button.setVisible(scenario is not None)
        self.adopt_button.setEnabled(self._look is not None and bool(scenario and scenario.changes))
        day = self._look.made.day if self._look else scenario.day if scenario else None
        self.adopt_button.setText(f"Adopt from {as_text(day)}…" if day else "Adopt…")

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        return {
            **super().read(),
            "scenarios": [self.scenarios.itemText(number) for number in range(self.scenarios.count())],
            "changes": self.changes.table.read(),
            "wrong": self.changes.wrong,
            "day": self.changes.day.text(),
            "curve": self.curve.read(),
            "state": self.work.state.text(),
            "plan": {row.label: (row.today, row.then) for row in self.figures.model_.rows},
            "caseloads": self.chart.read(),
            "handovers": self.moves.read(),
            "asks": self.reason.question,
            "months": self.strip.read(),
            "empty": "" if self._empty.isHidden() else self._empty.words,
        }
