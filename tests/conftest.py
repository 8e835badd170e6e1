"""What every test runs under: no screen, no user's own settings, the same examples and the same order every time.

`make reliability` looks for fresh ones.
"""

import os
import sys
import tempfile

# Before any import of Qt.
if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_home = tempfile.TemporaryDirectory(prefix="iro-allocator-tests-", ignore_cleanup_errors=True)
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[_variable] = _home.name

from hypothesis import settings  # noqa: E402

settings.register_profile("same", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("fresh", deadline=None, print_blob=True)
settings.load_profile("same")
