"""Who has whom after an import: allocations, pins, former IROs and barred pairs that the rows speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from iro_allocator import allocating
from iro_allocator.domain import Allocation, Iro, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.sheets.cells import NOTHING, Unreadable, plain, yes_no
from iro_allocator.sheets.children import Taken
from iro_allocator.sheets.iros import nearly
from iro_allocator.sheets.names import Names, nobody
from iro_allocator.sheets.rows import Row
from iro_allocator.watching import Watch

_AHEAD = timedelta(92)
"""A handover planned farther ahead than this is taken for a slip of the pen."""


def resolved(taken: Iterable[Taken], names: Names) -> dict[str, Iro | None]:
    """The IRO each child's row names (None for a row that names nobody), by reference.

    A row whose name is nearly that of an IRO must be fixed, and its child is not in the answer.
    """
    found: dict[str, Iro | None] = {}
    for child in taken:
        name = child.row.text("iro")
        iro = None if nobody(name) else names.find(name)
        if iro or nobody(name):
            found[child.case.id] = iro
        else:
            child.row.fix("iro", nearly(name, names.guesses(name)))
    return found


def allocated(
    taken: Sequence[Taken], iros: Mapping[str, Iro | None], ready: Snapshot, names: Names, day: date, watch: Watch
) -> Snapshot:
    """The service with the allocations that the rows say, from their *since* or else from today.

    `ready` has the children and IROs as they will be. What the rows do not speak of stays.
    """
    after = _made(ready, (edit for child in taken for edit in _former(child, ready, names, day)))
    told = watch.over(taken, "Finding who has whom", of=len(taken))
    moves = (edit for child in told for edit in _allocating(child, iros[child.case.id], after, day))
    bars = (edit for child in taken for edit in _barring(child, after, names, day))
    after = _made(after, (*moves, *bars))
    closed = [(child.case.id, child.case.closed) for child in taken]
    after = _made(after, (edit for case, end in closed if end for edit in allocating.end(after, case, end)))
    after = _made(after, (edit for child in taken for edit in _pinning(child, after, day)))
    watch.look()
    _tell_barred(taken, ready, after, day)
    _tell_split(taken, ready, after, day)
    return after


def _made(snapshot: Snapshot, edits: Iterable[Edit]) -> Snapshot:
    return Step("import", tuple(edits)).apply(snapshot)


def _former(child: Taken, ready: Snapshot, names: Names, day: date) -> Iterable[Edit]:
    """Allocations of no length for IROs whom the child had at a time that nobody wrote down."""
    if not child.row.has("former_iro"):
        return
    rows = ready.allocations_by_case.get(child.case.id, ())
    known = {row.iro for row in rows}
    upto = min([row.start for row in rows] or [child.since or child.case.opened or day, day])
    for number, (iro, _) in enumerate(_named(child.row, "former_iro", names), start=len(rows) + 1):
        if iro.id not in known:
            # Numbered below 1, so that it comes before the allocations that are numbered from 1.
            key = f"{child.case.id}/0.{number}"
            yield Edit(
                None,
                Allocation(
                    id=key, case=child.case.id, iro=iro.id, start=upto, end=upto, reason="a former IRO, dates not known"
                ),
            )


def _allocating(child: Taken, iro: Iro | None, ready: Snapshot, day: date) -> tuple[Edit, ...]:
    case, row, since = child.case, child.row, child.since
    current = ready.allocation_on(case.id, day)
    if case.closed and case.closed <= day:
        return ()
    if iro is None:
        if current and row.has("iro"):
            row.check("iro", f"the sheet names no IRO: {ready.iro[current.iro].name} is kept")
        elif not row.has("iro") and case.id not in ready.allocations_by_case:
            nobody_says = "no column names the IRO" if row.source.kind == "spreadsheet" else "a return names no IRO"
            row.check("", f"{nobody_says}: new children wait for one")
        return ()
    if current and current.iro == iro.id:
        if since is None or since == current.start:
            return ()
        rows = ready.allocations_by_case[case.id]
        earlier = [other for other in rows if other.id != current.id and other.start <= current.start]
        if since > day or any(other.end and other.end > since for other in earlier):
            row.check("since", f"another IRO had the child then: {current.start:%d/%m/%Y} is kept")
            return ()
        return (Edit(current, replace(current, start=since)),)
    start = max(day, case.opened or day)
    if since and _sensible(since, child, current, ready, day):
        start = since
    elif since:
        row.check("since", f"{since:%d/%m/%Y} cannot be when {iro.name} began: taken from {start:%d/%m/%Y}")
    if current and current.pinned:
        row.check("iro", f"the child is pinned to {ready.iro[current.iro].name}, and the sheet says {iro.name}")
    return allocating.allocate(ready, [case.id], iro.id, start, f"imported from {row.source.file}")


def _sensible(since: date, child: Taken, current: Allocation | None, ready: Snapshot, day: date) -> bool:
    """Whether a child can have come to another IRO on that day: born, not years ahead, and after the IRO before."""
    if since > day + _AHEAD or (child.case.born and since < child.case.born):
        return False
    if current:
        return since > current.start
    ends = [row.end for row in ready.allocations_by_case.get(child.case.id, ()) if row.end and row.end <= day]
    return since >= max(ends, default=since)


def _barring(child: Taken, ready: Snapshot, names: Names, day: date) -> Iterable[Edit]:
    for iro, reason in _named(child.row, "barred", names):
        yield from allocating.bar(ready, [child.case.id], iro.id, day, reason or f"listed in {child.row.source.file}")


def _named(row: Row, meaning: str, names: Names) -> list[tuple[Iro, str]]:
    """The IROs a cell lists, each once, with what stands in brackets; who is none is told and left aside."""
    found: dict[str, tuple[Iro, str]] = {}
    raw = row.cell(meaning)
    for piece in re.split(r"[;\n]+", raw) if isinstance(raw, str) else []:
        name = re.sub(r"\([^)]*\)", " ", piece).strip()
        if nobody(name):
            continue
        if iro := names.find(name):
            note = re.search(r"\(([^)]*)\)", piece)
            found.setdefault(iro.id, (iro, note[1].strip() if note else ""))
        else:
            guesses = names.guesses(name)
            row.check(meaning, (nearly(name, guesses) if guesses else f"“{name}” is no IRO here") + ": left aside")
    return list(found.values())


def _pinning(child: Taken, after: Snapshot, day: date) -> tuple[Edit, ...]:
    """Pins or lets go: the column says yes, no, or the reason why the child keeps this IRO."""
    row, said = child.row, child.row.text("pinned")
    if plain(said) in NOTHING:
        return ()
    try:
        pinned, reason = bool(yes_no(said)), f"listed in {row.source.file}"
    except Unreadable:
        pinned, reason = True, said
    current = after.allocation_on(child.case.id, day)
    if current is None:
        if pinned:
            row.check("pinned", "there is no IRO to be pinned to: left aside")
        return ()
    if current.pinned and pinned and reason != said:
        return ()  # a plain yes keeps the reason that is known
    return allocating.pin(after, [child.case.id], day, pinned, reason)


def _tell_barred(taken: Iterable[Taken], ready: Snapshot, after: Snapshot, day: date) -> None:
    barred = {(row.case, row.iro): row.reason for row in after.barred.values()}
    for child in taken:
        now = after.allocation_on(child.case.id, day)
        was = ready.allocation_on(child.case.id, day)
        if now and (was is None or was.iro != now.iro) and (reason := barred.get((now.case, now.iro))):
            child.row.check("iro", f"{after.iro[now.iro].name} may not have this child: {reason}")


def _tell_split(taken: Iterable[Taken], ready: Snapshot, after: Snapshot, day: date) -> None:
    """Tells of the families that would have two IROs and have not today."""
    was, now = _iros_by_family(ready, day), _iros_by_family(after, day)
    for child in taken:
        family = child.case.family
        iros = now.pop(family, set()) if family else set()
        if len(iros) > 1 and iros != was.get(family):
            listed = " and ".join(sorted(after.iro[iro].name for iro in iros))
            child.row.check("family", f"family {family} would have {len(iros)} IROs: {listed}")


def _iros_by_family(snapshot: Snapshot, day: date) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for case in snapshot.open_cases(day):
        row = snapshot.allocation_on(case.id, day)
        if case.family and row and not case.separate:
            found.setdefault(case.family, set()).add(row.iro)
    return found
