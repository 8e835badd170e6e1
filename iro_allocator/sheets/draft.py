"""The draft of an import: what was understood, what would change, what was found. Nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from iro_allocator import allocating, staffing
from iro_allocator.domain import Case, Hours, Iro, Snapshot
from iro_allocator.edits import Edit, Step, difference
from iro_allocator.sheets import allocated, children, columns, grid, iros, meanings
from iro_allocator.sheets.changes import Change, Counts, changes, count_children, count_iros
from iro_allocator.sheets.columns import Source
from iro_allocator.sheets.findings import CHECK, Finding, gathered
from iro_allocator.sheets.guessing import Context
from iro_allocator.sheets.names import Names
from iro_allocator.sheets.rows import Row, rows

FULL_LIST = 0.5
"""A list with at least this part of the open children is taken for a list of all of them."""


@dataclass(frozen=True)
class Draft:
    """What an import would do, as a value: looked at, perhaps drafted again with another map, then taken.

    `step` is the one change it makes, empty when the service is as the sheets say. `missing` are the open
    children that a full list does not have: proposed as ended, which only a person decides; those
    in `ended` end with the step. `mapping` is what to remember for the next time, by header signature.
    """

    label: str
    day: date
    sources: tuple[Source, ...]
    step: Step
    findings: tuple[Finding, ...]
    iros: Counts
    children: Counts
    changes: tuple[Change, ...]
    missing: tuple[Case, ...]
    ended: tuple[str, ...]
    mapping: Mapping[str, Mapping[str, str]]

    @property
    def rows(self) -> int:
        """How many rows would be taken."""
        return sum(len(source.rows) for source in self.sources) - self.left_out

    @property
    def left_out(self) -> int:
        """How many rows are left out because something in them must be fixed."""
        return self.iros.left_out + self.children.left_out


def draft(
    paths: Sequence[Path],
    snapshot: Snapshot,
    day: date,
    *,
    mapping: Mapping[str, str] | None = None,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
    end_missing: bool | Collection[str] = False,
) -> Draft:
    """What taking these spreadsheets into the service on a day would change. Nothing is written.

    `mapping` gives columns a meaning: the header, or its address "file!sheet!header", to a key of
    `meanings.known` ("" = not used). `remembered` is what earlier drafts' `mapping` held, together.
    `end_missing`: which of the children missing from a full list end on the day (True = all; none unless said).
    Raises Explained for a file that cannot be read, or in which neither IROs nor children are recognised.
    """
    settings = snapshot.settings_on(day)
    known = meanings.known(settings)
    context = Context(known, Names(snapshot.iro.values()), snapshot.case.keys(), day, mapping or {}, remembered or {})
    sources = columns.sources([grid.read(Path(path)) for path in paths], context)
    read = {holds: [row for s in sources if s.holds == holds for row in rows(s, day)] for holds in ("iros", "children")}

    # A list says the hours of today, whatever change of hours is in force.
    today = {key: snapshot.iro_on(iro, day) for key, iro in snapshot.iro.items()}
    said = iros.listed(read["iros"], today, settings, known).values()
    listed = Step("listed", tuple(e for iro in said for e in staffing.recorded(snapshot, iro, day))).apply(snapshot)
    people = dict(listed.iro)
    names = Names(people.values())
    taken = children.listed(read["children"], snapshot.case, settings, known, day)
    new = iros.newcomers(read["children"], names, people, settings)
    people |= {iro.id: iro for iro in new}
    resolved = allocated.resolved(taken, names)
    taken = [child for child in taken if child.case.id in resolved]

    ready = replace(listed, iro=people, case={**snapshot.case, **{child.case.id: child.case for child in taken}})
    after = allocated.allocated(taken, resolved, ready, Names(people.values()), day)
    missing = _missing(read["children"], snapshot, day)
    chosen = tuple(c.id for c in missing if end_missing is True or (end_missing and c.id in end_missing))
    after = _ended(after, chosen, day)

    label, edits = _label(sources), difference(snapshot, after)
    everything = read["iros"] + read["children"]
    findings = [finding for row in everything for finding in row.findings] + _about_sheets(sources, missing, chosen)
    people_edits = _of_day(snapshot, after, day)
    of_iros = count_iros(read["iros"], people_edits, day)
    of_children = count_children(read["children"], edits, chosen)
    return Draft(
        label=label,
        day=day,
        sources=sources,
        step=Step(label, edits, detail=_detail(sources, of_iros, of_children)),
        findings=gathered(findings),
        iros=of_iros,
        children=of_children,
        changes=changes(snapshot, after, (*people_edits, *_not_of_iros(edits)), day),
        missing=missing,
        ended=chosen,
        mapping={source.signature: {c.header: c.meaning for c in source.columns} for source in sources},
    )


def as_json(draft: Draft, taken: bool) -> dict[str, Any]:
    """A draft as `import --json` writes it (format iro-allocator-import/1)."""
    counts = {
        kind: {"new": c.new, "changed": c.changed, "ended": c.ended, "unchanged": c.unchanged}
        for kind, c in (("iros", draft.iros), ("children", draft.children))
    }
    files = dict.fromkeys((source.file, source.kind) for source in draft.sources)
    return {
        "format": "iro-allocator-import/1",
        "sources": [{"file": file, "kind": kind} for file, kind in files],
        **counts,
        "findings": [
            {
                "level": finding.level,
                "file": finding.file,
                "row": finding.row,
                "column": finding.column,
                "value": finding.value,
                "message": finding.message,
            }
            for finding in draft.findings
        ],
        "taken": taken,
    }


def _of_day(before: Snapshot, after: Snapshot, day: date) -> tuple[Edit, ...]:
    """What changes about the IROs, their hours being those of the day."""
    now = {key: after.iro_on(iro, day) for key, iro in sorted(after.iro.items())}
    was = {key: before.iro_on(iro, day) for key, iro in before.iro.items()}
    return tuple(Edit(was.get(key), iro) for key, iro in now.items() if was.get(key) != iro)


def _not_of_iros(edits: Iterable[Edit]) -> Iterable[Edit]:
    return (edit for edit in edits if not isinstance(edit.record, Iro | Hours))


def _missing(rows: Sequence[Row], snapshot: Snapshot, day: date) -> tuple[Case, ...]:
    """The open children whom a full list does not have; a row that must be fixed is no missing child."""
    there = {row.text("child") for row in rows}
    open_cases = snapshot.open_cases(day)
    missing = tuple(case for case in open_cases if case.id not in there)
    return missing if rows and len(open_cases) - len(missing) >= FULL_LIST * len(open_cases) else ()


def _ended(after: Snapshot, cases: Sequence[str], day: date) -> Snapshot:
    edits = [
        edit
        for key in cases
        for edit in (Edit(after.case[key], replace(after.case[key], closed=day)), *allocating.end(after, key, day))
    ]
    return Step("ended", tuple(edits)).apply(after)


def _about_sheets(sources: Sequence[Source], missing: Sequence[Case], ended: Sequence[str]) -> list[Finding]:
    found = [
        Finding(CHECK, source.file, source.sheet, None, "", "", "there are no rows below the header")
        for source in sources
        if not source.rows
    ]
    if missing:
        source = next(source for source in sources if source.holds == "children")
        listed = ", ".join(case.id for case in missing[:10]) + (" …" if len(missing) > 10 else "")
        count = f"{len(missing)} {'child' if len(missing) == 1 else 'children'}"
        said = f"{count} of the service not in this list: {listed}"
        choice = f"{len(ended)} ended with this import" if ended else "kept; say whether they have ended"
        found.append(Finding(CHECK, source.file, "", None, "", "", f"{said} ({choice})"))
    return found


def _label(sources: Sequence[Source]) -> str:
    return "Import " + " and ".join(dict.fromkeys(source.file for source in sources))


def _detail(sources: Sequence[Source], of_iros: Counts, of_children: Counts) -> dict[str, Any]:
    """What the history keeps of an import beside the records."""
    return {
        "files": list(dict.fromkeys(source.file for source in sources)),
        "iros": asdict(of_iros),
        "children": asdict(of_children),
    }
