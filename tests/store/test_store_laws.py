"""Random steps, undo, redo and restarts: undo of all is the start, and history only grows."""

from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step, difference
from iro_allocator.errors import Explained
from iro_allocator.store import Committed
from iro_allocator.store.codec import KINDS
from tests.store.conftest import Home
from tests.store.strategies import IDS, of_kind, whole


class Manager(RuleBasedStateMachine):
    """Somebody at work on a service, and what an editor's two stacks would say of it."""

    home: Home

    def __init__(self) -> None:
        super().__init__()
        self.home.fresh()
        self.store = self.home.create()
        self.now = Snapshot()
        self.done: list[tuple[Snapshot, Snapshot]] = []
        self.undone: list[tuple[Snapshot, Snapshot]] = []
        self.past: list[Any] = []

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        records = {(record.kind, record.id): record for record in self.now.records()}
        keys = st.tuples(st.sampled_from(tuple(KINDS)), st.sampled_from(IDS))
        for key in data.draw(st.lists(keys, min_size=1, max_size=6, unique=True)):
            record = data.draw(st.none() | of_kind(*key))
            if record:
                records[key] = record
            else:
                records.pop(key, None)
        wanted = Snapshot.of(records.values())
        step = Step("Change", difference(self.now, wanted))
        if not step:
            return
        if not whole(wanted):
            with pytest.raises(Explained, match="refers to"):
                self.store.commit(step, by="Anna")
            return
        self.store.commit(step, by="Anna")
        self.done.append((self.now, wanted))
        self.undone.clear()
        self.now = wanted

    @rule()
    def export(self) -> None:
        self.store.commit(Step("Export", (), detail={"export": {"names": False}}), by="Anna")

    @precondition(lambda self: self.done)
    @rule()
    def undo(self) -> None:
        self.store.undo(by="Bo")
        self.undone.append(self.done.pop())
        self.now = self.undone[-1][0]

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        self.store.redo(by="Bo")
        self.done.append(self.undone.pop())
        self.now = self.done[-1][1]

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = self.home.open()

    @invariant()
    def the_store_holds_what_was_done(self) -> None:
        assert self.store.load() == self.now
        assert (self.store.undoable is not None) == bool(self.done)
        assert (self.store.redoable is not None) == bool(self.undone)

    @invariant()
    def the_past_stays(self) -> None:
        def facts(one: Committed) -> Any:
            return one.number, one.at, one.by, one.step, one.undoes

        history = [facts(committed) for committed in self.store.history()]
        assert history[: len(self.past)] == self.past
        self.past = history

    def teardown(self) -> None:
        with closing(self.store) as store:
            while store.undoable:
                store.undo(by="Anna")
            assert store.load() == Snapshot()
            assert store.check() == ()


def test_undo_of_all_is_the_start_and_history_only_grows(home: Home) -> None:
    machine = type("Manager", (Manager,), {"home": home})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6, stateful_step_count=10, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )
