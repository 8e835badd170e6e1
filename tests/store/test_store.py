"""What a store promises, on a plain file, an encrypted file and a server alike."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from iro_allocator.domain import Case, Iro, Snapshot
from iro_allocator.edits import Edit, Step, added, difference
from iro_allocator.errors import Explained, Stale
from iro_allocator.store import Store
from iro_allocator.store.codec import KINDS
from iro_allocator.watching import Stopped, Watch
from tests import builders
from tests.store.conftest import Home, unencrypted
from tests.store.strategies import IDS, of_kind

HUSSAIN, CARTER = builders.iro("A. Hussain"), builders.iro("B. Carter", 18.5)
CHILD = builders.case("C-1", name="Planted Name")
HELD = builders.allocation(CHILD, HUSSAIN)


def step(*edits: Edit, label: str = "A change") -> Step:
    return Step(label, edits)


def change(before: Any, **fields: Any) -> Edit:
    return Edit(before, replace(before, **fields))


@pytest.fixture
def store(home: Home) -> Any:
    with closing(home.create()) as store:
        store.commit(Step("Start", added([HUSSAIN, CARTER, CHILD, HELD])), by="Anna Bell")
        yield store


def test_a_new_service_is_empty_and_without_a_past(home: Home) -> None:
    with closing(home.create()) as store:
        assert store.load() == Snapshot()
        assert (store.load().revision, store.history(), store.undoable, store.redoable) == (0, (), None, None)
        assert store.check() == ()
        with pytest.raises(Explained, match="nothing to undo"):
            store.undo(by="Anna")
        with pytest.raises(Explained, match="nothing to redo"):
            store.redo(by="Anna")


def test_what_kind_of_place_it_is_survives_closing(home: Home) -> None:
    for reach in (home.create, home.open):
        with closing(reach()) as store:
            assert store.sample is (home.passphrase is None and home.server is None)
            assert store.encrypted is (home.passphrase is not None)
            assert store.shared is (home.server is not None)


def test_an_existing_service_is_not_created_again(home: Home) -> None:
    home.create().close()
    with pytest.raises(Explained, match="already"):
        home.create()
    home.open().close()


def test_a_large_service_comes_back_equal_after_closing(home: Home) -> None:
    service = builders.small_service()
    with closing(home.create()) as store:
        store.commit(Step("Start", difference(Snapshot(), service)), by="Anna")
    with closing(home.open()) as store:
        assert store.load() == service
        assert [record.id for record in store.load().records()] == [r.id for r in service.records()]


@given(data=st.data())
@hypothesis_settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_field_of_every_kind_comes_back(home: Home, data: st.DataObject) -> None:
    home.fresh()
    records = [data.draw(of_kind(kind, id)) for kind in KINDS for id in IDS]
    wanted = Snapshot.of(records)
    with closing(home.create()) as store:
        store.commit(Step("Start", tuple(data.draw(st.permutations(added(records))))), by="Anna")
        assert store.load() == wanted
        later = [data.draw(of_kind(kind, id)) for kind in KINDS for id in IDS]
        if edits := difference(wanted, Snapshot.of(later)):
            store.commit(Step("Change", edits), by="Anna")
            assert store.load() == Snapshot.of(later)
            assert store.history()[-1].step.edits == edits
        assert store.check() == ()


def test_a_step_is_told_back_as_it_was_committed(store: Store) -> None:
    at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    made = Step("Änderung", (change(CHILD, name="x"),), "because", {"seed": 1, "gap": 0.1, "iros": ["ä"]})
    committed = store.commit(made, by="Bo Ström", at=at)
    assert committed.step == made
    assert committed.at == at
    assert committed.at.tzinfo is UTC
    assert store.history()[-1] == committed
    assert store.load().revision == committed.number == 2


def test_a_step_that_was_prepared_before_another_is_stale_and_says_who_was_first(store: Store) -> None:
    at = datetime(2026, 3, 3, 9, 15).astimezone()
    store.commit(step(change(CARTER, contracted_hours=30.0)), by="Bo Ström", at=at)
    before = store.load(), store.history()
    with pytest.raises(Stale) as refused:
        store.commit(step(change(CHILD, team="x"), change(CARTER, team="x")), by="Anna")
    assert "IRO B. Carter was changed by Bo Ström on 3 March 2026 at 09:15" in refused.value.message
    assert (store.load(), store.history()) == before


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ([Edit(HELD, None)], [change(HELD, pinned=True)], "Allocation C-1/1 was removed by Bo"),
        ([Edit(None, builders.case("C-2"))], [Edit(None, builders.case("C-2", name="Y"))], "Child C-2 was added by Bo"),
        ([change(CHILD, name="New Name")], [change(CHILD, team="x")], "Child C-1 was changed by Bo"),
    ],
)
def test_of_two_managers_the_second_is_told_record_and_person(
    home: Home, first: list[Edit], second: list[Edit], sentence: str
) -> None:
    with closing(home.create()) as anna:
        anna.commit(Step("Start", added([HUSSAIN, CHILD, HELD])), by="Anna")
        with closing(home.second()) as bo:
            bo.commit(step(*first), by="Bo")
        with pytest.raises(Stale) as refused:
            anna.commit(step(*second), by="Anna")
        assert sentence in refused.value.message
        assert "Name" not in str(refused.value)
        assert len(anna.history()) == 2


def test_writers_at_the_same_time_wait_for_one_another(home: Home) -> None:
    with closing(home.create()) as one, closing(home.second()) as two:

        def write(store: Store, name: str) -> None:
            for number in range(10):
                store.commit(step(Edit(None, builders.case(f"{name}-{number}"))), by=name)

        threads = [Thread(target=write, args=pair) for pair in ((one, "Anna"), (two, "Bo"), (two, "Cai"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [committed.number for committed in one.history()] == list(range(1, 31))
        assert len(one.load().case) == 30
        assert one.check() == ()


def test_edits_of_one_step_may_come_in_any_order(home: Home) -> None:
    with closing(home.create()) as store:
        store.commit(Step("Start", added([HELD, CHILD, HUSSAIN])), by="Anna")
        store.commit(step(Edit(HUSSAIN, None), Edit(CHILD, None), Edit(HELD, None)), by="Anna")
        assert store.load() == Snapshot()


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (Edit(HUSSAIN, None), "Allocation C-1/1 refers to IRO a-hussain, who is not there"),
        (Edit(CHILD, None), "Allocation C-1/1 refers to Child C-1, who is not there"),
        (Edit(None, builders.absence("nobody")), "refers to IRO nobody"),
        (Edit(None, builders.allocation("C-9", HUSSAIN)), "Allocation C-9/1 refers to Child C-9"),
        (Edit(None, builders.barred("C-1", "nobody")), "Barred pair C-1/nobody refers to IRO nobody"),
        (Edit(None, builders.apart("C-1", "C-9")), "Pair kept apart C-1/C-9 refers to Child C-9"),
    ],
)
def test_nothing_may_refer_to_a_record_that_is_not_there(store: Store, edit: Edit, sentence: str) -> None:
    before = store.load()
    with pytest.raises(Explained) as refused:
        store.commit(step(edit), by="Anna")
    assert sentence in refused.value.message
    assert store.load() == before
    assert len(store.history()) == 1


def test_the_database_itself_refuses_a_reference_to_nothing(store: Store, home: Home) -> None:
    with pytest.raises(Explained, match="refuses"):
        home.spoil("UPDATE allocation SET iro = 'nobody'")
    assert store.load().allocation[HELD.id] == HELD


def test_a_step_needs_edits_and_a_person(store: Store) -> None:
    with pytest.raises(Explained, match="nothing to change"):
        store.commit(step(), by="Anna")
    with pytest.raises(Explained, match="name of whoever"):
        store.commit(step(change(CHILD, name="x")), by=" ")


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
@pytest.mark.parametrize("where", ["record", "label", "by"])
@unencrypted
def test_text_that_no_database_holds_is_refused_in_a_sentence(store: Store, text: str, where: str) -> None:
    before = store.load()
    made = step(change(CHILD, name=text if where == "record" else "x"), label=text if where == "label" else "x")
    with pytest.raises(Explained, match="cannot be stored"):
        store.commit(made, by=text if where == "by" else "Anna")
    assert (store.load(), len(store.history())) == (before, 1)


def test_undo_and_redo_go_back_and_forth_across_restarts(home: Home) -> None:
    with closing(home.create()) as store:
        store.commit(step(*added([CHILD]), label="First"), by="Anna")
        store.commit(step(change(CHILD, team="two"), label="Second"), by="Anna")
        last = store.load()
    with closing(home.open()) as store:
        undone = store.undo(by="Bo")
        assert (undone.step.label, undone.undoes, undone.by) == ("Undo: Second", 2, "Bo")
        assert store.load().case == {"C-1": CHILD}
        assert store.undoable
        assert store.undoable.label == "First"
    with closing(home.open()) as store:
        store.undo(by="Bo")
        assert store.load() == Snapshot()
        assert store.undoable is None
    with closing(home.open()) as store:
        assert store.redo(by="Anna").step.label == "Redo: First"
        assert store.redo(by="Anna").step.label == "Redo: Second"
        assert store.redoable is None
        assert store.load() == last
        assert [committed.undone_by for committed in store.history()] == [None, None, 6, 5, None, None]
        assert store.check() == ()


def test_what_is_only_put_on_record_changes_nothing_and_undo_passes_over_it(store: Store) -> None:
    store.commit(step(change(CHILD, team="two"), label="Second"), by="Anna")
    before = store.load()
    noted = store.commit(Step("Export: handovers", (), detail={"export": {"children": 3}}), by="Bo")
    assert (store.load(), store.check(), store.history()[-1]) == (before, (), noted)
    assert store.undoable and store.undoable.label == "Second"
    with pytest.raises(Explained, match="changed nothing"):
        store.undo(noted.number, by="Bo")
    assert store.undo(by="Bo").undoes == 2
    store.commit(Step("Export: handovers", (), detail={"export": {"children": 3}}), by="Bo")
    assert store.redo(by="Bo").step.label == "Redo: Second"
    with pytest.raises(Explained, match="nothing to change"):
        store.commit(Step("Nothing", ()), by="Bo")


def test_after_an_ordinary_step_nothing_is_left_to_redo(store: Store) -> None:
    store.commit(step(change(CHILD, team="two")), by="Anna")
    store.undo(by="Anna")
    assert store.redoable
    store.commit(step(change(CHILD, team="three")), by="Anna")
    assert store.redoable is None
    with pytest.raises(Explained, match="nothing to redo"):
        store.redo(by="Anna")


def test_an_older_step_can_be_undone_while_nothing_has_changed_what_it_changed(store: Store) -> None:
    store.commit(step(change(CHILD, team="two")), by="Anna")
    store.commit(step(change(CARTER, team="two")), by="Anna")
    store.undo(2, by="Anna")
    assert store.load().case["C-1"] == CHILD
    assert store.load().iro[CARTER.id].team == "two"
    with pytest.raises(Stale, match="Step 2 has been undone already, by step 4"):
        store.undo(2, by="Anna")
    with pytest.raises(Explained, match="no step 99"):
        store.undo(99, by="Anna")


def test_an_older_step_that_later_ones_build_on_is_not_undone(store: Store) -> None:
    store.commit(step(change(CHILD, team="two")), by="Bo Ström")
    before = store.load()
    with pytest.raises(Stale, match=r"Step 1 cannot be undone any more: Child C-1 was changed by Bo Ström"):
        store.undo(1, by="Anna")
    store.undo(by="Anna")
    store.commit(step(*added([builders.case("C-2")])), by="Anna")
    store.commit(step(*added([builders.apart("C-2", "C-1")])), by="Anna")
    with pytest.raises(Stale, match=r"Step 4 cannot be undone any more: Pair kept apart C-2/C-1 refers to"):
        store.undo(4, by="Anna")
    assert store.load().case.keys() > before.case.keys()


def test_a_step_is_undone_once_even_by_two_managers(store: Store, home: Home) -> None:
    with closing(home.second()) as other:
        other.undo(by="Bo")
    with pytest.raises(Stale, match="undone already, by step 2"):
        store.commit(step(Edit(None, CHILD)), by="Anna", undoes=1)


def test_small_things_are_remembered_outside_history(home: Home) -> None:
    with closing(home.create()) as store:
        assert store.recall("mapping") is None
        store.remember("mapping", {"Child ID": "id", "Ünits": ["ä", 1]})
        store.remember("other", [1])
        store.remember("mapping", {"Child ID": "id"})
    with closing(home.open()) as store:
        assert store.recall("mapping") == {"Child ID": "id"}
        assert store.recall("other") == [1]
        assert store.history() == ()


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE step SET label = 'Other' WHERE number = 2", "step 2 is not as it was written"),
        ("UPDATE step SET \"by\" = 'Other' WHERE number = 1", "step 1 is not as it was written"),
        ("UPDATE edit SET after = replace(after, 'two', 'six') WHERE step = 2", "step 2, Child C-1, is not as"),
        ("UPDATE edit SET after = NULL WHERE step = 2", "step 2, Child C-1, is not as"),
        ("DELETE FROM edit WHERE step = 1 AND position = 3", "step 1 is not as it was written"),
        ("UPDATE edit SET position = 9 - position WHERE step = 1", "step 1 is not as it was written"),
        ("DELETE FROM edit WHERE step = 3;DELETE FROM step WHERE number = 3", "last steps are missing"),
        ("DELETE FROM edit WHERE step = 2;DELETE FROM step WHERE number = 2", "step 2 is missing"),
        ("UPDATE step SET undoes = 1 WHERE number = 3", "step 3 is not as it was written"),
        ("UPDATE \"case\" SET team = 'six'", "Child C-1 is not as the history leaves it"),
        ("DELETE FROM allocation", "Allocation C-1/1 is not as the history leaves it"),
        ("UPDATE \"case\" SET factors = 'x'", "The records cannot be read"),
        ("UPDATE iro SET contracted_hours = -1", "The records cannot be read: IRO"),
        ("DELETE FROM service", "last steps are missing"),
    ],
)
@unencrypted
def test_check_finds_whatever_was_changed_behind_its_back(home: Home, statement: str, sentence: str) -> None:
    with closing(home.create()) as store:
        store.commit(Step("Start", added([HUSSAIN, CARTER, CHILD, HELD])), by="Anna")
        store.commit(step(change(CHILD, team="two")), by="Anna")
        store.commit(step(change(HUSSAIN, team="two")), by="Anna")
        assert store.check() == ()
    home.spoil(*statement.split(";"))
    with closing(home.open()) as store:
        assert any(sentence in fault for fault in store.check()), store.check()


def test_records_that_cannot_be_read_are_a_sentence(home: Home) -> None:
    with closing(home.create()) as store:
        store.commit(Step("Start", added([CHILD])), by="Anna")
    home.spoil("UPDATE \"case\" SET factors = 'x'")
    with closing(home.open()) as store, pytest.raises(Explained, match="cannot be read"):
        store.load()


def test_kinds_without_history_of_their_own_do_not_exist() -> None:
    assert set(KINDS) == {"iro", "hours", "absence", "case", "allocation", "barred", "apart", "settings", "scenario"}
    assert (KINDS["iro"], KINDS["case"]) == (Iro, Case)


def test_a_step_that_is_stopped_at_any_moment_leaves_nothing_behind(store: Any) -> None:
    before, past = store.load(), store.history()
    many = added(builders.case(f"M{number:04}") for number in range(1_200))
    step = Step("Many", (change(CHILD, team="North"), change(HELD, pinned=True), *many))
    said: list[str] = []
    for moment in range(100):
        said.clear()
        try:
            store.commit(step, by="Anna", watch=Watch(said.append, lambda: len(said) >= moment))  # noqa: B023
        except Stopped:
            assert len(said) == moment
            assert (store.load(), store.history(), store.check()) == (before, past, ())
        else:
            break
    assert said[-1] == "Finishing"
    assert {"Writing the history: 1,000 of 1,202", "Storing: 0 of 1,200 (case)"} <= set(said)
    assert store.load() == step.apply(before)
    assert store.check() == ()
