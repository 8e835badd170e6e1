"""Tells a step in words: what it is about, each fact before and after, and the suggestion behind it. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from iro_allocator.domain import (
    CASE_TYPES,
    Absence,
    Allocation,
    Apart,
    Barred,
    Case,
    Hours,
    Iro,
    Record,
    Scenario,
    Settings,
    Snapshot,
)
from iro_allocator.edits import Edit, Step
from iro_allocator.looking_back import FIELDS, Decided, changed_fields, decided, say
from iro_allocator.ui.scheme import settings_facts

NOTHING = "–"
_CALLED = {
    "case": "child",
    "hours": "other hours",
    "absence": "absence",
    "barred": "IRO who may not",
    "apart": "kept apart",
    "iro": "IRO",
    "scenario": "scenario",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about a child (by reference), an IRO (by name) or the settings, before and after a step, and why."""

    who: str
    what: str
    before: str
    after: str
    why: str = ""


def facts(step: Step, snapshot: Snapshot) -> tuple[Fact, ...]:
    """What a step changed, in words, in the order of its edits; a child's change of IRO is one fact.

    `snapshot` gives the names of IROs and the settings before a new version; an IRO whom it does not know
    any more is named by the step itself.
    """
    if "export" in step.detail:
        return exported(step)
    names = {edit.record.id: edit.record.name for edit in step.edits if isinstance(edit.record, Iro)}
    names |= {iro.id: iro.name for iro in snapshot.iro.values()}
    found: list[Fact] = []
    allocations: dict[tuple[str, str], list[Edit]] = {}
    for edit in step.edits:
        record = edit.record
        if isinstance(record, Allocation):
            allocations.setdefault((record.case, record.type), []).append(edit)
        elif isinstance(record, Settings):
            found += _of_settings(edit, record, snapshot)
        else:
            found += _of_record(edit, names)
    for (case, kind), edits in allocations.items():
        found += _of_allocations(case, "IRO" if kind == "allocated" else "Cover", edits, names)
    return tuple(found)


def exported(step: Step) -> tuple[Fact, ...]:
    """What left the program by a step: which list, as what, how many children, names or not, which fields."""
    kept = step.detail["export"]
    told = (
        ("List", kept["title"]),
        ("File", f"{kept['file']} ({kept['format'].upper()})"),
        ("Children", f"{kept['children']:,}"),
        ("Children’s names", "yes" if kept["names"] else "no, by reference"),
        ("Fields", ", ".join(kept["fields"])),
    )
    return tuple(Fact("Export", what, NOTHING, said) for what, said in told)


def touched(step: Step) -> frozenset[str]:
    """The references of the children and the ids of the IROs that a step is about."""
    found: set[str] = set()
    for edit in step.edits:
        for record in (edit.before, edit.after):
            if isinstance(record, Case | Iro):
                found.add(record.id)
            elif isinstance(record, Allocation | Barred):
                found |= {record.case, record.iro}
            elif isinstance(record, Absence | Hours):
                found.add(record.iro)
            elif isinstance(record, Apart):
                found |= {record.case, record.other}
    return frozenset(found)


def _say(value: Any, field: str = "") -> str:
    return NOTHING if value in (None, "", ()) else say(value, field)


def _of_record(edit: Edit, names: Mapping[str, str]) -> Iterable[Fact]:
    record, before, after = edit.record, edit.before, edit.after
    who = _who(record, names)
    if before and after:
        for field in changed_fields(before, after):
            one, other = _say(getattr(before, field), field), _say(getattr(after, field), field)
            label = FIELDS[record.kind][field]
            yield Fact(who, label[0].upper() + label[1:], one, other)
        return
    what, summary = _CALLED[record.kind], _summary(record, names)
    if isinstance(record, Case | Iro | Scenario):
        what = f"New {what}" if after else f"{what} taken out"
    what = what[0].upper() + what[1:]
    yield Fact(who, what, NOTHING, summary) if after else Fact(who, what, summary, NOTHING)


def _who(record: Record, names: Mapping[str, str]) -> str:
    if isinstance(record, Barred | Apart):
        return record.case
    if isinstance(record, Absence | Hours):
        return names.get(record.iro, record.iro)
    return record.name if isinstance(record, Iro | Scenario) else record.id


def _summary(record: Record, names: Mapping[str, str]) -> str:
    """A record in a few words."""
    if isinstance(record, Case):
        since = f" since {say(record.opened)}" if record.opened else ""
        return CASE_TYPES[record.type] + since + (f", family {record.family}" if record.family else "")
    if isinstance(record, Iro):
        return f"{record.contracted_hours:g} h, {record.employment}, takes {' and '.join(record.takes)}"
    if isinstance(record, Absence):
        until = f"to {say(record.last)}" if record.last else "until further notice"
        keeps = "keeps their children" if record.keeps_children else "children to be reallocated"
        return f"{record.reason}, {say(record.first)} {until}, {keeps}"
    if isinstance(record, Hours):
        return record.words
    if isinstance(record, Scenario):
        return "; ".join(change.words for change in record.changes) or "no changes yet"
    if isinstance(record, Barred):
        return f"{names.get(record.iro, record.iro)} ({record.reason})"
    assert isinstance(record, Apart)
    return f"{record.other} ({record.reason})"


def _of_allocations(case: str, title: str, edits: list[Edit], names: Mapping[str, str]) -> Iterable[Fact]:
    """Who had the child and who has them then; what is in the past before and after is a former IRO."""
    was = [edit.before for edit in edits if isinstance(edit.before, Allocation) and edit.before.end is None]
    now = [edit.after for edit in edits if isinstance(edit.after, Allocation) and edit.after.end is None]
    if [row.iro for row in was] != [row.iro for row in now]:
        before = ", ".join(names.get(row.iro, row.iro) for row in was) or "nobody"
        ends = [row.end for edit in edits if isinstance(row := edit.after, Allocation) and row.end]
        nobody = f"nobody from {say(max(ends))}" if ends else "nobody"
        after = ", then ".join(f"{names.get(row.iro, row.iro)} from {say(row.start)}" for row in now)
        yield Fact(case, title, before, after or nobody, "; ".join(row.reason for row in now if row.reason))
    for edit in edits:
        one, other = edit.before, edit.after
        if isinstance(one, Allocation) and isinstance(other, Allocation) and one in was and other in now:
            for field in changed_fields(one, other):
                label = FIELDS["allocation"][field]
                what = label[0].upper() + label[1:]
                yield Fact(case, what, _say(getattr(one, field)), _say(getattr(other, field)))
        elif one not in was and other not in now:
            yield Fact(case, f"Former {title}" if title == "IRO" else title, _span(one, names), _span(other, names))


def _span(row: Record | None, names: Mapping[str, str]) -> str:
    if not isinstance(row, Allocation):
        return NOTHING
    return f"{names.get(row.iro, row.iro)}, {say(row.start)} to {say(row.end)}"


def _of_settings(edit: Edit, record: Settings, snapshot: Snapshot) -> Iterable[Fact]:
    """A new version against the one before it, since versions are added and not changed."""
    who = f"Settings, version {record.version}"
    if isinstance(edit.before, Settings) and isinstance(edit.after, Settings):
        yield from (Fact(who, *fact) for fact in settings_facts(edit.before, edit.after))
        return
    earlier = [settings for settings in snapshot.settings.values() if settings.version < record.version]
    one = max(earlier, key=lambda settings: settings.version, default=Settings())
    start = say(record.start)
    if edit.after:
        yield Fact(who, "In force from", NOTHING, start)
        yield from (Fact(who, *fact) for fact in settings_facts(one, record))
    else:
        yield Fact(who, "In force from", start, NOTHING)


# What it was decided against


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The suggestion that a step was decided against: how good it was, and what a person made of it."""

    words: str
    decided: tuple[Decided, ...]

    @property
    def otherwise(self) -> int:
        """How many were accepted with another IRO than the one suggested."""
        return sum(each.accepted not in ("", each.suggested) for each in self.decided)

    @property
    def left(self) -> int:
        """How many were not accepted at all."""
        return sum(not each.accepted for each in self.decided)

    def __str__(self) -> str:
        taken = len(self.decided) - self.left
        said = [self.words, f"{self.otherwise} of {taken} decided otherwise" if self.otherwise else "as suggested"]
        if self.left:
            said.append(f"{self.left} not accepted")
        return ", ".join(said)


def suggestion(step: Step) -> Suggestion | None:
    """The suggestion kept with a step, None when it was made without one."""
    kept = step.detail.get("suggestion")
    if not kept:
        return None
    # Brings numpy, which the window must not need to start.
    from iro_allocator.solver.score import gap_in_words

    good = kept.get("evenness") or gap_in_words(kept["gap_points"], kept["objective"])
    return Suggestion(good + (", stopped early" if kept["stopped"] else ""), decided(step))
