"""The OCR reader on drawn pages of known text, and its geometry without any network."""

from __future__ import annotations

import logging
import math
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from core.images import open_page
from core.readers import Readers
from core.readers.finder import _bands, is_covered
from core.readers.network import (
    CANVAS_STEP,
    CANVASES,
    FIND_PIXELS,
    LINE_HEIGHT,
    LINE_WIDTHS,
    TextNetwork,
    _as_line,
    _line_width,
    fitting_scale,
)
from core.readers.ocr import OcrReader, is_believable, read_page, runs_sideways, without_doubles
from core.readers.order import reading_order
from core.readers.windows import windows_around
from core.settings import Settings
from core.types import Line

TEXT = ["Northfield Whole Milk", "NET WT 500 g", "Best before 31.12.2026", "Keep refrigerated", "Made in Ireland"]


@pytest.fixture(scope="module")
def reader() -> OcrReader:
    return OcrReader(threads=2)


def drawn(lines: list[str] = TEXT, size: tuple[int, int] = (800, 600), height: int = 40) -> Image.Image:
    page = Image.new("RGB", size, "white")
    font = ImageFont.load_default(height)
    for row, text in enumerate(lines):
        ImageDraw.Draw(page).text((60, 60 + row * height * 2), text, fill="black", font=font)
    return page


def plain(lines: list[Line]) -> list[str]:
    return [line.text.replace(" ", "").casefold() for line in lines]


WANTED = [text.replace(" ", "").casefold() for text in TEXT]


def test_a_clean_page_is_read_word_for_word_in_order_with_boxes_on_the_text(reader: OcrReader) -> None:
    lines = reader.read(drawn())
    assert plain(lines) == WANTED
    for row, line in enumerate(lines):
        x0, y0, x1, y1 = line.box
        middle = 60 + row * 80 + 25
        assert 40 <= x0 <= 70 and x1 < 560 and y0 < middle < y1
        assert y1 - y0 < 75
        assert line.score > 0.9
        assert line.quad is not None and line.quad[0][0] < line.quad[1][0]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_in_the_order_of_its_text_and_boxed_where_it_lies(reader: OcrReader, turn: int) -> None:
    lines = reader.read(drawn().rotate(turn, expand=True))
    assert plain(lines) == WANTED
    first = lines[0]
    assert first.quad is not None
    (x0, y0), (x1, y1) = first.quad[:2]
    direction = round(math.degrees(math.atan2(-(y1 - y0), x1 - x0))) % 360
    assert abs(direction - turn) <= 3
    assert max(first.width, first.height) < 560


@pytest.mark.parametrize("tilt", [-6, 4])
def test_a_tilted_page_keeps_its_rows(reader: OcrReader, tilt: int) -> None:
    page = drawn(["Energy       1850 kJ", "Protein      23 g", "Sodium       120 mg"])
    page = page.rotate(tilt, expand=True, fillcolor="white")
    assert "".join(plain(reader.read(page))) == "energy1850kjprotein23gsodium120mg"


def test_small_print_on_a_large_page_is_found_by_the_closer_look(reader: OcrReader) -> None:
    page = drawn(size=(3600, 2700), height=22)
    assert set(WANTED) <= set(plain(reader.read(page)))


def test_a_page_of_few_large_lines_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    network = TextNetwork(threads=2)
    seen: list[tuple[int, int]] = []
    look = network.find

    def counted(page: Image.Image, scale: float) -> object:
        seen.append(page.size)
        return look(page, scale)

    monkeypatch.setattr(network, "find", counted)
    assert plain(list(read_page(network, drawn()).lines)) == WANTED
    assert seen == [(800, 600)]


def test_lines_are_read_alike_whatever_is_read_beside_them_and_in_the_order_given() -> None:
    network = TextNetwork(threads=2)
    crops = [np.asarray(drawn([text], size=(900, 160)))[50:120, :, ::-1] for text in TEXT * 3]
    together = network.recognise(crops)
    assert [text.replace(" ", "").casefold() for text, _ in together] == WANTED * 3
    assert [network.recognise([crop])[0] for crop in crops] == together
    assert network.recognise([]) == [] and network.upside_down([]) == []


def test_a_page_without_text_has_no_lines(reader: OcrReader) -> None:
    ramp = np.linspace(30, 220, 640, dtype=np.uint8)
    assert reader.read(Image.fromarray(np.dstack([np.tile(ramp, (480, 1))] * 3))) == []


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (40, 12)])
def test_the_smallest_pictures_are_read_without_an_error(reader: OcrReader, size: tuple[int, int]) -> None:
    assert reader.read(Image.new("RGB", size, "white")) == []


def test_boxes_never_leave_the_page(reader: OcrReader) -> None:
    page = drawn().crop((70, 70, 500, 300))
    lines = reader.read(page)
    assert lines
    for line in lines:
        assert 0 <= line.box[0] < line.box[2] <= page.width
        assert 0 <= line.box[1] < line.box[3] <= page.height


def test_two_threads_may_share_a_reader(reader: OcrReader) -> None:
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(reader.read, [drawn()] * 4))
    assert [plain(lines) for lines in results] == [WANTED] * 4


def test_reading_is_repeatable_whatever_was_read_before(reader: OcrReader) -> None:
    first = reader.read(drawn())
    reader.read(drawn(TEXT[:2], size=(500, 900)))
    assert reader.read(drawn()) == first


def test_reading_needs_no_onnxruntime_and_logs_nothing(reader: OcrReader, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        reader.read(Image.new("RGB", (300, 200), "white"))
    assert "onnxruntime" not in sys.modules
    assert logging.getLogger("RapidOCR").level >= logging.ERROR
    assert caplog.records == []


def test_readers_give_lines_and_barcodes_of_one_page_and_name_their_versions() -> None:
    readers = Readers(Settings())
    found = readers.read(drawn())
    assert (found.width, found.height) == (800, 600)
    assert plain(list(found.lines)) == WANTED and found.barcodes == () and found.ms > 0
    for part in ("rapidocr-", "PP-OCRv6", "openvino-", "zxing-cpp-", "opencv-", "settings-"):
        assert part in readers.version


# Geometry


def quad(x: float, y: float, width: float, height: float, tilt: float = 0.0) -> np.ndarray:
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], dtype=np.float32)
    angle = math.radians(tilt)
    return corners @ np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


def table(tilt: float) -> list[np.ndarray]:
    """Three rows of three cells, written down column by column."""
    return [quad(100 + column * 300, 100 + row * 40, 150, 30, tilt) for column in range(3) for row in range(3)]


@pytest.mark.parametrize("tilt", [-12, -3, 0, 3, 12])
def test_cells_are_read_row_by_row_even_when_the_photo_is_tilted(tilt: float) -> None:
    assert reading_order(table(tilt)) == [0, 3, 6, 1, 4, 7, 2, 5, 8]


def test_tight_lines_of_a_tilted_paragraph_stay_apart() -> None:
    lines = [quad(100, 100 + row * 34, 660, 27, -3) for row in (2, 0, 3, 1)]
    assert reading_order(lines) == [1, 3, 0, 2]


def test_a_unit_lower_than_its_number_is_on_the_numbers_row() -> None:
    assert reading_order([quad(300, 108, 30, 20), quad(100, 100, 150, 30)]) == [1, 0]


def test_no_lines_have_no_order() -> None:
    assert reading_order([]) == []


def line(text: str, box: tuple[float, float, float, float], score: float = 0.95) -> Line:
    x0, y0, x1, y1 = box
    return Line(text=text, box=box, score=score, quad=((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


@pytest.mark.parametrize(
    ("found", "believed"),
    [
        (line("kJ", (496, 494, 541, 539), 0.58), True),
        (line("Toffifee", (9, 460, 800, 764), 1.0), True),
        (line("OHNE KALORIEN", (437, 176, 464, 321), 0.97), True),
        (line("Tol", (0, 0, 1000, 747), 0.58), False),
        (line("山口X区", (76, 110, 106, 205), 0.6), False),
        (line("HStO", (182, 140, 677, 501), 0.33), False),
        (line("", (10, 10, 60, 30), 0.99), False),
    ],
)
def test_fur_and_shadows_are_no_text(found: Line, believed: bool) -> None:
    assert is_believable(found, (1000, 800)) is believed


def test_of_a_line_found_twice_the_longer_reading_stays() -> None:
    whole, part = line("85/-", (38, 220, 86, 250)), line("85", (44, 228, 68, 245), 0.99)
    assert without_doubles([part, whole]) == [whole]


def test_small_print_inside_large_letters_and_neighbours_are_no_doubles() -> None:
    title, inside = line("Toffifee", (0, 400, 800, 760)), line("with Nougat", (120, 700, 500, 725))
    left, right = line("50", (100, 10, 150, 40)), line("g", (148, 10, 165, 40))
    assert without_doubles([title, inside, left, right]) == [title, inside, left, right]


def tilted(text: str, corners: np.ndarray) -> Line:
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    points = tuple((float(x), float(y)) for x, y in corners)
    return Line(text=text, box=(float(x0), float(y0), float(x1), float(y1)), score=0.95, quad=points)  # type: ignore[arg-type]


@pytest.mark.parametrize("tilt", [-8, -5, 5, 8])
def test_tight_lines_of_a_tilted_paragraph_are_no_doubles_and_cover_nobody(tilt: float) -> None:
    """Their upright boxes overlap by most of their area; the lines themselves do not touch."""
    quads = [quad(100, 100 + row * 30, 660, 27, tilt) for row in range(5)]
    lines = [tilted(f"line {row} of a paragraph", corners) for row, corners in enumerate(quads)]
    assert without_doubles(lines) == lines
    assert not any(is_covered(each, [other for other in quads if other is not each]) for each in quads)


def test_a_page_runs_sideways_when_most_of_its_text_does() -> None:
    across, down = quad(0, 0, 300, 30), quad(0, 0, 30, 300)
    assert runs_sideways([down, down, across])
    assert not runs_sideways([across, across, down])
    assert not runs_sideways([])


def test_a_quad_under_a_third_of_others_is_covered() -> None:
    assert is_covered(quad(0, 0, 100, 20), [quad(0, 0, 40, 20)])
    assert not is_covered(quad(0, 0, 100, 20), [quad(0, 0, 20, 20), quad(200, 0, 90, 20)])


@pytest.mark.parametrize("size", [(800, 600), (1344, 800), (4000, 3000), (3000, 4000), (8000, 200), (60, 9000), (7, 5)])
def test_every_page_fits_a_canvas_and_its_bands_cover_it(size: tuple[int, int]) -> None:
    scale = fitting_scale(*size)
    width, height = size[0] * scale, size[1] * scale
    assert scale <= 1.0 and any(width <= w + 0.01 and height <= h + 0.01 for w, h in CANVASES)
    closer = 2 * scale
    bands = _bands(*size, closer)
    assert bands[0][0] == 0 and bands[-1][1] == size[1]
    assert all(upper[1] > lower[0] for upper, lower in pairwise(bands))
    across = math.ceil(size[0] * closer / CANVAS_STEP) * CANVAS_STEP
    for top, bottom in bands:
        assert across * math.ceil((bottom - top) * closer / CANVAS_STEP) * CANVAS_STEP <= FIND_PIXELS


def spots(*places: tuple[int, int]) -> np.ndarray:
    """A page of 1000 × 600 with a small spot of what might be print at each place."""
    faint = np.zeros((600, 1000), np.uint8)
    for x, y in places:
        faint[y : y + 8, x : x + 12] = 1
    return faint


def holds(window: tuple[int, int, int, int], x: float, y: float) -> bool:
    return window[0] <= x <= window[2] and window[1] <= y <= window[3]


def test_only_the_parts_with_faint_print_are_looked_at_again_in_the_pixels_of_the_page() -> None:
    windows = windows_around(spots((100, 100), (800, 500)), 0.5, (2000, 1200), 2.0)
    assert len(windows) == 2
    for x, y in ((212, 208), (1612, 1008)):
        assert any(holds(window, x - 100, y - 40) and holds(window, x + 100, y + 40) for window in windows)
    assert all((right - left) * (bottom - top) < 2000 * 1200 / 8 for left, top, right, bottom in windows)


def test_spots_side_by_side_are_looked_at_together() -> None:
    assert len(windows_around(spots((100, 100), (150, 110)), 1.0, (1000, 600), 2.0)) == 1


def test_where_faint_print_is_everywhere_the_whole_page_is_looked_at() -> None:
    everywhere = spots(*((x, y) for x in range(40, 960, 70) for y in range(40, 560, 60)))
    assert windows_around(everywhere, 1.0, (1000, 600), 2.0) == [(0, 0, 1000, 600)]


def test_a_page_without_faint_print_and_noise_are_not_looked_at_again() -> None:
    assert windows_around(spots(), 1.0, (1000, 600), 2.0) == []
    noise = spots()
    noise[300, 400:403] = 1
    assert windows_around(noise, 1.0, (1000, 600), 2.0) == []


def test_lines_come_in_few_widths_so_that_memory_stays_bounded() -> None:
    crops = [np.zeros((height, width, 3), np.uint8) for height in (9, 30, 120) for width in (5, 60, 700, 4000)]
    lines = [_as_line(crop, LINE_HEIGHT, _line_width(crop)) for crop in crops]
    assert {line.shape[1] for line in lines} <= set(LINE_WIDTHS)
    assert {line.shape[0] for line in lines} == {LINE_HEIGHT}


# Real photos


@pytest.mark.photos
@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("care_label_metersbonwe_zh.jpg", ["洗涤说明", "不可漂白", "悬挂晾干", "常规干洗"]),
        ("poster_antifreeze_promo_zh.jpg", ["正品促销", "极速发货", "5.8起"]),
        ("nutrition_us_chips_en.jpg", ["Calories155", "Sodium148mg", "16%"]),
        ("shelf_coke_thumsup_en.jpg", ["OFF", "14/-"]),
        ("label_rotated_barcode_fr.png", ["VALEURSNUTRITIONNELLES", "1portion"]),
    ],
)
def test_print_on_real_photos_is_read(reader: OcrReader, photos: Path, name: str, texts: list[str]) -> None:
    lines = reader.read(open_page((photos / name).read_bytes(), name, Settings()).pixels)
    found = {line.text.replace(" ", "") for line in lines}
    assert [text for text in texts if text not in found] == []


@pytest.mark.photos
def test_a_photo_of_an_animal_has_no_lines(reader: OcrReader, photos: Path) -> None:
    name = "negative_redpanda_notext.jpg"
    assert reader.read(open_page((photos / name).read_bytes(), name, Settings()).pixels) == []
