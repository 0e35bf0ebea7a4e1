"""Which feedback is looked at: the filter bar of Feedback, kept in the URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from core.feedback import Filters, list_engines, list_reviewers
from core.schema import load_schema
from core.store.db import open_store
from core.types import Kind
from pages.components.i18n import language, t
from pages.components.session import settings


def filter_bar() -> Filters:
    """Draws the filters and returns the chosen ones."""
    with open_store(settings()) as db:
        reviewers, engines = list_reviewers(db), list_engines(db)
    columns = st.columns(6, vertical_alignment="bottom")
    with columns[0]:
        kind = _choice("kind", [kind.value for kind in Kind], lambda key: t(f"feedback.kind_{key}"))
    with columns[1]:
        labels = field_labels(kind)
        field = _choice("field", list(labels), labels.__getitem__)
    with columns[2]:
        reviewer = _choice("reviewer", reviewers, str)
    with columns[3]:
        engine = _choice("engine", engines, str)
    with columns[4]:
        since = _day("since")
    with columns[5]:
        until = _day("until")
    return Filters(kind=kind, field=field, reviewer=reviewer, engine=engine, since=since, until=until)


def field_labels(kind: str = "") -> dict[str, str]:
    """{key: name in the session's language} of a kind's fields, or of all; a product's name for a key of both."""
    labels: dict[str, str] = {}
    for each in [Kind(kind)] if kind else Kind:
        for spec in load_schema(each).fields:
            labels.setdefault(spec.key, spec.label(language()))
    return labels


def _choice(name: str, options: Sequence[str], shown: Callable[[str], str]) -> str:
    """A choice of one or, with "", of all."""
    chosen = st.selectbox(
        t(f"feedback.{name}"),
        options,
        index=None,
        format_func=shown,
        key=f"feedback_{name}",
        placeholder=t("feedback.all"),
        bind="query-params",
        persist_state="session",
    )
    return chosen or ""


def _day(name: str) -> date | None:
    return st.date_input(
        t(f"feedback.{name}"), value=None, key=f"feedback_{name}", bind="query-params", persist_state="session"
    )
