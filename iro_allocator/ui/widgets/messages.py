"""Messages: a fault explained calmly, and the dialog for what nobody foresaw."""

from __future__ import annotations

import platform
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from iro_allocator import __version__
from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.style import GAP, named

LIBRARIES = ("pyside6-essentials", "sqlalchemy", "sqlcipher3", "pulp", "highspy", "pandas")


def explain(error: Explained, parent: QWidget | None = None) -> QMessageBox:
    """Show what, where and what to do; the program goes on meanwhile."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "IRO Allocator", error.message, parent=parent)
    box.setInformativeText(error.hint)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.open()
    return box


def report(error: BaseException) -> str:
    """Versions and where it went wrong. What the error says is left out: it could name a child."""
    lines = [f"IRO Allocator {__version__}, Python {platform.python_version()}, Qt {qVersion()}"]
    lines.append(f"{platform.system()} {platform.release()}, {platform.machine()}")
    lines += [f"{name} {_version(name)}" for name in LIBRARIES]
    chain: BaseException | None = error
    while chain:
        lines.append("")
        lines.append(f"{type(chain).__module__}.{type(chain).__qualname__}")
        lines += [
            f"  {_short(frame.filename)}, line {frame.lineno}, in {frame.name}"
            for frame in traceback.extract_tb(chain.__traceback__)
        ]
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    return "\n".join(lines)


def _version(package: str) -> str:
    # Imported when something has gone wrong: it brings half of the mail library.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _short(filename: str) -> str:
    """The file without the folders above its package: those could hold a person's name."""
    parts = filename.replace("\\", "/").split("/")
    for mark in ("site-packages", "iro_allocator"):
        if mark in parts:
            at = len(parts) - 1 - parts[::-1].index(mark)
            return "/".join(parts[at + (mark == "site-packages") :])
    return parts[-1]


class CrashDialog(QDialog):
    """Something nobody foresaw: says so, gives the report to copy, and lets the program go on."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = report(error)
        words = "This should not have happened. Nothing that was saved is lost, and you can go on working."
        hint = (
            "Please send the report below to whoever looks after the program. "
            "It holds versions and places in the program, nothing about a child."
        )
        text = QPlainTextEdit(self.text, readOnly=True)
        text.setAccessibleName("Report")
        text.setTabChangesFocus(True)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy report", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(GAP)
        whole.addWidget(named(QLabel("Something went wrong"), "heading"))
        whole.addWidget(QLabel(words, wordWrap=True))
        whole.addWidget(named(QLabel(hint, wordWrap=True), "muted"))
        whole.addWidget(text, 1)
        whole.addWidget(buttons)
        self.resize(style.wide(80), 18 * style.row_height())


def show_error(error: BaseException, parent: QWidget | None = None) -> QDialog:
    """Show any error in the way that fits it."""
    if isinstance(error, Explained):
        return explain(error, parent)
    dialog = CrashDialog(error, parent)
    dialog.open()
    return dialog


def install(parent: QWidget) -> None:
    """Let what nobody caught be shown instead of ending the program."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            show_error(error, parent)

    sys.excepthook = hook
