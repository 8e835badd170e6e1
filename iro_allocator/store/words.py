"""What a sentence calls a record and a moment. Never a child's name."""

from __future__ import annotations

from datetime import datetime

from iro_allocator.domain import Iro, Record, Scenario

_KINDS = {
    "iro": "IRO",
    "hours": "Change of hours",
    "absence": "Absence",
    "case": "Child",
    "allocation": "Allocation",
    "barred": "Barred pair",
    "apart": "Pair kept apart",
    "settings": "Settings",
    "scenario": "Scenario",
}


def name(kind: str, key: str, record: Record | None = None) -> str:
    """A record by its reference; an IRO or a scenario by name where the record is at hand."""
    return f"{_KINDS.get(kind, kind)} {record.name if isinstance(record, Iro | Scenario) else key}"


def moment(at: datetime) -> str:
    """A moment as a person says it, in the time of this computer."""
    here = at.astimezone()
    return f"{here.day} {here:%B %Y at %H:%M}"
