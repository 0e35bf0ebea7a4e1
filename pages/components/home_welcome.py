"""What a newcomer sees while there are no records: what ShelfLens does, and two ways to begin."""

from __future__ import annotations

import streamlit as st

from core.errors import NotFound
from pages.components.i18n import t
from pages.components.navigation import go_to
from pages.components.outcomes import show_summary
from pages.components.problems import show_problem
from pages.components.upload_run import current_run, start_samples

STEPS = {
    "photos": ":material/add_a_photo:",
    "check": ":material/fact_check:",
    "use": ":material/table_view:",
}


def welcome() -> None:
    st.title(t("home.welcome"))
    st.markdown(t("home.what"))
    for column, (name, icon) in zip(st.columns(len(STEPS)), STEPS.items(), strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"{icon} **{t(f'home.step_{name}')}**")
            st.caption(t(f"home.step_{name}_more"))
    run = current_run()
    busy = run is not None and run.active
    with st.container(horizontal=True, vertical_alignment="center"):
        samples = st.button(
            t("home.load_samples"), type="primary", icon=":material/image:", key="home_samples", disabled=busy
        )
        if st.button(t("home.upload"), icon=":material/upload:", key="home_upload"):
            go_to("upload")
    st.caption(t("home.samples_more"))
    if samples:
        _load_samples()
    if run is not None:
        show_summary(run)


def _load_samples() -> None:
    try:
        start_samples()
    except NotFound as err:
        show_problem(err)
        return
    st.rerun()
