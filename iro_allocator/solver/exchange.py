"""Problem and result as JSON files (the design's exchange page). Unknown keys are refused by name."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from iro_allocator.domain import CASE_TYPES, CP, LAC
from iro_allocator.errors import Explained
from iro_allocator.solver.frontier import Frontier
from iro_allocator.solver.problem import MILLIONTHS, MODES, Figures, Problem, ProblemCase, ProblemIro
from iro_allocator.solver.proposal import Move, Proposal
from iro_allocator.solver.solve import Result

PROBLEM = "iro-allocator-problem/1"
RESULT = "iro-allocator-result/1"
FRONTIER = "iro-allocator-frontier/1"

ALL_LISTED = 150
"""IROs up to whom a result lists every alternative of every move."""
LISTED = 5
"""Alternatives listed where there are more; a move then says how many it leaves out."""

NOTHING: list[Any] = []
NO_TEXTS: tuple[str, ...] = ()
BOTH_TYPES: tuple[str, ...] = (LAC, CP)

T = TypeVar("T")


# -- reading a problem -----------------------------------------------------------------------------


class _Reader:
    """One JSON object being read: each key is taken once, what is left over is refused."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise Explained(f"{where} must be an object with named values.", "See the exchange format.")
        self.value, self.where, self.taken = value, where, set[str]()

    def need(self, key: str, read: Callable[[Any, str], T]) -> T:
        self.taken.add(key)
        if key not in self.value:
            raise Explained(f"{self.where}: “{key}” is missing.", "See the exchange format.")
        return read(self.value[key], f"{self.where}, “{key}”")

    def take(self, key: str, read: Callable[[Any, str], T], default: T) -> T:
        return self.need(key, read) if key in self.value else self._left_out(key, default)

    def _left_out(self, key: str, default: T) -> T:
        self.taken.add(key)
        return default

    def rows(self, key: str, what: str) -> Iterator[_Reader]:
        for number, row in enumerate(self.take(key, _list, NOTHING), 1):
            yield _Reader(row, f"{what} {number}")

    def optional(self, key: str, read: Callable[[Any, str], T]) -> T | None:
        self.taken.add(key)
        value = self.value.get(key)
        return None if value is None else read(value, f"{self.where}, “{key}”")

    def done(self) -> None:
        for key in self.value:
            if key not in self.taken:
                raise Explained(
                    f"{self.where}: the key “{key}” is unknown.", f"Known are {', '.join(sorted(self.taken))}."
                )


def _wrong(where: str, value: Any, what: str) -> Explained:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return Explained(f"{where}: {shown[:60]} is not {what}.")


def _anything(value: Any, _: str) -> Any:
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _wrong(where, value, "text")
    return value


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(where, value, "true or false")
    return value


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise _wrong(where, value, "a number of 0 or more")
    return float(value)


def _positive(value: Any, where: str) -> float:
    number = _number(value, where)
    if number == 0:
        raise _wrong(where, value, "more than 0")
    return number


def _count(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(where, value, "a whole number of 0 or more")
    return value


def _day(value: Any, where: str) -> date:
    try:
        return date.fromisoformat(_text(value, where))
    except ValueError:
        raise _wrong(where, value, "a date such as 2026-11-23") from None


def _texts(value: Any, where: str) -> tuple[str, ...]:
    return tuple(_text(each, where) for each in _list(value, where))


def _place(value: Any, where: str) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise _wrong(where, value, "a place: [easting, northing] in metres")
    for each in value:
        if isinstance(each, bool) or not isinstance(each, int | float) or not math.isfinite(each):
            raise _wrong(where, value, "a place: [easting, northing] in metres")
    return value[0], value[1]


def _one_of(*known: str) -> Callable[[Any, str], Any]:
    def read(value: Any, where: str) -> str:
        if value not in known:
            raise _wrong(where, value, f"one of {', '.join(known)}")
        return _text(value, where)

    return read


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(where, value, "a list")
    return value


def read_problem(path: Path) -> Problem:
    """The problem in a file. Raises Explained with the place of the first fault."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Explained(f"There is no file {path}.") from None
    except (UnicodeDecodeError, OSError) as fault:
        raise Explained(f"{path.name} cannot be read as a UTF-8 text file.", "Is it a problem file?") from fault
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as fault:
        at = f" (line {fault.lineno})" if isinstance(fault, json.JSONDecodeError) else ""
        raise Explained(f"{path.name} is not JSON{at}.", "A problem file comes from `iro-allocator problem`.") from None
    return problem_from(value)


def problem_from(value: Any) -> Problem:
    """The problem that a JSON object describes."""
    read = _Reader(value, "The problem")
    kind = read.need("format", _text)
    if kind != PROBLEM:
        raise Explained(f"The format “{kind}” is not “{PROBLEM}”.", "Is it a problem file of this version?")
    figures = _figures(_Reader(read.take("settings", _anything, {}), "Settings"))
    barred = {}
    for row in read.rows("barred", "Barred pair"):
        barred[row.need("case", _text), row.need("iro", _text)] = row.take("reason", _text, "")
        row.done()
    apart = []
    for number, each in enumerate(read.take("apart", _list, NOTHING), 1):
        pair = _texts(each, f"Apart {number}")
        if len(pair) != 2:
            raise _wrong(f"Apart {number}", each, "a pair of case ids")
        apart.append((min(pair), max(pair)))
    problem = Problem(
        on=read.need("on", _day),
        mode=read.need("mode", _one_of(*MODES)),
        max_moves=read.optional("max_moves", _count),
        reunite=read.take("reunite", _flag, False),
        iros=tuple(_iro(row, figures) for row in read.rows("iros", "IRO")),
        cases=tuple(_case(row) for row in read.rows("cases", "Case")),
        figures=figures,
        barred=barred,
        apart=tuple(apart),
    )
    read.done()
    return problem


def _figures(read: _Reader) -> Figures:
    default = Figures()
    weights = _Reader(read.take("weights", _anything, {}), "Settings, weights")
    figures = Figures(
        full_time_hours=read.take("full_time_hours", _positive, default.full_time_hours),
        limit_per_fte=read.take("limit_per_fte", _positive, default.limit_per_fte),
        limit_counts=read.take("limit_counts", _one_of("load", "children"), default.limit_counts),
        weights={key: weights.take(key, _number, points) for key, points in default.weights.items()},
        miles_cap=read.take("miles_cap", _number, default.miles_cap),
        review_days=read.take("review_days", _count, default.review_days),
    )
    weights.done()
    read.done()
    return figures


def _iro(read: _Reader, figures: Figures) -> ProblemIro:
    iro_id = read.need("id", _text)
    read.where = f"IRO {iro_id}"
    hours = read.take("contracted_hours", _number, figures.full_time_hours)
    fte = hours / figures.full_time_hours
    own = read.optional("limit", _number)
    iro = ProblemIro(
        id=iro_id,
        name=read.take("name", _text, iro_id),
        contracted_hours=hours,
        available=read.take("available", _number, fte),
        employment=read.take("employment", _one_of("permanent", "interim"), "permanent"),
        takes=frozenset(read.take("takes", _texts, BOTH_TYPES)),
        skills=frozenset(read.take("skills", _texts, NO_TEXTS)),
        base=read.optional("base", _place),
        limit=figures.limit_per_fte * fte if own is None else own,
        own_limit=own,
        takes_new=read.take("takes_new", _flag, True),
        keeps_children=read.take("keeps_children", _flag, False),
        recent_children=read.take("recent_children", _count, 0),
    )
    if not iro.takes <= {"LAC", "CP"}:
        raise _wrong(f"{read.where}, “takes”", sorted(iro.takes), "LAC, CP or both")
    read.done()
    return iro


def _case(read: _Reader) -> ProblemCase:
    case_id = read.need("id", _text)
    read.where = f"Case {case_id}"
    case = ProblemCase(
        id=case_id,
        family=read.optional("family", _text) or "",
        type=read.take("type", _one_of(*CASE_TYPES), "LAC"),
        weight=round(read.take("weight", _number, 1.0) * MILLIONTHS),
        placement=read.optional("placement", _place),
        iro=read.optional("iro", _text),
        since=read.optional("since", _day),
        former_iros=read.take("former_iros", _texts, NO_TEXTS),
        requires=frozenset(read.take("requires", _texts, NO_TEXTS)),
        prefers=frozenset(read.take("prefers", _texts, NO_TEXTS)),
        pinned=read.take("pinned", _flag, False),
        separate=read.take("separate", _flag, False),
        next_review=read.optional("next_review", _day),
    )
    read.done()
    return case


# -- writing a problem -----------------------------------------------------------------------------


def problem_json(problem: Problem) -> dict[str, Any]:
    """The JSON object of a problem."""
    figures = problem.figures
    return {
        "format": PROBLEM,
        "on": problem.on.isoformat(),
        "mode": problem.mode,
        "max_moves": problem.max_moves,
        "reunite": problem.reunite,
        "settings": {
            "full_time_hours": figures.full_time_hours,
            "limit_per_fte": figures.limit_per_fte,
            "limit_counts": figures.limit_counts,
            "weights": _weights(figures),
            "miles_cap": figures.miles_cap,
            "review_days": figures.review_days,
        },
        "iros": [
            {
                "id": iro.id,
                "name": iro.name,
                "contracted_hours": iro.contracted_hours,
                "available": iro.available,
                "employment": iro.employment,
                "takes": sorted(iro.takes, reverse=True),
                "skills": sorted(iro.skills),
                "base": list(iro.base) if iro.base else None,
                "limit": iro.own_limit,
                "takes_new": iro.takes_new,
                "keeps_children": iro.keeps_children,
                "recent_children": iro.recent_children,
            }
            for iro in problem.iros
        ],
        "cases": [
            {
                "id": case.id,
                "family": case.family or None,
                "type": case.type,
                "weight": case.weight / MILLIONTHS,
                "placement": list(case.placement) if case.placement else None,
                "iro": case.iro,
                "since": case.since.isoformat() if case.since else None,
                "former_iros": list(case.former_iros),
                "requires": sorted(case.requires),
                "prefers": sorted(case.prefers),
                "pinned": case.pinned,
                "separate": case.separate,
                "next_review": case.next_review.isoformat() if case.next_review else None,
            }
            for case in problem.cases
        ],
        "barred": [
            {"case": case, "iro": iro, "reason": reason} for (case, iro), reason in sorted(problem.barred.items())
        ],
        "apart": [list(pair) for pair in problem.apart],
    }


def _weights(figures: Figures) -> dict[str, float]:
    """Points by term; the numéraire only when somebody has changed it."""
    return {key: points for key, points in figures.weights.items() if key != "balance" or points != 1.0}


def pseudonymised(problem: Problem, key: bytes) -> Problem:
    """The problem without a trace of who it is about; the same key gives the same result.

    New ids and names in an order of their own, places turned and shifted together, dates shifted
    together by whole weeks, reasons blanked. Every charge stays as it was, to rounding of metres.
    """

    def renamed(ids: Collection[str], letter: str) -> dict[str, str]:
        order = sorted(ids, key=lambda each: hmac.new(key, f"{letter} {each}".encode(), hashlib.sha256).digest())
        return {each: f"{letter}{n:05d}" for n, each in enumerate(order, 1)}

    iros = renamed({iro.id for iro in problem.iros} | {f for case in problem.cases for f in case.former_iros}, "i")
    cases = renamed({case.id for case in problem.cases}, "c")
    families = renamed({case.family for case in problem.cases if case.family}, "f")
    random_ = random.Random(hmac.new(key, b"places and dates", hashlib.sha256).digest())
    angle = random_.uniform(0, 2 * math.pi)
    shift = timedelta(weeks=random_.randrange(-520, 520))
    origin = (random_.randrange(200_000, 600_000), random_.randrange(200_000, 600_000))
    places = [iro.base for iro in problem.iros] + [case.placement for case in problem.cases]
    centre = next((place for place in sorted(place for place in places if place)), (0, 0))

    def turned(place: tuple[int, int] | None) -> tuple[int, int] | None:
        if place is None:
            return None
        x, y = place[0] - centre[0], place[1] - centre[1]
        return (
            origin[0] + round(x * math.cos(angle) - y * math.sin(angle)),
            origin[1] + round(x * math.sin(angle) + y * math.cos(angle)),
        )

    return replace(
        problem,
        on=problem.on + shift,
        iros=tuple(
            replace(iro, id=iros[iro.id], name=f"IRO {iros[iro.id][1:]}", base=turned(iro.base)) for iro in problem.iros
        ),
        cases=tuple(
            replace(
                case,
                id=cases[case.id],
                family=families.get(case.family, ""),
                placement=turned(case.placement),
                iro=iros[case.iro] if case.iro else None,
                since=case.since + shift if case.since else None,
                former_iros=tuple(iros[former] for former in case.former_iros),
                next_review=case.next_review + shift if case.next_review else None,
            )
            for case in problem.cases
        ),
        barred={(cases[case], iros[iro]): "" for case, iro in problem.barred},
        apart=tuple(
            sorted((min(pair), max(pair)) for pair in ((cases[one], cases[other]) for one, other in problem.apart))
        ),
    )


# -- writing a result ------------------------------------------------------------------------------


def result_json(result: Result) -> dict[str, Any]:
    """The JSON object of a result, every move explained."""
    return {
        "format": RESULT,
        "status": result.status,
        "objective": result.objective,
        "bound": result.bound,
        "gap_points": result.gap_points,
        "gap": result.gap,
        "seconds": round(result.seconds, 3),
        "seed": result.seed,
        "stopped": result.stopped,
        "allocation": dict(result.allocation),
        "waiting": [
            {"cases": [case.id for case in waiting.unit.cases], "reasons": dict(waiting.reasons)}
            for waiting in result.waiting
        ],
        "moves": list(_moves(result)),
        "charges": dict(result.charges),
        "loads": [
            {
                "iro": load.iro,
                "load": load.load,
                "share": load.share,
                "children": load.children,
                "cases": load.cases,
                "limit": load.limit,
            }
            for load in result.loads
        ],
        "children_moved": result.children_moved,
        "children_must_move": result.children_must_move,
        "rms_share_difference": result.rms_share_difference,
        "furthest_share_difference": result.furthest_share_difference,
        "short_fte": result.short_fte,
    }


def _moves(result: Result) -> Iterator[dict[str, Any]]:
    """Every move with its charges, reasons and alternatives: all of these, or the best few where IROs are many."""
    for move in Proposal.of(result).moves:
        if len(result.problem.iros) <= ALL_LISTED:
            first, *others = move.candidates
            reasons, left_out = move.reasons, None
        else:
            told = move.told(LISTED)
            first, *others = told.candidates
            reasons, left_out = told.reasons, {"alternatives": told.others, "cannot": told.cannot}
        for before, cases in _by_origin(result, move):
            yield {
                "cases": cases,
                "from": before,
                "to": move.after,
                "charges": _told(first.charges),
                "reasons": list(reasons),
                "alternatives": [
                    {"iro": other.iro, "difference": other.difference, "charges": _told(other.charges)}
                    for other in others
                    if other.cannot is None
                ],
                "cannot": {other.iro: other.cannot for other in others if other.cannot is not None},
                **({} if left_out is None else {"left_out": left_out}),
            }


def _by_origin(result: Result, move: Move) -> list[tuple[str | None, list[str]]]:
    """The children of a move by the IRO they come from: a unit of several origins is told as several moves.

    What a move is charged, and what others would be, is always that of the whole unit.
    """
    found: dict[str | None, list[str]] = {}
    for case in move.cases:
        found.setdefault(result.problem.case_by_id[case].iro, []).append(case)
    return sorted(found.items(), key=lambda item: item[1])


def _told(charges: Mapping[str, float]) -> dict[str, float]:
    return {key: charge for key, charge in charges.items() if charge != 0.0}


def frontier_json(found: Frontier) -> dict[str, Any]:
    """The JSON object of a frontier."""
    return {
        "format": FRONTIER,
        "points": [
            {
                "children_moved": point.children_moved,
                "rms_share_difference": point.rms_share_difference,
                "rms_bound": point.rms_bound,
                "furthest_share_difference": point.furthest_share_difference,
                "objective": point.objective,
                "allocation": dict(point.allocation),
            }
            for point in found.points
        ],
    }


def write_json(value: Mapping[str, Any], path: Path) -> None:
    """Write a JSON object beside the place and move it there, so that no half file is ever seen."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise Explained(f"{path} cannot be written: {fault.strerror or fault}.", "Choose another place.") from fault
