"""What a sentence calls a record and a moment. Never a child's name."""

from __future__ import annotations

from datetime import datetime

from iro_allocator.domain import Iro, Record

_KINDS = {
    "iro": "IRO",
    "absence": "Absence",
    "case": "Child",
    "allocation": "Allocation",
    "barred": "Barred pair",
    "apart": "Pair kept apart",
    "settings": "Settings",
}


def name(kind: str, key: str, record: Record | None = None) -> str:
    """A record by its reference; an IRO by name where the record is at hand."""
    return f"{_KINDS.get(kind, kind)} {record.name if isinstance(record, Iro) else key}"


def moment(at: datetime) -> str:
    """A moment as a person says it, in the time of this computer."""
    here = at.astimezone()
    return f"{here.day} {here:%B %Y at %H:%M}"
