"""What a person says about the photos of an upload, above the place where they are dropped."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.ads.seen import checked
from core.errors import UsageError
from core.incoming.intake import Batch, Grouping
from core.store.db import open_store
from core.store.items import PRIORITY_HIGH, PRIORITY_NORMAL
from core.store.records import list_brands, list_campaigns, list_platforms
from core.types import Kind
from pages.components.i18n import escape, say, t
from pages.components.session import settings

KINDS = ("auto", Kind.PRODUCT.value, Kind.AD.value)
GROUPINGS = tuple(grouping.value for grouping in Grouping)
PRIORITIES = {PRIORITY_NORMAL: "normal", PRIORITY_HIGH: "high"}


def batch_form() -> Batch:
    """Draws the choices and returns them. They stay as they are for the next upload of the session."""
    with st.container(border=True):
        kind, grouping, priority = _choices()
        brand, campaign, seen_on = _labels()
        platform, url = _where()
    return Batch(
        kind=kind,
        grouping=Grouping(grouping),
        priority=priority,
        competitor=brand,
        campaign=campaign,
        seen_on=seen_on,
        platform=platform,
        url=url,
    )


def _choices() -> tuple[str, str, int]:
    left, middle, right = st.columns([1.1, 1.5, 1], gap="medium")
    with left:
        kind = _choice("kind", KINDS)
    with middle:
        grouping = _choice("grouping", GROUPINGS)
    with right:
        priority = _choice("priority", tuple(PRIORITIES.values()))
    return kind, grouping, next(number for number, name in PRIORITIES.items() if name == priority)


def _choice(name: str, options: tuple[str, ...]) -> str:
    """One of a few options, with a line under them that explains the chosen one."""
    chosen = st.segmented_control(
        t(f"upload.{name}"),
        options,
        default=options[0],
        format_func=lambda option: t(f"upload.{name}_{option}"),
        key=f"upload_{name}",
        required=True,
        persist_state="session",
    )
    st.caption(t(f"upload.{name}_{chosen}_help"))
    return str(chosen)


def _labels() -> tuple[str, str, date | None]:
    with open_store(settings()) as db:
        brands, campaigns = list_brands(db), list_campaigns(db)
    left, middle, right = st.columns([1.1, 1.5, 1], gap="medium")
    with left:
        brand = _free_choice("brand", brands)
    with middle:
        campaign = _free_choice("campaign", campaigns)
    with right:
        seen_on = st.date_input(
            t("upload.seen_on"),
            value=None,
            max_value=date.today(),
            format="YYYY-MM-DD",
            key="upload_seen_on",
            help=t("upload.seen_on_help"),
            persist_state="session",
        )
    return brand, campaign, seen_on


def _where() -> tuple[str, str]:
    """The platform and the page; an address that is none is said and not kept."""
    with open_store(settings()) as db:
        platforms = list_platforms(db)
    left, right = st.columns([1.1, 2.5], gap="medium")
    with left:
        platform = _free_choice("platform", platforms)
    with right:
        url = st.text_input(
            t("upload.url"),
            placeholder="https://",
            key="upload_url",
            help=t("upload.url_help"),
            persist_state="session",
        )
        try:
            return platform, checked({"url": url})["url"]
        except UsageError as err:
            st.error(escape(say(err.message)), icon=":material/error:")
    return platform, ""


def _free_choice(name: str, known: list[str]) -> str:
    """A text that may be new; what was typed before is offered."""
    typed = st.session_state.get(f"upload_{name}")
    options = known if not typed or typed in known else [*known, typed]
    chosen = st.selectbox(
        t(f"upload.{name}"),
        options,
        index=None,
        accept_new_options=True,
        placeholder=t("upload.optional"),
        key=f"upload_{name}",
        help=t(f"upload.{name}_help"),
        persist_state="session",
    )
    return (chosen or "").strip()
