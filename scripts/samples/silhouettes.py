"""Products drawn from shapes, for fronts and posters. Each painter fills the box it is given.

Painters take the canvas, a box in logical pixels and a `Paint`; the brand is printed on the
pack only where `Paint.brand` names it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scripts.samples.canvas import Box, Canvas, Ink, Point, oval, rounded, smooth


@dataclass(frozen=True)
class Paint:
    """Colours of a pack: body from light to shade, a second colour, and the words on it."""

    light: str
    body: str
    shade: str
    accent: str = "#ffffff"
    brand: str = ""
    face: str = "sans-bold"
    text: str = "#ffffff"


Painter = Callable[[Canvas, Box, Paint], None]


def at(box: Box, u: float, v: float) -> Point:
    """A point inside the box, given in fractions of its width and height."""
    return box[0] + u * (box[2] - box[0]), box[1] + v * (box[3] - box[1])


def part(box: Box, u0: float, v0: float, u1: float, v1: float) -> Box:
    return (*at(box, u0, v0), *at(box, u1, v1))


def outline(box: Box, points: list[Point]) -> list[Point]:
    return [at(box, u, v) for u, v in points]


def print_brand(canvas: Canvas, box: Box, paint: Paint, size: float = 0.6) -> None:
    """The brand in the middle of `box`, as large as fits."""
    if not paint.brand:
        return
    ink = Ink(paint.face, (box[3] - box[1]) * size, paint.text)
    canvas.fit(at(box, 0.5, 0.5), paint.brand, ink, (box[2] - box[0]) * 0.84, "mm")


def ground_shadow(canvas: Canvas, box: Box) -> None:
    x0, _, x1, y1 = box
    canvas.shadow((x0 - 6, y1 - 16, x1 + 6, y1 + 18), 0.4, 12)


def carton(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A drink carton with a gable top and a screw cap, seen a little from the left."""
    ground_shadow(canvas, box)
    front = outline(box, [(0, 0.22), (0.72, 0.22), (0.72, 1), (0, 1)])
    side = outline(box, [(0.72, 0.22), (1, 0.17), (1, 0.95), (0.72, 1)])
    roof = outline(box, [(0, 0.22), (0.09, 0.06), (0.72, 0.06), (0.72, 0.22)])
    gable = outline(box, [(0.72, 0.06), (0.9, 0.08), (1, 0.17), (0.72, 0.22)])
    canvas.shape(side, paint.shade, paint.body)
    canvas.shape(front, paint.light, paint.body)
    canvas.shape(roof, paint.body, paint.light)
    canvas.shape(gable, paint.shade)
    canvas.shape(outline(box, [(0.09, 0.0), (0.72, 0.0), (0.72, 0.065), (0.09, 0.065)]), paint.accent, paint.light)
    canvas.ellipse(part(box, 0.3, 0.1, 0.52, 0.18), paint.shade, paint.accent)
    hills(canvas, part(box, 0, 0.66, 0.72, 1), paint)
    print_brand(canvas, part(box, 0.04, 0.32, 0.68, 0.46), paint)


def hills(canvas: Canvas, box: Box, paint: Paint) -> None:
    """Two lines of hills, as printed on cartons."""
    far = [*((u / 20, 0.36 - 0.2 * math.sin(u / 20 * math.pi * 1.2)) for u in range(21)), (1, 1), (0, 1)]
    near = [*((u / 20, 0.66 - 0.16 * math.sin(u / 20 * math.pi * 1.2 - 1.4)) for u in range(21)), (1, 1), (0, 1)]
    canvas.shape(outline(box, far), paint.accent, alpha=0.55)
    canvas.shape(outline(box, near), paint.accent)


def bottle(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A drink bottle with a cap and a paper band."""
    ground_shadow(canvas, part(box, 0.1, 0, 0.9, 1))
    body = [(0.36, 0.06), (0.64, 0.06), (0.65, 0.2), (0.68, 0.26), (0.98, 0.34), (1, 0.42), (0.97, 0.7), (1, 0.97)]
    mirrored = [(1 - u, v) for u, v in reversed(body[2:])]
    canvas.shape(
        smooth(outline(box, [*body, (0.95, 1), (0.05, 1), *mirrored]), 3),
        paint.body,
        paint.light,
        paint.body,
        paint.shade,
    )
    canvas.rect(part(box, 0.33, 0, 0.67, 0.09), paint.accent, paint.shade, radius=6)
    canvas.rect(part(box, 0.012, 0.46, 0.988, 0.78), "#e9efe8", "#ffffff", "#ffffff", "#cfd8d0")
    canvas.rect(part(box, 0.012, 0.74, 0.988, 0.78), paint.accent)
    canvas.rect(part(box, 0.16, 0.36, 0.24, 0.96), "#ffffff", alpha=0.28, radius=10)
    print_brand(canvas, part(box, 0.06, 0.52, 0.94, 0.68), paint)


def pouch(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A stand-up snack pouch with a window of nuts."""
    ground_shadow(canvas, box)
    left = [(0.05 - 0.05 * math.sin(math.pi * step / 22), step / 20) for step in range(20)]
    right = [(1 - u, v) for u, v in reversed(left)]
    body = [*left, (0.025, 0.985), (0.07, 1), (0.5, 1.012), (0.93, 1), (0.975, 0.985), *right]
    canvas.shape(outline(box, body), paint.body, paint.light, paint.body, paint.shade)
    canvas.shape(
        outline(box, [(0.05, 0), (0.95, 0), (0.958, 0.07), (0.042, 0.07)]),
        paint.shade,
        paint.body,
        paint.shade,
        alpha=0.6,
    )
    canvas.stroke(outline(box, [(0.042, 0.075), (0.958, 0.075)]), paint.shade, 2)
    window = part(box, 0.16, 0.52, 0.84, 0.9)
    canvas.ellipse(window, "#fff4dd", "#f3d9a6", vertical=True)
    nuts(canvas, window)
    canvas.shape(outline(box, [(0.1, 0.12), (0.17, 0.12), (0.12, 0.95), (0.06, 0.95)]), "#ffffff", alpha=0.22)
    print_brand(canvas, part(box, 0.08, 0.16, 0.92, 0.34), paint)
    canvas.rect(part(box, 0.3, 0.385, 0.7, 0.4), paint.accent, radius=3)


def nuts(canvas: Canvas, box: Box) -> None:
    """A heap of nuts inside an oval."""
    browns = (("#a5642a", "#6b3d14"), ("#c98b45", "#8a5722"), ("#e2b879", "#b2803d"), ("#7f8f3d", "#54631f"))
    size = (box[2] - box[0]) * 0.13
    spots = [
        (0.3, 0.42),
        (0.5, 0.3),
        (0.7, 0.42),
        (0.22, 0.6),
        (0.42, 0.58),
        (0.6, 0.6),
        (0.78, 0.6),
        (0.36, 0.76),
        (0.54, 0.8),
        (0.68, 0.74),
    ]
    for index, (u, v) in enumerate(spots):
        x, y = at(box, u, v)
        lean = 0.6 + 0.25 * (index % 3)
        canvas.ellipse((x - size, y - size * lean, x + size, y + size * lean), *browns[index % 4])
        canvas.ellipse(
            (x - size * 0.55, y - size * lean * 0.6, x - size * 0.1, y - size * lean * 0.25), "#ffffff", alpha=0.35
        )


def jar(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A glass jar with a metal lid and a label."""
    ground_shadow(canvas, box)
    canvas.shape(
        rounded(part(box, 0, 0.13, 1, 1), (box[2] - box[0]) * 0.13), paint.shade, paint.light, paint.body, paint.shade
    )
    canvas.rect(part(box, 0.04, 0, 0.96, 0.15), paint.accent, "#ffffff", paint.accent, paint.shade, radius=8)
    canvas.rect(part(box, 0, 0.34, 1, 0.82), "#e8ddca", "#fffaf0", "#fffaf0", "#d3c5ab")
    canvas.rect(part(box, 0, 0.36, 1, 0.375), paint.body)
    canvas.rect(part(box, 0, 0.785, 1, 0.8), paint.body)
    canvas.rect(part(box, 0.1, 0.18, 0.17, 0.96), "#ffffff", alpha=0.3, radius=8)
    print_brand(canvas, part(box, 0.04, 0.45, 0.96, 0.7), paint, 0.5)


def air_fryer(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A basket air fryer with a dial, a window and a handle."""
    ground_shadow(canvas, part(box, 0.06, 0, 0.94, 1))
    body = [(0.12, 0.02), (0.88, 0.02), (1, 0.2), (0.98, 0.82), (0.88, 1), (0.12, 1), (0.02, 0.82), (0, 0.2)]
    canvas.shape(smooth(outline(box, body), 3), paint.shade, paint.light, paint.body, paint.shade)
    canvas.ellipse(part(box, 0.36, 0.07, 0.64, 0.31), "#20242b", "#0d0f13", vertical=True)
    canvas.stroke(oval(part(box, 0.385, 0.092, 0.615, 0.288)), paint.accent, 4, closed=True)
    canvas.stroke([at(box, 0.5, 0.19), at(box, 0.57, 0.13)], "#ffffff", 4)
    canvas.stroke(outline(box, [(0.03, 0.42), (0.97, 0.42)]), paint.shade, 4)
    window = part(box, 0.2, 0.5, 0.8, 0.82)
    canvas.rect(window, "#2b1a0c", "#7a4415", "#2b1a0c", vertical=True, radius=18)
    fries(canvas, window)
    canvas.rect(part(box, 0.42, 0.62, 0.58, 0.94), "#3a3f49", "#14161b", radius=12)
    canvas.rect(part(box, 0.09, 0.14, 0.13, 0.86), "#ffffff", alpha=0.35, radius=8)
    print_brand(canvas, part(box, 0.28, 0.33, 0.72, 0.41), paint, 0.9)


def fries(canvas: Canvas, box: Box) -> None:
    for index in range(14):
        u = 0.05 + index * 0.068
        lean = 0.05 * math.sin(index * 2.4)
        top = 0.35 + 0.2 * math.sin(index * 1.7) ** 2
        stick = [(u, top), (u + 0.05, top), (u + 0.05 + lean, 0.92), (u + lean, 0.92)]
        canvas.shape(outline(box, stick), "#f6c65b", "#d8912b")


def kettle(canvas: Canvas, box: Box, paint: Paint) -> None:
    """An electric kettle: body, spout, handle and base."""
    ground_shadow(canvas, part(box, 0.1, 0, 0.8, 1))
    canvas.stroke(outline(box, [(0.72, 0.2), (0.95, 0.22), (0.98, 0.36), (0.93, 0.62), (0.78, 0.74)]), "#2c2f36", 26)
    canvas.shape(outline(box, [(0.2, 0.22), (0.02, 0.14), (0.06, 0.24), (0.18, 0.44)]), paint.body, paint.light)
    body = [(0.2, 0.14), (0.74, 0.14), (0.84, 0.9), (0.1, 0.9)]
    canvas.shape(outline(box, body), paint.body, paint.light, paint.body, paint.shade)
    canvas.rect(part(box, 0.22, 0.06, 0.72, 0.15), "#3a3f49", "#1a1c21", radius=10)
    canvas.ellipse(part(box, 0.42, 0.0, 0.52, 0.07), "#3a3f49")
    canvas.rect(part(box, 0.06, 0.91, 0.88, 1), "#3a3f49", "#17191d", radius=8)
    canvas.rect(part(box, 0.25, 0.2, 0.3, 0.84), "#ffffff", alpha=0.4, radius=8)
    print_brand(canvas, part(box, 0.2, 0.4, 0.76, 0.52), paint)


def rice_cooker(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A rice cooker with a display."""
    ground_shadow(canvas, part(box, 0.06, 0, 0.94, 1))
    body = [(0.0, 0.36), (1.0, 0.36), (1.03, 0.6), (0.96, 1.0), (0.04, 1.0), (-0.03, 0.6)]
    canvas.shape(smooth(outline(box, body), 3), paint.shade, paint.light, paint.body, paint.shade)
    lid = [
        (0.02, 0.4),
        *((0.5 - 0.46 * math.cos(t), 0.34 - 0.3 * math.sin(t)) for t in (math.pi * s / 30 for s in range(31))),
        (0.98, 0.4),
    ]
    canvas.shape(outline(box, lid), paint.body, paint.light, paint.shade)
    canvas.rect(part(box, 0.38, 0.09, 0.62, 0.14), "#3a3f49", "#1d2026", radius=8)
    canvas.rect(part(box, 0.015, 0.37, 0.985, 0.41), "#3a3f49", "#23262d", radius=6)
    canvas.rect(part(box, 0.3, 0.52, 0.7, 0.86), "#2b2f38", "#111318", radius=14, vertical=True)
    canvas.rect(part(box, 0.35, 0.56, 0.65, 0.7), "#8fd3ff", "#5aa7dd", radius=6)
    for u in (0.38, 0.5, 0.62):
        canvas.ellipse(part(box, u - 0.035, 0.74, u + 0.035, 0.82), paint.accent)
    print_brand(canvas, part(box, 0.3, 0.42, 0.7, 0.51), paint, 0.8)


def earbuds(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A pair of earbuds over their open case."""
    ground_shadow(canvas, part(box, 0.1, 0, 0.9, 1))
    canvas.rect(part(box, 0.12, 0.3, 0.88, 0.62), paint.shade, paint.body, vertical=True, radius=60)
    for u, tilt in ((0.28, -0.03), (0.72, 0.03)):
        stem = [(u - 0.04, 0.22), (u + 0.04, 0.22), (u + 0.03 + tilt, 0.6), (u - 0.03 + tilt, 0.6)]
        canvas.shape(smooth(outline(box, stem), 2), paint.light, paint.body, paint.shade)
        canvas.ellipse(part(box, u - 0.13, 0.03, u + 0.13, 0.29), paint.light, paint.body, paint.shade)
        canvas.ellipse(part(box, u - 0.06, 0.09, u + 0.06, 0.22), "#20242b", "#4a515e")
    canvas.rect(part(box, 0.06, 0.52, 0.94, 1), paint.light, paint.body, paint.shade, vertical=True, radius=80)
    canvas.ellipse(part(box, 0.48, 0.6, 0.52, 0.64), paint.accent)
    print_brand(canvas, part(box, 0.24, 0.68, 0.76, 0.84), paint)


def speaker(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A portable speaker lying on its side, with a cloth grille."""
    ground_shadow(canvas, part(box, 0.04, 0, 0.96, 1))
    canvas.rect(box, paint.light, paint.body, paint.shade, vertical=True, radius=(box[3] - box[1]) * 0.45)
    canvas.rect(part(box, 0.1, 0.12, 0.9, 0.88), paint.shade, radius=(box[3] - box[1]) * 0.34)
    for row in range(9):
        for column in range(26):
            x, y = at(box, 0.17 + column * 0.0265, 0.22 + row * 0.07)
            canvas.ellipse((x - 2.5, y - 2.5, x + 2.5, y + 2.5), paint.body)
    canvas.rect(part(box, 0.32, 0.38, 0.68, 0.62), paint.shade, radius=10)
    print_brand(canvas, part(box, 0.32, 0.38, 0.68, 0.62), paint)


def headphones(canvas: Canvas, box: Box, paint: Paint) -> None:
    """Over-ear headphones from the front."""
    ground_shadow(canvas, part(box, 0.1, 0, 0.9, 1))
    arc = [
        at(box, 0.5 + 0.4 * math.cos(t), 0.5 - 0.44 * math.sin(t)) for t in (math.pi * step / 40 for step in range(41))
    ]
    canvas.stroke(arc, paint.shade, 34)
    canvas.stroke(arc, paint.light, 12)
    for u0, u1, stops in ((0.0, 0.26, (paint.light, paint.body)), (0.74, 1.0, (paint.body, paint.shade))):
        canvas.rect(part(box, u0, 0.42, u1, 0.98), *stops, radius=52)
        inner = (u0 + 0.18, u1 + 0.04) if u0 < 0.5 else (u0 - 0.04, u1 - 0.18)
        canvas.rect(part(box, inner[0], 0.46, inner[1], 0.94), "#24272e", "#3b404b", radius=34)
    canvas.ellipse(part(box, 0.08, 0.64, 0.16, 0.74), paint.accent)


def cup(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A paper cup of coffee with a lid and a sleeve."""
    ground_shadow(canvas, part(box, 0.12, 0, 0.88, 1))
    canvas.shape(
        outline(box, [(0.06, 0.14), (0.94, 0.14), (0.82, 1), (0.18, 1)]), "#efe6d8", "#ffffff", "#f3ebdf", "#cdbfa9"
    )
    canvas.shape(
        outline(box, [(0.105, 0.36), (0.895, 0.36), (0.855, 0.76), (0.145, 0.76)]),
        paint.body,
        paint.light,
        paint.body,
        paint.shade,
    )
    canvas.rect(part(box, 0.0, 0.07, 1, 0.16), paint.shade, paint.body, paint.shade, radius=8)
    canvas.rect(part(box, 0.1, 0.0, 0.9, 0.09), paint.shade, paint.body, paint.shade, radius=8)
    print_brand(canvas, part(box, 0.14, 0.48, 0.86, 0.64), paint)


def chocolate(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A bar coming out of its wrapper."""
    ground_shadow(canvas, box)
    canvas.rect(part(box, 0.04, 0, 0.96, 0.6), "#6b3a1c", "#3f1f0d", vertical=True, radius=8)
    for row in range(3):
        for column in range(4):
            u, v = 0.07 + column * 0.2175, 0.02 + row * 0.155
            canvas.rect(part(box, u, v, u + 0.2, v + 0.14), "#8a4f2a", "#532a12", vertical=True, radius=5)
    canvas.shape(
        outline(box, [(0, 0.4), (0.2, 0.44), (0.4, 0.39), (0.62, 0.44), (0.82, 0.4), (1, 0.43), (1, 1), (0, 1)]),
        paint.light,
        paint.body,
        paint.shade,
    )
    canvas.rect(part(box, 0, 0.82, 1, 0.86), paint.accent)
    print_brand(canvas, part(box, 0.06, 0.54, 0.94, 0.76), paint)


def bowl(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A bowl of soup or cereal from above its edge."""
    ground_shadow(canvas, part(box, 0.1, 0, 0.9, 1))
    side = [(0.5 - 0.48 * math.cos(t), 0.33 + 0.64 * math.sin(t)) for t in (math.pi * step / 40 for step in range(41))]
    canvas.shape(outline(box, side), "#ffffff", "#f3efe8", "#b9b0a2")
    canvas.rect(part(box, 0.36, 0.93, 0.64, 1), "#f3efe8", "#b9b0a2", radius=6)
    canvas.ellipse(part(box, 0.02, 0.06, 0.98, 0.6), "#ffffff", "#d9d2c6")
    canvas.ellipse(part(box, 0.07, 0.11, 0.93, 0.55), paint.light, paint.body, paint.shade)
    for index in range(9):
        reach = 0.1 + 0.027 * index
        u, v = 0.5 + reach * math.cos(index * 2.4), 0.33 + 0.5 * reach * math.sin(index * 2.4)
        canvas.ellipse(part(box, u - 0.05, v - 0.03, u + 0.05, v + 0.03), paint.accent, "#4f8a34")


ASPECT = {
    "carton": 0.56, "bottle": 0.34, "pouch": 0.7, "jar": 0.72, "air_fryer": 0.86, "kettle": 0.98, "rice_cooker": 1.12,
    "earbuds": 0.84, "speaker": 2.1, "headphones": 0.9, "cup": 0.66, "chocolate": 0.92, "bowl": 1.35,
}  # fmt: skip
"""Width over height of each product."""

PAINTERS: dict[str, Painter] = {
    painter.__name__: painter
    for painter in (
        carton, bottle, pouch, jar, air_fryer, kettle, rice_cooker, earbuds, speaker, headphones, cup, chocolate, bowl,
    )
}  # fmt: skip


def draw_product(canvas: Canvas, name: str, box: Box, paint: Paint) -> None:
    """The product in its own proportions, as large as `box` allows, standing on its lower edge (thin things float)."""
    x0, y0, x1, y1 = box
    width = min(x1 - x0, (y1 - y0) * ASPECT[name])
    height = width / ASPECT[name]
    foot = y1 - (y1 - y0 - height) * 0.4
    middle = (x0 + x1) / 2
    PAINTERS[name](canvas, (middle - width / 2, foot - height, middle + width / 2, foot), paint)
