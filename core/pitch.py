"""What a poster's main selling point is and whom it is for, in a sentence made of its fields.

Nothing is said that is no field: printed words stand in quotes, judgements are called inferred, and what was not found
is said not to have been found. Whoever shows the sentence says that it was made of fields, not by a model (`MADE`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from core.types import Bilingual, Box, Fields, FieldValue, Frozen
from core.values.terms import load_terms
from core.values.text import squash

QUESTION = Bilingual(
    en="What is its main selling point, and who is it for? Answer in one sentence.",
    zh="它的主要卖点是什么？面向哪些人？请用一句话回答。",
)
"""How a model is asked for the same."""
MADE = Bilingual(
    en="Put together from the fields that were read, not by a model.", zh="由已读取的字段拼成，并非模型所写。"
)
MOST_AUDIENCES = 3


class Place(Frozen):
    """Where the words that the sentence rests on stand; `photo` counts from 0."""

    field: str
    text: str
    box: Box | None
    photo: int = 0


class Pitch(Frozen):
    sentence: Bilingual
    places: tuple[Place, ...]


def pitch_of(fields: Fields) -> Pitch:
    """The sentence about a poster with these fields, and where its words stand."""
    point, audiences, offer = _main_point(fields), _audiences(fields), _main_offer(fields)
    parts = [_said_point(fields, point), _said_audience(audiences), _said_offer(offer)]
    there = [part for part in parts if part is not None]
    sentence = Bilingual(
        en=_upper("; ".join(part.en for part in there)) + ".", zh="；".join(part.zh for part in there) + "。"
    )
    places = [
        *_places(fields, "selling_points", [point] if point else []),
        *([_place("audience", fields["audience"])] if audiences else []),
        *_places(fields, "promotion", [offer] if offer else []),
    ]
    return Pitch(sentence=sentence, places=tuple(places))


def _entries(fields: Fields, key: str) -> list[dict[str, Any]]:
    """The entries of a field that have a text; a text that a person typed is one."""
    value = fields[key].value if key in fields else None
    listed = value if isinstance(value, list) else [value]
    entries = [entry if isinstance(entry, dict) else {"text": entry} for entry in listed if entry]
    return [entry for entry in entries if isinstance(entry.get("text"), str) and entry["text"].strip()]


def _main_point(fields: Fields) -> dict[str, Any] | None:
    """The selling point that the headline is or holds, else the one set largest, else the first; themed ones first."""
    points = _entries(fields, "selling_points")
    themed = [point for point in points if point.get("theme") not in (None, "other")] or points
    headline = squash(_text(fields, "headline")).text
    in_headline = [point for point in points if squash(point["text"]).text in headline] if headline else []
    if in_headline:
        return in_headline[0]
    return max(themed, key=_height, default=None)  # of equals the first: max keeps it


def _main_offer(fields: Fields) -> dict[str, Any] | None:
    """The offer that saves most, else the first that is one; the days of an offer and a price's name are none."""
    offers = [offer for offer in _entries(fields, "promotion") if offer.get("kind") not in ("period", "price_label")]
    return max(offers, key=lambda offer: _number(offer.get("unit_discount")), default=None)


def _height(entry: dict[str, Any]) -> float:
    box = entry.get("box")
    return float(box[3] - box[1]) if isinstance(box, list | tuple) and len(box) == 4 else 0.0


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _text(fields: Fields, key: str) -> str:
    value = fields[key].value if key in fields else None
    return value.strip() if isinstance(value, str) else ""


def _said_point(fields: Fields, point: dict[str, Any] | None) -> Bilingual:
    if point is None:
        named = _text(fields, "product") or _text(fields, "brand") or _text(fields, "headline")
        if not named:
            return Bilingual(en="no selling point was read on it", zh="未从海报上读到卖点")
        return Bilingual(en=f"no selling point was read on it beside “{named}”", zh=f"除“{named}”外，海报上未读到卖点")
    theme = point.get("theme")
    label = load_terms("themes").label(theme) if isinstance(theme, str) and theme != "other" else None
    words = point["text"].strip()
    return Bilingual(
        en=f"its main selling point is “{words}”" + (f" ({label.en.lower()})" if label else ""),
        zh=f"主要卖点是“{words}”" + (f"（{label.zh}）" if label else ""),
    )


def _audiences(fields: Fields) -> list[Bilingual]:
    found = [entry["text"] for entry in _entries(fields, "audience")]
    return [load_terms("audiences").label(key) for key in found[:MOST_AUDIENCES]]


def _said_audience(audiences: Sequence[Bilingual]) -> Bilingual:
    if not audiences:
        return Bilingual(en="no word on it says whom it is for", zh="从用语看不出面向哪类人群")
    people = [audience.en[:1].lower() + audience.en[1:] for audience in audiences]
    return Bilingual(
        en=f"by its words it is for {_listed(people)} (inferred)",
        zh=f"从用语看面向{'、'.join(audience.zh for audience in audiences)}（推断）",
    )


def _said_offer(offer: dict[str, Any] | None) -> Bilingual | None:
    if offer is None:
        return None
    share, words = _number(offer.get("unit_discount")), offer["text"].strip()
    percent = f"{share:.0%}"
    if not share:
        return Bilingual(en=f"it offers “{words}”", zh=f"优惠是“{words}”")
    limit = (" up to", "最多") if offer.get("at_most") else ("", "")
    return Bilingual(
        en=f"it offers “{words}”,{limit[0]} {percent} off the unit price",
        zh=f"优惠是“{words}”，单件{limit[1]}省 {percent}",
    )


def _places(fields: Fields, key: str, entries: Iterable[dict[str, Any]]) -> list[Place]:
    field = fields.get(key)
    if field is None:
        return []
    return [Place(field=key, text=entry["text"], box=_box(entry) or field.box, photo=field.photo) for entry in entries]


def _box(entry: dict[str, Any]) -> Box | None:
    box = entry.get("box")
    if not isinstance(box, list | tuple) or len(box) != 4:
        return None
    x0, y0, x1, y1 = map(float, box)
    return x0, y0, x1, y1


def _place(key: str, field: FieldValue) -> Place:
    return Place(field=key, text=field.raw or "", box=field.box, photo=field.photo)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
