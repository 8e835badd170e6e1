"""Files in and out: a spreadsheet as the draft of a step, and tables as XLSX and CSV."""

from iro_allocator.sheets.changes import Change, Counts
from iro_allocator.sheets.columns import Column, Source
from iro_allocator.sheets.draft import Draft, as_json, draft
from iro_allocator.sheets.findings import CHECK, FIX, Finding
from iro_allocator.sheets.meanings import Meaning, known

__all__ = [
    "CHECK",
    "FIX",
    "Change",
    "Column",
    "Counts",
    "Draft",
    "Finding",
    "Meaning",
    "Source",
    "as_json",
    "draft",
    "known",
]
