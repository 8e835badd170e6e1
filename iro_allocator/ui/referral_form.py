"""The form for a new referral: one family, one child or several, entered as one step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import fsum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from iro_allocator.caseload import weights
from iro_allocator.domain import Place
from iro_allocator.edits import Step
from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.new_referral import closed_before, refer
from iro_allocator.ui.referred_child import ReferredChild
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.form import Form
from iro_allocator.ui.widgets.panel import heading, muted
from iro_allocator.ui.widgets.postcode_field import PostcodeField

if TYPE_CHECKING:
    from iro_allocator.workspace import World

Places = Mapping[str, tuple[str, Place | None]]
"""By postcode as typed: as it is written on an envelope, and where that is."""

LookUp = Callable[[Sequence[str], Callable[[Places], object]], object]
"""Finds places for postcodes and then calls back with them, now or later."""


class ReferralForm(QDialog):
    """Asks for a referral. `entered(Step)` when it is complete; what is wrong is said below the fields."""

    entered = Signal(object)

    def __init__(self, world: World, look_up: LookUp, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New referral")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._world, self._look_up = world, look_up
        self._entering = self._over = False
        self.family = QComboBox(editable=True)
        self._about_family = muted(small=True)
        self._fill_families()
        self.common = Form()
        self.common.add_row("Family", self.family)
        self.common.add_date("opened", "Needs an IRO since", world.day)
        self.common.changed.connect(self._changed)
        self.family.currentTextChanged.connect(self._changed)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Children of the referral")
        self.tabs.currentChanged.connect(self._changed)
        self.add = QPushButton("Add brother or sister")
        self.add.setToolTip("Another child of the family, with what brothers and sisters share (Ctrl+B)")
        self.add.setShortcut("Ctrl+B")
        self.add.clicked.connect(lambda: self.add_child().field("id").setFocus())
        self.drop = QPushButton("Remove this child")
        self.drop.clicked.connect(lambda: self._drop())
        self._weight = named(QLabel(wordWrap=True), "muted")
        self._wrong = named(QLabel(wordWrap=True), "bad")
        self._wrong.hide()
        self.enter = QPushButton("Enter referral")
        self.enter.setProperty("primary", True)
        self.enter.setDefault(True)
        self.enter.clicked.connect(lambda: self._enter())
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        for button in (self.add, self.drop, cancel):
            button.setAutoDefault(False)
        self._arrange(cancel)
        self.add_child().field("id").setFocus()
        self.resize(style.wide(112), self.sizeHint().height())

    def _arrange(self, cancel: QPushButton) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        for button in (self.add, self.drop):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.enter)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(GAP)
        whole.addWidget(heading("New referral"))
        whole.addWidget(self.common)
        whole.addWidget(self._about_family)
        whole.addWidget(self.tabs, 1)
        whole.addWidget(self._weight)
        whole.addWidget(self._wrong)
        whole.addLayout(buttons)

    def _fill_families(self) -> None:
        loads = self._world.loads
        found: dict[str, dict[str, int]] = {}
        for iro, cases in [*loads.by_iro.items(), ("", loads.waiting)]:
            for case in cases:
                if case.family:
                    with_iro = found.setdefault(case.family, {})
                    with_iro[iro] = with_iro.get(iro, 0) + 1
        names = {iro.id: iro.name for iro in self._world.snapshot.iro.values()}
        self.family.addItem("", "")
        self._with_whom: dict[str, str] = {}
        for family, by_iro in sorted(found.items()):
            with_whom = ", ".join(f"{n} with {names[iro]}" if iro else f"{n} waiting" for iro, n in by_iro.items())
            self._with_whom[family] = with_whom
            self.family.addItem(f"{family} · {with_whom}", family)
        self.family.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.family.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        finder = QCompleter(self.family.model(), self.family)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.family.setCompleter(finder)
        field = self.family.lineEdit()
        assert field is not None
        field.setPlaceholderText("an existing family, so that brothers and sisters join; or a new family's key")

    @property
    def family_key(self) -> str:
        """The key of the family that was chosen or typed, "" for none."""
        chosen = self.family.findText(self.family.currentText())
        key = self.family.itemData(chosen) if chosen >= 0 else self.family.currentText().strip()
        return str(key or "")

    @property
    def forms(self) -> tuple[ReferredChild, ...]:
        """The children's forms, in the order of the tabs."""
        found = [self.tabs.widget(number) for number in range(self.tabs.count())]
        return tuple(form for form in found if isinstance(form, ReferredChild))

    def add_child(self) -> ReferredChild:
        """Another child, with what brothers and sisters share taken from the one that is shown."""
        here = self.tabs.currentWidget()
        form = ReferredChild(self._world)
        if isinstance(here, ReferredChild):
            form.take(here)
        form.changed.connect(self._changed)
        for field in form.placed.postcodes:
            field.asks.connect(lambda typed, field=field: self._ask(form, field, typed))
        form.referenced.connect(lambda: self._recognise(form))
        self.tabs.addTab(form, "")
        self.tabs.setCurrentWidget(form)
        self._changed()
        return form

    def _drop(self) -> None:
        if self.tabs.count() > 1:
            here = self.tabs.currentWidget()
            self.tabs.removeTab(self.tabs.currentIndex())
            here.deleteLater()
            self._entering = False  # the answer that was waited for may have been this child's
            self.enter.setEnabled(True)
            self._changed()

    def _recognise(self, form: ReferredChild) -> None:
        """A child who was here before: what is known of them is filled in."""
        before = closed_before(self._world.snapshot, form.reference, self._world.day)
        form.show_former(before, self._world)
        if before and before.family and not self.family_key:
            at = self.family.findData(before.family)
            if at >= 0:
                self.family.setCurrentIndex(at)
            else:
                self.family.setEditText(before.family)

    def _changed(self) -> None:
        for number, form in enumerate(self.forms):
            self.tabs.setTabText(number, form.reference or f"Child {number + 1}")
        self.drop.setEnabled(self.tabs.count() > 1)
        self._say("")
        self._weight.setText(self._weigh())
        with_whom = self._with_whom.get(self.family_key, "")
        self._about_family.setText(f"Brothers and sisters: {with_whom}." if with_whom else "")
        self._about_family.setVisible(bool(with_whom))

    def _weigh(self) -> str:
        """What the referral would weigh, once enough is entered; and what speaks against any IRO at all."""
        try:
            cases = [form.case(self.family_key or "family", number) for number, form in enumerate(self.forms)]
        except Explained:
            return ""
        there = [case for case in self._world.snapshot.open_cases(self._world.day) if case.family == self.family_key]
        there = there if self.family_key else []
        mine = {case.id for case in cases}
        weighed = weights([*(case for case in there if case.id not in mine), *cases], self._world.loads.settings.scheme)
        total = fsum(weighed[case.id].value for case in cases)
        parts = [str(weighed[case.id]) if len(cases) == 1 else f"{weighed[case.id].value:.2f}" for case in cases]
        said = f"Weight: {parts[0]}." if len(cases) == 1 else f"Weight: {' + '.join(parts)} = {total:.2f}."
        skills = {skill for iro in self._world.snapshot.iro.values() for skill in iro.skills}
        lacking = sorted({skill for case in cases for skill in case.requires} - skills)
        if lacking:
            said += f" No IRO has the required skill {', '.join(lacking)}: nobody could take them."
        told = [words for form in self.forms for words in (form.placed.told, form.placed.doubt) if words]
        return " ".join([said, *dict.fromkeys(told)])

    def _ask(self, form: ReferredChild, field: PostcodeField, typed: str) -> None:
        """Have the place of a postcode looked up, and of the child's other, so that the miles are known with it."""

        def found(places: Places) -> None:
            if not self._over and form in self.forms:
                field.found(typed, *places.get(typed, (typed, None)))
                self._enter_when_found()

        others = [other.postcode for other in form.placed.postcodes if other is not field and other.postcode]
        self._look_up([typed, *others], found)

    def _enter(self) -> None:
        try:
            self.step()
        except Explained as error:
            self._say(str(error))
            return
        for form in self.forms:
            form.placed.ask()
        self._entering = True
        self._enter_when_found()

    def _enter_when_found(self) -> None:
        """Enter it once no postcode is waited for any more."""
        waits = self._entering and any(form.placed.pending for form in self.forms)
        self.enter.setEnabled(not waits)
        if not self._entering or waits:
            return
        self._entering = False
        try:
            step = self.step()
        except Explained as error:
            self._say(str(error))
            return
        self.entered.emit(step)
        self.accept()

    def done(self, result: int) -> None:
        """Nothing that is looked up is waited for any more."""
        self._over = True
        super().done(result)

    def step(self) -> Step:
        """The referral as a step; raises Explained for what is missing or cannot be."""
        opened = self.common.values["opened"]
        cases, former = [], {}
        for number, form in enumerate(self.forms):
            try:
                case = form.case(self.family_key)
                form.placed.check()
                before = form.former()
            except Explained:
                self.tabs.setCurrentIndex(number)
                raise
            cases.append(replace(case, opened=opened))
            if before:
                former[case.id] = before
        return refer(self._world.snapshot, self._world.day, cases, former)

    def _say(self, words: str) -> None:
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))

    def read(self) -> dict[str, Any]:
        """The form as plain data."""
        return {
            "family": self.family_key,
            "children": [form.reference for form in self.forms],
            "weight": self._weight.text(),
            "wrong": self._wrong.text(),
        }
