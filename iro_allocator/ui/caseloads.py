"""Caseloads: one IRO's families and children; move, pin and bar them with the effect seen first; rebalance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
)

from iro_allocator.domain import CP, LAC
from iro_allocator.ui import caseload_words, must_move, style
from iro_allocator.ui.caseload_rows import called, is_shown
from iro_allocator.ui.children_table import ChildrenTable
from iro_allocator.ui.deciding import Who, bar_dialog, pin_dialog, unpin
from iro_allocator.ui.dragging import Dragging
from iro_allocator.ui.page import Argument, Do, Only, Page
from iro_allocator.ui.reallocate import ReallocateDialog
from iro_allocator.ui.rebalance import Kind, ReviewDialog
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.caseload_chart import CaseloadChart
from iro_allocator.ui.widgets.effect_label import EffectLabel
from iro_allocator.ui.widgets.panel import EmptyState, Panel, link, muted

if TYPE_CHECKING:
    from iro_allocator.workspace import World

SUBTITLE = "Drag a family onto another IRO, or press F2: you see the effect first"
NO_MATCH = "No IRO matches. Clear the search, or choose another team or type."
TYPES = (("", "LAC and CP"), (LAC, "LAC only"), (CP, "CP only"))
WIDTH = 120
"""Letters of room from which on IROs and children stand beside each other."""


class Caseloads(Page):
    """Everybody's caseload at the left, the children of one IRO at the right."""

    def __init__(self) -> None:
        super().__init__("Caseloads", SUBTITLE)
        self._iro = ""
        self._only: Only | None = None
        self.dialog: QDialog | None = None
        """The dialog that was opened last, for tests."""
        self._filters()
        self.rebalance_button = self.add_action(
            "Rebalance…",
            lambda: self.review("rebalance"),
            primary=True,
            shortcut="Ctrl+R",
            tip="Suggest which children to move so that shares become more even",
        )
        self._both = QSplitter(Qt.Orientation.Horizontal)
        self._both.setHandleWidth(int(1.5 * GAP))
        self._both.setChildrenCollapsible(False)
        self._both.addWidget(self._build_left())
        self._both.addWidget(self._build_right())
        self._both.setStretchFactor(0, 1)
        self._both.setStretchFactor(1, 1)
        self._both.setSizes([style.wide(58), style.wide(87)])
        self._build_actions()
        self._dragging = Dragging(self.chart, self.effect, self._draw)
        self._dragging.wants_job.connect(self.wants_job)
        self._dragging.wants_commit.connect(self.wants_commit)
        self._dragging.message.connect(self.message)
        self.table.began.connect(self._dragging.prepare)
        self.table.ended.connect(self._dragging.end)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._both)
        self._stack.addWidget(
            EmptyState(
                "No IROs yet",
                "Add the IROs of the service, or import them with their children from a spreadsheet.",
                "Add an IRO…",
                lambda: self.wants_page.emit("iros", Do("new")),
            )
        )
        self.body.addWidget(self._build_notice())
        self.body.addWidget(self._stack, 1)
        self._arrange()

    # -- building ----------------------------------------------------------------------------------

    def _filters(self) -> None:
        self.search = QLineEdit(placeholderText="Find IRO, family or child", clearButtonEnabled=True)
        self.search.setAccessibleName("Find an IRO, a family or a child")
        self.search.textChanged.connect(lambda _: self._narrow())
        self.types = QComboBox()
        self.types.setAccessibleName("Type of case")
        for value, words in TYPES:
            self.types.addItem(words, value)
        self.teams = QComboBox()
        self.teams.setAccessibleName("Team")
        for box in (self.types, self.teams):
            box.currentIndexChanged.connect(lambda _: self._narrow())
        for widget in (self.search, self.types, self.teams):
            self.add_to_header(widget)
        self._action("Find in caseloads", self.search.setFocus, "Ctrl+F")

    def _build_notice(self) -> QFrame:
        self.notice = named(QFrame(), "panel")
        self._notice_words = named(QLabel(wordWrap=True), "bad")
        self.place_button = QPushButton("Suggest IROs…")
        self.place_button.clicked.connect(lambda: self.review("leavers"))
        line = QHBoxLayout(self.notice)
        line.setContentsMargins(int(1.75 * GAP), GAP, int(1.75 * GAP), GAP)
        line.addWidget(self._notice_words, 1)
        line.addWidget(self.place_button)
        self.notice.hide()
        return self.notice

    def _build_left(self) -> Panel:
        self.chart = CaseloadChart("Caseload of every IRO")
        self.chart.table.empty = NO_MATCH
        self.chart.chosen.connect(self._on_chosen)
        self.chart.opened.connect(lambda iro: self.wants_page.emit("iros", iro))
        self.effect = EffectLabel()
        self._everybody = link("Show all IROs", self._show_all)
        self._everybody.hide()
        self._left = Panel()
        self._left.header.addWidget(self._everybody)
        self._left.add(self.chart, 1)
        self._left.add(self.effect)
        return self._left

    def _build_right(self) -> Panel:
        self._heading, self._facts, self._remarks = named(QLabel(wordWrap=True), "heading"), muted(), muted()
        self.export_button = QPushButton("Export this list…")
        self.export_button.clicked.connect(lambda: self._export())
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self._heading, self._facts, self._remarks):
            words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addLayout(words, 1)
        top.addWidget(self.export_button, 0, Qt.AlignmentFlag.AlignTop)
        self.table = ChildrenTable()
        self.table.chosen.connect(lambda _: self._fit())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._fit())
        self.table.wants_child.connect(lambda child: self.wants_page.emit("children", child))
        self._selection = muted()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(GAP)
        self._buttons.addWidget(self._selection, 1)
        right = Panel()
        right.body.addLayout(top)
        right.add(self.table, 1)
        right.body.addLayout(self._buttons)
        return right

    def _build_actions(self) -> None:
        """What can be done with the chosen children: by key, context menu, and buttons below the table."""
        self.reallocate_action = self._action("Reallocate…", self.reallocate, "F2")
        self.only_action = self._action("Reallocate this child only…", self.reallocate_only, "Shift+F2")
        self.pin_action = self._action("Pin…", self.pin, "Ctrl+P")
        self.bar_action = self._action("Bar…", self.bar, "Ctrl+B")
        for action in (self.reallocate_action, self.pin_action, self.bar_action):
            self._buttons.addWidget(_button(action))
        offered = (
            *(self.reallocate_action, self.only_action, self.pin_action, self.bar_action, None),
            self._action("Fold all families", self.table.fold_all, "Ctrl+Left"),
            self._action("Unfold all families", self.table.unfold_all, "Ctrl+Right"),
            self.table.order_menu().menuAction(),
            None,
            self._action("Export this list…", self._export),
        )
        for each in offered:
            self.table.addAction(each or _line(self))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _action(self, text: str, slot: Callable[[], object], keys: str = "") -> QAction:
        action = QAction(text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _=False: slot())
        self.addAction(action)
        return action

    def _arrange(self) -> None:
        """With large letters the children stand below the IROs."""
        beside = self.width() >= style.wide(WIDTH)
        self._both.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)
        self.search.setMinimumWidth(style.wide(26))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Larger or smaller letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_stack"):
            self._arrange()

    # -- showing -----------------------------------------------------------------------------------

    def show_world(self, world: World) -> None:
        """Show everybody's caseload, and that of the IRO who was chosen or the first."""
        super().show_world(world)
        self._dragging.show_world(self.workspace, world)
        self._stack.setCurrentIndex(0 if world.snapshot.iro else 1)
        self._show_teams(world)
        must = must_move.must_move(world)
        self._notice_words.setText(must_move.in_words(world, must))
        self.notice.setVisible(bool(must))
        self.rebalance_button.setEnabled(bool(world.loads.by_iro))
        self._narrow()

    def _show_teams(self, world: World) -> None:
        chosen = self.teams.currentData() or ""
        teams = sorted({iro.team for iro in world.snapshot.iro.values() if iro.team})
        self.teams.blockSignals(True)
        self.teams.clear()
        self.teams.addItem("All teams", "")
        for team in teams:
            self.teams.addItem(team, team)
        self.teams.setCurrentIndex(max(0, self.teams.findData(chosen)))
        self.teams.blockSignals(False)
        self.teams.setVisible(len(teams) > 1)

    def _narrow(self) -> None:
        """Show the IROs and children that the filters leave."""
        if self.world is None:
            return
        shown = self._shown()
        self._everybody.setVisible(self._only is not None)
        self._left.set_title(self._only.words if self._only else "")
        if self._iro not in shown:
            self._iro = next((load.iro.id for load in self.world.loads.loads if load.iro.id in shown), "")
        self._draw({}, "")
        self._show_iro()

    def _shown(self) -> set[str]:
        """The IROs that the filters leave."""
        assert self.world
        filters = {
            "type_": self.types.currentData(),
            "team": self.teams.currentData() or "",
            "words": self.search.text().strip(),
        }
        return {
            load.iro.id
            for load in self.world.loads.loads
            if (self._only is None or load.iro.id in self._only.ids) and is_shown(self.world, load, **filters)
        }

    def _show_all(self) -> None:
        self._only = None
        for box in (self.types, self.teams):
            box.setCurrentIndex(0)
        self.search.clear()
        self._narrow()

    def _draw(self, changed: Mapping[str, float], iro: str) -> None:
        """Draw the bars, with these loads after; the row of an IRO current, that of the shown one for ""."""
        if self.world:
            shown = self._shown()
            self.chart.show_loads(self.world.loads, changed=changed, where=lambda bar: bar.iro in shown)
            self.chart.choose(iro or self._iro)

    def _on_chosen(self, iro: str) -> None:
        # While children are dragged over the rows it is the effect that is looked at.
        if iro and iro != self._iro and not self._dragging.under_way:
            self._iro = iro
            self._show_iro()

    def _show_iro(self) -> None:
        world = self.world
        load = world.loads.of(self._iro) if world and self._iro else None
        self.export_button.setVisible(load is not None)
        if world is None or load is None:
            self._heading.setText("No IRO matches")
            self._facts.setText("")
            self._remarks.hide()
            self.table.show_nobody()
        else:
            remarks = caseload_words.remarks(world, load)
            self._heading.setText(caseload_words.heading(load, world.loads.settings.full_time_hours))
            self._facts.setText(caseload_words.facts(world, load))
            self._remarks.setText(remarks)
            self._remarks.setVisible(bool(remarks))
            words = self.search.text().strip()
            self.table.show_children(world, self._iro, type_=self.types.currentData(), words=words)
        self._fit()

    def _fit(self) -> None:
        """Say who is chosen, and what can be done with them."""
        chosen, family, world = self.table.chosen_cases, self.table.families, self.world
        for action in (self.reallocate_action, self.pin_action, self.bar_action):
            action.setEnabled(bool(chosen))
        self.only_action.setEnabled(bool(chosen) and chosen != family)
        self.pin_action.setText("Unpin" if self._pinned(chosen) else "Pin…")
        if world is None or not chosen:
            self._selection.setText("")
            return
        weight = sum(world.loads.weights[key].value for key in family)
        also = f" · {called(world.snapshot, chosen)} chosen" if chosen != family else ""
        self._selection.setText(f"{called(world.snapshot, family)}, weight {weight:.2f}{also}")

    def _pinned(self, cases: Sequence[str]) -> bool:
        if self.world is None or not cases:
            return False
        found = [self.world.snapshot.allocation_on(key, self.world.day) for key in cases]
        return all(row is not None and row.pinned for row in found)

    # -- deciding ----------------------------------------------------------------------------------

    def reallocate(self, *, whole: bool = True) -> None:
        """Open the dialog that moves the chosen children with their families (or only them)."""
        if self.world and self.workspace and self.table.chosen_cases:
            dialog = ReallocateDialog(self.workspace, self.world, self._who(whole=whole), self)
            dialog.wants_job.connect(self.wants_job)
            dialog.wants_commit.connect(self.wants_commit)
            self._open_dialog(dialog)
            dialog.ask()

    def reallocate_only(self) -> None:
        """The same for exactly the children that are chosen."""
        self.reallocate(whole=False)

    def _who(self, *, whole: bool = True) -> Who:
        assert self.world
        return Who(self.world, self.table.families, self.table.chosen_cases, whole=whole)

    def pin(self) -> None:
        """Pin the chosen children to their IRO; let them go at once when all are pinned."""
        if self.world and (chosen := self.table.chosen_cases):
            if self._pinned(chosen):
                self.wants_commit.emit(unpin(self.world, chosen))
            else:
                self._open_dialog(pin_dialog(self.world, self._iro, self._who(), self.wants_commit.emit, self))

    def bar(self) -> None:
        """Record that an IRO (this one) may not have the chosen children."""
        if self.world and self.table.chosen_cases:
            self._open_dialog(bar_dialog(self.world, self._iro, self._who(), self.wants_commit.emit, self))

    def review(self, kind: Kind) -> None:
        """Open the plan that rebalances, or that places those who need another IRO."""
        if self.world and self.workspace:
            dialog = ReviewDialog(self.workspace, self.world, kind, self)
            dialog.wants_job.connect(self.wants_job)
            dialog.wants_commit.connect(self.wants_commit)
            self._open_dialog(dialog)
            dialog.start()

    def _open_dialog(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog = dialog
        dialog.open()

    def _export(self) -> None:
        """Have this IRO's list written: Reports asks as what and where to."""
        if self._iro:
            self.wants_page.emit("reports", self._iro)

    # -- from elsewhere ----------------------------------------------------------------------------

    def go_to(self, argument: Argument) -> None:
        """An IRO, a child (with their IRO), some IROs, or *rebalance* and *leavers*."""
        if self.world is None or argument is None:
            return
        if isinstance(argument, Do):
            if argument.verb in {"rebalance", "leavers"}:
                self.review("rebalance" if argument.verb == "rebalance" else "leavers")
            return
        if isinstance(argument, Only):
            known = tuple(key for key in argument.ids if key in self.world.snapshot.iro)
            self._show_all()
            self._only = Only(argument.words, known) if known else None
            self._narrow()
            return
        row = self.world.snapshot.allocation_on(argument, self.world.day)
        iro = row.iro if row else argument
        if iro not in self._shown():
            self._show_all()
        if self.chart.choose(iro) and row:
            self.table.unfold_all()
            self.table.choose(argument)
        self.chart.setFocus()

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        return {
            **super().read(),
            "caseloads": self.chart.read(),
            "iro": self._heading.text(),
            "facts": self._facts.text(),
            "remarks": "" if self._remarks.isHidden() else self._remarks.text(),
            "children": self.table.read(),
            "selection": self._selection.text(),
            "effect": self.effect.read(),
            "notice": "" if self.notice.isHidden() else self._notice_words.text(),
        }


def _line(parent: Caseloads) -> QAction:
    line = QAction(parent)
    line.setSeparator(True)
    return line


def _button(action: QAction) -> QPushButton:
    """A button that does what an action does, and says and allows what it does."""
    button = QPushButton(action.text())
    button.setToolTip(action.shortcut().toString())
    button.clicked.connect(lambda _=False: action.trigger())

    def follow() -> None:
        button.setText(action.text())
        button.setEnabled(action.isEnabled())

    action.changed.connect(follow)
    return button
