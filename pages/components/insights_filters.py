"""Which posters are looked at: the filter bar of Insights, kept in the URL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from core.insights import AdFilters, Ads, ads_key, load_ads
from core.store.db import open_store
from pages.components import insights_labels as labels
from pages.components.i18n import t
from pages.components.session import settings


@st.cache_data(max_entries=1, show_spinner=False)
def _ads_at(database: str, key: tuple[int, int, str]) -> Ads:
    """The posters of a database in the state `key`: both only tell one answer from another."""
    with open_store(settings()) as db:
        return load_ads(db)


def all_ads() -> Ads:
    """Every poster, read again only after one has changed."""
    with open_store(settings()) as db:
        key = ads_key(db)
    return _ads_at(str(settings().database), key)


def filter_bar(ads: Ads) -> AdFilters:
    """Draws the filters over what the posters offer and returns the chosen ones."""
    who, campaign, since, until, verified = st.columns([1.8, 1.5, 1.35, 1.35, 1.3], vertical_alignment="bottom")
    campaigns = sorted(name for name in ads.posters["campaign"].unique() if name)
    with who:
        competitors = _choice("competitor", sorted(ads.competitors), labels.competitor)
    with campaign:
        chosen_campaigns = _choice("campaign", campaigns, str)
    with since:
        first = _day("since")
    with until:
        last = _day("until")
    with verified:
        verified_only = st.toggle(
            t("insights.verified_only"),
            key="insights_verified",
            help=t("insights.verified_only_help"),
            bind="query-params",
            persist_state="session",
        )
    return AdFilters(
        competitors=tuple(competitors),
        campaigns=tuple(chosen_campaigns),
        since=first,
        until=last,
        verified_only=verified_only,
    )


def _choice(name: str, options: list[str], shown: Callable[[str], str]) -> list[str]:
    return st.multiselect(
        t(f"insights.{name}"),
        options,
        format_func=shown,
        key=f"insights_{name}",
        placeholder=t("insights.all"),
        bind="query-params",
        persist_state="session",
    )


def _day(name: str) -> date | None:
    return st.date_input(
        t(f"insights.{name}"), value=None, key=f"insights_{name}", bind="query-params", persist_state="session"
    )
