"""Dominant colours, measured from the pixels: what an ad looks like, without anybody's judgement."""

from __future__ import annotations

import colorsys

from PIL import Image

Rgb = tuple[int, int, int]

SAMPLE_SIDE = 96
"""Pixels of the longer side of the thumbnail that is measured: enough for areas, too few for letters."""
CANDIDATES = 24
"""Colours of the first, fine cut; near ones are then joined."""
SAME_COLOUR = 60.0
"""Colours nearer than this (redmean distance, 0 to about 765) look like one colour in an ad."""
LEAST_SHARE = 0.02


def measure_palette(image: Image.Image, count: int = 6) -> list[dict[str, object]]:
    """At most `count` colours as {"hex": "#rrggbb", "share": 0..1}, largest area first.

    Shares are of the whole image and need not add up to 1: colours under 2 % are left out.
    The same pixels always give the same palette.
    """
    areas = _joined(_candidate_areas(image))
    total = sum(area for _, area in areas)
    shares = [(colour, area / total) for colour, area in areas]
    return [
        {"hex": "#{:02x}{:02x}{:02x}".format(*colour), "share": round(share, 3)}
        for colour, share in shares[:count]
        if share >= LEAST_SHARE
    ]


def _candidate_areas(image: Image.Image) -> list[tuple[Rgb, int]]:
    """Colours of a fine cut with their pixel counts, largest first."""
    small = image.convert("RGB")
    small.thumbnail((SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.BOX)
    cut = small.quantize(CANDIDATES, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    flat = cut.getpalette() or []
    found = [
        (area, _rgb(flat, int(index))) for area, index in cut.getcolors(CANDIDATES) or [] if isinstance(index, int)
    ]
    return [(colour, area) for area, colour in sorted(found, reverse=True)]


def _rgb(flat: list[int], index: int) -> Rgb:
    red, green, blue = flat[3 * index : 3 * index + 3]
    return red, green, blue


def _joined(areas: list[tuple[Rgb, int]]) -> list[tuple[Rgb, int]]:
    """Each colour joined to the largest one it looks like; that one's shade is kept."""
    groups: list[tuple[Rgb, int]] = []
    for colour, area in areas:
        for i, (kept, sum_so_far) in enumerate(groups):
            if _distance(colour, kept) < SAME_COLOUR:
                groups[i] = (kept, sum_so_far + area)
                break
        else:
            groups.append((colour, area))
    return sorted(groups, key=lambda group: -group[1])


def _distance(one: Rgb, other: Rgb) -> float:
    """Redmean: Euclid in RGB, weighted by how the eye sees red and blue (Riemersma, compuphase.com/cmetric.htm)."""
    mean_red = (one[0] + other[0]) / 2
    red, green, blue = (float(a - b) for a, b in zip(one, other, strict=True))
    return float(((2 + mean_red / 256) * red**2 + 4 * green**2 + (2 + (255 - mean_red) / 256) * blue**2) ** 0.5)


FAMILIES = ("red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink", "brown", "black", "grey", "white")
"""What `colour_family` answers, in the order of a colour wheel, then the colours without hue."""
_HUES = ((15, "red"), (45, "orange"), (70, "yellow"), (165, "green"), (195, "cyan"), (255, "blue"), (290, "purple"))
_WHITE, _BLACK, _GREY = 0.9, 0.18, 0.14
"""Value from which a pale colour is white, value below which any is black, saturation below which one is grey."""
_BROWN = 0.6
"""Value below which orange is called brown."""


def colour_family(colour: str) -> str:
    """The everyday name (one of FAMILIES) of "#rrggbb", so that posters of slightly different shades are counted
    together; "" for anything else. Hue, saturation and value decide; the limits are ours, of no standard.
    """
    try:
        red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    except ValueError:
        return ""
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if value < _BLACK:
        return "black"
    if saturation < _GREY:
        return "white" if value >= _WHITE else "grey"
    name = next((name for limit, name in _HUES if hue * 360 < limit), "pink" if hue * 360 < 345 else "red")
    return "brown" if name == "orange" and value < _BROWN else name
