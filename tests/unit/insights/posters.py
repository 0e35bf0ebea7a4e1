"""Posters written by hand, as if they had been read."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from core.insights import AdFilters, Choice, choose
from core.records.standing import refresh_record
from core.store import items, runs
from core.types import FieldValue, Kind, Status

PRICES = [
    {"value": 99, "currency": "CNY", "kind": "current"},
    {"value": 159.5, "currency": "CNY", "kind": "original"},
]


def record(db: Database, kind: Kind, competitor: str, seen_on: str | None, values: dict[str, Any]) -> int:
    item_id = items.create_item(db, kind=kind, competitor=competitor, campaign="autumn", seen_on=seen_on)
    fields = {key: value if isinstance(value, FieldValue) else FieldValue(value=value) for key, value in values.items()}
    runs.put_prediction(
        db,
        runs.Prediction(
            item_id=item_id, kind=kind, engine="ocr", run_ids=(), rules_version="seed", cached=False, fields=fields
        ),
    )
    items.set_status(db, item_id, Status.REVIEW)
    refresh_record(db, item_id)
    return item_id


def poster(db: Database, competitor: str = "Lumina", seen_on: str | None = "2026-09-07", **values: Any) -> int:
    """A poster that has been read; `values` are the values of its fields."""
    return record(db, Kind.AD, competitor, seen_on, values)


def label(db: Database, brand: str, name: str, **values: Any) -> int:
    """A product whose label has been read."""
    return record(db, Kind.PRODUCT, "", None, {"brand": brand, "name": name, **values})


def points(*themes: str) -> list[dict[str, str]]:
    return [{"text": f"claim of {theme}", "theme": theme} for theme in themes]


def said(*texts: str, theme: str = "health") -> list[dict[str, str]]:
    return [{"text": text, "theme": theme} for text in texts]


def everything(db: Database) -> Choice:
    return choose(db, AdFilters())
