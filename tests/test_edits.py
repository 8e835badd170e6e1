from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.domain import Case, Snapshot
from iro_allocator.edits import Edit, Step, added, difference
from iro_allocator.errors import Explained, Stale
from tests.builders import case, iro, snapshot

tables = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["", "Fam-1", "Fam-2"]), max_size=4
).map(lambda families: Snapshot.of(Case(id=key, family=family) for key, family in families.items()))


@given(tables, tables)
def test_law_a_step_and_its_inverse_lead_back(before: Snapshot, after: Snapshot) -> None:
    step = Step("change", difference(before, after))
    assert step.apply(before) == after
    assert step.inverse.apply(step.apply(before)) == before
    assert bool(step) == (before != after)


def test_a_step_that_expects_another_record_is_stale_and_names_it() -> None:
    old = case("C-1")
    with pytest.raises(Stale, match="Case C-1 has changed"):
        Step("move", (Edit(old, replace(old, family="F")),)).apply(snapshot(replace(old, team="North")))
    with pytest.raises(Stale):
        Step("new", added([old])).apply(snapshot(old))


def test_an_edit_is_about_one_record() -> None:
    with pytest.raises(Explained):
        Edit(case("C-1"), case("C-2"))
    with pytest.raises(Explained):
        Edit(None, None)
    with pytest.raises(Explained, match="only once"):
        Step("twice", added([case("C-1"), case("C-1")]))


def test_kind_and_id_are_those_of_the_record() -> None:
    assert Edit(None, iro("A. Hussain")).key == ("iro", "a-hussain")
