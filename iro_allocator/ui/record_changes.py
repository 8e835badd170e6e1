"""What the history says about one child or one IRO, fact by fact, newest first. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from iro_allocator.domain import Absence, Allocation, Apart, Barred, Case, Hours, Iro, Record, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.ui.telling import NOTHING, facts

if TYPE_CHECKING:
    from iro_allocator.workspace import Committed


@dataclass(frozen=True, slots=True)
class Change:
    """One fact before and after a step, when and by whom; `step` is what the step was called."""

    number: int
    day: date
    by: str
    step: str
    what: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The change in a few words: “hours 18.5 → 22”."""
        if self.before == NOTHING:
            return f"{self.what}: {self.after}"
        if self.after == NOTHING:
            return f"{self.what} taken away: {self.before}"
        return f"{self.what}: {self.before} → {self.after}"


def of_case(history: Iterable[Committed], case: str, snapshot: Snapshot) -> tuple[Change, ...]:
    """What was changed in everything on record about a child."""

    def about(record: Record) -> bool:
        if isinstance(record, Case):
            return record.id == case
        if isinstance(record, Apart):
            return case in (record.case, record.other)
        return isinstance(record, Allocation | Barred) and record.case == case

    return _changes(history, about, snapshot)


def of_iro(history: Iterable[Committed], iro: str, snapshot: Snapshot) -> tuple[Change, ...]:
    """What was changed in an IRO's own record, hours and absences."""

    def about(record: Record) -> bool:
        own = isinstance(record, Iro) and record.id == iro
        return own or (isinstance(record, Absence | Hours) and record.iro == iro)

    return _changes(history, about, snapshot)


def summary(edits: Iterable[Edit], snapshot: Snapshot) -> str:
    """What edits change, by the names of the facts alone: a step's label says nothing about a child."""
    names = list(dict.fromkeys(_small(fact.what) for fact in facts(Step("", tuple(edits)), snapshot)))
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} changes"


def _small(words: str) -> str:
    return words if words[:3].isupper() else words[:1].lower() + words[1:]


def _changes(history: Iterable[Committed], about: Callable[[Record], bool], snapshot: Snapshot) -> tuple[Change, ...]:
    found = []
    for made in history:
        edits = tuple(edit for edit in made.step.edits if about(edit.record))
        if edits:
            day = made.at.astimezone().date()
            found += [
                Change(made.number, day, made.by, made.step.label, fact.what, fact.before, fact.after)
                for fact in facts(Step(made.step.label, edits), snapshot)
            ]
    return tuple(reversed(found))
