"""The fields of a child's page: who at the left, placement and needs in the middle, as one set of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QCompleter, QLineEdit, QVBoxLayout, QWidget

from iro_allocator.domain import BOTH, CP, LAC, Case, Factor, Snapshot
from iro_allocator.ui import style
from iro_allocator.ui.placement_fields import PlacementFields
from iro_allocator.ui.skills import add_skills
from iro_allocator.ui.widgets.form import Form

TYPES = ((LAC, "Looked after"), (CP, "Child protection plan"), (BOTH, "Both at once"))


class Ticks(QWidget):
    """A tick box for every factor of the scheme; what the scheme does not know is kept."""

    changed = Signal()

    def __init__(self, factors: Iterable[Factor]) -> None:
        super().__init__()
        self._unknown: tuple[str, ...] = ()
        self._boxes: dict[str, QCheckBox] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for factor in factors:
            weight = f"{factor.weight:+.2f}".replace("-", "−")
            box = QCheckBox(f"{factor.label} ({weight})")
            box.setAccessibleName(f"Factor: {factor.label}")
            box.toggled.connect(lambda _: self.changed.emit())
            self._boxes[factor.key] = box
            whole.addWidget(box)

    def show_factors(self, factors: Iterable[str]) -> None:
        """Tick these."""
        wanted = set(factors)
        self._unknown = tuple(sorted(wanted - self._boxes.keys()))
        self.blockSignals(True)
        for key, box in self._boxes.items():
            box.setChecked(key in wanted)
        self.blockSignals(False)

    @property
    def factors(self) -> tuple[str, ...]:
        """What is ticked, and what the scheme does not know."""
        return tuple(sorted([*self._unknown, *(key for key, box in self._boxes.items() if box.isChecked())]))

    def box(self, key: str) -> QCheckBox:
        """The box of a factor."""
        return self._boxes[key]


class ChildForm:
    """Two forms with one set of values: `who` and `needs`; the postcodes of `placed` ask for places."""

    def __init__(self, snapshot: Snapshot, factors: Iterable[Factor], *, new: bool, council: str = "") -> None:
        self.who, self.needs = Form(), Form()
        self._make_who(snapshot, new)
        self._make_needs(snapshot, factors, council)
        for form in (self.who, self.needs):
            form.changed.connect(self.fit)

    def _make_who(self, snapshot: Snapshot, new: bool) -> None:
        form = self.who
        if new:
            form.add_text("id", "Reference", hint="of the case-management system")
        form.add_text("name", "Name")
        form.add_choice("type", "Type", TYPES)
        form.field("type").setMinimumWidth(style.wide(12))
        _suggest(form.add_text("family", "Family", hint="the key brothers and sisters share"), snapshot, "family")
        form.add_date("born", "Date of birth").setPlaceholderText("not known")
        form.add_date("expected", "or expected on").setPlaceholderText("for an unborn child")
        form.add_date("opened", "Needs an IRO since").setPlaceholderText("not known")
        _suggest(form.add_text("legal_status", "Legal status"), snapshot, "legal_status")
        _suggest(form.add_text("category", "Category"), snapshot, "category")
        _suggest(form.add_text("team", "Team"), snapshot, "team")
        _suggest(form.add_text("social_worker", "Social worker"), snapshot, "social_worker")
        form.add_text("mother", "Mother", hint="her reference, if she is looked after herself")
        form.add_date("last_review", "Last review").setPlaceholderText("none yet")
        form.add_date("next_review", "Next review").setPlaceholderText("by the rules")

    def _make_needs(self, snapshot: Snapshot, factors: Iterable[Factor], council: str) -> None:
        form = self.needs
        self.placed = PlacementFields(form, council)
        ticks = self.ticks = Ticks(factors)
        ticks.changed.connect(form.changed)
        form.add_field("factors", "Factors", ticks, lambda: ticks.factors, ticks.show_factors)
        add_skills(form, "requires", "Required skills", snapshot)
        add_skills(form, "prefers", "Preferred skills", snapshot)
        form.add_check("separate", "Siblings", words="may have another IRO")
        form.add_text("separate_reason", "Why another", hint="such as conflict between siblings")
        form.add_number("adjustment", "Adjustment", low=-5, high=20, step=0.05, decimals=2)
        form.add_text("adjustment_reason", "Why adjusted")

    def fit(self) -> None:
        """What does not belong to the type cannot be typed."""
        type_ = self.who.value("type")
        self.placed.fit(type_)
        self.who.field("legal_status").setEnabled(type_ != CP)
        self.who.field("category").setEnabled(type_ != LAC)
        self.needs.field("separate_reason").setEnabled(self.needs.value("separate"))
        self.needs.field("adjustment_reason").setEnabled(bool(self.needs.value("adjustment")))

    def values(self, case: Case) -> Mapping[str, Any]:
        """A child's values for the fields."""
        self.placed.show(case)
        return {key: getattr(case, key) for key in (*self.who.keys, *self.needs.keys)}

    def made(self, base: Case, typed: Mapping[str, Any]) -> Case:
        """The child with what was typed."""
        said = self.placed.made(base, typed)
        if said.get("separate") is False:
            said["separate_reason"] = ""
        return replace(base, **said)


def _suggest(field: QLineEdit, snapshot: Snapshot, name: str) -> None:
    """Offer what other children have there."""
    finder = QCompleter(sorted({getattr(case, name) for case in snapshot.case.values()} - {""}), field)
    finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    finder.setFilterMode(Qt.MatchFlag.MatchContains)
    field.setCompleter(finder)
