"""Engines: who reads the photos, how fast on this machine, with which weights, and who reads by default."""

from __future__ import annotations

import streamlit as st

from pages.components.engines_adapters import show_adapters
from pages.components.engines_cards import show_engines
from pages.components.engines_default import choose_default
from pages.components.engines_models import show_models
from pages.components.engines_tasks import follow_tasks
from pages.components.i18n import t

st.title(t("engines.title"))
st.caption(t("engines.intro"))
choose_default()
follow_tasks(show_engines, show_models, show_adapters)
