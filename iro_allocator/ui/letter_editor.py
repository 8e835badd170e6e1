"""The template of a letter: edited, checked when it is kept, taken back to the standard one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.jobs import Job
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.notice import Notice
from iro_allocator.ui.widgets.panel import muted

if TYPE_CHECKING:
    from iro_allocator.workspace import Letter, Workspace

HOW = "# begins a heading, - an item of a list; an empty line ends a paragraph. What stands in braces is filled in:"


class LetterEditor(QDialog):
    """A letter's words at the left, what may stand in them at the right. Stays, with the reason, until it is right."""

    wants_job = Signal(object)
    kept = Signal()
    """The template is kept with the service."""

    def __init__(self, workspace: Workspace, letter: Letter, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace, self._letter = workspace, letter
        self.words = QPlainTextEdit(letter.template)
        self.words.setAccessibleName(f"Words of the letter: {title}")
        self.words.setTabChangesFocus(True)
        self.words.setMinimumWidth(style.wide(70))
        self.notice = Notice()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.standard = buttons.addButton("Standard letter", QDialogButtonBox.ButtonRole.ResetRole)
        self.keep = buttons.addButton("Keep", QDialogButtonBox.ButtonRole.AcceptRole)
        self.keep.setProperty("primary", True)
        self.standard.clicked.connect(lambda: self.words.setPlainText(letter.standard))
        buttons.accepted.connect(self._keep)
        buttons.rejected.connect(self.reject)
        known = QVBoxLayout()
        known.setSpacing(GAP // 2)
        known.addWidget(muted(HOW))
        for key, meaning in letter.placeholders.items():
            known.addWidget(QLabel(f"{{{key}}}  {meaning}", wordWrap=True))
        known.addStretch(1)
        beside = QHBoxLayout()
        beside.setSpacing(2 * GAP)
        beside.addWidget(self.words, 3)
        beside.addLayout(known, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(int(1.5 * GAP))
        whole.addWidget(named(QLabel(title), "heading"))
        whole.addLayout(beside, 1)
        whole.addWidget(self.notice)
        whole.addWidget(buttons)
        self.resize(style.wide(130), 70 * GAP)

    def _keep(self) -> None:
        workspace, kind, words = self._workspace, self._letter.kind, self.words.toPlainText()

        def done(_: object) -> None:
            self.accept()
            self.kept.emit()

        def failed(error: Exception) -> None:
            if not isinstance(error, Explained):
                raise error
            self.notice.say(error)

        self.notice.say(None)
        work = lambda report, stopped: workspace.write_letter(kind, words)  # noqa: E731
        self.wants_job.emit(Job("Keeping the letter", work, done, failed, database=True))
