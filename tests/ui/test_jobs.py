"""Work off the UI thread."""

from __future__ import annotations

from functools import partial
from threading import Event, current_thread

from pytestqt.qtbot import QtBot

from iro_allocator.errors import Explained
from iro_allocator.ui.jobs import Job, Jobs, Report, Stop


def test_the_value_comes_back_on_the_ui_thread_and_the_work_was_elsewhere(qtbot: QtBot) -> None:
    jobs, here = Jobs(), current_thread()
    found: list[tuple[object, object]] = []
    job = Job(
        "Looking",
        lambda report, stopped: current_thread(),
        lambda worker: found.append((worker, current_thread())),
    )
    with qtbot.waitSignal(jobs.ended):
        jobs.start(job)
    (worker, done_in) = found[0]
    assert worker is not here
    assert done_in is here
    assert not jobs.busy


def test_progress_arrives_and_a_stop_is_seen(qtbot: QtBot) -> None:
    def work(report: Report, stopped: Stop) -> str:
        report((1, 3))
        while not stopped():
            Event().wait(0.001)
        return "the best so far"

    found: list[str] = []
    jobs = Jobs()
    running = jobs.start(Job("Solving", work, found.append, stop_words="Stop and use this"))
    with qtbot.waitSignal(running.progress) as said:
        pass
    assert said.args == [(1, 3)]
    with qtbot.waitSignal(jobs.ended):
        running.stop()
    assert found == ["the best so far"]


def test_database_work_is_done_one_after_the_other_in_order(qtbot: QtBot) -> None:
    jobs = Jobs()
    order: list[int] = []
    at_work: list[int] = []

    def work(number: int) -> int:
        at_work.append(number)
        assert len(at_work) == 1
        Event().wait(0.005)
        at_work.remove(number)
        return number

    for number in range(5):
        jobs.start(Job("Saving", partial(lambda n, report, stopped: work(n), number), order.append, database=True))
    qtbot.waitUntil(lambda: not jobs.busy)
    assert order == [0, 1, 2, 3, 4]


def test_an_error_goes_to_the_job_or_else_to_the_window(qtbot: QtBot) -> None:
    def fails(report: Report, stopped: Stop) -> None:
        raise Explained("The disk is full.", "Free some space.")

    jobs = Jobs()
    caught: list[Exception] = []
    with qtbot.waitSignal(jobs.ended):
        jobs.start(Job("Saving", fails, failed=caught.append))
    assert [str(error) for error in caught] == ["The disk is full. Free some space."]
    with qtbot.waitSignal(jobs.failed) as said:
        jobs.start(Job("Saving", fails))
    assert str(said.args[0]) == "The disk is full. Free some space."


def test_stopping_all_waits_for_the_end(qtbot: QtBot) -> None:
    ended = Event()

    def work(report: Report, stopped: Stop) -> None:
        while not stopped():
            Event().wait(0.001)
        ended.set()

    jobs = Jobs()
    jobs.start(Job("Solving", work))
    jobs.stop_all()
    assert ended.is_set()
    qtbot.waitUntil(lambda: not jobs.busy)
