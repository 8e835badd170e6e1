"""Which step can be undone or redone, by the numbers alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.errors import Explained, Stale
from iro_allocator.store.undoing import Timeline


@pytest.mark.parametrize(
    ("undoes", "undoable", "redoable"),
    [
        ([], None, None),
        ([None], 1, None),
        ([None, 1], None, 2),
        ([None, 1, 2], 1, None),
        ([None, None, 2, 1], None, 4),
        ([None, None, 2, 1, 4], 1, 3),
        ([None, None, 2, 1, 4, 3], 2, None),
        ([None, 1, None], 3, None),
        ([None, 1, None, 3], None, 4),
        ([None, 1, None, 3, 4], 3, None),
        ([None, 1, 2, 3], None, 4),
        ([None, None, 1], 2, 3),
    ],
)
def test_the_numbers_tell_what_can_be_undone_and_redone(
    undoes: list[int | None], undoable: int | None, redoable: int | None
) -> None:
    timeline = Timeline(dict(enumerate(undoes, start=1)))
    assert (timeline.undoable, timeline.redoable) == (undoable, redoable)


@given(st.lists(st.sampled_from(("step", "undo", "redo", "note")), max_size=40))
def test_undo_and_redo_are_the_two_stacks_of_an_editor_that_pass_over_notes(verbs: list[str]) -> None:
    undoes: dict[int, int | None] = {}
    notes: list[int] = []
    done: list[int] = []
    undone: list[int] = []
    for number, verb in enumerate(verbs, start=1):
        timeline = Timeline(undoes, notes)
        assert timeline.undoable == (done[-1] if done else None)
        assert (timeline.redoable and timeline.original[timeline.redoable]) == (undone[-1] if undone else None)
        if verb == "undo" and timeline.undoable:
            undoes[number] = timeline.undoable
            undone.append(done.pop())
        elif verb == "redo" and timeline.redoable:
            undoes[number] = timeline.redoable
            done.append(undone.pop())
        elif verb == "note":
            undoes[number] = None
            notes.append(number)
        else:
            undoes[number] = None
            done.append(number)
            undone.clear()


def test_a_step_is_taken_back_once() -> None:
    timeline = Timeline({1: None, 2: 1})
    timeline.refuse_taking_back(2)
    with pytest.raises(Stale, match="by step 2"):
        timeline.refuse_taking_back(1)
    with pytest.raises(Explained, match="no step 3"):
        timeline.refuse_taking_back(3)


def test_what_changed_nothing_cannot_be_taken_back() -> None:
    timeline = Timeline({1: None, 2: None}, notes={2})
    assert timeline.undoable == 1
    with pytest.raises(Explained, match="changed nothing"):
        timeline.refuse_taking_back(2)


def test_thousands_of_steps_back_and_forth_are_no_trouble() -> None:
    timeline = Timeline({number: number - 1 or None for number in range(1, 5001)})
    assert (timeline.undoable, timeline.redoable) == (None, 5000)
