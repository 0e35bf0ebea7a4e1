"""Two decoders, one list: what both read, what only one reads, and what they dispute."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from core.images import open_page
from core.readers import barcodes
from core.readers.barcodes import Reading, is_plausible, merge, normalised, read_barcodes
from core.settings import Settings

Kind = zxingcpp.BarcodeFormat


def symbol(text: str, kind: zxingcpp.BarcodeFormat, module: int = 3) -> Image.Image:
    drawn = zxingcpp.create_barcode(text, kind).to_image(scale=module, add_quiet_zones=True)
    return Image.fromarray(np.array(drawn))


def page(*placed: tuple[Image.Image, tuple[int, int]], size: tuple[int, int] = (900, 600)) -> Image.Image:
    paper = Image.new("RGB", size, "white")
    for image, at in placed:
        paper.paste(image, at)
    return paper


@pytest.mark.parametrize(
    ("text", "kind", "found", "name"),
    [
        ("4006381333931", Kind.EAN13, "4006381333931", "EAN-13"),
        ("6901234567892", Kind.EAN13, "6901234567892", "EAN-13"),
        ("96385074", Kind.EAN8, "96385074", "EAN-8"),
        ("036000291452", Kind.UPCA, "036000291452", "UPC-A"),
        ("0036000291452", Kind.EAN13, "036000291452", "UPC-A"),
        ("01234565", Kind.UPCE, "012345000065", "UPC-E"),
        ("00012345600012", Kind.ITF, "00012345600012", "ITF"),
        ("ABC-123", Kind.Code128, "ABC-123", "Code128"),
        ("https://example.com/牛奶", Kind.QRCode, "https://example.com/牛奶", "QR"),
        ("LOT-42", Kind.DataMatrix, "LOT-42", "DataMatrix"),
    ],
)
@pytest.mark.parametrize("turn", [0, 90, 180])
def test_each_kind_is_read_in_any_direction(text: str, kind: Kind, found: str, name: str, turn: int) -> None:
    drawn = page((symbol(text, kind), (120, 100))).rotate(turn, expand=True, fillcolor="white")
    codes = read_barcodes(drawn)
    assert [(code.text, code.format, code.disputed) for code in codes] == [(found, name, False)]


@pytest.mark.parametrize("text", ["123456", "0123456789"])
def test_a_short_itf_without_checksum_is_not_believed(text: str) -> None:
    assert read_barcodes(page((symbol(text, Kind.ITF), (120, 100)))) == []


def test_the_box_is_where_the_bars_are_and_on_the_page() -> None:
    drawn = symbol("4006381333931", Kind.EAN13)
    code = read_barcodes(page((drawn, (300, 200))))[0]
    x0, y0, x1, y1 = code.box
    assert 300 <= x0 < x1 <= 300 + drawn.width
    assert 200 - 60 <= y0 < y1 <= 200 + drawn.height + 60
    assert x1 - x0 > 0.7 * drawn.width


def test_two_codes_on_one_page_are_two_and_not_disputed() -> None:
    codes = read_barcodes(
        page((symbol("4006381333931", Kind.EAN13), (60, 60)), (symbol("6901234567892", Kind.EAN13), (60, 360)))
    )
    assert [code.text for code in codes] == ["4006381333931", "6901234567892"]
    assert not any(code.disputed for code in codes)


def test_soft_bars_are_read_on_the_ladder_and_boxed_in_the_pages_own_pixels() -> None:
    soft = page((symbol("4006381333931", Kind.EAN13, module=2), (100, 100)), size=(600, 400))
    soft = soft.filter(ImageFilter.GaussianBlur(1.2))
    assert not list(barcodes._decode(soft.convert("L"), 1))
    code = read_barcodes(soft)[0]
    assert code.text == "4006381333931"
    assert 80 <= code.box[0] <= 160 and code.box[2] <= 340


def test_the_ladder_stops_where_the_page_is_large_already(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    monkeypatch.setattr(barcodes, "_decode", lambda grey, times: tried.append(times) or iter(()))
    read_barcodes(Image.new("RGB", (500, 400)))
    read_barcodes(Image.new("RGB", (4000, 3000)))
    assert tried == [1, 2, 3, 1]


def test_a_page_without_bars_has_none() -> None:
    assert read_barcodes(Image.effect_noise((400, 300), 60).convert("RGB")) == []


def reading(text: str, decoder: str, at: float = 0.0, kind: str = "EAN-13") -> Reading:
    return Reading(text, kind, (at, 10.0, at + 100.0, 60.0), decoder)


def test_two_decoders_that_agree_are_one_barcode_read_by_both() -> None:
    (code,) = merge([reading("4006381333931", "zxing-cpp"), reading("4006381333931", "opencv", 8)])
    assert code.decoders == ("zxing-cpp", "opencv")
    assert code.box == (0.0, 10.0, 108.0, 60.0)
    assert not code.disputed


def test_two_decoders_that_differ_at_one_place_are_both_kept_as_disputed() -> None:
    codes = merge([reading("4006381333931", "zxing-cpp"), reading("6901234567892", "opencv", 8)])
    assert {(code.text, code.disputed) for code in codes} == {("4006381333931", True), ("6901234567892", True)}


def test_two_valid_codes_of_one_decoder_at_one_place_are_disputed_too() -> None:
    codes = merge([reading("4006381333931", "zxing-cpp"), reading("6901234567892", "zxing-cpp", 20)])
    assert all(code.disputed for code in codes) and len(codes) == 2


def test_the_same_text_at_two_places_is_two_barcodes() -> None:
    assert len(merge([reading("4006381333931", "zxing-cpp"), reading("4006381333931", "opencv", 400)])) == 2


def test_opencvs_ean8_is_never_believed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Detector:
        def detectAndDecodeWithType(self, pixels: np.ndarray) -> tuple:
            corners = np.array([[[0, 0], [50, 0], [50, 20], [0, 20]]] * 2, dtype=np.float32)
            return True, ("96385074", "4006381333931"), ("EAN_8", "EAN_13"), corners

    monkeypatch.setattr(barcodes.cv2.barcode, "BarcodeDetector", Detector)
    found = [each.text for each in barcodes._decode_cv2(np.zeros((9, 9), np.uint8))]
    assert found == ["4006381333931"]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("4006381333931", "EAN-13", True),
        ("4006381333932", "EAN-13", False),
        ("012345000065", "UPC-E", True),
        ("012345000066", "UPC-E", False),
        ("96385074", "EAN-8", True),
        ("96385075", "EAN-8", False),
        ("X-1", "Code128", True),
        ("", "QR", False),
    ],
)
def test_a_retail_code_needs_its_check_digit(text: str, kind: str, expected: bool) -> None:
    assert is_plausible(reading(text, "zxing-cpp", kind=kind)) is expected


def test_upc_a_has_one_name_whichever_decoder_reads_it() -> None:
    as_ean = normalised(reading("0036000291452", "zxing-cpp", kind="EAN-13"))
    as_upc = normalised(reading("036000291452", "opencv", kind="UPC-A"))
    assert (as_ean.text, as_ean.format) == (as_upc.text, as_upc.format) == ("036000291452", "UPC-A")


@pytest.mark.photos
@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("label_margarine_sthubert_fr.jpg", [("3366321051631", ("zxing-cpp", "opencv"))]),
        ("label_rotated_barcode_fr.png", [("3596710400843", ("opencv",))]),
        ("nutrition_us_bottle_en.jpg", [("048500001745", ("zxing-cpp",))]),
        ("negative_redpanda_notext.jpg", []),
        ("ad_silkdress_168_zh.jpg", []),
    ],
)
def test_codes_on_real_photos(photos: Path, name: str, codes: list[tuple[str, tuple[str, ...]]]) -> None:
    pixels = open_page((photos / name).read_bytes(), name, Settings()).pixels
    assert [(code.text, code.decoders) for code in read_barcodes(pixels)] == codes
