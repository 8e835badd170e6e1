"""Page: one screen of the window. Shows a world, says with signals what the person wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from iro_allocator.workspace import Workspace, World


@dataclass(frozen=True, slots=True)
class Only:
    """An argument of `wants_page`: show only these children (or IROs), and say why in words."""

    words: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Do:
    """An argument of `wants_page`: go there and begin this, such as suggest, new, rebalance."""

    verb: str


Argument = str | Only | Do | None
"""What a page is opened with: the id of a child or IRO, some of them, something to begin, or nothing."""


class Page(QWidget):
    """Base of every screen: a title with buttons at the right, and below it `self.body` to fill.

    A page is made once, without a world. Put widgets into `self.body` (a vertical layout) in `__init__`.
    The window sets `self.workspace`, then calls `show_world` whenever anything has changed, and `go_to`
    when the person asked for something on this page.
    """

    wants_commit = Signal(object)
    """A Step to commit; the window does it off the UI thread, shows the new world, and offers Undo."""

    wants_page = Signal(str, object)
    """Key of a page and an Argument for it."""

    wants_job = Signal(object)
    """A `jobs.Job` to run; progress and its stop button appear in the status line."""

    message = Signal(str)
    """A sentence for the status line."""

    wrote = Signal(tuple)
    """Files that were written: the window says so and offers their folder."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace: Workspace | None = None
        self.world: World | None = None
        self.first: QWidget | None = None
        """What has the focus when the page is first seen; unless said, the first field or button."""
        self.setAccessibleName(title)
        self._title = named(QLabel(title), "pageTitle")
        self._subtitle = named(QLabel(subtitle), "pageSubtitle")
        self._subtitle.setWordWrap(True)
        self._actions = FlowLayout(right=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        self._header = QHBoxLayout()
        self._header.setSpacing(2 * GAP)
        self._header.addLayout(words, 1)
        self._header.addLayout(self._actions)
        content = named(QWidget(), "pageBody")
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(int(1.5 * GAP))
        scroll = named(QScrollArea(widgetResizable=True), "pageScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(int(2.25 * GAP), 2 * GAP, int(2.25 * GAP), 2 * GAP)
        whole.setSpacing(int(1.5 * GAP))
        whole.addLayout(self._header)
        whole.addWidget(scroll, 1)

    @property
    def title(self) -> str:
        """What stands at the top of the page."""
        return self._title.text()

    @property
    def subtitle(self) -> str:
        """The line under the title."""
        return self._subtitle.text()

    def set_heading(self, title: str | None = None, subtitle: str | None = None) -> None:
        """Change the title, the line under it, or both."""
        if title is not None:
            self._title.setText(title)
        if subtitle is not None:
            self._subtitle.setText(subtitle)

    def add_action(
        self,
        text: str,
        slot: Callable[[], object],
        *,
        primary: bool = False,
        shortcut: str = "",
        tip: str = "",
    ) -> QPushButton:
        """A button at the right of the header; the primary one in the accent, and last."""
        button = QPushButton(text)
        button.clicked.connect(lambda: slot())
        button.setAccessibleDescription(tip)
        if primary:
            button.setProperty("primary", True)
        if shortcut:
            button.setShortcut(QKeySequence(shortcut))
            tip = f"{tip} ({shortcut})".strip()
        button.setToolTip(tip)
        self._actions.addWidget(button)
        return button

    def add_to_header(self, widget: QWidget) -> None:
        """A widget of another kind among the header's buttons, such as a search field."""
        self._actions.addWidget(widget)

    def show_world(self, world: World) -> None:
        """Show this world. Extend it: keep the call of the base, which remembers the world."""
        self.world = world

    def go_to(self, argument: Argument) -> None:
        """Show what the argument names; None changes nothing."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        """What had the focus may be gone (a button that has done its work): then the page has it, not the rail."""
        # Qt gives nothing when nothing has the focus, whatever its stubs say.
        before = cast("QWidget | None", self.focusWidget())
        if before is not None and not (before.isVisible() and before.isEnabled()):
            self.setFocus()
            return True
        return super().focusNextPrevChild(forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With large letters the buttons go below the title."""
        super().resizeEvent(event)
        beside = self._actions.sizeHint().width() < 0.55 * self.width()
        self._header.setDirection(QHBoxLayout.Direction.LeftToRight if beside else QHBoxLayout.Direction.TopToBottom)

    def read(self) -> dict[str, Any]:
        """The page as plain data, for tests and reports of faults; extend with what the page shows."""
        return {"title": self.title, "subtitle": self.subtitle}
