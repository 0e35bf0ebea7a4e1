"""Records read and verified in one line each, for tests of what they teach."""

from __future__ import annotations

from sqlite_utils import Database

from core.memory import Reading, remember
from core.records.standing import refresh_record
from core.reviewing.review import accept_record
from core.schema import load_schema
from core.store import items, runs
from core.types import Fields, FieldValue, Grade, Kind, Line, Source, Status
from core.values.gtin import check_digit
from core.values.typed import show_value, understand

COMPANY = "952100001"
"""Under GS1's prefix for demonstrations, which no company has."""
ELSEWHERE = "952100777"


def gtin(number: int, company: str = COMPANY) -> str:
    """The GTIN-13 of a company's product `number`."""
    digits = f"{company}{number:03d}"
    return digits + check_digit(digits)


def as_fields(kind: Kind = Kind.PRODUCT, grade: Grade = Grade.HIGH, **texts: str) -> Fields:
    """Field values as the embedded engine would propose them for these texts."""
    schema = load_schema(kind)
    return {
        key: understand(schema.field(key), text).model_copy(
            update={"raw": text, "sources": (Source.OCR,), "grade": grade, "clarity": 0.98}
        )
        for key, text in texts.items()
    }


def read_item(db: Database, fields: Fields, kind: Kind = Kind.PRODUCT, engine: str = "ocr") -> int:
    """An item with this proposal, waiting for review."""
    item_id = items.create_item(db, kind=kind)
    prediction = runs.Prediction(
        item_id=item_id, kind=kind, engine=engine, run_ids=(), rules_version="test", cached=False, fields=fields
    )
    runs.put_prediction(db, prediction)
    items.set_status(db, item_id, Status.REVIEW)
    refresh_record(db, item_id)
    return item_id


def verified(db: Database, fields: Fields, kind: Kind = Kind.PRODUCT, reviewer: str = "ann", **corrections: str) -> int:
    """A record read as `fields`, verified with these corrections; returns its item."""
    item_id = read_item(db, fields, kind)
    accept_record(db, item_id, corrections, reviewer=reviewer)
    return item_id


def recalled(db: Database, fields: Fields, *lines: Line, item_id: int = 0, kind: Kind = Kind.PRODUCT) -> dict[str, str]:
    """What memory makes of a proposal, as texts; fields it leaves as they were read are left out."""
    seen = remember(db, kind, fields, Reading(item_id, (lines,)))
    schema = load_schema(kind)
    shown = {key: show_value(schema.field(key), value) for key, value in seen.items()}
    return {key: text for key, text in shown.items() if key not in fields or seen[key].value != fields[key].value}


def remembered(db: Database, fields: Fields, key: str, *lines: Line) -> FieldValue:
    return remember(db, Kind.PRODUCT, fields, Reading(0, (lines,)))[key]
