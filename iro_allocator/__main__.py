"""The one entry: a command of the command line, else the window."""

from __future__ import annotations

import sys
from pathlib import Path

COMMANDS = ("sample", "import", "suggest", "export", "problem", "solve", "frontier", "check", "backup", "restore")


def main() -> None:
    """`iro-allocator [FILE]` is the window, `--sample` on the made-up service; a command is the command line."""
    arguments = sys.argv[1:]
    if arguments == ["--worker"]:
        # A bundle starts itself for the solver's child process.
        from iro_allocator.solver import worker

        worker.serve()
    sample = arguments == ["--sample"]
    if not sample and arguments and (arguments[0] in COMMANDS or arguments[0].startswith("-") or len(arguments) > 1):
        # Neither window nor command line waits for what only the other needs.
        from iro_allocator import cli

        sys.exit(cli.run(arguments))
    from iro_allocator.ui import app

    named = arguments[0] if arguments and not sample else None
    # A path or a postgresql:// address, which is none.
    sys.exit(app.run(named if named is None or "://" in named else Path(named), sample=sample))


if __name__ == "__main__":
    main()
