"""Bar codes of the three retail sizes, from the element tables of scripts/samples/codes.py."""

from __future__ import annotations

from scripts.samples.canvas import Canvas, Ink, Point
from scripts.samples.codes import GUARDS, LEFT_ODD, QUIET_LEFT, QUIET_RIGHT, RIGHT, draw_ean13, modules


def bars_width(code: str, module: int) -> float:
    return module * (QUIET_LEFT + (67 if len(code) == 8 else 95) + QUIET_RIGHT + 2)


def draw_bars(canvas: Canvas, at: Point, code: str, module: int = 3, height: float = 110) -> float:
    """EAN-13, EAN-8 or UPC-A by the number of digits. Gives the y below."""
    if len(code) == 13:
        draw_ean13(canvas, at, code, module, height)
    elif len(code) == 12:
        _draw(canvas, at, modules("0" + code), GUARDS, f"{code[0]} {code[1:6]} {code[6:11]} {code[11]}", module, height)
    else:
        left = "".join(LEFT_ODD[int(digit)] for digit in code[:4])
        right = "".join(RIGHT[int(digit)] for digit in code[4:])
        guards = (*range(3), *range(31, 36), *range(64, 67))
        _draw(canvas, at, f"101{left}01010{right}101", guards, f"{code[:4]} {code[4:]}", module, height)
    return at[1] + height + module * 15


def _draw(
    canvas: Canvas, at: Point, pattern: str, guards: tuple[int, ...], digits: str, module: int, height: float
) -> None:
    x, y = at
    width = (QUIET_LEFT + len(pattern) + QUIET_RIGHT) * module
    canvas.bars((x, y, x + width, y + height + module * 14), "#ffffff")
    start, top = x + QUIET_LEFT * module, y + 2 * module
    for index, bar in enumerate(pattern):
        if bar == "1":
            foot = top + height + (3 * module if index in guards else 0)
            canvas.bars((start + index * module, top, start + (index + 1) * module, foot), "#000000")
    ink = Ink("latin", module * 7.6, "#000000")
    canvas.fit((x + width / 2, top + height + 3.6 * module), digits, ink, width - 6, "ma")
