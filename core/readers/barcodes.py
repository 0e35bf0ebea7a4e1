"""Barcodes on the original pixels: zxing-cpp, cross-checked by OpenCV's own decoder.

Measured on 110 retail photos (shared/ENGINE.md): where both read the same text they were always
right; zxing-cpp alone was right 26 times of 26; OpenCV alone too, once its EAN-8 readings, five of
which were fragments of longer codes, are left out. Where they differ nobody can tell from the
check digit which is right, so both readings are kept and marked as disputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version as installed_version

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from core.types import Barcode, Box
from core.values.gtin import expand_upc_e, is_valid_gtin

SETTINGS_VERSION = 2
"""Bump with every change here that can change a result."""

VERSION = (
    f"zxing-cpp-{installed_version('zxing-cpp')}"
    f"+opencv-{installed_version('opencv-python-headless')}+settings-{SETTINGS_VERSION}"
)

ENLARGEMENTS = (1, 2, 3)
"""Tried in turn until something is read: small or soft bars need the enlargement."""

MOST_PIXELS = 24_000_000
"""No enlargement beyond this: a photo that large has its bars at full size already."""

THINNEST = 0.2
"""Least height of a linear code's box over its length: zxing-cpp reports one scan line only."""

RETAIL = ("EAN-13", "EAN-8", "UPC-A", "UPC-E")

ZXING_FORMATS = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.EAN13,
        zxingcpp.BarcodeFormat.EAN8,
        zxingcpp.BarcodeFormat.UPCA,
        zxingcpp.BarcodeFormat.UPCE,
        zxingcpp.BarcodeFormat.ITF,
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.DataMatrix,
    ]
)

CV2_FORMATS = {"EAN_13": "EAN-13", "UPC_A": "UPC-A", "UPC_E": "UPC-E"}
"""What OpenCV is believed on. EAN-8 is missing on purpose: see the module's docstring."""


@dataclass(frozen=True)
class Reading:
    """What one decoder says it saw at one place."""

    text: str
    format: str
    box: Box
    decoder: str


def read_barcodes(image: Image.Image) -> list[Barcode]:
    """The barcodes on an RGB page at full resolution, boxes in its pixels, top to bottom.

    Retail texts have a right check digit; a UPC-A keeps its 12 digits and its format. Empty when
    nothing can be read.
    """
    grey = image.convert("L")
    for enlargement in ENLARGEMENTS:
        if enlargement > 1 and grey.width * grey.height * enlargement**2 > MOST_PIXELS:
            break
        readings = [each for each in _decode(grey, enlargement) if is_plausible(each)]
        if readings:
            return merge(readings)
    return []


def _enlarged(grey: Image.Image, times: int) -> Image.Image:
    if times == 1:
        return grey
    larger = grey.resize((grey.width * times, grey.height * times), Image.Resampling.BICUBIC)
    return larger.filter(ImageFilter.UnsharpMask(radius=times, percent=150, threshold=0))


def _decode(grey: Image.Image, enlargement: int) -> Iterator[Reading]:
    pixels = np.asarray(_enlarged(grey, enlargement))
    for reading in (*_decode_zxing(pixels), *_decode_cv2(pixels)):
        box = _within(tuple(each / enlargement for each in reading.box), grey)
        yield normalised(Reading(reading.text, reading.format, box, reading.decoder))


def _within(box: tuple[float, ...], page: Image.Image) -> Box:
    """The part of the box that lies on the page, to a tenth of a pixel."""
    x0, x1 = (round(min(max(x, 0.0), page.width), 1) for x in box[::2])
    y0, y1 = (round(min(max(y, 0.0), page.height), 1) for y in box[1::2])
    return (x0, y0, x1, y1)


def _decode_zxing(pixels: np.ndarray) -> Iterator[Reading]:
    for found in zxingcpp.read_barcodes(pixels, formats=ZXING_FORMATS, text_mode=zxingcpp.TextMode.Plain):
        at = found.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        name = str(found.format).replace(" ", "")
        yield Reading(found.text, {"QRCode": "QR"}.get(name, name), _box(corners), "zxing-cpp")


def _decode_cv2(pixels: np.ndarray) -> Iterator[Reading]:
    _, texts, kinds, places = cv2.barcode.BarcodeDetector().detectAndDecodeWithType(pixels)
    if places is None:
        return
    for text, kind, corners in zip(texts, kinds, places, strict=False):
        if text and kind in CV2_FORMATS:
            yield Reading(text, CV2_FORMATS[kind], _box(corners), "opencv")


def _box(corners: Iterable[tuple[float, float]]) -> Box:
    """The upright box around the corners, a scan line thickened so that it can be seen and met."""
    xs, ys = zip(*((float(x), float(y)) for x, y in corners), strict=True)
    x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
    grow_x = max(0.0, THINNEST * (y1 - y0) - (x1 - x0)) / 2
    grow_y = max(0.0, THINNEST * (x1 - x0) - (y1 - y0)) / 2
    return (x0 - grow_x, y0 - grow_y, x1 + grow_x, y1 + grow_y)


def normalised(reading: Reading) -> Reading:
    """The same symbol always under the same format and text.

    An EAN-13 that begins with 0 and a UPC-A are the same bars (GS1 General Specifications 5.2), and
    decoders name them either way: here they are the UPC-A of 12 digits. A UPC-E keeps its format and
    has the 12 digits it stands for.
    """
    text, kind = reading.text, reading.format
    if kind == "UPC-E" and len(text) <= 8:
        text = expand_upc_e(text) or text
    if kind in ("EAN-13", "UPC-A", "UPC-E") and len(text) == 13 and text[0] == "0":
        text, kind = text[1:], "UPC-E" if kind == "UPC-E" else "UPC-A"
    return replace(reading, text=text, format=kind)


def is_plausible(reading: Reading) -> bool:
    """False for a retail code with a wrong check digit and for an ITF that is no ITF-14.

    Short interleaved codes have no checksum and are found in rows of letters.
    """
    if reading.format in RETAIL:
        return is_valid_gtin(reading.text)
    if reading.format.startswith("ITF"):
        return len(reading.text) == 14 and is_valid_gtin(reading.text)
    return bool(reading.text)


def merge(readings: list[Reading]) -> list[Barcode]:
    """One barcode per place and text. Different texts at one place are all kept, as disputed."""
    places: list[list[Reading]] = []
    for reading in readings:
        here = next((place for place in places if any(_same_place(reading, each) for each in place)), None)
        if here is None:
            places.append([reading])
        else:
            here.append(reading)
    found = [barcode for place in places for barcode in _barcodes_at(place)]
    return sorted(found, key=lambda each: (each.box[1], each.box[0]))


def _barcodes_at(place: list[Reading]) -> Iterator[Barcode]:
    texts = list(dict.fromkeys(each.text for each in place))
    for text in texts:
        same = [each for each in place if each.text == text]
        yield Barcode(
            text=text,
            format=same[0].format,
            box=_around([each.box for each in same]),
            decoders=tuple(dict.fromkeys(each.decoder for each in same)),
            disputed=len(texts) > 1,
        )


def _same_place(a: Reading, b: Reading) -> bool:
    """True where the middle of one box lies in the other."""
    return _holds(a.box, b.box) or _holds(b.box, a.box)


def _holds(outer: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _around(boxes: list[Box]) -> Box:
    x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
    return (min(x0s), min(y0s), max(x1s), max(y1s))
