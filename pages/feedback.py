"""Feedback: what people corrected, how often the machine was right, and what follows from it."""

from __future__ import annotations

import streamlit as st

from core.learning.feedback import Filters, count_corrections
from core.store.db import open_store
from pages.components.feedback_accuracy import accuracy_section, figures, measure
from pages.components.feedback_autoaccept import autoaccept_section
from pages.components.feedback_calibration import calibration_section
from pages.components.feedback_confusions import confusions_section, contradictions_section
from pages.components.feedback_filters import filter_bar, part_control
from pages.components.feedback_people import people_section
from pages.components.feedback_table import corrections_section
from pages.components.feedback_time import time_section
from pages.components.i18n import t
from pages.components.session import settings

st.title(t("feedback.title"))
st.caption(t("feedback.intro"))
filters = filter_bar()
measured = measure(filters)
quality = measured.quality
with open_store(settings()) as db:
    count = count_corrections(db, filters)
if filters == Filters() and not count and not quality.straight_through.total:
    st.info(t("feedback.empty"), icon=":material/fact_check:")
    st.page_link("pages/review.py", label=t("feedback.to_review"), icon=":material/fact_check:")
    st.stop()
figures(quality, count)
match part_control():
    case "corrections":
        contradictions_section(filters)
        corrections_section(filters, count)
        confusions_section(filters)
    case "trust":
        autoaccept_section(filters, quality)
        calibration_section(filters, quality)
    case "people":
        people_section(filters)
    case _:
        accuracy_section(quality)
        time_section(measured)
