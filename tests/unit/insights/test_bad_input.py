"""The posters that break a reader of posters: drawn here, read as any upload is, and looked at through Insights.

They are drawn with the face that comes inside Pillow, so they look the same on every machine; what is printed in
Chinese is given as the lines a reader would see.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlite_utils import Database

from core.engines.embedded.ads import extract_ad
from core.engines.embedded.engine import EmbeddedEngine
from core.incoming.intake import Batch, Upload, accept
from core.insights import AdFilters, Choice, choose, promotions, stated, tally, timeline
from core.insights.poster import describe_poster
from core.insights.prices import currencies, price_ladder, prices, to_pay
from core.insights.summary import summarise
from core.readers import Readers
from core.reading.pipeline import Tools, run_job
from core.reviewing.review import load_record
from core.settings import Settings
from core.store import jobs
from core.store.statements import About
from core.types import Fields, Kind
from tests.unit.insights.posters import poster
from tests.unit.printed import line, page

GROUND, INK, RED = "#fff7e6", "#222222", "#c8102e"
Draw = Callable[[ImageDraw.ImageDraw], None]


def say(pen: ImageDraw.ImageDraw, text: str, x: int, y: int, size: int, colour: str = INK) -> None:
    pen.text((x, y), text, fill=colour, font=ImageFont.load_default(size))


def drawn(draw: Draw, width: int = 900, height: int = 1200) -> bytes:
    image = Image.new("RGB", (width, height), GROUND)
    draw(ImageDraw.Draw(image))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def head(pen: ImageDraw.ImageDraw) -> None:
    say(pen, "Oakwell", 60, 50, 44)
    say(pen, "Mornings made easy", 60, 150, 80)


def no_promotion(pen: ImageDraw.ImageDraw) -> None:
    head(pen)
    say(pen, "Oat drink", 60, 290, 50)
    say(pen, "No added sugar", 60, 420, 42)
    say(pen, "Made with whole oats", 60, 500, 42)
    say(pen, "Learn more", 60, 1050, 48)


def two_prices(pen: ImageDraw.ImageDraw) -> None:
    head(pen)
    say(pen, "Oat drink", 60, 290, 50)
    say(pen, "Now $4.50", 60, 600, 90, RED)
    say(pen, "Was $6.00", 60, 740, 50)
    say(pen, "Shop now", 60, 1050, 48)


def three_products(pen: ImageDraw.ImageDraw) -> None:
    head(pen)
    say(pen, "20% off", 60, 300, 70, RED)
    for place, (name, price) in enumerate((("Oat drink", "$4.50"), ("Rice cake", "$2.20"), ("Cold brew", "$3.80"))):
        x = 60 + 280 * place
        ImageDraw.ImageDraw.rectangle(pen, (x + 20, 430, x + 200, 700), fill="#d9e4ff")
        say(pen, name, x, 740, 42)
        say(pen, price, x, 810, 64, RED)
    say(pen, "Shop now", 60, 1050, 48)


def collage(pen: ImageDraw.ImageDraw) -> None:
    say(pen, "Oakwell", 60, 40, 44)
    say(pen, "Thirty deals this week", 60, 110, 70)
    for place in range(30):
        x, y = 50 + 225 * (place % 5), 240 + 220 * (place // 5)
        say(pen, ("Oat drink", "Rice cake", "Cold brew", "Green tea", "Fruit bar")[place % 5], x, y, 34)
        say(pen, f"${place + 1}.{10 + place}", x, y + 60, 58, RED)


def logo(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((300, 260, 600, 560), fill="#173a7a")
    pen.ellipse((380, 340, 600, 560), fill=GROUND)
    say(pen, "Oakwell", 250, 640, 110, "#173a7a")


def mixed_currencies(pen: ImageDraw.ImageDraw) -> None:
    head(pen)
    say(pen, "Oat drink", 60, 290, 50)
    for place, price in enumerate(("USD 12.50", "EUR 11.90", "GBP 9.80")):
        say(pen, price, 60, 520 + 120 * place, 80, RED)


def read(
    db: Database, settings: Settings, draw: Draw, *, seen_on: str = "2026-09-07", width: int = 900, height: int = 1200
) -> int:
    """The item of a drawn poster that has gone through reader, engine and rules."""
    batch = Batch(kind=Kind.AD, competitor="Oakwell", seen_on=date.fromisoformat(seen_on))
    name = f"{getattr(draw, '__name__', 'poster')}.png"
    (outcome,) = accept(db, settings, [Upload(name, drawn(draw, width, height))], batch)
    job = jobs.claim(db, "test", lease_s=600, max_attempts=1)
    assert job is not None
    run_job(db, Tools(settings, Readers(settings), EmbeddedEngine(settings)), job, beat=lambda done: True)
    assert outcome.item_id is not None
    return outcome.item_id


def fields_of(db: Database, item: int) -> Fields:
    return {key: field for key, field in load_record(db, item).fields.items() if field.value is not None}


def pieces(fields: Fields, key: str) -> list[str]:
    return [piece.text for part in describe_poster(fields) if part.key == key for piece in part.pieces]


def sentences(choice: Choice) -> list[str]:
    return [sentence.text.en for one in summarise(choice, choice) for sentence in one.sentences]


def amounts(fields: Fields) -> list[tuple[float, str | None, str]]:
    return [(price["value"], price["currency"], price["kind"]) for price in fields["price"].value]


def test_a_poster_without_promotion_has_none_and_says_so(db: Database, settings: Settings) -> None:
    item = read(db, settings, no_promotion)
    fields, choice = fields_of(db, item), choose(db, AdFilters())
    assert "promotion" not in fields and "price" not in fields
    assert {"No added sugar", "Made with whole oats"} <= set(pieces(fields, "claims"))
    assert not {"Oat drink", "Oakwell", "Learn more"} & set(pieces(fields, "claims"))
    assert not promotions(choice).posters and not currencies(choice)
    assert "No promotion was found." in sentences(choice)


def test_two_prices_keep_their_kinds_and_only_one_is_what_is_paid(db: Database, settings: Settings) -> None:
    fields, choice = fields_of(db, read(db, settings, two_prices)), choose(db, AdFilters())
    assert amounts(fields) == [(4.5, "USD", "current"), (6.0, "USD", "original")]
    assert list(tally(to_pay(choice, "USD"), ("value",))["value"]) == [4.5]
    assert any(sentence.endswith(": one piece costs 4.50 (USD; 1 poster).") for sentence in sentences(choice))


def test_three_products_keep_all_their_prices_and_none_is_said_to_be_the_product(
    db: Database, settings: Settings
) -> None:
    item = read(db, settings, three_products)
    fields, choice = fields_of(db, item), choose(db, AdFilters())
    assert sorted(value for value, *_ in amounts(fields)) == [2.2, 3.8, 4.5]
    assert {currency for _, currency, _ in amounts(fields)} == {"USD"}
    assert "product" not in fields
    assert pieces(fields, "promotion") == ["20% off"]
    assert not {"Oat drink", "Rice cake", "Cold brew"} & set(pieces(fields, "claims"))
    (row,) = price_ladder(choice, "USD").to_dict("records")
    assert (row["goods"], row["posters"], row["low"], row["high"]) == ("", 1, 2.2, 2.2)
    assert prices(choice, "USD").items() == {item}


def test_a_collage_of_thirty_offers_keeps_every_price_and_counts_as_one_poster(
    db: Database, settings: Settings
) -> None:
    fields = fields_of(db, read(db, settings, collage, width=1200, height=1600))
    choice = choose(db, AdFilters())
    found = [value for value, *_ in amounts(fields)]
    assert len(found) == 30 and set(found) == {float(f"{place + 1}.{10 + place}") for place in range(30)}
    assert not {"Oat drink", "Rice cake", "Cold brew", "Green tea", "Fruit bar"} & set(pieces(fields, "claims"))
    assert prices(choice, "USD").posters == choice.count == 1


def test_a_logo_alone_states_nothing_and_every_part_is_empty(db: Database, settings: Settings) -> None:
    fields, choice = fields_of(db, read(db, settings, logo)), choose(db, AdFilters())
    assert not {"price", "promotion", "selling_points", "call_to_action", "audience"} & set(fields)
    for about in (About.CLAIM, About.PROMOTION, About.PRICE, About.CALL, About.AUDIENCE):
        assert not stated(choice, about).posters
    assert {"No selling point was found.", "No promotion was found."} <= set(sentences(choice))


def test_mixed_currencies_are_never_put_on_one_scale(db: Database, settings: Settings) -> None:
    fields, choice = fields_of(db, read(db, settings, mixed_currencies)), choose(db, AdFilters())
    assert {(value, currency) for value, currency, _ in amounts(fields)} == {(12.5, "USD"), (11.9, "EUR"), (9.8, "GBP")}
    assert set(currencies(choice)) == {"USD", "EUR", "GBP"}
    for currency, value in (("USD", 12.5), ("EUR", 11.9), ("GBP", 9.8)):
        (row,) = price_ladder(choice, currency).to_dict("records")
        assert (row["low"], row["high"]) == (value, value)
    said = [sentence.partition(": ")[2] for sentence in sentences(choice) if "one piece costs" in sentence]
    assert sorted(said) == sorted(
        f"one piece costs {value} ({code}; 1 poster)."
        for code, value in (("USD", "12.50"), ("EUR", "11.90"), ("GBP", "9.80"))
    )


def read_lines(db: Database, seen_on: str | None, *printed: str) -> int:
    """An item whose poster printed these lines."""
    lines = [line(text, 60, 60 + 120 * place, 60) for place, text in enumerate(printed)]
    fields = extract_ad(page(*lines, width=900, height=1200))
    return poster(db, "Lumina", seen_on, **fields)


@pytest.mark.parametrize(
    ("printed", "seen_on", "start", "end"),
    [
        ("活动时间：6.01-6.03", "2026-05-30", "2026-06-01", "2026-06-03"),
        ("12月28日-1月3日", "2026-01-02", "2025-12-28", "2026-01-03"),
        ("Sept 28 - Oct 11", "2026-10-01", "2026-09-28", "2026-10-11"),
    ],
)
def test_days_without_a_year_take_it_from_the_day_the_poster_was_seen_and_say_so(
    db: Database, printed: str, seen_on: str, start: str, end: str
) -> None:
    fields = fields_of(db, read_lines(db, seen_on, "夏日新主张", "全场5折", printed))
    assert (fields["offer_start"].value, fields["offer_end"].value) == (start, end)
    for key in ("offer_start", "offer_end"):
        assert any(seen_on in finding.message.en and seen_on in finding.message.zh for finding in fields[key].findings)


def test_several_periods_of_one_poster_all_stay_among_its_offers(db: Database) -> None:
    """The two fields hold the first one; a person sees every one of them, with its place."""
    item = read_lines(db, "2026-10-25", "双11返场", "全场5折", "预售 10.20-10.31", "抢购 11.01-11.11")
    offers = fields_of(db, item)["promotion"].value
    assert sum("10.20" in offer["text"] or "11.01" in offer["text"] for offer in offers) == 2


def test_no_trend_is_drawn_or_told_from_one_poster(db: Database) -> None:
    poster(db, "Lumina", "2026-09-07")
    before = poster(db, "Lumina", "2026-08-03")
    period = choose(db, AdFilters(since=date(2026, 9, 1), until=date(2026, 9, 14)))
    assert period.count == 1 and timeline(period).days == 1
    said = [s.text.en for one in summarise(period, choose(db, AdFilters())) for s in one.sentences]
    assert said[0].endswith("no trend can be told from it.")
    assert not any("days before" in sentence for sentence in said)
    assert before not in {item for one in summarise(period, period) for s in one.sentences for item in s.posters}
