"""The one way anything changes: a Step of Edits, each a record before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from iro_allocator.domain import RECORDS, Record, Snapshot
from iro_allocator.errors import Explained, Stale


@dataclass(frozen=True, slots=True)
class Edit:
    """One record before and after; None before = it did not exist, None after = it exists no more."""

    before: Record | None
    after: Record | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise Explained("An edit needs a record before or after.")
        if self.before and self.after and (self.before.kind, self.before.id) != (self.after.kind, self.after.id):
            raise Explained("An edit changes one record: its kind and id stay.")

    @property
    def record(self) -> Record:
        """The record as it is after, or was before when it is removed."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def key(self) -> tuple[str, str]:
        """Kind and id of the record."""
        return self.record.kind, self.record.id

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.after, self.before)


@dataclass(frozen=True, slots=True)
class Step:
    """Edits made together or not at all, with what a person would call them.

    `reason` is what the person gave; `detail` holds facts for the audit that are not records (the
    suggestion it was decided against: seed, bound, gap, versions), as plain JSON values. A step of detail
    alone changes nothing and is only put on record, such as a list that was exported.
    Law: `step.inverse.apply(step.apply(s)) == s`.
    """

    label: str
    edits: tuple[Edit, ...]
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seen: set[tuple[str, str]] = set()
        for edit in self.edits:
            if edit.key in seen:
                raise Explained(f"A step may change {edit.key[0]} {edit.key[1]} only once.")
            seen.add(edit.key)

    def __bool__(self) -> bool:
        return bool(self.edits)

    @property
    def inverse(self) -> Step:
        """The step that takes this one back."""
        return Step(f"Undo: {self.label}", tuple(edit.inverse for edit in reversed(self.edits)))

    def apply(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot after this step.

        Raises Stale, naming the record, when a record is not as the step expects it to be before.
        """
        if not self.edits:
            return snapshot
        tables = {kind.kind: snapshot.table(kind.kind) for kind in RECORDS}
        changed: dict[str, dict[str, Any]] = {}
        for edit in self.edits:
            kind, key = edit.key
            table = changed.setdefault(kind, dict(tables[kind]))
            if (there := table.get(key)) is not edit.before and there != edit.before:
                raise Stale(
                    f"{kind.capitalize()} {key} has changed since “{self.label}” was prepared.",
                    "Nothing was written. Look at it again and repeat the change.",
                )
            if edit.after is None:
                del table[key]
            else:
                table[key] = edit.after
        new = {**tables, **{kind: MappingProxyType(table) for kind, table in changed.items()}}
        return Snapshot(**new, revision=snapshot.revision)


def added(records: Iterable[Record]) -> tuple[Edit, ...]:
    """Edits that add these records."""
    return tuple(Edit(None, record) for record in records)


def difference(before: Snapshot, after: Snapshot) -> tuple[Edit, ...]:
    """The edits that lead from one snapshot to another, kinds in the order of RECORDS, ids ascending."""
    edits: list[Edit] = []
    for kind in RECORDS:
        old, new = before.table(kind.kind), after.table(kind.kind)
        if old is new:
            continue
        pairs = [(old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
        edits += [Edit(one, other) for one, other in pairs if one is not other and one != other]
    return tuple(edits)
