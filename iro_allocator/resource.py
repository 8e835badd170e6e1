"""Where the files of resources/ lie: the style sheet, the icons, the blank templates."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "resources"
_ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "resources"


def path(name: str) -> Path:
    """The file `name` of resources/ ("style.qss"), in a checkout as in an installed package."""
    return _ROOT / name
