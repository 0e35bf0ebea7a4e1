"""What every read poster states, one row per statement, so that Insights counts ten thousand posters in SQL.

Derived like `records`, in the same transaction and from the same fields: `put_statements` is called by
`put_record`. Rows of `posters` hang on those of `records`, statements on posters, so that whatever deletes a
record takes both along. `refresh_stale` writes anew what an older version of this file, or another lexicon of
goods, has made.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlite_utils import Database

from core.palette import colour_family
from core.store.db import write
from core.store.runs import load_fields
from core.types import Bilingual, Box, Fields, FieldValue, Kind, Status
from core.values.promotion_rules import PromotionKind
from core.values.terms import load_terms
from core.values.text import squash

VERSION = 3
"""Goes up when the same fields give other rows."""
UNREAD = (Status.QUEUED, Status.READING, Status.FAILED)
"""A poster in one of these states has stated nothing yet."""
NOUNS = "product_nouns"
WEAK = "weak"
"""Nouns of one character, which say that something is a product, not which."""
GOODS = ("product", "headline")
"""Fields that name the goods, the surer one first."""
WORDING_RULES = ("ad_wording", "disease_claims", "cosmetic_medical_terms", "promotion_arithmetic")
"""Rules that speak of what an ad says, not of how it was read."""
LISTED_TERMS = "compliance"
"""The field that holds terms without their sentence: one that the copy has, too, is said of the copy."""
_QUOTED = re.compile(r"“(.+?)”")
"""Messages of rules quote what is printed; the Chinese ones always in these signs."""
BATCH = 500
"""Posters written anew in one transaction: others wait for it well under a second."""


class About(StrEnum):
    """What a statement is about, and what its `key` and `amount` are."""

    CLAIM = "claim"
    """key: theme."""
    PROMOTION = "promotion"
    """key: kind; amount: unit discount, 0 to 1, None where the words do not determine it."""
    PRICE = "price"
    """key: kind of price; amount: the price in `currency`."""
    AUDIENCE = "audience"
    """key: of the lexicon, or what a person typed. Inferred, never printed."""
    CALL = "call"
    """The words that ask to act."""
    COLOUR = "colour"
    """key: everyday name of the colour; text: "#rrggbb"; amount: share of the picture."""
    RISK = "risk"
    """key: the rule that speaks of the wording; text: the words it quotes."""


class Statement(NamedTuple):
    about: About
    key: str
    text: str
    phrase: str
    """`text` without case, width, spaces and punctuation: what is the same for whoever counts wordings."""
    amount: float | None = None
    currency: str = ""
    """ISO 4217; "" where no sign is printed."""
    at_most: bool = False
    """The discount is a limit, not what everybody gets."""
    unit: str = ""
    """What a price is for, as printed: 斤, lb, 500g."""
    box: str | None = None
    """JSON [x0, y0, x1, y1] in page pixels of photo number `photo`."""
    photo: int = 0

    @property
    def place(self) -> Box | None:
        return box_of(self.box)


def box_of(stored: str | None) -> Box | None:
    """A stored box as numbers."""
    if not stored:
        return None
    left, top, right, bottom = json.loads(stored)
    return left, top, right, bottom


def made_by() -> str:
    """What rows written now are marked with: changes with this file's version and the lexicon of goods."""
    return hashlib.sha256(f"{VERSION} {load_terms(NOUNS).digest}".encode()).hexdigest()[:12]


def put_statements(db: Database, row: Mapping[str, Any], fields: Fields) -> None:
    """Writes what the poster of a row of `records` states, in place of what it stated before.

    Anything but a read ad states nothing.
    """
    item_id = row["item_id"]
    with write(db):
        db.conn.execute("DELETE FROM posters WHERE item_id = ?", (item_id,))
        if row["kind"] != Kind.AD or row["status"] in UNREAD:
            return
        db.conn.execute(
            "INSERT INTO posters (item_id, competitor, campaign, platform, day, goods, verified, made_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                item_id,
                row["brand"].strip(),
                row["campaign"],
                row["platform"],
                _day(row["seen_on"], row["created_at"]),
                goods_of(fields),
                row["status"] == Status.VERIFIED,
                made_by(),
            ),
        )
        db.conn.executemany(
            f"INSERT INTO statements (item_id, {', '.join(Statement._fields)})"
            f" VALUES (?, {', '.join('?' * len(Statement._fields))})",
            [(item_id, *statement) for statement in list_statements(fields)],
        )


def count_stale(db: Database) -> int:
    """Read posters whose statements are missing or were made by other rules."""
    wanted = db.conn.execute(
        "SELECT COUNT(*) AS n FROM records WHERE kind = ? AND status NOT IN (?, ?, ?)", (Kind.AD, *UNREAD)
    ).fetchone()["n"]
    there = db.conn.execute("SELECT COUNT(*) AS n FROM posters WHERE made_by = ?", (made_by(),)).fetchone()["n"]
    return int(wanted) - int(there)


def refresh_stale(db: Database) -> Iterator[int]:
    """Writes the statements of all stale posters, a batch at a time; yields how many are left after each."""
    while left := _stale(db):
        with write(db):
            for item_id in left[:BATCH]:
                row = db.conn.execute("SELECT * FROM records WHERE item_id = ?", (item_id,)).fetchone()
                if row is not None:
                    put_statements(db, row, load_fields(row["fields"]))
        yield max(0, len(left) - BATCH)


def _stale(db: Database) -> list[int]:
    rows = db.conn.execute(
        "SELECT item_id FROM records LEFT JOIN posters USING (item_id) WHERE kind = ? AND status NOT IN (?, ?, ?)"
        " AND made_by IS NOT ?",
        (Kind.AD, *UNREAD, made_by()),
    )
    return [row["item_id"] for row in rows]


def goods_of(fields: Fields) -> str:
    """What kind of goods the poster sells, a key of the lexicon of goods; "" where no word tells.

    The noun that stands last counts, as in 坚果礼盒装饼干 or "oat milk chocolate".
    """
    for key in GOODS:
        value = fields[key].value if key in fields else None
        found = load_terms(NOUNS).find(value) if isinstance(value, str) else []
        if strong := [match.key for match in found if match.key != WEAK]:
            return strong[-1]
    return ""


def list_statements(fields: Fields) -> list[Statement]:
    """What the fields of an ad state. What a person typed and was not understood is kept as a text."""
    return [
        *_claims(fields.get("selling_points")),
        *_promotions(fields.get("promotion")),
        *_prices(fields.get("price")),
        *_texts(About.AUDIENCE, fields.get("audience")),
        *_texts(About.CALL, fields.get("call_to_action")),
        *_colours(fields.get("palette")),
        *_risks(fields),
    ]


def copy_first(fields: Fields) -> list[FieldValue]:
    """The fields, the list of terms last."""
    return [fields[key] for key in sorted(fields, key=lambda key: key == LISTED_TERMS)]


def quoted_in(message: Bilingual) -> list[str]:
    """The printed words that a rule's message quotes."""
    return _QUOTED.findall(message.zh)


def entry_quoted(field: FieldValue, message: Bilingual) -> dict[str, Any] | None:
    """The entry of the field that holds the words a rule's message quotes."""
    quoted = quoted_in(message)
    return next((entry for entry in _entries(field) if any(words in entry["text"] for words in quoted)), None)


def _day(seen_on: str | None, created_at: str) -> str:
    """The day a poster was seen; of an upload without one, or with one that is no date, its own."""
    try:
        return date.fromisoformat((seen_on or "")[:10]).isoformat()
    except ValueError:
        return created_at[:10]


def _entries(field: FieldValue | None) -> list[dict[str, Any]]:
    """The entries of a field, each with a `text`; a text that a person typed is one entry."""
    value = field.value if field else None
    listed = value if isinstance(value, list | tuple) else [value]
    entries = [entry if isinstance(entry, dict) else {"text": str(entry)} for entry in listed if entry]
    return [{**entry, "text": str(entry.get("text") or "")} for entry in entries]


def _key(entry: Mapping[str, Any], name: str, otherwise: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) and value else otherwise


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _stated(about: About, key: str, entry: Mapping[str, Any], field: FieldValue | None, **more: Any) -> Statement:
    """A statement with the box of its own wording, else that of the whole field."""
    box = entry.get("box") or (field.box if field else None)
    text = entry["text"]
    placed = json.dumps([round(float(edge), 1) for edge in box]) if box is not None and _is_box(box) else None
    photo = field.photo if field else 0
    return Statement(about, key, text, phrase_form(text), box=placed, photo=photo, **more)


def _is_box(box: Any) -> bool:
    return isinstance(box, list | tuple) and len(box) == 4 and all(_number(edge) is not None for edge in box)


def phrase_form(text: str) -> str:
    """The form wordings are counted in; signs that squashing would drop make a wording of their own."""
    return squash(text).text or text.strip()


def _claims(field: FieldValue | None) -> Iterator[Statement]:
    for entry in _entries(field):
        if entry["text"]:
            yield _stated(About.CLAIM, _key(entry, "theme", "other"), entry, field)


def _promotions(field: FieldValue | None) -> Iterator[Statement]:
    for entry in _entries(field):
        kind = _key(entry, "kind", "other")
        if kind != PromotionKind.PERIOD:  # says when an offer holds, not what it is
            share, at_most = _number(entry.get("unit_discount")), bool(entry.get("at_most"))
            yield _stated(About.PROMOTION, kind, entry, field, amount=share, at_most=at_most)


def _prices(field: FieldValue | None) -> Iterator[Statement]:
    for entry in _entries(field):
        if (amount := _number(entry.get("value"))) is not None:
            printed = {**entry, "text": entry["text"] or str(entry.get("raw") or "")}
            more = {"currency": _key(entry, "currency", ""), "unit": _key(entry, "unit", "")}
            yield _stated(About.PRICE, _key(entry, "kind", "current"), printed, field, amount=amount, **more)


def _texts(about: About, field: FieldValue | None) -> Iterator[Statement]:
    for entry in _entries(field):
        if entry["text"]:
            yield _stated(about, entry["text"], entry, field)


def _colours(field: FieldValue | None) -> Iterator[Statement]:
    for entry in _entries(field):
        share = _number(entry.get("share"))
        colour = _key(entry, "hex", "")
        if share is not None and (family := colour_family(colour)):
            yield _stated(About.COLOUR, family, {"text": colour}, field, amount=share)


def _risks(fields: Fields) -> Iterator[Statement]:
    """What rules say of the wording, once for the same words."""
    told = set[tuple[str, str]]()
    for field in copy_first(fields):
        for finding in field.findings:
            quoted = quoted_in(finding.message)
            if finding.rule not in WORDING_RULES or not quoted:
                continue
            entry = {**(entry_quoted(field, finding.message) or {}), "text": quoted[0]}
            one = _stated(About.RISK, finding.rule, entry, field)
            if (one.key, one.phrase) not in told:
                told.add((one.key, one.phrase))
                yield one
