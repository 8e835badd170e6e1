"""A dialog of a few fields: what is asked, why an answer will not do, and one button that says what happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.form import Form


class FormDialog(QDialog):
    """Fill `form`, then `open()`. `take(values)` is called with what was written; an Explained stays and is said."""

    def __init__(
        self,
        title: str,
        accept: str,
        take: Callable[[Mapping[str, Any]], object],
        parent: QWidget | None = None,
        *,
        words: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._take = take
        self.form = Form()
        self.wrong = named(QLabel(wordWrap=True), "bad")
        self.wrong.hide()
        self.form.changed.connect(self.wrong.hide)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.cancel_button = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = buttons.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setProperty("primary", True)
        buttons.accepted.connect(self.take)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(int(1.5 * GAP))
        whole.addWidget(named(QLabel(title, wordWrap=True), "heading"))
        self.words = named(QLabel(words, wordWrap=True), "muted")
        self.words.setVisible(bool(words))
        whole.addWidget(self.words)
        whole.addWidget(self.form)
        whole.addWidget(self.wrong)
        whole.addWidget(buttons)
        # Only now that it stands in the dialog: before, Cancel would become the default, and Enter cancel.
        self.accept_button.setDefault(True)
        self.setMinimumWidth(style.wide(56))

    def showEvent(self, event: QShowEvent) -> None:
        """The fields were added after the buttons: Tab shall go through them first, and begin there."""
        reached = self._reached()
        QWidget.setTabOrder(reached[-1], self.accept_button)
        super().showEvent(event)
        if self.focusWidget() is None:
            next(widget for widget in reached if not isinstance(widget, QPushButton)).setFocus()

    def _reached(self) -> list[QWidget]:
        """What can have the focus, in the order in which it was made."""
        found = []
        widget = self.nextInFocusChain()
        while widget and widget is not self:
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                found.append(widget)
            widget = widget.nextInFocusChain()
        return found

    def take(self) -> None:
        """Hand over what was written and close, or say why not."""
        try:
            self._take(self.form.values)
        except Explained as error:
            self.wrong.setText(str(error))
            self.wrong.setAccessibleName(str(error))
            self.wrong.show()
        else:
            self.accept()
