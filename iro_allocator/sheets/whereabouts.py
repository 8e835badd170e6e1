"""What follows from the two postcodes of a child: the place, the miles between, whose area, in it or out of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iro_allocator import authorities, places
from iro_allocator.domain import WITHHELD, Case, Place
from iro_allocator.sheets.rows import Row


def reckoned(
    row: Row, before: Case | None, said: Mapping[str, Any], found: places.Found, home_authority: str
) -> dict[str, Any]:
    """The fields of a placement by what a row says of it: as said, and what follows where nothing is said.

    `said` are fields as read from the row; `found` knows every postcode in it and of the child before. Miles that
    somebody entered by hand stay unless a postcode has changed. Findings go to the row.
    """
    fields = {key: value for key, value in said.items() if key in _FIELDS}
    if (band := fields.get("distance_band")) and "out_of_area" not in fields:
        fields["out_of_area"] = band != "in"
    confidential = fields.get("confidential", before.confidential if before else False)
    if confidential:
        if fields.get("placement_postcode") and "confidential" not in fields:
            row.check("placement_postcode", "the placement is confidential in this service: the postcode is left out")
        return {**fields, **WITHHELD}
    code = fields.get("placement_postcode", before.placement_postcode if before else "")
    home = fields.get("home_postcode", before.home_postcode if before else "")
    moved = before is None or code != before.placement_postcode
    other_home = before is None or home != before.home_postcode
    if "placement_postcode" in fields:
        place = found.places.get(code)
        if place is None:
            row.check("placement_postcode", "the postcode is not known: travel there cannot be reckoned")
        if moved or before is None or before.placement is None:
            fields["placement"] = place
    if "home_postcode" in fields and home not in found.places:
        row.check("home_postcode", "the postcode is not known: the distance from home cannot be reckoned")
    if "placement_miles" not in fields and code and (moved or other_home or before is None):
        fields |= _distance(row, before, found.places.get(home), found.places.get(code), moved)
    return fields | _area(fields, found.councils.get(code, ""), home_authority)


_FIELDS = frozenset({"home_postcode", "out_of_area", "confidential", "distance_band", *WITHHELD})


def _distance(row: Row, before: Case | None, home: Place | None, place: Place | None, moved: bool) -> dict[str, Any]:
    """The straight line from home, where both ends are known; what was known of another placement is not."""
    if home is not None and place is not None:
        return {"placement_miles": places.miles(home, place)}
    if moved and before and before.placement_miles is not None:
        row.check("placement_postcode", "the placement has changed: its distance is no longer known")
        return {"placement_miles": None}
    return {}


def _area(fields: Mapping[str, Any], council: str, home_authority: str) -> dict[str, Any]:
    """Whose area the placement is in, and so in or out of area (by the council's own code), unless a column says."""
    if "placement_postcode" not in fields and "placement_authority" not in fields:
        return {}
    council = fields.get("placement_authority") or council
    if not council:
        return {}
    if not home_authority or "out_of_area" in fields:
        return {"placement_authority": council}
    home = authorities.find(home_authority) or home_authority
    return {"placement_authority": council, "out_of_area": council != home}
