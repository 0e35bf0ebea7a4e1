"""One photo's answers against its truth, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from core.evaluation.matching import (
    Answer,
    entries,
    is_same,
    letters,
    names_it,
    number,
    numbers_in,
    nutrient_rows,
    said,
    stands_in,
)
from core.evaluation.offers import Offer, answered, is_right_discount, judged_offers
from core.evaluation.truths import Case
from core.types import Frozen

SCALARS = {
    "brand": ("brand",), "product_name": ("name",), "product_type": ("legal_name",), "net_content": ("net_content",),
    "barcode": ("gtin",), "production_date": ("production_date",), "expiry_date": ("expiry_date",),
    "shelf_life": ("shelf_life",), "ingredients": ("ingredients_text",), "storage": ("storage",),
    "manufacturer": ("manufacturer",), "address": ("address",), "origin": ("origin",),
    "standard": ("standard_code",), "licence_no": ("licence",), "serving_size": ("serving_size",),
    "headline": ("headline",), "call_to_action": ("call_to_action",),
    "promo_start": ("offer_start",), "promo_end": ("offer_end",),
}  # fmt: skip
"""Key of the truth -> fields of the schemas that may answer it; the first one names the row of the table."""

ON_ADS = {"product_name": ("product",)}
"""Further fields that answer on ads and shelves."""

LONG = {"ingredients", "storage", "address"}

LISTS = {"claims": ("claims", "selling_points"), "promotion": ("promotion",), "care": ("care",)}

OFFER_KIND, UNIT_DISCOUNT, WHOLE_AD = "promotion_kind", "unit_discount", "whole ad"
UNDERSTOOD = {OFFER_KIND, UNIT_DISCOUNT, WHOLE_AD}
"""Rows about what was made of values that other rows count already: the kind of each offer, what it saves on one
unit, and ads on which every kind and every price is right. They are in no total."""

BEYOND = {"headline", "call_to_action", "offer_start", "offer_end", "care", *UNDERSTOOD}
"""Rows the project's score tool does not have."""


class Cell(Frozen):
    """Counts of one field: precision, recall and F1 follow from them."""

    wanted: int = 0
    hits: int = 0
    absent: int = 0
    """Answers where the truth says the photo has no such value, and nutrition rows it does not have."""
    wrong: int = 0
    """Other false answers: a wrong value in place of the right one, a list entry the photo does not have."""
    legible: int = 0
    """Wanted values whose text stands in the OCR lines."""
    reached: int = 0
    """Hits among these."""

    def __add__(self, other: Cell) -> Cell:
        pairs = ((name, getattr(self, name) + getattr(other, name)) for name in Cell.model_fields)
        return Cell(**dict(pairs))

    @property
    def recall(self) -> float:
        return self.hits / self.wanted if self.wanted else float("nan")

    @property
    def precision(self) -> float:
        given = self.hits + self.absent + self.wrong
        return self.hits / given if given else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall: 2 · hits over values wanted plus values given."""
        values = self.wanted + self.hits + self.absent + self.wrong
        return 2 * self.hits / values if values else float("nan")

    @property
    def yielded(self) -> float:
        """Of the values whose text the OCR has, the share that reached the right field."""
        return self.reached / self.legible if self.legible else float("nan")


class Miss(Frozen):
    """A value that was not answered, or an answer that is false (`wanted` is then empty)."""

    photo: str
    field: str
    wanted: str
    got: tuple[str, ...]
    legible: bool


class PhotoScore(Frozen):
    cells: dict[str, Cell]
    misses: tuple[Miss, ...]
    lines: int
    """Lines of text the truth has."""
    lines_read: int


Fields = dict[str, Answer]


def score_photo(case: Case, fields: Fields, lines: list[str]) -> PhotoScore:
    """`fields` as the command line prints them; `lines` the OCR's, in its order. Both empty for a failure."""
    scorer = _Scorer(case, fields, lines)
    for key, wanted in case.fields.items():
        if key in SCALARS:
            scorer.scalar(key, wanted)
        elif key in LISTS:
            scorer.listed(key, wanted)
        elif key == "price":
            scorer.prices(wanted)
        elif key == "nutrition":
            scorer.nutrition(wanted)
    if case.kind == "ad":
        scorer.understood()
    read = sum(stands_in(line, lines) or not letters(line) for line in case.lines)
    return PhotoScore(cells=scorer.cells, misses=tuple(scorer.misses), lines=len(case.lines), lines_read=read)


class _Scorer:
    """Collects cells and misses of one photo."""

    def __init__(self, case: Case, fields: Fields, lines: list[str]) -> None:
        self._case, self._fields, self._lines = case, fields, lines
        self.cells: dict[str, Cell] = {}
        self.misses: list[Miss] = []

    def scalar(self, key: str, wanted: Any) -> None:
        names = (*SCALARS[key], *(ON_ADS.get(key, ()) if self._case.kind in ("ad", "shelf") else ()))
        got = [text for name in names for text in said(self._fields.get(name))]
        name = SCALARS[key][0]
        if wanted is None:
            if got:
                self._false(name, got, absent=True)
            return
        iso = self._case.fields.get(key.replace("_date", "_iso")) if key.endswith("_date") else None
        long = key in LONG
        hit = any(is_same(form, text, long=long) for form in (wanted, iso) if form for text in got)
        self._count(name, str(wanted), hit, got, legible=stands_in(wanted, self._lines, long=long))
        if got and not hit:
            self._add(name, Cell(wrong=1))

    def listed(self, key: str, wanted: list[str]) -> None:
        given = [said(entry) for name in LISTS[key] for entry in entries(self._fields.get(name))]
        texts = [text for entry in given for text in entry]
        for text in wanted:
            hit = any(names_it(text, answer) for answer in texts)
            self._count(key, text, hit, texts, legible=stands_in(text, self._lines, long=True))
        for entry in given if self._case.complete else ():
            right = any(names_it(text, answer) for text in wanted for answer in entry)
            if not right and not (key == "promotion" and any(map(self._is_offer_detail, entry))):
                self._false(key, entry, absent=False)

    def _is_offer_detail(self, text: str) -> bool:
        """True for the offer's dates or a price's caption: transcribers list these among promotions, or not."""
        fields = self._case.fields
        captions = [letters(price["kind"]) for price in fields.get("price") or ()]
        if any(caption and caption in letters(text) for caption in captions):
            return True
        bounds = [fields[key] for key in ("promo_start", "promo_end") if fields.get(key)]
        days = {int(bound.split("-")[-1]) for bound in bounds}
        return bool(days) and days <= {int(group) for group in re.findall(r"\d+", text)}

    def prices(self, wanted: list[dict[str, Any]]) -> None:
        given = entries(self._fields.get("price"))
        said_amounts = {
            amount
            for entry in given
            for value in (entry.values() if isinstance(entry, dict) else [entry])
            if (amount := number(value)) is not None
        }
        printed = numbers_in(self._lines)
        for price in wanted:
            amount, got = number(price["value"]), map(str, sorted(said_amounts))
            self._count("price", price["value"], amount in said_amounts, got, legible=amount in printed)
        amounts = {number(price["value"]) for price in wanted}
        for entry in given if self._case.complete else ():
            if number(entry.get("value") if isinstance(entry, dict) else entry) not in amounts:
                self._false("price", [str(entry)], absent=False)

    def nutrition(self, wanted: list[Any]) -> None:
        value = (self._fields.get("nutrition") or {}).get("value")
        given = nutrient_rows(value.get("rows", [])) if isinstance(value, dict) else set()
        printed = numbers_in(self._lines)
        for row in sorted(rows := nutrient_rows(wanted)):
            near = [str(other) for other in sorted(given) if other[0] == row[0]]
            self._count("nutrition", str(row), row in given, near, legible=row[1] in printed)
        for row in sorted(given - rows):
            self._false("nutrition", [str(row)], absent=True)

    def understood(self) -> None:
        """Kinds and discounts of the offers, and whether these and all prices are right."""
        offers = judged_offers(self._case.fields)
        for offer in offers:
            self._offer(offer)
        if offers or self._case.fields.get("price"):
            cells = [self.cells[name] for name in (OFFER_KIND, "price") if name in self.cells]
            right = all(cell.hits == cell.wanted and not cell.wrong and not cell.absent for cell in cells)
            self._add(WHOLE_AD, Cell(wanted=1, hits=int(right)))

    def _offer(self, offer: Offer) -> None:
        entry = answered(offer, self._fields.get("promotion"))
        kind = str((entry or {}).get("kind") or "")
        legible = stands_in(offer.text, self._lines, long=True)
        wanted = f"{offer.text}: {' or '.join(offer.kinds)}"
        self._count(OFFER_KIND, wanted, kind in offer.kinds, [kind] if kind else [], legible=legible)
        if entry and kind not in offer.kinds:
            self._add(OFFER_KIND, Cell(wrong=1))
        share = (entry or {}).get("unit_discount")
        if offer.discount is False:
            if share is not None:
                self._false(UNIT_DISCOUNT, [f"{offer.text}: {share}"], absent=True)
        elif offer.discount is not None:
            said, right = f"{offer.text}: {offer.discount}", entry is not None and is_right_discount(offer, entry)
            self._count(UNIT_DISCOUNT, said, right, [str(share)] if share is not None else [], legible=legible)
            if share is not None and not right:
                self._add(UNIT_DISCOUNT, Cell(wrong=1))

    def _count(self, name: str, wanted: str, hit: bool, got: Iterable[str], *, legible: bool) -> None:
        reached = hit and legible
        self._add(name, Cell(wanted=1, hits=int(hit), legible=int(legible), reached=int(reached)))
        if not hit:
            self.misses.append(
                Miss(photo=self._case.name, field=name, wanted=wanted, got=tuple(got)[:6], legible=legible)
            )

    def _false(self, name: str, got: list[str], *, absent: bool) -> None:
        self._add(name, Cell(absent=1) if absent else Cell(wrong=1))
        self.misses.append(Miss(photo=self._case.name, field=name, wanted="", got=tuple(got)[:3], legible=False))

    def _add(self, name: str, cell: Cell) -> None:
        self.cells[name] = self.cells.get(name, Cell()) + cell
