"""A drawn page becomes a photo of it: laid on a surface, seen at an angle, with the faults of a camera.

Deterministic: the same page, `Shot`, Pillow and NumPy give the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from scripts.samples.canvas import SUPERSAMPLE, Point

SURFACES = {
    "wood": ((176, 132, 92), (22, 3)),
    "slate": ((92, 98, 106), (10, 10)),
    "linen": ((214, 207, 195), (6, 6)),
    "table": ((226, 228, 230), (14, 14)),
}
"""Base colour, and the grain's size in 1/400 of the picture's width along x and y."""


@dataclass(frozen=True)
class Shot:
    """How a page is photographed. All zero and no surface: a screenshot."""

    seed: int
    surface: str | None = None
    tilt: float = 0.0
    """Degrees, counter-clockwise."""
    perspective: float = 0.0
    """How far corners wander, as a share of the page's shorter side."""
    curve: float = 0.0
    """Darkening towards the sides, 0 to 1, as on a can."""
    blur: float = 0.0
    """Standard deviation in pixels of the final picture."""
    glare: float = 0.0
    """Strength of one soft reflection, 0 to 1."""
    noise: float = 0.0
    """Standard deviation of sensor noise, grey levels."""
    quality: int = 85
    longest: int = 1300
    """Longest side of the photo in pixels, at most; a screenshot keeps the page's own size."""


def take(page: Image.Image, shot: Shot) -> Image.Image:
    """The photo of a supersampled page, RGB, in its final pixels."""
    rng = np.random.default_rng(shot.seed)
    page = _round_off(page, shot.curve)
    scene = _lay(page, shot, rng) if shot.surface else page
    scale = min(1 / SUPERSAMPLE, shot.longest / max(scene.size))
    photo = scene.resize((round(scene.width * scale), round(scene.height * scale)), Image.Resampling.LANCZOS)
    if shot.blur:
        photo = photo.filter(ImageFilter.GaussianBlur(shot.blur))
    return _expose(photo, shot, rng)


def encode(photo: Image.Image, quality: int) -> bytes:
    """JPEG bytes."""
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()


def _round_off(page: Image.Image, curve: float) -> Image.Image:
    """Light that falls off to the left and right."""
    if not curve:
        return page
    across = np.linspace(-1, 1, page.width)
    light = 1 - curve * np.abs(across) ** 3
    return Image.fromarray((np.asarray(page) * light[None, :, None]).astype(np.uint8))


def surface(name: str, size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """A picture of a material to lay things on."""
    base, (grain_x, grain_y) = SURFACES[name]
    shape = (max(2, round(400 * size[1] / size[0] / grain_y)), max(2, round(400 / grain_x)))
    grain = Image.fromarray((rng.normal(128, 26, shape)).clip(0, 255).astype(np.uint8))
    smooth = grain.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(size[0] / 400 * grain_y))
    relief = (np.asarray(smooth, dtype=np.float32) - 128) / 128
    colour = np.array(base, dtype=np.float32)[None, None] * (1 + 0.16 * relief[..., None])
    return Image.fromarray(colour.clip(0, 255).astype(np.uint8))


def _corners(size: tuple[int, int], shot: Shot, rng: np.random.Generator) -> tuple[list[Point], tuple[int, int]]:
    """Where the page's four corners fall, and the size of the scene that holds them with a margin."""
    width, height = size
    wander = rng.uniform(-1, 1, (4, 2)) * shot.perspective * min(size)
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=float) + wander
    angle = np.radians(-shot.tilt)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = flat @ turn
    margin = 0.045 * max(size)
    turned -= turned.min(axis=0) - margin
    extent = turned.max(axis=0) + margin
    return [(float(x), float(y)) for x, y in turned], (round(extent[0]), round(extent[1]))


def _coefficients(target: list[Point], source: list[Point]) -> list[float]:
    """The eight numbers of the projective map from target to source pixels that Pillow asks for."""
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    return [float(c) for c in np.linalg.solve(np.array(rows), np.array(source).reshape(8))]


def _lay(page: Image.Image, shot: Shot, rng: np.random.Generator) -> Image.Image:
    """The page on its surface with a shadow, seen at an angle."""
    corners, size = _corners(page.size, shot, rng)
    width, height = page.size
    coefficients = _coefficients(corners, [(0, 0), (width, 0), (width, height), (0, height)])
    scene = surface(shot.surface or "table", size, rng)
    outline = Image.new("L", size)
    ImageDraw.Draw(outline).polygon(corners, fill=255)
    outline = outline.filter(ImageFilter.MinFilter(5))  # the outermost pixels are mixed with what lies beyond the page
    drop = round(0.006 * max(size))
    shade = Image.new("L", size)
    shade.paste(outline.point(lambda v: v * 0.55), (drop, 2 * drop))
    scene.paste(Image.new("RGB", size), (0, 0), shade.filter(ImageFilter.GaussianBlur(2 * drop)))
    seen = page.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    scene.paste(seen, (0, 0), outline)
    return scene


def _expose(photo: Image.Image, shot: Shot, rng: np.random.Generator) -> Image.Image:
    """Uneven light, one reflection, sensor noise."""
    pixels: np.ndarray = np.asarray(photo, dtype=np.float32)
    height, width = pixels.shape[:2]
    yy, xx = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    if shot.surface:
        direction = rng.uniform(-1, 1, 2)
        pixels = pixels * (1 + 0.07 * (direction[0] * (xx - 0.5) + direction[1] * (yy - 0.5)))[..., None]
    if shot.glare:
        spot = rng.uniform(0.2, 0.8, 2)
        reach = np.exp(-(((xx - spot[0]) / 0.3) ** 2 + ((yy - spot[1]) / 0.16) ** 2))
        pixels = pixels + (255 - pixels) * (shot.glare * reach)[..., None]
    if shot.noise:
        pixels = pixels + rng.normal(0, shot.noise, (height, width, 1))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
