"""The rail: one button for each page, with a badge where something waits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from iro_allocator.ui import style
from iro_allocator.ui.pages import Entry
from iro_allocator.ui.style import GAP, named


class Rail(QFrame):
    """Navy in light and dark; arrow keys and Ctrl+1…9 go through it."""

    wanted = Signal(str)

    def __init__(self, pages: Sequence[Entry]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName("Pages")
        self._pages = tuple(pages)
        self._buttons: dict[str, QPushButton] = {}
        self._badges: dict[str, QLabel] = {}
        group = QButtonGroup(self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GAP, int(1.5 * GAP), GAP, GAP)
        whole.setSpacing(GAP // 2)
        self._name = named(QLabel("IRO Allocator"), "railName")
        whole.addWidget(self._name)
        whole.addSpacing(GAP // 2)
        for number, page in enumerate(self._pages, 1):
            button = QPushButton(page.title)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click goes to the page: what is typed then goes there
            button.setToolTip(f"{page.title} (Ctrl+{number})")
            button.clicked.connect(lambda _, key=page.key: self.wanted.emit(key))
            badge = named(QLabel(), "railBadge")
            badge.hide()
            inside = QHBoxLayout(button)
            inside.setContentsMargins(0, 0, GAP, 0)
            inside.addStretch(1)
            inside.addWidget(badge, 0, Qt.AlignmentFlag.AlignVCenter)
            group.addButton(button)
            self._buttons[page.key], self._badges[page.key] = button, badge
            whole.addWidget(button)
        whole.addStretch(1)
        self._dress()

    def show_current(self, key: str) -> None:
        """Mark the page that is shown."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def show_badge(self, key: str, count: int, words: str) -> None:
        """Say beside a page how many wait there; 0 takes the badge away."""
        if key not in self._badges:
            return
        self._badges[key].setText(f"{count:,}")
        self._badges[key].setVisible(count > 0)
        title = next(page.title for page in self._pages if page.key == key)
        self._buttons[key].setAccessibleName(f"{title}, {words}" if count else title)

    def _dress(self) -> None:
        colours = style.colours()
        wide = style.wide(max(len(page.title) for page in self._pages) + 3)
        self._name.ensurePolished()
        self.setFixedWidth(max(21 * GAP, wide + 11 * GAP, self._name.sizeHint().width() + 2 * GAP))
        size = max(16, style.row_height() - 12)
        for page in self._pages:
            self._buttons[page.key].setIcon(style.icon(page.icon, colours.rail_text))
            self._buttons[page.key].setIconSize(QSize(size, size))
            self._buttons[page.key].setFixedHeight(style.row_height() + GAP // 2)

    def changeEvent(self, event: QEvent) -> None:
        """Another palette or font: dress anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_buttons"):
            self._dress()

    def read(self) -> dict[str, str]:
        """Each page's badge, "" without one."""
        return {key: badge.text() if badge.isVisibleTo(self) else "" for key, badge in self._badges.items()}
