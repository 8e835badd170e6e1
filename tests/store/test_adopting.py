"""Two managers on one service: a plan of Monday's, adopted when the other has worked on it since."""

from contextlib import closing
from datetime import date

import pytest

from iro_allocator.allocating import allocate
from iro_allocator.domain import Absent, HoursChange, Leaves, Scenario
from iro_allocator.edits import Step, added
from iro_allocator.errors import Stale
from iro_allocator.workspace import Overtaken, Workspace
from tests.builders import DAY, case, held, iro, snapshot
from tests.store.conftest import Home, unencrypted

HUSSAIN, CARTER, BELL = iro("A. Hussain"), iro("B. Carter"), iro("R. Bell")
APRIL = date(2027, 4, 1)
SERVICE = snapshot(HUSSAIN, CARTER, BELL, held(HUSSAIN, 4), held(CARTER, 4, start=200), held(BELL, 4, start=300))
PLAN = Scenario(
    id="scenario-1",
    name="Spring",
    day=APRIL,
    changes=(
        Leaves(iro=BELL.id, name=BELL.name, day=date(2027, 3, 31)),
        Absent(iro=CARTER.id, name=CARTER.name, day=date(2027, 3, 1), last=date(2027, 4, 25), cover=True),
        HoursChange(iro=HUSSAIN.id, name=HUSSAIN.name, day=date(2027, 2, 1), other_duties=0.1),
    ),
)


@unencrypted
def test_neither_manager_loses_what_the_other_did(home: Home) -> None:
    with closing(home.create()) as store, closing(home.second()) as other_store:
        anna, bilal = Workspace(store), Workspace(other_store)
        anna.commit(Step("Start", added(SERVICE.records())))
        made = anna.what_if(anna.save_scenario(PLAN), PLAN)

        # Wednesday: another manager allocates a referral to the leaver and gives one of her children away.
        now = bilal.commit(Step("Referral", added([case("C-500", opened=DAY)]))).snapshot
        now = bilal.commit(Step("Allocate", allocate(now, ["C-500"], BELL.id, DAY, "nearest"))).snapshot
        now = bilal.commit(Step("Move", allocate(now, ["C-300"], HUSSAIN.id, DAY, "asked for it"))).snapshot

        with pytest.raises(Overtaken) as told:
            anna.adopt(made)
        assert [said[:5] for said in told.value.left_out] == ["C-300", "C-500"]
        assert bilal.world().snapshot == now

        look = anna.adoption(made)
        race = bilal.commit(Step("Move", allocate(now, ["C-301"], HUSSAIN.id, DAY, "asked for it too"))).snapshot
        with pytest.raises(Stale, match="C-301"):
            anna.commit(look.step)
        assert bilal.world().snapshot == race

        after = anna.adopt(made, what_fits=True).snapshot
        assert bilal.world().snapshot == after
        for child in ("C-300", "C-301", "C-500"):
            assert after.allocations_by_case[child] == race.allocations_by_case[child]
        assert {row.iro for n in (302, 303) if (row := after.allocation_on(f"C-{n}", APRIL))} == {HUSSAIN.id}
        assert all(after.cover_on(f"C-{n}", APRIL) for n in range(200, 204))
        assert not any(after.cover_on(f"C-{n}", date(2027, 4, 26)) for n in range(200, 204))
        assert bilal.undo().snapshot == race
        assert bilal.check().faults == ()
