"""The finder (Ctrl+K): any child, family, IRO or action, found by some letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QVBoxLayout, QWidget

from iro_allocator.ui import style
from iro_allocator.ui.style import GAP

MOST = 50


@dataclass(frozen=True, slots=True)
class Find:
    """Something that can be found: what it is called, what it is, and what happens when it is chosen."""

    words: str
    kind: str
    choose: Callable[[], object] = field(compare=False)
    also: str = ""
    """More words it is found by."""


def matching(everything: Iterable[Find], text: str, most: int = MOST) -> tuple[Find, ...]:
    """What holds every word of the text, those that begin with it first; nothing typed: the actions."""
    words = text.casefold().split()
    if not words:
        return tuple(find for find in everything if find.kind == "action")[:most]
    found = []
    for order, find in enumerate(everything):
        said = find.words.casefold()
        whole = f"{said} {find.also.casefold()}"
        if all(word in whole for word in words):
            found.append((not said.startswith(words[0]), order, find))
    return tuple(find for _, _, find in sorted(found, key=lambda item: item[:2])[:most])


class _Found(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.found: tuple[Find, ...] = ()

    def show_found(self, found: tuple[Find, ...]) -> None:
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        find = self.found[index.row()]
        return f"{find.words}   ·   {find.also or find.kind}"


class Finder(QDialog):
    """A field with what is found below it; Enter goes there, Escape leaves."""

    def __init__(self, everything: Sequence[Find], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("finder")
        self.setAccessibleName("Find a child, family, IRO or action")
        self.setWindowTitle("Find")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._everything = tuple(everything)
        self.field = QLineEdit(placeholderText="Child, family, IRO or action…")
        self.field.setAccessibleName("Find a child, family, IRO or action")
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        self._model = _Found()
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setAccessibleName("Found")
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GAP, GAP, GAP, GAP)
        whole.addWidget(self.field)
        whole.addWidget(self.list, 1)
        self.resize(style.wide(70), 14 * style.row_height())
        self.field.textChanged.connect(self._find)
        self.field.returnPressed.connect(self._take)
        self.list.activated.connect(lambda _: self._take())
        self.list.clicked.connect(lambda _: self._take())
        self._find("")
        self.field.setFocus()

    def _find(self, text: str) -> None:
        self._model.show_found(matching(self._everything, text))
        self.list.setCurrentIndex(self._model.index(0, 0))

    def _take(self) -> None:
        row = self.list.currentIndex().row()
        if 0 <= row < len(self._model.found):
            find = self._model.found[row]
            self.accept()
            find.choose()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down go through what is found while the field keeps the focus."""
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in keys:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def read(self) -> list[str]:
        """What is found."""
        return [find.words for find in self._model.found]
