"""Records without reading: for tests and benchmarks of what comes after the engine."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from PIL import Image, ImageDraw
from sqlite_utils import Database

from core.records.standing import refresh_record
from core.settings import Settings
from core.store import blobs, items, runs
from core.store.db import write
from core.types import Bilingual, FieldValue, Finding, Grade, Kind, Level, Line, Readings, Source, Status

PRODUCT_BRANDS = ["晨露", "山禾", "Northfield", "麦香坊", "Blue Harbor", "拾味"]
AD_BRANDS = ["极光家居", "Lumina", "云衫", "FreshCart"]
PROMOTIONS = [
    {"text": "第二件半价", "kind": "nth_item_discount", "unit_discount": 0.25},
    {"text": "买一送一", "kind": "bundle", "unit_discount": 0.5},
    {"text": "满300减50", "kind": "threshold", "unit_discount": None},
    {"text": "20% off", "kind": "discount", "unit_discount": 0.2},
]
POINTS = [
    ("100%桑蚕丝", "material"),
    ("Made with whole milk", "taste"),
    ("顺丰包邮", "service"),
    ("0蔗糖", "health"),
]
FIRST_DAY = date(2026, 9, 7)


def picture(number: int, size: tuple[int, int] = (320, 240)) -> bytes:
    """A small JPEG that differs for every number."""
    chance = random.Random(number)
    image = Image.new("RGB", size, tuple(chance.randrange(120, 255) for _ in range(3)))  # type: ignore[arg-type]
    ImageDraw.Draw(image).text((20, 20), f"photo {number}", fill="black")
    for step in range(6):
        x, y = chance.randrange(size[0]), chance.randrange(60, size[1])
        ImageDraw.Draw(image).rectangle((x, y, x + 30, y + 10 + step), fill=(number % 255, 80, 120))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def read_value(value: Any, line: int, *, grade: Grade = Grade.HIGH, **more: Any) -> FieldValue:
    """A field as the embedded engine gives it, boxed on the line with that number."""
    box = (20.0, 20.0 + 22 * line, 200.0, 38.0 + 22 * line)
    raw = more.pop("raw", str(value))
    return FieldValue(value=value, raw=raw, box=box, lines=(line,), sources=(Source.OCR,), grade=grade, **more)


def product_fields(number: int) -> dict[str, FieldValue]:
    """Plausible fields of product `number`; every fourth has a doubtful date with a finding.

    The barcodes count up and have no valid check digit, so that no real product is meant: with the rules
    on, every one of them is doubtful, too.
    """
    chance = random.Random(number)
    doubtful = number % 4 == 0
    finding = Finding(
        rule="dates", version=1, level=Level.REVIEW, message=Bilingual(en="Check the date.", zh="请核对日期。")
    )
    rows = [
        {"nutrient": "energy", "name": "能量", "value": 1500 + number % 300, "unit": "kJ", "per": "100g"},
        {"nutrient": "protein", "name": "蛋白质", "value": 8.5, "unit": "g", "per": "100g", "nrv_percent": 14},
    ]
    return {
        "gtin": read_value(f"{2000000000000 + number:013d}", 0),
        "brand": read_value(chance.choice(PRODUCT_BRANDS), 1),
        "name": read_value(f"燕麦片 No. {number}", 2),
        "net_content": read_value(chance.choice([250, 500, 750]), 3, unit="g", raw="净含量 500 g"),
        "production_date": read_value(
            (FIRST_DAY + timedelta(days=number % 60)).isoformat(),
            4,
            grade=Grade.LOW if doubtful else Grade.MEDIUM,
            findings=(finding,) if doubtful else (),
        ),
        "shelf_life": read_value(12, 5, unit="month", raw="12个月"),
        "nutrition": read_value({"basis": "100g", "rows": rows}, 6, raw="营养成分表"),
        "claims": read_value(["高纤维", "无添加蔗糖"], 7),
    }


def ad_fields(number: int) -> dict[str, FieldValue]:
    """Plausible fields of poster `number`."""
    chance = random.Random(number)
    price = chance.choice([99.0, 168.0, 288.0])
    prices = [
        {"value": price, "currency": "CNY", "kind": "current"},
        {"value": price + 60, "currency": "CNY", "kind": "original"},
    ]
    return {
        "brand": read_value(AD_BRANDS[number % len(AD_BRANDS)], 0),
        "headline": read_value(f"秋日上新 {number}", 1),
        "selling_points": read_value([{"text": text, "theme": theme} for text, theme in chance.sample(POINTS, 2)], 2),
        "price": read_value(prices, 3),
        "promotion": read_value([chance.choice(PROMOTIONS)], 4),
        "audience": read_value(["年轻女性"], 5, grade=Grade.LOW, inferred=True),
        "palette": FieldValue(value=[{"hex": "#d9534f", "share": 0.6}], sources=(Source.RULE,), grade=Grade.HIGH),
    }


def seed_records(
    db: Database,
    settings: Settings,
    products: int,
    ads: int = 0,
    *,
    photos: int = 20,
    ad: Callable[[int], dict[str, FieldValue]] = ad_fields,
) -> list[int]:
    """Stores read items that wait for review, with real photos (`photos` different ones), and returns their ids.

    `ad` gives the fields of the posters by their number.
    """
    kept = [_photo(db, settings, number) for number in range(min(photos, max(1, products + ads)))]
    with write(db):
        made = [_item(db, kept[n % len(kept)], n, Kind.PRODUCT, product_fields(n)) for n in range(products)]
        made += [_item(db, kept[n % len(kept)], n, Kind.AD, ad(n)) for n in range(ads)]
    return made


def _photo(db: Database, settings: Settings, number: int) -> str:
    data = picture(number)
    blob = blobs.Blob(
        id=f"{number:064x}", suffix=".jpg", media_type="image/jpeg", width=320, height=240, bytes=len(data),
        phash=f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}",
    )  # fmt: skip
    blobs.put_blob(db, settings, blob, data, f"photo {number}.jpg")
    lines = tuple(Line(text=f"line {n}", box=(20, 20 + 22 * n, 200, 38 + 22 * n), score=0.97) for n in range(8))
    runs.put_readings(db, blob.id, "seed", Readings(width=320, height=240, lines=lines))
    return blob.id


def _item(db: Database, blob: str, number: int, kind: Kind, fields: dict[str, FieldValue]) -> int:
    item_id = items.create_item(
        db,
        kind=kind,
        priority=items.PRIORITY_HIGH if number % 10 == 0 else items.PRIORITY_NORMAL,
        competitor=AD_BRANDS[number % len(AD_BRANDS)] if kind is Kind.AD else "",
        campaign=f"autumn {number % 3}" if kind is Kind.AD else "",
        seen_on=(FIRST_DAY + timedelta(days=number * 3 % 70)).isoformat() if kind is Kind.AD else None,
    )
    items.add_photo(db, item_id, blob, f"{kind}_{number}.jpg")
    runs.put_prediction(
        db,
        runs.Prediction(
            item_id=item_id, kind=kind, engine="ocr", run_ids=(), rules_version="seed", cached=False, fields=fields
        ),
    )
    items.set_status(db, item_id, Status.REVIEW)
    refresh_record(db, item_id)
    return item_id


def multiply_records(db: Database, item_id: int, count: int) -> None:
    """Makes `count` copies of a seeded item, each with a photo of its own whose file is the item's.

    By SQL alone: for tests and benchmarks of lists so long that seeding each of their records would take minutes.
    """
    first = db.conn.execute("SELECT MAX(id) AS n FROM items").fetchone()["n"] + 1
    numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)"
    values = {"item": item_id, "count": count, "first": first}
    with write(db):
        blob = "printf('%064x', :first + i + 1000000)"
        for table, changed in (
            ("blobs", {"id": blob}),
            ("items", {"id": ":first + i", "group_key": "NULL"}),
            ("photos", {"id": "NULL", "item_id": ":first + i", "blob": blob}),
            ("records", {"item_id": ":first + i", "thumb": blob, "name": "name || ' ' || i"}),
        ):
            columns = [row["name"] for row in db.conn.execute(f"PRAGMA table_xinfo({table})") if not row["hidden"]]
            taken = ", ".join(changed.get(column, f"{table}.{column}") for column in columns)
            key = {"blobs": "id = (SELECT thumb FROM records WHERE item_id = :item)", "items": "id = :item"}
            where = key.get(table, "item_id = :item")
            db.conn.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) {numbers} SELECT {taken} FROM {table}, n WHERE {where}",
                values,
            )
