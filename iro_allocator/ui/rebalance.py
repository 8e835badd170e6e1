"""Rebalance, and place those who must be placed: choose a point, look at its moves, change and make some or all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from iro_allocator.briefing import signed_percent
from iro_allocator.errors import Explained
from iro_allocator.ui import leaving_out, style
from iro_allocator.ui.caseload_rows import called
from iro_allocator.ui.choices import choices, fewest_within, must_change, proof_words, same_again
from iro_allocator.ui.deciding import act_or_cancel
from iro_allocator.ui.jobs import Report, Stop
from iro_allocator.ui.leaving_out import LeavingOut, Left
from iro_allocator.ui.moves_table import MovesTable
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.caseload_chart import CaseloadChart
from iro_allocator.ui.widgets.flow import FlowLayout
from iro_allocator.ui.widgets.frontier_chart import FrontierChart
from iro_allocator.ui.widgets.panel import Panel
from iro_allocator.ui.widgets.reason_strip import ReasonStrip
from iro_allocator.ui.widgets.work_line import WorkLine

if TYPE_CHECKING:
    from iro_allocator.solver.proposal import Move, Proposal
    from iro_allocator.solver.score import LoadAfter
    from iro_allocator.workspace import Frontier, Workspace, World

NO_LIMIT = "any number"
SORRY = "No plan could be worked out. Nothing has changed."

Kind = Literal["rebalance", "leavers"]


class ReviewDialog(QDialog):
    """A plan as moves with reasons, ticked; what it makes of everybody; accepted moves become one step.

    *Rebalance* first shows how even it gets for how many children: each point is a plan. `wants_job` has
    it worked out off the UI thread, `wants_commit` gives the step.
    """

    wants_job = Signal(object)
    wants_commit = Signal(object)

    def __init__(self, workspace: Workspace, world: World, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._world, self.kind = workspace, world, kind
        self._names = {iro.id: iro.name for iro in world.snapshot.iro.values()}
        self.proposal: Proposal | None = None
        self.frontier: Frontier | None = None
        self._ticked: set[tuple[str, ...]] = set()
        self._own: dict[tuple[str, ...], tuple[str, str]] = {}
        self._left: tuple[Left, ...] = ()
        self._pressed = False
        rebalances = kind == "rebalance"
        title = "Rebalance caseloads" if rebalances else "Find an IRO for those who need another"
        self.setWindowTitle(title)
        self._build_fields()
        self.work = WorkLine("Nothing is changed before you accept it.", SORRY)
        self.work.wants_job.connect(self.wants_job)
        self.work.changed.connect(self._fit)
        self.curve = FrontierChart()
        self.curve.chosen.connect(self._choose_point)
        self.moves = MovesTable(empty="The moves will stand here, each with its reason, to be accepted or not.")
        self.moves.ticked.connect(self._tick_move)
        self.moves.picked.connect(self._pick)
        self.reason = ReasonStrip()
        self.reason.given.connect(self._choose_iro)
        self.reason.left.connect(self.moves.setFocus)
        self.chart = CaseloadChart("Caseloads after the moves that are ticked")
        self.chart.show_loads(world.loads)
        self.summary = named(QLabel(wordWrap=True), "strong")
        self.waiting = named(QLabel(wordWrap=True), "bad")
        self.waiting.hide()
        buttons, self.act = act_or_cancel(self, "")
        buttons.accepted.connect(self._accept)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(GAP)
        whole.addWidget(named(QLabel(title), "heading"))
        if rebalances:
            whole.addLayout(self._asking())
        whole.addLayout(self._working())
        whole.addWidget(self._looking(rebalances), 1)
        whole.addWidget(self.summary)
        whole.addWidget(self.waiting)
        whole.addWidget(buttons)
        room = parent.window().size() if parent else None
        self.resize(
            min(style.wide(190), room.width() - 8 * GAP if room else 9999),
            min((34 if rebalances else 27) * style.row_height(), room.height() - 4 * GAP if room else 9999),
        )
        self._fit()

    def _build_fields(self) -> None:
        """How even, how many at most, who not: each answered at once where that needs no working out."""
        settings = self._world.loads.settings
        self.tolerance = QDoubleSpinBox(
            minimum=0.5, maximum=100.0, singleStep=0.5, decimals=1, suffix=" %", value=settings.tolerance
        )
        self.tolerance.setPrefix("± ")
        self.tolerance.setAccessibleName("Everyone within so many per cent of their share")
        self.tolerance.valueChanged.connect(lambda _: self._choose_within())
        self.most = QSpinBox(minimum=0, maximum=max(1, self._world.loads.children), value=0)
        self.most.setSpecialValueText(NO_LIMIT)
        self.most.setAccessibleName("Most children who may change IRO")
        self.most.valueChanged.connect(lambda _: self._ask_again())
        for field in (self.tolerance, self.most):
            field.setMinimumWidth(style.wide(15))
            field.lineEdit().setTextMargins(GAP, 0, 0, 0)  # where the style sheet's padding does not reach
        self.left_button = QPushButton(leaving_out.in_words(()))
        self.left_button.clicked.connect(lambda: self.ask_who())
        self.start_button = QPushButton("Work out again")
        self.start_button.clicked.connect(lambda: self.start())

    def _asking(self) -> FlowLayout:
        line = FlowLayout()
        for words, field in (("&Everyone within", self.tolerance), ("&Most children to move", self.most)):
            pair = QWidget()
            beside = QHBoxLayout(pair)
            beside.setContentsMargins(0, 0, GAP, 0)
            beside.setSpacing(GAP)
            label = QLabel(words)
            label.setBuddy(field)
            beside.addWidget(label)
            beside.addWidget(field)
            line.addWidget(pair)
        line.addWidget(self.left_button)
        return line

    def _working(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self.start_button)
        line.addWidget(self.work, 1)
        return line

    def _looking(self, rebalances: bool) -> QSplitter:
        self._moves_panel, loads = Panel("Moves"), Panel("Caseloads after them")
        self._moves_panel.add(self.moves, 1)
        self._moves_panel.add(self.reason)
        loads.add(self.chart, 1)
        left = QSplitter(Qt.Orientation.Vertical)
        left.setHandleWidth(int(1.5 * GAP))
        left.setChildrenCollapsible(False)
        if rebalances:
            curve = Panel("How many children should change IRO?", "a click or the arrow keys choose a plan")
            curve.add(self.curve, 1)
            left.addWidget(curve)
        left.addWidget(self._moves_panel)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setHandleWidth(int(1.5 * GAP))
        both.setChildrenCollapsible(False)
        both.addWidget(left)
        both.addWidget(loads)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        both.setSizes([style.wide(103), style.wide(74)])
        return both

    # -- working out -------------------------------------------------------------------------------

    @property
    def working(self) -> bool:
        """Whether a plan is being worked out."""
        return self.work.working

    def start(self) -> None:
        """Have the plans worked out."""
        workspace, world = self._workspace, self._world
        self._pressed = False
        if self.kind == "leavers":

            def place(report: Report, stopped: Stop) -> Proposal:
                return workspace.propose(world, "leavers", progress=report, stop=stopped)

            self.work.start("Finding IROs", place, self.show_proposal)
            return
        most = self.most.value() or None
        iros = tuple(each.iro for each in self._left if each.iro)
        cases = tuple(case for each in self._left for case in each.cases)

        def curve(report: Report, stopped: Stop) -> Frontier:
            return workspace.frontier(
                world,
                max_moves=most,
                untouched_iros=iros,
                untouched_cases=cases,
                progress=report,
                stop=stopped,
            )

        self.work.start("Rebalancing", curve, self.show_frontier, self.show_frontier)

    def _ask_again(self) -> None:
        """Work out anew when what was worked out was asked differently."""
        if self.frontier or self.working:
            self.start()

    def done(self, result: int) -> None:
        """Closing ends the work; what it still brings is of no use."""
        self.work.drop()
        super().done(result)

    # -- choosing a point --------------------------------------------------------------------------

    def ask_who(self) -> None:
        """Ask who is not to be touched."""
        dialog = LeavingOut(self._world, self._left, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.leave_out)
        dialog.open()

    def leave_out(self, left: tuple[Left, ...]) -> None:
        """These are not to be touched."""
        if left != self._left:
            self._left = left
            self.left_button.setText(leaving_out.in_words(left))
            self.left_button.setToolTip(", ".join(each.name for each in left))
            self._ask_again()

    def show_frontier(self, found: Frontier) -> None:
        """Show these choices; the one a person pressed stays chosen, else it is the fewest within the tolerance."""
        before, self.frontier = self.frontier, found
        at = self.curve.current
        if self._pressed and before and at is not None:
            chosen = same_again(found, before.points[at].children_moved)
        else:
            chosen = fewest_within(found, self.tolerance.value())
        self.curve.show_choices(choices(found), self.tolerance.value(), chosen, must_change(found))
        if not self.working:
            self.work.say(proof_words(found))
        self._show_point(chosen)

    def _choose_within(self) -> None:
        """Another tolerance: the fewest within it."""
        self._pressed = False
        if self.frontier:
            self.show_frontier(self.frontier)

    def _choose_point(self, number: int) -> None:
        self._pressed = True
        self._show_point(number)

    def _show_point(self, number: int) -> None:
        if self.frontier:
            self._put(self._workspace.plan_at(self.frontier, self.frontier.points[number]))

    # -- looking -----------------------------------------------------------------------------------

    def show_proposal(self, proposal: Proposal) -> None:
        """Show this plan, all its moves ticked."""
        result = proposal.result
        self.work.say(
            f"{result.words[:1].upper()}{result.words[1:]}, after {result.seconds:.1f} s"
            + (", stopped before the proof was finished" if result.stopped else "")
        )
        self._put(proposal)
        if proposal.moves:
            self.moves.choose(proposal.moves[0].cases)
            self.moves.setFocus()

    def _put(self, proposal: Proposal) -> None:
        """Show a plan with the person's own choices put back; what they refused stays refused."""
        known = {move.cases for move in self.proposal.moves} if self.proposal else set()
        refused = known - self._ticked
        for cases, (iro, reason) in self._own.items():
            move = next((move for move in proposal.moves if move.cases == cases), None)
            try:
                proposal = proposal.choose(move, iro, reason) if move else proposal
            except Explained as error:
                # It stays as suggested here; at another point the choice may be possible again.
                self.work.say(str(error))
        self.proposal = proposal
        self._ticked = {move.cases for move in proposal.moves} - refused
        self.reason.close_strip()
        self.moves.empty = self._nothing()
        self._show_moves()
        left = [called(self._world.snapshot, [case.id for case in each.unit.cases]) for each in proposal.waiting]
        self.waiting.setText(f"Nobody may take {'; '.join(left[:5])}{'; and others' * (len(left) > 5)}.")
        self.waiting.setToolTip("\n".join(self._why_waiting()))
        self.waiting.setVisible(bool(left))
        self._refresh()

    def _show_moves(self) -> None:
        moves = self.proposal.moves if self.proposal else ()
        self.moves.show_moves(moves, self._names, self._ticked)
        self._moves_panel.set_title(f"Moves ({_count(len(moves), 'family', 'families')})" if moves else "Moves")

    def _nothing(self) -> str:
        if self.kind == "leavers":
            return "Nobody needs another IRO."
        return "Nothing to move at this point: everybody keeps the IRO they have."

    def _why_waiting(self) -> list[str]:
        found = self.proposal.waiting if self.proposal else ()
        return [
            f"{', '.join(case.id for case in each.unit.cases)}: "
            + "; ".join(f"{self._names.get(iro, iro)} {why}" for iro, why in each.reasons.items())
            for each in found
        ]

    @property
    def ticked(self) -> tuple[Move, ...]:
        """The moves that are ticked."""
        moves = self.proposal.moves if self.proposal else ()
        return tuple(move for move in moves if move.cases in self._ticked)

    def _tick_move(self, move: Move, on: bool) -> None:
        (self._ticked.add if on else self._ticked.discard)(move.cases)
        self._refresh()

    # -- somebody else -----------------------------------------------------------------------------

    def _pick(self, move: Move, iro: str) -> None:
        """Another IRO was picked: ask why; going back to the suggestion needs no reason."""
        self.moves.choose(move.cases)
        if iro == move.suggested:
            self._choose_iro(iro, "")
        elif iro != move.after:
            self.reason.ask(iro, *self.moves.question(move, iro))

    def _choose_iro(self, iro: str, why: str) -> None:
        move = self.moves.current
        if self.proposal is None or move is None:
            return
        try:
            self.proposal = self.proposal.choose(move, iro, why)
        except Explained as error:
            self.reason.refuse(str(error))
            return
        if iro == move.suggested:
            self._own.pop(move.cases, None)
        else:
            self._own[move.cases] = (iro, why)
        self._ticked.add(move.cases)
        self.reason.close_strip()
        self._show_moves()
        self._refresh()
        self.moves.setFocus()

    # -- the sum -----------------------------------------------------------------------------------

    def _refresh(self) -> None:
        if self.proposal:
            after = self.proposal.loads_if(self.ticked)
            self.chart.show_loads(self._world.loads, changed={load.iro: load.load for load in after})
            self.summary.setText(self._sum(after))
        self._fit()

    def _sum(self, after: tuple[LoadAfter, ...]) -> str:
        accepted = self.ticked
        if not accepted:
            return "Nothing is ticked." if self.moves.model_.rows else ""
        children = sum(len(move.cases) for move in accepted)
        had = sum(len(move.cases) for move in accepted if move.before is not None)
        said = [f"{_count(children, 'child', 'children')} in {_count(len(accepted), 'family', 'families')}"]
        if had < children:
            said.append(f"{children - had} of them waiting")
        now = _furthest([load.share_difference for load in self._world.loads.loads])
        then = _furthest([load.share_difference for load in after])
        said.append(f"furthest from share {signed_percent(now)} → {signed_percent(then)}")
        before = self._world.loads.loads
        over = sum(load.over_limit > 0.05 for load in before)
        still = self._over(after)
        if over or still:
            said.append(f"over the limit {over} → {still}")
        return " · ".join(said)

    def _over(self, after: tuple[LoadAfter, ...]) -> int:
        by_load = self._world.loads.settings.limit_counts == "load"
        return sum((load.load if by_load else load.children) - load.limit > 0.05 for load in after)

    def _fit(self) -> None:
        children = sum(len(move.cases) for move in self.ticked)
        verb = "Move" if self.kind == "rebalance" else "Place"
        self.act.setText(f"{verb} {_count(children, 'child', 'children')}" if children else verb)
        # A point that is shown can be taken before the others are proven.
        self.act.setEnabled(bool(children) and not (self.working and self.kind == "leavers"))
        self.start_button.setVisible(not self.working)
        (self.act if self.proposal else self.start_button).setDefault(True)

    def _accept(self) -> None:
        accepted = self.ticked
        if self.proposal and accepted and self.act.isEnabled():
            step = self.proposal.step(self._world.snapshot, accepted)
            self.accept()
            self.wants_commit.emit(step)

    def read(self) -> dict[str, Any]:
        """The dialog as plain data."""
        return {
            "state": self.work.state.text(),
            "curve": self.curve.read(),
            "moves": self.moves.read(),
            "asks": self.reason.question,
            "caseloads": self.chart.read(),
            "summary": self.summary.text(),
            "waiting": "" if self.waiting.isHidden() else self.waiting.text(),
            "act": self.act.text(),
        }


def _furthest(differences: list[float | None]) -> float:
    return max((each for each in differences if each is not None), key=abs, default=0.0)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
