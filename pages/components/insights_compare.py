"""Competitors beside each other, or us beside them: what only one claims, what each promises, what each asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st
from sqlite_utils import Database

from core.insights import Choice, choose, claims, promotions, stated
from core.insights import prices as price_facts
from core.insights.compare import (
    OURS,
    RIVALS,
    OnlyHere,
    PriceGap,
    Side,
    discount_spread,
    discounted,
    only_here,
    price_gaps,
    promotion_shares,
    sides_of,
    theme_shares,
)
from core.insights.words import money, percent
from core.store.statements import About
from pages.components import insights_labels as labels
from pages.components.i18n import t
from pages.components.insights_filters import state_key
from pages.components.insights_labels_check import label_panel
from pages.components.insights_panels import Picked, choose_currency, heading, nothing
from pages.components.insights_tables import pick_rows, thumbs
from pages.components.menus import menu_of_many

ONLY_SHOWN = 40
"""Wordings a side in the table of what only one side claims."""


def compare_panel(db: Database, choice: Choice, own: Sequence[str]) -> tuple[Choice, Picked | None]:
    """Draws the comparison of the chosen sides; returns their posters, and what is picked."""
    sides = _sides(db, choice, own)
    if len(sides) < 2:
        st.info(t("insights.compare_two"), icon=":material/compare_arrows:")
        return choice, None
    st.caption(
        " · ".join(
            t("insights.side_posters", name=side.name, n=f"{side.choice.count:,}") for side in sides
        )
    )  # fmt: skip
    named = {name for side in sides for name in side.choice.competitors()}
    among = choose(db, choice.filters.model_copy(update={"side": ""}), own).only(named)
    drawn = [_only(among, sides), _themes(among, sides), _kinds(among, sides), _discounts(among, sides)]
    drawn += [_prices(among, sides), label_panel(db, choice, own)]
    return among, next((picked for picked in drawn if picked is not None), None)


def chosen_sides(choice: Choice, own: Sequence[str], *, opened: bool) -> list[str]:
    """The sides as addresses name them. None where none was chosen and the comparison is not `opened`; the usual ones
    are chosen as soon as it is.
    """
    offered = _offered(choice, own)
    if opened:
        chosen = st.session_state[state_key("sides")] or _usual(offered, bool(own))
        st.session_state[state_key("sides")] = [name for name in chosen if name in offered]
    return [name for name in st.session_state[state_key("sides")] if name in offered]


def _offered(choice: Choice, own: Sequence[str]) -> dict[str, str]:
    """What can be a side, and how it is called."""
    return ({OURS: t("insights.we"), RIVALS: t("insights.rivals")} if own else {}) | {
        name: labels.competitor(name) for name in choice.competitors()
    }


def _sides(db: Database, choice: Choice, own: Sequence[str]) -> list[Side]:
    """The sides that the menu names, each with its posters under the page's other filters."""
    offered, names = _offered(choice, own), chosen_sides(choice, own, opened=True)
    menu_of_many(t("insights.sides"), offered, key=state_key("sides"), help=t("insights.sides_help"))
    return sides_of(db, {name: offered[name] for name in names}, choice.filters, own)


def _usual(offered: dict[str, str], has_own: bool) -> list[str]:
    """Us and all others where we are known, else the two with the most posters."""
    return [OURS, RIVALS] if has_own else list(offered)[:2]


def _only(choice: Choice, sides: Sequence[Side]) -> Picked | None:
    found = only_here(sides, limit=ONLY_SHOWN)
    if not found:
        nothing("only")
        return None
    title = heading("only")
    photos = thumbs(choice, {one.item_id for one in found})
    columns = {
        "photo": t("insights.photo"),
        "side": t("insights.said_by"),
        "text": t("charts.phrase"),
        "theme": t("charts.theme"),
        "posters": t("charts.posters"),
    }
    rows = [_only_row(one, photos) for one in found]
    marks = [{"phrase": found[row].phrase} for row in pick_rows("only", rows, columns)]
    return Picked(title, stated(choice, About.CLAIM), marks) if marks else None


def _only_row(one: OnlyHere, photos: dict[int, str]) -> tuple[str, str, str, str, int]:
    return photos.get(one.item_id, ""), one.side, one.text, labels.theme(one.theme), one.posters


def _wide(shares: pd.DataFrame, column: str, sides: Sequence[Side]) -> pd.DataFrame:
    """One row per value of `column`, one cell per side: "25% (5)"."""
    pairs = zip(shares["share"], shares["posters"], strict=True)
    cells = shares.assign(cell=[f"{percent(float(share))} ({posters:,})" for share, posters in pairs])
    wide = cells.pivot(index=column, columns="side", values="cell").reindex(list(dict.fromkeys(shares[column])))
    return wide[[side.name for side in sides]].reset_index()


def _pick_shares(
    name: str, shares: pd.DataFrame, column: str, title: str, say: Callable[[str], str], sides: Sequence[Side]
) -> list[dict[str, str]]:
    """Draws what share of each side's posters has which value of `column`, and returns the values that are picked."""
    table = _wide(shares, column, sides)
    shown = table.assign(**{column: labels.named(table[column], say)})
    columns = {column: title} | {side.name: side.name for side in sides}
    return [
        {column: table[column].iloc[row]} for row in pick_rows(name, shown[list(columns)].to_numpy().tolist(), columns)
    ]


def _themes(choice: Choice, sides: Sequence[Side]) -> Picked | None:
    shares = theme_shares(sides)
    if shares.empty:
        return None
    title = heading("themes")
    marks = _pick_shares("themes", shares, "theme", t("charts.theme"), labels.theme, sides)
    return Picked(title, claims(choice), marks) if marks else None


def _kinds(choice: Choice, sides: Sequence[Side]) -> Picked | None:
    shares = promotion_shares(sides)
    if shares.empty:
        return None
    title = heading("kinds")
    marks = _pick_shares("kinds", shares, "kind", t("charts.promotion_kind"), labels.promotion, sides)
    return Picked(title, promotions(choice), marks) if marks else None


def _discounts(choice: Choice, sides: Sequence[Side]) -> Picked | None:
    spreads = [(side, discount_spread(side.choice)) for side in sides]
    known = [(side, spread) for side, spread in spreads if spread is not None]
    if not known:
        nothing("discount_gaps")
        return None
    title = heading("discount_gaps")
    columns = {
        "side": t("insights.said_by"),
        "low": t("charts.discount_low"),
        "middle": t("charts.discount_middle"),
        "high": t("charts.discount_high"),
        "posters": t("charts.posters"),
    }
    rows = [
        (side.name, percent(spread.low), percent(spread.middle), percent(spread.high), spread.posters)
        for side, spread in known
    ]
    picked = pick_rows("discount_gaps", rows, columns)
    for side, spread in spreads:
        if spread is None:
            st.caption(t("insights.no_discount", name=side.name))
    marks = [mark for row in picked for mark in _of_side(known[row][0])]
    return Picked(title, discounted(choice), marks) if marks else None


def _of_side(side: Side, **more: str) -> list[dict[str, str]]:
    """Marks of all that the side's posters state, or of what `more` names."""
    return [{"competitor": name, **more} for name in side.choice.competitors()]


def _prices(choice: Choice, sides: Sequence[Side]) -> Picked | None:
    currencies = price_facts.currencies(choice)
    if not currencies:
        return None
    title = heading("gaps")
    currency = choose_currency(list(currencies))
    gaps = price_gaps(sides, currency)
    if not gaps:
        st.info(t("insights.gaps_none"), icon=":material/search_off:")
        return None
    columns = {
        "goods": t("charts.goods"),
        "side": t("insights.said_by"),
        "low": t("charts.price_low"),
        "middle": t("charts.price_middle"),
        "high": t("charts.price_high"),
        "gap": t("insights.gap", name=sides[0].name),
        "posters": t("charts.posters"),
    }
    rows = pick_rows("gaps", [_gap_row(gap) for gap in gaps], columns)
    by_name = {side.name: side for side in sides}
    marks = [mark for row in rows for mark in _of_side(by_name[gaps[row].side], goods=gaps[row].goods)]
    return Picked(title, price_facts.to_pay(choice, currency), marks) if marks else None


def _gap_row(gap: PriceGap) -> tuple[str, str, str, str, str, str, int]:
    spread = gap.spread
    return (
        labels.goods(gap.goods), gap.side, money(spread.low), money(spread.middle), money(spread.high),
        f"{gap.gap:+.0%}" if gap.gap is not None else "", spread.posters,
    )  # fmt: skip
