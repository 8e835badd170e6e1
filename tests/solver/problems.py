"""Small random problems in the shape of problem files, and every plan there is for one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from iro_allocator.domain import DEFAULT_PRIORITIES
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.exchange import PROBLEM, problem_from
from iro_allocator.solver.problem import MODES, Problem

ON = date(2026, 11, 23)
TERM_KEYS = ("balance", *DEFAULT_PRIORITIES)


def iro(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, **more}


def case(id: str, iro: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": id, "iro": iro, **more}


def problem(iros: list[dict[str, Any]], cases: list[dict[str, Any]], mode: str = "rebalance", **more: Any) -> Problem:
    settings = more.pop("settings", {})
    if "weights" in more:
        settings = {**settings, "weights": more.pop("weights")}
    return problem_from(
        {"format": PROBLEM, "on": ON.isoformat(), "mode": mode, "iros": iros, "cases": cases, "settings": settings}
        | more
    )


def only(**weights: float) -> dict[str, float]:
    """Weights with every other term switched off."""
    return {key: weights.get(key, 0.0) for key in TERM_KEYS}


@st.composite
def problems(draw: st.DrawFn, most_cases: int = 6, most_iros: int = 4) -> Problem:
    """A problem with anything in it that a problem can have."""
    ids = [f"i{n}" for n in range(draw(st.integers(1, most_iros)))]
    places = st.one_of(st.none(), st.tuples(st.integers(0, 90_000), st.integers(0, 90_000)).map(list))
    skills = st.lists(st.sampled_from(["urdu", "uasc"]), max_size=2, unique=True)
    iros = [
        iro(
            each,
            contracted_hours=draw(st.sampled_from([37, 22, 18.5])),
            available=draw(st.sampled_from([1.0, 1.0, 1.0, 0.5, 0.0])),
            employment=draw(st.sampled_from(["permanent", "interim"])),
            takes=draw(st.sampled_from([["LAC", "CP"], ["LAC", "CP"], ["LAC"], ["CP"]])),
            skills=draw(skills),
            base=draw(places),
            limit=draw(st.sampled_from([None, None, 1, 2])),
            takes_new=draw(st.sampled_from([True, True, True, False])),
            keeps_children=draw(st.booleans()),
            recent_children=draw(st.integers(0, 2)),
        )
        for each in ids
    ]
    count = draw(st.integers(1, most_cases))
    days = st.integers(0, 1500).map(lambda n: (ON - timedelta(n)).isoformat())
    cases = [
        case(
            f"c{n}",
            draw(st.sampled_from([None, *ids, *ids])),
            family=draw(st.sampled_from([None, "f1", "f2"])),
            type=draw(st.sampled_from(["LAC", "LAC", "CP", "BOTH"])),
            weight=draw(st.sampled_from([1.0, 1.25, 0.6, 0.85])),
            placement=draw(places),
            since=draw(st.one_of(st.none(), days)),
            former_iros=draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)),
            requires=draw(st.sampled_from([[], [], [], ["urdu"]])),
            prefers=draw(skills),
            pinned=draw(st.sampled_from([False, False, True])),
            separate=draw(st.sampled_from([False, False, True])),
            next_review=draw(st.one_of(st.none(), st.integers(-5, 30).map(lambda n: (ON + timedelta(n)).isoformat()))),
        )
        for n in range(count)
    ]
    pairs = [list(pair) for pair in itertools.combinations([each["id"] for each in cases], 2)]
    term = draw(st.sampled_from([None, None, *TERM_KEYS]))
    return problem(
        iros,
        cases,
        mode=draw(st.sampled_from(MODES)),
        max_moves=draw(st.sampled_from([None, None, 0, 1, 2])),
        reunite=draw(st.booleans()),
        settings={
            "limit_counts": draw(st.sampled_from(["load", "children"])),
            "limit_per_fte": draw(st.sampled_from([1, 3, 70])),
            **({} if term is None else {"weights": only(**{term: 2.0})}),
        },
        barred=[
            {"case": draw(st.sampled_from(cases))["id"], "iro": draw(st.sampled_from(ids)), "reason": "conflict"}
            for _ in range(draw(st.integers(0, 2)))
        ],
        apart=draw(st.lists(st.sampled_from(pairs), max_size=2)) if pairs else [],
    )


def plans(board: Board) -> Iterator[Plan]:
    """Every plan that breaks no rule and keeps within the budget."""
    choices = [np.flatnonzero(row).tolist() for row in board.allowed]
    for each in itertools.product(*choices):
        plan = np.array(each, dtype=np.intp)
        if board.keeps_apart(plan) and (board.budget is None or board.held_moved(plan) <= board.budget):
            yield plan
