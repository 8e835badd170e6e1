"""Allocates children to Independent Reviewing Officers: fairly, explained, and decided by a person."""

import os

__version__ = "0.2.1"

# One thread for numpy's matrices, before anything loads it: ours are small, more threads only wait for one
# another, and sums would depend on how many there are.
for _library in ("OPENBLAS", "MKL", "OMP"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
