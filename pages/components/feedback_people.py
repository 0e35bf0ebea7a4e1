"""How reviewers work, second looks at what they verified, and what is kept about each of them."""

from __future__ import annotations

import io
from typing import Any

import streamlit as st

from core.access.personal import count_signed, erase_person, export_person, items_of, list_people
from core.errors import ShelfLensError
from core.finetune.register import held_of_items
from core.learning.accuracy import MIN_JUDGED, Share
from core.learning.feedback import Filters, change_key
from core.reviewing.reviewers import SECOND_LOOKS, Reviewer, ask_second_looks, list_reviewers_work
from core.store.data_sets import mark_due
from core.store.db import open_store
from pages.components.data_sets import ask_rewrite, draw_rewritten, due_section, rewrite_now
from pages.components.feedback_accuracy import percent_with_interval, rate_or_needed
from pages.components.i18n import escape, t, tn
from pages.components.problems import show_problem
from pages.components.session import reviewer, settings

SAID = "feedback_people_said"
"""Session key: what the last act came to, shown once."""
PROBLEM = "feedback_people_problem"


@st.cache_data(max_entries=16, show_spinner=False)
def _people_at(database: str, key: tuple[int, int, int], filters: str) -> tuple[list[Reviewer], list[str]]:
    """Reviewers and everybody who signed anything, in a database in the state `key`."""
    with open_store(settings()) as db:
        return list_reviewers_work(db, Filters.model_validate_json(filters)), list_people(db)


def people_section(filters: Filters) -> None:
    """Reviewers with their second looks, and the data of each person."""
    with open_store(settings()) as db:
        key = change_key(db)
    working, people = _people_at(str(settings().database), key, filters.model_dump_json())
    if (said := st.session_state.pop(SAID, None)) is not None:
        st.success(said, icon=":material/check:")
    if (problem := st.session_state.pop(PROBLEM, None)) is not None:
        show_problem(problem)
    draw_rewritten()
    st.subheader(t("feedback.people"))
    st.caption(t("feedback.people_hint", n=MIN_JUDGED))
    if working:
        _table(working)
        for each in working:
            if each.unusual:
                st.warning(_unusual(each), icon=":material/visibility_off:")
        _second_looks([each.name for each in working])
    else:
        st.markdown(f":material/hourglass_top: {t('feedback.people_none')}")
    _personal(people)
    due_section()


def _table(working: list[Reviewer]) -> None:
    rows = [
        {
            "name": each.name,
            "records": each.changed.total,
            "changed": rate_or_needed(each.changed),
            "seconds": "–"
            if each.median_seconds is None
            else t("feedback.seconds_value", n=f"{each.median_seconds:.0f}"),
            "looked_at": each.looked_at,
            "agreed": _agreement(each.agreed),
        }
        for each in working
    ]
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    columns = {
        "name": text(t("feedback.reviewer"), width=140),
        "records": number(t("feedback.verified"), width=90),
        "changed": text(t("feedback.people_changed"), width=150, help=t("feedback.people_changed_help")),
        "seconds": text(t("feedback.seconds"), width=130),
        "looked_at": number(t("feedback.people_looked_at"), width=100, help=t("feedback.people_looked_at_help")),
        "agreed": text(t("feedback.people_agreed"), width=170, help=t("feedback.people_agreed_help")),
    }
    st.dataframe(rows, hide_index=True, column_config=columns, height="content", key="feedback_people")


def _agreement(share: Share) -> str:
    return percent_with_interval(share) if share.total else t("feedback.people_no_looks")


def _unusual(one: Reviewer) -> str:
    looks = t("feedback.people_unusual_looks", agreed=_agreement(one.agreed), n=one.looked_at) if one.looked_at else ""
    share = f"{one.changed.rate or 0:.0%}"
    return t("feedback.people_unusual", name=escape(one.name), share=share, n=one.changed.total) + looks


def _second_looks(names: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(t("feedback.looks_of"), names, key="feedback_looks_of", width=220)
        st.button(
            t("feedback.looks_ask", n=SECOND_LOOKS),
            icon=":material/visibility:",
            key="feedback_looks",
            help=t("feedback.looks_help"),
            on_click=_ask,
            args=(name,),
        )


def _ask(name: str) -> None:
    try:
        with open_store(settings()) as db:
            asked = ask_second_looks(db, name, by=reviewer())
        st.session_state[SAID] = tn("feedback.looks_asked", len(asked), name=escape(name))
    except ShelfLensError as err:
        st.session_state[PROBLEM] = err


# A person's data


def _personal(people: list[str]) -> None:
    st.subheader(t("feedback.personal"))
    st.caption(t("feedback.personal_hint"))
    if not people:
        st.caption(t("feedback.personal_none"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(t("feedback.personal_of"), people, key="feedback_personal_of", width=220)
        st.download_button(
            t("feedback.personal_export"),
            lambda: _exported(name),
            file_name="shelflens-person.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key="feedback_personal_export",
        )
        if st.button(t("feedback.personal_erase"), icon=":material/person_remove:", key="feedback_personal_erase"):
            _ask_twice(name)


def _exported(name: str) -> bytes:
    out = io.BytesIO()
    with open_store(settings()) as db:
        export_person(db, name, out=out)
    return out.getvalue()


def _ask_twice(name: str) -> None:
    with open_store(settings()) as db:
        signed = count_signed(db, name)
        decided = items_of(db, name)
        held = held_of_items(db, settings(), decided)

    @st.dialog(t("feedback.personal_erase_title"))
    def ask() -> None:
        st.markdown(t("feedback.personal_erase_text", name=escape(name)))
        st.markdown(_listed(signed))
        st.markdown(t("feedback.personal_kept"))
        # Nothing in a data set names anybody, and the records live on: taking their rows out is up to who is asked.
        take_out = ask_rewrite(held, "feedback_personal", ticked=False)
        typed = st.text_input(t("feedback.personal_type", name=name), key="feedback_personal_typed")
        if st.button(
            t("feedback.personal_erase_do"),
            type="primary",
            disabled=typed.strip() != name,
            icon=":material/person_remove:",
        ):
            _erase(name, decided if take_out else [])
            st.rerun()

    ask()


def _listed(signed: dict[str, int]) -> str:
    return "\n".join(f"- {t(f'feedback.signed_{table}')}: {count:,}" for table, count in signed.items())


def _erase(name: str, take_out: list[int]) -> None:
    """Erases the person, and takes the rows of these items out of exported data sets."""
    try:
        with open_store(settings()) as db:
            erased = erase_person(db, name)
            mark_due(db, take_out)
        if take_out:
            rewrite_now()
        told: dict[str, Any] = {"name": escape(name), "pseudonym": erased.pseudonym}
        st.cache_data.clear()  # nothing was decided, yet every name is another one
        st.session_state[SAID] = t("feedback.personal_erased", **told)
    except ShelfLensError as err:
        st.session_state[PROBLEM] = err
