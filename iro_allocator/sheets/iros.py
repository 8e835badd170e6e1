"""Rows of an IRO list as IROs, and the IROs whom only the children's list names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from iro_allocator import places
from iro_allocator.domain import Iro, Place, Settings
from iro_allocator.errors import Explained
from iro_allocator.sheets.meanings import Meaning
from iro_allocator.sheets.names import Names, in_order, initials, near, nobody, same
from iro_allocator.sheets.rows import Row, duplicates, postcodes

_MOST_HOURS = 60


def listed(
    rows: Sequence[Row], before: Mapping[str, Iro], settings: Settings, known: Mapping[str, Meaning]
) -> dict[str, Iro]:
    """The IROs of the rows that can be taken, by id: as they are in the service, with what the rows say."""
    names = Names(before.values())
    ids = _free_ids({*before, *(row.text("iro_reference") for row in rows)})
    bases = places.find(postcodes(rows, "base_postcode"))
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        if nobody(row.text("iro_name")):
            row.fix("iro_name", "the IRO has no name; write one")
        else:
            by_name.setdefault(same(row.text("iro_name")), []).append(row)
    duplicates(by_name, "iro_name")
    taken: dict[str, Iro] = {}
    by_id: dict[str, Row] = {}
    for row in rows:
        name, reference = in_order(row.text("iro_name")), row.text("iro_reference")
        there = before.get(reference) or names.find(name)
        if there is None and (guesses := names.guesses(name)):
            row.fix("iro_name", nearly(name, guesses))
        said = _said(row, there, settings, known, bases)
        if row.left_out:
            continue
        try:
            if there:
                iro = replace(there, **said)
                if same(there.name) != same(name):
                    iro = replace(iro, name=name)
                    row.check("iro_name", f"is {there.name} in the service by this reference: renamed")
            else:
                hours = {"contracted_hours": settings.full_time_hours, **said}
                iro = Iro(id=reference or next(ids), name=name, **hours)
                if "contracted_hours" not in said:
                    row.check("hours", "no hours are given: taken as full time until you say otherwise")
        except Explained as fault:
            row.fix("", _sentence(fault))
            continue
        if other := by_id.get(iro.id):
            row.fix("iro_reference", f"{other.where} is the same IRO by name or reference; keep one of the two")
        else:
            taken[iro.id], by_id[iro.id] = iro, row
    return taken


def newcomers(named: Iterable[Row], names: Names, before: Mapping[str, Iro], settings: Settings) -> list[Iro]:
    """The IROs whom children's rows name and nobody has listed: each proposed as new and full time.

    `names` learns them. Of two names that nearly are one, the one in more rows is meant, and a name rather than
    initials; the other is not proposed. One whom only rows name that must be fixed is known, but not proposed either.
    """
    rows: dict[str, list[Row]] = {}
    for row in named:
        if not nobody(name := row.text("iro")) and names.find(name) is None and not names.guesses(name):
            rows.setdefault(same(name), []).append(row)
    ids = _free_ids(before)
    meant: list[str] = []
    proposed: list[Iro] = []
    for name in sorted(rows, key=lambda name: (bool(initials(name)), -len(rows[name]))):
        if any(near(name, other) for other in meant):
            continue
        meant.append(name)
        theirs = rows[name]
        iro = Iro(id=next(ids), name=in_order(theirs[0].text("iro")), contracted_hours=settings.full_time_hours)
        names.add(iro)
        if taken := [row for row in theirs if not row.left_out]:
            proposed.append(iro)
            count = f"{len(taken)} {'child' if len(taken) == 1 else 'children'}"
            taken[0].check(
                "iro",
                f"{iro.name} is not in the service: proposed as a new IRO with {count}, "
                "full time until you say otherwise",
            )
    return proposed


def nearly(name: str, guesses: Sequence[str]) -> str:
    """The sentence about a name that nearly is another."""
    meant = " or ".join(guesses[:3])
    return f"“{name}”: {meant}? Write the name as in the service, or add the IRO there first"


def _said(
    row: Row,
    there: Iro | None,
    settings: Settings,
    known: Mapping[str, Meaning],
    bases: Mapping[str, Place],
) -> dict[str, Any]:
    said: dict[str, Any] = {
        meaning.field: value
        for meaning in known.values()
        if meaning.holds == "iros" and meaning.field and row.has(meaning.key)
        if (value := row.value(meaning)) is not None
    }
    fte = known["fte"]
    if "contracted_hours" not in said and (part := row.value(fte)) is not None:
        assert isinstance(part, float)
        said["contracted_hours"] = round(part * settings.full_time_hours, 2)
    hours = said.get("contracted_hours")
    if hours is not None and not 0 < hours <= _MOST_HOURS:
        column = "hours" if row.text("hours") else "fte"
        row.fix(
            column,
            f"{hours:g} contracted hours a week cannot be right; give more than 0 and at most {_MOST_HOURS} "
            "(an IRO who has left has a last day instead)",
        )
    other = row.value(known["other_duties"])
    if isinstance(other, float):
        said["other_duties"] = round(other / 100 if other > 1 else other, 4)
    if code := said.get("base_postcode"):
        if code not in bases:
            row.check("base_postcode", "the postcode is not known: travel from there cannot be reckoned")
        if there is None or there.base is None or there.base_postcode != code:
            said["base"] = bases.get(code)
    return said


def _sentence(fault: Explained) -> str:
    return f"{fault.message} {fault.hint}".strip().rstrip(".")


def _free_ids(there: Iterable[str]) -> Iterator[str]:
    """Ids for new IROs: i01, i02 and so on, after those there are."""
    numbers = [int(key[1:]) for key in there if key[:1] == "i" and key[1:].isdigit()]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"i{number:02d}"
