"""Passphrases: choosing one for a new file, giving one to open a file, and remembering it to unlock."""

from __future__ import annotations

import hashlib
import hmac
import math
import os
import unicodedata

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from iro_allocator.ui import style
from iro_allocator.ui.style import GAP, named

ENOUGH_BITS = 60


class Secret:
    """Knows a passphrase again without keeping it: only a salted scrypt digest stays in memory."""

    def __init__(self, passphrase: str) -> None:
        self._salt = os.urandom(16)
        self._digest = self._of(passphrase)

    def _of(self, passphrase: str) -> bytes:
        text = unicodedata.normalize("NFC", passphrase).encode()
        return hashlib.scrypt(text, salt=self._salt, n=2**14, r=8, p=1)

    def matches(self, passphrase: str) -> bool:
        """Whether this is the passphrase."""
        return hmac.compare_digest(self._digest, self._of(passphrase))


def strength(passphrase: str) -> str:
    """A plain hint on how hard it would be to guess, by length and kinds of letters."""
    if not passphrase:
        return "Several words that you will remember are best, such as four you would not expect together."
    kinds = (str.islower, str.isupper, str.isdigit)
    letters = sum(size for kind, size in zip(kinds, (26, 26, 10), strict=True) if any(map(kind, passphrase)))
    letters += 20 if any(not c.isalnum() for c in passphrase) else 0
    different = len(set(passphrase.lower()))
    bits = min(len(passphrase), 2.5 * different) * math.log2(max(letters, 2)) * 0.6
    if bits < ENOUGH_BITS / 2:
        return "Weak: easily guessed. Make it longer."
    return "Fair: a few more words would make it strong." if bits < ENOUGH_BITS else "Strong."


class _Asking(QDialog):
    """What the two dialogs share: words above, fields, a line for what is wrong, two buttons."""

    given = Signal(str)

    def __init__(self, title: str, words: str, accept: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.fields = QFormLayout()
        self.fields.setSpacing(GAP)
        self.wrong = named(QLabel(wordWrap=True), "bad")
        self.wrong.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = buttons.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setProperty("primary", True)
        buttons.accepted.connect(self._give)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(int(1.5 * GAP))
        whole.addWidget(named(QLabel(title), "heading"))
        whole.addWidget(named(QLabel(words, wordWrap=True), "muted"))
        whole.addLayout(self.fields)
        whole.addWidget(self.wrong)
        whole.addWidget(buttons)
        # Only now that it stands in the dialog: before, Cancel would become the default, and Enter cancel.
        self.accept_button.setDefault(True)
        self.setMinimumWidth(style.wide(52))

    def add_field(self, label: str) -> QLineEdit:
        """A field whose letters are not shown."""
        field = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        field.setAccessibleName(label)
        self.fields.addRow(label, field)
        return field

    def say_wrong(self, words: str) -> None:
        """Say what is wrong, in place; the dialog stays."""
        self.wrong.setText(words)
        self.wrong.setAccessibleName(words)
        self.wrong.setVisible(bool(words))
        whole = self.layout()
        if whole and words:
            whole.activate()
            self.resize(self.width(), max(self.height(), whole.totalHeightForWidth(self.width())))

    def _give(self) -> None:
        """Hand over what was written, or say what is wrong with it: each dialog in its own way."""


class NewPassphrase(_Asking):
    """Asks for the passphrase of a new file, twice; `given(passphrase)` when both agree."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            "Choose a passphrase",
            f"Everything in {name} is encrypted with it. Nobody can recover it: without it the file cannot be "
            "opened again, by anybody. Keep it where your service keeps such things.",
            "Create the file",
            parent,
        )
        self.first = self.add_field("Passphrase")
        self.hint = named(QLabel(strength(""), wordWrap=True), "small")
        self.fields.addRow("", self.hint)
        self.second = self.add_field("The same again")
        self.first.setFocus()
        self.first.textEdited.connect(lambda text: self.hint.setText(strength(text)))

    def _give(self) -> None:
        if len(self.first.text()) < 8:
            self.say_wrong("Give at least eight letters, better several words.")
        elif self.first.text() != self.second.text():
            self.say_wrong("The two are not the same. Type the passphrase again.")
            self.second.setFocus()
        else:
            self.accept()
            self.given.emit(self.first.text())


class AskPassphrase(_Asking):
    """Asks for the passphrase of a file; stays open until `say_wrong` or `accept` is called."""

    def __init__(self, name: str, parent: QWidget | None = None, *, accept: str = "Open") -> None:
        super().__init__(f"Open {name}", "The file is encrypted. Its passphrase opens it.", accept, parent)
        self.passphrase = self.add_field("Passphrase")
        self.passphrase.setFocus()

    def say_wrong(self, words: str) -> None:
        """Say what is wrong and let the person try again."""
        super().say_wrong(words)
        self.setEnabled(True)
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def _give(self) -> None:
        if not self.passphrase.text():
            self.say_wrong("Type the passphrase.")
            return
        self.setEnabled(False)
        self.given.emit(self.passphrase.text())
