"""The report menu of Insights: what the filters show as HTML, PDF or CSV tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st
from sqlite_utils import Database

from core.errors import ShelfLensError
from core.insights import AdFilters, Choice, choose
from core.insights.written import Written
from core.report import (
    Compared,
    compare_sides,
    csv_archive,
    kept_summary,
    list_tables,
    make_report,
    print_pdf,
)
from core.report.pdf import find_chromium, no_chromium
from core.settings import Settings
from core.store.db import open_store
from pages.components.i18n import escape, language, say, t
from pages.components.insights_filters import LISTS
from pages.components.insights_written import WRITTEN
from pages.components.session import settings

PDF = "insights_pdf"
"""Session key: the last PDF, with the request it answers."""


@dataclass(frozen=True)
class Wanted:
    """A report that was asked for. It is made outside the session, so it takes everything along."""

    settings: Settings
    filters: AdFilters
    own: tuple[str, ...]
    lang: str
    said: tuple[str, ...]
    """The filters in words."""
    written: bool = False
    """The summary in a model's words, where it has been asked for them."""
    sides: tuple[str, ...] = ()
    """What is put beside each other; fewer than two are no comparison."""

    def html(self) -> bytes:
        with open_store(self.settings) as db:
            choice, ever = self._chosen(db)
            told, compared = self._told(db, choice, ever), self._compared(db)
            return make_report(
                db, self.settings, choice, ever, lang=self.lang, filters=self.said, told=told, compared=compared
            ).html

    def tables(self) -> bytes:
        with open_store(self.settings) as db:
            choice, ever = self._chosen(db)
            told, compared = self._told(db, choice, ever), self._compared(db)
            tables = list_tables(choice, ever, self.lang, told, compared.tables if compared else ())
            return csv_archive(tables, self.lang)

    def _compared(self, db: Database) -> Compared | None:
        return compare_sides(db, self.filters, self.own, self.sides, self.lang)

    def _told(self, db: Database, choice: Choice, ever: Choice) -> list[Written] | None:
        return kept_summary(db, self.settings, choice, ever, self.lang) if self.written else None

    def _chosen(self, db: Database) -> tuple[Choice, Choice]:
        """The posters, and what they are without limits of time."""
        return choose(db, self.filters, self.own), choose(db, self.filters.at_any_time, self.own)


def report_menu(filters: AdFilters, own: Sequence[str], sides: Sequence[str]) -> None:
    """A menu of the three forms; each is made when it is asked for, not before."""
    written = bool(st.session_state.get(WRITTEN))
    wanted = Wanted(settings(), filters, tuple(own), language(), tuple(_said(filters)), written, tuple(sides))
    with st.popover(t("insights.report"), icon=":material/download:", type="primary", help=t("insights.report_help")):
        _download("html", wanted.html, "html", "text/html", help=t("insights.report_html_help"))
        _pdf(wanted)
        _download("csv", wanted.tables, "zip", "application/zip")


def _download(name: str, make: Callable[[], bytes] | bytes, suffix: str, mime: str, *, help: str | None = None) -> None:
    st.download_button(
        t(f"insights.report_{name}"),
        make,
        file_name=f"insights-{date.today():%Y%m%d}.{suffix}",
        mime=mime,
        icon=":material/download:",
        key=f"insights_report_{name}",
        on_click="ignore",
        width="stretch",
        help=help,
    )


def _pdf(wanted: Wanted) -> None:
    """Printed first, so that a failure can be told; the reason why it cannot be where no Chromium is."""
    missing = find_chromium(wanted.settings) is None
    pressed = st.button(
        t("insights.report_pdf"),
        icon=":material/print:",
        key="insights_report_pdf",
        disabled=missing,
        width="stretch",
    )
    if missing:
        st.caption(escape(say(no_chromium(wanted.settings).message)))
        return
    if pressed:
        _print(wanted)
    kept: tuple[Wanted, bytes] | None = st.session_state.get(PDF)
    if kept is not None and kept[0] == wanted:
        _download("pdf_get", kept[1], "pdf", "application/pdf")


def _print(wanted: Wanted) -> None:
    try:
        with st.spinner(t("insights.report_making")):
            st.session_state[PDF] = (wanted, print_pdf(wanted.html(), wanted.settings))
    except ShelfLensError as err:
        st.error(escape(say(err.message)), icon=":material/error:")


def _said(filters: AdFilters) -> list[str]:
    """The filters in the session's language, one phrase each."""
    parts = [
        f"{t(f'insights.{name}')}: {', '.join(called(value) for value in getattr(filters, field))}"
        for name, (field, called) in LISTS.items()
        if getattr(filters, field)
    ]
    days = {"since": filters.since, "until": filters.until}
    parts += [f"{t(f'insights.{name}')}: {day.isoformat()}" for name, day in days.items() if day]
    if filters.side:
        parts.append(f"{t('insights.side')}: {t(f'insights.side_{filters.side}')}")
    if filters.verified_only:
        parts.append(t("insights.verified_only"))
    return parts
