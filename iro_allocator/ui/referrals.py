"""Referrals: who waits for an IRO, whom the program suggests and why; accept all or some in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from iro_allocator.domain import Case
from iro_allocator.edits import Step
from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.deciding import Who
from iro_allocator.ui.jobs import Job, Report, Stop
from iro_allocator.ui.page import Argument, Do, Only, Page
from iro_allocator.ui.reallocate import ReallocateDialog
from iro_allocator.ui.referral_form import Places, ReferralForm
from iro_allocator.ui.referral_rows import Key, Referral, how_solved, referrals, summary
from iro_allocator.ui.referral_table import ReferralTable
from iro_allocator.ui.style import GAP
from iro_allocator.ui.why import Why
from iro_allocator.ui.widgets.caseload_chart import CaseloadChart
from iro_allocator.ui.widgets.panel import EmptyState, Panel, link, muted

if TYPE_CHECKING:
    from iro_allocator.solver.proposal import Move, Proposal
    from iro_allocator.workspace import Workspace, World

BESIDE_LETTERS = 90
"""Width of the page from which its two lower panels stand beside each other."""


class Referrals(Page):
    """Who waits, above; why this IRO and everybody's caseload if accepted, below.

    A proposal belongs to the world it was made for. When that changes it is dropped and made anew, once
    the page is seen; what the person chose and unticked is remembered by the children it was for.
    """

    def __init__(self) -> None:
        super().__init__("Referrals")
        self._everyone = link("Show all", self._show_all)
        self._all = link("Tick all", self._tick_all)
        self.add_to_header(self._everyone)
        self.add_to_header(self._all)
        self.add_action("Import…", lambda: self.wants_page.emit("importing", None), tip="Take in a spreadsheet")
        self.add_action("New referral…", self.enter_referral, shortcut="Ctrl+N", tip="Enter a family or child")
        self.add_action("By hand…", self.allocate_by_hand, shortcut="Ctrl+H", tip="Any IRO, with a reason (Ctrl+H)")
        self._again = self.add_action(
            "Suggest again", self.suggest_again, tip="Look afresh, without the choices you have made"
        )
        self._accept = self.add_action(
            "Accept", self.accept, primary=True, shortcut="Ctrl+Return", tip="Allocate what is ticked, in one step"
        )
        self._proposal: Proposal | None = None
        self._made_for: World | None = None
        self._working = False
        self._seen: Workspace | None = None
        self._own: dict[Key, tuple[str, str]] = {}
        self._refused: set[Key] = set()
        self._new: set[str] = set()
        self._only: Only | None = None
        self._rows: tuple[Referral, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._suggest_if_needed)
        self.first = self.table = ReferralTable()
        self.table.ticked.connect(self._tick)
        self.table.picked.connect(self._pick)
        self.table.chosen.connect(lambda _: self._show_why())
        self.why = Why()
        self.why.chosen.connect(self._choose)
        self.chart = _CaseloadsAfter("Caseloads if accepted", legend=False)
        self.chart.opened.connect(lambda iro: self.wants_page.emit("caseloads", iro))
        self._build()

    # -- building ----------------------------------------------------------------------------------

    def _build(self) -> None:
        waiting = Panel()
        self._waiting = waiting
        waiting.add(self.table)
        caseloads = Panel("Caseloads if accepted")
        caseloads.add(self.chart, 1)
        marks = "Dark: looked after; light: child protection; hatched: would come. Line: share; dotted: limit."
        caseloads.add(muted(marks, small=True))
        self._below = QHBoxLayout()
        self._below.setSpacing(int(1.5 * GAP))
        self._below.addWidget(self.why, 65)
        self._below.addWidget(caseloads, 35)
        work = QWidget()
        lines = QVBoxLayout(work)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(int(1.5 * GAP))
        lines.addWidget(waiting)
        lines.addLayout(self._below, 1)
        self._stack = QStackedWidget()
        for state in (
            EmptyState(
                "No children yet",
                "Import the spreadsheet you use today, or enter a family with Ctrl+N.",
                "Import…",
                lambda: self.wants_page.emit("importing", None),
            ),
            EmptyState(
                "Every child has an IRO",
                "Enter the next family with Ctrl+N, or import a spreadsheet of new children.",
                "New referral…",
                self.enter_referral,
            ),
        ):
            panel = Panel()
            panel.add(state)
            self._stack.addWidget(panel)
        self._stack.addWidget(work)
        self.body.addWidget(self._stack, 1)

    # -- showing -----------------------------------------------------------------------------------

    def show_world(self, world: World) -> None:
        """Show who waits in this world; a proposal made for another one is dropped."""
        super().show_world(world)
        if self.workspace is not self._seen:
            # Another service: its children may have the same references.
            self._seen, self._only = self.workspace, None
            self._own.clear()
            self._refused.clear()
        if not self._fits():
            self._proposal = None
        self._show()
        self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever comes here finds a suggestion."""
        super().showEvent(event)
        self._soon.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where letters are large the two panels stand one above the other."""
        super().resizeEvent(event)
        beside = self.width() >= style.wide(BESIDE_LETTERS)
        self._below.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def _fits(self) -> bool:
        """Whether the proposal was made for what is."""
        made, now = self._made_for, self.world
        if self._proposal is None or made is None or now is None or made.day != now.day:
            return False
        one, other = made.snapshot, now.snapshot
        return one is other or (one.revision == other.revision and one == other)

    def _show(self) -> None:
        """Everything, from the world, the proposal and what the person has chosen and unticked."""
        world = self.world
        if world is None:
            return
        every = referrals(world.snapshot, world.loads, self._proposal, self._refused)
        shown = every
        if self._only:
            ids = set(self._only.ids)
            shown = tuple(row for row in every if ids & set(row.key))
        self._rows = shown
        self.table.show_referrals(shown, world)
        new = next((row for row in shown if self._new & set(row.key)), None)
        if new:
            self.table.choose(new.key)
            self._new = set()
        elif self.table.current is None and shown:
            self.table.choose(shown[0].key)
        self._stack.setCurrentIndex(2 if every else 1 if world.loads.children else 0)
        self._everyone.setVisible(bool(self._only))
        self._everyone.setText(f"Show all {len(every)}")
        self._waiting.set_title(self._only.words if self._only else "")
        self._say(every)
        self._show_why()
        self._show_loads()

    def _say(self, every: Sequence[Referral]) -> None:
        """The line under the title, and the buttons."""
        assert self.world is not None
        said = summary(every)
        if not every:
            said = "Nobody waits for an IRO"
        elif self._working:
            said += " · looking for the best IROs…"
        elif self._proposal:
            said += f" · {how_solved(self._proposal, self.world.loads)}"
        self.set_heading(subtitle=said)
        count = len(self._accepted)
        self._accept.setText(f"Accept {count} {'suggestion' if count == 1 else 'suggestions'}" if count else "Accept")
        self._accept.setShortcut("Ctrl+Return")  # a new text takes the old one's shortcut away
        self._accept.setEnabled(bool(count))
        self._accept.setVisible(bool(every))
        self._again.setText("Suggest again" if self._proposal or self._working else "Suggest")
        self._again.setEnabled(not self._working)
        self._again.setVisible(bool(every))
        possible = [row for row in self._rows if row.move]
        self._all.setText("Untick all" if count else "Tick all")
        self._all.setVisible(len(possible) > 1)

    def _show_why(self) -> None:
        if self.world is None:
            return
        row = self.table.current
        short = self._proposal.result.short_fte if self._proposal else 0.0
        self.why.show_referral(row, self.world.snapshot, short)
        if row and row.move:
            self.chart.choose(row.move.after)

    def _show_loads(self) -> None:
        if self.world is None:
            return
        changed = {}
        if self._proposal:
            now = {load.iro.id: load.load for load in self.world.loads.loads}
            after = {load.iro: load.load for load in self._proposal.loads_if(self._accepted)}
            changed = {iro: load for iro, load in after.items() if abs(load - now.get(iro, 0.0)) > 0.0005}
        self.chart.show_loads(self.world.loads, changed=changed)

    @property
    def _accepted(self) -> tuple[Move, ...]:
        return tuple(row.move for row in self._rows if row.move and row.accepted)

    @property
    def waits(self) -> bool:
        """Whether a suggestion is being made, or about to be."""
        return self._working or self._soon.isActive()

    # -- suggesting --------------------------------------------------------------------------------

    def _suggest_if_needed(self) -> None:
        if self.isVisible() and not self._fits():
            self.suggest()

    def suggest(self) -> None:
        """Have the best IROs worked out for everybody who waits; what was chosen before is kept."""
        workspace, world = self.workspace, self.world
        if workspace is None or world is None or self._working or not world.loads.waiting:
            return
        self._working, self._proposal = True, None

        def work(report: Report, stopped: Stop) -> Proposal:
            proposal = workspace.propose(world, "referrals", progress=report, stop=stopped)
            for move in proposal.moves:
                _ = move.reasons  # worked out here, where nobody waits for it
            return proposal

        def done(proposal: Proposal) -> None:
            self._working = False
            self._take(proposal, world)

        def failed(error: Exception) -> None:
            self._working = False
            self._show()
            raise error

        self._show()
        self.wants_job.emit(Job("Suggesting IROs", work, done, failed, stop_words="Stop and use this"))

    def suggest_again(self) -> None:
        """Suggest without what was chosen and unticked."""
        self._own.clear()
        self._refused.clear()
        self.suggest()

    def _take(self, proposal: Proposal, world: World) -> None:
        """Show a proposal, with the person's own choices put back where they still can be."""
        for key, (iro, reason) in tuple(self._own.items()):
            move = next((move for move in proposal.moves if move.cases == key), None)
            try:
                proposal = proposal.choose(move, iro, reason) if move else proposal
            except Explained as error:
                del self._own[key]
                self.message.emit(str(error))
        self._proposal, self._made_for = proposal, world
        if not self._fits():
            # The world has changed while it was worked out.
            self._proposal = None
            self._soon.start()
        self._show()

    # -- deciding ----------------------------------------------------------------------------------

    def _tick(self, row: Referral, on: bool) -> None:
        if row.move:
            (self._refused.discard if on else self._refused.add)(row.key)
            self._show()

    def _tick_all(self) -> None:
        keys = {row.key for row in self._rows}
        self._refused = self._refused | keys if self._accepted else self._refused - keys
        self._show()

    def _pick(self, row: Referral, iro: str) -> None:
        """Another IRO was picked in the list: the reason is asked for below."""
        self.table.choose(row.key)
        self.why.ask(iro)

    def _choose(self, iro: str, reason: str) -> None:
        row = self.table.current
        if self._proposal is None or row is None or row.move is None:
            return
        try:
            self._proposal = self._proposal.choose(row.move, iro, reason)
        except Explained as error:
            self.why.refuse(str(error))
            return
        if iro == row.move.suggested:
            self._own.pop(row.key, None)
        else:
            self._own[row.key] = (iro, reason)
        self._refused.discard(row.key)
        self._show()
        self.why.table.setFocus()

    def accept(self) -> None:
        """Allocate what is ticked, as one step."""
        if self._proposal is None or self.world is None or not self._accepted or not self._fits():
            return
        step = self._proposal.step(self.world.snapshot, self._accepted)
        # Dropped at once, so that a second press cannot commit it twice; a new world brings a new one.
        self._proposal = None
        self._only = None
        self._show()
        self.wants_commit.emit(step)

    # -- entering ----------------------------------------------------------------------------------

    def allocate_by_hand(self) -> None:
        """Give the current family to any IRO at once, against a rule only with a reason."""
        row = self.table.current
        if row is None or self.world is None or self.workspace is None:
            return
        dialog = ReallocateDialog(self.workspace, self.world, Who(self.world, row.key, row.key), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wants_job.connect(self.wants_job)
        dialog.wants_commit.connect(self.wants_commit)
        dialog.open()
        dialog.ask()

    def enter_referral(self) -> None:
        """Ask for a new referral."""
        if self.world is None:
            return
        form = ReferralForm(self.world, self._look_up, self)
        form.entered.connect(self._entered)
        form.open()

    def _entered(self, step: Step) -> None:
        """Commit a new referral; it is the current one once it is there."""
        self._new = {edit.record.id for edit in step.edits if edit.record.kind == Case.kind}
        self._only = None
        self.wants_commit.emit(step)

    def _look_up(self, postcodes: Sequence[str], then: Callable[[Places], object]) -> None:
        """Where these postcodes are; when that cannot be found out the referral is entered all the same."""
        workspace = self.workspace
        if workspace is None:
            then({})
            return
        self.wants_job.emit(
            Job(
                "Looking up postcodes",
                lambda report, stopped: workspace.find_places(postcodes),
                then,
                lambda error: then({}),
            )
        )

    # -- being asked -------------------------------------------------------------------------------

    def _show_all(self) -> None:
        self._only = None
        self._show()

    def go_to(self, argument: Argument) -> None:
        """A child's reference, some children only, or something to begin."""
        if isinstance(argument, Do):
            if argument.verb == "new":
                self.enter_referral()
            elif not self._fits():
                self.suggest()
            return
        self._only = argument if isinstance(argument, Only) else None
        self._show()
        if isinstance(argument, str):
            row = next((row for row in self._rows if argument in row.key), None)
            if row:
                self.table.choose(row.key)
        self.table.setFocus()

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        return {
            **super().read(),
            "only": self._only.words if self._only else "",
            "referrals": self.table.read(),
            "why": self.why.read(),
            "caseloads": self.chart.read(),
            "accept": self._accept.text(),
            "empty": self._stack.currentIndex() < 2,
        }


class _CaseloadsAfter(CaseloadChart):
    """The caseload chart, which gives the room of its figures to the bars where there is little."""

    _FIGURES, _LETTERS = 2, 60

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(self._FIGURES, self.width() < style.wide(self._LETTERS))
