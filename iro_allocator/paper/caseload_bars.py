"""Caseload bars: each IRO's load against share, band and limit, and what a change would make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from iro_allocator.caseload import Caseloads, IroLoad, fte
from iro_allocator.paper.colours import Colours
from iro_allocator.paper.pill import Pill, share_pill


@dataclass(frozen=True, slots=True)
class Bar:
    """One IRO's bar in case equivalents: the load now and, if something is accepted, after it.

    `after` is None when nothing would change. `limit` is None when the limit counts children, not load.
    """

    iro: str
    name: str
    hours: float
    interim: bool
    away: bool
    children: int
    lac: float
    cp: float
    share: float
    band: tuple[float, float]
    limit: float | None
    over_limit: float
    tolerance: float
    after: float | None = None
    share_after: float | None = None

    @property
    def load(self) -> float:
        """The load now."""
        return round(self.lac + self.cp, 6)  # as every other page says it: 55.35, not 55.3499…

    @property
    def shown_load(self) -> float:
        """The load after the change, or now when nothing would change."""
        return self.load if self.after is None else self.after

    @property
    def shown_share(self) -> float:
        """The share after the change, or now."""
        return self.share if self.share_after is None else self.share_after

    @property
    def difference(self) -> float | None:
        """The share difference of what is shown, None without a share."""
        return self.shown_load / self.shown_share - 1 if self.shown_share > 0 else None

    @property
    def change(self) -> float:
        """By how much the load would change."""
        return round(self.shown_load - self.load, 3)

    @property
    def figures(self) -> str:
        """“57.9 of 64.2”; the load alone where there is no share."""
        return f"{self.shown_load:.1f}" + (f" of {self.shown_share:.1f}" if self.shown_share > 0 else "")

    @property
    def title(self) -> str:
        """The name, and whether it is an interim's."""
        return f"{self.name} (interim)" if self.interim else self.name

    @property
    def pill(self) -> Pill:
        """How far from the share, with its sign."""
        return (
            Pill("away", "plain")
            if self.away and self.shown_share == 0
            else share_pill(self.difference, self.tolerance)
        )

    @property
    def words(self) -> str:
        """The bar as a sentence, for who listens instead of looking."""
        away = ", away" if self.away else ""
        said = [f"{self.name}, {self.hours:g} hours{away}: {self.children} children, load {self.load:.1f}"]
        said.append(f"{self.lac:.1f} looked after and {self.cp:.1f} child protection")
        if self.after is not None and self.change:
            said.append(f"would be {self.after:.1f}, {'+' if self.change > 0 else '−'}{abs(self.change):.1f}")
        said.append(f"share {self.shown_share:.1f}, {self.pill.text}")
        if self.limit is not None:
            over = self.shown_load - self.limit
            said.append(f"limit {self.limit:.1f}" + (f", {over:.1f} over" if over > 0.05 else ""))
        elif self.over_limit:
            said.append(f"{self.over_limit:g} {'child' if self.over_limit == 1 else 'children'} over the limit")
        return "; ".join(said)

    @property
    def reach(self) -> float:
        """The furthest point of the bar and its marks."""
        return max(self.load, self.shown_load, self.shown_share, self.band[1], self.limit or 0.0)

    def draw(self, painter: QPainter, rect: QRectF, colours: Colours, scale: float) -> None:
        """Draw the bar into `rect`, whose width stands for `scale` case equivalents."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        per = rect.width() / scale if scale > 0 else 0.0
        at = rect.left()

        def x(value: float) -> float:
            return at + value * per

        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(
            QRectF(x(self.band[0]), rect.top(), (self.band[1] - self.band[0]) * per, rect.height()),
            QColor(colours.band),
        )
        thick = min(rect.height() * 0.58, 22.0)
        top = rect.center().y() - thick / 2
        kept = min(self.load, self.shown_load)
        lac = min(self.lac, kept)
        self._block(painter, QRectF(x(0), top, lac * per, thick), QColor(colours.lac))
        self._block(painter, QRectF(x(lac), top, (kept - lac) * per, thick), QColor(colours.cp))
        if self.after is not None and self.change:
            self._change(painter, QRectF(x(kept), top, abs(self.change) * per, thick), colours)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self.shown_share > 0:
            tick = QLineF(x(self.shown_share), rect.top() + 2, x(self.shown_share), rect.bottom() - 2)
            for ink, width in ((colours.card, 4), (colours.share, 2)):  # a rim, so that it shows on any bar
                painter.setPen(QPen(QColor(ink), width))
                painter.drawLine(tick)
        if self.limit is not None:
            painter.setPen(QPen(QColor(colours.limit), 2, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(x(self.limit), rect.top(), x(self.limit), rect.bottom()))
        painter.restore()

    @staticmethod
    def _block(painter: QPainter, block: QRectF, colour: QColor) -> None:
        if block.width() > 0:
            painter.setBrush(colour)
            painter.drawRoundedRect(block, 2, 2)

    def _change(self, painter: QPainter, block: QRectF, colours: Colours) -> None:
        # More: a full hatched block. Less: an empty hatched one, so that it is not colour that tells.
        ink = QColor(colours.change)
        painter.setPen(QPen(ink, 1))
        painter.setBrush(QColor(colours.card))
        painter.drawRect(block)
        if self.change > 0:
            pale = QColor(ink)
            pale.setAlphaF(0.35)
            painter.setBrush(pale)
            painter.drawRect(block)
        painter.setBrush(QBrush(ink, Qt.BrushStyle.BDiagPattern))
        painter.drawRect(block)


def bars(
    now: Caseloads,
    after: Caseloads | None = None,
    *,
    changed: Mapping[str, float] | None = None,
) -> tuple[Bar, ...]:
    """A bar for every IRO of `now`, by name; with `after`, or the loads in `changed`, what would change.

    An IRO who has a caseload only after the change gets a bar as well. Hours and limits are those after it.
    """
    settings = after.settings if after else now.settings
    before = {load.iro.id: load for load in now.loads}
    later = {load.iro.id: load for load in after.loads} if after else {}
    everyone = before | {key: load for key, load in later.items() if key not in before}
    made = []
    for key, load in sorted(everyone.items(), key=lambda item: (item[1].iro.name, item[0])):
        shown = later.get(key, load)
        full = fte(shown.iro.contracted_hours, settings.full_time_hours)
        counts_load = shown.limit_counts == "load"
        made.append(
            Bar(
                iro=key,
                name=load.iro.name,
                hours=shown.iro.contracted_hours,
                interim=load.iro.employment == "interim",
                away=shown.available == 0 or (after is not None and key not in later),
                children=load.children if key in before else 0,
                lac=load.lac_load if key in before else 0.0,
                cp=load.cp_load if key in before else 0.0,
                share=load.share if key in before else 0.0,
                band=(settings.band_low * full, settings.limit_per_fte * full),
                limit=shown.limit if counts_load else None,
                over_limit=shown.over_limit,
                tolerance=settings.tolerance,
                **_after(key, load, later, after is not None, changed or {}),
            )
        )
    return tuple(made)


def _after(
    key: str, load: IroLoad, later: Mapping[str, IroLoad], compared: bool, changed: Mapping[str, float]
) -> dict[str, float | None]:
    if key in changed:
        return {"after": changed[key]}
    if not compared:
        return {}
    then = later.get(key)
    return {"after": then.load if then else 0.0, "share_after": then.share if then else 0.0}


def scale_of(shown: tuple[Bar, ...]) -> float:
    """One scale for all bars, so that they can be compared."""
    return max((bar.reach for bar in shown), default=0.0) * 1.02 or 1.0


@dataclass(frozen=True, slots=True)
class Legend:
    """What the marks of the bars mean."""

    band: str = "50–70 per FTE"
    limit: bool = True
    change: bool = False

    def entries(self) -> tuple[tuple[str, str], ...]:
        """(mark, words) in the order shown."""
        found = [
            ("lac", "Looked after"),
            ("cp", "Child protection"),
            ("share", "Pro-rata share"),
            ("band", self.band),
        ]
        if self.limit:
            found.append(("limit", "Limit"))
        if self.change:
            found.append(("change", "Change"))
        return tuple(found)

    def lines(self, metrics: QFontMetricsF, width: float) -> list[list[tuple[str, str]]]:
        """The entries, broken into lines of this width."""
        lines: list[list[tuple[str, str]]] = [[]]
        for entry in self.entries():
            if lines[-1] and self._wide([*lines[-1], entry], metrics) > width:
                lines.append([])
            lines[-1].append(entry)
        return lines

    @staticmethod
    def _wide(entries: list[tuple[str, str]], metrics: QFontMetricsF) -> float:
        words = sum(metrics.horizontalAdvance(words) for _, words in entries)
        return words + (len(entries) * 1.9 - 0.8) * metrics.height()

    def width(self, metrics: QFontMetricsF) -> float:
        """The width of the legend in one line."""
        return self._wide(list(self.entries()), metrics)

    def draw(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Draw the legend, flush with the right end of `rect`."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(painter.font())
        unit = metrics.height()
        lines = self.lines(metrics, rect.width())
        for number, entries in enumerate(lines):
            x = max(rect.left(), rect.right() - self._wide(entries, metrics))
            middle = rect.top() + rect.height() * (number + 0.5) / len(lines)
            for mark, words in entries:
                self._mark(painter, mark, QRectF(x, middle - unit * 0.28, unit * 0.8, unit * 0.56), colours)
                advance = metrics.horizontalAdvance(words)
                painter.setPen(QColor(colours.muted))
                where = QRectF(x + unit * 1.1, middle - unit, advance + 4, 2 * unit)
                painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, words)
                x += advance + unit * 1.9
        painter.restore()

    @staticmethod
    def _mark(painter: QPainter, mark: str, box: QRectF, colours: Colours) -> None:
        colour = QColor(colours.tokens()[mark])
        if mark in {"share", "limit"}:
            style = Qt.PenStyle.DotLine if mark == "limit" else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour, 2, style))
            x = box.left() + box.width() * 0.6
            painter.drawLine(QPointF(x, box.top() - 2), QPointF(x, box.bottom() + 2))
        else:
            painter.setPen(QPen(colour if mark == "change" else QColor(colours.line), 1))
            painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern) if mark == "change" else colour)
            painter.drawRoundedRect(box, 2, 2)
