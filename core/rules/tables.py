"""Tables of data/rules/*.toml: thresholds and lists that rules read, each file with its source and date."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from core.settings import ROOT
from core.values.lexicons import FOLDER as LEXICONS

FOLDER = ROOT / "data" / "rules"


@lru_cache
def load_table(name: str) -> dict[str, Any]:
    """data/rules/`name`.toml; FileNotFoundError where there is none."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def data_digest(tables: Iterable[str], lexicons: Iterable[str]) -> str:
    """A digest of those files of data/rules and data/lexicons: changes with any byte of them."""
    files = [FOLDER / f"{name}.toml" for name in tables] + [LEXICONS / f"{name}.toml" for name in lexicons]
    digests = {f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return hashlib.sha256(repr(sorted(digests.items())).encode()).hexdigest()
