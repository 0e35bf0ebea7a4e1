"""Lexicons: the words by which posters are understood, changed, taken back, and offered where they are missing."""

from __future__ import annotations

import streamlit as st

from pages.components.i18n import t
from pages.components.lexicon_editor import edit_lexicon
from pages.components.lexicon_history import show_history, show_version
from pages.components.lexicon_reread import follow_reread
from pages.components.lexicon_suggestions import show_suggestions

st.title(t("lexicons.title"))
st.caption(t("lexicons.intro"))
show_version()
follow_reread()
edit_lexicon()
show_suggestions()
show_history()
