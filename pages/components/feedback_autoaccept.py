"""Accepting values without a look: what was measured, turned on by hand, audited, and ended by itself."""

from __future__ import annotations

import streamlit as st

from core.autoaccept import Audit, Offered, audit_of, list_offers, turn_off, turn_on
from core.autoaccept.audit import AUDIT_SHARE, ITSELF
from core.autoaccept.bounds import FIRST_LOOK
from core.errors import ShelfLensError
from core.learning.accuracy import Quality, Share
from core.learning.feedback import Filters
from core.store.autoaccept import Rule
from core.store.db import open_store
from pages.components.feedback_filters import field_labels
from pages.components.i18n import escape, say, t, tn
from pages.components.problems import show_problem
from pages.components.session import reviewer, settings

PROBLEM = "feedback_auto_problem"


def autoaccept_section(filters: Filters, quality: Quality) -> None:
    """A row per field that the judged values vouch for; before the first, how many are missing."""
    st.subheader(t("feedback.auto"))
    st.caption(t("feedback.auto_hint", audit=f"{AUDIT_SHARE:.0%}"))
    if (problem := st.session_state.pop(PROBLEM, None)) is not None:
        show_problem(problem)
    with open_store(settings()) as db:
        offered = list_offers(db, filters)
        audits = {each.rule.id: audit_of(db, each.rule) for each in offered if each.rule}
    shown = [each for each in offered if each.rule or each.offer.thresholds or _ended_itself(each.last)]
    if not shown:
        most = max((field.right.total for field in quality.fields), default=0)
        needed = min((each.offer.needed for each in offered), default=max(1, FIRST_LOOK - most))
        st.markdown(f":material/hourglass_top: {tn('feedback.auto_needed', max(1, needed), least=FIRST_LOOK)}")
    for each in shown:
        with st.container(border=True):
            _row(each, audits.get(each.rule.id) if each.rule else None)


def _ended_itself(rule: Rule | None) -> bool:
    return rule is not None and rule.ended_by == ITSELF


def _row(offered: Offered, audit: Audit | None) -> None:
    offer = offered.offer
    name = field_labels(offer.kind).get(offer.field, offer.field)
    left, middle, right = st.columns([1.3, 2.6, 1], vertical_alignment="center")
    left.markdown(f"**{name}**")
    left.caption(
        t("feedback.auto_judged", kind=t(f"feedback.kind_{offer.kind}"), engine=offer.engine, n=f"{offer.judged:,}")
    )
    if offered.rule is not None and audit is not None:
        with middle:
            _running(offered.rule, audit)
        right.button(
            t("feedback.auto_off"), key=f"auto_off_{offered.rule.id}", icon=":material/toggle_off:", width="stretch",
            on_click=_turn_off, args=(offered.rule.id,),
        )  # fmt: skip
        return
    if _ended_itself(offered.last) and offered.last and offered.last.ended:
        st.warning(
            t("feedback.auto_ended", at=(offered.last.ended_at or "")[:16].replace("T", " "))
            + " "
            + say(offered.last.ended),
            icon=":material/front_hand:",
        )
    if not offer.thresholds:
        middle.caption(tn("feedback.auto_more", offer.needed))
        return
    _choose(offered, middle, right)


def _choose(
    offered: Offered, middle: st.delta_generator.DeltaGenerator, right: st.delta_generator.DeltaGenerator
) -> None:
    """The promises that can be kept, and the button that turns one on."""
    offer = offered.offer
    key = f"auto_promise_{offer.kind}_{offer.engine}_{offer.field}"
    promises = [each.promise for each in offer.thresholds]
    with middle:
        promise = st.segmented_control(
            t("feedback.auto_promise"),
            promises,
            default=promises[-1],
            required=True,
            format_func=lambda value: t("feedback.auto_option", share=_share(offered, value), error=f"{value:.0%}"),
            key=key,
            label_visibility="collapsed",
        )
        chosen = offer.at(promise) if promise is not None else None
        if chosen is not None:
            st.caption(t("feedback.auto_basis", wrong=chosen.wrong, n=f"{chosen.accepted:,}"))
    right.button(
        t("feedback.auto_on"), key=f"auto_on_{offer.kind}_{offer.engine}_{offer.field}", type="primary",
        icon=":material/toggle_on:", width="stretch",
        on_click=_turn_on, args=(offer.kind, offer.engine, offer.field, promise),
    )  # fmt: skip


def _share(offered: Offered, promise: float) -> str:
    chosen = offered.offer.at(promise)
    return f"{chosen.share:.0%}" if chosen else "–"


def _running(rule: Rule, audit: Audit) -> None:
    st.badge(
        t("feedback.auto_running", share=f"{rule.share:.0%}", error=f"{rule.promise:.0%}"),
        icon=":material/fast_forward:",
        color="green",
    )
    draws = audit.draws
    looked = (
        t("feedback.auto_audit", wrong=draws.wrong, audited=draws.audited, interval=_interval(audit.error))
        if draws.audited
        else t("feedback.auto_audit_none")
    )
    accepted = t(
        "feedback.auto_accepted",
        passed=f"{draws.passed:,}",
        changed=draws.changed,
        who=escape(rule.set_by),
        at=rule.set_at[:10],
    )
    st.caption(looked + accepted)


def _interval(share: Share) -> str:
    low, high = share.interval
    return f"{low * 100:.1f}–{high * 100:.1f}%"


def _turn_on(kind: str, engine: str, field: str, promise: float | None) -> None:
    try:
        with open_store(settings()) as db:
            turn_on(db, kind, engine, field, promise or 0.0, reviewer=reviewer())
    except ShelfLensError as err:  # the offer has changed since the page was drawn
        st.session_state[PROBLEM] = err


def _turn_off(rule: int) -> None:
    with open_store(settings()) as db:
        turn_off(db, rule, reviewer=reviewer())
