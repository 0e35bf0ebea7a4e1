"""The export menu of the records page: whatever the filters show, as a file for people, shops or catalogues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

from core import exports
from core.exports import PROFILES, Form, Misfit, Style
from core.exports.saved import form_of, is_kept, keep_export, read_export
from core.schema import load_schema
from core.settings import Settings
from core.store.db import open_store
from core.store.records import Filters, count_records
from core.store.saved_exports import SavedExport, list_exports
from core.types import Kind
from pages.components.i18n import escape, language, say, t
from pages.components.menus import menu
from pages.components.records_filters import View
from pages.components.records_notices import records_text
from pages.components.session import reviewer, settings

PROFILE = "records_export_profile"
CHECKED = "records_export_checked"
"""Session key: the layout and filters that were last checked, and what came of it."""
MISFITS_SHOWN = 12
ITEMS_NAMED = 3
EARLIER_SHOWN = 5


@dataclass(frozen=True)
class Layout:
    """What the person chose in the menu."""

    profile: str
    form: Form
    style: Style
    lang: str


def export_menu(view: View) -> None:
    """A menu with the choices, the check and the download; the file is made when it is asked for, not before."""
    with st.popover(t("records.export"), icon=":material/download:", type="primary", help=t("records.export_help")):
        layout = _choose(view.filters)
        filters = _narrowed(view.filters, layout.profile)
        with open_store(settings()) as db:
            total = view.total if filters == view.filters else count_records(db, filters)
            earlier = list_exports(db, EARLIER_SHOWN)
        if layout.profile != exports.DEFAULT_PROFILE:
            _check(filters, layout.profile)
        st.download_button(
            t("records.export_download", records=records_text(total)),
            file_of(settings(), filters, layout, who=reviewer()),
            file_name=f"{layout.profile}-{filters.kind or 'all'}-{date.today():%Y%m%d}{layout.form.suffix}",
            mime=layout.form.media_type,
            icon=":material/download:",
            key="records_download",
            on_click="ignore",
            disabled=total == 0,
            width="stretch",
        )
        if earlier:
            _earlier(earlier)


def _choose(filters: Filters) -> Layout:
    offered = {
        name: say(profile.label)
        for name, profile in PROFILES.items()
        if filters.kind in ("", profile.kind or filters.kind)
    }
    if st.session_state.get(PROFILE) not in offered:
        st.session_state[PROFILE] = exports.DEFAULT_PROFILE
    st.caption(t("records.export_profile"))
    menu(t("records.export_profile"), offered, key=PROFILE)
    profile, form = st.session_state[PROFILE], _choose_form()
    if profile != exports.DEFAULT_PROFILE:
        return Layout(profile, form, Style.PLAIN, "keys")
    style = _choose_style() if form is Form.CSV else Style.PLAIN
    lang = st.segmented_control(
        t("records.export_headings"),
        ["keys", language()],
        default="keys",
        format_func=lambda lang: t("records.export_keys" if lang == "keys" else "records.export_labels"),
        key="records_export_lang",
        required=True,
    )
    return Layout(profile, form, style, str(lang))


def _choose_form() -> Form:
    form = st.segmented_control(
        t("records.export_form"),
        list(Form),
        default=Form.CSV,
        format_func=lambda form: t(f"records.export_form_{form.replace('-', '_')}"),
        key="records_export_form",
        required=True,
    )
    return Form(form)


def _choose_style() -> Style:
    style = st.segmented_control(
        t("records.export_for"),
        list(Style),
        default=Style.SPREADSHEET,
        format_func=lambda style: t(f"records.export_{style}"),
        key="records_export_style",
        required=True,
    )
    st.caption(t(f"records.export_{style}_help"))
    return Style(style)


def _narrowed(filters: Filters, profile: str) -> Filters:
    kind = PROFILES[profile].kind
    return filters.model_copy(update={"kind": kind}) if kind else filters


def _check(filters: Filters, profile: str) -> None:
    """The dry run, made on demand and shown until the layout or the filters change."""
    if st.button(t("records.export_check"), icon=":material/rule:", key="records_export_check", width="stretch"):
        with open_store(settings()) as db:
            st.session_state[CHECKED] = (profile, filters, exports.dry_run(db, filters, profile))
    checked = st.session_state.get(CHECKED)
    if checked is None or checked[:2] != (profile, filters):
        return
    found: exports.DryRun = checked[2]
    if not found.misfits:
        st.success(t("records.export_fits", records=records_text(found.count)), icon=":material/check:")
    else:
        lines = [_misfit_line(misfit) for misfit in found.misfits[:MISFITS_SHOWN]]
        if len(found.misfits) > MISFITS_SHOWN:
            lines.append(t("records.export_more", count=len(found.misfits) - MISFITS_SHOWN))
        st.warning("\n".join(f"- {line}" for line in lines), icon=":material/rule:")
    if found.left_to_you is not None:
        st.info(escape(say(found.left_to_you)), icon=":material/info:")


def _misfit_line(misfit: Misfit) -> str:
    schema = load_schema(Kind.PRODUCT)
    label = schema.field(misfit.field).label(language()) if schema.has(misfit.field) else misfit.field
    items = ", ".join(map(str, misfit.items[:ITEMS_NAMED])) + (" …" if len(misfit.items) > ITEMS_NAMED else "")
    return t(
        "records.export_misfit",
        field=escape(label),
        reason=escape(say(misfit.reason)),
        records=records_text(len(misfit.items)),
        items=items,
    )


def _earlier(saved: list[SavedExport]) -> None:
    with st.expander(t("records.export_earlier"), icon=":material/history:"):
        for one in saved:
            st.download_button(
                _earlier_line(one),
                _saved_file(settings(), one),
                file_name=one.file,
                mime=form_of(one).media_type,
                key=f"records_earlier_{one.id}",
                on_click="ignore",
                type="tertiary",
                disabled=not is_kept(settings(), one),
                help=_filters_text(one.filters) or None,
            )


def _earlier_line(saved: SavedExport) -> str:
    when = datetime.fromisoformat(saved.at).astimezone().strftime("%Y-%m-%d %H:%M")
    label = say(PROFILES[saved.profile].label) if saved.profile in PROFILES else saved.profile
    return escape(f"{when} · {label} · {records_text(saved.records)} · {saved.reviewer}")


def _filters_text(filters: Filters) -> str:
    """The filters in the codes of the page's address."""
    values = {name: value for name, value in filters.model_dump().items() if value}
    return escape(" · ".join(f"{name}: {value}" for name, value in values.items()))


def file_of(settings: Settings, filters: Filters, layout: Layout, *, who: str = "") -> Callable[[], bytes]:
    """A function that makes and keeps the file; it runs in a thread of its own and takes nothing from the session."""

    def make() -> bytes:
        with open_store(settings) as db:
            saved = keep_export(
                db,
                settings,
                filters,
                profile=layout.profile,
                lang=layout.lang,
                style=layout.style,
                reviewer=who,
                form=layout.form,
            )
        return read_export(settings, saved)

    return make


def _saved_file(settings: Settings, saved: SavedExport) -> Callable[[], bytes]:
    return lambda: read_export(settings, saved)
