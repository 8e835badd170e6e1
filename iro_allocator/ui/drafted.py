"""A drafted import in words: how it was recognised, its cards, what is missing, what was taken. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iro_allocator.workspace import Draft, Finding

HOLDS = {"children": "one row a child", "iros": "one row an IRO"}
PLACEMENT = "Placement postcode"
LONG = 40
"""A file's name with more letters is shown in part."""

SHOWN = 12
"""So many references are named one by one."""


def counted(number: int, one: str, many: str) -> str:
    """“1 child”, “1,137 children”."""
    return f"{number:,} {one if number == 1 else many}"


def title(names: Sequence[str]) -> str:
    """What is imported: the file by name, or how many there are; a long name in part."""
    if len(names) > 2:
        return f"Import: {len(names)} files"
    return (
        f"Import: {' and '.join(name if len(name) <= LONG else f'{name[: LONG - 12]}…{name[-10:]}' for name in names)}"
    )


def recognised(draft: Draft) -> str:
    """What the files were recognised as."""
    said: dict[str, list[str]] = {}
    for source in draft.sources:
        if source.unused:
            continue
        if source.table:
            said.setdefault(source.words.removesuffix(f", {source.table}"), []).append(source.table)
            continue
        sheet = f"sheet “{source.sheet}”, " if source.sheet else ""
        words = f"{sheet}header in row {source.header_row}, {HOLDS[source.holds]}"
        said.setdefault(source.words, []).append(words)
    parts = [f"{kind}: {_listed(dict.fromkeys(words))}" for kind, words in said.items()]
    unused = sum(bool(source.unused) for source in draft.sources)
    parts += [f"{counted(unused, 'table', 'tables')} not needed"] if unused else []
    return f"Recognised as a {' · '.join(parts)} · nothing is changed until you take it"


def _listed(words: Iterable[str]) -> str:
    listed = list(words)
    return "; ".join(listed[:MOST_SHEETS]) + (f"; {len(listed) - MOST_SHEETS} more" * (len(listed) > MOST_SHEETS))


MOST_SHEETS = 4
"""So many sheets of a kind are told one by one."""


def cards(draft: Draft) -> list[tuple[str, str, str, bool]]:
    """The six cards: label, figure, note, and whether it asks for attention."""
    about_children = any(source.holds == "children" for source in draft.sources)
    main, what = (draft.children, "children") if about_children else (draft.iros, "IROs")
    beside = draft.iros if about_children else None

    def note(number: int, new: str = "") -> str:
        return f"and {counted(number, f'{new}IRO', f'{new}IROs')}" if number else ""

    ended = f"{len(draft.ended):,} of them not in the file" if draft.ended else note(beside.ended if beside else 0)
    missing = len(draft.missing)
    absent = "end today" if draft.ended else "stay, unless you choose"
    return [
        (f"New {what}", f"{main.new:,}", note(beside.new if beside else 0, "new "), False),
        ("Changed", f"{main.changed:,}", moved(draft) or note(beside.changed if beside else 0), False),
        ("Ended", f"{main.ended:,}", ended, False),
        ("Unchanged", f"{main.unchanged:,}", note(beside.unchanged if beside else 0), False),
        (
            "Left out (must fix)",
            f"{draft.left_out:,}",
            "the other rows can be taken" if draft.left_out else "",
            draft.left_out > 0,
        ),
        ("Not in this file", f"{missing:,}", absent if missing else "", False),
    ]


def moved(draft: Draft) -> str:
    """How many of the children who change have another placement."""
    who = {change.who for change in draft.changes if change.what == PLACEMENT and change.before}
    return f"{len(who):,} moved placement" if who else ""


def missing_words(draft: Draft) -> str:
    """Which open children a full list does not have."""
    references = [case.id for case in draft.missing]
    listed = ", ".join(references[:SHOWN]) + (" …" if len(references) > SHOWN else "")
    return f"{counted(len(references), 'child is', 'children are')} not in this file: {listed}"


def taken_words(draft: Draft) -> str:
    """What was taken, for the status line."""
    said = []
    for counts, one, many in ((draft.children, "child", "children"), (draft.iros, "IRO", "IROs")):
        parts = [
            f"{number:,} {word}"
            for number, word in ((counts.new, "new"), (counts.changed, "changed"), (counts.ended, "ended"))
            if number
        ]
        if parts:
            total = counts.new + counts.changed + counts.ended
            said.append(f"{', '.join(parts)} {one if total == 1 else many}")
    return f"Taken: {'; '.join(said) or counted(len(draft.step.edits), 'change', 'changes')}."


def finding_words(finding: Finding) -> str:
    """A finding in a line: the column, and what is wrong there."""
    return f"{finding.column}: {finding.message}" if finding.column else finding.message
