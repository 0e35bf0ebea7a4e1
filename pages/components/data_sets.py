"""Exported data sets that hold rows of what is erased: named before, rewritten, and told where they cannot be."""

from __future__ import annotations

import streamlit as st

from core.errors import ShelfLensError
from core.finetune.register import Held, Standing, held_due
from core.finetune.rewriting import Rewritten, rewrite_due
from core.store import data_sets
from core.store.db import open_store
from pages.components.i18n import t, tn
from pages.components.problems import show_problem
from pages.components.session import settings

SAID = "data_sets_said"
"""Session key: what became of each folder, shown once."""


def ask_rewrite(held: list[Held], key: str, *, ticked: bool) -> bool:
    """Names the data sets in a dialog, with a box to tick; whether their folders are to be rewritten."""
    if not held:
        return False
    st.markdown(t("datasets.held") + "\n\n" + "\n".join(_line(each) for each in held))
    if not any(each.standing is Standing.HERE for each in held):
        return False
    return st.checkbox(t("datasets.take_out_too"), value=ticked, key=f"{key}_take_out", help=t("datasets.copies"))


def _line(held: Held) -> str:
    where = f"`{held.folder}`".replace("\n", " ")
    words = f"- {where}: {tn('datasets.rows', held.rows)}"
    return words if held.standing is Standing.HERE else f"{words} · {t(f'datasets.{held.standing}')}"


def rewrite_now(numbers: list[int] | None = None) -> None:
    """Takes due rows out of these data sets, or of all, and keeps what became of each to be told."""
    with open_store(settings()) as db:
        st.session_state[SAID] = rewrite_due(db, settings(), numbers)


def draw_rewritten() -> None:
    """Says once what the last rewriting did."""
    done: list[Rewritten] = st.session_state.pop(SAID, [])
    out = [each for each in done if each.error is None]
    if out:
        lines = "\n".join(f"- {_told(each)}" for each in out)
        st.success(f"{t('datasets.rewritten')}\n\n{lines}", icon=":material/dataset:")
    for each in done:
        if each.error is not None:
            show_problem(each.error)


def _told(done: Rewritten) -> str:
    rest = tn("datasets.stay", done.left) if done.left else t("datasets.none_left")
    return f"`{done.held.folder}`: {tn('datasets.rows', done.held.rows)}, {rest}"


def due_section() -> None:
    """The data sets that hold rows of what was erased: taken out by a click, or struck off where they are deleted."""
    draw_rewritten()
    with open_store(settings()) as db:
        due = held_due(db, settings())
    if not due:
        return
    st.subheader(t("datasets.title"))
    st.caption(t("datasets.hint"))
    for each in due:
        _due(each)


def _due(held: Held) -> None:
    number = held.data_set.id
    with st.container(border=True, key=f"data_set_{number}"):
        st.markdown(_line(held).removeprefix("- "))
        with st.container(horizontal=True, gap="small"):
            st.button(
                t("datasets.take_out" if held.standing is Standing.HERE else "datasets.try_again"),
                key=f"data_set_take_out_{number}",
                icon=":material/delete_sweep:",
                on_click=rewrite_now,
                args=([number],),
            )
            if held.standing is not Standing.HERE:
                st.button(
                    t("datasets.forget"),
                    key=f"data_set_forget_{number}",
                    icon=":material/link_off:",
                    help=t("datasets.forget_help"),
                    on_click=_forget,
                    args=(number,),
                )


def _forget(number: int) -> None:
    try:
        with open_store(settings()) as db:
            data_sets.forget_data_set(db, number)
    except ShelfLensError as err:
        show_problem(err)
