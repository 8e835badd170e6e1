"""Which column of a sheet means what, guessed from its header and from what stands below it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from iro_allocator.sheets import cells
from iro_allocator.sheets.cells import Cell, plain, text
from iro_allocator.sheets.meanings import FACTOR, Holds, Meaning
from iro_allocator.sheets.names import Names

Sure = Literal["header", "contents", "as last time", "guess", "chosen", ""]
Said = tuple[str, Sure]
"""A meaning's key, and what it was told by."""

_AGREE = 0.6  # the part of its cells that must agree with a weak header
_ALONE = 0.8  # the part that must agree when the header says nothing
_NAME = 100  # no name is longer, and no more of a long text is looked at
_TELLING = ("postcode", "type", "takes", "employment", "area", "factors")  # shapes that few other cells have


@dataclass(frozen=True)
class Context:
    """What is known when a sheet is looked at: the service's meanings, names and references, and the maps."""

    meanings: Mapping[str, Meaning]
    names: Names
    children: Collection[str]
    day: date
    chosen: Mapping[str, str]
    remembered: Mapping[str, Mapping[str, str]]


def assign(
    holds: Holds,
    names: Sequence[str],
    contents: Sequence[Sequence[Cell]],
    given: Mapping[int, Said],
    context: Context,
) -> tuple[dict[int, Said], float]:
    """Which column means what if this were such a list, likeliest first, and how likely all that is."""
    chosen_now = {key for key, sure in given.values() if sure == "chosen"}
    assigned = {
        number: (key, sure)
        for number, (key, sure) in given.items()
        if key and context.meanings[key].holds == holds and (sure == "chosen" or key not in chosen_now)
    }
    free = [number for number in range(len(names)) if number not in given]
    wanted = [meaning for meaning in context.meanings.values() if meaning.holds == holds]
    offers = sorted(
        (
            (-score, number, order, sure)
            for number in free
            for order, meaning in enumerate(wanted)
            for score, sure in _offers(meaning, plain(names[number]), contents[number], context)
        ),
    )
    total = 10.0 * len(assigned)
    taken = {key for key, _ in assigned.values()}
    for negative, number, order, sure in offers:
        key = wanted[order].key
        if number not in assigned and key not in taken:
            assigned[number] = (key, sure)
            taken.add(key)
            total -= negative
    # A header that a person has taken before is told apart from one that speaks for itself.
    for number, (key, sure) in assigned.items():
        if sure == "as last time" and plain(names[number]) in context.meanings[key].strong:
            assigned[number] = (key, "header")
    return assigned, total


def _offers(meaning: Meaning, header: str, contents: Sequence[Cell], context: Context) -> Iterator[tuple[float, Sure]]:
    """How much speaks for this meaning of a column: nothing yielded when too little does."""
    if header in meaning.strong:
        yield 4 + 3 * _agreement(meaning, contents, context), "header"
    elif header in meaning.weak:
        agree = _agreement(meaning, contents, context)
        telling = meaning.shape in _TELLING or (meaning.shape == "iro" and bool(context.names))
        if agree >= _AGREE or not contents:
            yield 2 + 3 * agree, "contents" if telling and contents else "guess"
    elif contents and _by_contents(meaning, header, contents, context):
        agree = _agreement(meaning, contents, context)
        if agree >= _ALONE:
            yield 1 + agree, "contents"


def _by_contents(meaning: Meaning, header: str, contents: Sequence[Cell], context: Context) -> bool:
    """Whether cells alone can tell this meaning: types, postcodes, the service's own names and references."""
    if meaning.key == "child":
        return sum(text(cell) in context.children for cell in contents) >= _AGREE * len(contents)
    if meaning.key == "placement_postcode":
        return not {"home", "school", "iro", "parent", "worker", "office"} & set(header.split())
    if meaning.key == "type":
        return "team" not in header.split()
    return meaning.key == "iro" and bool(context.names)


def _agreement(meaning: Meaning, contents: Sequence[Cell], context: Context) -> float:
    """The part of the cells that can be what the meaning holds (1 for what any text can be)."""
    if not contents:
        return 0.0
    return sum(_can_be(meaning, cell, context) for cell in contents) / len(contents)


def _can_be(meaning: Meaning, cell: Cell, context: Context) -> bool:
    shown = text(cell)
    match meaning.shape:
        case "reference":
            if context.children and shown in context.children:
                return True
            return len(shown) <= 30 and any(ch.isdigit() for ch in shown) and shown.count(" ") < 2
        case "iro":
            return bool(context.names.find(shown)) if context.names else not any(ch.isdigit() for ch in shown[:_NAME])
        case "date":
            return cells.holds(lambda given: cells.day(given, context.day), cell)
        case "number":
            return cells.holds(cells.number, cell)
        case "yes":
            return cells.holds(cells.yes_no, cell)
        case "area":
            return cells.holds(cells.area, cell)
        case "postcode":
            return cells.holds(cells.postcode, cell) or cells.withheld(cell)
        case "council":
            return cells.holds(cells.council, cell)
        case "band":
            return cells.holds(cells.band, cell)
        case "type":
            return cells.holds(cells.case_type, cell)
        case "takes":
            return cells.holds(cells.takes, cell)
        case "employment":
            return cells.holds(cells.employment, cell)
        case "factors":
            known = (m for key, m in context.meanings.items() if key.startswith(FACTOR))
            return any(plain(shown) in meaning.strong for meaning in known)
        case _:
            return meaning.key not in ("name", "iro_name") or not any(ch.isdigit() for ch in shown[:_NAME])
