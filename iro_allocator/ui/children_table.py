"""The children of one IRO as a table: families fold, and are ordered and dragged as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QKeyEvent, QPixmap
from PySide6.QtWidgets import QLabel, QMenu

from iro_allocator.ui import caseload_rows as rows
from iro_allocator.ui import style
from iro_allocator.ui.caseload_rows import Line
from iro_allocator.ui.tables import Column, TableView, Tone

if TYPE_CHECKING:
    from iro_allocator.workspace import World


class ChildrenTable(TableView):
    """Shows an IRO's children with `show_children`; tells when a drag begins (with whom) and has ended.

    Left and Right fold and unfold a family, as does Enter on its heading; a click on a title orders by it.
    """

    began = Signal(tuple)
    ended = Signal()
    wants_child = Signal(str)
    """The child to open: Enter or a double click."""

    def __init__(self) -> None:
        self._world: World | None = None
        self._iro = self._type = self._words = ""
        self._order, self._descending = "family", False
        self._folded: set[str] = set()
        super().__init__(
            "Children", self._columns(), key=lambda line: line.key, drag=self._dragged, many=True, sortable=False
        )
        self.opened.connect(self._open_line)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.sectionClicked.connect(self.order_by)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(title="Family", value=lambda line: line.family_words, tone=_family_tone),
            Column(title="Child", value=lambda line: line.child_words, tip=_who),
            Column(title="Type", value=lambda line: line.type_words),
            Column(
                title="Placed",
                value=lambda line: line.placed_words,
                align="right",
                tip=lambda line: "" if line.heads else rows.placed_note(line.cases[0]),
                title_tip="Miles from home; each says more, such as whether out of area",
            ),
            Column(
                title="Weight",
                value=lambda line: line.weight,
                format="{:.2f}".format,
                align="right",
                tip=lambda line: line.parts,
                tone=lambda line: "strong" if line.heads else "",
            ),
            Column(title="Since", value=lambda line: line.together, tip=_since, title_tip="With this IRO"),
            Column(
                title="Review",
                title_tip="When the next review or conference is due",
                value=lambda line: line.review,
                align="right",
                tip=lambda line: "overdue" if line.overdue else "",
                tone=lambda line: "bad" if line.overdue else "",
            ),
            Column(
                title="Notes",
                value=lambda line: line.note_words,
                tip=self._notes,
                tone=lambda line: "bad" if line.must else "",
                stretch=True,
            ),
        )

    def _notes(self, line: Line) -> str:
        factors = self._world.loads.settings.scheme.factors if self._world else ()
        return line.notes({factor.key: factor.label for factor in factors})

    # -- showing -----------------------------------------------------------------------------------

    def show_children(self, world: World, iro: str, *, type_: str = "", words: str = "") -> None:
        """Show the children of an IRO that pass the filters; who was current stays so if still there."""
        if iro != self._iro:
            self._folded.clear()
        self._world, self._iro, self._type, self._words = world, iro, type_, words
        load = world.loads.of(iro)
        name = load.iro.name if load else "nobody"
        self.setAccessibleName(f"Children of {name}")
        if load and load.children:
            self.empty = "No child matches the filters above."
        elif world.loads.by_iro:
            self.empty = f"{name} has no children. Drag a family here from another caseload."
        else:
            self.empty = "No child has an IRO yet. Allocate the referrals, or import children with their IROs."
        self._fill()

    def show_nobody(self) -> None:
        """No IRO is chosen."""
        self._world, self._iro, self.empty = None, "", ""
        self.set_rows(())

    def _fill(self) -> None:
        if self._world is None:
            return
        found = rows.lines(
            self._world,
            self._iro,
            type_=self._type,
            words=self._words,
            order=self._order,
            descending=self._descending,
            folded=self._folded,
        )
        self.set_rows(found)
        if self.current is None and found:
            self.choose(found[0].key)
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(rows.ORDERS.index(self._order), order)

    def order_by(self, number: int) -> None:
        """Order by a column, the other way round when it is ordered by it already."""
        order = rows.ORDERS[number]
        self._descending = order == self._order and not self._descending
        self._order = order
        self._fill()

    def order_menu(self) -> QMenu:
        """The same for the keyboard."""
        menu = QMenu("Order by", self)
        for number, column in enumerate(self.model_.columns):
            menu.addAction(column.title).triggered.connect(lambda _=False, n=number: self.order_by(n))
        return menu

    # -- folding -----------------------------------------------------------------------------------

    def fold(self, family: str, folded: bool) -> None:
        """Show a family's heading alone, or its children below it again."""
        if family and folded != (family in self._folded):
            (self._folded.add if folded else self._folded.discard)(family)
            self._fill()
            self.choose(f"family {family}")

    def fold_all(self) -> None:
        """Show the headings of all families alone."""
        self._folded = {line.family for line in self.model_.rows if line.heads}
        self._fill()

    def unfold_all(self) -> None:
        """Show every child."""
        self._folded = set()
        self._fill()

    def _open_line(self, line: Line | None) -> None:
        if line and line.heads:
            self.fold(line.family, not line.folded)
        elif line:
            self.wants_child.emit(line.ids[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left folds the family, Right unfolds it."""
        line = self.current
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and line and event.key() == Qt.Key.Key_Left and (line.heads or line.below):
            self.fold(line.family, folded=True)
        elif plain and line and event.key() == Qt.Key.Key_Right and line.heads:
            self.fold(line.family, folded=False)
        else:
            super().keyPressEvent(event)

    # -- who is chosen, who is dragged -------------------------------------------------------------

    @property
    def chosen_cases(self) -> tuple[str, ...]:
        """Exactly the children whose lines are selected."""
        return _cases(self.selected)

    @property
    def families(self) -> tuple[str, ...]:
        """The children who move when those are chosen: with their families."""
        return self._whole(self.chosen_cases)

    def _whole(self, chosen: Iterable[str]) -> tuple[str, ...]:
        return rows.family_of(self._world.loads.by_iro.get(self._iro, ()) if self._world else (), chosen)

    def _dragged(self, lines: Sequence[Line]) -> tuple[str, ...]:
        """Who is dragged with these lines: their families; with Ctrl only them."""
        only = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier)
        return _cases(lines) if only else self._whole(_cases(lines))

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Say who is dragged before, so that the effect is known when they arrive; show all of them dragged."""
        cases = self._dragged(self.selected)
        self.began.emit(cases)
        flags = QItemSelectionModel.SelectionFlag
        for number, line in enumerate(self.model_.rows):
            if set(line.ids) <= set(cases):
                self.selectionModel().select(self.model_.index(number, 0), flags.Select | flags.Rows)
        drag = QDrag(self)
        drag.setMimeData(self.model_.mimeData(self.selectionModel().selectedRows()))
        drag.setPixmap(self._dragged_label(cases))
        # Below the pointer: the bar that it points at stays to be seen.
        drag.setHotSpot(QPoint(-style.GAP, -style.row_height() // 2))
        drag.exec(actions)
        self.ended.emit()

    def _dragged_label(self, cases: Sequence[str]) -> QPixmap:
        """Who is dragged, in words small enough to hide nothing."""
        label = QLabel(rows.called(self._world.snapshot, cases) if self._world else "")
        label.setObjectName("dragged")
        label.adjustSize()
        return label.grab()

    def minimumSizeHint(self) -> QSize:
        """Some rows are always seen."""
        return QSize(style.wide(40), style.row_height() * 5)


def _cases(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(sorted({key for line in lines for key in line.ids}))


def _family_tone(line: Line) -> Tone:
    return "strong" if line.heads else "muted" if line.below else ""


def _who(line: Line) -> str:
    return "\n".join(f"{case.id} · {case.name}" if case.name else case.id for case in line.cases)


def _since(line: Line) -> str:
    return f"with this IRO since {line.since.day} {line.since:%b %Y}" if line.since else ""
