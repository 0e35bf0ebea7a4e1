"""One digest over this layer, for the cache key of every engine that uses it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from core.engines.language.answers import CHOICES, choices


@lru_cache
def language_version() -> str:
    """First 12 hex digits of the SHA-256 over the layer's files and the lexicon keys its prompts list.

    Derived rather than kept by hand, as `core.engines.embedded.engine.rules_digest` is. Lexicons and value
    rules as such are left out: a new word in one of them would cost a model's seconds again for every photo.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    for key in sorted(CHOICES):
        digest.update("\0".join(choices(key)).encode())
    return digest.hexdigest()[:12]
