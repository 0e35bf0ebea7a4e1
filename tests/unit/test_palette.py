"""The palette is measured: areas come out as shares, near shades as one colour."""

from __future__ import annotations

from PIL import Image

from core.palette import measure_palette


def halves(left: str, right: str, share: float = 0.5) -> Image.Image:
    image = Image.new("RGB", (400, 200), right)
    image.paste(Image.new("RGB", (int(400 * share), 200), left), (0, 0))
    return image


def test_two_areas_give_two_colours_with_their_shares() -> None:
    palette = measure_palette(halves("#d81e06", "#ffffff", share=0.25))
    assert [colour["hex"] for colour in palette] == ["#ffffff", "#d81e06"]
    assert [colour["share"] for colour in palette] == [0.75, 0.25]


def test_near_shades_are_one_colour() -> None:
    assert len(measure_palette(halves("#d81e06", "#d0200a"))) == 1


def test_small_areas_are_left_out() -> None:
    assert len(measure_palette(halves("#000000", "#ffffff", share=0.01))) == 1


def test_same_pixels_give_the_same_palette_in_any_mode() -> None:
    image = halves("#123456", "#fedcba")
    assert measure_palette(image) == measure_palette(image) == measure_palette(image.convert("RGBA"))


def test_at_most_count_colours_are_given() -> None:
    stripes = Image.new("RGB", (240, 40))
    for i, colour in enumerate(("red", "lime", "blue", "yellow", "cyan", "magenta", "black", "white")):
        stripes.paste(Image.new("RGB", (30, 40), colour), (30 * i, 0))
    assert len(measure_palette(stripes, count=3)) == 3
