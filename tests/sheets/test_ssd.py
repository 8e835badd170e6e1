"""The Standard Safeguarding Dataset."""

from datetime import date
from pathlib import Path

from iro_allocator.domain import Snapshot
from tests.builders import allocation, case, iro, snapshot
from tests.sheets import returns
from tests.sheets.files import to_check

PLANS = "cppl_cp_plan_id,cppl_person_id,cppl_cp_plan_start_date,cppl_cp_plan_end_date,cppl_cp_plan_latest_category"
CARE = "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,clae_cla_episode_ceased_date,clae_cla_id"
PLACEMENT = (
    "clap_cla_placement_id,clap_cla_id,clap_cla_placement_start_date,clap_cla_placement_end_date,"
    "clap_cla_placement_postcode,clap_cla_placement_distance"
)
REVIEW = "clar_cla_review_id,clar_cla_id,clar_cla_review_due_date,clar_cla_review_date,clar_cla_review_cancelled"


def people(folder: Path) -> None:
    """Two IROs and a social worker, and who is involved with whom."""
    who = [
        ("P1", "Bea Carter", "N", "Independent Reviewing Officer", "1"),
        ("P2", "Rob Bell", "Y", "IRO", "0.5"),
        ("P3", "Sam Social", "N", "Social Worker", "1"),
    ]
    columns = returns.PROFESSIONAL.split(",")
    returns.table(folder, "p.csv", returns.PROFESSIONAL, [dict(zip(columns, row, strict=True)) for row in who])
    involved = [
        ("1", "P1", "Independent Reviewing Officer", "C1", "2025-03-01 00:00:00", ""),
        ("2", "P2", "IRO", "C2", "2026-01-05", ""),
        ("3", "P3", "ALLOCATED CASE WORKER", "C1", "2025-03-01", ""),
        ("4", "P2", "IRO", "C1", "2024-01-01", "2025-03-01"),
    ]
    columns = returns.INVOLVEMENT.split(",")
    returns.table(folder, "i.csv", returns.INVOLVEMENT, [dict(zip(columns, row, strict=True)) for row in involved])


def test_involvements_professionals_and_plans_make_a_service(tmp_path: Path) -> None:
    people(tmp_path)
    returns.table(
        tmp_path,
        "c.csv",
        CARE,
        [{"clae_person_id": "C1", "clae_cla_episode_start_date": "2025-02-20", "clae_cla_id": "L1"}],
    )
    returns.table(
        tmp_path, "d.csv", PLANS,
        [{"cppl_person_id": "C2", "cppl_cp_plan_start_date": "2026-01-04", "cppl_cp_plan_latest_category": "NEG"}],
    )  # fmt: skip
    returns.table(
        tmp_path, "e.csv", PLACEMENT,
        [{"clap_cla_id": "L1", "clap_cla_placement_start_date": "2025-02-20", "clap_cla_placement_postcode": "LS1 3EX",
          "clap_cla_placement_distance": "999.9"}],
    )  # fmt: skip
    returns.table(
        tmp_path, "f.csv", REVIEW,
        [{"clar_cla_id": "L1", "clar_cla_review_date": "2026-08-01"},
         {"clar_cla_id": "L1", "clar_cla_review_date": "2026-09-01", "clar_cla_review_cancelled": "Y"},
         {"clar_cla_id": "L1", "clar_cla_review_due_date": "2027-01-31"}],
    )  # fmt: skip
    draft = returns.draft(tmp_path)
    after = draft.step.apply(Snapshot())
    assert {who.id: (who.name, who.contracted_hours, who.employment) for who in after.iro.values()} == {
        "P1": ("Bea Carter", 37.0, "permanent"),
        "P2": ("Rob Bell", 18.5, "interim"),
    }
    assert [(row.case, row.iro, row.start) for row in after.allocation.values()] == [
        ("C1", "P1", date(2025, 3, 1)),
        ("C2", "P2", date(2026, 1, 5)),
    ]
    looked_after, plan = after.case["C1"], after.case["C2"]
    assert (looked_after.type, looked_after.opened, looked_after.placement_miles) == ("LAC", date(2025, 2, 20), None)
    assert (looked_after.last_review, looked_after.next_review) == (date(2026, 8, 1), date(2027, 1, 31))
    assert (plan.type, plan.category) == ("CP", "Neglect")
    assert returns.draft(tmp_path, after, said=[draft.said]).step.edits == ()


def test_who_has_the_child_here_stays_until_the_dataset_says_another_than_before(tmp_path: Path) -> None:
    service = snapshot(iro("A. Hussain"), case("C1"), allocation("C1", "a-hussain"), case("C2"))
    people(tmp_path)
    first = returns.draft(tmp_path, service)
    after = first.step.apply(service)
    assert {row.case: row.iro for row in after.allocation.values()} == {"C1": "a-hussain", "C2": "P2"}
    assert "A. Hussain has the child here, and stays" in to_check(first)
    columns = returns.INVOLVEMENT.split(",")
    row = ("9", "P2", "IRO", "C1", "2026-11-02", "")
    returns.table(tmp_path, "i.csv", returns.INVOLVEMENT, [dict(zip(columns, row, strict=True))])
    again = returns.draft(tmp_path, after, said=[first.said]).step.apply(after)
    assert [row.iro for row in again.allocations_by_case["C1"]] == ["a-hussain", "P2"]


def test_a_mother_who_is_named_is_kept_apart_from_her_child(tmp_path: Path) -> None:
    service = snapshot(case("M"), case("C2", "CP"))
    returns.table(tmp_path, "d.csv", PLANS, [{"cppl_person_id": "C2", "cppl_cp_plan_start_date": "2026-01-04"}])
    returns.table(
        tmp_path, "m.csv", "moth_table_id,moth_person_id,moth_childs_person_id",
        [{"moth_person_id": "M", "moth_childs_person_id": "C2"}],
    )  # fmt: skip
    after = returns.after(tmp_path, service)
    assert (after.case["C2"].mother, [*after.apart]) == ("M", ["M/C2"])
