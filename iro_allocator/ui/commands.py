"""What the menus, the finder and the list of keys offer: every command of the window once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


@dataclass(frozen=True, slots=True)
class Command:
    """One entry of a menu. `needs_service`: only while a service is open. A menu "A/B" is B inside A."""

    menu: str
    text: str
    do: Callable[[], object]
    keys: str = ""
    needs_service: bool = False
    line_before: bool = False

    @property
    def plain(self) -> str:
        """The text without its mnemonic."""
        return self.text.replace("&", "")


KEYS: tuple[tuple[str, str], ...] = (
    ("Tab, Shift+Tab", "to the next or the one before"),
    ("Arrow keys", "through rows, months and lists"),
    ("Enter", "open what is current"),
    ("Space", "tick, or press the button in a cell"),
    ("F2", "edit a cell; in Caseloads, reallocate a family"),
    ("Shift+F2", "in Caseloads, reallocate one child only"),
    ("Ctrl+P, Ctrl+B", "in Caseloads, pin, bar"),
    ("Ctrl+R", "in Caseloads, rebalance"),
    ("Left, Right", "in Caseloads, fold, unfold a family; with Ctrl all of them"),
    ("Ctrl+C", "copy the selected rows as text"),
    ("Escape", "leave a dialog"),
)
"""Keys that belong to no menu."""


def install(window: QMainWindow, commands: Sequence[Command]) -> dict[str, QAction]:
    """Build the menu bar; the actions by their plain text."""
    menus: dict[str, QMenu] = {}
    actions: dict[str, QAction] = {}
    for command in commands:
        menu = _menu(window, menus, command.menu)
        if command.line_before:
            menu.addSeparator()
        action = QAction(command.text, window)
        if command.keys:
            action.setShortcuts([QKeySequence(keys) for keys in command.keys.split(" | ")])
        action.triggered.connect(lambda _=False, do=command.do: do())
        menu.addAction(action)
        actions[command.plain] = action
    return actions


def _menu(window: QMainWindow, menus: dict[str, QMenu], path: str) -> QMenu:
    if path not in menus:
        above, _, title = path.rpartition("/")
        made = QMenu(title, window)
        if above:
            _menu(window, menus, above).addMenu(made)
        else:
            window.menuBar().addMenu(made)
        menus[path] = made
    return menus[path]


def key_list(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """(keys, what they do) for everything that has keys."""
    found = [(command.keys.split(" | ")[0], command.plain.rstrip("…")) for command in commands if command.keys]
    return [*found, *KEYS]
