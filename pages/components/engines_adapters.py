"""Adapters: training data, what each adapter did at the gate, and putting one to use or taking it back."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.background.tasks import DATA
from core.errors import AdapterForOtherBase, ShelfLensError
from core.finetune.overview import AdaptersOverview, AdapterState, survey_adapters
from core.finetune.promotion import promote, roll_back
from core.machine.engines_overview import EnginesOverview
from core.store.db import open_store
from core.store.gates import Act, Gate, Promotion
from core.store.tasks import TaskKind
from pages.components.engines_figures import show_figures
from pages.components.engines_tasks import ask, is_open, show_task, size, task_of
from pages.components.i18n import escape, say, t, tn
from pages.components.problems import show_problem
from pages.components.session import reviewer, settings

Colour = Literal["gray", "green", "orange", "red"]


def show_adapters(found: EnginesOverview) -> None:
    with open_store(settings()) as db:
        kept = survey_adapters(db, settings())
    st.subheader(t("engines.adapters"), anchor=False)
    st.caption(t("engines.adapters_hint"))
    with st.container(border=True, key="engines_training_data"):
        _data(kept)
    if kept.fault is not None:
        st.error(escape(say(kept.fault)), icon=":material/error:")
    if kept.in_use and (kept.fault is not None or not any(state.in_use for state in kept.adapters)):
        _roll_back_button()
    for state in kept.adapters:
        with st.container(border=True, key=f"engines_adapter_{_slug(state)}"):
            _adapter(state, found)
    if not kept.adapters:
        st.info(t("engines.adapters_none"), icon=":material/model_training:")
    if kept.promotions:
        _log(kept)


def _slug(state: AdapterState) -> str:
    """Its name: the same weights may lie here twice."""
    return state.adapter.name


def _data(kept: AdaptersOverview) -> None:
    """Making a data set, how far that is, and the newest one with the words that train on it."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            t("engines.data_make"),
            key="engines_data_make",
            icon=":material/dataset:",
            help=t("engines.data_help"),
            disabled=is_open(kept.making) or kept.verified == 0,
            on_click=ask,
            args=(TaskKind.DATASET, DATA),
        )
        st.caption(tn("engines.data_verified", kept.verified))
    show_task(kept.making)
    if kept.data_set is not None:
        _newest(kept)


def _newest(kept: AdaptersOverview) -> None:
    assert kept.data_set is not None
    folder, data = kept.data_set
    st.caption(
        t(
            "engines.data_here",
            examples=data.examples,
            products=sum(data.products.values()),
            pairs=data.preferences,
            at=data.made_at[:16].replace("T", " "),
        )
    )
    if data.left_out:
        st.caption(tn("engines.data_left_out", len(data.left_out)))
    st.caption(t("engines.data_train"))
    st.code(f'python -m core train --data "{folder}" --out adapter', language="sh", wrap_lines=True)


def _adapter(state: AdapterState, found: EnginesOverview) -> None:
    adapter, card = state.adapter, state.adapter.card
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"**{escape(adapter.name)}**", width="content")
        if state.in_use:
            st.badge(t("engines.adapter_in_use"), icon=":material/star:", color="primary")
        label, colour = _badge(state)
        st.badge(label, color=colour)
    facts = t("engines.adapter_facts", base=adapter.made_for, size=size(adapter.bytes), digest=adapter.digest)
    st.caption(escape(facts))
    if card is None:
        st.caption(t("engines.adapter_foreign"))
    else:
        trained = t(
            "engines.adapter_trained",
            photos=card.examples,
            data=card.data,
            steps=card.steps,
            first=f"{card.first_loss:.2f}",
            last=f"{card.last_loss:.2f}",
            at=card.made_at[:16].replace("T", " "),
        )
        st.caption(escape(trained))
    if state.gate is not None:
        _gate(state, state.gate)
    task = task_of(found, adapter.name)
    _actions(state, compared=state.gate is not None, busy=is_open(task))
    show_task(task)


def _badge(state: AdapterState) -> tuple[str, Colour]:
    if state.gate is None:
        return t("engines.adapter_not_compared"), "gray"
    if not state.gate.go:
        return t("engines.adapter_no_go"), "red"
    if isinstance(state.hindrance, AdapterForOtherBase):
        return t("engines.adapter_other_base"), "orange"
    # Once it reads, what it was compared with no longer does.
    if state.is_stale and not state.in_use:
        return t("engines.adapter_stale"), "orange"
    return t("engines.adapter_go"), "green"


def _gate(state: AdapterState, gate: Gate) -> None:
    figures = state.figures
    assert figures is not None
    whole = figures.whole
    st.markdown(
        t(
            "engines.compared",
            at=gate.at[:16].replace("T", " "),
            records=gate.records,
            photos=gate.photos,
            against=escape(f"{gate.against} {gate.against_revision[:25]}"),
            before=f"{100 * whole.before:.1f}",
            after=f"{100 * whole.after:.1f}",
            low=f"{100 * whole.low:+.1f}",
            high=f"{100 * whole.high:+.1f}",
        )
    )
    if gate.reasons:
        st.warning("\n".join(f"- {escape(say(reason))}" for reason in gate.reasons), icon=":material/block:")
    show_figures(figures, key=f"engines_figures_{_slug(state)}")


def _actions(state: AdapterState, *, compared: bool, busy: bool) -> None:
    name = state.adapter.name
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if state.in_use:
            _roll_back_button()
            return
        if state.hindrance is None:
            st.button(
                t("engines.promote"),
                key=f"engines_promote_{_slug(state)}",
                type="primary",
                icon=":material/rocket_launch:",
                help=t("engines.promote_help"),
                on_click=_promote,
                args=(name,),
            )
        st.button(
            t("engines.compare_again" if compared else "engines.compare"),
            key=f"engines_compare_{_slug(state)}",
            icon=":material/balance:",
            help=t("engines.compare_help"),
            disabled=busy,
            on_click=ask,
            args=(TaskKind.COMPARE, name),
        )
    if state.hindrance is not None and state.gate is not None and state.gate.go:
        st.caption(f":orange[{escape(say(state.hindrance.message))}]")


def _roll_back_button() -> None:
    st.button(
        t("engines.roll_back"),
        key="engines_roll_back",
        icon=":material/undo:",
        help=t("engines.roll_back_help"),
        on_click=_roll_back,
    )


def _promote(name: str) -> None:
    try:
        with open_store(settings()) as db:
            promote(db, settings(), name, by=reviewer())
    except ShelfLensError as err:
        show_problem(err)
    else:
        st.toast(escape(t("engines.promoted", name=name)), icon=":material/rocket_launch:")


def _roll_back() -> None:
    try:
        with open_store(settings()) as db:
            change = roll_back(db, settings(), by=reviewer())
    except ShelfLensError as err:
        show_problem(err)
    else:
        st.toast(escape(t("engines.rolled_back", name=_named(change.adapter))), icon=":material/undo:")


def _named(adapter: str) -> str:
    return adapter or t("engines.as_published")


def _log(kept: AdaptersOverview) -> None:
    with st.expander(t("engines.adapters_log", n=len(kept.promotions)), icon=":material/history:"):
        for change in kept.promotions:
            st.markdown(escape(_log_line(change)))


def _log_line(change: Promotion) -> str:
    values = {
        "at": change.at[:16].replace("T", " "),
        "by": change.by,
        "adapter": _named(change.adapter),
        "before": _named(change.before),
    }
    return t("engines.log_promote", **values) if change.act is Act.PROMOTE else t("engines.log_roll_back", **values)
