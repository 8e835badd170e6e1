"""The passphrase and the key made of it (argon2id), one for each file."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from iro_allocator.errors import Explained

SALT_BYTES = 16


class PassphraseNeeded(Explained):
    """The file is encrypted and no passphrase was given."""


class WrongPassphrase(Explained):
    """The passphrase is wrong or the file is damaged: from outside the two look the same.

    `backup` is the newest backup that opens with this passphrase, None when there is none.
    """

    def __init__(self, message: str, hint: str = "", backup: Path | None = None) -> None:
        super().__init__(message, hint)
        self.backup = backup


@dataclass(frozen=True, slots=True)
class Cost:
    """How much work a guess at the passphrase is: passes over 2**memory KiB.

    Kept in the last two bytes of the salt, which is the beginning of the file, so that every file opens
    at the cost it was made with.
    """

    passes: int = 6
    memory: int = 18

    @classmethod
    def of(cls, salt: bytes) -> Cost | None:
        """The cost that a salt tells; None when these bytes begin no service file."""
        if len(salt) < SALT_BYTES:
            return None
        passes, memory = salt[SALT_BYTES - 2 : SALT_BYTES]
        # No text has so small a byte: a text file is known at once.
        return cls(passes, memory) if 1 <= passes <= 8 and 5 <= memory <= 20 else None

    def salt(self) -> bytes:
        """A new salt that tells this cost."""
        return secrets.token_bytes(SALT_BYTES - 2) + bytes((self.passes, self.memory))


STANDARD = Cost()
"""About a second on a usual computer."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """The key of a file and the salt it begins with."""

    secret: bytes
    salt: bytes

    @property
    def pragma(self) -> str:
        """What gives this key to a connection."""
        return f"PRAGMA key = \"x'{self.secret.hex()}{self.salt.hex()}'\""


def derive(passphrase: str, salt: bytes) -> Key:
    """The key for a passphrase, however its accents were typed."""
    from argon2.low_level import Type, hash_secret_raw

    cost = Cost.of(salt)
    assert cost is not None
    secret = hash_secret_raw(
        unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass"),
        salt,
        time_cost=cost.passes,
        memory_cost=2**cost.memory,
        parallelism=4,
        hash_len=32,
        type=Type.ID,
    )
    return Key(secret, salt)
