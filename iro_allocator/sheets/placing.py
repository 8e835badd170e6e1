"""Where children are placed: the place of a postcode, the miles from home, in or out of area. Unknown stays unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from iro_allocator import authorities, places
from iro_allocator.domain import Case, Place
from iro_allocator.sheets.rows import Row

_FAR_MILES = 350
_DIFFER = 5  # miles by which a distance that was told may differ from the one reckoned
_NOWHERE = {"placement_postcode": "", "placement": None, "placement_miles": None, "placement_authority": ""}


class Places:
    """The places of the postcodes of an import, looked up together."""

    def __init__(self, cases: Iterable[Case], home_authority: str) -> None:
        self.home = authorities.find(home_authority) or home_authority
        given = {code for case in cases for code in (case.home_postcode, case.placement_postcode) if code}
        self._found = places.Found.of(sorted(given))

    def placed(self, case: Case, before: Case | None, row: Row, told: float | None, *, by_sheet: bool) -> Case:
        """The case with the place of its placement, the distance from home, and in or out of area.

        `told` is a distance that a return gives for this placement; `by_sheet`: the spreadsheet says one, which
        counts where none can be reckoned. A confidential placement keeps no postcode.
        """
        if case.confidential:
            moved: dict[str, Any] = {key: value for key, value in _NOWHERE.items() if getattr(case, key) != value}
            return replace(case, **moved) if moved else case
        code = case.placement_postcode
        said: dict[str, Any] = {}
        was = before.placement_postcode if before else ""
        place = self._found.places.get(code) if code else None
        if place is None and code and code == was and before:
            place = before.placement
        if place != case.placement:
            said["placement"] = place
        if code and place is None:
            row.check("placement_postcode", "the postcode is not known: travel there cannot be reckoned")
        said["placement_miles"] = self._miles(case, before, row, place, told, by_sheet)
        if told is not None and told > _FAR_MILES:
            row.check("miles", f"{told:g} miles is farther than any placement is likely to be")
        if council := self._found.councils.get(code, "" if code != was else case.placement_authority):
            said["placement_authority"] = council
        if self.home and (council or case.placement_authority):
            said["out_of_area"] = (council or case.placement_authority) != self.home
        changed = {key: value for key, value in said.items() if getattr(case, key) != value}
        return replace(case, **changed) if changed else case

    def _miles(
        self, case: Case, before: Case | None, row: Row, place: Place | None, told: float | None, by_sheet: bool
    ) -> float | None:
        """The distance that was told, else the one known for this placement and home, else the one reckoned."""
        home = self._found.places.get(case.home_postcode)
        reckoned = places.miles(home, place) if home and place else None
        if told is not None:
            if reckoned is not None and abs(reckoned - told) > _DIFFER:
                row.check("miles", f"{told:g} miles, and {reckoned:g} between the two postcodes: {told:g} is taken")
            return told
        if before and (before.placement_postcode, before.home_postcode) == (
            case.placement_postcode,
            case.home_postcode,
        ):
            if case.placement_miles is not None:
                return case.placement_miles
        elif reckoned is None and (by_sheet or (before and not before.placement_postcode)):
            return case.placement_miles
        if reckoned is not None and reckoned > _FAR_MILES:
            row.check("placement_postcode", f"{reckoned:g} miles from home: farther than any placement is likely to be")
        return reckoned
