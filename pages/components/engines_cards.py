"""One card for each engine: whether it can be used and why, what it takes, how fast it is here."""

from __future__ import annotations

import streamlit as st

from core.machine.engines_overview import EnginesOverview, EngineState
from core.machine.ways import say_way
from core.store.measurements import Measurement
from core.store.tasks import TaskKind
from pages.components.engines_default import engine_label
from pages.components.engines_tasks import ask, is_open, show_task, size, task_of
from pages.components.i18n import escape, say, t


def show_engines(found: EnginesOverview) -> None:
    for engine in found.engines:
        with st.container(border=True, key=f"engines_card_{engine.name}"):
            _head(engine, found)
            if engine.ok:
                _figures(engine, found)
                _measuring(engine, found)
            if engine.ways:
                _ways(engine)


def _head(engine: EngineState, found: EnginesOverview) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.subheader(engine_label(engine.name), width="content", anchor=False)
        if engine.name == found.reads:
            st.badge(t("engines.is_default"), icon=":material/star:", color="primary")
        if engine.loaded:
            st.badge(t("engines.is_loaded"), icon=":material/memory:", color="blue")
        if engine.ok:
            st.badge(t("engines.usable"), icon=":material/check:", color="green")
        else:
            st.badge(t("engines.unusable"), icon=":material/block:", color="gray")
    st.markdown(f"{say(engine.about.what)} :gray[· {say(engine.about.answers)}]")
    if engine.ways or not engine.ok:
        st.markdown(f":gray[{escape(_capital(say(engine.reason)))}]")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figures(engine: EngineState, found: EnginesOverview) -> None:
    """What it took when it was measured here, and what it needs."""
    measured = engine.measured
    with st.container(horizontal=True, gap="small", key=f"engines_figures_{engine.name}"):
        if measured is not None:
            _measured(measured, found)
        if engine.needs is not None:
            free = size(found.free_memory) if found.free_memory is not None else t("engines.unknown")
            enough = found.free_memory is None or engine.loaded or found.free_memory >= engine.needs
            st.metric(
                t("engines.needs"),
                size(engine.needs),
                delta=t("engines.needs_short", free=free),
                delta_color="off" if enough else "inverse",
                delta_arrow="off",
                border=True,
                width=190,
                help=t("engines.needs_help", free=free),
            )
    if measured is not None and measured.answered < measured.photos:
        st.warning(
            t("engines.few_answered", answered=measured.answered, photos=measured.photos), icon=":material/warning:"
        )


def _measured(measured: Measurement, found: EnginesOverview) -> None:
    way = f", {measured.way}" if measured.way and "://" not in measured.way else ""
    at = measured.measured_at[:16].replace("T", " ")
    st.metric(
        t("engines.seconds"),
        t("engines.seconds_value", n=_seconds(measured.median_s)),
        border=True,
        width=190,
        help=escape(t("engines.seconds_help", photos=measured.photos, machine=found.machine, way=way, at=at)),
    )
    if measured.first_token_s is not None:
        value = t("engines.seconds_value", n=_seconds(measured.first_token_s))
        st.metric(t("engines.first"), value, border=True, width=190, help=t("engines.first_help"))
    if measured.peak_bytes is not None:
        peak = size(measured.peak_bytes)
        st.metric(t("engines.peak"), peak, border=True, width=190, help=t("engines.peak_help"))


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds >= 1 else f"{seconds:.2f}"


def _measuring(engine: EngineState, found: EnginesOverview) -> None:
    task = task_of(found, engine.name)
    if not is_open(task):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button(
                t("engines.measure_again" if engine.measured else "engines.measure"),
                key=f"engines_measure_{engine.name}",
                icon=":material/timer:",
                help=t("engines.measure_help"),
                on_click=ask,
                args=(TaskKind.MEASURE, engine.name),
            )
            if engine.measured is None:
                st.caption(t("engines.not_measured"))
    show_task(task)


def _ways(engine: EngineState) -> None:
    with st.expander(t("engines.ways", n=len(engine.ways)), icon=":material/alt_route:"):
        st.caption(t("engines.ways_hint"))
        rows = [
            {
                "way": say_way(plan),
                "model": f"{plan.weights.model_id} {plan.weights.form}",
                "memory": size(plan.memory),
                "why": say(plan.why),
            }
            for plan in engine.ways
        ]
        columns = {
            "way": st.column_config.TextColumn(t("engines.column_way"), width=160),
            "model": st.column_config.TextColumn(t("engines.column_model"), width=260),
            "memory": st.column_config.TextColumn(t("engines.column_memory"), width=90),
            "why": st.column_config.TextColumn(t("engines.column_why")),
        }
        st.dataframe(rows, hide_index=True, column_config=columns, height="content", key=f"engines_ways_{engine.name}")
