"""The weights of the models: what is here, and fetching, preparing, checking and removing it."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.machine.engines_overview import EnginesOverview
from core.store.tasks import TaskKind
from core.weights import Form, FormState, ModelState, State
from core.weights.inventory import LOCAL
from pages.components.engines_tasks import ask, is_open, show_task, size, task_of
from pages.components.i18n import escape, say, t

COLOURS: dict[State, Literal["gray", "orange", "green", "red"]] = {
    State.ABSENT: "gray",
    State.PARTIAL: "orange",
    State.COMPLETE: "green",
    State.DAMAGED: "red",
}
REMOVING = "engines_removing"
"""(model, form) whose removal was asked for once."""
GIB = 1 << 30


def show_models(found: EnginesOverview) -> None:
    st.subheader(t("engines.models"), anchor=False)
    st.caption(t("engines.models_hint"))
    for model in found.models:
        with st.container(border=True, key=f"engines_model_{_slug(model.model_id)}"):
            _card(model)
            for form in model.forms:
                _form(model, form, found)
            for missing in _to_be_made(model):
                _offer_made(model, missing, found)
            _whole(model, found)


def _slug(model_id: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in model_id)


def _is_local(model: ModelState) -> bool:
    return model.model_id.startswith(f"{LOCAL}/")


def _card(model: ModelState) -> None:
    st.markdown(f"**{escape(model.model_id)}**")
    st.markdown(escape(say(model.card)))
    if model.licence:
        st.caption(t("engines.licence", name=model.licence))


def _form(model: ModelState, form: FormState, found: EnginesOverview) -> None:
    """One form of the weights: its state in a line, what can be done with it, and what is being done."""
    task = task_of(found, model.model_id, form.form)
    words, buttons = st.columns([3, 2], vertical_alignment="center")
    with words:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(t(f"engines.form_{form.form}"), width="content")
            st.badge(t(f"engines.state_{form.state}"), color=COLOURS[form.state])
        st.caption(" · ".join(_facts(form)))
        if form.reason is not None:
            st.caption(f":red[{escape(say(form.reason))}]")
    with buttons, st.container(horizontal=True, gap="small", horizontal_alignment="right"):
        if not is_open(task):
            _actions(model, form, found)
    if st.session_state.get(REMOVING) == (model.model_id, form.form):
        _ask_twice(model, form)
    show_task(task)


def _facts(form: FormState) -> list[str]:
    if form.state is State.PARTIAL:
        facts = [t("engines.size_partial", done=size(form.bytes), size=size(form.total))]
    elif form.state is State.ABSENT:
        facts = [t("engines.size_expected", size=size(form.total))]
    else:
        facts = [t("engines.size", size=size(form.bytes))]
    if form.memory_gib is not None:
        facts.append(t("engines.form_memory", size=size(form.memory_gib * GIB)))
    return facts


def _actions(model: ModelState, form: FormState, found: EnginesOverview) -> None:
    if form.form is Form.SAFETENSORS:
        if not _is_local(model) and form.state is not State.COMPLETE:
            _fetch_button(model, form, found)
    elif form.state is not State.COMPLETE and not _is_own_folder(model, form):
        _prepare_button(model, form.form)
    if form.state is not State.ABSENT and not _is_own_folder(model, form):
        st.button(
            t("engines.remove"),
            key=f"engines_remove_{_slug(model.model_id)}_{form.form}",
            icon=":material/delete:",
            type="tertiary",
            on_click=_want_removed,
            args=((model.model_id, form.form),),
        )


def _is_own_folder(model: ModelState, form: FormState) -> bool:
    """True for the folder SHELFLENS_MODEL names, which is not ShelfLens' to change."""
    return _is_local(model) and form is model.forms[0]


def _fetch_button(model: ModelState, form: FormState, found: EnginesOverview) -> None:
    left = size(form.needed_bytes)
    label = {
        State.ABSENT: t("engines.fetch", size=left),
        State.PARTIAL: t("engines.go_on", size=left),
    }.get(form.state, t("engines.fetch_again"))
    st.button(
        label,
        key=f"engines_pull_{_slug(model.model_id)}",
        icon=":material/download:",
        on_click=ask,
        args=(TaskKind.PULL, model.model_id),
        disabled=is_open(task_of(found, model.model_id)),
    )


def _prepare_button(model: ModelState, form: Form) -> None:
    ready = any(each.form is Form.SAFETENSORS and each.state is State.COMPLETE for each in model.forms)
    st.button(
        t("engines.prepare"),
        key=f"engines_prepare_{_slug(model.model_id)}_{form}",
        icon=":material/bolt:",
        help=t("engines.prepare_help" if ready else "engines.prepare_first"),
        on_click=ask,
        args=(TaskKind.PREPARE, model.model_id, form),
        disabled=not ready,
    )


def _to_be_made(model: ModelState) -> list[Form]:
    """Forms that a folder of one's own could be made into: the survey lists only what is there."""
    here = {form.form: form.state for form in model.forms}
    if not _is_local(model) or here.get(Form.SAFETENSORS) is not State.COMPLETE:
        return []
    return [form for form in (Form.INT8, Form.INT4) if form not in here]


def _offer_made(model: ModelState, form: Form, found: EnginesOverview) -> None:
    task = task_of(found, model.model_id, form)
    words, buttons = st.columns([3, 2], vertical_alignment="center")
    with words, st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(t(f"engines.form_{form}"), width="content")
        st.badge(t("engines.state_absent"), color="gray")
    with buttons, st.container(horizontal=True, gap="small", horizontal_alignment="right"):
        if not is_open(task):
            _prepare_button(model, form)
    show_task(task)


def _whole(model: ModelState, found: EnginesOverview) -> None:
    """What concerns the model as a whole: what a pull would fetch, its check, and how far either is."""
    task = task_of(found, model.model_id)
    published = next((form for form in model.forms if form.form is Form.SAFETENSORS), None)
    if not _is_local(model) and published is not None and published.state is not State.COMPLETE:
        _say_fetch(model, published, found)
    here = any(form.state in (State.COMPLETE, State.DAMAGED) for form in model.forms)
    if here and not is_open(task):
        st.button(
            t("engines.check"),
            key=f"engines_check_{_slug(model.model_id)}",
            icon=":material/verified:",
            help=t("engines.check_help"),
            on_click=ask,
            args=(TaskKind.CHECK, model.model_id),
        )
    show_task(task)


def _say_fetch(model: ModelState, form: FormState, found: EnginesOverview) -> None:
    st.caption(
        t(
            "engines.will_fetch",
            size=size(form.needed_bytes),
            source=f"`{found.source}`",
            folder=f"`{form.folder}`",
            free=size(model.free_bytes),
        )
    )


def _want_removed(which: tuple[str, str] | None) -> None:
    st.session_state[REMOVING] = which


def _ask_twice(model: ModelState, form: FormState) -> None:
    label = t(f"engines.form_{form.form}")
    st.warning(
        t("engines.remove_sure", form=label, model=escape(model.model_id), size=size(form.bytes)),
        icon=":material/delete:",
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("engines.remove_yes"),
            key="engines_remove_yes",
            type="primary",
            on_click=_remove,
            args=(model.model_id, form.form),
        )
        st.button(t("engines.remove_no"), key="engines_remove_no", on_click=_want_removed, args=(None,))


def _remove(model_id: str, form: str) -> None:
    _want_removed(None)
    ask(TaskKind.REMOVE, model_id, form)
