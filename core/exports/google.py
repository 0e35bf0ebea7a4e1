"""The profile `google`: a feed for Google Merchant Center, as far as labels can fill it."""

from __future__ import annotations

from collections.abc import Iterator

from core.exports.columns import Column, Row, Seen
from core.exports.profile import (
    Profile,
    Remark,
    column,
    date_column,
    entries_of,
    fields_with_a_name_in,
    missing,
    not_dates,
    text_column,
    text_of,
    too_long,
)
from core.types import Bilingual

TITLE_LENGTH, BRAND_LENGTH, HIGHLIGHT_LENGTH = 150, 70, 150
MEASURES = {
    "g": "g", "mg": "mg", "kg": "kg", "oz": "oz", "lb": "lb", "ml": "ml", "cl": "cl", "l": "l", "fl oz": "floz",
    "pt": "pt", "qt": "qt", "gal": "gal", "m": "m", "cm": "cm", "pc": "ct",
}  # fmt: skip
"""Our unit -> Google's, as `unit_pricing_measure` takes them."""
LEAST_HIGHLIGHTS = 2
FOR_YOU = ("link", "image_link", "availability", "price")


def _columns(_kind: str, _seen: Seen) -> list[Column]:
    return [
        column("id", lambda row: str(row.record.item_id)),
        text_column("title", "name"),
        column("description", _description),
        text_column("brand", "brand"),
        text_column("gtin", "gtin"),
        column("google_product_category", lambda row: text_of(row, "category") if _is_taxonomy(row) else None),
        column("product_type", lambda row: None if _is_taxonomy(row) else text_of(row, "category") or None),
        column("unit_pricing_measure", _measure),
        date_column("expiration_date", "expiry_date"),
        column("product_highlight", _highlights),
        *(column(name, lambda row: None) for name in FOR_YOU),
    ]


def _description(row: Row) -> str | None:
    parts = [text_of(row, key) for key in ("legal_name", "ingredients_text")]
    return " · ".join(filter(None, parts)) or None


def _is_taxonomy(row: Row) -> bool:
    """True for a number or a path of Google's taxonomy; other words belong to `product_type`."""
    category = text_of(row, "category")
    return category.isdecimal() or " > " in category


def _measure(row: Row) -> str | None:
    field = row.field("net_content")
    if field is None or not isinstance(field.value, int | float) or field.unit not in MEASURES:
        return None
    return f"{field.value:g} {MEASURES[field.unit]}"


def _highlights(row: Row) -> str | None:
    """Google takes at least two. They are separated by commas, so a comma within one becomes a semicolon."""
    found = [claim.replace(",", ";")[:HIGHLIGHT_LENGTH] for claim in entries_of(row, "claims")]
    return ",".join(found) if len(found) >= LEAST_HIGHLIGHTS else None


def _remarks(row: Row) -> Iterator[Remark]:
    yield from missing(row, "name", "brand", "gtin")
    yield from too_long(row, "name", TITLE_LENGTH)
    yield from too_long(row, "brand", BRAND_LENGTH)
    yield from not_dates(row, "expiry_date")
    if row.field("net_content") is not None and _measure(row) is None:
        yield "net_content", Bilingual(en="is in a unit that Google does not take", zh="单位不被 Google 接受")
    if len(entries_of(row, "claims")) == 1:
        yield (
            "claims",
            Bilingual(en="is only one; Google takes two or more highlights", zh="仅一条，而 Google 要求至少两条亮点"),
        )
    if text_of(row, "category") and not _is_taxonomy(row):
        yield (
            "category",
            Bilingual(
                en="is not of Google's taxonomy and goes to 'product_type'",
                zh="不属于 Google 分类，写入 “product_type” 列",
            ),
        )


GOOGLE = Profile(
    label=Bilingual(en="Google Merchant", zh="Google Merchant"),
    columns=_columns,
    kind="product",
    fields=fields_with_a_name_in("google", "legal_name", "ingredients_text"),
    remarks=_remarks,
    left_to_you=Bilingual(
        en=f"Google also wants {', '.join(FOR_YOU)}: their columns are there for you to fill.",
        zh=f"Google 还要求 {'、'.join(FOR_YOU)}：相应列已留出，请自行填写。",
    ),
)
