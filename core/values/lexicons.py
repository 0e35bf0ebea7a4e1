"""Lexicons: the word lists in data/lexicons/*.toml, read once per process."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Any

from core.settings import ROOT

FOLDER = ROOT / "data" / "lexicons"


@lru_cache
def lexicon_tables(name: str) -> dict[str, Any]:
    """The tables of data/lexicons/`name`.toml; FileNotFoundError where there is none."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
