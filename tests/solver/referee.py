"""An independent referee for the solver, for problems small enough to try every answer.

Written from the design pages alone (domain.md, solver.md, exchange.md) before any of the program's solver
had been read, and it imports nothing from the program. It reads a problem as the JSON object of
exchange.md and says what is held, decided and fixed, who may not take what, what a plan is charged,
which plan is the best (by trying them all), and the figures a result reports beside it. Where the pages
leave a choice, the reading taken here is written next to the line.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

Json = dict[str, Any]
Allocation = dict[str, str | None]  # child -> IRO; None or missing: waiting
Unit = tuple[str, ...]

WEIGHTS = {
    "balance": 1, "limit": 100, "continuity": 10, "timing": 3, "siblings": 25,
    "former": 5, "travel": 0.1, "skills": 5, "employment": 1, "spread": 1,
}  # fmt: skip
METRES_IN_A_MILE = 1609.344


def exact(number: float) -> Fraction:
    """A number of the file as the decimal that was written there."""
    return Fraction(str(number))


class Referee:
    """One problem, read once; every question about it is a method."""

    def __init__(self, problem: Json | str) -> None:
        given: Json = json.loads(problem) if isinstance(problem, str) else problem
        settings = given.get("settings", {})
        self.on = date.fromisoformat(given["on"])
        self.mode: str = given.get("mode", "rebalance")
        self.max_moves: int | None = given.get("max_moves")
        self.reunite: bool = given.get("reunite", False)
        self.weights = {**WEIGHTS, **settings.get("weights", {})}
        self.full_time = exact(settings.get("full_time_hours", 37))
        self.limit_per_fte = exact(settings.get("limit_per_fte", 70))
        self.counts: str = settings.get("limit_counts", "load")
        self.miles_cap: float = settings.get("miles_cap", 120)
        self.review_days: int = settings.get("review_days", 14)
        self.iros: dict[str, Json] = {i["id"]: i for i in sorted(given["iros"], key=lambda i: i["id"])}
        self.cases: dict[str, Json] = {c["id"]: c for c in sorted(given["cases"], key=lambda c: c["id"])}
        self.barred = {(b["case"], b["iro"]) for b in given.get("barred", [])}
        self.apart = [(a, b) for a, b in given.get("apart", [])]
        self.weight = {c: exact(case.get("weight", 1)) for c, case in self.cases.items()}
        self.present = [i for i in self.iros if self.available(i) > 0]
        self.all_available = sum((self.available(i) for i in self.present), Fraction(0))
        self.all_load = sum(self.weight.values(), Fraction(0))  # "W = load of all children", waiting ones too
        self.held = {c for c in self.cases if self._is_held(c)}
        self.decided = {c for c in self.cases if self._is_decided(c)}
        self.fixed: Allocation = {c: self.iro_of(c) for c in self.cases if c not in self.decided}
        self.units = self._units()

    # -- who is there, and how much of them

    def iro_of(self, child: str) -> str | None:
        iro: str | None = self.cases[child].get("iro")
        return iro

    def fte(self, iro: str) -> Fraction:
        return exact(self.iros[iro].get("contracted_hours", 37)) / self.full_time

    def available(self, iro: str) -> Fraction:
        given = self.iros[iro].get("available")
        return self.fte(iro) if given is None else exact(given)

    def share(self, iro: str) -> Fraction:
        return self.all_load * self.available(iro) / self.all_available if self.all_available else Fraction(0)

    def limit(self, iro: str) -> Fraction:
        given = self.iros[iro].get("limit")
        return self.limit_per_fte * self.fte(iro) if given is None else exact(given)

    # -- rules

    def may_not(self, child: str, iro: str) -> str | None:
        """Why this child may not be given to (or stay with) this IRO, who is there on the day; `apart` is elsewhere."""
        case, person = self.cases[child], self.iros[iro]
        kind = case.get("type", "LAC")
        kinds = {"LAC", "CP"} if kind == "BOTH" else {kind}
        if (child, iro) in self.barred:
            return "barred"
        if kinds - set(person.get("takes", ["LAC", "CP"])):
            return "type"
        if set(case.get("requires", [])) - set(person.get("skills", [])):
            return "skill"
        if not person.get("takes_new", True) and self.iro_of(child) != iro:
            return "takes no new children"
        return None

    def unit_may_not(self, unit: Unit, iro: str) -> str | None:
        """Why this IRO may not take this unit: fixed children of an `apart` pair count, decided ones do not."""
        if not self.available(iro):
            return "away"
        for child in unit:
            if reason := self.may_not(child, iro):
                return reason
            if any(self.fixed.get(other) == iro for other in self.kept_apart_from(child)):
                return "apart"
        return None

    def kept_apart_from(self, child: str) -> set[str]:
        return {b for a, b in self.apart if a == child} | {a for a, b in self.apart if b == child}

    # -- held, decided, units

    def _is_held(self, child: str) -> bool:
        iro = self.iro_of(child)
        if iro is None or iro not in self.iros:
            return False
        there = self.available(iro) > 0 or self.iros[iro].get("keeps_children", False)
        return there and self.may_not(child, iro) is None  # "the two" are child and IRO: `apart` is no such rule

    def _is_decided(self, child: str) -> bool:
        if self.mode == "referrals":
            return self.iro_of(child) is None
        if child not in self.held:
            return True  # "must be placed", pinned or not
        if self.mode == "leavers":
            return False
        iro = self.iro_of(child)
        return not self.cases[child].get("pinned", False) and iro is not None and self.available(iro) > 0

    def _units(self) -> list[Unit]:
        units: list[list[str]] = []
        families: dict[str, list[str]] = {}
        for child in sorted(self.decided):
            case = self.cases[child]
            if case.get("separate") or self.kept_apart_from(child) or not case.get("family"):
                units.append([child])
            else:
                families.setdefault(case["family"], []).append(child)
        for members in families.values():
            if self.mode != "rebalance" or self.reunite:
                units.append(members)
                continue
            parts: dict[str | None, list[str]] = {}
            for child in members:
                parts.setdefault(self.iro_of(child) if child in self.held else None, []).append(child)
            loose = parts.pop(None, [])
            if not parts:
                units.append(loose)
                continue
            largest = min(parts, key=lambda iro: (-len(parts[iro]), str(iro)))
            parts[largest] += loose
            units.extend(parts.values())
        return sorted(tuple(sorted(unit)) for unit in units)

    # -- charges

    def pair_charges(self, unit: Unit, iro: str) -> dict[str, float]:
        """What each pair-shaped term charges for this unit with this IRO."""
        person = self.iros[iro]
        count = dict.fromkeys(("continuity", "timing", "siblings", "former", "travel", "skills", "employment"), 0.0)
        for child in unit:
            case, current = self.cases[child], self.iro_of(child)
            if child in self.held and current != iro:
                since = date.fromisoformat(case["since"]) if case.get("since") else self.on
                years = max((self.on - since).days / 365.25, 0.0)
                count["continuity"] += 0.5 + min(years, 3.0) / 3
                if case.get("next_review"):
                    days = (date.fromisoformat(case["next_review"]) - self.on).days
                    count["timing"] += 0 <= days <= self.review_days
            kin = {i for c, i in self.fixed.items() if self.cases[c].get("family") == case.get("family") and i}
            count["siblings"] += bool(case.get("family") and kin and iro not in kin)
            if current is None:
                former = {i for i in case.get("former_iros", []) if i in self.present}
                count["former"] += bool(former and iro not in former)
            count["skills"] += len(set(case.get("prefers", [])) - set(person.get("skills", [])))
            count["employment"] += person.get("employment", "permanent") == "interim" and current != iro
        base = person.get("base")
        places = {tuple(p) for child in unit if (p := self.cases[child].get("placement"))}
        if base:
            count["travel"] = sum(min(math.dist(base, p) / METRES_IN_A_MILE, self.miles_cap) for p in places)
        return {key: self.weights[key] * value for key, value in count.items()}

    def load_charges(self, allocation: Allocation) -> dict[str, float]:
        """Balance, limit and spread of a whole plan, over the IROs who are there."""
        total = dict.fromkeys(("balance", "limit", "spread"), Fraction(0))
        load, children, new = self.tallies(allocation)
        for iro in self.present:
            share = self.share(iro)
            if share:
                total["balance"] += 50 * (load[iro] - share) ** 2 / share
            measure = load[iro] if self.counts == "load" else Fraction(children[iro])
            total["limit"] += max(measure - self.limit(iro), Fraction(0))
            fair = math.ceil(sum(new.values()) * self.available(iro) / self.all_available)
            total["spread"] += max(new[iro] - fair, 0)
        return {key: self.weights[key] * float(value) for key, value in total.items()}

    def tallies(self, allocation: Allocation) -> tuple[dict[str, Fraction], dict[str, int], dict[str, int]]:
        """Load, children and new children of each IRO; the new ones only of those who are there."""
        load = dict.fromkeys(self.iros, Fraction(0))
        children = dict.fromkeys(self.iros, 0)
        new = {i: int(self.iros[i].get("recent_children", 0)) for i in self.present}
        for child in self.cases:
            iro = allocation.get(child)
            if iro is None or iro not in self.iros:
                continue
            load[iro] += self.weight[child]
            children[iro] += 1
            if self.iro_of(child) is None and iro in new:
                new[iro] += 1
        return load, children, new

    def whole(self, allocation: Allocation) -> Allocation:
        """The plan for every child: the fixed ones are where they are, whatever the allocation leaves out."""
        return {c: self.fixed[c] if c in self.fixed else allocation.get(c) for c in self.cases}

    def price(self, allocation: Allocation) -> dict[str, float]:
        """Every charge of a plan, by term."""
        plan = self.whole(allocation)
        charges = self.load_charges(plan)
        for unit in self.units:
            iro = plan[unit[0]]
            for key, charge in (self.pair_charges(unit, iro) if iro else {}).items():
                charges[key] = charges.get(key, 0.0) + charge
        return {key: charges.get(key, 0.0) for key in WEIGHTS}

    def objective(self, allocation: Allocation) -> float:
        return math.fsum(self.price(allocation).values())

    # -- what is wrong with a plan, and the best there is

    def children_moved(self, allocation: Allocation) -> int:
        plan = self.whole(allocation)
        return sum(1 for c in self.held if plan[c] is not None and plan[c] != self.iro_of(c))

    def children_must_move(self, allocation: Allocation) -> int:
        plan = self.whole(allocation)
        return sum(1 for c in self.decided - self.held if plan[c] is not None and self.iro_of(c) is not None)

    def faults(self, allocation: Allocation) -> list[str]:
        """Every rule this plan breaks."""
        found = [f"{c} is not known" for c in allocation if c not in self.cases]
        found += [f"{c} is fixed" for c, iro in self.fixed.items() if c in allocation and allocation[c] != iro]
        for unit in self.units:
            given = {allocation.get(c) for c in unit}
            if len(given) > 1:
                found.append(f"{unit} is split")
            for iro in given - {None}:
                reason = self.unit_may_not(unit, str(iro)) if iro in self.iros else "nobody of that name"
                found += [f"{unit} may not go to {iro}: {reason}"] if reason else []
        plan = self.whole(allocation)
        for a, b in self.apart:
            if plan.get(a) is not None and plan.get(a) == plan.get(b) and {a, b} & self.decided:
                found.append(f"{a} and {b} are not apart")
        if self.mode == "rebalance" and self.max_moves is not None and self.children_moved(allocation) > self.max_moves:
            found.append("more children moved than allowed")
        return found

    def plans(self, may_wait: bool) -> Iterator[Allocation]:
        """Every plan; a unit waits when nobody may take it, and others only with `may_wait`."""
        choices: list[list[str | None]] = []
        for unit in self.units:
            able: list[str | None] = [i for i in self.present if not self.unit_may_not(unit, i)]
            choices.append([*able, None] if may_wait or not able else able)
        for chosen in itertools.product(*choices):
            plan = {c: iro for unit, iro in zip(self.units, chosen, strict=True) for c in unit}
            if any(plan.get(a) and plan.get(a) == plan.get(b) for a, b in self.apart):
                continue
            if self.mode == "rebalance" and self.max_moves is not None and self.children_moved(plan) > self.max_moves:
                continue
            yield plan

    def best(self) -> tuple[float, Allocation]:
        """The cheapest plan of those that leave the fewest children waiting."""
        pairs = {(u, i): math.fsum(self.pair_charges(u, i).values()) for u in self.units for i in self.present}
        kept: tuple[int, float, Allocation] | None = None
        for may_wait in (False, True):
            for plan in self.plans(may_wait):
                waiting = sum(1 for iro in plan.values() if iro is None)
                if kept and waiting > kept[0]:
                    continue
                charge = sum(self.load_charges(self.whole(plan)).values())
                charge += sum(pairs[unit, iro] for unit in self.units if (iro := plan[unit[0]]))
                if kept is None or (waiting, charge) < kept[:2]:
                    kept = waiting, charge, plan
            if kept:
                break
        assert kept is not None
        return kept[1], kept[2]

    # -- the figures beside a plan

    def loads(self, allocation: Allocation) -> list[Json]:
        """Available IROs and everyone who has children."""
        plan = self.whole(allocation)
        load, children, _ = self.tallies(plan)
        return [
            {
                "iro": iro,
                "load": float(load[iro]),
                "share": float(self.share(iro)),
                "children": children[iro],
                "cases": self.case_count([c for c in self.cases if plan[c] == iro]),
                "limit": float(self.limit(iro)),
            }
            for iro in self.iros
            if iro in self.present or children[iro]
        ]

    def case_count(self, children: list[str]) -> int:
        """Looked-after children (a child who is both is one) and families of children on a plan only."""
        on_plan = [c for c in children if self.cases[c].get("type", "LAC") == "CP"]
        return len(children) - len(on_plan) + len({self.cases[c].get("family") or f"child {c}" for c in on_plan})

    def differences(self, allocation: Allocation) -> dict[str, float]:
        """(load - share) / share of each IRO who is there."""
        load, _, _ = self.tallies(self.whole(allocation))
        return {i: float(load[i] / self.share(i) - 1) if self.share(i) else 0.0 for i in self.present}

    def rms(self, allocation: Allocation) -> float:
        shares = {i: float(self.share(i)) for i in self.present}
        squares = math.fsum(shares[i] * r * r for i, r in self.differences(allocation).items())
        return math.sqrt(squares / sum(shares.values())) if sum(shares.values()) else 0.0

    def furthest(self, allocation: Allocation) -> float:
        return max((abs(r) for r in self.differences(allocation).values()), default=0.0)

    def short_fte(self) -> float:
        total = self.all_load if self.counts == "load" else Fraction(len(self.cases))
        return float(max(total / self.limit_per_fte - self.all_available, Fraction(0)))


def price(problem: Json, allocation: Allocation) -> dict[str, float]:
    """Every charge of this plan for this problem, by term."""
    return Referee(problem).price(allocation)


def best(problem: Json) -> tuple[float, Allocation]:
    """The best objective and a plan that has it, by trying every plan."""
    return Referee(problem).best()
