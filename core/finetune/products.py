"""Which records show the same product: none of them may be trained on while another is tested on.

A product is known by its barcode, by brand and name, and by its photos. Records that share any of these are one
group, over as many steps as it takes. A group's split follows from its own keys alone, so that a product keeps its
split when the next data set is made from more records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.types import Fields, FieldValue, Kind
from core.values.text import squash

TITLES = {Kind.PRODUCT: ("name", "legal_name"), Kind.AD: ("product", "headline")}
"""Fields that name what is shown, the first one present counts."""


class Split(StrEnum):
    TRAIN = "train"
    VALIDATION = "validation"
    """Looked at while training, to see when it stops helping."""
    TEST = "test"
    """Looked at by nobody before the gate."""


@dataclass(frozen=True)
class Shares:
    """What part of the products is kept out of training. `seed` draws another division."""

    validation: float = 0.1
    test: float = 0.2
    seed: int = 0


def product_keys(kind: Kind, fields: Fields, photos: Iterable[str], looks: Iterable[str] = ()) -> frozenset[str]:
    """Everything the record's product is known by, each as 16 hex digits: they are stored beside adapters, and a
    list of products is nobody else's business.

    `photos` are hashes of pixels, `looks` perceptual hashes: the same photo saved twice has one look.
    """
    said = [f"photo {photo}" for photo in photos] + [f"look {look}" for look in looks]
    if gtin := _text(fields.get("gtin")).lstrip("0"):  # a GTIN-12 is a GTIN-13 that begins with 0
        said.append(f"gtin {gtin}")
    if title := next((text for key in TITLES[kind] if (text := _text(fields.get(key)))), ""):
        said.append(f"{kind} {_text(fields.get('brand'))}|{title}")
    return frozenset(hashlib.sha256(text.encode()).hexdigest()[:16] for text in said)


def _text(field: FieldValue | None) -> str:
    return "" if field is None or field.value is None else squash(str(field.value)).text


def group_products(keys: Sequence[frozenset[str]]) -> list[str]:
    """The group of each record, named by the smallest key in it. Records without any key stand alone."""
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        root = key
        while (above := leader.setdefault(root, root)) != root:
            root = above
        while leader[key] != root:  # the next search is a single step
            leader[key], key = root, leader[key]
        return root

    for group in keys:
        for key in group:
            one, other = find(min(group)), find(key)
            leader[max(one, other)] = min(one, other)
    return [find(min(group)) if group else f"alone {number}" for number, group in enumerate(keys)]


def split_of(group: str, shares: Shares) -> Split:
    """The split a group of products falls into, the same each time."""
    drawn = int(hashlib.sha256(f"{shares.seed} {group}".encode()).hexdigest()[:8], 16) / 2**32
    if drawn < shares.test:
        return Split.TEST
    return Split.VALIDATION if drawn < shares.test + shares.validation else Split.TRAIN


def count_groups(groups: Mapping[str, Split]) -> dict[Split, int]:
    """{split: products in it}, every split named."""
    return {split: sum(found is split for found in groups.values()) for split in Split}
