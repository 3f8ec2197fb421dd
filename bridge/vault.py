"""Secrets: what is kept encrypted in the database, fingerprints of mailboxes, and unguessable codes.

The keys form a list. The first one encrypts and all of them decrypt. The last one also keys the
fingerprints and codes, which can never be made anew, so it stays in the list for good.
"""

import base64
import hashlib
import hmac
import json
import os
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bridge.config import Settings, parse_keys
from bridge.errors import SealBroken, SettingsError

KEY_FILE = "secret.key"
_TOKEN_LENGTH = 20
"""Twenty letters of an alphabet of 32 are a hundred bits: nobody guesses them through a shop's basket."""


class Vault:
    """Seals and fingerprints with the keys given, newest first; each use has a key of its own.

    A sealed text names its shop and field inside, since Fernet alone would let somebody who
    can write to the database swap two ciphertexts.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._fernet = MultiFernet([_fernet(key) for key in keys])
        self._stable = keys[-1]
        self._derived: dict[str, bytes] = {}

    def seal(self, shop: int | str, field: str, text: str) -> bytes:
        """``text`` encrypted for one field of one shop."""
        return self._fernet.encrypt(json.dumps([str(shop), field, text]).encode())

    def unseal(self, shop: int | str, field: str, sealed: bytes) -> str:
        """The text again. ``SealBroken`` when no key opens it or it belongs to another shop or field."""
        try:
            owner, name, text = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise SealBroken(field) from None
        if (owner, name) != (str(shop), field):
            raise SealBroken(field)
        return str(text)

    def renew(self, sealed: bytes) -> bytes:
        """The same secret under the newest key; ``SealBroken`` when no key opens it."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise SealBroken("secrets") from None

    def fingerprint(self, email: str) -> str:
        """32 hex characters for a mailbox; case, spaces around and Unicode form do not matter."""
        mailbox = unicodedata.normalize("NFC", email.strip()).casefold()
        return self._mac("fingerprint", mailbox).hex()[:32]

    def token(self, *parts: int | str) -> str:
        """20 characters a-z and 2-7: the same for the same parts, unguessable for everybody else."""
        mac = self._mac("token", json.dumps([str(part) for part in parts]))
        return base64.b32encode(mac).decode().lower()[:_TOKEN_LENGTH]

    def key_for(self, purpose: str) -> bytes:
        """32 bytes for another part's own use (the web session), stable as long as the last key stays."""
        # Kept, since the mailbox of every order is fingerprinted.
        if purpose not in self._derived:
            self._derived[purpose] = _derive(self._stable, purpose)
        return self._derived[purpose]

    def _mac(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self.key_for(purpose), text.encode(), hashlib.sha256)


def open_vault(settings: Settings) -> Vault:
    """This installation's vault; without ``SECRET_KEY`` the data folder holds a key, made at first use."""
    return Vault(settings.keys or _own_keys(settings.data / KEY_FILE))


def _own_keys(path: Path) -> tuple[bytes, ...]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _create(path)
    try:
        return parse_keys(path.read_text("ascii"))
    except (OSError, ValueError) as problem:
        raise SettingsError([f"the key file {path} cannot be used: {problem}"]) from None


def _create(path: Path) -> None:
    """Write a new key beside the place and link it there: two processes starting at once agree on one."""
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # readable by its owner only
    with os.fdopen(handle, "wb") as file:
        file.write(base64.urlsafe_b64encode(os.urandom(32)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first, and its key is the one that counts
    finally:
        Path(fresh).unlink()


def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derive(key, "seal")))


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"rabattkonto {purpose}".encode()).derive(key)
