"""Records as CSV, or as a workbook (`core.exports.workbook`), in one of the layouts of `PROFILES`.

CSV is UTF-8 with BOM, CRLF, RFC 4180. Text is quoted and numbers are not, so a reader that minds
(LibreOffice's "quoted field as text", R, Python's QUOTE_NONNUMERIC) keeps them apart, and a tab or
semicolon in a text never splits a cell.
What is done for Excel is in `core.exports.cells`, what becomes a column in `core.exports.columns`.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from core.errors import NotFound, UsageError
from core.exports.cells import Style, cell_text, write_cell
from core.exports.columns import Row, Seen
from core.exports.google import GOOGLE
from core.exports.gs1 import GS1
from core.exports.openfoodfacts import OPEN_FOOD_FACTS
from core.exports.profile import Profile
from core.exports.shelflens import shelflens_columns
from core.exports.shopify import SHOPIFY
from core.exports.workbook import Form, write_workbook
from core.files import file_error
from core.settings import Settings
from core.store import records
from core.store.db import snapshot
from core.store.provenance import Provenance, list_provenance
from core.store.records import Filters
from core.store.rendered import THUMB_SIDE, rendered, rendered_path
from core.types import Bilingual, Frozen

__all__ = [
    "DEFAULT_PROFILE", "PROFILES", "DryRun", "Form", "Misfit", "Style", "cell_text", "dry_run", "save_export",
    "write_csv",
]  # fmt: skip

DEFAULT_PROFILE = "shelflens"
PROFILES: dict[str, Profile] = {
    DEFAULT_PROFILE: Profile(
        label=Bilingual(en="ShelfLens (everything)", zh="ShelfLens（全部字段）"), columns=shelflens_columns
    ),
    "shopify": SHOPIFY,
    "google": GOOGLE,
    "openfoodfacts": OPEN_FOOD_FACTS,
    "gs1": GS1,
}

CHUNK = 500
"""Records whose provenance is fetched together: bounds memory, keeps queries few."""


def find_profile(name: str) -> Profile:
    """The profile called `name`; raises UsageError with those that exist."""
    profile = PROFILES.get(name)
    if profile is None:
        known = ", ".join(PROFILES)
        raise UsageError(
            en=f"Export profile '{name}' is not known. Available: {known}.",
            zh=f"没有名为“{name}”的导出格式。可用：{known}。",
        )
    return profile


def _narrowed(profile: Profile, filters: Filters) -> Filters:
    """The filters with the one kind that the profile takes. Raises UsageError where the other kind is asked for."""
    if not profile.kind or filters.kind == profile.kind:
        return filters
    if filters.kind:
        raise UsageError(
            en=f"The layout '{profile.label.en}' takes records of kind {profile.kind}, not {filters.kind}.",
            zh=f"“{profile.label.zh}”格式仅支持类型 {profile.kind}，不支持 {filters.kind}。",
        )
    return filters.model_copy(update={"kind": profile.kind})


class Misfit(Frozen):
    """Why a field of some records does not fit a layout."""

    field: str
    reason: Bilingual
    items: tuple[int, ...]


class DryRun(Frozen):
    """What an export would come to: records it holds, and what of them will not fit, the most frequent first."""

    count: int
    misfits: tuple[Misfit, ...]
    left_to_you: Bilingual | None


def dry_run(db: Database, filters: Filters, profile: str = DEFAULT_PROFILE) -> DryRun:
    """Goes through the records as an export would, without writing. Raises UsageError as `write_csv` does."""
    layout = find_profile(profile)
    found: dict[tuple[str, str], tuple[Bilingual, list[int]]] = {}
    count = 0
    with snapshot(db):
        for record in records.iter_records(db, _narrowed(layout, filters)):
            count += 1
            for key, reason in layout.all_remarks(Row(record, Provenance())):
                found.setdefault((key, reason.en), (reason, []))[1].append(record.item_id)
    misfits = [Misfit(field=key, reason=reason, items=tuple(ids)) for (key, _), (reason, ids) in found.items()]
    misfits.sort(key=lambda misfit: -len(misfit.items))
    return DryRun(count=count, misfits=tuple(misfits), left_to_you=layout.left_to_you)


def write_csv(
    db: Database,
    filters: Filters,
    *,
    out: BinaryIO,
    profile: str = DEFAULT_PROFILE,
    lang: str = "keys",
    style: Style = Style.SPREADSHEET,
) -> int:
    """Writes the records that pass the filters to a binary stream and returns how many there were.

    `filters.kind` decides the columns; "" puts both kinds into one table. `lang` "en" or "zh" gives
    headings in that language instead of schema keys. One state of the database is exported, in
    bounded memory. Raises UsageError for an unknown profile, or a kind that it does not take, before
    anything is written.
    """
    layout = find_profile(profile)
    filters = _narrowed(layout, filters)
    text = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="", write_through=False)
    count = 0
    try:
        with snapshot(db):
            columns = layout.columns(filters.kind, _survey(db, filters))
            writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
            writer.writerow([column.header(lang) for column in columns])
            for row in _rows(db, filters):
                writer.writerow([write_cell(column.cell(row), style) for column in columns])
                count += 1
        text.flush()
    finally:
        text.detach()  # the caller's stream stays open
    return count


def save_export(
    db: Database,
    settings: Settings,
    filters: Filters,
    path: Path,
    *,
    form: Form = Form.CSV,
    profile: str = DEFAULT_PROFILE,
    lang: str = "keys",
    style: Style = Style.SPREADSHEET,
) -> int:
    """The same as a file of any form, which appears whole or not at all; `style` is for CSV only.

    Raises StorageFull or StorageDenied, and UsageError where a workbook cannot hold so many records.
    """
    _narrowed(find_profile(profile), filters)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if form is Form.CSV:
            with temporary.open("wb") as file:
                count = write_csv(db, filters, out=file, profile=profile, lang=lang, style=style)
        else:
            count = _write_workbook(db, settings, filters, temporary, form, profile, lang)
        temporary.replace(path)
    except OSError as err:
        raise file_error(err, path.name, path.parent) from err
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return count


def _write_workbook(
    db: Database, settings: Settings, filters: Filters, path: Path, form: Form, profile: str, lang: str
) -> int:
    layout = find_profile(profile)
    filters = _narrowed(layout, filters)

    def photo_of(row: Row) -> Path | None:
        return _photo_file(settings, row.record.thumb)

    with snapshot(db):
        columns = layout.columns(filters.kind, _survey(db, filters))
        rows = _rows(db, filters)
        return write_workbook(path, columns, rows, lang=lang, photo_of=photo_of if form is Form.XLSX_PHOTOS else None)


def _photo_file(settings: Settings, blob: str) -> Path | None:
    """The thumbnail's file, made where it is not there yet; None for a photo that is gone or has no place on disk."""
    if not blob:
        return None
    with suppress(NotFound):
        rendered(settings, blob, THUMB_SIDE)
    path = rendered_path(settings, blob, THUMB_SIDE)
    return path if path.exists() else None


def _survey(db: Database, filters: Filters) -> Seen:
    return Seen(
        nutrients=tuple(records.list_nutrients(db, filters)),
        price_kinds=tuple(records.list_price_kinds(db, filters)),
    )


def _rows(db: Database, filters: Filters) -> Iterator[Row]:
    found = records.iter_records(db, filters)
    while chunk := list(islice(found, CHUNK)):
        provenance = list_provenance(db, [record.item_id for record in chunk])
        for record in chunk:
            yield Row(record, provenance.get(record.item_id, Provenance()))
