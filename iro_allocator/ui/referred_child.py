"""One child of a new referral: who at the left, where and what at the right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from iro_allocator.domain import CASE_TYPES, CP, LAC, WITHHELD, Case
from iro_allocator.errors import Explained
from iro_allocator.ui.child_form import Ticks
from iro_allocator.ui.new_referral import Former
from iro_allocator.ui.placement_fields import KEYS, PlacementFields
from iro_allocator.ui.skills import add_skills
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.tables import as_text
from iro_allocator.ui.widgets.form import Form
from iro_allocator.ui.widgets.panel import muted

if TYPE_CHECKING:
    from iro_allocator.workspace import World

_WHERE = (*KEYS, "requires", "prefers")
"""The fields at the right."""

SHARED = ("type", "legal_status", "category", "team", *_WHERE)
"""What brothers and sisters mostly share: taken over for the next child."""

_KNOWN = ("name", "type", "born", "expected", "team", "prefers", "confidential")
"""What is filled in for a child who was here before."""


class ReferredChild(QWidget):
    """One child of a referral: who at the left, where and what at the right."""

    changed = Signal()
    referenced = Signal()
    """The reference has been written."""

    def __init__(self, world: World) -> None:
        super().__init__()
        snapshot = world.snapshot
        self._who, self._where = Form(), Form()
        self._note = muted(small=True)
        self._note.hide()
        who, where = self._who, self._where
        reference = who.add_text("id", "Reference", hint="of the case-management system")
        reference.editingFinished.connect(self.referenced)
        who.add_text("name", "Name")
        who.add_choice("type", "Type", [(key, words) for key, words in CASE_TYPES.items()], LAC)
        who.add_date("born", "Date of birth").setPlaceholderText("not known")
        who.add_date("expected", "or expected on").setPlaceholderText("for an unborn child")
        _suggest(who.add_text("legal_status", "Legal status"), _known(snapshot.case.values(), "legal_status"))
        _suggest(who.add_text("category", "Category"), _known(snapshot.case.values(), "category"))
        _suggest(who.add_text("team", "Team"), _known(snapshot.case.values(), "team"))
        iros = sorted(snapshot.iro.values(), key=lambda iro: iro.name)
        who.add_choice("former", "Former IRO", [("", "none, or known here"), *((iro.id, iro.name) for iro in iros)], "")
        who.add_date("former_start", "from").setAccessibleName("Former IRO from")
        who.add_date("former_end", "until").setAccessibleName("Former IRO until")
        self.placed = PlacementFields(where, world.loads.settings.home_authority)
        add_skills(where, "requires", "Required skills", snapshot)
        add_skills(where, "prefers", "Preferred skills", snapshot)
        self.ticks = Ticks(world.loads.settings.scheme.factors)
        self.ticks.changed.connect(self._changed)
        for key in ("type", "former"):
            box = who.field(key)
            assert isinstance(box, QComboBox)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(16)
        right = QVBoxLayout()
        right.setSpacing(GAP // 2)
        right.addWidget(where)
        right.addSpacing(GAP)
        right.addWidget(named(QLabel("Complexity"), "strong"))
        right.addWidget(self.ticks)
        right.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(4 * GAP)
        both.addWidget(who, 1)
        both.addLayout(right, 1)
        both.setAlignment(who, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GAP, GAP, GAP, GAP)
        whole.addWidget(self._note)
        whole.addLayout(both, 1)
        for form in (who, where):
            form.changed.connect(self._changed)
        for field in self.placed.postcodes:
            field.answered.connect(self._changed)
        self._enable()

    def _changed(self) -> None:
        self._enable()
        self.changed.emit()

    def _enable(self) -> None:
        """What does not belong to the type cannot be entered."""
        type_ = self._who.value("type")
        self.placed.fit(type_)
        self._who.field("legal_status").setEnabled(type_ != CP)
        self._who.field("category").setEnabled(type_ != LAC)

    def field(self, key: str) -> QWidget:
        """The widget of a field."""
        return (self._where if key in _WHERE else self._who).field(key)

    @property
    def raw(self) -> dict[str, Any]:
        """Every field's value; raises Explained for what cannot be read."""
        return {**self._who.values, **self._where.values}

    @property
    def reference(self) -> str:
        """The child's reference as typed."""
        field = self.field("id")
        assert isinstance(field, QLineEdit)
        return field.text().strip()

    @property
    def note(self) -> str:
        """What is said of a child who was here before, "" of others."""
        return self._note.text() if self._note.isVisibleTo(self) else ""

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Fill in these fields."""
        self._who.show_values(values)
        self._where.show_values(values)
        self._enable()

    def take(self, other: ReferredChild) -> None:
        """What brothers and sisters mostly share, as another form has it."""
        forms = {key: other._where if key in _WHERE else other._who for key in SHARED}
        self.show_values({key: form.value(key) for key, form in forms.items()})
        self.placed.take(other.placed)
        self._enable()

    def show_former(self, before: Case | None, world: World) -> None:
        """Fill in what is known of a child who was here before, and say so."""
        for key in ("former", "former_start", "former_end"):
            self.field(key).setEnabled(before is None)
        self._note.setVisible(before is not None)
        if before is None or before.closed is None:
            return
        rows = world.snapshot.allocations_by_case.get(before.id, ())
        had = world.snapshot.iro.get(rows[-1].iro) if rows else None
        whom = f" with {had.name}" if had else ""
        self._note.setText(
            f"{before.id} was here before{whom}, until {as_text(before.closed)}. "
            "The child is opened again and keeps their history."
        )
        self.placed.show(replace(before, **WITHHELD))  # the placement was that of the former episode
        home = ("home_postcode",) if before.home_postcode else ()
        self.show_values({key: getattr(before, key) for key in (*_KNOWN, *home)})
        self.changed.emit()

    def case(self, family: str, number: int | None = None) -> Case:
        """The child as entered; `number` stands for a reference not yet written."""
        said = self.raw
        looked_after, on_plan = said["type"] != CP, said["type"] != LAC
        base = Case(
            id=said["id"] or ("" if number is None else f"\0{number}"),
            type=said["type"],
            family=family,
            name=said["name"],
            born=said["born"],
            expected=said["expected"],
            legal_status=said["legal_status"] if looked_after else "",
            category=said["category"] if on_plan else "",
            team=said["team"],
            factors=self.ticks.factors,
            requires=said["requires"],
            prefers=said["prefers"],
        )
        placed = {key: said[key] for key in (KEYS if looked_after else ("home_postcode",))}
        typed = {key: value for key, value in placed.items() if value != getattr(base, key)}
        return replace(base, **self.placed.made(base, typed))

    def former(self) -> Former | None:
        """The IRO the child had before, when the child's history is not here."""
        said = self.raw
        if not said["former"] or not self.field("former").isEnabled():
            return None
        if not (said["former_start"] and said["former_end"]):
            raise Explained("The former IRO needs both days, from and until.", "Or leave the former IRO empty.")
        return Former(said["former"], said["former_start"], said["former_end"])


def _known(cases: Iterable[Case], field: str) -> list[str]:
    return sorted({getattr(case, field) for case in cases} - {""})


def _suggest(field: QLineEdit, words: Sequence[str]) -> None:
    """Offer these words while one types."""
    finder = QCompleter(words, field)
    finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    finder.setFilterMode(Qt.MatchFlag.MatchContains)
    field.setCompleter(finder)
