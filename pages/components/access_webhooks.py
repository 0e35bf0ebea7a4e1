"""Webhooks: addresses that are told of verified records, and what became of what they were told."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.errors import ShelfLensError
from core.store import webhooks
from core.store.db import open_store
from core.store.webhooks import Delivery, DeliveryState, Webhook
from core.webhooks import add_webhook, ping
from pages.components.i18n import escape, say, t
from pages.components.problems import show_problem
from pages.components.session import reviewer, settings

SHOWN = "access_webhook_secret"
"""(address, secret) of the webhook just made."""
LAST = 20


def show_webhooks() -> None:
    """The form for a new address, every address with its last deliveries, and buttons for them."""
    st.subheader(t("access.webhooks"), anchor=False)
    st.caption(t("access.webhooks_hint"))
    _form()
    if (shown := st.session_state.pop(SHOWN, None)) is not None:
        st.success(t("access.webhook_made", url=escape(shown[0])), icon=":material/key:")
        st.code(shown[1], language=None)
    with open_store(settings()) as db:
        found = [(webhook, webhooks.list_deliveries(db, webhook.id, LAST)) for webhook in webhooks.list_webhooks(db)]
    for webhook, told in found:
        _card(webhook, told)


def _form() -> None:
    with st.form("access_new_webhook", clear_on_submit=True, border=True):
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        url = left.text_input(t("access.url"), placeholder="https://shop.example/hooks", max_chars=2000)
        if not right.form_submit_button(t("access.add"), type="primary", width="stretch"):
            return
    try:
        with open_store(settings()) as db:
            made = add_webhook(db, settings(), url, by=reviewer())
    except ShelfLensError as err:
        show_problem(err)
    else:
        st.session_state[SHOWN] = (made.webhook.url, made.secret)


def _card(webhook: Webhook, told: list[Delivery]) -> None:
    with st.container(border=True, key=f"access_webhook_{webhook.id}"):
        left, middle, right = st.columns([6, 1, 1], vertical_alignment="center")
        state = say(webhook.stopped) if webhook.stopped else t("access.active")
        left.text(webhook.url)
        left.caption(escape(state))
        middle.button(
            t("access.ping"), key=f"access_ping_{webhook.id}", on_click=_ping, args=(webhook.id,), width="stretch",
            help=t("access.ping_help"),
        )  # fmt: skip
        with right.popover(t("access.remove"), width="stretch"):
            st.write(t("access.remove_sure"))
            st.button(
                t("access.remove_yes"), key=f"access_remove_{webhook.id}", type="primary", on_click=_remove,
                args=(webhook.id,),
            )  # fmt: skip
        if told:
            st.dataframe(_table(told), hide_index=True, width="stretch", key=f"access_told_{webhook.id}")
        failed = [delivery for delivery in told if delivery.state is DeliveryState.FAILED]
        if failed:
            st.button(
                t("access.again", n=len(failed)), key=f"access_again_{webhook.id}", on_click=_again,
                args=(tuple(delivery.id for delivery in failed),),
            )  # fmt: skip


def _table(told: list[Delivery]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                t("access.column_event"): delivery.event,
                t("access.column_item"): str(delivery.item_id or "–"),
                t("access.column_state"): t(f"access.delivery_{delivery.state}"),
                t("access.column_tries"): delivery.attempts,
                t("access.column_tried"): delivery.tried_at[:16].replace("T", " ") if delivery.tried_at else "–",
                t("access.column_why"): say(delivery.error) if delivery.error else "",
            }
            for delivery in told
        ]
    )


def _ping(webhook_id: int) -> None:
    with open_store(settings()) as db:
        ping(db, webhook_id)


def _remove(webhook_id: int) -> None:
    with open_store(settings()) as db:
        webhooks.remove_webhook(db, webhook_id)


def _again(delivery_ids: tuple[int, ...]) -> None:
    with open_store(settings()) as db:
        for delivery_id in delivery_ids:
            webhooks.send_again(db, delivery_id)
