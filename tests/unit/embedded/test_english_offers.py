"""English offers on a poster: where one ends, what belongs together, what only limits them or leads to them."""

from __future__ import annotations

import pytest

from core.engines.embedded.ads import extract_ad
from core.types import Fields, Line
from tests.unit.printed import line, page


def poster(*lines: Line) -> Fields:
    return extract_ad(page(*lines, width=800, height=800))


def beside(*texts: str) -> Fields:
    """A poster with a headline and `texts` in smaller letters, one under the other."""
    small = [line(text, 50, 300 + 60 * at, 30) for at, text in enumerate(texts)]
    return poster(line("Sleep like a log", 50, 60, 80), *small)


def offers(fields: Fields) -> list[tuple[str, str]]:
    return [(entry["text"], entry["kind"]) for entry in fields["promotion"].value] if "promotion" in fields else []


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        (
            "200-night trial · 10-year guarantee · Free next-day delivery",
            [
                ("200-night trial", "guarantee"),
                ("10-year guarantee", "guarantee"),
                ("Free next-day delivery", "free_shipping"),
            ],
        ),
        (
            "New members only. Cheapest item free. Offer ends 5 January 2027. Always read the label.",
            [("Offer ends 5 January 2027.", "period")],
        ),
        ("Find it cheaper? We'll beat it by 10%", [("Find it cheaper? We'll beat it by 10%", "guarantee")]),
        ("Monday to Thursday, 12–3pm", [("Monday to Thursday, 12–3pm", "period")]),
        ("On sale 27 August – 6 September 2026", [("On sale 27 August – 6 September 2026", "period")]),
        ("Fast pairing  |  Two-year warranty", []),
    ],
)
def test_a_line_offers_what_it_says(printed: str, parts: list[tuple[str, str]]) -> None:
    assert sorted(offers(beside(printed))) == sorted(parts)


@pytest.mark.parametrize(
    "text",
    [
        "Offers near you",
        "Promo code",
        "Copy code",
        "Shop winter sale",
        "Mix & match across all vitamins",
        "One promo code per order",
        "Free returns not included",
        "No refunds",
        "Open Monday to Friday 9am–5pm",
    ],
)
def test_what_limits_an_offer_or_leads_to_one_offers_nothing(text: str) -> None:
    assert offers(beside(text)) == []


def test_parts_of_one_offer_set_apart_are_one() -> None:
    halves = poster(line("BUY 1 GET 1", 50, 300, 30), line("FREE", 50, 335, 60))
    assert offers(halves) == [("BUY 1 GET 1 FREE", "bundle")]
    days = poster(line("PRICES GOOD", 50, 300, 24), line("Nov 18 – Nov 24, 2026", 50, 330, 30))
    assert offers(days) == [("PRICES GOOD Nov 18 – Nov 24, 2026", "period")]


def test_the_name_of_a_members_price_stands_as_printed() -> None:
    fields = poster(line("Pike Card Price", 50, 300, 40), line("£3.75", 50, 350, 120))
    assert offers(fields) == [("Pike Card Price", "price_label")]


@pytest.mark.parametrize(
    ("price", "end"), [("$649.99", "2026-09-12"), ("£649.99", "2026-12-09"), ("US$649 €599", None)]
)
def test_the_posters_money_says_which_number_is_the_month(price: str, end: str | None) -> None:
    fields = poster(line(price, 50, 100, 120), line("Sale ends 9/12/2026", 50, 400, 30))
    assert ("offer_end" in fields and fields["offer_end"].value) == (end or False)


@pytest.mark.parametrize(
    ("upper", "lower", "kind"),
    [
        ("FREE NEXT-DAY", "DELIVERY", "free_shipping"),
        ("30-DAY", "MONEY BACK", "guarantee"),
        ("WHILE STOCKS", "LAST", "flash_sale"),
        ("PRICE MATCH", "PROMISE", "guarantee"),
    ],
)
def test_an_offer_in_two_lines_is_one(upper: str, lower: str, kind: str) -> None:
    fields = poster(line("Sleep like a log", 50, 60, 80), line(upper, 50, 300, 30), line(lower, 50, 334, 30))
    assert (f"{upper} {lower}", kind) in offers(fields)


@pytest.mark.parametrize(("upper", "lower"), [("CAST IRON GRILL", "FREE DELIVERY"), ("SIDE BURNER", "5 YEAR WARRANTY")])
def test_a_claim_over_an_offer_stays_apart(upper: str, lower: str) -> None:
    fields = poster(line("Sleep like a log", 50, 60, 80), line(upper, 50, 300, 30), line(lower, 50, 334, 30))
    assert [text for text, _ in offers(fields)] == [lower]
