"""Dragging children onto an IRO's bar: the effect on both is shown before they are let go, then one step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from iro_allocator.ui import effect as moving
from iro_allocator.ui.effect import Effect, effects
from iro_allocator.ui.jobs import Job
from iro_allocator.ui.widgets.caseload_chart import CaseloadChart
from iro_allocator.ui.widgets.effect_label import EffectLabel

if TYPE_CHECKING:
    from iro_allocator.solver.score import Candidate
    from iro_allocator.workspace import Workspace, World

HINT = "What a move would do to both IROs is shown here before anything changes."
WORKING = "Working out the effect…"

Cases = tuple[str, ...]
Draw = Callable[[Mapping[str, float], str], object]
"""Draws the bars with these loads after, the row of this IRO current ("" = the one whose children are shown)."""


class Dragging(QObject):
    """Between table and bars: asks for the effects once a drag, shows the one that is hovered over, drops.

    What a rule forbids is not moved by dragging: `message` says why. The page calls `show_world` with
    every new world, `prepare` when a drag begins and `end` when it has ended.
    """

    wants_job = Signal(object)
    wants_commit = Signal(object)
    message = Signal(str)

    def __init__(self, chart: CaseloadChart, label: EffectLabel, draw: Draw) -> None:
        super().__init__(chart)
        self._label, self._draw = label, draw
        self._workspace: Workspace | None = None
        self._world: World | None = None
        self._effects: dict[Cases, dict[str, Effect]] = {}
        self._asked: set[Cases] = set()
        self._cases: Cases = ()
        self._over = ""
        self._let_go: tuple[Cases, str] | None = None
        label.say(HINT)
        chart.accept_drops(self._hover)
        chart.dropped.connect(self._drop)

    @property
    def under_way(self) -> bool:
        """Whether children are held over the bars."""
        return bool(self._cases)

    def show_world(self, workspace: Workspace | None, world: World) -> None:
        """Forget what was worked out for another world."""
        self._workspace, self._world = workspace, world
        self._effects, self._asked, self._let_go = {}, set(), None
        self._cases, self._over = (), ""
        self._label.say(HINT)

    def prepare(self, cases: Cases) -> None:
        """Have the effects worked out, once, for those who are dragged."""
        workspace, world = self._workspace, self._world
        if not cases or cases in self._asked or workspace is None or world is None:
            return
        self._asked.add(cases)
        self.wants_job.emit(
            Job(
                "Working out the effect",
                lambda report, stopped: workspace.candidates(world, cases),
                lambda found: self._take(world, cases, found),
            )
        )

    def _take(self, world: World, cases: Cases, found: Iterable[Candidate]) -> None:
        if world is not self._world:
            return
        self._effects[cases] = effects(world, cases, found)
        if self._cases == cases and self._over:
            self._show()
        if self._let_go and self._let_go[0] == cases:
            self._drop(*self._let_go)

    def _hover(self, cases: Cases, iro: str) -> None:
        """Children are held over an IRO (or over none): show what letting go would do."""
        if not iro:
            self._leave()
            return
        self._cases, self._over = cases, iro
        self.prepare(cases)
        self._show()

    def _show(self) -> None:
        effect = self._effects.get(self._cases, {}).get(self._over)
        if effect is None:
            self._label.say(WORKING)
            return
        self._label.show_effect(effect)
        sides = () if effect.stays else (effect.giving, effect.taking)
        self._draw({side.iro: side.load_after for side in sides if side}, self._over)

    def _leave(self) -> None:
        if self._over:
            # Still under way while the rows are put back: they are not chosen by that.
            self._draw({}, "")
        self._cases, self._over = (), ""
        self._label.say(HINT)

    def end(self) -> None:
        """The drag has ended, wherever it was."""
        if self._let_go is None:
            self._leave()

    def _drop(self, cases: Cases, iro: str) -> None:
        """Children were let go over an IRO: move them, unless a rule speaks against it."""
        effect = self._effects.get(cases, {}).get(iro)
        if effect is None:
            # Let go faster than it was worked out: nothing moves before a rule could speak.
            self._let_go = (cases, iro)
            self.prepare(cases)
            return
        self._let_go = None
        self._leave()
        if effect.cannot:
            self._label.show_effect(effect)
            self.message.emit(f"{effect.cannot} Nothing was moved. F2 allocates anyway, with a reason.")
        elif self._world and not effect.stays:
            self.wants_commit.emit(moving.step(self._world, effect))
