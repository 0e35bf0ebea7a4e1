"""Product or ad, for photos nobody sorted."""

from __future__ import annotations

import pytest

from core.engines.embedded.kind import guess_kind
from core.types import Barcode, Kind, Line
from tests.unit.printed import column, line, page, table

ADS = {
    "price and offer": [
        line("全场5折", 50, 100, height=90),
        line("限时抢购", 50, 300),
        line("¥59.9", 50, 400, height=80),
    ],
    "english sale": [
        line("SUMMER SALE", 50, 100, height=90),
        line("50% OFF", 50, 300, height=90),
        line("Shop now", 50, 500),
    ],
    "german flyer": [line("Wochenangebot", 50, 100, height=90), line("statt 3.99", 400, 300), line("-25%", 400, 400)],
    "buy one get one": [line("买一送一", 50, 100, height=120), line("到手价69.9元", 50, 400)],
    "poster that only tells of the goods": [
        line("Soft from the first touch", 50, 100, height=60),
        line("Fragrance free", 50, 300),
        line("Get yours today", 50, 500),
    ],
    "poster of display text": [
        line("温度数字显示", 300, 50, height=100),
        line("铝合金不粘盘", 300, 250, height=100),
        line("不锈钢机身", 300, 450, height=100),
        line("赠送全套工具", 300, 800, height=80),
    ],
}

PRODUCTS = {
    "chinese back label": column("品名：燕麦饼干", "配料：小麦粉、白砂糖", "净含量：160克", "保质期：9个月"),
    "share of fat on a pack": [line("-30% Fett", 50, 100, height=60), line("Joghurt", 50, 300, height=90)],
    "nutrition panel": table(("Nutrition Facts",), ("Calories", "120"), ("Total Fat 2g", "3%"), ("Protein 3g",)),
    "care label": column("95%棉 5%氨纶", "不可漂白", "悬挂晾干"),
    "front of a pack": [line("Crispello", 100, 400, height=200), line("HOLLIN", 600, 300, height=60)],
    "front of a pack with a code to scan": [line("净芙莱洁面", 100, 400, height=60), line("扫一扫", 600, 700)],
    "shelf with price tags": [line("OFF", 40, 180), line("85/-", 40, 220), line("99+", 40, 260)],
    "nothing": [],
}


@pytest.mark.parametrize("lines", ADS.values(), ids=ADS)
def test_offers_and_prices_make_an_ad(lines: list[Line]) -> None:
    assert guess_kind(page(*lines)) is Kind.AD


@pytest.mark.parametrize("lines", PRODUCTS.values(), ids=PRODUCTS)
def test_labels_fronts_and_shelves_are_products(lines: list[Line]) -> None:
    assert guess_kind(page(*lines)) is Kind.PRODUCT


def test_a_label_with_one_offer_on_it_is_still_a_product() -> None:
    code = Barcode(text="3596710400843", format="EAN-13", box=(0, 0, 100, 50), decoders=("zxing",))
    lines = [*column("配料：小麦粉、白砂糖", "净含量：160克", "保质期：9个月"), line("限量版", 600, 100, height=60)]
    assert guess_kind(page(*lines, barcodes=(code,))) is Kind.PRODUCT
