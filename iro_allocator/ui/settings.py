"""Settings: weights, priorities, limits and days as versions; draft one, see what it would do, publish it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from iro_allocator.domain import Settings
from iro_allocator.errors import Explained
from iro_allocator.solver.rules import RULES
from iro_allocator.ui import scheme
from iro_allocator.ui.page import Page
from iro_allocator.ui.scheme import FIGURES, PRIORITIES, PRIORITY
from iro_allocator.ui.style import GAP
from iro_allocator.ui.tables import as_text
from iro_allocator.ui.widgets.number_rows import NumberRow, NumberRows
from iro_allocator.ui.widgets.panel import Panel, heading
from iro_allocator.ui.widgets.priorities import Priorities
from iro_allocator.ui.widgets.publish import PublishDialog
from iro_allocator.ui.widgets.service_form import CLOSURES, ServiceForm, closures
from iro_allocator.ui.widgets.tall import Tall
from iro_allocator.ui.widgets.this_computer import ThisComputer
from iro_allocator.ui.widgets.versions import Versions
from iro_allocator.ui.widgets.weights import NEW, Weights
from iro_allocator.ui.widgets.would_do import WouldDo

if TYPE_CHECKING:
    from iro_allocator.workspace import World

TABS = ("Weights and priorities", "Service, limits and days", "This computer")
PINNED = "Children whom a manager has pinned keep their IRO"


class SettingsPage(Page):
    """A draft is the settings in force with what a person has changed; it stays until published or discarded."""

    def __init__(self) -> None:
        super().__init__("Settings")
        self.base = Settings()
        self.draft: Settings | None = None
        self.faults: dict[str, Explained] = {}
        self._discarded: Settings | None = None
        self._published: Settings | None = None
        self._discard = self.add_action("Discard", self._leave_draft)
        self._publish = self.add_action("Publish…", self._ask_publish, primary=True)
        self.tabs = QTabBar(expanding=False, drawBase=False)
        self.tabs.setAccessibleName("Parts of the settings")
        for title in TABS:
            self.tabs.addTab(title)
        self.weights, self.priorities, self.figures = Weights(), Priorities(), NumberRows()
        self.service, self.versions, self.computer = ServiceForm(), Versions(), ThisComputer()
        self.would = WouldDo()
        self._arrange()
        self._connect()

    # -- building ----------------------------------------------------------------------------------

    def _arrange(self) -> None:
        matters = Panel("What matters more")
        matters.add(self.priorities)
        matters.body.addSpacing(GAP)
        matters.add(heading("Rules that are never broken"))
        for words in (*(rule.label for rule in RULES), PINNED):
            matters.add(QLabel(f"✓  {words}", wordWrap=True))
        matters.body.addStretch(1)
        figures = Panel("Limits and days")
        self.figures.set_rows(NumberRow(f.key, f.label, f.unit, f.help, f.step) for f in FIGURES)
        figures.add(self.figures)
        figures.body.addStretch(1)
        left = QWidget()
        lines = QVBoxLayout(left)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(int(1.5 * GAP))
        lines.addWidget(self.service)
        lines.addWidget(self.versions, 1)
        self._stack = QStackedWidget()
        for part in (
            Tall(_beside((self.weights, 7), (matters, 9))),
            Tall(_beside((left, 10), (figures, 9))),
            self.computer,
        ):
            self._stack.addWidget(part)
        self.body.addWidget(self.tabs)
        self.body.addWidget(_beside((self._stack, 14), (self.would, 11)), 1)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._show_tab)
        for part in (self.weights, self.priorities, self.figures):
            part.left.connect(self._show)
        self.weights.typed.connect(lambda key, text: self._put(key, text))
        self.weights.added.connect(self._add_factor)
        self.weights.removed.connect(lambda factor: self._set(scheme.without_factor(self.settings, factor)))
        self.priorities.typed.connect(lambda key, text: self._put(PRIORITY + key, text))
        self.figures.typed.connect(lambda key, text: self._put(key, text))
        self.service.typed.connect(self._put_service)
        self.versions.opened.connect(self._draft_from)

    # -- the draft ---------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings as drafted, or those in force."""
        return self.draft or self.base

    def _put(self, key: str, text: str) -> None:
        """Take a number as typed into the draft, or say at its field why it cannot be."""
        try:
            changed = scheme.put(self.settings, key, text)
        except Explained as error:
            self._fault(key, error)
            # Half a number may have been one: "4" of "40".
            changed = scheme.put_back(self.settings, key, self.base)
        else:
            self._fault(key, None)
        self._set(changed, but=key)

    def _put_service(self, key: str, value: Any) -> None:
        if key == CLOSURES:
            try:
                value = closures(value)
            except Explained as error:
                self._fault(key, error)
                self._show_head()
                return
            self._fault(key, None)
        self._set(scheme.put(self.settings, key, value), but="service")

    def _add_factor(self, label: str, weight: str) -> None:
        try:
            changed = scheme.with_factor(self.settings, label, weight)
        except Explained as error:
            self.weights.show_fault(NEW, error)
        else:
            self.weights.show_fault(NEW, None)
            self._set(changed)

    def _fault(self, key: str, error: Explained | None) -> None:
        if error:
            self.faults[key] = error
        else:
            self.faults.pop(key, None)
        self.priorities.show_fault(key.removeprefix(PRIORITY), error)
        for part in (self.weights, self.figures, self.service):
            part.show_fault(key, error)

    def _clear_faults(self) -> None:
        for key in list(self.faults):
            self._fault(key, None)

    def _set(self, settings: Settings, *, but: str = "") -> None:
        """Have this draft; `but` is the field being typed in, which is left alone."""
        self._discarded = None
        self.draft = settings if settings != self.base else None
        self._show(but)

    def _draft_from(self, version: Settings) -> None:
        self._clear_faults()
        self._set(_as(version, self.base))
        self.message.emit(f"A draft from version {version.version}. Nothing changes until you publish it.")

    def _leave_draft(self) -> None:
        """Discard the draft, or bring back the one just discarded."""
        if self._discarded:
            self._set(self._discarded)
            return
        draft = self.draft
        self._clear_faults()
        self._set(self.base)
        self._discarded = draft
        self._show_head()

    # -- showing -----------------------------------------------------------------------------------

    def show_world(self, world: World) -> None:
        """Show the settings in force, or the draft where there is one; a draft that was published is done."""
        super().show_world(world)
        self.base, made = world.snapshot.settings_on(world.day), self._published
        if made and world.snapshot.settings.get(made.id) == made:
            self.draft = self._discarded = self._published = None
        elif self.draft:
            self.draft = _as(self.draft, self.base)
        self.versions.show_world(world)
        self.computer.show_world(world)
        self._show()

    def _show(self, but: str = "") -> None:
        settings, kept = self.settings, {*self.faults, but}
        self._show_head()
        self.weights.show_scheme(settings.scheme, kept)
        words = {term.key: scheme.rate(term, dict(settings.priorities)[term.key], settings) for term in PRIORITIES}
        points = {key: value for key, value in settings.priorities if PRIORITY + key not in self.faults}
        self.priorities.show_points(points, words, but=but.removeprefix(PRIORITY))
        figures = {figure.key: f"{getattr(settings, figure.key):g}" for figure in FIGURES}
        self.figures.show_texts({key: text for key, text in figures.items() if key not in kept})
        if but != "service":
            self.service.show_settings(settings)
        if self.world:
            self.would.show_draft(self.world, self.draft, at_once=not but)

    def _show_head(self) -> None:
        drafting = self.draft is not None or bool(self.faults)
        version = scheme.next_version(self.world.snapshot) if self.world else 1
        there = bool(self.world and self.base.id in self.world.snapshot.settings)
        now = f"version {self.base.version}" if there else "the usual figures"
        if drafting:
            said = f"{self.settings.name} · version {version} (draft) · {now} stays in force until you publish"
        else:
            said = f"{self.base.name} · {now}" + (f", in force since {as_text(self.base.start)}" if there else "")
        tab = self.tabs.currentIndex()
        here = tab == len(TABS) - 1
        self.set_heading(f"Settings · {TABS[tab]}", "How it looks here, and how the file is kept" if here else said)
        self._discard.setText("Bring the draft back" if self._discarded else "Discard")
        self._discard.setVisible(not here and (drafting or self._discarded is not None))
        self._publish.setText(f"Publish version {version}…")
        self._publish.setVisible(not here)
        self._publish.setEnabled(self.draft is not None and not self.faults)
        why = "Correct what is marked first" if self.faults else "" if self.draft else "Change something first"
        self._publish.setToolTip(why)

    def _show_tab(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        self.would.setVisible(number < len(TABS) - 1)
        self._show_head()

    # -- publishing --------------------------------------------------------------------------------

    def _ask_publish(self) -> None:
        world, draft = self.world, self.draft
        if world is None or draft is None:
            return
        later = scheme.taking_over(world.snapshot, world.day)
        note = f"Version {later.version} has been published and takes over on {as_text(later.start)}." if later else ""
        differences = tuple(scheme.settings_facts(self.base, draft))
        dialog = PublishDialog(scheme.next_version(world.snapshot), differences, world.day, note, self)

        def given(start: date, reason: str) -> None:
            try:
                step = scheme.publish(draft, world.snapshot, start, world.day, reason)
            except Explained as error:
                dialog.notice.say(error)
                return
            dialog.accept()
            made = step.edits[0].after
            assert isinstance(made, Settings)
            self._published = made
            self.wants_commit.emit(step)

        dialog.given.connect(given)
        dialog.open()

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        return (
            super().read()
            | {
                "weights": self.weights.read(),
                "priorities": self.priorities.read(),
                "figures": self.figures.read(),
                "service": self.service.read(),
                "versions": self.versions.table.read(),
                "drafting": self.draft is not None,
                "can publish": self._publish.isEnabled(),
                "computer": self.computer.read(),
            }
            | self.would.read()
        )


def _as(settings: Settings, base: Settings) -> Settings:
    """The same figures under the name of the version in force, so that the two can be compared."""
    return replace(settings, id=base.id, version=base.version, start=base.start)


def _beside(*parts: tuple[QWidget, int]) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(int(1.5 * GAP))
    for widget, stretch in parts:
        row.addWidget(widget, stretch)
    return whole
