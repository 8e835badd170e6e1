"""How a sheet says what no column does: IROs as headings or as its name, several children in one row.

What is found becomes columns of their own beside the sheet's, so that they are guessed, shown and corrected
like any other; rows that are no child (headings, totals, notes) are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iro_allocator.sheets import cells
from iro_allocator.sheets.cells import Cell, Unreadable, plain, text
from iro_allocator.sheets.grid import Grid
from iro_allocator.sheets.guessing import Context
from iro_allocator.sheets.names import nobody

FROM_HEADING, FROM_SHEET, FROM_TYPE = "IRO (heading)", "IRO (sheet)", "Type (heading)"
FROM_FAMILY = "Family (heading)"
FROM_ROW, BESIDE = "Family (same row)", "Name (beside reference)"
"""Headers of the columns that are made here; the children's meanings know them (meanings.py)."""

Line = tuple[int, Sequence[Cell], Sequence[str]]
"""A row below the header: its number, its cells, and how they read."""

_SPREAD = 0.5  # a column filled in less than this part of the rows leaves room for headings that say the same
_FAMILY = re.compile(r"\b(family|siblings?|sib ?group)\b", re.IGNORECASE)
_TOTAL = re.compile(r"(grand |sub ?|overall )?(totals?|count|average|sum|number of (children|cases))\b")
_IRO_SAID = re.compile(
    r"(?:independent reviewing officer|reviewing officer|iro|(?:iro ?/ ?)?(?:cp )?chair|caseload|cases|allocated)"
    r"(?: name)?(?:\s*[:\-–]\s*| (?:of|for|to) )(?=\S)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s*[\-–:,(\[]*\s*\d[\d.,]*\s*(fte|hrs|hours|children|cases|families|lac|cp)?\b.*$", re.IGNORECASE
)
_NAME_PART = re.compile(r"[^\W\d_][\w.'’\-]*")
_NO_NAME_WORDS = (
    "team;teams;list;lists;child;children;family;families;looked;after;care;protection;plan;plans;unallocated;"
    "allocated;allocations;allocation;sheet;page;case;cases;new;open;closed;service;services;review;reviews;"
    "reviewing;officer;officers;total;notes;note;key;data;caseload;caseloads;printed;report;iro;iros;cp;lac;cla;"
    "all;and;or;the;of;for;by;in;on;as;at;with;no;not;confidential;private;official;sensitive;council;county;"
    "city;borough;referral;referrals;waiting;tracker;master;current;previous;former;leavers;summary;pivot;"
    "dashboard;guidance;instructions;lookup;lookups;week;month;year;quarter"
)
_NO_NAME = frozenset(_NO_NAME_WORDS.split(";"))
_COMPASS = frozenset({"north", "south", "east", "west", "central", "mid"})
_APART = re.compile(r"[,;\n&]|\s/\s|\s+and\s+")
_REFERENCE = re.compile(r"[A-Za-z]{0,6}[-/]?\d[\w\-]*")
_NUMBERED = re.compile(r"(.*?)[\s#\-_.(]*(\d{1,2})[\s)\-_.:]*(.*)")
_WHOLE = frozenset({"iro", "former_iro", "barred", "requires", "prefers", "factors", "family", "team", "pinned"})
"""What brothers and sisters have in common, or may hold a comma of its own: never shared out among them."""


@dataclass(frozen=True)
class Laid:
    """A table as it is to be understood: names of its columns, its rows, and the rows that were left aside."""

    names: tuple[str, ...]
    rows: Sequence[tuple[int, Sequence[Cell]]] = field(repr=False)
    aside: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Above:
    """What the headings above a row say: its IRO, type and family."""

    iro: str
    type: str = ""
    family: str = ""


def laid(
    names: Sequence[str], lines: Iterable[Line], titles: Iterable[Sequence[str]], grid: Grid, context: Context
) -> Laid:
    """The rows below a header as one row a child, with what headings and the sheet's name say beside them."""
    listed = list(lines)
    at = {key: columns_of(names, key, context) for key in ("child", "iro", "type", "family", "name")}
    side_by_side = _numbered(names, context)
    references = [group[side_by_side.reference] for group in side_by_side.groups] if side_by_side else at["child"]
    own = {key: at[key] if _filled(at[key], listed) >= _SPREAD else () for key in ("iro", "type")}
    kept, said, aside = _without_headings(listed, references, own, titles, context)
    more: list[str] = []
    beside: list[list[Cell]] = [[] for _ in kept]

    def add(name: str, key: str, values: Sequence[str]) -> bool:
        if not any(values) or _filled(at[key], kept) >= _SPREAD:
            return False
        more.append(name)
        for cells_, value in zip(beside, values, strict=True):
            cells_.append(value)
        return True

    by_sheet = is_person(grid.sheet, context) or _is_one_of_names(grid.sheet, grid.beside)
    if not add(FROM_HEADING, "iro", [above.iro for above in said]) and by_sheet:
        add(FROM_SHEET, "iro", [_bare(grid.sheet)] * len(kept))
    add(FROM_TYPE, "type", [above.type for above in said])
    add(FROM_FAMILY, "family", [above.family for above in said])
    rows = [(number, row, own) for (number, row, _), own in zip(kept, beside, strict=True)]
    return _one_row_a_child(names, more, rows, at, side_by_side, context, aside)


def columns_of(names: Sequence[str], key: str, context: Context) -> list[int]:
    """The columns whose headers mean this, for certain before perhaps; a person's word before both."""
    given = {plain(name.rpartition("!")[2]): said for name, said in context.chosen.items()}
    meaning = context.meanings[key]
    shown = [plain(name) for name in names]
    free = [(i, name) for i, name in enumerate(shown) if given.get(name, key) == key]
    ranked = (
        [i for i, name in free if name in given],
        [i for i, name in free if name in meaning.strong],
        [i for i, name in free if name in meaning.weak],
    )
    return next((found for found in ranked if found), [])


# -- headings, totals, notes -----------------------------------------------------------------------


def _without_headings(
    lines: Sequence[Line],
    child: Sequence[int],
    own: Mapping[str, Collection[int]],
    titles: Iterable[Sequence[str]],
    context: Context,
) -> tuple[list[Line], list[Above], tuple[tuple[int, str], ...]]:
    """The rows that are children, what the headings above each say, and what was left aside.

    A word alone in a column of its `own` (by iro, type) is no heading, but a row of which the rest is missing.
    """
    above = Above(_titled(titles, context))
    kept: list[Line] = []
    said: list[Above] = []
    aside: list[tuple[int, str]] = []
    for line in lines:
        number, _, shown = line
        words = {value for value in shown if value}
        if len(words) > _MOST_WORDS or _is_child(shown, child, words):
            kept.append(line)
            said.append(above)
        elif _is_total(words):
            continue
        elif (label := _label(words)) is None or _is_own(label, shown.index(label), own):
            kept.append(line)
            said.append(above)
        elif _FAMILY.search(label):
            above = replace(above, family=label)
        elif _type_of(label):
            above = replace(above, type=_type_of(label), family="")
        elif is_person(label, context):
            above = Above(_bare(label))
        elif nobody(_bare(label)):
            above = Above("")
        elif shown.index(label) <= max(child, default=-1):
            aside.append((number, label))
        else:
            kept.append(line)
            said.append(above)
    return kept, said, tuple(aside)


def _is_own(label: str, at: int, own: Mapping[str, Collection[int]]) -> bool:
    return at in own["type"] if _type_of(label) else at in own["iro"]


_MOST_WORDS = 4
"""A heading is a name, perhaps with a few figures beside it."""


def _is_child(shown: Sequence[str], child: Sequence[int], words: set[str]) -> bool:
    """Whether a row has something in the reference's column that can be a reference."""
    given = [shown[i] for i in child if i < len(shown) and shown[i]]
    return any(any(map(str.isdigit, value)) and not _IRO_SAID.match(value) for value in given) and (
        len(words) > 1 or all(" " not in value for value in given)
    )


def _is_total(words: set[str]) -> bool:
    """Whether a row sums up those above: it says so, and has nothing but figures beside."""
    named = [word for word in words if not _is_figure(word)]
    return len(named) <= 1 and all(_TOTAL.match(plain(word)) for word in named) and bool(words)


def _label(words: set[str]) -> str | None:
    """The one text of a row that has nothing but figures beside it, None for a row of more."""
    named = [word for word in words if not _is_figure(word)]
    return named[0] if len(named) == 1 else None


def _is_figure(word: str) -> bool:
    return word[:1].isdigit() and cells.holds(cells.number, word)


def _type_of(label: str) -> str:
    try:
        return cells.case_type(label)
    except Unreadable:
        return ""


def _titled(titles: Iterable[Sequence[str]], context: Context) -> str:
    """The IRO whom the lines above the header name, as in “Caseload of B. Carter”."""
    found = ""
    for shown in titles:
        line = " ".join(dict.fromkeys(word for word in shown if word))
        if (_IRO_SAID.match(line) or context.names.find(_bare(line))) and is_person(line, context):
            found = _bare(line)
    return found


def _bare(label: str) -> str:
    """A name without “IRO:” before it, and hours, figures and brackets behind."""
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", label)
    bare = _COUNTED.sub("", _IRO_SAID.sub("", bare.strip(), count=1))
    return " ".join(bare.split()).strip(" :–-")


def _is_one_of_names(sheet: str, beside: Collection[str]) -> bool:
    """Whether every sheet but those that say something else has a name of one word: an IRO a sheet."""
    names = [name for name in (sheet, *beside) if not _says_else(name)]
    return len(names) > 1 and sheet in names and all(_ONE_WORD.fullmatch(name.strip()) for name in names)


def _says_else(sheet: str) -> bool:
    words = set(plain(sheet).split())
    return nobody(sheet) or bool(words & (_NO_NAME | _COMPASS)) or bool(_type_of(sheet)) or not words


_ONE_WORD = re.compile(r"[A-Z][^\W\d_]{2,}")
_LONGEST_NAME = 100


def is_person(label: str, context: Context) -> bool:
    """Whether a heading or the name of a sheet can be an IRO's: one of the service, or written like a name."""
    bare = _bare(label) if len(label) <= _LONGEST_NAME else ""
    if not bare or nobody(bare):
        return False
    if context.names.find(bare) or (context.names.guesses(bare) and not _type_of(bare)):
        return True
    parts = bare.replace(",", " ").replace(".", ". ").split()
    return (
        2 <= len(parts) <= 4
        and all(_NAME_PART.fullmatch(part) and part[0].isupper() for part in parts)
        and not _NO_NAME.intersection(map(plain, parts))
        and not _COMPASS.issuperset(map(plain, parts))
        and not all(len(part.strip(".")) == 1 for part in parts)
    )


def _filled(columns: Sequence[int], lines: Sequence[Line]) -> float:
    """In what part of the rows the fullest of these columns says something."""
    counts = [sum(1 for *_, shown in lines if i < len(shown) and shown[i]) for i in columns]
    return max(counts, default=0) / len(lines) if lines else 0.0


# -- several children in one row -------------------------------------------------------------------


def _one_row_a_child(
    names: Sequence[str],
    more: Sequence[str],
    rows: Sequence[tuple[int, Sequence[Cell], list[Cell]]],
    at: dict[str, list[int]],
    groups: _Numbered | None,
    context: Context,
    aside: tuple[tuple[int, str], ...],
) -> Laid:
    """One row for every child, from families in one row: references side by side in columns or in one cell."""
    if groups:
        common = [i for i in range(len(names)) if all(i not in group for group in groups.groups)]
        flat = [*(names[i] for i in common), *groups.names, *more]
        parted = [(number, _by_column(row, common, groups), own) for number, row, own in rows]
    elif at["child"]:
        flat, known = [*names, *more], _per_child(names, at["child"][0], context)
        parted = [(number, _by_cell(row, at["child"][0], len(names), known, context), own) for number, row, own in rows]
    else:
        return Laid((*names, *more), [(number, [*_padded(row, len(names)), *own]) for number, row, own in rows], aside)
    families = not at["family"] and any(len(children) > 1 for _, children, _ in parted)
    named = not at["name"] and any(child.name for _, children, _ in parted for child in children)
    flat += [FROM_ROW] * families + [BESIDE] * named
    laid_out = [
        (number, [*child.cells, *own, *[_family(children)] * families, *[child.name] * named])
        if families or named or own or len(children) > 1 or groups
        else (number, row)
        for (number, children, own), (_, row, _) in zip(parted, rows, strict=True)
        for child in children
    ]
    return Laid(tuple(flat), laid_out, aside)


@dataclass(frozen=True)
class _Child:
    """The cells of one child of a row, their reference, and a name that stood beside it."""

    cells: Sequence[Cell]
    reference: str
    name: str = ""


def _family(children: Sequence[_Child]) -> str:
    return f"Family of {children[0].reference}" if len(children) > 1 else ""


def _padded(row: Sequence[Cell], width: int) -> list[Cell]:
    return [*row[:width], *[None] * (width - len(row))]


@dataclass(frozen=True)
class _Numbered:
    """Columns of the first, second … child of a row: where each child's cells are (-1 = none), and their names."""

    names: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]
    reference: int


def _numbered(names: Sequence[str], context: Context) -> _Numbered | None:
    """The columns such as “Child 1 ID”, “Child 1 DOB”, “Child 2 ID” …; None when the sheet has none."""
    stems: dict[tuple[str, str], dict[int, int]] = {}
    shown: dict[tuple[str, str], str] = {}
    for i, name in enumerate(names):
        if match := _NUMBERED.fullmatch(name):
            stem = plain(match[1]), plain(match[3])
            stems.setdefault(stem, {})[int(match[2])] = i
            shown.setdefault(stem, " ".join(f"{match[1]} {match[3]}".split()))
    stems = {stem: where for stem, where in stems.items() if len(where) > 1}
    meaning = context.meanings["child"]
    for words in (meaning.strong, meaning.weak):
        for stem, where in stems.items():
            if plain(shown[stem]) in words:
                order = sorted(where)
                groups = tuple(tuple(stems[other].get(n, -1) for other in stems) for n in order)
                return _Numbered(tuple(shown[other] for other in stems), groups, list(stems).index(stem))
    return None


def _by_column(row: Sequence[Cell], common: Sequence[int], groups: _Numbered) -> list[_Child]:
    """The children of a row whose references stand side by side; a row without any stays one row."""

    def cell(i: int) -> Cell:
        return row[i] if 0 <= i < len(row) else None

    shared = [cell(i) for i in common]
    children = [
        _Child([*shared, *(cell(i) for i in group)], text(cell(group[groups.reference])))
        for group in groups.groups
        if any(text(cell(i)) for i in group)
    ]
    return children or [_Child([*shared, *[None] * len(groups.names)], "")]


def _per_child(names: Sequence[str], child: int, context: Context) -> frozenset[int]:
    """The columns whose cells may list something for each child of a row."""
    whole = frozenset().union(
        *(context.meanings[key].strong | context.meanings[key].weak for key in _WHOLE if key in context.meanings)
    )
    return frozenset(i for i, name in enumerate(names) if i != child and plain(name) not in whole)


def _by_cell(row: Sequence[Cell], at: int, width: int, apart: frozenset[int], context: Context) -> list[_Child]:
    """The children of a row whose references stand in one cell; mostly that is one child."""
    cell = row[at] if at < len(row) else None
    pieces = list(_references(cell, context)) if isinstance(cell, str) and _LISTED.search(cell) else []
    if not pieces or (len(pieces) == 1 and not pieces[0][1]):
        return [_Child(row, text(cell))]
    padded = _padded(row, width)
    shared = {i: found for i in apart if (found := _shared(padded[i], len(pieces)))}
    return [
        _Child(
            [reference if i == at else shared[i][n] if i in shared else value for i, value in enumerate(padded)],
            reference,
            name,
        )
        for n, (reference, name) in enumerate(pieces)
    ]


_LISTED = re.compile(r"\S[,;&/()\s]\s*\S")
_SHORTEST = 4
"""Numbers of so many digits, all alike and with nothing between, are references one after the other."""


def _references(cell: str, context: Context) -> Iterator[tuple[str, str]]:
    """The references that a cell lists, each with the name beside it; nothing for a cell that is no such list."""
    if text(cell) in context.children:
        return
    pieces = [piece.strip() for piece in _APART.split(cell) if piece.strip()]
    if len(pieces) == 1:
        words = re.split(r"[\s/]+", pieces[0])
        if len(words) > 1 and len({len(word) for word in words}) == 1 and len(words[0]) >= _SHORTEST:
            pieces = words if all(_REFERENCE.fullmatch(word) for word in words) else pieces
    found = []
    for piece in pieces:
        words = piece.replace("(", " ").replace(")", " ").replace("–", " ").split()
        marked = [word.strip(":-") for word in words if any(map(str.isdigit, word))]
        if len(marked) != 1 or not _REFERENCE.fullmatch(marked[0]):
            return
        beside = [word for word in words if not any(map(str.isdigit, word)) and word not in ("-", "–", ":")]
        if len(pieces) == 1 and not all(word[:1].isupper() for word in beside):
            return
        found.append((marked[0], " ".join(beside)))
    yield from found


def _shared(cell: Cell, number: int) -> list[str] | None:
    """A cell that lists something for each of so many children, None for one that says it of all."""
    if not isinstance(cell, str) or number < 2:
        return None
    for mark in ("\n", ";", ","):
        pieces = [piece.strip() for piece in cell.split(mark)]
        if len(pieces) == number and all(pieces):
            return pieces
    return None
