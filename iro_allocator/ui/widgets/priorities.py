"""What matters more: a slider, a number and an exchange rate in words for every term of the solver."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from iro_allocator.domain import DEFAULT_PRIORITIES
from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.scheme import PRIORITIES
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.number_field import NumberField

TENTHS, MOST = 10, 40
"""A slider goes from nothing to four times the usual weight, by tenths of the usual."""


class Priorities(QWidget):
    """One row a term. `typed(term, text)` at every edit, by slider or by number; `left()` when a number is."""

    typed = Signal(str, str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, NumberField] = {}
        self.sliders: dict[str, QSlider] = {}
        self._words: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for number, term in enumerate(PRIORITIES):
            usual = DEFAULT_PRIORITIES[term.key]
            field = NumberField(f"{term.label}, points", step=usual / TENTHS, letters=6)
            field.typed.connect(lambda text, key=term.key: self.typed.emit(key, text))
            field.editingFinished.connect(self.left)
            field.setToolTip(f"Points for each {term.unit}; usual is {usual:g}")
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(0, MOST)
            slider.setPageStep(TENTHS)
            slider.setAccessibleName(term.label)
            slider.setAccessibleDescription(term.help)
            slider.setToolTip(term.help)
            slider.setMinimumWidth(style.wide(12))
            slider.valueChanged.connect(lambda at, key=term.key, usual=usual: self._slid(key, usual * at / TENTHS))
            label = QLabel(term.label)
            label.setToolTip(term.help)
            label.setBuddy(slider)
            words = named(QLabel(wordWrap=True), "small")
            line = 3 * number
            grid.addWidget(label, line, 0)
            grid.addWidget(slider, line, 1)
            grid.addWidget(field, line, 2)
            grid.addWidget(words, line + 1, 0, 1, 3)
            grid.addWidget(field.fault, line + 2, 0, 1, 3)
            self.fields[term.key], self.sliders[term.key], self._words[term.key] = field, slider, words

    def _slid(self, key: str, points: float) -> None:
        text = f"{round(points, 6):g}"
        self.fields[key].setText(text)
        self.typed.emit(key, text)

    def show_points(self, points: Mapping[str, float], words: Mapping[str, str], *, but: str = "") -> None:
        """Show these weights and what they mean; the number that is being typed is left alone."""
        for key, value in points.items():
            if key not in self.fields:
                continue
            if key != but:
                self.fields[key].show_text(f"{value:g}")
            slider = self.sliders[key]
            slider.blockSignals(True)
            slider.setValue(round(value / DEFAULT_PRIORITIES[key] * TENTHS))
            slider.blockSignals(False)
            self._words[key].setText(words[key])

    def show_fault(self, key: str, error: Explained | None) -> None:
        """Mark a number and say why, or take the mark away."""
        if key in self.fields:
            self.fields[key].show_fault(error)

    def read(self) -> dict[str, str]:
        """Each term's number and words; with the reason where the number cannot be."""
        return {
            term.label: f"{self.fields[term.key].text()}: {self._words[term.key].text()}"
            + (f" ({fault})" if (fault := self.fields[term.key].fault.text()) else "")
            for term in PRIORITIES
        }
