"""Exports made on the Records page are kept with who made them, when and of what, to be fetched again as they were."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from core import exports
from core.errors import NotFound
from core.exports.cells import Style
from core.exports.workbook import Form
from core.settings import Settings
from core.store.records import Filters
from core.store.saved_exports import EXPORT, MAKE_ANOTHER, SavedExport, add_export, get_export, list_exports

FILES_KEPT = 50
"""Files of the newest exports; of older ones only the entry stays."""


def keep_export(
    db: Database,
    settings: Settings,
    filters: Filters,
    *,
    profile: str,
    lang: str,
    style: Style,
    reviewer: str,
    form: Form = Form.CSV,
) -> SavedExport:
    """Writes the records that pass the filters to a file of its own and notes it down.

    Raises UsageError as `exports.save_export` does, StorageFull or StorageDenied.
    """
    name = f"{date.today():%Y%m%d}-{profile}-{filters.kind or 'all'}-{uuid.uuid4().hex[:8]}{form.suffix}"
    path = _folder(settings) / name
    count = exports.save_export(db, settings, filters, path, form=form, profile=profile, lang=lang, style=style)
    made = SavedExport(
        profile=profile,
        filters=filters,
        style=style if form is Form.CSV else form,
        lang=lang,
        records=count,
        file=name,
        reviewer=reviewer,
    )
    kept = get_export(db, add_export(db, made))
    for old in list_exports(db, limit=-1)[FILES_KEPT:]:
        with suppress(OSError):
            (_folder(settings) / old.file).unlink()
    return kept


def read_export(settings: Settings, saved: SavedExport) -> bytes:
    """The file as it was made. Raises NotFound where it is no longer kept."""
    try:
        return (_folder(settings) / saved.file).read_bytes()
    except FileNotFoundError as err:
        raise NotFound(what=EXPORT, key=saved.file, hint=MAKE_ANOTHER) from err


def is_kept(settings: Settings, saved: SavedExport) -> bool:
    return (_folder(settings) / saved.file).exists()


def _folder(settings: Settings) -> Path:
    return settings.data / "exports"


def form_of(saved: SavedExport) -> Form:
    """What kind of file a saved export is."""
    return Form.CSV if saved.file.endswith(Form.CSV.suffix) else Form.XLSX
