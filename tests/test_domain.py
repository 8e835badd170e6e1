from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from iro_allocator.domain import Absence, Apart, Case, Factor, Iro, Record, Scheme, Settings, Snapshot
from iro_allocator.errors import Explained
from tests.builders import case, iro


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"contracted_hours": 0}, "0 contracted hours"),
        ({"contracted_hours": 200}, "200 contracted hours"),
        ({"contracted_hours": float("nan")}, "nan contracted hours"),
        ({"name": " "}, "needs a name"),
        ({"takes": ()}, "LAC, CP or both"),
        ({"takes": ("YOS",)}, "LAC, CP or both"),
        ({"employment": "agency"}, "agency"),
        ({"other_duties": 1.5}, "other duties"),
        ({"limit": -1.0}, "limit"),
        ({"first_day": date(2026, 1, 2), "last_day": date(2026, 1, 1)}, "last day"),
    ],
)
def test_an_iro_refuses_nonsense_in_one_sentence(facts: dict[str, Any], says: str) -> None:
    with pytest.raises(Explained, match=says) as caught:
        Iro(**{"id": "a", "name": "A", **facts})
    assert caught.value.hint


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"id": ""}, "reference"),
        ({"type": "CIN"}, "CIN"),
        ({"placement_miles": -1.0}, "distance"),
        ({"adjustment": float("inf")}, "adjustment"),
        ({"opened": date(2026, 2, 1), "closed": date(2026, 1, 1)}, "closed before"),
    ],
)
def test_a_case_refuses_nonsense_in_one_sentence(facts: dict[str, Any], says: str) -> None:
    with pytest.raises(Explained, match=says):
        Case(**{"id": "C-1", **facts})


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"full_time_hours": 0}, "full-time hours"),
        ({"limit_per_fte": 0}, "limit"),
        ({"limit_counts": "families"}, "load or children"),
        ({"priorities": (("kindness", 1.0),)}, "kindness"),
        ({"priorities": (("travel", -1.0),)}, "travel"),
    ],
)
def test_settings_refuse_nonsense_in_one_sentence(facts: dict[str, Any], says: str) -> None:
    with pytest.raises(Explained, match=says):
        Settings(**facts)


def test_a_scheme_refuses_absurd_weights_and_two_factors_of_one_name() -> None:
    with pytest.raises(Explained, match="looked after"):
        Scheme(lac=100)
    with pytest.raises(Explained, match="same key"):
        Scheme(factors=(Factor("a", "one", 0.1), Factor("a", "two", 0.2)))


def test_absences_and_pairs_refuse_nonsense() -> None:
    with pytest.raises(Explained):
        Absence(id="1", iro="a", first=date(2026, 2, 1), last=date(2026, 1, 1))
    with pytest.raises(Explained):
        Absence(id="1", iro="a", first=date(2026, 2, 1), working=2)
    with pytest.raises(Explained):
        Apart(id="1", case="C-1", other="C-1")


def test_lists_are_sorted_so_that_equal_facts_are_equal_records() -> None:
    assert Case(id="C", factors=("uasc", "court", "")) == Case(id="C", factors=("court", "uasc"))
    assert iro(skills=("Urdu", "bsl")) == iro(skills=("bsl", "urdu"))


def test_a_snapshot_holds_each_id_once_and_gives_records_in_a_stable_order() -> None:
    with pytest.raises(Explained, match="C-1"):
        Snapshot.of([case("C-1"), case("C-1")])
    records: list[Record] = [case("C-2"), iro("B"), case("C-1"), iro("A")]
    assert [record.id for record in Snapshot.of(records).records()] == ["a", "b", "C-1", "C-2"]


def test_the_settings_in_force_are_those_with_the_latest_start() -> None:
    old, new = Settings(), Settings(id="settings-2", version=2, start=date(2026, 12, 1))
    versions = Snapshot.of([new, old])
    assert versions.settings_on(date(2026, 11, 30)) == old
    assert versions.settings_on(date(2026, 12, 1)) == new
    assert Snapshot().settings_on(date(2026, 1, 1)) == Settings()


def test_priorities_left_out_take_their_defaults() -> None:
    assert dict(Settings(priorities=(("travel", 0.5),)).priorities)["continuity"] == 10.0
