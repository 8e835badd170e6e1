"""What leaves the program for people: allocation lists, letters, the service report, as XLSX, CSV and PDF."""

from iro_allocator.reports.exports import KINDS, SUFFIXES, Asked, Made, make
from iro_allocator.reports.letters import PLACEHOLDERS, check, gave_iro, standard
from iro_allocator.reports.lists import KINDS as LISTS
from iro_allocator.reports.lists import Kind, allocation_list
from iro_allocator.reports.service import Past
from iro_allocator.sheets.writing import Heading, Table, put, write

__all__ = [
    "KINDS",
    "LISTS",
    "PLACEHOLDERS",
    "SUFFIXES",
    "Asked",
    "Heading",
    "Kind",
    "Made",
    "Past",
    "Table",
    "allocation_list",
    "check",
    "gave_iro",
    "make",
    "put",
    "standard",
    "write",
]
