"""What a model sees: the printed part, at a size it can take."""

from __future__ import annotations

import pytest
from PIL import Image

from core.engines.language.picture import LEAST_SIDE, averaged, fit, text_region
from core.types import Box, Line, Readings

PAGE = Image.new("RGB", (1000, 800), (10, 20, 30))
WHOLE: Box = (0.0, 0.0, 1000.0, 800.0)


def line(box: Box, text: str = "燕麦片 原味", score: float = 0.98) -> Line:
    return Line(text=text, box=box, score=score)


def readings(*lines: Line) -> Readings:
    return Readings(width=1000, height=800, lines=lines)


def test_the_region_holds_all_lines_and_a_margin() -> None:
    box = text_region(PAGE, readings(line((300, 200, 500, 230)), line((320, 400, 600, 430))))
    assert box == (280.0, 180.0, 620.0, 450.0)


def test_the_margin_ends_at_the_page() -> None:
    assert text_region(PAGE, readings(line((5, 3, 400, 300))))[:2] == (0.0, 0.0)


@pytest.mark.parametrize(
    "lines",
    [(), (line((10, 10, 990, 40)), line((10, 760, 990, 790))), (line((50, 50, 950, 780)),)],
    ids=["no lines", "at both ends", "nearly all"],
)
def test_the_whole_page_is_given_where_nothing_would_be_gained(lines: tuple[Line, ...]) -> None:
    assert text_region(PAGE, readings(*lines)) == WHOLE


SPECKS = [
    ("doubtful and far away", line((900, 700, 950, 720), "I~", 0.55), False),
    ("a lone letter far away", line((900, 700, 920, 720), "I", 0.8), False),
    ("doubtful and near", line((520, 240, 560, 260), "50g", 0.5), True),
    ("certain and far away", line((900, 700, 980, 720), "净含量", 0.97), True),
    ("a certain number far away", line((900, 700, 940, 720), "5", 0.99), True),
]


@pytest.mark.parametrize(("speck", "kept"), [row[1:] for row in SPECKS], ids=[row[0] for row in SPECKS])
def test_a_texture_read_as_letters_does_not_widen_the_region(speck: Line, kept: bool) -> None:
    box = text_region(PAGE, readings(line((300, 200, 500, 230)), line((320, 250, 500, 280)), speck))
    inside = box[0] <= speck.box[0] and box[1] <= speck.box[1] and speck.box[2] <= box[2] and speck.box[3] <= box[3]
    assert inside is kept


def test_a_page_of_doubtful_lines_only_keeps_all_of_them() -> None:
    box = text_region(PAGE, readings(line((300, 200, 400, 230), score=0.4), line((600, 500, 700, 530), score=0.3)))
    assert box[0] < 300 and box[2] > 700


SIZES = [
    ((1000, 800), 512, (512, 410)),
    ((800, 1000), 512, (410, 512)),
    ((200, 100), 512, (400, 200)),
    ((512, 512), 512, (512, 512)),
    ((1, 1), 512, (32, 32)),
    ((3000, 30), 512, (512, 32)),
    ((30, 3000), 512, (32, 512)),
    ((10_000, 1), 512, (512, 32)),
    ((20, 20), 512, (40, 40)),
    ((10, 8), 512, (32, 32)),
]


@pytest.mark.parametrize(("size", "longest", "expected"), SIZES)
def test_a_picture_fits_its_size_and_no_side_is_too_short(
    size: tuple[int, int], longest: int, expected: tuple[int, int]
) -> None:
    fitted = fit(Image.new("RGB", size), longest)
    assert fitted.size == expected
    assert min(fitted.size) >= LEAST_SIDE


def test_a_narrow_picture_is_padded_with_white() -> None:
    fitted = fit(Image.new("RGB", (3200, 32), (255, 0, 0)), 512)
    assert fitted.getpixel((256, 0)) == (255, 255, 255)
    assert fitted.getpixel((256, 16)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "1", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    assert fit(Image.new(mode, (100, 80)), 64).mode == "RGB"


def test_a_region_is_cut_out_and_the_picture_stays_as_it_is() -> None:
    image = Image.new("RGB", (400, 400), (0, 0, 0))
    image.paste((250, 250, 250), (100, 100, 200, 200))
    before = image.tobytes()
    fitted = fit(image, 100, (100, 100, 200, 200))
    assert fitted.size == (100, 100)
    assert fitted.getpixel((50, 50)) == (250, 250, 250)
    assert image.tobytes() == before


@pytest.mark.parametrize(
    "box", [(-50.0, -50.0, 9999.0, 9999.0), (399.5, 399.5, 399.6, 399.6), (500.0, 500.0, 600.0, 600.0)]
)
def test_a_box_outside_the_picture_gives_pixels_all_the_same(box: Box) -> None:
    assert min(fit(Image.new("RGB", (400, 400)), 64, box).size) >= LEAST_SIDE


def test_a_size_that_no_model_takes_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        fit(PAGE, 16)


def test_a_large_photo_made_smaller_in_two_steps_shows_the_same() -> None:
    large = Image.effect_noise((3001, 1999), 60).convert("RGB")
    large.paste((200, 30, 40), (1500, 0, 3001, 1999))
    once = fit(large.crop((100, 50, 3000, 1997)), 400)
    twice = fit(averaged(large, 400, (100.0, 50.0, 3000.0, 1999.0)), 400)
    assert abs(once.height - twice.height) <= 1
    colours = [picture.getpixel((380, 200)) for picture in (once, twice)]
    assert colours == [(200, 30, 40)] * 2
    edges = [next(x for x in range(400) if p.getpixel((x, 100))[2] == 40) for p in (once, twice)]  # type: ignore[index]
    assert abs(edges[0] - edges[1]) <= 1


@pytest.mark.parametrize("size", [(1000, 800), (3000, 30), (40, 3000)])
def test_a_small_or_narrow_picture_is_only_cut(size: tuple[int, int]) -> None:
    image = Image.new("RGB", size)
    assert averaged(image, 1024 if size[0] == 1000 else 256, (0.0, 0.0, *map(float, size))).size == size  # type: ignore[arg-type]
