"""The panels of Insights: a question, the chart that answers it, and the posters of what is picked in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from core import insights
from core.insights import Ads
from pages.components import charts, insights_charts
from pages.components import insights_labels as labels
from pages.components.i18n import t, tn

KEYS = "insights_keys"
"""Session state {chart: number}. The number is part of the chart's key: another one forgets what is picked in it."""


@dataclass(frozen=True)
class Picked:
    """The marks picked in one chart: its title, and the posters they count."""

    title: str
    posters: set[int]


Picks = Iterator[Picked]


def panels(ads: Ads, everyone: list[str]) -> Picked | None:
    """Draws all panels and returns what is picked; None while nothing is.

    `everyone` is every competitor there is, filtered out or not: it sets the colours. A pick in one
    chart forgets those in the others, so that the posters shown are as many as the number clicked.
    """
    colours = charts.colours_of([labels.competitor(name) for name in everyone])
    shown = ads.competitors[: insights_charts.MAX_COMPETITORS]
    if len(shown) < len(ads.competitors):
        st.caption(t("insights.most_posters", n=len(shown), of=len(ads.competitors)))
        ads = ads.where(insights.AdFilters(competitors=tuple(shown)))
    tabs = st.tabs([t(f"insights.tab_{name}") for name in ("time", "claims", "offers", "prices", "audience")])
    picked: list[Picked] = []
    for tab, draw in zip(tabs, (_time, _claims, _offers, _prices, _audience), strict=True):
        with tab:
            picked.extend(draw(ads, colours))
    return picked[0] if picked else None


def forget_picks(but: str = "") -> None:
    """Forgets what is picked in every chart, or in all but one."""
    keys: dict[str, int] = st.session_state.setdefault(KEYS, {})
    for name in keys:
        if name != but:
            keys[name] += 1


def _panel(name: str, facts: pd.DataFrame, chart: charts.Chart) -> Picks:
    """Draws one chart under its title; yields what is picked in it."""
    title = t(f"insights.{name}")
    st.markdown(f"**{title}**")
    st.caption(t(f"insights.{name}_hint"))
    number = st.session_state.setdefault(KEYS, {}).setdefault(name, 0)
    marks = charts.picked_in(
        chart, key=f"insights_{name}_{number}", alt_text=title, on_pick=partial(forget_picks, but=name)
    )
    if marks:
        yield Picked(title, insights.behind(facts, marks))


def _nothing(name: str) -> None:
    st.markdown(f"**{t(f'insights.{name}')}**")
    st.info(t(f"insights.{name}_none"), icon=":material/search_off:")


def _time(ads: Ads, colours: insights_charts.Colours) -> Picks:
    line = insights.timeline(ads)
    if line.days < 2:
        st.info(tn("insights.no_trend", len(ads.posters), day=ads.posters["day"].iloc[0]), icon=":material/event:")
        return
    yield from _panel("over_time", line.facts, insights_charts.over_time(line.facts, line.grain, colours))


def _claims(ads: Ads, colours: insights_charts.Colours) -> Picks:
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        if ads.claims.empty:
            _nothing("claims")
        else:
            chart = insights_charts.claim_map(insights.claim_shares(ads))
            yield from _panel("claims", ads.facts(ads.claims), chart)
    with right:
        yield from _phrases(ads, colours)


def _phrases(ads: Ads, colours: insights_charts.Colours) -> Picks:
    tables = {"claims": ads.claims, "promotions": ads.promotions, "calls": ads.calls}
    of = st.segmented_control(
        t("insights.phrases_of"),
        list(tables),
        default="claims",
        format_func=lambda name: t(f"insights.phrases_{name}"),
        key="insights_phrases_of",
        required=True,
        persist_state="session",
    )
    facts = insights.phrases(ads, tables[of])
    if facts.empty:
        _nothing("phrases")
        return
    chart = insights_charts.stacked(facts, "phrase", facts["phrase"], t("charts.phrase"), colours)
    yield from _panel("phrases", facts, chart)


def _offers(ads: Ads, colours: insights_charts.Colours) -> Picks:
    if ads.promotions.empty:
        _nothing("offers")
        return
    left, right = st.columns(2, gap="large")
    with left:
        facts = ads.facts(ads.promotions)
        names = labels.named(facts["kind"], labels.promotion)
        yield from _panel(
            "offers", facts, insights_charts.stacked(facts, "kind", names, t("charts.promotion_kind"), colours)
        )
    with right:
        known = insights.discounts(ads)
        if known.empty:
            _nothing("discounts")
            return
        yield from _panel("discounts", known, insights_charts.discount_points(known, colours))
        st.caption(tn("insights.undetermined", ads.promotions["item_id"].nunique() - known["item_id"].nunique()))


def _prices(ads: Ads, colours: insights_charts.Colours) -> Picks:
    if ads.prices.empty:
        _nothing("prices")
        return
    facts = ads.facts(ads.prices)
    currency = _currency(facts)
    facts = facts[facts["currency"] == currency]
    yield from _panel("prices", facts, insights_charts.price_points(facts, currency, list(colours)))


def _currency(facts: pd.DataFrame) -> str:
    """The currency looked at, the most frequent one first: prices in different ones share no axis."""
    currencies = list(facts["currency"].value_counts().index)
    if len(currencies) == 1:
        return str(currencies[0])
    chosen = st.segmented_control(
        t("insights.currency"),
        currencies,
        default=currencies[0],
        format_func=lambda code: code or t("charts.no_currency"),
        key="insights_currency",
        required=True,
    )
    return str(chosen)


def _audience(ads: Ads, colours: insights_charts.Colours) -> Picks:
    st.badge(t("insights.inferred"), icon=":material/psychology:", color="orange", help=t("insights.inferred_help"))
    if ads.audience.empty:
        _nothing("audience")
        return
    facts = ads.facts(ads.audience)
    chart = insights_charts.stacked(
        facts, "text", labels.named(facts["text"], labels.audience), t("charts.audience"), colours
    )
    yield from _panel("audience", facts, chart)
