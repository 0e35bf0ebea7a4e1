"""Where photos come from: files, a folder, or addresses. Each starts an upload and empties its widget."""

from __future__ import annotations

from typing import Literal

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.incoming.archive import is_system_file
from core.incoming.intake import Batch, Upload, parse_urls
from pages.components.i18n import t, tn
from pages.components.session import settings
from pages.components.upload_run import start_files, start_urls

SLOW_FROM = 100
"""Files through the browser's widget from which a ZIP is better: 100 take 4 s to send, 300 take 22 s,
1,200 freeze the browser (measured, Chromium 156)."""

DROP_STYLE = """<style>
[data-testid="stFileUploaderDropzone"] {{ min-height: 8rem; align-items: center; }}
[data-testid="stFileUploaderDropzone"] button p {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{browse}"; font-size: 0.875rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] {{ display: none; }}
</style>"""
"""A place to drop files on must be large enough to hit. Streamlit's own words there exist in English only,
and name the limit of a ZIP, which is not that of a photo."""


def source_tabs(batch: Batch, *, busy: bool) -> None:
    """Draws the three ways in; `busy` while an upload is on its way."""
    st.html(DROP_STYLE.format(browse=t("upload.browse")))
    files, folder, urls = st.tabs([t("upload.files"), t("upload.folder"), t("upload.urls")])
    with files:
        _dropped("files", True, batch, busy=busy)
    with folder:
        _dropped("folder", "directory", batch, busy=busy)
    with urls:
        _addresses(batch, busy=busy)


def _dropped(name: str, multiple: Literal[True, "directory"], batch: Batch, *, busy: bool) -> None:
    key = f"upload_{name}_{st.session_state.setdefault('upload_round', 0)}"
    dropped = st.file_uploader(
        t(f"upload.{name}_label", limit=settings().max_file_mb),
        accept_multiple_files=multiple,
        key=key,
    )
    files = [file for file in dropped if not is_system_file(file.name)]
    if len(files) > SLOW_FROM:
        st.warning(t("upload.slow", n=len(files), limit=SLOW_FROM), icon=":material/folder_zip:")
    if st.button(
        tn("upload.take", len(files)) if files else t("upload.take_none"),
        key=f"upload_take_{name}",
        type="primary",
        disabled=busy or not files,
    ):
        start_files([_upload(file) for file in files], batch)
        # A new key makes an empty widget, and the server lets go of the files of the old one.
        st.session_state["upload_round"] += 1
        st.rerun()


def _upload(file: UploadedFile) -> Upload:
    return Upload(name=file.name, data=file.getvalue())


def _addresses(batch: Batch, *, busy: bool) -> None:
    with st.form("upload_urls", clear_on_submit=True, border=False):
        text = st.text_area(
            t("upload.urls_label"),
            height=150,
            placeholder="https://example.com/poster.jpg\nhttps://example.com/label.png",
            key="upload_urls_text",
        )
        sent = st.form_submit_button(t("upload.take_urls"), type="primary", disabled=busy)
    if not sent:
        return
    urls = parse_urls(text)
    if not urls:
        st.warning(t("upload.no_urls"), icon=":material/link_off:")
        return
    start_urls(urls, batch)
    st.rerun()
