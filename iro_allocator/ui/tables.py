"""The one table of all pages: columns as values over a tuple of rows; sorted, filtered, copied, read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from iro_allocator.paper.colours import Colours
from iro_allocator.paper.pill import Pill
from iro_allocator.ui import style

LOOKED_AT = 100
"""How many rows the widths of columns are worked out from."""

CASES_MIME = "application/x-iro-allocator-cases"
"""What is dragged: references of children, one a line, UTF-8."""

Index = QModelIndex | QPersistentModelIndex
Tone = Literal["", "strong", "muted", "bad", "good", "link"]
Paint = Callable[[QPainter, QRectF, Any, Colours], None]
_NOWHERE = QModelIndex()


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what it is called, what it takes from a row, and how that looks.

    `value(row)` is what it sorts by; `format(value)` the text (dates, numbers and None have a sensible
    one). `pill(row)` draws a pill instead of the text, `paint(painter, rect, row, colours)` anything
    else: then `format` still says it in words, for copying, reading back and screen readers.
    `button(row)` is the label of a button in the cell ("" = none). `check(row, on)` makes a tick box of
    a bool (None = no box); `edit(row, new)` makes the cell editable, with `choices` among `choices(row)`.
    `width` is in letters; `stretch` takes the room that is left; `wrap` breaks text into lines.
    """

    title: str
    value: Callable[[Any], Any]
    align: Literal["left", "right", "centre"] = "left"
    format: Callable[[Any], str] | None = None
    tip: Callable[[Any], str] | None = None
    tone: Callable[[Any], Tone] | None = None
    pill: Callable[[Any], Pill | None] | None = None
    paint: Paint | None = None
    button: Callable[[Any], str] | None = None
    check: Callable[[Any, bool], object] | None = None
    edit: Callable[[Any, Any], object] | None = None
    choices: Callable[[Any], Sequence[tuple[Any, str]]] | None = None
    width: int | None = None
    stretch: bool = False
    wrap: bool = False
    title_tip: str = ""

    def text(self, row: Any) -> str:
        """The cell in words."""
        if self.pill and (pill := self.pill(row)):
            return str(pill)
        if self.button:
            return self.button(row)
        value = self.value(row)
        if self.format:
            return self.format(value)
        if self.check:
            return "yes" if value else "no"
        return as_text(value)


def as_text(value: Any) -> str:
    """A value as the screens write it: 23 Nov 2026, 1,137, 57.9, – for nothing."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return f"{value.day} {value:%b %Y %H:%M}"
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    if isinstance(value, float):
        return f"{value:,.1f}".replace("-", "−")
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(str(part) for part in value) or "–"
    return str(value)


class TableModel(QAbstractTableModel):
    """Rows of any values seen through columns; sorts and filters itself, keeping what is selected.

    `key(row)` tells which row is the same one after a change of rows (the row itself unless given).
    `drag(rows)` gives the references of the children that are dragged with rows.
    """

    ROW = Qt.ItemDataRole.UserRole
    """The role under which a cell gives its row's value."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Iterable[Any] = (),
        *,
        key: Callable[[Any], Any] | None = None,
        drag: Callable[[Sequence[Any]], Iterable[str]] | None = None,
    ) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.key = key or (lambda row: row)
        self._drag = drag
        self._all: tuple[Any, ...] = tuple(rows)
        self._shown: tuple[Any, ...] = self._all
        self._filter: tuple[str, ...] = ()
        self._where: Callable[[Any], bool] | None = None
        self._sort: tuple[int, Qt.SortOrder] | None = None

    @property
    def rows(self) -> tuple[Any, ...]:
        """The rows that are shown, in the order shown."""
        return self._shown

    @property
    def all_rows(self) -> tuple[Any, ...]:
        """Every row, filtered out or not."""
        return self._all

    def set_rows(self, rows: Iterable[Any]) -> None:
        """Show these rows instead; sorting and filter stay."""
        self._all = tuple(rows)
        self._arrange()

    def set_filter(self, text: str, where: Callable[[Any], bool] | None = None) -> None:
        """Show the rows that hold every word of the text in some column, and of which `where` is true."""
        self._filter = tuple(text.lower().split())
        self._where = where
        self._arrange()

    def _arrange(self) -> None:
        # A reset, not single moves: the view puts selection back by key, and this stays simple and right.
        self.beginResetModel()
        rows = [row for row in self._all if self._passes(row)]
        if self._sort:
            column, order = self._sort
            value = self.columns[column].value
            known = [row for row in rows if value(row) not in (None, "")]
            unknown = [row for row in rows if value(row) in (None, "")]
            known.sort(key=lambda row: _sortable(value(row)), reverse=order == Qt.SortOrder.DescendingOrder)
            rows = known + unknown
        self._shown = tuple(rows)
        self.endResetModel()

    def _passes(self, row: Any) -> bool:
        if self._where and not self._where(row):
            return False
        if not self._filter:
            return True
        text = "\n".join(column.text(row) for column in self.columns).lower()
        return all(word in text for word in self._filter)

    # What Qt asks for

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many rows are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows, edits, says or looks like."""
        if not index.isValid():
            return None
        row, column = self._shown[index.row()], self.columns[index.column()]
        roles = Qt.ItemDataRole
        if role == roles.DisplayRole:
            return "" if column.check else column.text(row)
        if role == roles.EditRole:
            return column.value(row)
        if role == self.ROW:
            return row
        if role == roles.CheckStateRole and column.check and (ticked := column.value(row)) is not None:
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if role == roles.AccessibleTextRole:
            return f"{column.title}: {column.text(row)}" if column.title else column.text(row)
        if role == roles.ToolTipRole:
            return (column.tip(row) if column.tip else "") or None
        if role == roles.TextAlignmentRole:
            return _ALIGN[column.align]
        if role == roles.FontRole and column.tone and column.tone(row) == "strong":
            font = QFont(QGuiApplication.font())
            font.setWeight(QFont.Weight.DemiBold)
            return font
        if role == roles.ForegroundRole and column.tone:
            return _foreground(column.tone(row))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The titles of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.columns[section].title
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.columns[section].title_tip or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN[self.columns[section].align]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What can be done with a cell."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        row, column = self._shown[index.row()], self.columns[index.column()]
        found = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        if column.check and column.value(row) is not None:
            found |= Qt.ItemFlag.ItemIsUserCheckable
        if column.edit and (column.choices is None or column.choices(row)):
            found |= Qt.ItemFlag.ItemIsEditable
        if self._drag:
            found |= Qt.ItemFlag.ItemIsDragEnabled
        return found

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Hand a tick or an edit to the column; the page shows what came of it by setting rows."""
        if not index.isValid():
            return False
        row, column = self._shown[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.CheckStateRole and column.check:
            column.check(row, Qt.CheckState(value) == Qt.CheckState.Checked)
        elif role == Qt.ItemDataRole.EditRole and column.edit:
            if value == column.value(row):
                return False
            column.edit(row, value)
        else:
            return False
        if index.row() < len(self._shown):
            self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), len(self.columns) - 1))
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column's values; unknown ones last; column −1 = as given."""
        self._sort = (column, order) if 0 <= column < len(self.columns) else None
        self._arrange()

    def mimeTypes(self) -> list[str]:
        """What a drag from here carries."""
        return [CASES_MIME] if self._drag else []

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The children dragged with these cells' rows."""
        rows = [self._shown[number] for number in sorted({index.row() for index in indexes})]
        return cases_mime(self._drag(rows) if self._drag else ())

    # For pages and tests

    def read(self) -> list[dict[str, str]]:
        """The rows that are shown, as the texts of their columns."""
        return [{column.title: column.text(row) for column in self.columns} for row in self._shown]

    def as_lines(self, rows: Iterable[Any]) -> str:
        """Rows as text with tabs, titles first, for the clipboard."""
        lines = [[column.title for column in self.columns]]
        lines += [[column.text(row) for column in self.columns] for row in rows]
        return "\n".join("\t".join(cell.replace("\t", " ") for cell in line) for line in lines)


def cases_mime(cases: Iterable[str]) -> QMimeData:
    """Children's references as something that can be dragged."""
    mime = QMimeData()
    mime.setData(CASES_MIME, "\n".join(cases).encode())
    return mime


def cases_of(mime: QMimeData) -> tuple[str, ...]:
    """The children's references that are dragged, () when it is something else."""
    return tuple(bytes(mime.data(CASES_MIME).data()).decode().split("\n")) if mime.hasFormat(CASES_MIME) else ()


def _sortable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "centre": Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter,
}


def _foreground(tone: Tone) -> QColor | None:
    colours = style.colours()
    found = {
        "muted": colours.muted,
        "bad": colours.bad_text,
        "good": colours.good_text,
        "link": colours.link,
    }.get(tone)
    return QColor(found) if found else None


class _Cells(QStyledItemDelegate):
    """Draws pills, buttons and painted cells, with our padding, selection and lines."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = option.widget
        assert isinstance(view, TableView)
        column = view.model_.columns[index.column()]
        row = index.data(TableModel.ROW)
        pill = column.pill(row) if column.pill else None
        label = column.button(row) if column.button else ""
        colours = style.colours()
        self._ground(painter, option, colours)
        inner = QRectF(option.rect).adjusted(style.GAP, 0, -style.GAP, 0)
        if column.paint:
            painter.save()
            column.paint(painter, inner, row, colours)
            painter.restore()
        elif pill:
            painter.setFont(QGuiApplication.font())
            pill.draw(painter, inner, colours, right=column.align == "right")
        elif label:
            self._button(painter, inner, label, colours)
        elif not column.button:
            self._plain(painter, option, index, colours)
        if option.state & QStyle.StateFlag.State_HasFocus and view.focus_by_cell:
            painter.setPen(QColor(colours.focus))
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, colours: Colours) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours.selection))
        painter.setPen(QColor(colours.hairline))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    def _plain(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, colours: Colours) -> None:
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        own.backgroundBrush = QBrush()
        foreground = index.data(Qt.ItemDataRole.ForegroundRole)
        if index.data(Qt.ItemDataRole.CheckStateRole) is not None:
            QApplication.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
            return
        column_choices = isinstance(own.widget, TableView) and own.widget.model_.columns[index.column()].choices
        can_choose = column_choices and index.flags() & Qt.ItemFlag.ItemIsEditable
        text = f"{own.text} ▾" if can_choose else own.text
        inner = option.rect.adjusted(style.GAP, 0, -style.GAP, 0)
        painter.setFont(own.font)
        painter.setPen(foreground or QColor(colours.text))
        if isinstance(own.widget, TableView) and own.widget.model_.columns[index.column()].wrap:
            painter.drawText(inner, own.displayAlignment | Qt.TextFlag.TextWordWrap, text)
        else:
            elided = own.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, own.displayAlignment, elided)

    def _button(self, painter: QPainter, rect: QRectF, label: str, colours: Colours) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(QGuiApplication.font())
        box = button_box(rect, label)
        painter.setPen(QColor(colours.muted))
        painter.setBrush(QColor(colours.control))
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(QColor(colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = option.widget
        assert isinstance(view, TableView)
        column = view.model_.columns[index.column()]
        row = index.data(TableModel.ROW)
        font = index.data(Qt.ItemDataRole.FontRole) or QGuiApplication.font()
        pill = column.pill(row) if column.pill else None
        if pill:
            width = pill.size(font).width()
        else:
            text = column.text(row) + (" ▾" if column.choices else "")
            width = _advance(font, text) + (2 * style.GAP if column.button else 0)
        height = style.row_height()
        if column.wrap:
            room = QRect(0, 0, max(40, view.columnWidth(index.column()) - 2 * style.GAP), 10_000)
            lines = QFontMetrics(font).boundingRect(room, Qt.TextFlag.TextWordWrap, column.text(row)).height()
            height = max(height, lines + 10)
        return QSize(round(width) + 2 * style.GAP + 2, height)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        view = option.widget
        assert isinstance(view, TableView)
        column = view.model_.columns[index.column()]
        if not column.choices:
            editor = super().createEditor(parent, option, index)
        else:
            box = QComboBox(parent)
            for value, words in column.choices(index.data(TableModel.ROW)):
                box.addItem(words, value)
            box.activated.connect(lambda _: self._picked(box))
            editor = box
        editor.setAccessibleName(column.title)
        return editor

    def _picked(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(index.data(Qt.ItemDataRole.EditRole))))
            editor.showPopup()
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(_plain_index(index), editor.currentData())
        else:
            super().setModelData(editor, model, index)


def _plain_index(index: Index) -> QModelIndex:
    return index.model().index(index.row(), index.column()) if isinstance(index, QPersistentModelIndex) else index


def _advance(font: QFont, text: str) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


def button_box(rect: QRectF, label: str) -> QRectF:
    """Where a button with this label stands in its cell."""
    width = min(rect.width(), _advance(QGuiApplication.font(), label) + 2 * style.GAP)
    height = min(rect.height() - 4, style.row_height() - 5)
    return QRectF(rect.left(), rect.center().y() - height / 2, width, height)


class TableView(QTableView):
    """The view of all pages: whole rows, our row height, sorting, copying, an empty text, the keyboard.

    Enter or a double click opens a row (`opened`); a button in a cell is pressed by a click, or with
    Space when its cell is current (`pressed`). Space ticks a tick box; F2 edits.
    """

    chosen = Signal(object)
    """The row that has become current, or None."""

    opened = Signal(object)
    """The row to open: Enter or a double click."""

    pressed_button = Signal(object, str)
    """A row and the title of the column whose button was pressed."""

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Iterable[Any] = (),
        *,
        key: Callable[[Any], Any] | None = None,
        drag: Callable[[Sequence[Any]], Iterable[str]] | None = None,
        empty: str = "",
        many: bool = False,
        sortable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """`name` is for screen readers; `empty` stands there when there is no row; `many` rows at once."""
        super().__init__(parent)
        self.model_ = TableModel(columns, rows, key=key, drag=drag)
        self.empty = empty
        self.focus_by_cell = any(c.button or c.check or c.edit for c in columns)
        self._current_key: Any = None
        self._current_column = 0
        self._selected_keys: list[Any] = []
        self.setAccessibleName(name)
        self.setModel(self.model_)
        self.setItemDelegate(_Cells(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(modes.ExtendedSelection if many else modes.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.DoubleClicked | triggers.SelectedClicked)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        resize = QHeaderView.ResizeMode
        wraps = any(column.wrap for column in columns)
        self.verticalHeader().setSectionResizeMode(resize.ResizeToContents if wraps else resize.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(sortable)
        header.setMinimumSectionSize(4 * style.GAP)
        header.setResizeContentsPrecision(LOOKED_AT)
        header.setAccessibleName(f"{name}: columns")
        if drag:
            self.setDragEnabled(True)
            self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        if sortable:
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.setSortingEnabled(True)
        if wraps:
            header.sectionResized.connect(lambda *_: self.resizeRowsToContents())
        self.model_.modelAboutToBeReset.connect(self._remember)
        self.model_.modelReset.connect(self._restore)
        self.doubleClicked.connect(self._open)
        self._fit()

    # For pages

    def set_rows(self, rows: Iterable[Any]) -> None:
        """Show these rows; what was current and selected stays so where its key is still there."""
        self.model_.set_rows(rows)
        self._fit()

    def set_filter(self, text: str, where: Callable[[Any], bool] | None = None) -> None:
        """Narrow the rows to those that hold every word, and of which `where` is true."""
        self.model_.set_filter(text, where)

    @property
    def current(self) -> Any | None:
        """The current row's value, None when there is none."""
        number = self.currentIndex().row()
        return self.model_.rows[number] if 0 <= number < len(self.model_.rows) else None

    @property
    def selected(self) -> tuple[Any, ...]:
        """The selected rows' values, in the order shown."""
        numbers = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return tuple(self.model_.rows[number] for number in numbers)

    def choose(self, key: Any) -> bool:
        """Make the row with this key current; whether it is there."""
        for number, row in enumerate(self.model_.rows):
            if self.model_.key(row) == key:
                # Not selectRow: it toggles while Ctrl is held down, as after Ctrl+Z.
                flags = QItemSelectionModel.SelectionFlag
                here = self.model_.index(number, max(0, self.currentIndex().column()))
                self.selectionModel().setCurrentIndex(here, flags.ClearAndSelect | flags.Rows)
                self.scrollTo(here)
                return True
        return False

    def read(self) -> list[dict[str, str]]:
        """The rows as shown."""
        return self.model_.read()

    def copy(self) -> None:
        """Copy the selected rows as text (all when none is selected)."""
        QGuiApplication.clipboard().setText(self.model_.as_lines(self.selected or self.model_.rows))

    # What happens underneath

    def _fit(self) -> None:
        """Widths from contents (or the column's own), the rest to those that stretch."""
        header = self.horizontalHeader()
        stretching = [n for n, column in enumerate(self.model_.columns) if column.stretch]
        self.verticalHeader().setDefaultSectionSize(style.row_height())
        header.setFixedHeight(style.row_height())
        header.setStretchLastSection(not stretching)
        room = (3 if header.sectionsClickable() else 2) * style.GAP + 2  # where one can sort, the arrow needs some
        for number, column in enumerate(self.model_.columns):
            if number in stretching:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
                continue
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
            title = 0 if header.isHidden() else round(_advance(_bold(), column.title)) + room
            cells = style.wide(column.width) if column.width else self.sizeHintForColumn(number)
            self.setColumnWidth(number, max(title, cells, 4 * style.GAP))

    def _remember(self) -> None:
        current = self.current
        self._current_key = None if current is None else self.model_.key(current)
        self._current_column = self.currentIndex().column()
        self._selected_keys = [self.model_.key(row) for row in self.selected]

    def _restore(self) -> None:
        if self._current_key is None:
            return
        keys = [self.model_.key(row) for row in self.model_.rows]
        if self._current_key not in keys:
            self.chosen.emit(None)
            return
        model, flags = self.selectionModel(), QItemSelectionModel.SelectionFlag
        here = self.model_.index(keys.index(self._current_key), max(0, self._current_column))
        model.setCurrentIndex(here, flags.NoUpdate)
        for number, key in enumerate(keys):
            if key in self._selected_keys:
                model.select(self.model_.index(number, 0), flags.Select | flags.Rows)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell the page which row has become current."""
        super().currentChanged(_plain_index(current), _plain_index(previous))
        if current.row() != previous.row():
            self.chosen.emit(self.current)

    def _open(self, index: QModelIndex) -> None:
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.opened.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Space presses a button or ticks, Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            if self.state() == QAbstractItemView.State.EditingState:
                super().keyPressEvent(event)
            else:
                self.opened.emit(self.current)
        elif event.key() == Qt.Key.Key_Space and self._press(self.currentIndex()):
            event.accept()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a cell's button presses it."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            label = self._label(index)
            rect = QRectF(self.visualRect(index)).adjusted(style.GAP, 0, -style.GAP, 0)
            if label and button_box(rect, label).contains(event.position()):
                self._press(index)

    def _label(self, index: QModelIndex) -> str:
        column = self.model_.columns[index.column()] if index.isValid() else None
        return column.button(self.model_.rows[index.row()]) if column and column.button else ""

    def _press(self, index: QModelIndex) -> bool:
        if not self._label(index):
            return False
        self.pressed_button.emit(self.model_.rows[index.row()], self.model_.columns[index.column()].title)
        return True

    def changeEvent(self, event: QEvent) -> None:
        """A new font asks for new widths."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "model_"):
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or the text that says why there are none and what to do."""
        super().paintEvent(event)
        if self.empty and not self.model_.rows:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(style.colours().muted))
            inner = self.viewport().rect().adjusted(style.GAP, 2 * style.GAP, -style.GAP, -style.GAP)
            painter.drawText(inner, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self.empty)
            painter.end()


def _bold() -> QFont:
    font = QFont(QGuiApplication.font())
    font.setWeight(QFont.Weight.DemiBold)
    return font
