"""Records as CSV: UTF-8 with BOM, CRLF, RFC 4180, in one of the layouts of `PROFILES`.

Text is quoted and numbers are not, so a reader that minds (LibreOffice's "quoted field as text", R,
Python's QUOTE_NONNUMERIC) keeps them apart, and a tab or semicolon in a text never splits a cell.
What is done for Excel is in `core.exports.cells`, what becomes a column in `core.exports.columns`.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from core.errors import UsageError
from core.exports.cells import Style, cell_text, write_cell
from core.exports.columns import Column, Row, Seen
from core.exports.shelflens import shelflens_columns
from core.store import records
from core.store.db import snapshot
from core.store.disk import file_error
from core.store.provenance import Provenance, list_provenance
from core.store.records import Filters

__all__ = ["DEFAULT_PROFILE", "PROFILES", "Style", "cell_text", "save_csv", "write_csv"]

Profile = Callable[[str, Seen], list[Column]]
"""(kind or "" for both, what the records hold) -> the columns of the file."""

DEFAULT_PROFILE = "shelflens"
PROFILES: dict[str, Profile] = {DEFAULT_PROFILE: shelflens_columns}

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
    bounded memory. Raises UsageError for an unknown profile, before anything is written.
    """
    columns_of = find_profile(profile)
    text = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="", write_through=False)
    count = 0
    try:
        with snapshot(db):
            columns = columns_of(filters.kind, _survey(db, filters))
            writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
            writer.writerow([column.header(lang) for column in columns])
            for row in _rows(db, filters):
                writer.writerow([write_cell(column.cell(row), style) for column in columns])
                count += 1
        text.flush()
    finally:
        text.detach()  # the caller's stream stays open
    return count


def save_csv(
    db: Database,
    filters: Filters,
    path: Path,
    *,
    profile: str = DEFAULT_PROFILE,
    lang: str = "keys",
    style: Style = Style.SPREADSHEET,
) -> int:
    """`write_csv` to a file, which appears whole or not at all. Raises StorageFull or StorageDenied."""
    find_profile(profile)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            count = write_csv(db, filters, out=file, profile=profile, lang=lang, style=style)
        temporary.replace(path)
    except OSError as err:
        raise file_error(err, path.name, path.parent) from err
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return count


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
