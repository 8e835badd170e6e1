"""The fields of a form that say where a child lives and is placed, and what follows from the two postcodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iro_allocator import authorities
from iro_allocator.domain import BANDS, CP, WITHHELD, Case
from iro_allocator.ui.widgets.form import Form
from iro_allocator.ui.widgets.postcode_field import PostcodeField

KEYS = ("home_postcode", "placement_postcode", "confidential", "out_of_area", "placement_miles", "distance_band")
"""The fields, from the top."""


class PlacementFields:
    """Adds its fields to a form; `home` and `placement` ask for places. Say what is on record before showing it."""

    def __init__(self, form: Form, council: str) -> None:
        self._form, self._council = form, authorities.find(council)
        self._on_record: Case | None = None
        home, placement = self.home, self.placement = self.postcodes = (PostcodeField(), PostcodeField())
        for field in self.postcodes:
            field.textEdited.connect(form.changed)
        form.add_field(
            "home_postcode", "Home postcode", home, lambda: home.postcode, lambda code: home.show_postcode(code, None)
        )
        form.add_field(
            "placement_postcode", "Placement postcode", placement, lambda: placement.postcode, self._put_placement
        )
        form.add_check("confidential", "Address", words="confidential: no postcode kept")
        form.add_check("out_of_area", "Area", words="out of the council’s area")
        form.add_number("placement_miles", "Miles from home", step=1, decimals=1, empty="not known")
        bands = [("", "not known"), *BANDS.items()]
        form.add_choice("distance_band", "or distance", bands).setToolTip(
            "Counts where the miles are not known, or the address is confidential"
        )
        form.show_values({"placement_miles": None})

    def show(self, case: Case) -> None:
        """The child as on record, whose values are shown next."""
        self._on_record = case

    def take(self, other: PlacementFields) -> None:
        """The postcodes of another form's fields, and what is known of them."""
        self._on_record = other._on_record
        for field, theirs in zip(self.postcodes, other.postcodes, strict=True):
            field.take(theirs)

    def _put_placement(self, postcode: str) -> None:
        known = self._on_record
        place = known.placement if known and known.placement_postcode == postcode else None
        self.placement.show_postcode(postcode, place)

    @property
    def pending(self) -> bool:
        """Whether a postcode is still to be looked up."""
        return any(field.pending for field in self.postcodes)

    def ask(self) -> None:
        """Have looked up what is still to be."""
        for field in self.postcodes:
            field.ask()

    @property
    def doubt(self) -> str:
        """The sentence about a postcode that nobody knows, "" when there is nothing to say."""
        on_record = self._on_record.home_postcode if self._on_record else ""
        return self.placement.doubt or (self.home.doubt if self.home.postcode != on_record else "")

    def check(self) -> None:
        """Raises Explained for what is no postcode, where one can be typed."""
        for field in self.postcodes:
            if field.isEnabled() and (fault := field.fault):
                raise fault

    def fit(self, type_: str) -> None:
        """What does not belong to the type, or is withheld, cannot be typed."""
        form = self._form
        placed, open_ = type_ != CP, not form.value("confidential")
        for key in ("confidential", "out_of_area"):
            form.field(key).setEnabled(placed)
        for key in ("placement_postcode", "placement_miles"):
            form.field(key).setEnabled(placed and open_)
        unknown = not open_ or form.value("placement_miles") is None
        form.field("distance_band").setEnabled(placed and unknown)

    def made(self, base: Case, typed: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed over a child, with what follows from it; what was typed is stronger."""
        said = dict(typed)
        if "placement_postcode" in said:
            said["placement"] = self.placement.place
        if band := said.get("distance_band"):
            said.setdefault("out_of_area", band != "in")
        if said.get("confidential", base.confidential):
            said |= WITHHELD
        elif "placement_postcode" in said or "home_postcode" in said:
            said = {**self._follows(), **said}
        return said

    def _follows(self) -> dict[str, Any]:
        """The miles and the area of a placement, once both postcodes are known and one of them is new."""
        from iro_allocator.workspace import Workspace

        home, placement = self.home.postcode, self.placement.postcode
        moved = placement != (self._on_record.placement_postcode if self._on_record else "")
        if not moved and home == (self._on_record.home_postcode if self._on_record else ""):
            return {}
        if (home and self.home.pending) or self.placement.pending or not self.placement.place:
            return {}
        miles, council = Workspace.where(home, placement)
        found: dict[str, Any] = {} if miles is None else {"placement_miles": miles}
        if council and moved:
            found["placement_authority"] = council
            if self._council:
                found["out_of_area"] = council != self._council
        return found

    @property
    def told(self) -> str:
        """What follows from postcodes that were typed, in words; "" for nothing."""
        said: list[str] = []
        found = self._follows() if self.placement.isEnabled() else {}
        miles = self._form.value("placement_miles")
        by_hand = miles is not None and miles != (self._on_record.placement_miles if self._on_record else None)
        if "placement_miles" in found and not by_hand:
            said.append(f"{found['placement_miles']:g} miles from home")
        if "placement_authority" in found:
            said.append(f"in {authorities.named(found['placement_authority'])}")
        if "out_of_area" in found:
            said.append("out of area" if found["out_of_area"] else "in area")
        return f"By the postcodes: {', '.join(said)}." if said else ""
