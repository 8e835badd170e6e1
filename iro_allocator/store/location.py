"""Where a service file may lie: not on a network share and not in a synced folder.

Both copy or lock parts of a file on their own, which ruins a database that is being written.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from iro_allocator.errors import Explained

SYNCED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "iclouddrive",
    "mobile documents",
    "nextcloud",
)
NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "davfs", "fuse.sshfs", "fuse.davfs2", "fuse.rclone")
HINT = "Choose a folder on this computer. To share a service, use a PostgreSQL database."


def refuse_unsafe(path: Path) -> None:
    """Raises Explained when a service file must not lie here."""
    for part in (*path.absolute().parts[:-1], *path.resolve().parts[:-1]):
        if part.lower().startswith(SYNCED):
            raise Explained(f"{path.name} would lie in the synced folder “{part}”, which can ruin it.", HINT)
    if str(path).startswith(("\\\\", "//")) or _on_network_drive(path.resolve()):
        raise Explained(f"{path.name} would lie on a network drive, which can ruin it.", HINT)


def _on_network_drive(path: Path) -> bool:
    if sys.platform == "win32":
        import ctypes

        remote = 4
        return bool(ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == remote)
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    return file_system(path, mounts) in NETWORK


def file_system(path: Path, mounts: str) -> str:
    """The kind of file system that a path is on, by the lines of /proc/self/mounts."""
    found, longest = "", -1
    for line in mounts.splitlines():
        _, raw, kind, *_ = line.split(" ")
        where = re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), raw)
        # The mount listed last lies on top.
        if len(where) >= longest and (path == Path(where) or path.is_relative_to(where)):
            found, longest = kind, len(where)
    return found
