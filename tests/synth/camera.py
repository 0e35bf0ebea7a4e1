"""Clean and bad photos of a drawn page: what a telephone in a shop does to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np
from PIL import Image

from scripts.samples.photo import SURFACES, Shot, encode, surface, take

LONGEST = 1024
"""Pixels of the photo's longest side, unless a fault says otherwise."""


@dataclass(frozen=True)
class View:
    """A shot, and the faults that scripts/samples/photo.py does not know."""

    shot: Shot
    bend: float = 0.0
    """Half the angle, in degrees, of the cylinder the label is wrapped around."""
    share: float = 1.0
    """Part of the frame's area the label fills."""
    motion: int = 0
    """Length in pixels of the streak a moving camera leaves."""
    dark: float = 0.0
    """How far light falls short, 0 to 1."""
    spot: float = 0.0
    """Strength of a hard reflection, 0 to 1."""
    turn: int = 0
    """Quarter turns counter-clockwise."""
    faults: str = ""


def clean_view(rng: Random) -> View:
    """Lying flat in good light, or a screenshot."""
    seed = rng.randrange(10**6)
    if rng.random() < 0.3:
        return View(Shot(seed, longest=LONGEST, quality=rng.randint(82, 92)))
    return View(
        Shot(
            seed, rng.choice(sorted(SURFACES)), tilt=rng.uniform(-1.5, 1.5), perspective=rng.uniform(0, 0.012),
            blur=0.3, glare=rng.uniform(0, 0.15), noise=1.2, quality=rng.randint(82, 92), longest=LONGEST,
        )
    )  # fmt: skip


FAULTS = (
    "perspective", "curved", "blur", "motion", "glare", "dark", "jpeg", "small", "tilt", "quarter", "turned",
)  # fmt: skip


def bad_view(rng: Random) -> View:
    """One main fault and, in half the photos, a second one."""
    chosen = rng.sample(FAULTS, 2 if rng.random() < 0.5 else 1)
    if {"small", "quarter"} <= set(chosen):  # together the print falls below what anybody can read
        chosen = chosen[:1]
    view = clean_view(rng)
    view = replace(view, shot=replace(view.shot, surface=view.shot.surface or "table", noise=2.0))
    for fault in chosen:
        view = _with_fault(rng, view, fault)
    return replace(view, faults=" ".join(sorted(chosen)))


def _with_fault(rng: Random, view: View, fault: str) -> View:
    shot = view.shot
    changes: dict[str, Shot] = {
        "perspective": replace(shot, perspective=rng.uniform(0.04, 0.075)),
        "blur": replace(shot, blur=rng.uniform(0.9, 1.4)),
        "jpeg": replace(shot, quality=rng.randint(18, 35)),
        "small": replace(shot, longest=rng.choice((720, 800))),
        "tilt": replace(shot, tilt=rng.choice((-1, 1)) * rng.uniform(4, 10)),
    }
    if fault in changes:
        return replace(view, shot=changes[fault])
    if fault == "dark":
        return replace(view, dark=rng.uniform(0.55, 0.75), shot=replace(shot, noise=5.0))
    more: dict[str, View] = {
        "curved": replace(view, bend=rng.uniform(30, 52)),
        "motion": replace(view, motion=rng.randint(3, 5)),
        "glare": replace(view, spot=rng.uniform(0.5, 0.85)),
        "quarter": replace(view, share=rng.uniform(0.22, 0.3), shot=replace(shot, longest=1600)),
        "turned": replace(view, turn=rng.choice((1, 2, 3))),
    }
    return more[fault]


def photograph(page: Image.Image, view: View) -> bytes:
    """JPEG bytes of the page as seen."""
    rng = np.random.default_rng(view.shot.seed)
    if view.bend:
        page = bend(page, np.radians(view.bend))
    shot = view.shot
    if view.share < 1:
        page, shot = set_in_frame(page, view, rng), replace(shot, surface=None)
    photo = take(page, shot)
    if view.motion:
        photo = _streak(photo, view.motion, rng)
    if view.spot:
        photo = _reflect(photo, view.spot, rng)
    if view.dark:
        photo = _darken(photo, view.dark)
    if view.turn:
        photo = photo.rotate(90 * view.turn, expand=True)
    return encode(photo, shot.quality)


def bend(page: Image.Image, half_angle: float) -> Image.Image:
    """The page wrapped around an upright cylinder, seen from a little above the middle.

    A point at angle t from the nearest edge line appears at radius * sin(t); the page is
    radius * half_angle wide on each side. Lines sag towards the sides by (1 - cos t).
    """
    source = np.asarray(page)
    height, width = source.shape[:2]
    radius = width / 2 / half_angle
    seen = round(2 * radius * np.sin(half_angle))
    across = (np.arange(seen) - seen / 2) / radius
    angle = np.arcsin(np.clip(across, -1, 1))
    sag = radius * 0.18 * (1 - np.cos(angle))
    tall = height + round(float(sag.max()))
    map_x = np.broadcast_to((angle * radius + width / 2).astype(np.float32), (tall, seen))
    rows = np.arange(tall, dtype=np.float32)[:, None]
    map_y = (rows - (sag.max() - sag)[None].astype(np.float32)).astype(np.float32)
    edge = tuple(int(v) for v in source[4, 4])
    bent = cv2.remap(source, map_x.copy(), map_y, cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=edge)
    light = 0.55 + 0.45 * np.cos(angle)
    return Image.fromarray((bent * light[None, :, None]).astype(np.uint8))


def set_in_frame(page: Image.Image, view: View, rng: np.random.Generator) -> Image.Image:
    """The page on a large surface of which it fills `view.share`."""
    grow = (1 / view.share) ** 0.5
    size = (round(page.width * grow), round(page.height * grow))
    scene = surface(view.shot.surface or "table", size, rng)
    turned = page.convert("RGBA").rotate(view.shot.tilt, Image.Resampling.BICUBIC, expand=True)
    spots = [max(1, size[axis] - turned.size[axis]) for axis in (0, 1)]
    corner = (int(rng.integers(0, spots[0])), int(rng.integers(0, spots[1])))
    scene.paste(turned.convert("RGB"), corner, turned.getchannel("A"))
    return scene


def _streak(photo: Image.Image, length: int, rng: np.random.Generator) -> Image.Image:
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), float(rng.uniform(0, 180)), 1)
    streak = cv2.warpAffine(kernel, turn, (length, length))
    kernel = np.asarray(streak / max(float(streak.sum()), 1e-6), np.float32)
    return Image.fromarray(cv2.filter2D(np.asarray(photo), -1, kernel))


def _reflect(photo: Image.Image, strength: float, rng: np.random.Generator) -> Image.Image:
    """A bright streak, as of a window on a shiny pack: print under its middle nearly vanishes."""
    pixels = np.asarray(photo, dtype=np.float32)
    height, width = pixels.shape[:2]
    yy, xx = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    slope = rng.uniform(-1, 1)
    distance = (xx - rng.uniform(0.25, 0.75)) + slope * (yy - rng.uniform(0.25, 0.75))
    reach = np.exp(-((distance / 0.11) ** 2)) * strength
    return Image.fromarray((pixels + (255 - pixels) * reach[..., None]).clip(0, 255).astype(np.uint8))


def _darken(photo: Image.Image, lack: float) -> Image.Image:
    """Less light, and a warm lamp."""
    pixels = np.asarray(photo, dtype=np.float32) * (1 - lack) * np.array((1.08, 1.0, 0.84), np.float32)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
