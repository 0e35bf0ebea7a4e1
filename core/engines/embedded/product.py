"""The fields of a product label, by rules over OCR lines and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.engines.embedded.claims import find_care, find_claims, find_front_claims, find_languages
from core.engines.embedded.composition import (
    find_allergens,
    find_ingredients,
    find_loose_net_content,
    find_storage,
    find_typed,
)
from core.engines.embedded.front import is_front
from core.engines.embedded.gtin import find_gtin
from core.engines.embedded.identity import find_names
from core.engines.embedded.keys import Keyed, is_label, read_keys
from core.engines.embedded.layout import Page, lay_out
from core.engines.embedded.nutrition_table import find_table
from core.engines.embedded.producer import brand_in_maker, find_producer
from core.types import Fields, FieldValue, Grade, Readings
from core.values.text import is_same

_SIZE_KEY = re.compile(r"size|taille|größe|[份食]用?量", re.IGNORECASE)
"""Keys that name a size and are not the head of a column (per serving, 每份)."""


def extract_product(readings: Readings) -> Fields:
    """The product fields found on one photo, keyed as in data/schemas/product.toml.

    A field that is not found is absent. Every value names the lines it was read from; grades are
    high for a clear value behind its printed key, a full nutrition table or a barcode confirmed by
    its digits, low for what only size and place suggest.
    """
    page = lay_out(readings, is_label)
    table = find_table(page)
    rest = page.without(table.lines)
    keyed = read_keys(rest.blocks)
    ingredients = find_ingredients(keyed)
    fields: dict[str, FieldValue | None] = {
        "gtin": find_gtin(readings, keyed),
        "nutrition": table.value,
        "ingredients_text": ingredients,
        "allergens": find_allergens(keyed, ingredients),
        "storage": find_storage(keyed, rest.blocks),
        "care": find_care(rest),
        "languages": find_languages(page, keyed),
        **find_typed(keyed),
        **find_producer(keyed, rest.blocks),
        **find_names(rest, keyed),
    }
    if "serving_size" not in fields:
        fields["serving_size"] = _serving_beside(page)
    if "net_content" not in fields:
        serving = fields["serving_size"]
        used = serving.lines if serving else ()
        fields["net_content"] = find_loose_net_content(rest, marked_only=bool(table.lines), used=used)
    _name_brand(fields, rest)
    found = {key: value for key, value in fields.items() if value is not None}
    on_front = "name" in found and not table.lines and is_front(rest, keyed)
    claims = (find_front_claims if on_front else find_claims)(rest, _used(found, keyed) | _names(found, rest))
    return {**found, "claims": claims} if claims else found


def _serving_beside(page: Page) -> FieldValue | None:
    """The serving size of a wide panel, which stands left of the rows and so within the table."""
    named = [entry for entry in read_keys(page.blocks) if _SIZE_KEY.search(entry.key_text)]
    return find_typed(named).get("serving_size")


def _name_brand(fields: dict[str, FieldValue | None], page: Page) -> None:
    """Where nothing else says the brand, the maker's name printed twice does."""
    maker = fields.get("manufacturer")
    brand = None if fields.get("brand") else brand_in_maker(maker, page.blocks)
    if brand and maker:
        fields["brand"] = maker.model_copy(update={"value": brand, "raw": brand, "grade": Grade.LOW})


def _names(fields: Fields, page: Page) -> set[int]:
    """Lines that say brand or name once more, as over a label that has them behind keys."""
    names = [str(fields[key].value) for key in ("brand", "name", "legal_name") if key in fields]
    return {piece.index for piece in page.pieces if any(is_same(piece.text, name) for name in names)}


def _used(fields: Fields, keyed: Iterable[Keyed]) -> set[int]:
    """Lines that are a value or a keyed text already, and so no claims."""
    values = {line for value in fields.values() for line in value.lines}
    return values | {span.piece.index for entry in keyed if entry.field == "ingredients_text" for span in entry.spans()}
