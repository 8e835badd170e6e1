"""Folders in which a database would be ruined."""

from pathlib import Path

import pytest

from iro_allocator.errors import Explained
from iro_allocator.store.location import NETWORK, file_system, refuse_unsafe

MOUNTS = r"""/dev/vda / ext4 rw 0 0
tmpfs /scratch tmpfs rw 0 0
//fs/team /mnt/team\040drive cifs rw 0 0
/dev/sdb /mnt/team\040drive/local ext4 rw 0 0
"""


@pytest.mark.parametrize("folder", ["OneDrive", "OneDrive - Kirklees Council", "Dropbox", "dropbox (Personal)"])
def test_synced_folders_are_refused_by_name(tmp_path: Path, folder: str) -> None:
    with pytest.raises(Explained, match="synced folder") as refused:
        refuse_unsafe(tmp_path / folder / "deep" / "service.iro")
    assert "PostgreSQL" in refused.value.hint


def test_a_link_into_a_synced_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "Dropbox")
    with pytest.raises(Explained, match="synced folder"):
        refuse_unsafe(tmp_path / "link" / "service.iro")


def test_network_addresses_are_refused() -> None:
    with pytest.raises(Explained, match="network drive"):
        refuse_unsafe(Path(r"\\server\share\service.iro"))


def test_a_folder_of_this_computer_is_fine_whatever_the_file_is_called(tmp_path: Path) -> None:
    refuse_unsafe(tmp_path / "Dropbox.iro")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/anna/s.iro", "ext4"),
        ("/scratch/s.iro", "tmpfs"),
        ("/mnt/team drive/s.iro", "cifs"),
        ("/mnt/team drive/local/s.iro", "ext4"),
        ("/mnt/team drives/s.iro", "ext4"),
    ],
)
def test_the_mount_that_a_path_lies_on_is_the_longest(path: str, kind: str) -> None:
    assert file_system(Path(path), MOUNTS) == kind
    assert (kind in NETWORK) is (kind == "cifs")
