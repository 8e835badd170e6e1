"""The pages of the window, in the order of the rail: one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iro_allocator.ui.caseloads import Caseloads
from iro_allocator.ui.children import Children
from iro_allocator.ui.history import History
from iro_allocator.ui.importing import Importing
from iro_allocator.ui.iros import Iros
from iro_allocator.ui.overview import Overview
from iro_allocator.ui.page import Page
from iro_allocator.ui.referrals import Referrals
from iro_allocator.ui.reports import Reports
from iro_allocator.ui.settings import SettingsPage
from iro_allocator.ui.what_if import WhatIfPage


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: the key it is asked for by, what the rail calls it, how it is made, its drawing.

    `keys` lead to it instead of Ctrl and its number.
    """

    key: str
    title: str
    make: Callable[[], Page]
    icon: str
    keys: str = ""


PAGES: tuple[Entry, ...] = (
    Entry("overview", "Overview", Overview, "overview"),
    Entry("referrals", "Referrals", Referrals, "referrals"),
    Entry("caseloads", "Caseloads", Caseloads, "caseloads"),
    Entry("iros", "IROs", Iros, "iros"),
    Entry("children", "Children", Children, "children"),
    Entry("what_if", "What-if", WhatIfPage, "what_if"),
    Entry("importing", "Import", Importing, "importing"),
    Entry("reports", "Reports", Reports, "reports"),
    Entry("history", "History", History, "history"),
    Entry("settings", "Settings", SettingsPage, "settings", "Ctrl+,"),
)
"""Ctrl+1 opens the first, and so on. Drawings there: overview, referrals, caseloads, iros, children,
what_if, importing, reports, history, settings."""
