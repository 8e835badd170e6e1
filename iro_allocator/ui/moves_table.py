"""The moves of a plan: who goes from whom to whom and why; ticked, refused, given to somebody else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from iro_allocator.ui.referral_rows import signed
from iro_allocator.ui.tables import Column, TableView

if TYPE_CHECKING:
    from iro_allocator.solver.proposal import Move

REASONS = 2
"""How many reasons of a move stand in the table; all of them in its tip."""


class MovesTable(TableView):
    """Rows are `Move`s. `ticked(move, on)`, and `picked(move, iro)` when another IRO was picked in the cell."""

    ticked = Signal(object, bool)
    picked = Signal(object, str)

    def __init__(self, name: str = "Moves", empty: str = "") -> None:
        self._names: Mapping[str, str] = {}
        self._accepted: Collection[tuple[str, ...]] = ()
        self._covered: Collection[str] = ()
        super().__init__(name, self._columns(), key=lambda move: move.cases, sortable=False, empty=empty)

    def show_moves(
        self,
        moves: Collection[Move],
        names: Mapping[str, str],
        accepted: Collection[tuple[str, ...]],
        covered: Collection[str] = (),
    ) -> None:
        """Show these moves; `names` of IROs by id, `accepted` the children of those that are ticked.

        `covered` are the IROs who are only away: what goes from them is cover.
        """
        self._names, self._accepted, self._covered = names, accepted, covered
        self.set_rows(moves)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                title="Make",
                value=lambda move: move.cases in self._accepted,
                check=lambda move, on: self.ticked.emit(move, on),
            ),
            Column(
                title="Family",
                value=lambda move: move.family or move.cases[0],
                tip=lambda move: ", ".join(move.cases),
            ),
            Column(
                title="Children",
                value=lambda move: len(move.cases),
                align="right",
                tip=lambda move: ", ".join(move.cases),
            ),
            Column(
                title="From",
                value=lambda move: self._named(move.before) + (" (cover)" if move.before in self._covered else ""),
                tone=lambda move: "muted",
            ),
            Column(
                title="To",
                value=lambda move: move.after,
                format=self._named,
                tone=lambda move: "strong",
                edit=lambda move, iro: self.picked.emit(move, iro),
                choices=self._candidates,
                tip=lambda move: "F2: give them to somebody else, with the points it would make",
            ),
            Column(
                title="Why",
                value=self._why,
                tip=lambda move: "\n".join(move.reasons),
                stretch=True,
            ),
        )

    def _why(self, move: Move) -> str:
        """The first reasons, without the name that stands beside them."""
        name = f"{self._named(move.after)} "
        return "; ".join(reason.removeprefix(name) for reason in move.reasons[:REASONS])

    def question(self, move: Move, iro: str) -> tuple[str, str]:
        """What is asked when a move is given to another IRO, and what the button that does it says."""
        name, before = self._named(iro), self._named(move.after)
        points = next(each.difference for each in move.candidates if each.iro == iro)
        than = "as good" if abs(points) < 0.05 else f"{abs(points):.1f} points {'more' if points > 0 else 'fewer'}"
        return f"Why {name} instead of {before} ({than})?", f"Give them to {name}"

    def _named(self, iro: str | None) -> str:
        return self._names.get(iro, iro) if iro else "waiting"

    def _candidates(self, move: Move) -> list[tuple[str, str]]:
        """Who may take them, with the points more or fewer that it would make."""
        found = [each for each in move.candidates if not each.cannot]
        return [
            (each.iro, self._named(each.iro) + ("" if each.iro == move.after else f"   {signed(each.difference)}"))
            for each in found
        ]
