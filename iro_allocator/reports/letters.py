"""Letters about a new IRO, from templates that the service writes itself: to the social worker, to the child.

A page for every family that gets a new IRO. A letter knows the children it is about and no others: it is
filled from them alone. Without names the children stand in it by reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from iro_allocator import resource
from iro_allocator.diary import review_due
from iro_allocator.domain import Allocation, Case, Iro, Settings, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.paper import pages
from iro_allocator.reports.changes import HANDOVER, changed

WORDS: Mapping[str, str] = MappingProxyType(
    {"letters": "Letters to social workers", "child-letters": "Letters to children"}
)
_FILES = {"letters": "letter-social-worker", "child-letters": "letter-child"}
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True)
class NewIro:
    """Children of one family who get the same IRO on a day, and the one they had ("" for none)."""

    children: tuple[Case, ...]
    iro: Iro
    day: date
    before: str


@dataclass(frozen=True)
class _Filling:
    """What the placeholders of one letter stand for."""

    new: NewIro
    settings: Settings
    today: date
    names: bool

    @property
    def called(self) -> str:
        return _listed(case.name if self.names and case.name else case.id for case in self.new.children)


PLACEHOLDERS: Mapping[str, tuple[str, Callable[[_Filling], str]]] = MappingProxyType(
    {
        "children": ("the children, by name where names are asked for", lambda f: f.called),
        "family": ("the family's key", lambda f: f.new.children[0].family or f.new.children[0].id),
        "iro": ("the new IRO's name", lambda f: f.new.iro.name),
        "contact": ("how to reach the new IRO", lambda f: _contact(f.new.iro)),
        "email": ("the new IRO's email", lambda f: f.new.iro.email or "not known"),
        "phone": ("the new IRO's telephone", lambda f: f.new.iro.phone or "not known"),
        "day": ("from which day", lambda f: _long(f.new.day)),
        "before": (
            "a sentence that says who the IRO was, nothing when there was none",
            lambda f: f"Until then it was {f.new.before}." if f.new.before else "",
        ),
        "social_worker": ("the social worker's name", lambda f: _social_worker(f.new.children)),
        "next_review": (
            "when the next review or conference is due",
            lambda f: _next_review(f.new, f.settings, f.today),
        ),
        "service": ("the service's name", lambda f: f.settings.service),
        "today": ("the day of the letter", lambda f: _long(f.today)),
    }
)
"""What may stand in braces in a template, what it means, and how it is filled."""


def standard(kind: str) -> str:
    """The template that comes with the program."""
    return resource.path(f"templates/{_FILES[kind]}.txt").read_text(encoding="utf-8")


def check(kind: str, template: str) -> str:
    """The template, if it can be filled; raises Explained, naming the line, when it cannot."""
    known = ", ".join(f"{{{key}}}" for key in PLACEHOLDERS)
    if not template.strip():
        raise Explained(f"{WORDS[kind]}: the template is empty.", "Write something, or take the standard one.")
    for number, line in enumerate(template.splitlines(), 1):
        for name in _PLACEHOLDER.findall(line):
            if name not in PLACEHOLDERS:
                raise Explained(
                    f"{WORDS[kind]}: line {number} has {{{name}}}, which stands for nothing.", f"Known are {known}."
                )
        if set(_PLACEHOLDER.sub("", line)) & {"{", "}"}:
            raise Explained(
                f"{WORDS[kind]}: in line {number} a brace stands alone.", f"A placeholder is one of {known}."
            )
    return template


def used(template: str) -> tuple[str, ...]:
    """What a template tells, in its order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(template)))


def in_period(snapshot: Snapshot, since: date, until: date) -> tuple[NewIro, ...]:
    """The families that got an IRO, or another one, from a day to a day and still have that one then."""
    found: dict[tuple[str, str, date], list[tuple[Case, str]]] = {}
    for change in changed(snapshot, since, until):
        row = snapshot.allocation_on(change.case.id, until)
        came = change.what in (HANDOVER, "allocated")
        if came and row and (row.iro, row.start) == (change.after, change.day):
            key = (_unit(change.case), change.after, change.day)
            found.setdefault(key, []).append((change.case, change.before))
    return _letters(snapshot, found)


def of_step(snapshot: Snapshot, step: Step) -> tuple[NewIro, ...]:
    """The families to whom a step of the history gave an IRO, or another one."""
    found: dict[tuple[str, str, date], list[tuple[Case, str]]] = {}
    ended = {
        edit.after.case: edit.after.iro
        for edit in step.edits
        if isinstance(edit.after, Allocation) and isinstance(edit.before, Allocation) and edit.after.end
    }
    for edit in step.edits:
        row = _given(edit)
        if row and (case := snapshot.case.get(row.case)):
            found.setdefault((_unit(case), row.iro, row.start), []).append((case, ended.get(case.id, "")))
    return _letters(snapshot, found)


def gave_iro(step: Step) -> bool:
    """Whether children got an IRO by a step of the history."""
    return any(_given(edit) for edit in step.edits)


def _given(edit: Edit) -> Allocation | None:
    """The allocation that an edit begins, if it begins one that goes on."""
    row = edit.after
    begun = isinstance(row, Allocation) and not edit.before and not row.end and row.type == "allocated"
    return row if begun and isinstance(row, Allocation) else None


def _unit(case: Case) -> str:
    """What gets one letter: the family, or a child who stands apart from it."""
    return case.family if case.family and not case.separate else f"\0{case.id}"


def _letters(snapshot: Snapshot, found: Mapping[tuple[str, str, date], list[tuple[Case, str]]]) -> tuple[NewIro, ...]:
    made = []
    for (_, iro, day), who in found.items():
        if iro in snapshot.iro:
            former = {before for _, before in who}
            before = former.pop() if len(former) == 1 else ""
            children = tuple(sorted((case for case, _ in who), key=lambda case: case.id))
            name = snapshot.iro[before].name if before in snapshot.iro and before != iro else ""
            made.append(NewIro(children, snapshot.iro[iro], day, name))
    return tuple(sorted(made, key=lambda new: (new.day, new.children[0].family, new.children[0].id)))


def written(
    kind: str, template: str, new: Iterable[NewIro], settings: Settings, today: date, *, names: bool
) -> tuple[str, ...]:
    """The text of each letter."""
    check(kind, template)
    return tuple(_filled(template, _Filling(each, settings, today, names)) for each in new)


def _filled(template: str, filling: _Filling) -> str:
    # One pass: what is filled in is never looked at for placeholders of its own.
    return _PLACEHOLDER.sub(lambda found: PLACEHOLDERS[found[1]][1](filling), template)


def parts(letters: Iterable[str]) -> list[pages.Part]:
    """Letters for printing, each on a page of its own: # begins a heading, - an item, a blank line a paragraph."""
    made: list[pages.Part] = []
    for letter in letters:
        if made:
            made.append(pages.Break())
        first = True
        for line in letter.splitlines():
            said = line.strip()
            if said.startswith("# "):
                made.append(pages.Heading(said[2:], large=first))
                first = False
            elif said.startswith("- "):
                made.append(pages.Words(said[2:], "item"))
            elif said:
                made.append(pages.Words(said))
    return made


def _contact(iro: Iro) -> str:
    ways = [f"by telephone on {iro.phone}"] if iro.phone else []
    ways += [f"by email at {iro.email}"] if iro.email else []
    return " or ".join(ways) or "through the social worker"


def _social_worker(children: Iterable[Case]) -> str:
    return _listed(dict.fromkeys(case.social_worker for case in children if case.social_worker)) or "the social worker"


def _next_review(new: NewIro, settings: Settings, today: date) -> str:
    due = [day for case in new.children if (day := review_due(case, settings.closure_days))]
    if not due:
        return "not known"
    return _long(min(due)) + (", overdue" if min(due) < today else "")


def _listed(names: Iterable[str]) -> str:
    *others, last = [*names] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
