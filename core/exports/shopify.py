"""The profile `shopify`: a product CSV that Shopify's import takes. Products come as drafts, to be priced there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from core.exports.columns import Column, Row, Seen
from core.exports.profile import (
    Profile,
    Remark,
    amount_of,
    column,
    date_column,
    entries_of,
    fields_with_a_name_in,
    missing,
    nutrition_text,
    text_column,
    text_of,
    too_long,
)
from core.types import Bilingual

TITLE_LENGTH = 255
TAG_LENGTH = 255
IN_BODY = {"ingredients_text": "Ingredients", "storage": "Storage"}
TAGS = ("claims", "allergens")
METAFIELDS = ("legal_name", "net_content", "serving_size", "shelf_life", "manufacturer", "address", "origin")
"""Kept in Shopify under `shelflens.…`: it has no columns of its own for them."""
DATES = ("production_date", "expiry_date")


def _columns(_kind: str, _seen: Seen) -> list[Column]:
    return [
        column("Handle", _handle),
        text_column("Title", "name"),
        column("Body (HTML)", _body),
        text_column("Vendor", "brand"),
        text_column("Type", "category"),
        column("Tags", lambda row: ", ".join(_tags(row)) or None),
        column("Published", lambda row: "FALSE"),
        column("Option1 Name", lambda row: "Title"),
        column("Option1 Value", lambda row: "Default Title"),
        column("Variant Grams", lambda row: amount_of(row, "net_content", "g")),
        text_column("Variant Barcode", "gtin"),
        column("Status", lambda row: "draft"),
        *(text_column(_metafield(key), key) for key in METAFIELDS),
        *(date_column(_metafield(key), key) for key in DATES),
        column(_metafield("nutrition"), nutrition_text),
    ]


def _metafield(key: str) -> str:
    return f"{key.replace('_', ' ').capitalize()} (product.metafields.shelflens.{key})"


def _handle(row: Row) -> str:
    """The product's address in the shop: latin letters and digits of its name, made unique by the record's number."""
    slug = re.sub(r"[^a-z0-9]+", "-", text_of(row, "name").casefold()).strip("-")[:80]
    return f"{slug or 'product'}-{row.record.item_id}"


def _body(row: Row) -> str | None:
    parts = [
        f"<p><strong>{title}:</strong> {escape(text, quote=False)}</p>"
        for key, title in IN_BODY.items()
        if (text := text_of(row, key))
    ]
    return "".join(parts) or None


def _tags(row: Row) -> list[str]:
    """Shopify separates tags by commas, so a comma within one becomes a space."""
    return [tag.replace(",", " ").replace("，", " ") for key in TAGS for tag in entries_of(row, key)]


def _remarks(row: Row) -> Iterator[Remark]:
    yield from missing(row, "name")
    yield from too_long(row, "name", TITLE_LENGTH)
    if row.field("net_content") is not None and amount_of(row, "net_content", "g") is None:
        yield (
            "net_content",
            Bilingual(en="is no weight: 'Variant Grams' stays empty", zh="不是重量，“Variant Grams” 列留空"),
        )
    for key in TAGS:
        if any("," in tag or "，" in tag for tag in entries_of(row, key)):
            yield (
                key,
                Bilingual(
                    en="has commas, which separate tags; they become spaces",
                    zh="含逗号，而标签以逗号分隔，将替换为空格",
                ),
            )
        if any(len(tag) > TAG_LENGTH for tag in entries_of(row, key)):
            yield key, Bilingual(en=f"has tags of over {TAG_LENGTH} characters", zh=f"含超过 {TAG_LENGTH} 个字符的标签")


SHOPIFY = Profile(
    label=Bilingual(en="Shopify", zh="Shopify"),
    columns=_columns,
    kind="product",
    fields=fields_with_a_name_in("shopify", *METAFIELDS, *DATES, "nutrition"),
    remarks=_remarks,
    left_to_you=Bilingual(
        en="Prices and pictures are not on a label: add them in Shopify, where the products arrive as drafts.",
        zh="价格和图片不在标签上：商品会以草稿形式导入，请在 Shopify 中补充。",
    ),
)
