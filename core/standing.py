"""The present value of a record: the machine's proposal, what people decided, today's rules.

Whoever changes a prediction, a decision or an item calls `refresh_record` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlite_utils import Database

from core.calibration import calibrated
from core.rules import check_record, company_prefix, run_rules
from core.store import decisions, items, records, runs
from core.store.db import write
from core.store.items import Item
from core.types import Bilingual, Fields, Kind, RecordFinding, Status


def kind_of(item: Item) -> Kind:
    """The schema an item is shown under; one that nothing has been read of yet counts as a product."""
    return Kind.PRODUCT if item.kind == "auto" else Kind(item.kind)


def check_fields(kind: Kind, fields: Fields, brands: Mapping[str, int] | None = None) -> Fields:
    """The fields with the findings of today's rules. A field decided absent (value None) is left out of them.

    `brands` is what `known_brands` says of the barcode; without it the rule about brands is silent.
    """
    present = {key: field for key, field in fields.items() if field.value is not None}
    checked = run_rules(kind, present, date.today(), brands)
    return {key: checked.get(key, field) for key, field in fields.items()}


def record_findings(kind: Kind, fields: Fields, as_of: date | None = None) -> tuple[RecordFinding, ...]:
    """What the record lacks as a whole by the standards in force on `as_of` (today): findings that no field carries."""
    return check_record(kind, fields, as_of or date.today())


def known_brands(db: Database, item_id: int, fields: Fields) -> dict[str, int]:
    """Brands of other verified records under the company prefix of this record's barcode: {brand: records}."""
    gtin = fields.get("gtin")
    prefix = company_prefix(gtin.value) if gtin else None
    return records.count_verified_brands(db, prefix, without=item_id) if prefix else {}


def basis(db: Database, item: Item) -> runs.Prediction | None:
    """The prediction that decisions are laid over: of a verified record the one that was verified, so that a
    later reading cannot bring values into it that nobody has seen; of any other the newest.
    """
    if item.status is Status.VERIFIED:
        verdict = decisions.latest_verdict(db, item.id, decisions.Outcome.VERIFIED)
        if verdict is not None and verdict.prediction_id is not None:
            return runs.get_prediction(db, verdict.prediction_id)
    return runs.latest_prediction(db, item.id)


def standing_fields(db: Database, item: Item) -> Fields:
    """The record's fields as they stand. A value of None means a person decided the field is absent."""
    prediction = basis(db, item)
    proposed = prediction.fields if prediction else {}
    history = decisions.list_decisions(db, item.id)
    fields = decisions.apply_decisions(proposed, history)
    checked = check_fields(kind_of(item), fields, known_brands(db, item.id, fields))
    return calibrated(db, kind_of(item), prediction.engine if prediction else "", checked)


def refresh_record(db: Database, item_id: int) -> None:
    """Writes the item's row in `records` anew."""
    with write(db):
        records.put_record(db, item_id, standing_fields(db, items.get_item(db, item_id)))


def settle_unread(db: Database, item_id: int, *, error: Bilingual | None = None) -> None:
    """An item that was waiting to be read and will not be: failed, unless an earlier reading stands."""
    message = error or Bilingual(
        en="Reading was cancelled. Press 'Read again' when you want it read.",
        zh="读取已取消。需要时请点击“重新读取”。",
    )
    with write(db):
        if items.get_item(db, item_id).status in (Status.QUEUED, Status.READING):
            items.set_status(db, item_id, Status.FAILED, error=message)
        refresh_record(db, item_id)
