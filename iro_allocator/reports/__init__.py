"""What leaves the program for people: allocation lists, as XLSX and CSV."""

from iro_allocator.reports.lists import KINDS, Kind, allocation_list
from iro_allocator.sheets.writing import SUFFIXES, Heading, Table, write

__all__ = ["KINDS", "SUFFIXES", "Heading", "Kind", "Table", "allocation_list", "write"]
