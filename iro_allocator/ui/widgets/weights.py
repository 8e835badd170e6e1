"""What a case weighs: every weight of the scheme, and factors of the service's own."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from iro_allocator.domain import DEFAULT_FACTORS, Scheme
from iro_allocator.errors import Explained
from iro_allocator.ui import scheme
from iro_allocator.ui.scheme import FACTOR, WEIGHT
from iro_allocator.ui.style import GAP
from iro_allocator.ui.widgets.number_field import NumberField
from iro_allocator.ui.widgets.number_rows import NumberRow, NumberRows
from iro_allocator.ui.widgets.panel import Panel

NEW = "new factor"
"""The key under which a fault of the new factor is shown."""

_WHOLE = ("lac", "cp_first", "cp_further", "both")
"""What a case weighs by its type; the other weights are added to it, and signed."""


class Weights(Panel):
    """`typed(key, text)` at every edit, `added(name, weight)` and `removed(factor)` for the service's own factors."""

    typed = Signal(str, str)
    left = Signal()
    added = Signal(str, str)
    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__("What a case weighs")
        self.rows = NumberRows()
        self.rows.typed.connect(self.typed)
        self.rows.left.connect(self.left)
        self.rows.removed.connect(lambda key: self.removed.emit(key.removeprefix(FACTOR)))
        self.new_name = QLineEdit(placeholderText="Something else that asks for more…")
        self.new_name.setAccessibleName("New factor")
        self.new_weight = NumberField("Weight of the new factor", step=0.05, letters=6)
        self.new_weight.setText("+0.25")
        add = QPushButton("+ Add factor")
        add.clicked.connect(self._add)
        for field in (self.new_name, self.new_weight):
            field.returnPressed.connect(self._add)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.setContentsMargins(0, 0, GAP, 0)
        row.addWidget(add)
        row.addStretch(1)
        row.addWidget(self.new_weight)
        self.add(self.rows)
        self.body.addSpacing(GAP)
        self.add(self.new_name)
        self.body.addLayout(row)
        self.add(self.new_weight.fault)
        self.body.addStretch(1)

    def _add(self) -> None:
        self.added.emit(self.new_name.text(), self.new_weight.text())

    def show_scheme(self, weights: Scheme, but: Collection[str]) -> None:
        """Show these weights; the fields in `but` are left as they are."""
        self.rows.set_rows(_rows(weights))
        self.rows.show_texts({key: text for key, text in _texts(weights).items() if key not in but})

    def show_fault(self, key: str, error: Explained | None) -> None:
        """Say at a field why it cannot be so; NEW for the new factor, whose name goes when it is taken."""
        if key != NEW:
            self.rows.show_fault(key, error)
            return
        self.new_weight.show_fault(error)
        if error is None:
            self.new_name.clear()

    def read(self) -> dict[str, str]:
        """Every weight by what it is for."""
        return self.rows.read()


def _rows(weights: Scheme) -> list[NumberRow]:
    """A row for every weight; the service's own factors can be taken out again."""
    usual = {factor.key for factor in DEFAULT_FACTORS}
    rows = [NumberRow(WEIGHT + key, _capital(label), step=0.05) for key, label in Scheme.LABELS.items()]
    return rows + [
        NumberRow(FACTOR + factor.key, _capital(factor.label), step=0.05, removable=factor.key not in usual)
        for factor in weights.factors
    ]


def _texts(weights: Scheme) -> dict[str, str]:
    texts = {WEIGHT + key: scheme.weight_text(getattr(weights, key), signed=key not in _WHOLE) for key in Scheme.LABELS}
    return texts | {FACTOR + factor.key: scheme.weight_text(factor.weight, signed=True) for factor in weights.factors}


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
