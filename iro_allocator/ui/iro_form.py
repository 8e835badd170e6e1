"""The fields of an IRO's page: hours and availability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from iro_allocator.domain import Iro, Settings, Snapshot
from iro_allocator.ui import style
from iro_allocator.ui.iro_facts import TAKES
from iro_allocator.ui.skills import add_skills
from iro_allocator.ui.widgets.form import Form
from iro_allocator.ui.widgets.postcode_field import PostcodeField

EMPLOYMENT = (("permanent", "Permanent"), ("interim", "Interim"))


class IroForm(Form):
    """Values are those of an IRO, but for the takes (one text) and other duties (per cent); `base` asks for places."""

    def __init__(self, snapshot: Snapshot, settings: Settings) -> None:
        super().__init__()
        self.add_text("name", "Name", hint="such as K. Moss")
        hours = self.add_number("contracted_hours", "Contracted", step=0.5, suffix=" hours a week")
        hours.setAccessibleName("Contracted hours a week")
        self.add_choice("employment", "Employment", EMPLOYMENT)
        self.add_choice("takes", "Takes", [(",".join(takes), words) for takes, words in TAKES.items()])
        self.add_number("other_duties", "Other duties", high=999, step=5, decimals=0, suffix=" % of their time")
        self.add_text("other_duties_note", "Which duties", hint="such as LADO cover")
        self.add_check("takes_new", "New referrals", words="takes new children")
        empty = f"as the service ({settings.limit_per_fte:g} per FTE)"
        self.add_number("limit", "Limit", step=1, decimals=1, empty=empty)
        self.add_date("first_day", "First day").setPlaceholderText("not known")
        self._last_day = self.add_date("last_day", "Last day")
        self._on_record: Iro | None = None
        base = self.base = PostcodeField()
        base.textEdited.connect(self.changed)
        self.add_field("base_postcode", "Base postcode", base, lambda: base.postcode, self._put_base)
        add_skills(self, "skills", "Skills", snapshot)
        self.add_text("team", "Team")
        self.add_text("email", "Email")
        self.add_text("phone", "Phone")
        for key in ("takes", "limit", "other_duties"):  # long words need not make the form wide
            self.field(key).setMinimumWidth(style.wide(12))

    def _put_base(self, postcode: str) -> None:
        known = self._on_record
        self.base.show_postcode(postcode, known.base if known else None)

    def fit(self) -> None:
        """Say of the last day what it is for this employment."""
        interim = self.choice("employment") == "interim"
        self._last_day.setPlaceholderText("end of the contract" if interim else "none known")

    def values_of(self, iro: Iro, *, new: bool) -> Mapping[str, Any]:
        """An IRO's values for the fields; a new one has no name yet."""
        self._on_record = iro
        return {
            **{key: getattr(iro, key) for key in self.keys},
            "name": "" if new else iro.name,
            "takes": ",".join(iro.takes),
            "other_duties": round(iro.other_duties * 100, 4),
        }

    def made(self, base: Iro, typed: Mapping[str, Any]) -> Iro:
        """The IRO with what was typed."""
        said = dict(typed)
        if "other_duties" in said:
            said["other_duties"] = round(said["other_duties"] / 100, 4)
        if "base_postcode" in said:
            said["base"] = self.base.place
        if "takes" in said:
            said["takes"] = tuple(said["takes"].split(","))
        return replace(base, **said)
