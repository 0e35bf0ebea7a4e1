"""Bin: deleted items, to be restored or deleted for good."""

from __future__ import annotations

import streamlit as st

from core.store.bin import count_bin
from core.store.db import open_store
from pages.components.bin_table import draw_bin, draw_outcome
from pages.components.data_sets import due_section
from pages.components.i18n import t
from pages.components.session import settings

st.title(t("bin.title"))
st.caption(t("bin.meaning", days=f"{settings().bin_days:g}"))
draw_outcome()
with open_store(settings()) as db:
    total = count_bin(db)
if total:
    draw_bin(total)
else:
    st.info(t("bin.empty"), icon=":material/delete:")
due_section()
