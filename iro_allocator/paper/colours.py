"""The colours of the program as named tokens: light, dark and high contrast.

Painters take a `Colours`; the window's style sheet and palette are made from the same tokens. Text on
the ground it stands on keeps a contrast of at least 4.5 : 1, which a test checks for PAIRS.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """One set of colours, each as #rrggbb."""

    name: str
    window: str  # behind the cards
    card: str  # cards, tables, menus
    control: str  # buttons and fields at rest
    line: str  # borders of cards and fields
    hairline: str  # between rows
    text: str
    muted: str  # second-rank text
    accent: str  # the one accent: primary buttons
    accent_over: str  # the same under the pointer
    accent_text: str  # on the accent
    link: str  # accent as text or thin line on a card
    focus: str  # the ring around what has the focus
    selection: str  # the current row
    rail: str
    rail_text: str
    rail_over: str
    rail_current: str
    rail_current_text: str
    badge: str
    badge_text: str
    lac: str  # looked after
    cp: str  # child protection
    band: str  # the handbook's band behind a bar
    share: str  # the tick at the pro-rata share
    limit: str
    change: str  # what would be added or taken away
    good: str
    good_text: str
    warn: str
    warn_text: str
    bad: str
    bad_text: str
    info: str
    info_text: str
    plain: str
    plain_text: str

    def tokens(self) -> dict[str, str]:
        """Every token by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


LIGHT = Colours(
    name="light",
    window="#f3f5f8",
    card="#ffffff",
    control="#ffffff",
    line="#d5dde5",
    hairline="#e9edf2",
    text="#14202b",
    muted="#566675",
    accent="#2a6a9c",
    accent_over="#205680",
    accent_text="#ffffff",
    link="#1f5f92",
    focus="#2a6a9c",
    selection="#deebf7",
    rail="#14324a",
    rail_text="#d3dee8",
    rail_over="#1a3f5c",
    rail_current="#215378",
    rail_current_text="#ffffff",
    badge="#c2410c",
    badge_text="#ffffff",
    lac="#2a6a9c",
    cp="#84b3da",
    band="#e4ecf3",
    share="#0b1620",
    limit="#b3141b",
    change="#d9541e",
    good="#dcefe3",
    good_text="#14532d",
    warn="#fdebd0",
    warn_text="#713706",
    bad="#f9d9d9",
    bad_text="#861313",
    info="#dbe9f8",
    info_text="#123f6b",
    plain="#e7ecf1",
    plain_text="#37464f",
)

DARK = Colours(
    name="dark",
    window="#0f1720",
    card="#18232f",
    control="#202e3b",
    line="#314252",
    hairline="#243240",
    text="#e6edf4",
    muted="#a3b3c2",
    accent="#2f75a8",
    accent_over="#3a80b3",
    accent_text="#ffffff",
    link="#86c0ee",
    focus="#86c0ee",
    selection="#21415d",
    rail="#0b1a27",
    rail_text="#c5d2de",
    rail_over="#12293c",
    rail_current="#1c4a6c",
    rail_current_text="#ffffff",
    badge="#c2410c",
    badge_text="#ffffff",
    lac="#3f8fca",
    cp="#a3cced",
    band="#243545",
    share="#ffffff",
    limit="#ff7b72",
    change="#f0884a",
    good="#173d2a",
    good_text="#a5e3bd",
    warn="#463010",
    warn_text="#ffd08a",
    bad="#521f22",
    bad_text="#ffb8b5",
    info="#17385a",
    info_text="#add5fb",
    plain="#2c3a48",
    plain_text="#cbd6e0",
)

CONTRAST = Colours(
    name="contrast",
    window="#000000",
    card="#000000",
    control="#000000",
    line="#ffffff",
    hairline="#666666",
    text="#ffffff",
    muted="#ffffff",
    accent="#ffd400",
    accent_over="#ffe666",
    accent_text="#000000",
    link="#ffd400",
    focus="#00e5ff",
    selection="#003d7a",
    rail="#000000",
    rail_text="#ffffff",
    rail_over="#333333",
    rail_current="#ffd400",
    rail_current_text="#000000",
    badge="#ffd400",
    badge_text="#000000",
    lac="#2f8cff",
    cp="#bfe0ff",
    band="#3a3a3a",
    share="#ffffff",
    limit="#ff6b6b",
    change="#ffa033",
    good="#00331a",
    good_text="#7dffb5",
    warn="#3d2b00",
    warn_text="#ffe08a",
    bad="#4a0000",
    bad_text="#ffc9c9",
    info="#002b59",
    info_text="#bfe0ff",
    plain="#333333",
    plain_text="#ffffff",
)

PAIRS: tuple[tuple[str, str], ...] = (
    ("text", "window"),
    ("text", "card"),
    ("text", "control"),
    ("text", "selection"),
    ("text", "hairline"),
    ("muted", "window"),
    ("muted", "card"),
    ("muted", "selection"),
    ("link", "card"),
    ("link", "window"),
    ("bad_text", "card"),
    ("limit", "card"),
    ("accent_text", "accent"),
    ("rail_text", "rail"),
    ("rail_text", "rail_over"),
    ("rail_current_text", "rail_current"),
    ("badge_text", "badge"),
    ("good_text", "good"),
    ("warn_text", "warn"),
    ("bad_text", "bad"),
    ("info_text", "info"),
    ("plain_text", "plain"),
)
"""Text tokens and the grounds they stand on."""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2 relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
