"""One page of the records table as it was loaded, and what has been done to it in the editor since.

The editor reports edits by row position, so the rows it was given must stay the rows we think they
are: a sheet is loaded once and kept until another page, other columns or a reload are asked for,
and each load gets an editor key of its own. Rows saved meanwhile are refreshed in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlite_utils import Database

from core.learning.calibration import calibrated_records
from core.learning.confidence import as_percent
from core.schema import FieldSpec, FieldType, Schema, load_schema
from core.store.db import snapshot
from core.store.items import Item, find_items
from core.store.records import Filters, Record, is_doubtful, list_records
from core.types import FieldValue, Kind
from core.values.typed import show_value
from pages.components.i18n import say, t

SELECT = "select"
"""The column of tick boxes."""
MEASURED = {FieldType.PALETTE}
"""Fields taken from pixels: nothing a person could have read otherwise."""
USUAL: dict[str, tuple[str, ...]] = {
    "product": ("gtin", "brand", "name", "net_content", "production_date", "shelf_life"),
    "ad": ("brand", "headline", "product", "price", "promotion", "selling_points"),
}
"""Fields shown until somebody chooses others."""

Edits = Mapping[int, Mapping[str, Any]]
"""What the editor reports: row position -> column -> new value."""


@dataclass(frozen=True)
class Request:
    """What a sheet was loaded for; another request needs another sheet."""

    filters: Filters
    order: str
    rows: int
    page: int
    fields: tuple[str, ...]
    lang: str


@dataclass
class Sheet:
    """The rows of one page. `number` tells sheets, and so their editors, apart."""

    request: Request
    number: int
    records: list[Record]
    items: dict[int, Item]
    ticked: bool = False
    """True where every row starts ticked."""
    drawn: bool = False
    """True once its editor has been on screen."""
    sent: dict[tuple[int, str], str] = field(default_factory=dict)
    """(item, field) -> text that has been saved: the editor goes on reporting it."""

    @property
    def editor_key(self) -> str:
        return f"records_editor_{self.number}"

    @property
    def versions(self) -> dict[int, int]:
        return {item_id: item.version for item_id, item in self.items.items()}

    @property
    def schema(self) -> Schema | None:
        """The schema of the page's kind; None where both kinds are shown."""
        kind = self.request.filters.kind
        return load_schema(Kind(kind)) if kind else None

    @property
    def specs(self) -> list[FieldSpec]:
        """The fields shown as columns."""
        return [self.schema.field(key) for key in self.request.fields] if self.schema else []

    def pending(self, edited: Edits) -> dict[int, dict[str, str]]:
        """Item -> field -> text, for cells whose text has not been saved yet. A cleared cell is ""."""
        keys = {spec.key for spec in self.specs}
        pending: dict[int, dict[str, str]] = {}
        for position, cells in edited.items():
            item_id = self.records[position].item_id
            texts = {column: str(value or "") for column, value in cells.items() if column in keys}
            unsent = {key: text for key, text in texts.items() if self.sent.get((item_id, key)) != text}
            if unsent:
                pending[item_id] = unsent
        return pending

    def selected(self, edited: Edits) -> list[Record]:
        """The ticked rows, in the order of the table."""
        return [
            record
            for position, record in enumerate(self.records)
            if edited.get(position, {}).get(SELECT, self.ticked) and record.item_id in self.items
        ]

    def mark_refused(self, texts: Mapping[int, Mapping[str, str]]) -> None:
        """Notes texts as answered, though they were not saved. Their rows stay as they were seen, version and all."""
        for item_id, cells in texts.items():
            self.sent.update({(item_id, key): text for key, text in cells.items()})

    def mark_sent(self, db: Database, texts: Mapping[int, Mapping[str, str]]) -> None:
        """Notes texts as saved and refreshes their rows, with the versions they have now."""
        for item_id, cells in texts.items():
            self.sent.update({(item_id, key): text for key, text in cells.items()})
        if not texts:  # a filter that names no items lets all of them through
            return
        records, items = _load(db, Filters(items=tuple(texts)), "newest", -1, 0)
        fresh = {record.item_id: record for record in records}
        self.records = [fresh.get(record.item_id, record) for record in self.records]
        self.items.update(items)


def load_sheet(db: Database, request: Request, number: int, *, ticked: bool = False) -> Sheet:
    """The page of records that a request asks for, as they are now."""
    offset = (request.page - 1) * request.rows
    records, items = _load(db, request.filters, request.order, request.rows, offset)
    return Sheet(request, number, records, items, ticked)


def _load(db: Database, filters: Filters, order: str, limit: int, offset: int) -> tuple[list[Record], dict[int, Item]]:
    with snapshot(db):
        records = calibrated_records(db, list_records(db, filters, order=order, limit=limit, offset=offset))
        return records, find_items(db, [record.item_id for record in records])


def table(sheet: Sheet) -> pd.DataFrame:
    """The sheet as the editor shows it: one row per record, indexed by item."""
    rows = [_row(sheet, record) for record in sheet.records]
    index = pd.Index([record.item_id for record in sheet.records], dtype="int64")
    return pd.DataFrame(rows, index=index)


def _row(sheet: Sheet, record: Record) -> dict[str, Any]:
    row: dict[str, Any] = {
        SELECT: sheet.ticked,
        "photo": f"/thumb/{record.thumb}.jpg" if record.thumb else "",
        "item": record.item_id,
        "open": f"/review?item={record.item_id}&lang={sheet.request.lang}",
        "status": [t(f"records.status_{record.status}")],
        "check": _doubtful_labels(sheet, record),
    }
    if sheet.schema is None:
        row |= {
            "kind": t(f"records.kind_one_{record.kind}") if record.kind in list(Kind) else t("records.kind_auto"),
            "brand": record.brand,
            "name": record.name,
            "gtin": record.gtin,
        }
    for spec in sheet.specs:
        value = record.fields.get(spec.key)
        row[spec.key] = show_value(spec, value) if value is not None else ""
    row["campaign"] = record.campaign
    row["seen_on"] = record.seen_on or ""
    row["photos"] = record.photos
    row["note"] = _note(sheet.items.get(record.item_id))
    return row


def _doubtful_labels(sheet: Sheet, record: Record) -> list[str]:
    if record.kind not in list(Kind):
        return []
    return [
        _doubtful_label(spec.label(sheet.request.lang), value)
        for spec in load_schema(Kind(record.kind)).fields
        if (value := record.fields.get(spec.key)) is not None and value.value is not None and is_doubtful(value)
    ]


def _doubtful_label(name: str, value: FieldValue) -> str:
    """The field's name, with its calibrated probability of being right once there is one."""
    return name if value.confidence is None else f"{name} {as_percent(value.confidence)}"


def _note(item: Item | None) -> str:
    if item is None:
        return ""
    return say(item.error) if item.error else item.reason or ""
