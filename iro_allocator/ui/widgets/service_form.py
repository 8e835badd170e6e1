"""The service's name and council, what the limit counts, and the days on which the council is closed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel

from iro_allocator import authorities
from iro_allocator.domain import Settings
from iro_allocator.errors import Explained
from iro_allocator.ui.scheme import COUNTS, HOME, TEXTS, days_text
from iro_allocator.ui.style import named
from iro_allocator.ui.widgets.date_field import parse_day
from iro_allocator.ui.widgets.form import Form
from iro_allocator.ui.widgets.panel import Panel

CLOSURES = "closure_days"
COUNCIL = "home_authority"


class ServiceForm(Panel):
    """`typed(key, value)` for every field at every edit; closure days as typed, for `closures` to read."""

    typed = Signal(str, object)

    def __init__(self) -> None:
        super().__init__("Service")
        self.form = Form()
        for key, label in TEXTS.items():
            self.form.add_text(key, label)
        councils = [(code, authority.name) for code, authority in authorities.known().items()]
        field = self.form.add_choice(COUNCIL, HOME, [("", "not said"), *councils], editable=True)
        field.setToolTip("A placement in the area of another council is out of area")
        field.setMinimumContentsLength(12)  # not as wide as the longest of the names
        field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.form.add_choice("limit_counts", "The limit counts", list(COUNTS.items()))
        self.form.add_words(CLOSURES, "Closure days", hint="24 Dec 2026\n31 Dec 2026")
        self.form.add_note("One day a line: days on which the council is closed, beside weekends and bank holidays.")
        self.form.changed.connect(self._say)
        self.fault = named(QLabel(wordWrap=True), "bad")
        self.fault.hide()
        self.add(self.form)
        self.add(self.fault)

    def _say(self) -> None:
        for key, value in self.form.values.items():
            if value is not None:  # half a council's name is no council yet
                self.typed.emit(key, value)

    def show_settings(self, settings: Settings) -> None:
        """Show these settings; closure days that cannot be read stay for the person to correct."""
        shown = {key: getattr(settings, key) for key in (*TEXTS, "limit_counts")}
        shown[COUNCIL] = authorities.find(settings.home_authority)
        if self.fault.isHidden():
            shown[CLOSURES] = days_text(settings.closure_days)
        self.form.show_values(shown)

    def show_fault(self, key: str, error: Explained | None) -> None:
        """Say which closure day cannot be read."""
        if key == CLOSURES:
            self.fault.setText(str(error or ""))
            self.fault.setVisible(error is not None)

    def read(self) -> dict[str, Any]:
        """The fields by key."""
        return self.form.values


def closures(text: str) -> tuple[Any, ...]:
    """The days of these lines. Raises Explained, naming the line, for what is no day."""
    return tuple(sorted({day for line in text.splitlines() if (day := parse_day(line))}))
