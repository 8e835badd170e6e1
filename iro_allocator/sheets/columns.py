"""How the columns of a sheet are understood: from what a person chose, from last time, header and contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Literal

from iro_allocator.errors import Explained
from iro_allocator.sheets.cells import Cell, plain, text
from iro_allocator.sheets.grouped import filled_down
from iro_allocator.sheets.guessing import Context, Said, Sure, assign
from iro_allocator.sheets.header import Headed
from iro_allocator.sheets.meanings import Holds, Meaning

Kind = Literal["spreadsheet", "ssda903", "annex_a", "cin", "ssd"]
KINDS: Mapping[Kind, str] = {
    "spreadsheet": "local spreadsheet",
    "ssda903": "SSDA903 return",
    "annex_a": "Ofsted Annex A",
    "cin": "CIN census",
    "ssd": "Standard Safeguarding Dataset",
}
"""What a file was recognised as, in words."""

NOT_USED = ""
_LOOKED_AT = 100  # cells of a column that are looked at to tell what they hold

_NEEDED: Mapping[Holds, str] = {"children": "child", "iros": "iro_name"}
_TELLING: Mapping[Holds, frozenset[str]] = {
    "children": frozenset({"family", "type", "iro", "next_review"}),
    "iros": frozenset(
        {"hours", "fte", "employment", "takes", "skills", "base_postcode", "other_duties", "limit", "takes_new"}
    ),
}
"""What only such a list holds: statutory returns know children too, but neither their IRO nor their family."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, what it means ("" = not used), in words, and how sure that is.

    `address` names the column among all files given; a map may use it, or the header alone.
    """

    header: str
    address: str
    meaning: str
    label: str
    sure: Sure


@dataclass(frozen=True)
class Source:
    """A sheet that was recognised: what it holds, the row of its header, and its columns as understood.

    `choices` are the meanings that its columns can have, with their labels: none for the tables of a return,
    whose columns mean what they mean. `rows` have their row numbers (in XML, the number of the line). `table` is
    the part of a return ("Episodes"), and `unused` says why nothing of it is taken ("" when it is). `aside` are rows,
    and their words, that were taken for notes. `filled` rows have the IRO of a row above (grouped.py).
    """

    file: str
    sheet: str
    holds: Holds
    header_row: int
    columns: tuple[Column, ...]
    signature: str
    choices: tuple[tuple[str, str], ...] = field(repr=False)
    rows: Sequence[tuple[int, Sequence[Cell]]] = field(repr=False)
    kind: Kind = "spreadsheet"
    table: str = ""
    unused: str = ""
    aside: tuple[tuple[int, str], ...] = ()
    filled: int = 0

    @property
    def words(self) -> str:
        """What it was recognised as: "SSDA903 return, Episodes"."""
        return f"{KINDS[self.kind]}, {self.table}" if self.table else KINDS[self.kind]

    @cached_property
    def meanings(self) -> str:
        """What its columns hold, in their order."""
        return "|".join(self.place)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Which column holds what, by meaning."""
        return {column.meaning: at for at, column in enumerate(self.columns) if column.meaning}


def local_lists(heads: Sequence[Headed], context: Context) -> list[Source]:
    """The sheets of one file in which a list of IROs or children is recognised."""
    return [source for head in heads if (source := _understood(head, context))]


def _understood(head: Headed, context: Context) -> Source | None:
    """The sheet as the list it likeliest is, None when it is neither of IROs nor of children."""
    readings: list[tuple[bool, bool, float, Holds, dict[int, Said]]] = []
    both: tuple[Holds, ...] = ("children", "iros")
    for holds in both:
        assigned, score, telling = _reading(holds, head, context)
        by_person = any(key == _NEEDED[holds] and sure in ("chosen", "as last time") for key, sure in assigned.values())
        sure = next((sure for key, sure in assigned.values() if key == _NEEDED[holds]), None)
        if sure and (telling or by_person):
            # A child's reference decides: a children's list names IROs as well.
            readings.append((bool(telling), holds == "children" and sure != "guess", score, holds, assigned))
    if not readings:
        return None
    *_, holds, assigned = max(readings, key=lambda reading: reading[:3])
    _refuse_twice(head, assigned, context)
    columns = []
    given = _given(head, context)
    for at, name in enumerate(head.names):
        key, sure = assigned.get(at, (NOT_USED, given[at][1] if given.get(at, ("?",))[0] == NOT_USED else ""))
        label = context.meanings[key].label if key else ""
        columns.append(Column(name, head.addresses(name)[-1], key, label, sure))
    grid = head.grid
    choices = tuple((m.key, m.label) for m in context.meanings.values() if m.holds == holds)
    place = {column.meaning: at for at, column in enumerate(columns) if column.meaning}
    rows, filled = filled_down(head.names, place, head.rows) if holds == "children" else (head.rows, 0)
    return Source(
        grid.file,
        grid.sheet,
        holds,
        head.row,
        tuple(columns),
        head.signature,
        choices,
        rows,
        aside=head.aside,
        filled=filled,
    )


def _reading(holds: Holds, head: Headed, context: Context) -> tuple[dict[int, Said], float, frozenset[str]]:
    """The columns read as such a list, how likely that is, and which of them only such a list has."""
    contents = [_contents(head, at) for at in range(len(head.names))]
    assigned, score = assign(holds, head.names, contents, _given(head, context), context)
    told = {key for at, (key, sure) in assigned.items() if _tells(head.names[at], context.meanings[key], sure)}
    return assigned, score, _TELLING[holds] & told


def _tells(name: str, meaning: Meaning, sure: Sure) -> bool:
    """Whether a column speaks for its list: by more than a guess, or than cells under an unknown header."""
    named = plain(name) in meaning.strong | meaning.weak or meaning.key == "iro"
    return sure in ("chosen", "as last time") or (named and sure != "guess")


def _contents(head: Headed, at: int) -> list[Cell]:
    return list(islice((row[at] for _, row in head.rows if at < len(row) and text(row[at])), _LOOKED_AT))


def _given(head: Headed, context: Context) -> dict[int, Said]:
    """What a person chose for these columns now, or had chosen or taken the last time."""
    last = context.remembered.get(head.signature, {})
    chosen = {plain(header): key for header, key in context.chosen.items()}
    given: dict[int, Said] = {}
    for at, name in enumerate(head.names):
        if name in last and (last[name] == NOT_USED or last[name] in context.meanings):
            given[at] = (last[name], "as last time")
        for called in head.addresses(name):
            if plain(called) in chosen:
                given[at] = (chosen[plain(called)], "chosen")
    return given


def _refuse_twice(head: Headed, assigned: Mapping[int, Said], context: Context) -> None:
    first: dict[str, str] = {}
    for at, (key, _) in sorted(assigned.items()):
        if key in first:
            raise Explained(
                f"{head.grid.where}: “{first[key]}” and “{head.names[at]}” cannot both be "
                f"“{context.meanings[key].label}”.",
                "Choose one of the two columns, and “not used” for the other.",
            )
        first[key] = head.names[at]


def check_map(heads: Sequence[Headed], context: Context) -> None:
    """Raises Explained for a map with a meaning, or a column, that there is none of."""
    seen = dict.fromkeys(name for head in heads for name in head.names)
    called = {plain(address) for head in heads for name in head.names for address in head.addresses(name)}
    for header, key in context.chosen.items():
        if key != NOT_USED and key not in context.meanings:
            raise Explained(
                f"The map gives column “{header}” the meaning “{key}”, which there is none of.",
                f"Known are {', '.join(context.meanings)}, and “” for a column that is not used.",
            )
        if plain(header) not in called:
            raise Explained(
                f"The map names a column “{header}” that no sheet has.", f"The columns seen are {_listed(seen)}."
            )


def not_recognised(file: str, heads: Sequence[Headed], context: Context) -> Explained:
    """Says which column is missing, or that this is no list of IROs or children, and what was seen."""
    for head in heads:
        where, seen = head.grid.where, _listed(head.names)
        if len(_reading("children", head, context)[2]) > 1:
            return Explained(
                f"{where}: no column holds the child's reference; the columns seen are {seen}.",
                "Name that column “Child reference”, or say which it is with a map.",
            )
        if _reading("iros", head, context)[2]:
            return Explained(
                f"{where}: no column holds the IRO's name; the columns seen are {seen}.",
                "Name that column “Name”, or say which it is with a map.",
            )
    sheets = [f"{head.grid.sheet}: " if head.grid.sheet else "" for head in heads]
    listed = "; ".join(sheet + _listed(head.names) for sheet, head in zip(sheets, heads, strict=True))
    said = f"the columns seen are {listed}" if heads else "it has no row of column names"
    return Explained(
        f"{file} is no list of IROs or children that can be recognised; {said}.",
        "Copy the list into a blank sheet (iros.xlsx or children.xlsx), or name its columns as those do.",
    )


def _listed(names: Mapping[str, None] | Sequence[str]) -> str:
    shown = [f"“{name}”" for name in names][:30]
    return ", ".join(shown) + (" …" if len(names) > len(shown) else "") or "none"
