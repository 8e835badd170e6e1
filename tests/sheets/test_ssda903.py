"""The SSDA903 return, as CSV files and as XML."""

from datetime import date
from pathlib import Path

import pytest

from iro_allocator import diary, places
from iro_allocator.domain import Snapshot
from tests.builders import DAY, allocation, case, iro, settings, snapshot
from tests.sheets import returns
from tests.sheets.files import must_fix, to_check

HOME, AWAY = "HD1 2TA", "LS1 3EX"


def test_open_is_who_has_no_end_in_the_latest_episode(tmp_path: Path) -> None:
    path = returns.episodes(
        tmp_path,
        {"CHILD": "001", "DECOM": "01/02/2025", "DEC": "01/06/2025"},
        {"CHILD": "001", "DECOM": "01/06/2025", "RNE": "P"},
        {"CHILD": "002", "DECOM": "01/02/2025", "DEC": "03/03/2026"},
        {"CHILD": "003", "DECOM": "01/02/2025", "DEC": ""},
        {"CHILD": "003", "DECOM": "01/05/2025", "DEC": "01/07/2025"},
    )
    draft = returns.draft(path)
    assert [(child.id, child.type, child.opened) for child in draft.step.apply(Snapshot()).case.values()] == [
        ("001", "LAC", date(2025, 2, 1))
    ]
    assert draft.children.new == 1
    assert "2 children have ended in this return and are not in this service: not taken" in to_check(draft)
    assert "the episode has no end, and a later one has begun: the later one counts" in to_check(draft)


def test_care_began_with_the_first_episode_of_an_unbroken_row(tmp_path: Path) -> None:
    path = returns.episodes(
        tmp_path,
        {"CHILD": "1", "DECOM": "01/02/2020", "DEC": "01/02/2021"},
        {"CHILD": "1", "DECOM": "05/06/2024", "DEC": "01/08/2024"},
        {"CHILD": "1", "DECOM": "01/08/2024", "DEC": "01/09/2025", "RNE": "P"},
        {"CHILD": "1", "DECOM": "01/09/2025", "RNE": "L", "LS": "E1"},
    )
    child = returns.only(path)
    assert (child.opened, child.legal_status) == (date(2024, 6, 5), "E1")


def test_a_return_that_begins_in_the_midst_of_care_does_not_move_the_first_day_later(tmp_path: Path) -> None:
    service = snapshot(case("1", opened=date(2021, 5, 5)))
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/09/2025", "RNE": "P"})
    assert returns.only(path, service).opened == date(2021, 5, 5)
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/09/2021", "RNE": "S"})
    assert returns.only(path, service).opened == date(2021, 9, 1)


def test_the_other_files_add_what_they_know(tmp_path: Path) -> None:
    returns.episodes(
        tmp_path,
        {"CHILD": "1", "DECOM": "01/09/2025", "CIN": "N2", "LS": "C2", "HOME_POST": "hd12ta", "PL_POST": "LS1 3EX"},
    )
    returns.table(tmp_path, "b.csv", returns.HEADER, [{"CHILD": "1", "SEX": "F", "DOB": "01/02/2012"}])
    returns.table(
        tmp_path, "c.csv", returns.REVIEW, [{"CHILD": "1", "REVIEW": day} for day in ("25/09/2025", "20/12/2025")]
    )
    returns.table(tmp_path, "d.csv", returns.UASC, [{"CHILD": "1", "DUC": "01/02/2030"}])
    returns.table(tmp_path, "e.csv", returns.MISSING, [{"CHILD": "1", "MISSING": "M", "MIS_START": "01/01/2026"}])
    returns.table(tmp_path, "f.csv", returns.OC2, [{"CHILD": "1", "SDQ_SCORE": "39"}])
    child = returns.only(tmp_path, snapshot(settings(home_authority="382")))
    home, away = places.find([HOME, AWAY]).values()
    assert (child.born, child.legal_status, child.last_review) == (date(2012, 2, 1), "C2", date(2025, 12, 20))
    assert child.factors == ("disability", "exploitation", "uasc")
    assert (child.home_postcode, child.placement_postcode, child.placement) == (HOME, AWAY, away)
    assert child.placement_miles == places.miles(home, away) > 10
    assert (child.placement_authority, child.out_of_area) == ("383", True)
    assert diary.review_due(child) == date(2026, 6, 20)
    draft = returns.draft(tmp_path)
    assert {source.file: source.table for source in draft.sources} == {
        "a.csv": "Episodes", "b.csv": "Header", "c.csv": "Reviews", "d.csv": "UASC", "e.csv": "Missing", "f.csv": "OC2",
    }  # fmt: skip
    assert any("OC2: not used" in said for said in to_check(draft))
    assert "a return names no IRO: new children wait for one" in to_check(draft)
    assert draft.rows == 6  # all but OC2's


def test_short_breaks_are_due_a_review_within_three_months(tmp_path: Path) -> None:
    child = returns.only(returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "02/11/2026", "LS": "V4"}))
    assert (child.legal_status, diary.review_due(child)) == ("V4", date(2027, 2, 2))


def test_a_review_to_come_is_not_one_that_was_held(tmp_path: Path) -> None:
    returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "02/11/2025"})
    returns.table(
        tmp_path, "c.csv", returns.REVIEW, [{"CHILD": "1", "REVIEW": day} for day in ("30/11/2025", "20/12/2026")]
    )
    draft = returns.draft(tmp_path)
    assert draft.step.apply(Snapshot()).case["1"].last_review == date(2025, 11, 30)
    assert "the review is after today: not counted as held" in to_check(draft)


def test_an_asylum_seeker_whose_status_has_ceased_is_none_any_more(tmp_path: Path) -> None:
    returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "02/11/2025"})
    returns.table(tmp_path, "d.csv", returns.UASC, [{"CHILD": "1", "DUC": f"{DAY:%d/%m/%Y}"}])
    assert returns.only(tmp_path).factors == ()


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        ({"CHILD": "", "DECOM": "01/02/2025"}, "CHILD", ""),
        ({"CHILD": "1", "DECOM": "soon"}, "DECOM", "soon"),
        ({"CHILD": "1", "DECOM": ""}, "DECOM", ""),
        ({"CHILD": "1", "DECOM": "01/02/2025", "DEC": "31/02/2025"}, "DEC", "31/02/2025"),
        ({"CHILD": "1", "DECOM": "01/02/2025", "DEC": "01/01/2025"}, "DEC", "01/01/2025"),
    ],
)
def test_a_row_that_must_be_fixed_is_left_out_and_counted(
    tmp_path: Path, row: dict[str, str], column: str, value: str
) -> None:
    draft = returns.draft(returns.episodes(tmp_path, row, {"CHILD": "2", "DECOM": "01/02/2025"}))
    assert must_fix(draft) == [(2, column, value)]
    assert (draft.children.new, draft.children.left_out) == (1, 1)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("HD1", "is only part of a postcode"),
        ("nope", "is no postcode"),
        ("WV27 9FW", "the postcode is not known"),
        ("ZZ99 3VZ", ""),
        ("", ""),
    ],
)
def test_a_postcode_that_says_no_place_leaves_the_distance_unknown(tmp_path: Path, said: str, told: str) -> None:
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/02/2025", "HOME_POST": HOME, "PL_POST": said})
    draft = returns.draft(path)
    child = draft.step.apply(Snapshot()).case["1"]
    assert (child.placement, child.placement_miles, child.out_of_area) == (None, None, False)
    assert any(told in message for message in to_check(draft)) is True
    assert bool(told) == any("postcode" in message for message in to_check(draft))


def test_a_placement_that_is_withheld_is_confidential_and_stays_so(tmp_path: Path) -> None:
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/02/2025", "PL_POST": "Confidential"})
    service = returns.after(path)
    assert (service.case["1"].confidential, service.case["1"].placement_postcode) == (True, "")
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/02/2025", "PL_POST": AWAY})
    child = returns.only(path, service)
    assert (child.confidential, child.placement_postcode, child.placement) == (True, "", None)


def test_who_has_ended_ends_with_the_day_in_the_file_and_leaves_the_iro(tmp_path: Path) -> None:
    service = snapshot(iro("B. Carter"), case("1"), allocation("1", "b-carter"))
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/02/2025", "DEC": "05/10/2026", "REC": "E11"})
    draft = returns.draft(path, service)
    after = draft.step.apply(service)
    assert (after.case["1"].closed, after.allocation["1/1"].end) == (date(2026, 10, 5), date(2026, 10, 5))
    assert (draft.children.ended, draft.children.unchanged) == (1, 0)
    assert returns.draft(path, after).children.ended == 0


def test_a_child_who_is_both_and_leaves_care_is_on_the_plan_alone(tmp_path: Path) -> None:
    service = snapshot(
        case("1", "BOTH", legal_status="C1", placement_postcode=AWAY, out_of_area=True, category="Neglect")
    )
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/02/2025", "DEC": "05/10/2026"})
    child = returns.only(path, service)
    assert (child.type, child.closed, child.category) == ("CP", None, "Neglect")
    assert (child.legal_status, child.placement_postcode, child.out_of_area) == ("", "", False)


def test_who_is_on_a_plan_and_comes_into_care_is_both_and_keeps_the_iro(tmp_path: Path) -> None:
    service = snapshot(iro("B. Carter"), case("1", "CP", "F1"), allocation("1", "b-carter", pinned=True))
    after = returns.after(returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/11/2026"}), service)
    assert (after.case["1"].type, after.case["1"].family, after.case["1"].opened) == ("BOTH", "F1", case().opened)
    assert after.allocation == service.allocation


def test_a_mother_who_is_looked_after_is_kept_apart_from_her_child(tmp_path: Path) -> None:
    service = snapshot(
        case("child", "CP", "F1", born=date(2026, 5, 1)), case("mum", "LAC", "F1"), case("x", born=date(2026, 5, 1))
    )
    returns.episodes(tmp_path, {"CHILD": "mum", "DECOM": "01/02/2025"})
    returns.table(tmp_path, "b.csv", returns.HEADER, [{"CHILD": "mum", "MOTHER": "1.0", "MC_DOB": "01/05/2026"}])
    after = returns.after(tmp_path, service)
    assert after.case["child"].mother == "mum"
    assert [(pair.case, pair.other) for pair in after.apart.values()] == [("mum", "child")]
    assert returns.draft(tmp_path, after).step.edits == ()


def test_a_mother_whose_child_is_in_doubt_is_only_told(tmp_path: Path) -> None:
    service = snapshot(case("a", "CP", "F1", born=date(2026, 5, 1)), case("mum", "LAC", "F2"))
    returns.episodes(tmp_path, {"CHILD": "mum", "DECOM": "01/02/2025"})
    returns.table(tmp_path, "b.csv", returns.HEADER, [{"CHILD": "mum", "MOTHER": "1", "MC_DOB": "01/05/2026"}])
    draft = returns.draft(tmp_path, service)
    assert draft.step.apply(service).apart == {}
    assert any("mum is looked after and a mother: a was born on the day" in said for said in to_check(draft))


def test_the_xml_says_the_same_as_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    returns.episodes(
        folder, {"CHILD": "007", "DECOM": "01/09/2025", "CIN": "N2", "HOME_POST": HOME, "PL_POST": AWAY, "LS": "V3"}
    )
    returns.table(folder, "b.csv", returns.HEADER, [{"CHILD": "007", "DOB": "01/02/2012"}])
    returns.table(folder, "c.csv", returns.REVIEW, [{"CHILD": "007", "REVIEW": "25/09/2025"}])
    returns.table(folder, "d.csv", returns.UASC, [{"CHILD": "007", "DUC": "01/02/2030"}])
    returns.table(folder, "e.csv", returns.MISSING, [{"CHILD": "007", "MIS_START": "01/01/2026"}])
    path = tmp_path / "return.xml"
    path.write_text(
        "<?xml version='1.0'?><EXPSSDA903><CHILD><HEADER><CHILDID>007</CHILDID><DOB>01/02/2012</DOB><UASC>1</UASC>"
        "<DUC>01/02/2030</DUC><AREVIEW><REVIEW>25/09/2025</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>"
        "<AMISSING><MISSING>M</MISSING><MIS_START>01/01/2026</MIS_START><MIS_END/></AMISSING></HEADER>"
        "<EPISODE><DECOM>01/09/2025</DECOM><RNE>S</RNE><LS>V3</LS><CIN>N2</CIN><PL>U1</PL>"
        f"<PL_POST>{AWAY}</PL_POST><HOME_POST>{HOME}</HOME_POST><DEC/></EPISODE></CHILD></EXPSSDA903>",
        encoding="utf-8",
    )
    assert returns.only(path) == returns.only(folder)
    assert [(source.kind, source.table) for source in returns.draft(path).sources] == [
        ("ssda903", "Header"), ("ssda903", "Episodes"), ("ssda903", "Reviews"), ("ssda903", "Missing"),
    ]  # fmt: skip
