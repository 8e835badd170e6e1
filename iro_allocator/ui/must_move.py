"""Who cannot keep the IRO they have: the IRO has gone, or a rule speaks against the two. Without Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iro_allocator import caseload
from iro_allocator.domain import NEEDS, Case, Iro, Snapshot

if TYPE_CHECKING:
    from iro_allocator.workspace import World


@dataclass(frozen=True, slots=True)
class MustMove:
    """A child who cannot keep the IRO they have, and why (it follows the IRO's name)."""

    case: str
    iro: str
    why: str


def must_move(world: World) -> tuple[MustMove, ...]:
    """The children whose IRO has gone or may not have them: the solver's *leavers* but for who waits."""
    found, barred = [], barred_pairs(world.snapshot)
    for load in world.loads.loads:
        here = load.available > 0 or caseload.keeps_children(world.snapshot, load.iro, world.day)
        for case in world.loads.by_iro.get(load.iro.id, ()):
            why = wrong_with(barred, load.iro, case) if here else _gone(world, load.iro)
            if why:
                found.append(MustMove(case.id, load.iro.id, why))
    return tuple(found)


def barred_pairs(snapshot: Snapshot) -> Mapping[tuple[str, str], str]:
    """Why an IRO may not have a child, by (child, IRO)."""
    return {(row.case, row.iro): row.reason for row in snapshot.barred.values()}


def wrong_with(barred: Mapping[tuple[str, str], str], iro: Iro, case: Case) -> str:
    """The rule that speaks against a child's present IRO, as it follows their name; "" when none does."""
    if (case.id, iro.id) in barred:
        reason = barred[case.id, iro.id]
        return f"may not have this child: {reason}" if reason else "may not have this child"
    lacking = NEEDS[case.type] - set(iro.takes)
    if lacking:
        return f"does not take {' or '.join(sorted(lacking, reverse=True))}"
    if missing := sorted(set(case.requires) - set(iro.skills)):
        return f"lacks the required skill {', '.join(missing)}"
    return ""


def _gone(world: World, iro: Iro) -> str:
    if iro.last_day and iro.last_day < world.day:
        return "has left"
    if iro.first_day and iro.first_day > world.day:
        return "has not started"
    return "is away" if world.snapshot.absences_of(iro.id, world.day) else "has no time for reviewing"


def in_words(world: World, found: Sequence[MustMove]) -> str:
    """Who must be placed and why, in one or two sentences; "" when nobody must."""
    if not found:
        return ""
    gone: dict[str, int] = {}
    ruled = []
    for each in found:
        name = world.snapshot.iro[each.iro].name
        if each.why in {"has left", "has not started", "is away", "has no time for reviewing"}:
            gone[f"{name} {each.why}"] = gone.get(f"{name} {each.why}", 0) + 1
        else:
            ruled.append(f"{each.case}: {name} {each.why}")
    reasons = [f"{words} ({_count(count, 'child', 'children')})" for words, count in gone.items()]
    reasons += ruled[:2] if len(ruled) <= 2 else [*ruled[:1], f"{len(ruled) - 1} more like this"]
    verb = "needs" if len(found) == 1 else "need"
    return f"{_count(len(found), 'child', 'children')} {verb} another IRO. {'; '.join(reasons)}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
