"""Keys of the API: made, shown once, recognised.

A key is `sl_` + id + `_` + 256 random bits. The store has its SHA-256 and nothing else: a slow password hash
(argon2, scrypt) protects what people can think of, and nobody can try 2^256 keys however fast the hash is
(NIST SP 800-63B, 5.1.2.2: look-up secrets of 112 bits and more need an approved one-way function, no more).
The id stands in the key in the open, so that a lookup is one row and the comparison takes the same time always.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from sqlite_utils import Database

from core.errors import UsageError
from core.store import keys
from core.store.keys import ApiKey, Scope

PREFIX = "sl_"
"""Programs that look for keys in code and logs find these by it."""
_FORM = re.compile(r"sl_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")
LONGEST_LABEL = 100


@dataclass(frozen=True)
class NewKey:
    """A key just made. `secret` is what its owner has to be shown now: it is kept nowhere."""

    key: ApiKey
    secret: str = field(repr=False)


def make_key(db: Database, label: str, scope: Scope, *, by: str) -> NewKey:
    """A new key for whoever `label` names. Raises UsageError without a label."""
    label = " ".join(label.split())
    if not 1 <= len(label) <= LONGEST_LABEL:
        raise UsageError(
            en=f"Say in 1 to {LONGEST_LABEL} characters who will use the key, such as 'shop system'.",
            zh=f"请用 1 到 {LONGEST_LABEL} 个字符说明密钥的使用者，例如“商城系统”。",
        )
    key_id = secrets.token_hex(4)
    secret = f"{PREFIX}{key_id}_{secrets.token_urlsafe(32)}"
    return NewKey(keys.put_key(db, key_id, digest(secret), label=label, scope=scope, by=by), secret)


def recognise(db: Database, secret: str) -> ApiKey | None:
    """The key that this is, revoked or not; None for what is none of ours."""
    form = _FORM.fullmatch(secret)
    found = keys.find_key(db, form[1]) if form else None
    return found if found is not None and hmac.compare_digest(found.hash, digest(secret)) else None


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
