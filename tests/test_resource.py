import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from iro_allocator import resource

CHECKOUT = Path(__file__).parent.parent


def test_a_checkout_finds_its_resources() -> None:
    assert resource.path("style.qss").is_file()


def test_an_installed_package_finds_its_resources(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "setup.py", "README.md"):
        shutil.copy(CHECKOUT / name, source)
    for name in ("iro_allocator", "resources"):
        shutil.copytree(CHECKOUT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", tmp_path, source], check=True, capture_output=True)
    installed = tmp_path / "installed"
    ZipFile(next(tmp_path.glob("*.whl"))).extractall(installed)

    look = "from iro_allocator.resource import path; print(path('style.qss'), path('style.qss').is_file())"
    command = [sys.executable, "-c", look]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=installed)
    assert done.stdout.split() == [str(installed / "iro_allocator" / "resources" / "style.qss"), "True"]
