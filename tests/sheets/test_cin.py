"""The CIN census."""

from datetime import date
from pathlib import Path

from iro_allocator.domain import Snapshot
from tests.builders import allocation, case, iro, snapshot
from tests.sheets import returns
from tests.sheets.files import must_fix, to_check


def test_open_plans_are_taken_with_category_and_last_conference(tmp_path: Path) -> None:
    path = returns.cin(
        tmp_path,
        returns.child(
            "0001",
            returns.plan("2025-01-02", "2025-06-01")
            + returns.plan("2026-02-03", "", "EMO", ["2026-04-20", "2026-10-01"]),
        ),
        returns.child("0002", returns.plan("2025-01-02", "2025-06-01")),
        returns.child("0003"),
    )
    draft = returns.draft(path)
    (child,) = draft.step.apply(Snapshot()).case.values()
    assert (child.id, child.type, child.opened) == ("0001", "CP", date(2026, 2, 3))
    assert (child.category, child.last_review, child.born) == ("Emotional abuse", date(2026, 10, 1), date(2015, 2, 1))
    assert "1 child has ended in this return and is not in this service: not taken" in to_check(draft)
    assert "1 child is neither looked after nor on a plan and not in this service: not taken" in to_check(draft)


def test_an_unborn_child_has_an_expected_date(tmp_path: Path) -> None:
    more = "<ExpectedPersonBirthDate>2027-02-01</ExpectedPersonBirthDate>"
    child = returns.only(returns.cin(tmp_path, returns.child("1", returns.plan("2026-10-01"), "", more)))
    assert (child.born, child.expected) == (None, date(2027, 2, 1))
    child = returns.only(returns.cin(tmp_path, returns.child("1", returns.plan("2026-10-01"), "2026-11-02", more)))
    assert (child.born, child.expected) == (date(2026, 11, 2), None)


def test_disabilities_are_a_factor_but_none_is_none(tmp_path: Path) -> None:
    def of(code: str) -> tuple[str, ...]:
        more = f"<Disabilities><Disability>{code}</Disability></Disabilities>"
        return returns.only(returns.cin(tmp_path, returns.child("1", returns.plan("2026-10-01"), more=more))).factors

    assert (of("HAND"), of("NONE")) == (("disability",), ())


def test_a_plan_that_has_ended_ends_the_case_and_the_allocation(tmp_path: Path) -> None:
    service = snapshot(iro("R. Bell"), case("1", "CP"), allocation("1", "r-bell"), case("2", "BOTH"))
    path = returns.cin(tmp_path, *(returns.child(key, returns.plan("2025-01-02", "2026-11-02")) for key in "12"))
    after = returns.after(path, service)
    assert (after.case["1"].closed, after.allocation["1/1"].end) == (date(2026, 11, 2), date(2026, 11, 2))
    assert (after.case["2"].type, after.case["2"].closed) == ("LAC", None)


def test_conferences_that_are_due_are_told(tmp_path: Path) -> None:
    def enquiry(began: str, target: str, more: str = "") -> str:
        return (
            f"<Section47><S47ActualStartDate>{began}</S47ActualStartDate>"
            f"<InitialCPCtarget>{target}</InitialCPCtarget>{more}</Section47>"
        )

    path = returns.cin(
        tmp_path,
        returns.child("1", enquiry("2026-11-16", "2026-12-07")),
        returns.child("2", enquiry("2026-11-16", "2026-12-07", "<ICPCnotRequired>true</ICPCnotRequired>")),
        returns.child("3", enquiry("1970-06-02", "1970-06-23")),
        returns.child("4", enquiry("1970-06-02", "1970-06-24", "<DateOfInitialCPC>1970-06-24</DateOfInitialCPC>")),
    )
    said = [finding for finding in returns.draft(path).findings if finding.column == "InitialCPCtarget"]
    assert [(finding.value, finding.message[:40]) for finding in said] == [
        ("2026-12-07", "an initial conference is due by 07/12/20"),
        ("1970-06-24", "15 working days after 02/06/1970 are 23/"),
    ]


def test_a_plan_that_cannot_be_read_is_to_be_fixed_at_its_line(tmp_path: Path) -> None:
    path = returns.cin(
        tmp_path, returns.child("1", returns.plan("2026-10-01")), returns.child("2", returns.plan("2026-13-01"))
    )
    assert must_fix(returns.draft(path)) == [(2, "CPPstartDate", "2026-13-01")]
