"""What would be: a Scenario laid over a snapshot, whether it still fits, what it makes of the coming months.

Its changes are the very edits that adopting it commits (`making`); what is only supposed, such as more
referrals, is drawn (`demand`) and never committed. `summary` holds the figures that a screen, a PDF and
the command line quote alike; `outlook` the months to come.
"""

from iro_allocator.scenario.asking import SHAPES
from iro_allocator.scenario.making import Misfit, Rebased, edits, on, rebase
from iro_allocator.scenario.outlook import Event, Month, Outlook, outlook
from iro_allocator.scenario.summary import Summary, compared, summary

__all__ = [
    "SHAPES",
    "Event",
    "Misfit",
    "Month",
    "Outlook",
    "Rebased",
    "Summary",
    "compared",
    "edits",
    "on",
    "outlook",
    "rebase",
    "summary",
]
