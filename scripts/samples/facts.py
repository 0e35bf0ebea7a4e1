"""What one photo says: the one data structure that is both drawn and written down as the truth.

A layout prints from a `Label` or an `Ad` and from nothing else; `truth()` turns the same object
into the format of the score tool. `unprinted()` names any value a layout left out, so a field
can't be claimed that is not on the image.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

Truth = dict[str, Any]


@dataclass(frozen=True)
class Amount:
    value: str
    unit: str = ""
    gap: str = " "
    """What is printed between value and unit."""
    spelt: str = ""
    """The unit as printed, where the truth names it otherwise (千焦 for kJ)."""

    def __str__(self) -> str:
        unit = self.spelt or self.unit
        return f"{self.value}{self.gap}{unit}" if unit else self.value


@dataclass(frozen=True)
class Row:
    """One line of a nutrition table: a cell per column of the table, a cell may hold two amounts."""

    name: str
    cells: tuple[tuple[Amount, ...], ...]
    percent: str | None = None
    also: str = ""
    """The same name in the label's second language."""
    indent: int = 0
    wording: str = ""
    """Printed in place of name and amount where these are one phrase (Includes 6g Added Sugars)."""
    shown: str = ""
    """The name as printed, where the truth says it in English (davon Zucker for sugars)."""

    @property
    def title(self) -> str:
        if self.shown:
            return self.shown
        return f"{self.name} / {self.also}" if self.also else self.name


@dataclass(frozen=True)
class Nutrition:
    """A nutrition table; `per` and `headings` have one entry per column of amounts."""

    per: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    title: str = ""

    def truth(self) -> list[Truth]:
        return [
            {"name": row.name, "value": amount.value, "unit": amount.unit, "per": per}
            for column, per in enumerate(self.per)
            for row in self.rows
            for amount in row.cells[column]
        ]

    def printed_amounts(self) -> Iterator[str]:
        for row in self.rows:
            yield row.wording or row.title
            for cell in row.cells:
                yield from (amount.value for amount in cell)


@dataclass(frozen=True)
class Price:
    value: str
    currency: str
    kind: str
    """The caption printed beside it (券后价, Was …), or "current" where there is none."""
    struck: bool = False
    captioned: bool = True

    @property
    def sign(self) -> str:
        return {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}[self.currency]

    @property
    def printed(self) -> str:
        return f"{self.sign}{self.value}"

    def truth(self) -> Truth:
        return {"value": self.value, "currency": self.currency, "kind": self.kind}


@dataclass(frozen=True)
class Label:
    """What one photo of a product shows; None where the photo does not show it."""

    kind: ClassVar[str] = "label"

    language: tuple[str, ...]
    brand: str
    product_name: str | None = None
    product_type: str | None = None
    net_content: str | None = None
    barcode: str | None = None
    production_date: str | None = None
    production_iso: str | None = None
    expiry_date: str | None = None
    expiry_iso: str | None = None
    shelf_life: str | None = None
    ingredients: str | None = None
    storage: str | None = None
    manufacturer: str | None = None
    address: str | None = None
    origin: str | None = None
    standard: str | None = None
    licence_no: str | None = None
    serving_size: str | None = None
    servings: str | None = None
    nutrition: Nutrition | None = None
    claims: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    small_print: tuple[str, ...] = ()
    """Words that belong to no field: hotline, warnings, how to use."""
    notes: str = ""

    SCALARS: ClassVar[tuple[str, ...]] = (
        "brand", "product_name", "product_type", "net_content", "barcode", "production_date", "expiry_date",
        "shelf_life", "ingredients", "storage", "manufacturer", "address", "origin", "standard", "licence_no",
        "serving_size",
    )  # fmt: skip

    def fields(self) -> Truth:
        fields: Truth = {key: getattr(self, key) for key in self.SCALARS}
        fields |= {key: getattr(self, key) for key in ("production_iso", "expiry_iso") if getattr(self, key)}
        if self.servings:
            fields["servings"] = self.servings
        fields["nutrition"] = self.nutrition.truth() if self.nutrition else []
        fields["claims"] = list(self.claims)
        if self.care:
            fields["care"] = list(self.care)
        return fields | {"price": []}

    def printed_values(self) -> Iterator[str]:
        yield from (getattr(self, key) for key in (*self.SCALARS, "servings") if getattr(self, key))
        yield from (*self.claims, *self.care, *self.small_print)
        if self.nutrition:
            yield from self.nutrition.printed_amounts()


@dataclass(frozen=True)
class Ad:
    """What one poster shows. `promotion[0]` is the offer a layout draws largest."""

    kind: ClassVar[str] = "ad"

    language: tuple[str, ...]
    brand: str
    headline: str
    product_name: str
    claims: tuple[str, ...]
    promotion: tuple[str, ...]
    price: tuple[Price, ...]
    call_to_action: str
    subline: str = ""
    """A phrase under the headline that belongs to no field."""
    period: str | None = None
    """The dates of the offer as printed."""
    promo_start: str | None = None
    promo_end: str | None = None
    audience: tuple[str, ...] = ()
    """Printed words that say who the ad speaks to."""
    net_content: str | None = None
    small_print: tuple[str, ...] = ()
    notes: str = ""

    def fields(self) -> Truth:
        return {
            "brand": self.brand,
            "product_name": self.product_name,
            "headline": self.headline,
            "claims": list(self.claims),
            "promotion": list(self.promotion),
            "price": [price.truth() for price in self.price],
            "call_to_action": self.call_to_action,
            "promo_start": self.promo_start,
            "promo_end": self.promo_end,
            "audience": list(self.audience),
            "net_content": self.net_content,
            "barcode": None,
        }

    def printed_values(self) -> Iterator[str]:
        yield from (self.brand, self.headline, self.product_name, self.call_to_action)
        yield from (*self.claims, *self.promotion, *self.audience, *self.small_print)
        yield from (text for text in (self.subline, self.period, self.net_content) if text)
        for price in self.price:
            yield price.printed
            if price.captioned:
                yield price.kind


Facts = Label | Ad


def letters(text: str) -> str:
    """Text as the score tool compares it: no spaces, punctuation or case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] not in "ZPSC")


def unprinted(facts: Facts, lines: Sequence[str]) -> list[str]:
    """Values of `facts` that stand nowhere in the drawn lines (read in drawing order)."""
    page = letters("".join(lines))
    return [value for value in facts.printed_values() if letters(value) not in page]


def truth(file: str, facts: Facts, lines: Sequence[str]) -> Truth:
    """The truth of one photo, in the format of ../shared/images/dev/gt."""
    return {
        "file": file,
        "kind": facts.kind,
        "language": list(facts.language),
        "lines_complete": True,
        "text_lines": list(lines),
        "fields": facts.fields(),
        "illegible": [],
        "notes": facts.notes,
    }
