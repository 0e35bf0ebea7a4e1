"""One poster: every part with its evidence, whatever is or is not on it."""

from __future__ import annotations

from typing import Any

import pytest

from core.insights.poster import PARTS, Part, Piece, describe_poster
from core.records.standing import check_fields
from core.types import Bilingual, Box, Fields, FieldValue, Finding, Kind, Level, Source

SMALL: Box = (0, 0, 100, 20)
LARGE: Box = (0, 30, 100, 90)


def fields_of(**values: Any) -> Fields:
    fields = {key: FieldValue(value=value, box=(0, 0, 9, 9), sources=(Source.OCR,)) for key, value in values.items()}
    return check_fields(Kind.AD, fields)


def parts(**values: Any) -> dict[str, tuple[Piece, ...]]:
    return {part.key: part.pieces for part in describe_poster(fields_of(**values))}


def test_poster_with_nothing_but_a_logo_has_every_part_and_none_filled() -> None:
    described = describe_poster(fields_of(brand="Lumina"))
    assert [part.key for part in described] == list(PARTS)
    assert all(part.pieces == () for part in described)


def test_field_decided_absent_is_not_shown() -> None:
    assert describe_poster({"headline": FieldValue(value=None)})[0] == Part("headline", ())


@pytest.mark.parametrize(
    ("promotion", "note"),
    [
        ({"text": "第二件半价", "kind": "nth_item_discount", "unit_discount": 0.25}, "25% off one unit"),
        ({"text": "低至3折", "kind": "discount", "unit_discount": 0.7, "at_most": True}, "at most 70% off one unit"),
        ({"text": "满300减50", "kind": "threshold"}, "its words determine no discount on one unit"),
    ],
)
def test_promotion_comes_with_what_its_words_determine(promotion: dict[str, Any], note: str) -> None:
    (piece,) = parts(promotion=[promotion])["promotion"]
    assert piece.text == promotion["text"] and piece.note and piece.note.en.endswith(note)


def test_two_prices_and_mixed_currencies_stay_apart_with_their_kinds() -> None:
    prices = [
        {"value": 59.9, "currency": "CNY", "kind": "coupon", "raw": "券后价 ¥59.9"},
        {"value": 9, "currency": "USD", "kind": "current", "unit": "lb"},
    ]
    first, second = parts(price=prices)["price"]
    assert first.text == "券后价 ¥59.9" and first.note and first.note.zh == "券后价：59.90 CNY"
    assert second.note and second.note.en == "Current price: 9 USD / lb"


def test_collage_of_thirty_offers_keeps_every_one_of_them_with_its_place() -> None:
    offers = [{"text": f"{n} for {n + 1}", "kind": "bundle", "box": [0, 10 * n, 50, 10 * n + 9]} for n in range(1, 31)]
    pieces = parts(promotion=offers)["promotion"]
    assert len(pieces) == 30 and len({piece.box for piece in pieces}) == 30


def test_judgement_comes_with_the_words_that_suggest_it() -> None:
    fields = {"audience": FieldValue(value=["students", "women"], raw="宿舍, 女生", inferred=True)}
    (part,) = [part for part in describe_poster(fields) if part.key == "audience"]
    assert part.inferred and part.pieces[0].note
    assert part.pieces[0].note.en == "Students, Women (because of: 宿舍, 女生)"


def test_flagged_wording_points_at_its_own_line() -> None:
    said = [
        {"text": "口感顺滑", "theme": "taste", "box": list(SMALL)},
        {"text": "全国第一品牌", "theme": "craft", "box": list(LARGE)},
    ]
    flags = parts(selling_points=said)["flags"]
    assert [(flag.text, flag.box) for flag in flags] == [("全国第一品牌", LARGE)]


@pytest.mark.parametrize("value", ["typed by hand", ["a", "b"], [{"text": None}], [{"box": "no box"}], 7])
def test_value_of_another_shape_breaks_nothing(value: Any) -> None:
    for key in ("selling_points", "promotion", "price", "audience", "palette", "call_to_action"):
        assert len(describe_poster({key: FieldValue(value=value)})) == len(PARTS)


def test_period_is_one_piece_where_it_stands_in_one_place_and_each_day_its_own_elsewhere() -> None:
    day = {"raw": "活动时间：11月1日-11月11日", "box": SMALL, "sources": (Source.OCR,)}
    fields = {
        "offer_start": FieldValue(value="2026-11-01", **day),
        "offer_end": FieldValue(value="2026-11-11", **(day | {"box": LARGE})),
    }

    def period(fields: Fields) -> list[tuple[str, str]]:
        (part,) = (part for part in describe_poster(fields) if part.key == "period")
        return [(piece.text, piece.note.zh if piece.note else "") for piece in part.pieces]

    assert period(fields) == [("活动时间：11月1日-11月11日", "2026-11-01 至 2026-11-11")]
    (part,) = (part for part in describe_poster(fields) if part.key == "period")
    assert part.pieces[0].box == (0, 0, 100, 90)
    apart = fields | {"offer_end": FieldValue(value="2026-11-11", raw="11日止", sources=(Source.OCR,))}
    assert period(apart) == [("活动时间：11月1日-11月11日", "2026-11-01 起"), ("11日止", "截至 2026-11-11")]
    assert period({"offer_end": apart["offer_end"]}) == [("11日止", "截至 2026-11-11")] and period({}) == []


def test_remark_that_two_fields_carry_is_made_once() -> None:
    remark = Finding(rule="year", version=1, level=Level.REVIEW, message=Bilingual(en="No year.", zh="未印年份。"))
    day = FieldValue(value="2026-11-01", findings=(remark,))
    flags = describe_poster({"offer_start": day, "offer_end": day})[-1]
    assert [piece.note for piece in flags.pieces] == [remark.message]
