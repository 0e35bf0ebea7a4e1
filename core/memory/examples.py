"""Verified records that look like a photo, as examples for a vision-language model of how such a label is answered.

Alike are records of the same product (its barcode is on the photo), of the same company (prefix of that), of a brand
that is printed on the photo, with a photo that looks the same (perceptual hash), and whose lines stand in the same
places. Examples show the form and the wording; the photo decides what is true, and a value that stands nowhere on it is
found out by `core.evidence`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from core.rules import company_prefix
from core.store import blobs, lessons, records, runs
from core.store.items import list_photos
from core.types import Fields, Kind, Readings, Source
from core.values.gtin import normalise_gtin
from core.values.text import has_cjk, squash

COMPANY, BRAND, LOOK, LAYOUT = 2.0, 1.5, 1.0, 1.0
"""What each likeness counts; the layout by how alike it is."""
PRODUCT = COMPANY + BRAND + LOOK + LAYOUT
"""The same product is of the same company and brand, also where it is too old to be among the newest of these. Without
a count of its own, 77 % of photos with a verified record of the product were shown it first (docs/learning.md)."""
LEAST = 1.5
"""Less than a shared brand, or look and layout together, is no likeness."""
LOOK_BITS = 10
"""Of 64 bits of the perceptual hash: two photos of one design differ in fewer."""
GRID = 8
"""Cells a side in which lines are counted for the layout."""
CANDIDATES = 12
"""Records that are compared for each kind of likeness, the newest."""


def find_examples(db: Database, kind: Kind, blob_id: str, readings: Readings, count: int) -> tuple[Fields, ...]:
    """The fields of up to `count` verified records, the most alike first; never one that shows this very photo.

    What nobody has looked at is left out of them. The same store gives the same examples.
    """
    if count < 1:
        return ()
    scores: dict[int, float] = {}
    for weight, found in (
        (COMPANY, _of_company(db, kind, readings)),
        (BRAND, _of_brand(db, kind, readings)),
        (PRODUCT, _of_product(db, readings)),
        (LOOK, _of_look(db, blob_id)),
    ):
        for item_id in found:
            scores[item_id] = scores.get(item_id, 0.0) + weight
    best: list[tuple[float, int, Fields]] = []
    for item_id, score in scores.items():
        record = records.find_record(db, item_id)
        shown = [photo.blob for photo in list_photos(db, item_id)]
        if record is None or record.kind != kind or record.status != "verified" or blob_id in shown or not shown:
            continue
        known = runs.latest_readings(db, shown[0])
        total = score + (LAYOUT * layout_likeness(readings, known) if known else 0.0)
        if total >= LEAST:
            best.append((total, item_id, _vouched(record.fields)))
    best.sort(key=lambda each: (-each[0], -each[1]))
    return tuple(fields for _, _, fields in best[:count])


def layout_likeness(one: Readings, other: Readings) -> float:
    """How much of the cells that lines stand in both pages share, 0 to 1 (Jaccard)."""
    cells, others = _cells(one), _cells(other)
    return len(cells & others) / len(cells | others) if cells | others else 0.0


def _cells(readings: Readings) -> set[tuple[int, int]]:
    return {
        (
            int(GRID * (line.box[0] + line.box[2]) / 2 / max(1, readings.width)),
            int(GRID * (line.box[1] + line.box[3]) / 2 / max(1, readings.height)),
        )
        for line in readings.lines
    }


def _vouched(fields: Fields) -> Fields:
    """The values that a person gave or confirmed, without findings and places."""
    return {
        key: field
        for key, field in fields.items()
        if field.value is not None and Source.HUMAN in field.sources and Source.AUTO not in field.sources
    }


def _of_company(db: Database, kind: Kind, readings: Readings) -> list[int]:
    prefixes = {prefix for code in readings.barcodes if (prefix := company_prefix(code.text)) is not None}
    return [item for prefix in sorted(prefixes) for item in lessons.items_of_prefix(db, kind, prefix, CANDIDATES)]


def _of_product(db: Database, readings: Readings) -> list[int]:
    codes = {digits.zfill(14) for code in readings.barcodes if (digits := normalise_gtin(code.text)) is not None}
    return [item for code in sorted(codes) for item in lessons.items_of_product(db, code, CANDIDATES)]


def _of_brand(db: Database, kind: Kind, readings: Readings) -> list[int]:
    printed = "\n".join(squash(line.text).text for line in readings.lines)
    found = [key for key in lessons.count_values(db, kind, "brand", without=0) if _is_printed(key, printed)]
    return [item for key in found[:3] for item in lessons.items_with_value(db, kind, "brand", key, CANDIDATES)]


def _is_printed(key: str, printed: str) -> bool:
    brand = squash(key).text
    return len(brand) >= (2 if has_cjk(brand) else 4) and brand in printed


def _of_look(db: Database, blob_id: str) -> Iterable[int]:
    blob = blobs.find_blob(db, blob_id)
    if blob is None or not blob.phash:
        return ()
    near = blobs.near_blobs(db, blob.phash, LOOK_BITS, but=blob_id)
    return lessons.items_showing(db, list(near)[:CANDIDATES])
