"""Feedback: what people corrected, and how often the machine was right."""

from __future__ import annotations

import streamlit as st

from core.feedback import Filters, count_corrections
from core.store.db import open_store
from pages.components.feedback_accuracy import accuracy_section, figures, quality
from pages.components.feedback_calibration import calibration_section
from pages.components.feedback_filters import filter_bar
from pages.components.feedback_table import corrections_section
from pages.components.i18n import t
from pages.components.session import settings

st.title(t("feedback.title"))
st.caption(t("feedback.intro"))
filters = filter_bar()
measured = quality(filters)
with open_store(settings()) as db:
    count = count_corrections(db, filters)
if filters == Filters() and not count and not measured.straight_through.total:
    st.info(t("feedback.empty"), icon=":material/fact_check:")
    st.page_link("pages/review.py", label=t("feedback.to_review"), icon=":material/fact_check:")
    st.stop()
figures(measured, count)
accuracy_section(measured)
calibration_section(filters, measured)
corrections_section(filters, count)
