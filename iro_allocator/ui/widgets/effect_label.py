"""The effect of a move in words: who goes where, both IROs after it, the points, or why it cannot be."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from iro_allocator.ui.effect import Effect
from iro_allocator.ui.style import GAP, named


class EffectLabel(QWidget):
    """Shows one effect, or a hint while there is none. As high in both cases, so that nothing jumps."""

    LINES = 6

    def __init__(self, hint: str = "") -> None:
        super().__init__()
        self.effect: Effect | None = None
        self._title = named(QLabel(wordWrap=True), "strong")
        self._sides = QLabel(wordWrap=True)
        self._charge = named(QLabel(wordWrap=True), "muted")
        self._cannot = named(QLabel(wordWrap=True), "bad")
        self._labels = (self._title, self._cannot, self._sides, self._charge)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, GAP // 2, 0, 0)
        whole.setSpacing(2)
        for label in self._labels:
            label.setTextFormat(Qt.TextFormat.PlainText)
            whole.addWidget(label)
        whole.addStretch(1)
        self._fit()
        self.say(hint)

    def say(self, hint: str) -> None:
        """Show a sentence instead of an effect."""
        self.effect = None
        self._show(charge=hint)

    def show_effect(self, effect: Effect) -> None:
        """Show what a move would do; a rule against it comes first."""
        self.effect = effect
        self._show(effect.title, f"Cannot: {effect.cannot}" * bool(effect.cannot), effect.sides, effect.charge_words)

    def _show(self, title: str = "", cannot: str = "", sides: str = "", charge: str = "") -> None:
        for label, text in zip(self._labels, (title, cannot, sides, charge), strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self._charge.setToolTip("Points: lower is better." if self.effect else "")
        self.setAccessibleName(self.read() or "Effect")

    def _fit(self) -> None:
        self.setMinimumHeight(self.LINES * (self.fontMetrics().height() + 2) + GAP)

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need more room."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_labels"):
            self._fit()

    def read(self) -> str:
        """The words as shown, a line each."""
        return "\n".join(label.text() for label in self._labels if label.text())
