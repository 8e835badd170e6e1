"""Rows of a children's list as cases: as they are in the service, with what the rows say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from iro_allocator import places
from iro_allocator.domain import BOTH, LAC, Case, Settings
from iro_allocator.errors import Explained
from iro_allocator.sheets import cells, whereabouts
from iro_allocator.sheets.cells import NOTHING, Cell, Unreadable, plain, text, yes_no
from iro_allocator.sheets.columns import Source
from iro_allocator.sheets.findings import CHECK
from iro_allocator.sheets.meanings import FACTOR, Meaning, factor_words
from iro_allocator.sheets.rows import Row, duplicates, marks_only, postcodes
from iro_allocator.watching import Watch

_UNKNOWN_MILES = 999  # statutory extracts write 999.9 for a distance that is not known
_FAR_MILES = 350
_GROWN_UP = 25 * 365.25  # days
_NO_FACTORS = NOTHING | {"standard", "normal", "routine", "low", "no", "n"}


_ELSEWHERE = frozenset({"born", "factors", "out_of_area", "confidential"})
"""Meanings that need more than their cell to be read."""


def _kept_back(row: Row, meaning: Meaning) -> bool:
    """Whether a postcode is withheld: then it is not wrong, but confidential."""
    return meaning.shape == "postcode" and cells.withheld(row.cell(meaning.key))


@dataclass(frozen=True)
class Taken:
    """A row that can be taken, the child as the service would have them, and since when with their IRO."""

    row: Row
    case: Case
    since: date | None


def listed(
    rows: Sequence[Row],
    before: Mapping[str, Case],
    settings: Settings,
    known: Mapping[str, Meaning],
    day: date,
    watch: Watch,
) -> list[Taken]:
    """The children of the rows that can be taken, in the order of the rows."""
    by_reference: dict[str, list[Row]] = {}
    for row in rows:
        if reference := row.text("child"):
            by_reference.setdefault(reference, []).append(row)
        else:
            row.fix("child", "the child's reference is missing; write the one of the case-management system")
    duplicates(by_reference, "child")
    theirs = {code for row in rows if (there := before.get(row.text("child"))) for code in _postcodes(there)}
    watch.say("Looking postcodes up")
    found = places.Found.of(theirs | postcodes(rows, "placement_postcode") | postcodes(rows, "home_postcode"))
    reader = _Reader(settings, known, day, found)
    taken = []
    for row in watch.over(rows, "Understanding the rows", of=len(rows)):
        since = row.day("since")
        case = reader.case(row, before.get(row.text("child")))
        if case is not None:
            taken.append(Taken(row, case, since))
    return taken


def _postcodes(case: Case) -> set[str]:
    return {case.home_postcode, case.placement_postcode} - {""}


class _Reader:
    """Reads rows into cases with what is the same for all of them."""

    def __init__(self, settings: Settings, known: Mapping[str, Meaning], day: date, found: places.Found) -> None:
        self.day, self.places, self.home = day, found, settings.home_authority
        self.fields = [meaning for meaning in known.values() if meaning.holds == "children" and meaning.field]
        self.words = {factor.key: factor_words(factor) for factor in settings.scheme.factors}
        self.columns = {key: FACTOR + key for key in self.words}
        self._marks: dict[tuple[int, str], bool] = {}
        self._said: dict[int, list[Meaning]] = {}
        self._named: dict[str, frozenset[str]] = {}

    def case(self, row: Row, before: Case | None) -> Case | None:
        """The child of a row, None when the row must be fixed or has nothing to take."""
        said: dict[str, Any] = {
            meaning.field: value
            for meaning in self._fields(row.source)
            if not _kept_back(row, meaning)
            if (value := row.value(meaning)) is not None
        }
        said |= self._born(row, before) | self._factors(row, before) | self._placement(row, before, said)
        if before is None:
            said |= self._type(row, said)
        if (opened := said.get("opened")) and opened > self.day:
            row.check("opened", f"{opened:%d/%m/%Y} is after today: the child counts from that day")
        if row.left_out:
            return None
        closed = said.get("closed")
        if before is None and closed and closed <= self.day:
            row.check("closed", "ended before today, and the child is not in this service: not taken")
            return None
        if before and before.closed and before.closed <= self.day and not closed:
            said["closed"] = None
            row.check("child", f"had ended on {before.closed:%d/%m/%Y} and is in this list again: taken as returned")
        try:
            if before is None:
                return Case(id=row.text("child"), **said)
            changed = {name: value for name, value in said.items() if getattr(before, name) != value}
            return replace(before, **changed) if changed else before
        except Explained as fault:
            row.fix("", f"{fault.message} {fault.hint}".strip().rstrip("."))
            return None

    def _fields(self, source: Source) -> list[Meaning]:
        """What the columns of a source say of a field as it stands."""
        if id(source) not in self._said:
            place = source.place
            self._said[id(source)] = [m for m in self.fields if m.key not in _ELSEWHERE and m.key in place]
        return self._said[id(source)]

    def _type(self, row: Row, said: Mapping[str, Any]) -> dict[str, Any]:
        """The type of a new child: of its column, else of the sheet's or file's name, else looked after."""
        if "type" in said:
            return {}
        if row.has("type"):
            if not row.left_out:
                row.fix("type", "the type is empty; write LAC, CP or BOTH")
            return {}
        found = type_named(row.source)
        if found is None:
            row.check("", "no column says the type: new children are taken as looked after (LAC)")
        return {"type": found or LAC}

    def _born(self, row: Row, before: Case | None) -> dict[str, Any]:
        """Date of birth, or the expected one of an unborn child: a day to come, or marked EDD."""

        def read(cell: Cell) -> date | None:
            if not isinstance(cell, str):
                return cells.day(cell, self.day)
            shown = re.sub(r"^(edd|unborn|due)\b[:\s]*", "", text(cell), flags=re.IGNORECASE)
            return cells.day(cell if shown == text(cell) else shown, self.day)

        found = row.read("born", read)
        if found is None:
            return {}
        if found > self.day:
            return {"expected": found, "born": None}
        if (self.day - found).days > _GROWN_UP:
            row.check("born", f"{found:%d/%m/%Y} makes the child over 25 years old")
        return {"born": found} | ({"expected": None} if before and before.expected else {})

    def _factors(self, row: Row, before: Case | None) -> dict[str, Any]:
        there = set(before.factors) if before else set()
        factors = set(there)
        if row.has("factors"):
            factors = set()
            for chunk in row.text("factors").split(";") if row.text("factors") else ():
                whole = any(plain(chunk) in words for words in self.words.values())
                for piece in [chunk] if whole else re.split(r"[,/|+]+", chunk):
                    factors |= self._factor(row, piece, there)
        for key, column in self.columns.items():
            if row.has(column):
                said = self._yes(row, column, yes_no)
                if said is not None:
                    (factors.add if said else factors.discard)(key)
        return {"factors": tuple(sorted(factors))} if factors != there else {}

    def _factor(self, row: Row, piece: str, there: set[str]) -> set[str]:
        """The factors one piece of a flags column names."""
        shown = plain(piece)
        if shown in _NO_FACTORS or shown.startswith(("no ", "not ", "none ")):
            return set()
        if text(piece) in there:
            return {text(piece)}
        if shown not in self._named:
            self._named[shown] = self._naming(shown)
        found = set(self._named[shown])
        if not found:
            row.check("factors", f"“{text(piece)}” is no factor of this service's weights: left aside")
        return found

    def _naming(self, shown: str) -> frozenset[str]:
        """The factors that words name: exactly, else among others."""
        exact = frozenset(key for key, words in self.words.items() if shown in words)
        return exact or frozenset(
            key
            for key, words in self.words.items()
            if any(re.search(rf"\b{re.escape(word)}\b", shown) for word in words)
        )

    def _placement(self, row: Row, before: Case | None, said: dict[str, Any]) -> dict[str, Any]:
        """Where the child is placed, as the row says it and as follows from its postcodes."""
        found: dict[str, Any] = {}
        if row.has("out_of_area") and (out := self._yes(row, "out_of_area", cells.area)) is not None:
            found["out_of_area"] = out
        if row.has("confidential") and (hidden := self._yes(row, "confidential", yes_no)) is not None:
            found["confidential"] = hidden
        elif row.has("placement_postcode") and cells.withheld(row.cell("placement_postcode")):
            found["confidential"] = True
        distance = said.pop("placement_miles", None)
        if distance is not None and distance < 0:
            row.fix("miles", "a distance cannot be negative; leave it empty when it is not known")
        elif distance is not None and distance < _UNKNOWN_MILES:
            found["placement_miles"] = round(distance, 1)
            if distance > _FAR_MILES:
                row.check("miles", f"{distance:g} miles is farther than any placement is likely to be")
        return whereabouts.reckoned(row, before, {**said, **found}, self.places, self.home)

    def _yes(self, row: Row, meaning: str, read: Callable[[Cell], bool | None]) -> bool | None:
        """Yes or no, None where the cell says nothing; in a column that only marks the yeses, that is no."""
        if row.text(meaning):
            return row.read(meaning, read, CHECK)
        key = (id(row.source), meaning)
        if key not in self._marks:
            self._marks[key] = marks_only(row.source, meaning, read)
        return False if self._marks[key] else None


def type_named(source: Source) -> str | None:
    """The type that the name of a sheet or file says all its children have, None when it says none or both."""
    for name in (source.sheet, source.file.rpartition(".")[0]):
        try:
            found = cells.case_type(re.sub(r"[_\-]", " ", name))
        except Unreadable:
            continue
        if found and found != BOTH:
            return found
    return None
