"""Texts of the pages in English and Chinese, from pages/text/*.toml.

A text is named by file and key: `t("upload.title")` is `title` in upload.toml, which holds both
languages side by side. `{name}` in a text is filled from the keyword arguments.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.types import Bilingual

FOLDER = Path(__file__).resolve().parent.parent / "text"
LANGUAGES = {"en": "English", "zh": "中文"}
KEY = "lang"


@lru_cache
def catalogue() -> dict[str, Bilingual]:
    """Every text by its name. Raises ValueError where a text lacks a language."""
    texts: dict[str, Bilingual] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for key, entry in tomllib.loads(path.read_text("utf-8")).items():
            texts[f"{path.stem}.{key}"] = Bilingual(**entry)
    return texts


def language() -> str:
    """The session's language: chosen by the user, else named in the address, else the browser's, else English."""
    for chosen in (st.session_state.get(KEY), st.query_params.get(KEY)):
        if chosen in LANGUAGES:
            return str(chosen)
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def t(name: str, /, **values: Any) -> str:
    """The text called `name` in the session's language. Raises KeyError for an unknown name."""
    return catalogue()[name].in_lang(language()).format(**values)


def tn(name: str, n: int, /, **values: Any) -> str:
    """A text that counts: `name_one` for exactly one, `name_many` for any other number, filled with `{n}`."""
    return t(f"{name}_one" if n == 1 else f"{name}_many", n=f"{n:,}", **values)


def say(message: Bilingual) -> str:
    """A message from core in the session's language."""
    return message.in_lang(language())


def escape(text: str) -> str:
    """Text from a file name or a photo, as Markdown that shows it literally."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-.!|~:$" else char for char in text)
