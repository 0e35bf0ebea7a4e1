"""All that is known of one poster, in the order a marketer asks for it, each part with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.insights import words
from core.store.statements import About, Statement, copy_first, entry_quoted, list_statements, quoted_in
from core.types import Bilingual, Box, Fields, FieldValue, Level

COLOURS_SHOWN = 6


@dataclass(frozen=True)
class Piece:
    """One thing a poster says or shows. `text` is as printed; `note` is what is made of it."""

    text: str
    note: Bilingual | None = None
    box: Box | None = None
    """In page pixels of photo number `photo`."""
    photo: int = 0
    colour: str = ""
    """ "#rrggbb" for a piece that is a colour."""
    level: Level | None = None
    """How serious it is, for a piece of wording to look at."""


@dataclass(frozen=True)
class Part:
    """`key` names the question it answers; `inferred` parts are judgements, printed nowhere."""

    key: str
    pieces: tuple[Piece, ...]
    inferred: bool = False


PARTS = ("headline", "claims", "audience", "promotion", "period", "price", "call", "style", "emotion", "flags")
INFERRED = frozenset({"audience", "emotion"})


def describe_poster(fields: Fields) -> list[Part]:
    """Every part in order; one without pieces is something that was not found on the poster."""
    standing = {key: field for key, field in fields.items() if field.value is not None}
    stated = list_statements(standing)
    pieces = {
        "headline": _headline(standing),
        "claims": [_piece(one, words.theme(one.key)) for one in stated if one.about is About.CLAIM],
        "audience": _judged(standing.get("audience"), "audience"),
        "promotion": [_piece(one, _promised(one)) for one in stated if one.about is About.PROMOTION],
        "period": list(_period(standing)),
        "price": [_price(one) for one in stated if one.about is About.PRICE],
        "call": [_piece(one) for one in stated if one.about is About.CALL],
        "style": _colours(stated),
        "emotion": _judged(standing.get("emotion"), "emotion"),
        "flags": list(_flags(standing)),
    }
    return [Part(key, tuple(pieces[key]), key in INFERRED) for key in PARTS]


def _piece(one: Statement, note: Bilingual | None = None) -> Piece:
    return Piece(one.text, note, one.place, one.photo)


def _headline(fields: Fields) -> list[Piece]:
    field = fields.get("headline")
    return [Piece(str(field.value), None, field.box, field.photo)] if field else []


def _promised(one: Statement) -> Bilingual:
    """The kind of promotion and what one unit costs less by its words."""
    kind = words.promotion(one.key)
    if one.amount is None:
        return Bilingual(
            en=f"{kind.en}; its words determine no discount on one unit", zh=f"{kind.zh}；文案无法确定单件优惠"
        )
    share = words.percent(one.amount)
    if one.at_most:
        return Bilingual(en=f"{kind.en}; at most {share} off one unit", zh=f"{kind.zh}；单件最多优惠 {share}")
    return Bilingual(en=f"{kind.en}; {share} off one unit", zh=f"{kind.zh}；单件优惠 {share}")


def _period(fields: Fields) -> Iterator[Piece]:
    """The first and the last day of the offer, as one piece where both stand in one place."""
    first, last = (fields.get(key) for key in ("offer_start", "offer_end"))
    if first and last and (first.photo, first.raw) == (last.photo, last.raw):
        days = Bilingual(en=f"from {first.value} to {last.value}", zh=f"{first.value} 至 {last.value}")
        yield Piece(first.raw or "", days, _hull(first.box, last.box), first.photo)
        return
    if first:
        yield Piece(
            first.raw or "", Bilingual(en=f"from {first.value}", zh=f"{first.value} 起"), first.box, first.photo
        )
    if last:
        yield Piece(last.raw or "", Bilingual(en=f"until {last.value}", zh=f"截至 {last.value}"), last.box, last.photo)


def _hull(one: Box | None, other: Box | None) -> Box | None:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _price(one: Statement) -> Piece:
    kind, money = words.price_kind(one.key), words.money(one.amount or 0.0)
    unit = f" / {one.unit}" if one.unit else ""
    code = words.currency(one.currency)
    note = Bilingual(en=f"{kind.en}: {money} {code.en}{unit}", zh=f"{kind.zh}：{money} {code.zh}{unit}")
    return Piece(one.text or money, note, one.place, one.photo)


def _judged(field: FieldValue | None, lexicon: str) -> list[Piece]:
    """Judgements by name, with the printed words that suggest them."""
    if field is None:
        return []
    called = {"audience": words.audience, "emotion": words.emotion}[lexicon]
    keys = field.value if isinstance(field.value, list | tuple) else [field.value]
    names = [called(str(key)) for key in keys]
    because = Bilingual(en=f"because of: {field.raw}", zh=f"依据：{field.raw}") if field.raw else None
    name = Bilingual(en=", ".join(name.en for name in names), zh="、".join(name.zh for name in names))
    return [Piece("", _joined(name, because), field.box, field.photo)]


def _joined(name: Bilingual, because: Bilingual | None) -> Bilingual:
    if because is None:
        return name
    return Bilingual(en=f"{name.en} ({because.en})", zh=f"{name.zh}（{because.zh}）")


def _colours(stated: list[Statement]) -> list[Piece]:
    colours = [one for one in stated if one.about is About.COLOUR][:COLOURS_SHOWN]
    return [Piece(words.percent(one.amount or 0.0), colour=one.text) for one in colours]


def _flags(fields: Fields) -> Iterator[Piece]:
    """What rules say of the wording and of the offer's figures, each once, with the place of its words."""
    told = set[str]()
    for field in copy_first(fields):
        for finding in field.findings:
            if finding.message.en not in told:
                told.add(finding.message.en)
                text, box = _flagged(field, finding.message)
                yield Piece(text, finding.message, box, field.photo, level=finding.level)


def _flagged(field: FieldValue, message: Bilingual) -> tuple[str, Box | None]:
    """The entry of the field that holds the words the message quotes, with its box; else the whole field."""
    entry = entry_quoted(field, message) if isinstance(field.value, list | tuple) else None
    if entry is None:
        quoted = quoted_in(message)
        return (quoted[0] if quoted else ""), field.box
    box = entry.get("box")
    return entry["text"], (tuple(box) if isinstance(box, list | tuple) and len(box) == 4 else field.box)
