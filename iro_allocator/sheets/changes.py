"""What a draft would change, in words and in numbers: rows for the preview and the counts above it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Literal

from iro_allocator import authorities
from iro_allocator.caseload import Weight, weights
from iro_allocator.domain import Allocation, Barred, Case, Iro, Snapshot
from iro_allocator.edits import Edit
from iro_allocator.sheets.meanings import CHILDREN, IROS
from iro_allocator.sheets.rows import Row

NOBODY = "waits for an IRO"
_UNTOLD = frozenset({"id", "placement", "base", "other_duties_note"})  # what follows from another field
_LABELS: Mapping[str, Mapping[str, str]] = {
    "iro": {meaning.field: meaning.label for meaning in IROS if meaning.field}
    | {"name": "Name", "other_duties": "Other duties"},
    "case": {meaning.field: meaning.label for meaning in CHILDREN if meaning.field}
    | {
        "home_postcode": "Home postcode",
        "social_worker": "Social worker",
        "placement_authority": "Placed in",
        "distance_band": "Distance by hand",
        "mother": "Mother, looked after",
    },
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a kind are new, changed, ended or unchanged, and how many must be fixed first.

    IROs whom only the children's list names count as new, children ended as missing as ended.
    """

    new: int = 0
    changed: int = 0
    ended: int = 0
    unchanged: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One fact about a child (by reference) or an IRO (by name) before and after."""

    kind: Literal["child", "iro"]
    who: str
    what: str
    before: str
    after: str


def count_iros(rows: Iterable[Row], edits: Iterable[Edit], day: date) -> Counts:
    """The counts of the IROs: one who has a last day now that has passed, or is today, has ended."""
    left_out, good = _split(rows)
    new = changed = ended = listed = 0
    for edit in edits:
        if isinstance(edit.after, Iro):
            gone = edit.after.last_day is not None and edit.after.last_day <= day
            if not isinstance(edit.before, Iro):
                new += 1
            elif gone and (edit.before.last_day is None or edit.before.last_day > day):
                ended += 1
            else:
                changed += 1
            listed += 1
    return Counts(new, changed, ended, max(0, good - listed), left_out)


def count_children(rows: Iterable[Row], listed: Collection[str], edits: Collection[Edit]) -> Counts:
    """The counts of the children; `listed` are those whom the files have, one row or many each."""
    new = {edit.record.id for edit in edits if isinstance(edit.after, Case) and edit.before is None}
    ended = {
        after.id
        for edit in edits
        if isinstance(before := edit.before, Case) and isinstance(after := edit.after, Case)
        if after.closed and not before.closed
    }
    changed = _touched(edits) - new - ended
    unchanged = set(listed) - new - changed - ended
    return Counts(len(new), len(changed), len(ended), len(unchanged), sum(row.left_out for row in rows))


def changes(before: Snapshot, after: Snapshot, edits: Collection[Edit], day: date) -> tuple[Change, ...]:
    """Every fact that would change, IROs first, then children by reference."""
    found = [change for edit in edits if isinstance(edit.after, Iro) for change in _of_iro(edit.before, edit.after)]
    barred_before, barred_after = _barred(before), _barred(after)
    touched = sorted(_touched(edits))
    known = any(key in before.case for key in touched)
    was, now = (_weights(before, day), _weights(after, day)) if known else ({}, {})
    for key in touched:
        old, new = before.case.get(key), after.case[key]
        if old is None:
            since = f" since {spoken(new.opened)}" if new.opened else ""
            found.append(Change("child", key, "New child", "", f"{new.type}{since}, {_with(after, key, day)}"))
            continue
        found += [Change("child", key, *fact) for fact in _differences(old, new)]
        pairs = [
            ("IRO", _with(before, key, day), _with(after, key, day)),
            ("Since", _since(before, key, day), _since(after, key, day)),
            ("Pinned", _pinned(before, key, day), _pinned(after, key, day)),
            ("IROs who may not", barred_before.get(key, ""), barred_after.get(key, "")),
            ("Former IROs", _past(before, key, day), _past(after, key, day)),
            ("Weight", f"{was[key].value:.2f}" if key in was else "", f"{now[key].value:.2f}" if key in now else ""),
        ]
        if new.closed and new.closed <= day:
            pairs = []  # that they have ended says it all
        found += [Change("child", key, what, one, other) for what, one, other in pairs if one != other]
    return tuple(found)


def _weights(snapshot: Snapshot, day: date) -> Mapping[str, Weight]:
    return weights(snapshot.open_cases(day), snapshot.settings_on(day).scheme)


def spoken(value: object, field: str = "") -> str:
    """A value as a person says it: dates "23 Nov 2026", lists with commas, a council by name, nothing as nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return authorities.named(str(value)) if field == "placement_authority" else str(value)


@lru_cache(maxsize=10_000)
def _day(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def _split(rows: Iterable[Row]) -> tuple[int, int]:
    """How many rows are left out, and how many are good."""
    out = [row.left_out for row in rows]
    return sum(out), len(out) - sum(out)


def _touched(edits: Iterable[Edit]) -> set[str]:
    """The children whom edits are about."""
    found = set()
    for edit in edits:
        if isinstance(edit.record, Case):
            found.add(edit.record.id)
        elif isinstance(edit.record, Allocation | Barred):
            found.add(edit.record.case)
    return found


def _of_iro(before: object, after: Iro) -> Iterable[Change]:
    if not isinstance(before, Iro):
        facts = f"{after.contracted_hours:g} h, {after.employment}, takes {' and '.join(after.takes)}"
        return [Change("iro", after.name, "New IRO", "", facts)]
    return [Change("iro", after.name, *fact) for fact in _differences(before, after)]


def _differences(before: Iro | Case, after: Iro | Case) -> Iterable[tuple[str, str, str]]:
    for field in fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new and field.name not in _UNTOLD:
            label = _LABELS[after.kind].get(field.name, field.name.replace("_", " ").capitalize())
            yield label, spoken(old, field.name), spoken(new, field.name)


def _with(snapshot: Snapshot, case: str, day: date) -> str:
    """The child's IRO now, and the one a handover is planned to."""
    rows = [row for row in snapshot.allocations_by_case.get(case, ()) if row.end is None or row.end > day]
    names = [snapshot.iro[row.iro].name + (f" from {spoken(row.start)}" if row.start > day else "") for row in rows]
    return ", then ".join(names) or NOBODY


def _since(snapshot: Snapshot, case: str, day: date) -> str:
    row = snapshot.allocation_on(case, day)
    return spoken(row.start) if row else ""


def _pinned(snapshot: Snapshot, case: str, day: date) -> str:
    row = snapshot.allocation_on(case, day)
    return (row.pin_reason or "Yes") if row and row.pinned else ""


def _barred(snapshot: Snapshot) -> dict[str, str]:
    """The names of the IROs who may not have a child, by child."""
    found: dict[str, list[str]] = {}
    for row in snapshot.barred.values():
        found.setdefault(row.case, []).append(snapshot.iro[row.iro].name)
    return {case: ", ".join(sorted(names)) for case, names in found.items()}


def _past(snapshot: Snapshot, case: str, day: date) -> str:
    rows = snapshot.allocations_by_case.get(case, ())
    return ", ".join(dict.fromkeys(snapshot.iro[row.iro].name for row in rows if row.end and row.end <= day))
