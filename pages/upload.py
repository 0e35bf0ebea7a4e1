"""Upload: photos come in, and every file's outcome is said."""

from __future__ import annotations

import streamlit as st

from pages.components.i18n import t
from pages.components.outcomes import show_summary, show_table
from pages.components.progress import reading_panel, while_reading
from pages.components.upload_options import batch_form
from pages.components.upload_run import current_run
from pages.components.upload_sources import source_tabs

st.title(t("upload.title"))
st.caption(t("upload.intro"))
run = current_run()
batch = batch_form()
source_tabs(batch, busy=run is not None and run.active)
if run is not None:
    st.subheader(t("upload.outcomes"))
    show_summary(run)
while_reading(reading_panel, run)
if run is not None:
    show_table(run)
