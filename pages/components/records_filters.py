"""Which records the table shows: filter widgets, kept for the session and written to the address.

The address holds codes (`?kind=ad&status=review&page=2`), the same in every language, so that a
link works for whoever opens it. `bind="query-params"` would put the translated labels there, counts
and all; so the address is read before the widgets are drawn and written after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st
from sqlite_utils import Database

from core.store.records import ORDERS, Filters, count_by_status, count_statuses, list_brands, list_campaigns
from core.types import Kind, Status
from pages.components.address import PageAddress
from pages.components.i18n import t
from pages.components.menus import menu

ALL = "all"
"""Every kind, in the address and in the widget's state."""
KINDS = (ALL, *Kind)
FLAGS = ("", "doubts", "findings", "corrected")
LOOKS = ("table", "photos")
PAGE_SIZES = (25, 50, 100, 200)
DEFAULT_ROWS = 50
DEFAULTS: dict[str, Any] = {
    "kind": ALL,
    "status": None,
    "brand": "",
    "campaign": "",
    "text": "",
    "flags": "",
    "items": (),
    "order": "newest",
    "rows": DEFAULT_ROWS,
    "page": 1,
    "look": "table",
}
"""What an address that does not name a parameter means."""
PAGER = "records_pager"
"""Session key: how many page controls there have been."""
ADDRESS = PageAddress("records_address", tuple(DEFAULTS))


@dataclass(frozen=True)
class View:
    """What the table shows: one page of the records that pass the filters, in an order."""

    filters: Filters
    order: str
    rows: int
    page: int
    pages: int
    total: int
    """Records that pass the filters, over all pages."""
    look: str = "table"

    @property
    def is_filtered(self) -> bool:
        """True where something besides the kind is asked for."""
        return self.filters != Filters(kind=self.filters.kind)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.rows


def state_key(name: str) -> str:
    """The session key of a parameter's value."""
    return f"records_{name}"


def choose_view(db: Database) -> View:
    """Draws the filters and returns what they ask for. The page is chosen by `page_control`, below the table."""
    _read_address(db)
    top = st.container(horizontal=True, vertical_alignment="center")
    with top:
        _kind_control(_totals(db))
    _choices(db)
    counts = count_statuses(db, _filters())
    with top:
        _status_pills(counts)
        st.space("stretch")
        _look_control()
    filters = _filters()
    total = counts.get(filters.status, 0) if filters.status else sum(counts.values())
    rows = st.session_state[state_key("rows")]
    pages = max(1, -(-total // rows))
    if st.session_state[state_key("page")] > pages:
        _set_page(pages)
    page = st.session_state[state_key("page")]
    view = View(filters, st.session_state[state_key("order")], rows, page, pages, total, _look())
    _write_address(view)
    return view


def order_control() -> None:
    """The order alone, for what is not shown in pages."""
    _select("order", {order: t(f"records.order_{order}") for order in ORDERS}, width=200)


def page_control(view: View) -> None:
    """The page numbers and the number of rows, drawn below the table."""
    pager = _pager_key()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        # With the width of its content a control that is drawn anew measures itself too narrow and hides pages.
        st.pagination(view.pages, default=view.page, key=pager, on_change=_turn_page, args=(pager,), width="stretch")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            _select("order", {order: t(f"records.order_{order}") for order in ORDERS}, width=200)
            _select("rows", {rows: t("records.rows_many", count=rows) for rows in PAGE_SIZES}, width=170)


def clear_filters() -> None:
    """Shows everything of the chosen kind again."""
    for name in ("status", "brand", "campaign", "text", "flags", "items"):
        st.session_state[state_key(name)] = DEFAULTS[name]
    _first_page()


def _first_page() -> None:
    _set_page(1)


def _set_page(page: int) -> None:
    """Goes to a page. The control cannot be told so, hence a new one is drawn."""
    st.session_state[state_key("page")] = page
    st.session_state[PAGER] = st.session_state.get(PAGER, 0) + 1


def _turn_page(pager: str) -> None:
    st.session_state[state_key("page")] = st.session_state[pager]


def _pager_key() -> str:
    return f"{PAGER}_{st.session_state.get(PAGER, 0)}"


def _filters() -> Filters:
    def value(name: str) -> Any:
        return st.session_state.get(state_key(name)) or DEFAULTS[name]

    return Filters(
        kind="" if value("kind") == ALL else value("kind"),
        status=value("status") or "",
        brand=value("brand"),
        campaign=value("campaign"),
        text=value("text"),
        flags=value("flags"),
        items=value("items"),
    )


def _kind_control(totals: dict[str, int]) -> None:
    st.segmented_control(
        t("records.kind"),
        KINDS,
        format_func=lambda kind: f"{t(f'records.kind_{kind}')}  {totals.get(kind, 0):,}",
        key=state_key("kind"),
        required=True,
        on_change=_first_page,
        persist_state="session",
        label_visibility="collapsed",
    )


def _look_control() -> None:
    st.segmented_control(
        t("records.look"),
        LOOKS,
        format_func=lambda look: t(f"records.look_{look}"),
        key=state_key("look"),
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )


def _look() -> str:
    return str(st.session_state.get(state_key("look")) or DEFAULTS["look"])


def _choices(db: Database) -> None:
    """Search, brand, campaign (where there are campaigns) and marks, in one row."""
    campaigns = list_campaigns(db)
    columns = iter(st.columns([3, 2, 2, 2] if campaigns else [3, 2, 2]))
    with next(columns):
        st.text_input(
            t("records.text"),
            key=state_key("text"),
            type="search",
            placeholder=t("records.text_hint"),
            icon=":material/search:",
            on_change=_first_page,
            persist_state="session",
            label_visibility="collapsed",
        )
    kind = st.session_state[state_key("kind")]
    with next(columns):
        _named("brand", list_brands(db, "" if kind == ALL else kind))
    if campaigns:
        with next(columns):
            _named("campaign", campaigns)
    with next(columns):
        _select("flags", {flag: t(f"records.flags_{flag or 'any'}") for flag in FLAGS})


def _named(name: str, known: list[str]) -> None:
    """A choice among names in use; one that the address asks for is offered too, so that nothing is hidden."""
    chosen = st.session_state[state_key(name)]
    names = [*known, *([chosen] if chosen and chosen not in known else [])]
    _select(name, {"": t(f"records.{name}_any"), **{one: one for one in names}})


def _select(name: str, labels: dict[Any, str], *, width: int | Literal["stretch"] = "stretch") -> None:
    """A choice of one; `labels` are the options with what they are called in the session's language."""
    menu(t(f"records.{name}"), labels, key=state_key(name), on_change=_first_page, width=width)


def _status_pills(counts: dict[str, int]) -> None:
    """One pill per status that occurs; none chosen means all of them."""
    chosen = st.session_state[state_key("status")]
    shown = [status for status in Status if counts.get(status) or status == chosen]
    st.pills(
        t("records.status"),
        shown,
        format_func=lambda status: f"{t(f'records.status_{status}')}  {counts.get(status, 0):,}",
        key=state_key("status"),
        on_change=_first_page,
        persist_state="session",
        label_visibility="collapsed",
    )
    if items := st.session_state[state_key("items")]:
        st.badge(t("records.chosen_items", count=len(items)), icon=":material/filter_alt:", color="gray")
    asked = _filters()
    if asked != Filters(kind=asked.kind):
        st.button(t("records.reset"), icon=":material/filter_alt_off:", type="tertiary", on_click=clear_filters)


def _read_address(db: Database) -> None:
    """Sets the widgets from an address that this page did not write itself: a link, or a first visit."""
    given = {name: texts[-1] for name, texts in ADDRESS.given().items()}
    if given:
        for name, default in DEFAULTS.items():
            st.session_state[state_key(name)] = _parsed(name, given.get(name), default)
        _set_page(st.session_state[state_key("page")])
    elif state_key("kind") not in st.session_state:
        for name, default in DEFAULTS.items():
            st.session_state.setdefault(state_key(name), default)
        st.session_state[state_key("kind")] = _usual_kind(db)


def _totals(db: Database) -> dict[str, int]:
    """Records by kind, those not read yet only in the total."""
    totals = {kind: sum(counts.values()) for kind, counts in count_by_status(db).items()}
    return {**totals, ALL: sum(totals.values())}


def _usual_kind(db: Database) -> str:
    """The kind there is more of: its fields can be shown and corrected at once."""
    totals = _totals(db)
    return max((kind for kind in Kind if totals.get(kind)), key=lambda kind: totals[kind], default=ALL)


def _parsed(name: str, text: str | None, default: Any) -> Any:
    """The parameter's value; the default where the address names none that exists."""
    if not text:
        return default
    match name:
        case "items":
            return tuple(int(part) for part in text.split(",") if part.isdecimal())
        case "page":
            return max(1, int(text)) if text.isdecimal() else default
        case "rows":
            return int(text) if text.isdecimal() and int(text) in PAGE_SIZES else default
    known: dict[str, tuple[str, ...]] = {
        "kind": KINDS, "status": tuple(Status), "flags": FLAGS, "order": tuple(ORDERS),
        "look": LOOKS,
    }  # fmt: skip
    return text if text in known.get(name, (text,)) else default


def _write_address(view: View) -> None:
    values = {**view.filters.model_dump(), "order": view.order, "rows": view.rows, "page": view.page, "look": view.look}
    values["items"] = ",".join(map(str, view.filters.items))
    values["kind"] = view.filters.kind or ALL
    wanted = {
        name: [str(value)]
        for name, value in values.items()
        if value and (value != DEFAULTS[name] or name == "kind")
    }  # fmt: skip
    ADDRESS.write(wanted)
