"""What the facts of a child are where several files speak of them: of what is news, the file that counts most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from iro_allocator.domain import CP, LAC, NEEDS, CaseType
from iro_allocator.sheets.about import ALWAYS, IN_CARE, LABELS, ON_PLAN, About, Said, shown
from iro_allocator.sheets.memory import ORDER, Memory, rank
from iro_allocator.sheets.told import Fact


def facts(about: About, memory: Memory, type_: CaseType) -> dict[str, Any]:
    """The fields that the returns say, by name."""
    base, local, told = about.base, about.local, about.told
    found: dict[str, Any] = {}
    names = [*ALWAYS, *(IN_CARE if LAC in NEEDS[type_] else ()), *(ON_PLAN if CP in NEEDS[type_] else ())]
    for name in names:
        said = [Said(each.kind, each.facts[name]) for each in told if name in each.facts]
        if not said:
            continue
        if local and local.row.text(name):
            said.append(Said("spreadsheet", Fact(getattr(local.case, name), local.row, name)))
        found[name] = settled(about, memory, name, said)
    if base is not None and base.confidential and found.get("placement_postcode"):
        row = next(each.facts["placement_postcode"].row for each in told if "placement_postcode" in each.facts)
        row.check("placement_postcode", "the placement is confidential here: its postcode is left aside")
        del found["placement_postcode"]
    if found.get("born"):
        found["expected"] = None
    found |= _reviews(about, memory)
    return found | _factors(about, memory)


def settled(about: About, memory: Memory, name: str, said: Sequence[Said]) -> Any:
    """The value of a fact of which one or several files speak: of what is news, the file that counts most."""
    child, before = about.child, about.before
    best = max(said, key=lambda one: one.order)
    for other in said:
        if other.text != best.text:
            other.row.check(
                other.column, f"{LABELS[name]} is {shown(best.value, name)} in {best.where}, which is taken"
            )
    known = memory.said(child, name) if before is not None else {}
    was = getattr(before, name) if before is not None else None
    if was not in (None, "", False) and "spreadsheet" not in known:
        text = Fact(was, best.row, "").said
        if text not in known.values():  # local until now: a sheet that says it again is overruled already
            memory.note(child, name, "spreadsheet", text)
    for one in said:
        memory.note(child, name, one.kind, one.text)
    if before is None:
        return best.value
    absent = [rank(kind) for kind in ORDER if kind in known and all(kind != one.kind for one in said)]
    news = [
        one
        for one in said
        if known.get(one.kind) != one.text and (one.kind in known or rank(one.kind) > max(absent, default=-1))
    ]
    return max(news, key=lambda one: one.order).value if news else was


def _reviews(about: About, memory: Memory) -> dict[str, Any]:
    """The last review that was held, and the next where one is booked; one that has been held is no next one."""
    base, told = about.base, about.told
    for each in told:
        if (held := each.facts.get("last_review")) is not None:
            memory.note(each.child, "last_review", each.kind, held.said)
    last = max(
        [each.facts["last_review"].value for each in told if "last_review" in each.facts]
        + ([base.last_review] if base and base.last_review else []),
        default=None,
    )
    booked = [each.facts["next_review"].value for each in told if "next_review" in each.facts]
    if not booked and not any("last_review" in each.facts for each in told):
        return {}
    following = min(booked, default=base.next_review if base else None)
    if following and last and following <= last:
        following = None
    return {"last_review": last, "next_review": following}


def _factors(about: About, memory: Memory) -> dict[str, Any]:
    """Factors are added; one is taken away only where the same kind of file had said it before."""
    child, base, before, told = about.child, about.base, about.before, about.told
    factors = set(base.factors) if base else set()
    there = set(factors)
    for each in reversed(told):
        for name, fact in each.facts.items():
            if not name.startswith("factor:"):
                continue
            key = name.removeprefix("factor:")
            known = memory.said(child, name).get(each.kind) if before is not None else None
            memory.note(child, name, each.kind, fact.said)
            if known == fact.said:
                continue
            if fact.value:
                factors.add(key)
            elif known == "True":
                factors.discard(key)
    return {"factors": tuple(sorted(factors))} if factors != there else {}
