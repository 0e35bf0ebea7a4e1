"""Claims on our own posters that the nutrition table on our own label does not bear out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz
from sqlite_utils import Database

from core.insights.choice import Choice
from core.rules import claim_against_table
from core.rules.base import Known
from core.store.records import Filters, Record, iter_records, list_brands
from core.store.runs import load_fields
from core.store.statements import About
from core.types import Bilingual, FieldValue, Kind
from core.values.terms import load_terms
from core.values.text import squash

SAME_GOODS = 80.0
"""Likeness (0 to 100, rapidfuzz partial_ratio of the two names) from which a poster is about a product: "燕麦奶" and
"咖啡师燕麦奶 1L" are alike, "燕麦奶" and "燕麦片" (67) are not."""
LEAST_NAME = 2
"""Characters of a name that can be looked for within another: one alone stands in too many."""
CLAIMS = "nutrition_claims"


@dataclass(frozen=True)
class Contradiction:
    """A nutrition claim of a poster, and what the rule says of it by the table on the product's label."""

    poster: int
    product: int
    product_name: str
    phrase: str
    message: Bilingual


@dataclass(frozen=True)
class Comparison:
    """`unmatched` are posters with a nutrition claim that no label with a nutrition table was found for."""

    found: tuple[Contradiction, ...]
    compared: int
    """Posters with a nutrition claim whose label was found."""
    unmatched: dict[int, tuple[str, ...]]


def compare_with_labels(db: Database, ours: Choice, brands: Sequence[str]) -> Comparison:
    """Every nutrition claim on these posters against the labels of the brands' products.

    A poster is compared with a product whose name is like that of the goods on it; of several with the most alike.
    """
    said = _nutrition_claims(ours)
    labels = _labels(db, brands) if said else []
    found, unmatched = list[Contradiction](), dict[int, tuple[str, ...]]()
    for item_id, goods in _goods(ours, said).items():
        label = _label_for(goods, labels)
        if label is None:
            unmatched[item_id] = tuple(said[item_id])
        else:
            found += _against(item_id, said[item_id], label)
    return Comparison(tuple(found), len(said) - len(unmatched), unmatched)


def _nutrition_claims(choice: Choice) -> dict[int, list[str]]:
    """{poster: its wordings that claim something about a nutrient}."""
    rows = choice.rows(
        "SELECT s.text, json_group_array(DISTINCT s.item_id) AS items FROM statements AS s"
        " JOIN {chosen} AS p ON p.item_id = s.item_id WHERE s.about = ? GROUP BY s.text",
        (About.CLAIM,),
    )
    said: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if load_terms(CLAIMS).first(row["text"]):
            for item_id in json.loads(row["items"]):
                said[item_id].append(row["text"])
    return dict(said)


def _goods(choice: Choice, items: Iterable[int]) -> dict[int, str]:
    """{poster: the product it names, else its headline}."""
    rows = choice.rows(
        "SELECT item_id, fields FROM records WHERE item_id IN (SELECT value FROM json_each(?)) ORDER BY item_id",
        (json.dumps(list(items)),),
    )
    named = {}
    for row in rows:
        fields = load_fields(row["fields"])
        values = [fields[key].value for key in ("product", "headline") if key in fields]
        named[row["item_id"]] = next((value for value in values if isinstance(value, str)), "")
    return named


def _labels(db: Database, brands: Sequence[str]) -> list[Record]:
    """Products of the brands whose label has a nutrition table."""
    ours = {squash(brand).text for brand in brands}
    spelled = [brand for brand in list_brands(db, Kind.PRODUCT) if squash(brand).text in ours]
    return [
        record
        for brand in spelled
        for record in iter_records(db, Filters(kind=Kind.PRODUCT, brand=brand))
        if (table := record.fields.get("nutrition")) is not None and table.value is not None
    ]


def _label_for(goods: str, labels: Sequence[Record]) -> Record | None:
    name = squash(goods).text
    likeness = [(_likeness(name, label), label) for label in labels]
    best, label = max(likeness, key=lambda pair: pair[0], default=(0.0, None))
    return label if best >= SAME_GOODS else None


def _likeness(name: str, label: Record) -> float:
    """One name within the other counts as the same goods, whatever stands around it."""
    names = [squash(str(label.fields[key].value)).text for key in ("name", "legal_name") if key in label.fields]
    return max(
        (fuzz.partial_ratio(name, other) for other in names if min(len(name), len(other)) >= LEAST_NAME), default=0.0
    )


def _against(item_id: int, texts: list[str], label: Record) -> Iterable[Contradiction]:
    fields = {"nutrition": label.fields["nutrition"]}
    for text in texts:
        claimed = {**fields, "claims": FieldValue(value=[text])}
        for hit in claim_against_table.RULE.check(claimed, Known(date.today())):
            yield Contradiction(item_id, label.item_id, label.name, text, hit.message)
