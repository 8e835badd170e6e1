"""What takes effect by itself on a day to come is listed until then."""

from datetime import date

from iro_allocator.briefing import decisions
from iro_allocator.caseload import caseloads
from iro_allocator.coming import coming, next_iro, unplanned
from iro_allocator.domain import Hours
from iro_allocator.ui.child_facts import rows
from tests.builders import DAY, absence, allocation, case, held, iro, snapshot, world

HUSSAIN, CARTER, MOSS = iro("A. Hussain"), iro("B. Carter"), iro("K. Moss")
BELL = iro("R. Bell", last_day=date(2027, 1, 29))
THEN = date(2027, 1, 30)


def service(handed_over: int, stays: int = 0) -> list[object]:
    records: list[object] = [HUSSAIN, CARTER, MOSS, BELL]
    for n in range(handed_over + stays):
        child = case(f"C-{n}")
        until = THEN if n < handed_over else None
        records += [child, allocation(child, BELL, end=until)]
        if until:
            records.append(allocation(child, (HUSSAIN, CARTER, MOSS)[n % 3], THEN, id=f"{child.id}/2"))
    return records


def words(*records: object) -> list[str]:
    return [f"{each.day:%d %b}: {each.words}" for each in coming(snapshot(*records), DAY)]  # type: ignore[arg-type]


def test_handovers_are_listed_with_who_leaves() -> None:
    assert words(*service(4)) == ["29 Jan: R. Bell leaves on 29 Jan 2027", "30 Jan: 4 children of R. Bell go to 3 IROs"]
    assert words(*service(1))[1] == "30 Jan: 1 child of R. Bell goes to A. Hussain"


def test_cover_hours_absences_and_joiners_are_listed_too() -> None:
    found = words(
        HUSSAIN,
        CARTER,
        iro("N. Aziz", first_day=date(2027, 2, 1)),
        held(HUSSAIN, 1),
        absence(HUSSAIN, date(2027, 1, 11), date(2027, 3, 7)),
        allocation("C-100", CARTER, date(2027, 1, 11), type="cover", id="C-100/2"),
        Hours(id="h", iro=CARTER.id, start=date(2027, 1, 4), contracted_hours=30),
        case("C-200", opened=DAY),
        allocation("C-200", CARTER, date(2027, 1, 4)),
    )
    assert found == [
        "04 Jan: 1 child comes to B. Carter",
        "04 Jan: B. Carter: from 4 Jan 2027 30 hours a week",
        "11 Jan: A. Hussain is away from 11 Jan 2027",
        "11 Jan: B. Carter covers 1 child of A. Hussain until 8 Mar 2027",
        "01 Feb: N. Aziz joins on 1 Feb 2027",
        "08 Mar: A. Hussain is back on 8 Mar 2027",
    ]


def test_the_next_iro_of_a_child_is_known_until_the_day() -> None:
    there = snapshot(*service(1, 1))  # type: ignore[arg-type]
    row = next_iro(there, "C-0", DAY)
    assert row and (row.iro, row.start) == (HUSSAIN.id, THEN)
    assert next_iro(there, "C-0", THEN) is None
    assert next_iro(there, "C-1", DAY) is None
    assert unplanned(there, ["C-0", "C-1"], BELL.id, THEN) == ("C-1",)


def decided(*records: object) -> list[tuple[str, str]]:
    there = snapshot(*records)  # type: ignore[arg-type]
    return [(each.tag, each.words) for each in decisions(there, caseloads(there, DAY))]


def test_only_the_children_of_a_leaver_without_a_next_iro_ask_for_a_decision() -> None:
    assert decided(*service(2, 3)) == [
        ("leaving 29 Jan", "R. Bell: 3 children to move"),
        ("from 30 Jan", "2 children of R. Bell go to A. Hussain and B. Carter"),
    ]
    assert decided(*service(2)) == [("from 30 Jan", "2 children of R. Bell go to A. Hussain and B. Carter")]


def test_the_list_of_children_marks_who_has_another_iro_coming() -> None:
    there = snapshot(*service(1, 1))  # type: ignore[arg-type]
    flags = {row.case.id: row.flags for row in rows(world(there))}
    assert flags == {"C-0": (("coming", "A. Hussain from 30 Jan 2027"),), "C-1": ()}
