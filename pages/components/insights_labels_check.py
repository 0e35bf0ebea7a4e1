"""Our own posters against our own labels, and which brands are ours."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from sqlite_utils import Database

from core.insights import Choice, choose
from core.insights.contradictions import Comparison, compare_with_labels
from core.insights.facts import Facts
from core.insights.own import name_own_brands, own_brands
from core.store.db import open_store
from core.store.records import list_brands
from pages.components.i18n import say, t, tn
from pages.components.insights_panels import Picked, heading
from pages.components.insights_tables import pick_rows, thumbs
from pages.components.session import reviewer, settings

OWN = "insights_own_brands"


def own_brands_menu(db: Database) -> None:
    """A menu that names our own brands for everybody; new names may be typed."""
    own = own_brands(db)
    label = t("insights.own_named", names=", ".join(own)) if own else t("insights.own")
    with st.popover(label, icon=":material/storefront:", help=t("insights.own_help")):
        st.multiselect(
            t("insights.own"),
            list(dict.fromkeys([*own, *list_brands(db)])),
            default=list(own),
            key=OWN,
            accept_new_options=True,
            placeholder=t("insights.own_none"),
        )
        st.button(t("insights.own_save"), type="primary", on_click=_keep_own, key="insights_own_save")


def _keep_own() -> None:
    with open_store(settings()) as db:
        name_own_brands(db, st.session_state[OWN], by=reviewer())


def label_panel(db: Database, choice: Choice, own: Sequence[str]) -> Picked | None:
    """Nutrition claims of our posters that our labels do not bear out, and those that no label could be held against;
    nothing while no brand is ours.
    """
    if not own:
        return None
    ours = choose(db, choice.filters.model_copy(update={"side": "own"}), own)
    compared = compare_with_labels(db, ours, own)
    title = heading("labels")
    st.caption(_coverage(compared))
    if not compared.found and not compared.unmatched:
        return None
    items = [*(one.poster for one in compared.found), *compared.unmatched]
    photos = thumbs(ours, set(items))
    columns = {
        "photo": t("insights.photo"),
        "phrase": t("charts.phrase"),
        "product": t("insights.product"),
        "message": t("insights.what_the_table_says"),
    }
    said = [(one.phrase, f"{one.product_name} · {one.product}", say(one.message)) for one in compared.found]
    said += [(" · ".join(claims), "", t("insights.label_missing")) for claims in compared.unmatched.values()]
    rows = [(photos.get(item, ""), *cells) for item, cells in zip(items, said, strict=True)]
    picked = pick_rows("labels", rows, columns)
    _products([compared.found[row].product for row in picked if row < len(compared.found)])
    marks = [{"item": items[row]} for row in picked]
    return Picked(title, Facts(ours, {"item": "p.item_id"}), marks) if marks else None


def _coverage(compared: Comparison) -> str:
    missing = len(compared.unmatched)
    if not compared.compared:
        return tn("insights.labels_all_unmatched", missing) if missing else t("insights.labels_none")
    parts = [tn("insights.labels_compared", compared.compared), tn("insights.labels_found", len(compared.found))]
    if missing:
        parts.append(tn("insights.labels_unmatched", missing))
    return " ".join(parts)


def _products(items: Sequence[int]) -> None:
    """The way to the labels that picked rows speak of."""
    with st.container(horizontal=True):
        for item in dict.fromkeys(items):
            st.page_link(
                "pages/review.py", label=t("insights.to_label", item=item), icon=":material/fact_check:",
                query_params={"item": str(item)},
            )  # fmt: skip
