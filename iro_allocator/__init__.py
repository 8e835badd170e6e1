"""Allocates children to Independent Reviewing Officers: fairly, explained, and decided by a person."""

__version__ = "0.1.0"
