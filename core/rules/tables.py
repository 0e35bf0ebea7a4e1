"""Tables of data/rules/*.toml: thresholds and lists that rules read, each file with its source and date."""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from typing import Any

from core.settings import ROOT

FOLDER = ROOT / "data" / "rules"


@lru_cache
def load_table(name: str) -> dict[str, Any]:
    """data/rules/`name`.toml; FileNotFoundError where there is none."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def table_digest(name: str) -> str:
    """First 12 hex digits of the file's SHA-256."""
    return hashlib.sha256((FOLDER / f"{name}.toml").read_bytes()).hexdigest()[:12]
