"""Rebalance, and place those who must be placed: work a plan out, look at its moves, make some or all."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from iro_allocator.briefing import signed_percent
from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.caseload_rows import called
from iro_allocator.ui.deciding import act_or_cancel
from iro_allocator.ui.jobs import Job, Report, Stop
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.tables import Column, TableView
from iro_allocator.ui.widgets.caseload_chart import CaseloadChart
from iro_allocator.ui.widgets.panel import Panel
from iro_allocator.ui.widgets.status_line import progress_words

if TYPE_CHECKING:
    from iro_allocator.solver.proposal import Move, Proposal
    from iro_allocator.solver.score import LoadAfter
    from iro_allocator.workspace import Workspace, World

MOST_CHILDREN = 20
"""How many children may move unless the manager says otherwise."""

REASONS = 2
"""How many reasons of a move stand in the table; all of them in its tip."""

STOP = "Stop and use this"

Kind = Literal["rebalance", "leavers"]


class _Ear(QObject):
    """Hears of progress on the worker's thread and says it on ours; outlives the dialog if need be."""

    heard = Signal(object)


class ReviewDialog(QDialog):
    """A plan as moves with reasons, ticked; what it makes of everybody; accepted moves become one step.

    `wants_job` has the plan worked out off the UI thread, `wants_commit` gives the step.
    """

    wants_job = Signal(object)
    wants_commit = Signal(object)

    def __init__(self, workspace: Workspace, world: World, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._world, self.kind = workspace, world, kind
        self._names = {iro.id: iro.name for iro in world.snapshot.iro.values()}
        self.proposal: Proposal | None = None
        self._ticked: set[tuple[str, ...]] = set()
        self._stop: Event | None = None
        self.open_still = True
        self._began, self._words = 0.0, ""
        rebalances = kind == "rebalance"
        title = "Rebalance caseloads" if rebalances else "Find an IRO for those who need another"
        self.setWindowTitle(title)
        self.most = QSpinBox(minimum=1, maximum=max(1, world.loads.children), value=MOST_CHILDREN)
        self.most.setAccessibleName("Most children who may change IRO")
        self.most.setMinimumWidth(style.wide(10))
        self.start_button = QPushButton("Work out" if rebalances else "Work out again")
        self.start_button.clicked.connect(lambda: self.start())
        self.bar = QProgressBar(minimum=0, maximum=0, textVisible=False)
        self.bar.setAccessibleName("Progress")
        self.stop_button = QPushButton(STOP)
        self.stop_button.clicked.connect(lambda: self.stop())
        self.state = named(QLabel("Nothing is changed before you accept it.", wordWrap=True), "muted")
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._tick)
        self.moves = TableView(
            "Moves",
            self._columns(),
            key=lambda move: move.cases,
            sortable=False,
            empty="The moves will stand here, each with its reason, to be accepted or not.",
        )
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
        whole.addLayout(self._asking(rebalances))
        whole.addWidget(self._looking(), 1)
        whole.addWidget(self.summary)
        whole.addWidget(self.waiting)
        whole.addWidget(buttons)
        room = parent.window().width() - 8 * GAP if parent else style.wide(170)
        self.resize(min(style.wide(170), room), 27 * style.row_height())
        self._fit()

    def _asking(self, rebalances: bool) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(GAP)
        if rebalances:
            label = QLabel("&Most children who may change IRO")
            label.setBuddy(self.most)
            line.addWidget(label)
            line.addWidget(self.most)
        line.addWidget(self.start_button)
        line.addWidget(self.bar)
        line.addWidget(self.stop_button)
        line.addWidget(self.state, 1)
        self.bar.setFixedWidth(16 * GAP)
        return line

    def _looking(self) -> QSplitter:
        moves, loads = Panel("Moves"), Panel("Caseloads after them")
        moves.add(self.moves, 1)
        loads.add(self.chart, 1)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setHandleWidth(int(1.5 * GAP))
        both.setChildrenCollapsible(False)
        both.addWidget(moves)
        both.addWidget(loads)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        both.setSizes([style.wide(93), style.wide(70)])
        return both

    def _columns(self) -> tuple[Column, ...]:
        def name(iro: str | None) -> str:
            return self._names.get(iro, iro) if iro else "waiting"

        return (
            Column(title="Make", value=lambda move: move.cases in self._ticked, check=self._tick_move),
            Column(title="Family", value=lambda move: move.family),
            Column(
                title="Children",
                value=lambda move: move.cases[0] if len(move.cases) == 1 else f"{len(move.cases)} children",
                tip=lambda move: ", ".join(move.cases),
            ),
            Column(title="From", value=lambda move: name(move.before), tone=lambda move: "muted"),
            Column(title="To", value=lambda move: name(move.after), tone=lambda move: "strong"),
            Column(
                title="Why",
                value=lambda move: "; ".join(move.reasons[:REASONS]),
                tip=lambda move: "\n".join(move.reasons),
                stretch=True,
            ),
        )

    # -- working out -------------------------------------------------------------------------------

    @property
    def working(self) -> bool:
        """Whether a plan is being worked out."""
        return self._stop is not None

    def start(self) -> None:
        """Have a plan worked out."""
        if self.working:
            return
        own, ear = Event(), _Ear()
        ear.heard.connect(self._heard)
        workspace, world, kind = self._workspace, self._world, self.kind
        most = self.most.value() if kind == "rebalance" else None

        def work(report: Report, stopped: Stop) -> Proposal:
            def tell(progress: object) -> None:
                report(progress)
                ear.heard.emit(progress)

            def ended() -> bool:
                return own.is_set() or stopped()

            found = workspace.propose(world, kind, max_moves=most, progress=tell, stop=ended)
            for move in found.moves:
                # Explained here, so that the table need not on the UI thread.
                assert move.reasons
            return found

        self._stop, self._began, self._words = own, monotonic(), ""
        self._clock.start()
        self._fit()
        self._tick()
        title = "Rebalancing" if kind == "rebalance" else "Finding IROs"
        self.wants_job.emit(Job(title, work, self._until_closed(self._take), self._until_closed(self._failed), STOP))

    def stop(self) -> None:
        """Ask the work to end with the best it has."""
        if self._stop:
            self._stop.set()

    def _until_closed(self, slot: Callable[[Any], None]) -> Callable[[Any], None]:
        own = self._stop

        def still(value: Any) -> None:
            if self._stop is own and self.open_still:
                slot(value)

        return still

    def done(self, result: int) -> None:
        """Closing ends the work; what it still brings is of no use."""
        self.open_still = False
        self.stop()
        super().done(result)

    def _heard(self, progress: object) -> None:
        self._words = progress_words(progress)
        self._tick()

    def _tick(self) -> None:
        if self.working:
            seconds = f"{monotonic() - self._began:.0f} s"
            self.state.setText(f"{seconds} · {self._words}" if self._words else seconds)

    def _failed(self, error: Exception) -> None:
        self._ended()
        known = isinstance(error, Explained)
        self.state.setText(str(error) if known else "No plan could be worked out. Nothing has changed.")
        if not known:
            raise error

    def _ended(self) -> None:
        self._stop = None
        self._clock.stop()
        self._fit()

    def _take(self, proposal: Proposal) -> None:
        self._ended()
        self.show_proposal(proposal)

    # -- looking -----------------------------------------------------------------------------------

    def show_proposal(self, proposal: Proposal) -> None:
        """Show this plan, all its moves ticked."""
        self.proposal = proposal
        self._ticked = {move.cases for move in proposal.moves}
        result = proposal.result
        self.state.setText(
            f"{result.words[:1].upper()}{result.words[1:]}, after {result.seconds:.1f} s"
            + (", stopped before the proof was finished" if result.stopped else "")
        )
        self.moves.empty = self._nothing()
        self.moves.set_rows(proposal.moves)
        if proposal.moves:
            self.moves.choose(proposal.moves[0].cases)
            self.moves.setFocus()
        left = [called(self._world.snapshot, [case.id for case in each.unit.cases]) for each in proposal.waiting]
        self.waiting.setText(f"Nobody may take {'; '.join(left[:5])}{'; and others' * (len(left) > 5)}.")
        self.waiting.setToolTip("\n".join(self._why_waiting()))
        self.waiting.setVisible(bool(left))
        self._refresh()

    def _nothing(self) -> str:
        if self.kind == "leavers":
            return "Nobody needs another IRO."
        return (
            f"Nothing to move: within {self.most.value()} children, no change makes the shares even enough "
            "to be worth a child losing the IRO they know."
        )

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
        if on:
            self._ticked.add(move.cases)
        else:
            self._ticked.discard(move.cases)
        self._refresh()

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
        self.act.setEnabled(bool(children) and not self.working)
        self.start_button.setVisible(not self.working)
        self.start_button.setText("Work out again" if self.proposal or self.kind == "leavers" else "Work out")
        self.most.setEnabled(not self.working)
        self.bar.setVisible(self.working)
        self.stop_button.setVisible(self.working)
        (self.act if self.proposal else self.start_button).setDefault(True)

    def _accept(self) -> None:
        accepted = self.ticked
        if self.proposal and accepted and not self.working:
            step = self.proposal.step(self._world.snapshot, accepted)
            self.accept()
            self.wants_commit.emit(step)

    def read(self) -> dict[str, Any]:
        """The dialog as plain data."""
        return {
            "state": self.state.text(),
            "moves": self.moves.read(),
            "caseloads": self.chart.read(),
            "summary": self.summary.text(),
            "waiting": "" if self.waiting.isHidden() else self.waiting.text(),
            "act": self.act.text(),
        }


def _furthest(differences: list[float | None]) -> float:
    return max((each for each in differences if each is not None), key=abs, default=0.0)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
