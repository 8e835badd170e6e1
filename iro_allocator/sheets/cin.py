"""The children in need (CIN) census: child protection plans, section 47 enquiries, conferences and reviews, as XML.

A child is on a plan while one has no end. Source of the elements: the Department for Education's CIN census guide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from iro_allocator.diary import add_working_days
from iro_allocator.domain import CP
from iro_allocator.sheets import cells, codes
from iro_allocator.sheets.cells import plain
from iro_allocator.sheets.columns import Source
from iro_allocator.sheets.findings import CHECK
from iro_allocator.sheets.known_tables import known_table
from iro_allocator.sheets.rows import Row, rows
from iro_allocator.sheets.told import Return, Told, latest, spelled

CHILDREN = known_table(
    "cin", "Children", "LAchildID;PersonBirthDate",
    {"LAchildID": "child", "PersonBirthDate": "born", "ExpectedPersonBirthDate": "expected",
     "PersonDeathDate": "died", "Disability": "disability"},
)  # fmt: skip
PLANS = known_table(
    "cin", "Child protection plans", "LAchildID;CPPstartDate",
    {"LAchildID": "child", "CPPstartDate": "start", "CPPendDate": "end", "InitialCategoryOfAbuse": "first_category",
     "LatestCategoryOfAbuse": "category", "CPPreviewDate": "review"},
)  # fmt: skip
ENQUIRIES = known_table(
    "cin", "Section 47", "LAchildID;S47ActualStartDate",
    {"LAchildID": "child", "S47ActualStartDate": "discussion", "InitialCPCtarget": "target",
     "DateOfInitialCPC": "conference", "ICPCnotRequired": "not_needed"},
)  # fmt: skip
TABLES = (CHILDREN, PLANS, ENQUIRIES)
CONFERENCE_DAYS = 15
"""Working days from the strategy discussion to the initial conference."""

_SOON = 60  # days for which a conference that was due is still looked for


def read(sources: Sequence[Source], day: date) -> Return:
    """What a census says of the children on plans, and of conferences that are due."""
    found = Return("cin")
    tables: dict[str, list[Row]] = defaultdict(list)
    for source in sources:
        tables[source.table] += rows(source, day)
        found.lists.add(CP)
    for table in tables.values():
        found.rows += table
    for row in tables[CHILDREN.table]:
        if told := found.child(row):
            _child(told, row, day)
    _plans(found, tables[PLANS.table], day)
    _conferences(found, tables[ENQUIRIES.table], day)
    return found


def _child(told: Told, row: Row, day: date) -> None:
    born = row.read("born", lambda cell: cells.day(cell, day), CHECK)
    told.say("born", born, row, "born")
    if born is None:  # an unborn child on a plan
        told.say("expected", row.read("expected", lambda cell: cells.day(cell, day), CHECK), row, "expected")
    said = {plain(piece) for piece in row.text("disability").split(";")} - {""}
    if said:
        told.say("factor:disability", bool(said - {"none"}), row, "disability")


def _plans(found: Return, table: Sequence[Row], day: date) -> None:
    for child, spells in spelled(found, table, day, "plan", "CPPstartDate").items():
        told, last = found.told[child], latest(spells)
        told.spells[CP] = last
        row = last.row
        category = codes.category(row.cell("category")) or codes.category(row.cell("first_category"))
        told.say("category", category, row, "category", last.start)
        told.say("last_review", _held(row, day), row, "review")


def _held(row: Row, day: date) -> date | None:
    """The last review conference of a plan that has been held."""
    held = []
    for piece in row.text("review").split(";"):
        found = row.read("review", lambda _, piece=piece: cells.day(piece, day), CHECK)  # type: ignore[misc]
        if found and found > day:
            row.check("review", "the review is after today: not counted as held")
        elif found:
            held.append(found)
    return max(held, default=None)


def _conferences(found: Return, table: Sequence[Row], day: date) -> None:
    """Tells of targets that are not 15 working days off, and of conferences that are due before a plan begins."""
    for row in table:
        told = found.child(row)
        began = row.read("discussion", lambda cell: cells.day(cell, day), CHECK)
        target = row.read("target", lambda cell: cells.day(cell, day), CHECK)
        held = row.read("conference", lambda cell: cells.day(cell, day), CHECK)
        if told is None or target is None or began is None:
            continue
        if target != (due := add_working_days(began, CONFERENCE_DAYS)):
            row.check("target", f"{CONFERENCE_DAYS} working days after {began:%d/%m/%Y} are {due:%d/%m/%Y}")
        not_needed = row.read("not_needed", codes.yes_no, CHECK)
        if held is None and not not_needed and CP not in told.spells and (day - target).days <= _SOON:
            row.check(
                "target",
                f"an initial conference is due by {target:%d/%m/%Y} and there is no plan yet: "
                "add the child as a referral when a chair is needed",
            )
