"""The draft of an import: what was understood, what would change, what was found. Nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from iro_allocator import allocating, staffing
from iro_allocator.domain import CP, LAC, Case, Hours, Iro, Snapshot
from iro_allocator.edits import Edit, Step, difference
from iro_allocator.sheets import allocated, children, files, iros, meanings, ssd
from iro_allocator.sheets.changes import Change, Counts, changes, count_children, count_iros
from iro_allocator.sheets.columns import KINDS, Source
from iro_allocator.sheets.combine import Combined, Combining
from iro_allocator.sheets.findings import CHECK, Finding, gathered
from iro_allocator.sheets.guessing import Context
from iro_allocator.sheets.memory import Memory, Said
from iro_allocator.sheets.mothers import mothered
from iro_allocator.sheets.names import Names
from iro_allocator.sheets.rows import Row, rows
from iro_allocator.sheets.told import Return
from iro_allocator.watching import Progress, Stop, Watch

_NAMED = 3  # so many files are named in the history
FULL_LIST = 0.5
"""A list with at least this part of the open children is taken for a list of all of them."""


@dataclass(frozen=True)
class Draft:
    """What an import would do, as a value: looked at, perhaps drafted again with another map, then taken.

    `step` is the one change it makes, empty when the service is as the sheets say. `missing` are the open
    children that a full list does not have: proposed as ended, which only a person decides; those
    in `ended` end with the step. `mapping` is what to remember for the next time, by header signature; `said` what
    the files say that they did not say before. `recognised` says in sentences what the files are.
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
    said: Said
    recognised: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows would be taken."""
        return sum(len(source.rows) for source in self.sources if not source.unused) - self.left_out

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
    said: Iterable[Said] = (),
    end_missing: bool | Collection[str] = False,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Draft:
    """What taking these files into the service on a day would change. Nothing is written.

    Spreadsheets of IROs and children, statutory returns, and folders of them, in any mixture: matched on the
    child's reference. `mapping` gives columns a meaning: the header, or its address "file!sheet!header", to a key of
    `meanings.known` ("" = not used). `remembered` is what earlier drafts' `mapping` held, together; `said` what
    those that stand had as `said`, oldest first. `end_missing`: which of the children missing from a full list end
    on the day (True = all; none unless said). `progress` is told in sentences what is done; once `stop` says so,
    Stopped is raised. Raises Explained for a file that cannot be read, or in which nothing is recognised.
    """
    watch, memory = Watch(progress, stop), Memory(said)
    settings = snapshot.settings_on(day)
    known = meanings.known(settings)
    context = Context(known, Names(snapshot.iro.values()), snapshot.case.keys(), day, mapping or {}, remembered or {})
    found = files.read([Path(path) for path in paths], context, watch)
    local = found.of("spreadsheet")
    read = {holds: [row for s in local if s.holds == holds for row in rows(s, day)] for holds in ("iros", "children")}
    returns = found.returns(day, watch)
    professionals, involved = ssd.people(found.of("ssd"), day)
    read["iros"] += professionals

    watch.say("Comparing with the service")
    # A list says the hours of today, whatever change of hours is in force.
    today = {key: snapshot.iro_on(iro, day) for key, iro in snapshot.iro.items()}
    people_listed = iros.listed(read["iros"], today, settings, known).values()
    staffed = Step("listed", tuple(e for iro in people_listed for e in staffing.recorded(snapshot, iro, day))).apply(
        snapshot
    )
    people = dict(staffed.iro)
    names = Names(people.values())
    listed = children.listed(read["children"], snapshot.case, settings, known, day, watch)
    new = iros.newcomers([*read["children"], *involved], names, people, settings)
    people |= {iro.id: iro for iro in new}
    combining = Combining(snapshot, memory, day, settings.home_authority)
    together = combining.of(listed, returns, involved, watch)
    resolved = allocated.resolved(together.taken, names)
    taken = [child for child in together.taken if child.case.id in resolved]

    watch.say("Finding what would change")
    ready = replace(staffed, iro=people, case={**snapshot.case, **{child.case.id: child.case for child in taken}})
    after = allocated.allocated(taken, resolved, ready, Names(people.values()), day, watch)
    after = mothered(returns, after, day)
    watch.look()
    missing = _missing(read["children"], returns, together, snapshot, day)
    chosen = tuple(c.id for c in missing if end_missing is True or (end_missing and c.id in end_missing))
    after = _ended(after, chosen, day)

    watch.say("Counting what is new, changed and ended")
    label, edits = _label(found.sources, paths), difference(snapshot, after)
    watch.look()
    everything = [*read["iros"], *read["children"], *involved, *(row for each in returns for row in each.rows)]
    findings = [finding for row in everything for finding in row.findings]
    findings += _about_sheets(found.sources, missing, chosen) + list(found.aside) + together.findings
    people_edits = _of_day(snapshot, after, day)
    of_iros = count_iros(read["iros"], people_edits, day)
    in_returns = [row for each in returns for row in each.rows]
    kept = after.case.keys() | combining.contested | {row.text("child") for row in read["children"]}
    kept -= {child.case.id for child in together.taken} - resolved.keys()  # nothing said of them was taken
    listed_now = {child for child in together.listed if child in resolved}
    of_children = count_children([*read["children"], *involved, *in_returns], listed_now, edits)
    made = Draft(
        label=label,
        day=day,
        sources=found.sources,
        step=Step(label, edits, detail=_detail(found.sources, of_iros, of_children)),
        findings=gathered(findings),
        iros=of_iros,
        children=of_children,
        changes=changes(snapshot, after, (*people_edits, *_not_of_iros(edits)), day),
        missing=missing,
        ended=chosen,
        mapping={source.signature: {c.header: c.meaning for c in source.columns} for source in local},
        said={child: facts for child, facts in memory.new.items() if child in kept},
        recognised=_recognised(found, returns, day),
    )
    watch.look()  # a stop that came last must not be lost
    return made


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


def _missing(
    rows: Sequence[Row], returns: Sequence[Return], together: Combined, snapshot: Snapshot, day: date
) -> tuple[Case, ...]:
    """The open children whom a full list does not have; a row that must be fixed is no missing child.

    A return is a list of the looked-after children, or of those on a plan: a child who is both is missed by neither.
    """
    open_cases = snapshot.open_cases(day)
    listed = {row.text("child") for row in rows}
    spoken = together.listed | listed
    missing: dict[str, Case] = {}
    if rows and _is_full(open_cases, listed):
        missing |= {case.id: case for case in open_cases}
    for type_ in (LAC, CP):
        told = {child for each in returns for child, told in each.told.items() if type_ in told.spells}
        spoken |= told
        of_type = [case for case in open_cases if case.type == type_]
        if any(type_ in each.lists for each in returns) and _is_full(of_type, told):
            missing |= {case.id: case for case in of_type}
    return tuple(case for key, case in sorted(missing.items()) if key not in spoken)


def _is_full(cases: Sequence[Case], listed: Collection[str]) -> bool:
    return sum(case.id in listed for case in cases) >= FULL_LIST * len(cases)


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
    found += [
        Finding(
            CHECK, source.file, source.sheet, number, "", words, f"“{words[:60]}” was taken for a note, not a child"
        )
        for source in sources
        for number, words in source.aside
    ]
    found += [
        Finding(
            CHECK, source.file, source.sheet, None, "", "",
            "the IRO stands only in the first row of each group: it is taken for the "
            f"{source.filled:,} {'row' if source.filled == 1 else 'rows'} below",
        )
        for source in sources
        if source.filled
    ]  # fmt: skip
    if missing:
        source = next(source for source in sources if source.holds == "children" and not source.unused)
        listed = ", ".join(case.id for case in missing[:10]) + (" …" if len(missing) > 10 else "")
        count = f"{len(missing):,} {'child' if len(missing) == 1 else 'children'}"
        said = f"{count} of the service not in this list: {listed}"
        choice = f"{len(ended)} ended with this import" if ended else "kept; say whether they have ended"
        found.append(Finding(CHECK, source.file, "", None, "", "", f"{said} ({choice})"))
    return found


def _label(sources: Sequence[Source], paths: Sequence[Path]) -> str:
    names = list(dict.fromkeys(source.file for source in sources))
    if len(names) > _NAMED:
        return f"Import {len(names)} files of {' and '.join(dict.fromkeys(Path(path).name for path in paths))}"[:120]
    return "Import " + " and ".join(names)


def _recognised(found: files.Found, returns: Sequence[Return], day: date) -> tuple[str, ...]:
    """What each file was recognised as, and what each return holds, in sentences."""
    said = [
        f"{source.file}{f', sheet “{source.sheet}”' if source.sheet else ''}: {source.words}, "
        f"{len(source.rows):,} {'row' if len(source.rows) == 1 else 'rows'}{', not used' if source.unused else ''}"
        for source in found.sources
    ]
    for each in returns:
        held = [
            f"{sum(1 for _ in each.open(type_, day)):,} {words}"
            for type_, words in ((LAC, "children looked after"), (CP, "children on a plan"))
            if type_ in each.lists
        ]
        open_ = {child for type_ in each.lists for child in each.open(type_, day)}
        reviewed = sum("last_review" in each.told[child].facts for child in open_)
        said.append(f"{KINDS[each.kind]}: {', '.join([*held, f'{reviewed:,} of them with a review held'])}")
    return tuple(said)


def _detail(sources: Sequence[Source], of_iros: Counts, of_children: Counts) -> dict[str, Any]:
    """What the history keeps of an import beside the records."""
    return {
        "files": list(dict.fromkeys(source.file for source in sources)),
        "iros": asdict(of_iros),
        "children": asdict(of_children),
    }
