"""A field for a postcode that knows where it is: the page looks it up, the field says what came of it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit

from iro_allocator.domain import Place
from iro_allocator.errors import Explained

PAUSE_MS = 500


class PostcodeField(QLineEdit):
    """Asks for the place of what was typed, after a pause; answer with `found`."""

    asks = Signal(str)
    """A postcode whose place is wanted."""

    answered = Signal()
    """What was asked has been answered."""

    def __init__(self) -> None:
        super().__init__()
        # As typed, as on an envelope ("" = no postcode at all), and where that is.
        self._known: tuple[str, str, Place | None] = ("", "", None)
        self._asked = ""
        self.setPlaceholderText("such as HD1 2TT")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.ask)
        self.textEdited.connect(lambda _: self._pause.start())
        self.editingFinished.connect(self.ask)

    @property
    def typed(self) -> str:
        """What stands there, in capitals with single spaces."""
        return " ".join(self.text().upper().split())

    @property
    def postcode(self) -> str:
        """The postcode as on an envelope, once it is known; until then as typed."""
        return (self._known[1] or self.typed) if self.typed == self._known[0] else self.typed

    @property
    def place(self) -> Place | None:
        """Where it is, None when that is not known."""
        return self._known[2] if self.typed == self._known[0] else None

    @property
    def pending(self) -> bool:
        """Whether it is still to be looked up."""
        return self.typed != self._known[0]

    def show_postcode(self, postcode: str, place: Place | None) -> None:
        """Show a postcode that is on record, and its place."""
        self._pause.stop()
        self.setText(postcode)
        self._known, self._asked = (self.typed, self.typed, place), ""

    def take(self, other: PostcodeField) -> None:
        """Show what another field shows, with what is known of it."""
        self._pause.stop()
        self.setText(other.text())
        self._known, self._asked = other._known, ""

    def ask(self) -> None:
        """Have what stands there looked up, once."""
        self._pause.stop()
        if not self.typed:
            self._known = ("", "", None)
        elif self.pending and self.typed != self._asked:
            self._asked = self.typed
            self.asks.emit(self.typed)

    def found(self, typed: str, postcode: str, place: Place | None) -> None:
        """The answer to what was asked: as on an envelope ("" = no postcode at all), and where that is."""
        if typed == self.typed:
            self._known, self._asked = (typed, postcode, place), ""
            self.answered.emit()

    @property
    def fault(self) -> Explained | None:
        """What is wrong when what stands there is no postcode at all, None for what may be one."""
        if not self.typed or self.pending or self._known[1]:
            return None
        return Explained(
            f"“{self.text().strip()}” is no postcode.", "Write it whole, such as HD1 2TA, or leave it empty."
        )

    @property
    def doubt(self) -> str:
        """The sentence about a postcode that nobody knows, "" when there is nothing to say."""
        if self.fault:
            return str(self.fault)
        if not self.typed or self.pending or self.place:
            return ""
        return f"{self.postcode} is on no list of postcodes: check it. Without it travel cannot be reckoned."
