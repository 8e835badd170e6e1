"""The table of who waits: who, where, how long, how much; the suggested IRO and why. Ticked and chosen in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from iro_allocator.paper.pill import Pill, share_pill
from iro_allocator.ui import style
from iro_allocator.ui.referral_rows import Referral, because, choices, signed, who
from iro_allocator.ui.tables import Column, TableView, Tone

if TYPE_CHECKING:
    from iro_allocator.workspace import World

MOST_ROWS = 8
"""Referrals that are seen at once; more scroll."""


class ReferralTable(TableView):
    """Rows are `Referral`s. `ticked(row, on)`, and `picked(row, iro)` when another IRO was picked in the cell."""

    ticked = Signal(object, bool)
    picked = Signal(object, str)

    def __init__(self) -> None:
        super().__init__(
            "Referrals", self._columns(), key=lambda row: row.key, sortable=False, empty="Nobody of these waits now."
        )
        self._world: World | None = None
        self.horizontalScrollBar().rangeChanged.connect(lambda low, high: self._fit_height())

    def show_referrals(self, rows: Sequence[Referral], world: World) -> None:
        """Show these, of this world."""
        self._world = world
        self.set_rows(rows)
        self._fit_height()

    def _fit_height(self) -> None:
        """As high as its rows, up to a few; and the scroll bar, when the columns need one."""
        bar = self.horizontalScrollBar()
        rows = 1 + min(max(2, len(self.model_.rows)), MOST_ROWS)
        self.setFixedHeight(rows * style.row_height() + 4 + (bar.sizeHint().height() if bar.maximum() else 0))

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                title="Accept",
                value=lambda row: row.accepted if row.move else None,
                check=lambda row, on: self.ticked.emit(row, on),
            ),
            Column(title="Referral", value=lambda row: row.name, tone=_strong, tip=lambda row: row.about),
            Column(title="Who", value=self._who, tip=lambda row: row.about),
            Column(title="Type", value=lambda row: row.type, tip=lambda row: row.about),
            Column(
                title="Placed at",
                value=lambda row: row.placed,
                align="right",
                title_tip="Straight line from home; “out” is out of area",
            ),
            Column(title="Complexity", value=lambda row: row.complexity, tip=lambda row: row.about),
            Column(
                title="Waiting",
                value=self._days,
                pill=self._late,
                align="right",
                title_tip="Working days without an IRO, of those within which one is appointed",
            ),
            Column(
                title="Weight",
                value=lambda row: row.weight,
                format="{:.2f}".format,
                tip=lambda row: "\n".join(row.parts),
                align="right",
                title_tip="Case equivalents; stay on a figure for its parts",
            ),
            Column(
                title="Suggested IRO",
                value=lambda row: row.move.after if row.move else None,
                format=self._named,
                tone=_strong,
                pill=lambda row: Pill("nobody", "bad") if row.nobody is not None else None,
                edit=lambda row, iro: self.picked.emit(row, iro),
                choices=self._candidates,
                tip=lambda row: f"F2: choose another for {row.name}" if row.move else "",
            ),
            Column(title="Because", value=self._because, tip=self._because, stretch=True),
            Column(title="Share after", value=_share_after, pill=self._share, align="right"),
        )

    def _who(self, row: Referral) -> str:
        return who(row, self._world.loads) if self._world else ""

    def _days(self, row: Referral) -> str:
        if row.days is None or self._world is None:
            return "start unknown"
        return f"{row.days} of {self._world.loads.settings.appointment_days}"

    def _late(self, row: Referral) -> Pill | None:
        assert self._world is not None
        late = row.days is not None and row.days > self._world.loads.settings.appointment_days
        return Pill(f"{self._days(row)}, late", "bad") if late else None

    def _because(self, row: Referral) -> str:
        return because(row, self._world.snapshot) if self._world else ""

    def _named(self, iro: str | None) -> str:
        return self._world.snapshot.iro[iro].name if iro and self._world else "–"

    def _candidates(self, row: Referral) -> list[tuple[str, str]]:
        if self._world is None or row.move is None:
            return []
        found = [choice for choice in choices(row, self._world.snapshot) if not choice.cannot]
        return [(c.iro, c.name if c.here else f"{c.name}   {signed(c.difference)}") for c in found]

    def _share(self, row: Referral) -> Pill | None:
        if row.move is None or self._world is None:
            return None
        return share_pill(row.move.candidates[0].share_difference, self._world.loads.settings.tolerance)


def _strong(row: Referral) -> Tone:
    return "strong"


def _share_after(row: Referral) -> float | None:
    return row.move.candidates[0].share_difference if row.move else None
