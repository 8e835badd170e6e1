"""The SSDA903 return: the statutory yearly return on looked-after children, as CSV files or as one XML.

Its files are known by their columns. An open looked-after child is one whose latest episode has no end (DEC).
Source of columns and codes: the Department for Education's SSDA903 guide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from iro_allocator.diary import SHORT_BREAKS
from iro_allocator.domain import LAC
from iro_allocator.sheets import cells, codes
from iro_allocator.sheets.cells import text
from iro_allocator.sheets.columns import Source
from iro_allocator.sheets.findings import CHECK
from iro_allocator.sheets.known_tables import known_table
from iro_allocator.sheets.rows import Row, rows
from iro_allocator.sheets.told import Return, Spell, Told, latest, spelled

HEADER = known_table(
    "ssda903", "Header", "CHILD;DOB;UPN",
    {"CHILD": "child", "DOB": "born", "MOTHER": "mother", "MC_DOB": "mothers_child",
     "UASC": "uasc", "DUC": "uasc_end"},  # the last two in XML alone
)  # fmt: skip
EPISODES = known_table(
    "ssda903", "Episodes", "CHILD;DECOM;RNE;LS;DEC",
    {"CHILD": "child", "DECOM": "start", "RNE": "new", "LS": "status", "CIN": "need", "DEC": "end",
     "HOME_POST": "home_postcode", "PL_POST": "placement_postcode"},
)  # fmt: skip
REVIEWS = known_table("ssda903", "Reviews", "CHILD;REVIEW", {"CHILD": "child", "DOB": "born", "REVIEW": "review"})
UASC = known_table("ssda903", "UASC", "CHILD;DUC", {"CHILD": "child", "DOB": "born", "UASC": "uasc", "DUC": "uasc_end"})
MISSING = known_table(
    "ssda903", "Missing", "CHILD;MIS_START;MIS_END",
    {"CHILD": "child", "DOB": "born", "MISSING": "missing", "MIS_START": "start", "MIS_END": "end"},
)  # fmt: skip
_HEALTH = "health checks and scores do not say what a case asks for"
_LATER = "what comes after care is not needed to allocate an IRO"
TABLES = (
    HEADER, EPISODES, REVIEWS, UASC, MISSING,
    known_table("ssda903", "OC2", "CHILD;SDQ_REASON", unused=_HEALTH),
    known_table("ssda903", "OC3", "CHILD;IN_TOUCH;ACTIV;ACCOM", unused=_LATER),
    known_table("ssda903", "AD1", "CHILD;DATE_INT;DATE_MATCH", unused="adoption plans do not change the IRO"),
    known_table("ssda903", "Placed for adoption", "CHILD;DATE_PLACED;DATE_PLACED_CEASED",
           unused="adoption plans do not change the IRO"),
    known_table("ssda903", "Previous permanence", "CHILD;PREV_PERM", unused="it is about the time before care"),
)  # fmt: skip

_ADULT = 18


def read(sources: Sequence[Source], day: date) -> Return:
    """What the files of a return say together, whichever of them there are."""
    found = Return("ssda903")
    tables: dict[str, list[Row]] = defaultdict(list)
    for source in sources:
        if not source.unused:
            tables[source.table] += rows(source, day)
    for table in tables.values():
        found.rows += table
    _header(found, tables["Header"], day)
    _episodes(found, tables["Episodes"], day)
    _reviews(found, tables["Reviews"], day)
    _uasc(found, tables["UASC"], day)
    _missing(found, tables["Missing"])
    for row in (*tables["Reviews"], *tables["UASC"], *tables["Missing"]):
        _same_birth(found, row, day)
    if tables["Episodes"]:
        found.lists.add(LAC)
        _over_age(found, day)
    return found


def _header(found: Return, table: Iterable[Row], day: date) -> None:
    for row in table:
        if told := found.child(row):
            if "born" in told.facts:
                row.check("child", "the child has another row in the header: the first is taken")
                continue
            told.say("born", row.read("born", lambda cell: cells.day(cell, day)), row, "born")
            theirs = row.read("mothers_child", lambda cell: cells.day(cell, day), CHECK)
            # Some systems write the flag as 1.0.
            if text(row.cell("mother")) in ("1", "1.0") and theirs is not None:
                told.say("mothers_child", theirs, row, "mothers_child")
                found.mothers[told.child] = told.facts["mothers_child"]
            if row.text("uasc") or row.text("uasc_end"):
                _seeker(told, row, day)


def _episodes(found: Return, table: Iterable[Row], day: date) -> None:
    for child, episodes in spelled(found, table, day, "episode", "DECOM").items():
        last = latest(episodes)
        told = found.told[child]
        told.spells[LAC] = _period(episodes, last)
        if last.end is None:
            _placed(found, child, last)


def _period(episodes: Sequence[Spell], last: Spell) -> Spell:
    """The time in care that the latest episode belongs to: those before it that end on the day the next begins.

    A return of one year knows nothing of the years before: unless the first of them says that care began with
    it (RNE S), the child was looked after earlier.
    """
    before = {spell.end: spell for spell in episodes if spell.end and spell is not last and spell.start < spell.end}
    first = last
    while first.row.text("new") != "S" and (earlier := before.get(first.start)):
        first = earlier
    return Spell(first.start, last.end, last.start, last.row, whole=first.row.text("new") == "S")


def _placed(found: Return, child: str, last: Spell) -> None:
    """What the latest episode says: legal status, category of need, home and placement."""
    told, row = found.told[child], last.row
    status = row.read("status", lambda cell: codes.legal_status(text(cell)), CHECK)
    told.say("legal_status", status, row, "status", last.start)
    if row.text("need") == "N2":
        told.say("factor:disability", True, row, "need")
    placing(told, row, last.start)


def placing(told: Told, row: Row, since: date | None) -> None:
    """The two postcodes of a row; one that is withheld makes the placement confidential."""
    for key in ("home_postcode", "placement_postcode"):
        said = codes.postcode(row.text(key))
        if said.fault:
            row.check(key, said.fault)
        told.say(key, said.code, row, key, since)
        if said.withheld and key == "placement_postcode":
            told.say("confidential", True, row, key, since)


def _reviews(found: Return, table: Iterable[Row], day: date) -> None:
    for row in table:
        told = found.child(row)
        held = row.read("review", lambda cell: cells.day(cell, day))
        if told is None or held is None:
            continue
        if held > day:
            row.check("review", "the review is after today: not counted as held")
        elif "last_review" not in told.facts or held > told.facts["last_review"].value:
            told.say("last_review", held, row, "review")
    for told in found.told.values():
        status = told.facts.get("legal_status")
        held_on = told.facts.get("last_review")
        if status and held_on and status.value in SHORT_BREAKS and status.since and held_on.value >= status.since:
            held_on.row.check("review", "short breaks (V3, V4) have no reviews in this return: taken all the same")


def _uasc(found: Return, table: Iterable[Row], day: date) -> None:
    for row in table:
        if told := found.child(row):
            _seeker(told, row, day)


def _seeker(told: Told, row: Row, day: date) -> None:
    """An unaccompanied asylum-seeking child, until the day on which that ceases (DUC)."""
    end = row.read("uasc_end", lambda cell: cells.day(cell, day), CHECK)
    if row.text("uasc") not in ("0", "0.0"):
        told.say("factor:uasc", end is None or end > day, row, "uasc_end")


def _missing(found: Return, table: Iterable[Row]) -> None:
    for row in table:
        if told := found.child(row):
            told.say("factor:exploitation", True, row, "start")


def _same_birth(found: Return, row: Row, day: date) -> None:
    """Tells of a date of birth that is another one in the header; the header's is taken."""
    told = found.told.get(row.text("child"))
    if told is None or not row.text("born"):
        return
    born = row.read("born", lambda cell: cells.day(cell, day), CHECK)
    if (known := told.facts.get("born")) is None:
        told.say("born", born, row, "born")
    elif born and born != known.value:
        row.check("born", f"the date of birth is {known.value:%d/%m/%Y} in the header, which is taken")


def _over_age(found: Return, day: date) -> None:
    for child in found.open(LAC, day):
        told = found.told[child]
        born = told.facts.get("born")
        if born and (day.year - _ADULT, day.month, day.day) >= (born.value.year, born.value.month, born.value.day):
            told.spells[LAC].row.check("end", "is over 18 and still looked after here: has the episode ended?")
