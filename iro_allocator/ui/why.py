"""Why this IRO: every IRO for a referral, term by term, those who cannot with the reason; choose another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import fsum
from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QPainter

from iro_allocator.briefing import signed_percent
from iro_allocator.domain import Snapshot
from iro_allocator.paper.colours import Colours
from iro_allocator.paper.pill import Pill
from iro_allocator.solver.terms import BY_KEY, TERMS, Term
from iro_allocator.ui.referral_rows import Choice, Referral, choices, signed, terms_that_matter
from iro_allocator.ui.style import GAP, row_height
from iro_allocator.ui.tables import Column, TableView, Tone
from iro_allocator.ui.widgets.panel import Panel, muted
from iro_allocator.ui.widgets.reason_strip import ReasonStrip

SHORT = {
    "balance": "Balance",
    "limit": "Limit",
    "continuity": "Keeps IRO",
    "timing": "Review soon",
    "siblings": "Siblings",
    "former": "Former IRO",
    "skills": "Skills",
    "employment": "Interim",
    "spread": "Spread",
}
"""Titles of the columns where a term's own label is too long for figures; its label is the tip."""

CANNOT = Pill("cannot", "bad")
_FIRST_TERM = 2
_OTHER = _FIRST_TERM + len(TERMS)
_POINTS = _OTHER + 1
_CHOOSE = _POINTS + 1


class Why(Panel):
    """The panel. `chosen(iro, reason)` asks for another IRO; the page answers with `show_referral` or `refuse`."""

    chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__("Why this IRO?")
        self._referral: Referral | None = None
        self._choices: tuple[Choice, ...] = ()
        self._shown: tuple[str, ...] = ()
        self._together: tuple[str, ...] = ()
        self._anchor = _POINTS
        self.table = TableView(
            "Why this IRO: every IRO for the referral",
            (
                Column(title="IRO", value=self._name, tone=_name_tone),
                Column(
                    title="Share",
                    value=lambda choice: choice.share_after,
                    format=lambda share: "–" if share is None else signed_percent(share),
                    align="right",
                    title_tip="How far from their share they would be with these children",
                ),
                *(self._term_column(number, term) for number, term in enumerate(TERMS, _FIRST_TERM)),
                Column(
                    title="Other",
                    value=partial(self._in_cell, _OTHER, self._other),
                    format=_cell_text,
                    align="right",
                    paint=partial(self._paint, _OTHER, self._other),
                    tip=self._others_in_words,
                    title_tip="The smaller terms together; stay on a figure for each",
                    width=7,
                ),
                Column(
                    title="Points",
                    value=partial(self._in_cell, _POINTS, _difference),
                    format=_cell_text,
                    align="right",
                    paint=partial(self._paint, _POINTS, _difference),
                    title_tip="All terms together: points more (+) or fewer (−) than the first row. Fewer is better.",
                    width=8,
                ),
                Column(title="Choose", value=lambda choice: choice.state, pill=_state, button=_button),
            ),
            key=lambda choice: choice.iro,
            sortable=False,
            empty="Choose a referral above.",
        )
        self.table.pressed_button.connect(lambda choice, _: self.ask(choice.iro))
        self.table.opened.connect(lambda choice: self.ask(choice.iro))
        self.reason = ReasonStrip()
        self.reason.given.connect(self.chosen)
        self.reason.left.connect(self.table.setFocus)
        self.table.setMinimumHeight(5 * row_height())
        self._note = muted(small=True)
        self.add(self.table, 1)
        self.add(self.reason)
        self.add(self._note)

    def _term_column(self, number: int, term: Term) -> Column:
        def points(choice: Choice) -> float:
            return choice.differences.get(term.key, 0.0)

        return Column(
            title=SHORT.get(term.key, term.label),
            value=partial(self._in_cell, number, points),
            format=_cell_text,
            align="right",
            paint=partial(self._paint, number, points),
            tip=lambda choice: choice.cannot or f"{term.label}: {choice.charges.get(term.key, 0.0):.1f} points here",
            title_tip=f"{term.label}. {term.help} Points more (+) or fewer (−) than the first row.",
            width=7,
        )

    def _name(self, choice: Choice) -> str:
        """“(interim)” stands there where no column says it."""
        return f"{choice.name} (interim)" if choice.interim and "employment" not in self._shown else choice.name

    def _other(self, choice: Choice) -> float:
        return fsum(choice.differences.get(key, 0.0) for key in self._together)

    def _others_in_words(self, choice: Choice) -> str:
        said = (f"{BY_KEY[key].label} {signed(choice.differences.get(key, 0.0))}" for key in self._together)
        return choice.cannot or ", ".join(said)

    def _in_cell(self, number: int, value: Callable[[Choice], float | None], choice: Choice) -> float | str | None:
        """A cell's points; for those who cannot, the reason in the cell that stands for the rest of the row."""
        if not choice.cannot:
            return value(choice)
        return f"cannot: {choice.cannot}" if number == self._anchor else None

    def show_referral(self, referral: Referral | None, snapshot: Snapshot, short_fte: float = 0.0) -> None:
        """Show everybody for this referral, or nothing."""
        self.reason.close_strip()
        same = bool(referral and self._referral and referral.key == self._referral.key)
        self._referral = referral
        self._choices = choices(referral, snapshot) if referral else ()
        self._shown, self._together = terms_that_matter(self._choices)
        shown = [number for number, term in enumerate(TERMS, _FIRST_TERM) if term.key in self._shown]
        shown += [_OTHER] if self._together else []
        self._anchor = shown[0] if shown else _POINTS
        self.table.clearSpans()
        for number in range(_FIRST_TERM, _POINTS):
            self.table.setColumnHidden(number, number not in shown)
        self.table.set_rows(self._choices)
        for row, choice in enumerate(self._choices):
            if choice.cannot:
                self.table.setSpan(row, self._anchor, 1, _CHOOSE - self._anchor + 1)
        if self._choices and (not same or self.table.current is None):
            self.table.choose(self._choices[0].iro)
        self._say(referral, snapshot, short_fte)

    def _say(self, referral: Referral | None, snapshot: Snapshot, short_fte: float) -> None:
        if referral is None:
            self.set_title("Why this IRO?", "")
            self._note.setText("")
        elif not snapshot.iro:
            self.set_title(f"Who for {referral.name}?", "There is no IRO in this service yet. Add them under IROs.")
            self._note.setText("")
        elif referral.move is None and referral.nobody is None:
            self.set_title(f"Who for {referral.name}?", "No suggestion yet.")
            self._note.setText("")
        elif referral.move is None:
            short = f" The service is {short_fte:.2f} FTE short of its limit." if short_fte > 0 else ""
            words = f"Nobody may take them as things are, so they wait.{short}"
            self.set_title(f"Why nobody for {referral.name}?", words)
            self._note.setText("Change what speaks against it under IROs or Children; it is suggested again at once.")
        else:
            here = next(choice for choice in self._choices if choice.here)
            said = "; ".join(referral.move.reasons)
            own = f"Your choice: {said}" if referral.move.choice else f"{said[:1].upper()}{said[1:]}."
            self.set_title(f"Why {here.name} for {referral.name}?", own)
            cannot = sum(bool(choice.cannot) for choice in self._choices)
            may = len(self._choices) - cannot
            self._note.setText(
                f"{may} may, {cannot} cannot. Points more (+) or fewer (−) than {here.name}; fewer is better, one "
                "point is one case moved across one percentage point. Another choice asks for a short reason."
            )

    def ask(self, iro: str) -> None:
        """Ask why this IRO instead; going back to the suggestion needs no reason."""
        choice = next((choice for choice in self._choices if choice.iro == iro), None)
        if choice is None or choice.here or choice.cannot:
            return
        self.table.choose(iro)
        if choice.state:
            self.chosen.emit(iro, "")
        else:
            first = self._choices[0]
            self.reason.ask(iro, f"Why {choice.name} instead of {first.name}?", f"Choose {choice.name}")

    def refuse(self, words: str) -> None:
        """Say why a choice could not be taken; what was typed stays."""
        self.reason.refuse(words)

    def _paint(
        self,
        number: int,
        value: Callable[[Choice], float | None],
        painter: QPainter,
        rect: QRectF,
        choice: Choice,
        colours: Colours,
    ) -> None:
        """A figure at the right; or, across the row, the pill and the reason why they cannot."""
        font = QGuiApplication.font()
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font)
        if choice.cannot:
            if number == self._anchor:
                CANNOT.draw(painter, rect, colours, right=False)
                rest = rect.adjusted(CANNOT.size(font).width() + GAP, 0, 0, 0)
                painter.setPen(QColor(colours.text))
                words = QFontMetricsF(font).elidedText(choice.cannot, Qt.TextElideMode.ElideRight, rest.width())
                painter.drawText(rest, middle, words)
            return
        text = signed(value(choice))
        if number == _POINTS:
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
        painter.setPen(QColor(colours.muted if text == "0" else colours.text))
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, text)

    def read(self) -> dict[str, Any]:
        """What the panel shows: columns without those that do not matter."""
        hidden = {column.title for n, column in enumerate(self.table.model_.columns) if self.table.isColumnHidden(n)}
        rows = [{title: text for title, text in row.items() if title not in hidden} for row in self.table.read()]
        return {"title": self.title, "because": self._subtitle.text(), "iros": rows, "asks": self.reason.question}


def _difference(choice: Choice) -> float | None:
    return choice.difference


def _cell_text(value: float | str | None) -> str:
    return value if isinstance(value, str) else signed(value)


def _name_tone(choice: Choice) -> Tone:
    return "bad" if choice.cannot else "strong" if choice.here else ""


def _state(choice: Choice) -> Pill | None:
    if choice.here:
        return Pill(choice.state, "good" if choice.state == "suggested" else "warn")
    return None


def _button(choice: Choice) -> str:
    if choice.cannot or choice.here:
        return ""
    return "Suggested" if choice.state else "Choose"
