"""Where a service is kept: an encrypted file, the sample's plain file, or a shared PostgreSQL database."""

from iro_allocator.store.backup import Backup, backups, discard, restore
from iro_allocator.store.history import Committed, Named
from iro_allocator.store.key import STANDARD, Cost, PassphraseNeeded, WrongPassphrase
from iro_allocator.store.opening import Damaged
from iro_allocator.store.store import Store

__all__ = [
    "STANDARD",
    "Backup",
    "Committed",
    "Cost",
    "Damaged",
    "Named",
    "PassphraseNeeded",
    "Store",
    "WrongPassphrase",
    "backups",
    "discard",
    "restore",
]
