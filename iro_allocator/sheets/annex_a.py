"""Ofsted's Annex A: the workbook of Lists 1 to 11 that an inspection asks for. Lists 7 and 8 are taken.

The lists hold children whose plan or time in care has ended in the last six months as well. The Allocated Worker
is the social worker: no list names the IRO. Source: Ofsted, Annex A guidance (child-level data).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from iro_allocator.domain import CP, LAC, CaseType
from iro_allocator.sheets import cells, codes
from iro_allocator.sheets.cells import Cell, text
from iro_allocator.sheets.columns import Source
from iro_allocator.sheets.findings import CHECK
from iro_allocator.sheets.known_tables import known_table
from iro_allocator.sheets.rows import Row, rows
from iro_allocator.sheets.ssda903 import placing
from iro_allocator.sheets.told import Return, Spell, Told, latest

_BOTH = {
    "Child Unique ID": "child",
    "Date of Birth": "born",
    "Does the Child have a Disability*": "disability",
    "Allocated Team": "team",
    "Allocated Worker": "worker",
}
PLANS = known_table(
    "annex_a", "List 7: child protection plans", "Child Unique ID;Child Protection Plan Start Date",
    {**_BOTH, "Child Protection Plan Start Date": "start", "Child Protection Plan End Date": "end",
     "Initial Category of Abuse": "first_category", "Latest Category of Abuse": "category",
     "Date of latest review conference": "review"},
)  # fmt: skip
CARE = known_table(
    "annex_a", "List 8: children in care", "Child Unique ID;Date Started to be Looked After",
    {**_BOTH, "Unaccompanied Asylum Seeking Child*": "uasc", "Date Started to be Looked After": "start",
     "Child's Legal Status": "status", "Date of Latest Statutory Review": "review",
     "Date Ceased to be Looked After": "end", "Start Date of Most Recent Placement": "placement_start",
     "Placement postcode": "placement_postcode", "Placement Location": "place", "LA of Placement": "authority",
     "Number of Episodes the Child has been Missing*": "missing",
     "Number of Episodes the Child has been Absent*": "absent"},
)  # fmt: skip
_OTHERS = {
    "List 1": "Child Unique ID;Date of Contact;Contact Source",
    "List 2": "Child Unique ID;Assessment start date;Organisation completing assessment",
    "List 3": "Child Unique ID;Date of Referral;Referral Source",
    "List 4": "Child Unique ID;Continuous Assessment Start Date",
    "List 5": "Child Unique ID;Strategy discussion initiating Section 47 Enquiry Start Date",
    "List 6": "Child Unique ID;CIN Start Date;CIN Closure Date",
    "List 9": "Child Unique ID;Eligibility Category;Latest Pathway Plan Review Date",
    "List 10": "Child Unique ID;Date the Child Entered Care;Date of Placement Order",
    "List 11": "Individual adopter identifier",
}
TABLES = (
    PLANS,
    CARE,
    *(
        known_table("annex_a", name, needs, unused="only Lists 7 and 8 say who needs an IRO")
        for name, needs in _OTHERS.items()
    ),
)


def read(sources: Sequence[Source], day: date) -> Return:
    """What Lists 7 and 8 say together."""
    found = Return("annex_a")
    for source in sources:
        if source.unused:
            continue
        table = list(rows(source, day))
        found.rows += table
        type_: CaseType = CP if source.table == PLANS.table else LAC
        found.lists.add(type_)
        _listed(found, table, type_, day)
    return found


def _listed(found: Return, table: Iterable[Row], type_: CaseType, day: date) -> None:
    def date_of(cell: Cell) -> date | None:
        return cells.day(codes.choice(cell) if isinstance(cell, str) else cell, day)

    by_child: dict[str, list[Spell]] = defaultdict(list)
    for row in table:
        told = found.child(row)
        start, end = row.read("start", date_of), row.read("end", date_of)
        if told is None or row.left_out:
            continue
        if start is None:
            row.fix("start", "the day it began is missing; write it")
        elif end and end < start:
            row.fix("end", "it ends before it begins; correct one of the two dates")
        else:
            placed = row.read("placement_start", date_of, CHECK)
            by_child[told.child].append(Spell(start, end, max(start, placed or start), row))
    for child, spells in by_child.items():
        told, last = found.told[child], latest(spells)
        told.spells[type_] = last
        for other in spells:
            if other is not last and other.end is None:
                other.row.check("end", "the child has a later row: that one counts")
        if last.end is None or last.end > day:
            _facts(told, last, type_, date_of, day)


def _facts(told: Told, last: Spell, type_: CaseType, date_of: Callable[[Cell], date | None], day: date) -> None:
    row = last.row
    born = row.read("born", date_of, CHECK)
    told.say("expected" if born and born > day else "born", born, row, "born")
    _review(told, row, row.read("review", date_of, CHECK), day)
    told.say("factor:disability", row.read("disability", codes.yes_no, CHECK), row, "disability")
    told.say("team", row.text("team"), row, "team", last.latest)
    told.say("social_worker", row.text("worker"), row, "worker", last.latest)
    if type_ == CP:
        category = codes.category(row.cell("category")) or codes.category(row.cell("first_category"))
        told.say("category", category, row, "category")
        return
    status = row.read("status", lambda cell: codes.legal_status(text(cell)), CHECK)
    told.say("legal_status", status, row, "status", last.latest)
    told.say("factor:uasc", row.read("uasc", codes.yes_no, CHECK), row, "uasc")
    if any((row.read(key, cells.number, CHECK) or 0) > 0 for key in ("missing", "absent")):
        told.say("factor:exploitation", True, row, "missing")
    placing(told, row, last.latest)
    told.say("out_of_area", row.read("place", lambda cell: cells.area(codes.choice(cell)), CHECK), row, "place")
    council = row.read("authority", lambda cell: cells.council(codes.choice(cell)), CHECK)
    told.say("placement_authority", council, row, "authority", last.latest)


def _review(told: Told, row: Row, held: date | None, day: date) -> None:
    if held and held > day:
        row.check("review", "the review is after today: not counted as held")
    elif held and ("last_review" not in told.facts or held > told.facts["last_review"].value):
        told.say("last_review", held, row, "review")
