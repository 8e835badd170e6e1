"""A field for a day, typed as people write it: 23 Nov 2026, 23/11/2026, 23.11.26; empty = none."""

from __future__ import annotations

import re
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from iro_allocator.errors import Explained
from iro_allocator.ui.tables import as_text

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_day(text: str) -> date | None:
    """The day a person means, None for nothing.

    Raises Explained, naming the text, for what is no day; two-digit years are of this century.
    """
    if text.strip() in ("", "–", "-"):
        return None
    refusal = Explained(f"“{text.strip()}” is not a date.", "Write a day such as 23 Nov 2026 or 23/11/2026.")
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip()):
        year, month, day = (int(part) for part in found.groups())
    else:
        found = re.fullmatch(r"(\d{1,2})[\s./-]+([A-Za-z]{3,9}|\d{1,2})[\s./-]+(\d{4}|\d{2})", text.strip())
        if not found:
            raise refusal
        named = found[2][:3].lower()
        if not found[2].isdigit() and named not in _MONTHS:
            raise refusal
        month = int(found[2]) if found[2].isdigit() else _MONTHS.index(named) + 1
        day, year = int(found[1]), int(found[3]) + (2000 if len(found[3]) == 2 else 0)
    try:
        return date(year, month, day)
    except ValueError:
        raise refusal from None


class DateField(QLineEdit):
    """Takes a day; written out when left, marked when it is none. Up and down go by a day."""

    changed = Signal()

    def __init__(self, day: date | None = None, name: str = "") -> None:
        super().__init__()
        self.setPlaceholderText("23 Nov 2026")
        if name:
            self.setAccessibleName(name)
        self.show_day(day)
        self.textEdited.connect(self._check)

    def show_day(self, day: date | None) -> None:
        """Show a day, or nothing."""
        self.setText(as_text(day) if day else "")
        self._mark(wrong=False)

    @property
    def day(self) -> date | None:
        """The day; raises Explained when what stands there is none."""
        return parse_day(self.text())

    def _check(self) -> None:
        try:
            parse_day(self.text())
        except Explained as error:
            self._mark(wrong=True, tip=str(error))
        else:
            self._mark(wrong=False)
        self.changed.emit()

    def _mark(self, *, wrong: bool, tip: str = "") -> None:
        self.setToolTip(tip)
        self.setAccessibleDescription(tip)
        if self.property("wrong") != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Write the day out, so that one sees how it was understood."""
        super().focusOutEvent(event)
        if not self.property("wrong"):
            self.show_day(self.day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go by a day, from today when empty."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps and not self.property("wrong"):
            here = self.day
            self.show_day(here + timedelta(steps[Qt.Key(event.key())]) if here else date.today())
            self.changed.emit()
        else:
            super().keyPressEvent(event)
