"""The present value of a record: the machine's proposal, what people decided, today's rules.

Whoever changes a prediction, a decision or an item calls `refresh_record` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from sqlite_utils import Database

from core.errors import NotFound
from core.learning.calibration import calibrated
from core.learning.judging import list_unjudged, refresh_judgement
from core.rules import check_record, company_prefix, run_rules
from core.store import decisions, items, records, runs
from core.store.db import write
from core.store.items import Item
from core.types import Bilingual, Fields, FieldValue, Finding, Kind, Level, RecordFinding, Status
from core.values.periods import with_year


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
    fields = with_years(fields, item)
    checked = check_fields(kind_of(item), fields, known_brands(db, item.id, fields))
    return calibrated(db, kind_of(item), prediction.engine if prediction else "", checked)


YEAR_RULE, YEAR_VERSION = "year_from_seen_on", 1
PERIOD = ("offer_start", "offer_end")


def with_years(fields: Fields, item: Item) -> Fields:
    """The fields with a year in the days of an offer that are printed without one, and a finding that says whence.

    It is the year nearest to the day the ad was seen, or else was uploaded: derived on every display, so that a
    corrected day corrects it.
    """
    printed = [_printed_day(fields.get(key)) for key in PERIOD]
    if not any(day and day.startswith("--") for day in printed):
        return fields
    near, seen = _seen_day(item)
    dated = with_year(printed[0], printed[1], near)
    return {
        key: _dated(field, dated[PERIOD.index(key)], near, seen) if key in PERIOD else field
        for key, field in fields.items()
    }


def _printed_day(field: FieldValue | None) -> str | None:
    return field.value if field and isinstance(field.value, str) else None


def _seen_day(item: Item) -> tuple[date, bool]:
    """The day that dates an ad, and whether a person gave it."""
    for text, seen in ((item.seen_on, True), (item.created_at, False)):
        with suppress(ValueError):
            return date.fromisoformat((text or "")[:10]), seen
    return date.today(), False


def _dated(field: FieldValue, day: str | None, near: date, seen: bool) -> FieldValue:
    """The field on `day`, with where its year is from; as it is where its year is printed."""
    others = tuple(finding for finding in field.findings if finding.rule != YEAR_RULE)
    if day is None or day == field.value:
        return field.model_copy(update={"findings": others})
    why = ("seen", "看到") if seen else ("uploaded, for no day is given on which it was seen", "上传（未填写发现日期）")
    message = Bilingual(
        en=f"No year is printed. {day[:4]} follows from {near}, the day the ad was {why[0]}.",
        zh=f"广告未印年份。{day[:4]} 年由{why[1]}该广告的日期 {near} 推定。",
    )
    finding = Finding(rule=YEAR_RULE, version=YEAR_VERSION, level=Level.REVIEW, message=message)
    return field.model_copy(update={"value": day, "findings": (*others, finding)})


def refresh_record(db: Database, item_id: int) -> None:
    """Writes the item's row in `records` anew, and what it says and teaches where it is verified."""
    with write(db):
        item = items.get_item(db, item_id)
        fields = standing_fields(db, item)
        refresh_judgement(db, item, records.put_record(db, item_id, fields), fields)


def refresh_judgements(db: Database, limit: int = 500) -> int:
    """Makes up for what verified records of earlier versions say; returns for how many, 0 when all is done."""
    waiting = list_unjudged(db, limit)
    for item_id in waiting:
        with write(db), suppress(NotFound):  # deleted since it was listed
            refresh_record(db, item_id)
    return len(waiting)


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
