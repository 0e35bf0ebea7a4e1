"""Numbers with check digits, and the EAN-13 symbol drawn to the standard's element widths."""

from __future__ import annotations

from stdnum import ean
from stdnum.iso7064 import mod_11_10

from scripts.samples.canvas import Canvas, Ink, Point

LEFT_ODD = (
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
)
"""Number set A of the GS1 General Specifications, 5.2.1.2.1: seven modules a digit, 1 is a bar."""
RIGHT = tuple("".join("10"[int(bit)] for bit in code) for code in LEFT_ODD)
LEFT_EVEN = tuple(code[::-1] for code in RIGHT)
PARITY = ("OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE", "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO")
"""Which of the six left digits are taken from set B: this encodes the first digit."""

QUIET_LEFT, QUIET_RIGHT = 11, 7
"""Light margins in modules (GS1 General Specifications, figure 5.2.3.4-1)."""
WIDTH = QUIET_LEFT + 95 + QUIET_RIGHT
GUARDS = (*range(3), *range(45, 50), *range(92, 95))


def gtin13(first_twelve: str) -> str:
    """The 13-digit number of an invented article. 200-299 are for use inside a company, never sold."""
    if len(first_twelve) != 12 or not first_twelve.startswith("2"):
        raise ValueError(f"{first_twelve!r}: give 12 digits that begin with 2, the prefixes no real article has")
    return first_twelve + ean.calc_check_digit(first_twelve)


def food_licence(first_thirteen: str) -> str:
    """A Chinese food production licence, SC + 14 digits, the last by ISO 7064 MOD 11,10."""
    return f"SC{first_thirteen}{mod_11_10.calc_check_digit(first_thirteen)}"


def modules(gtin: str) -> str:
    """The 95 modules of the symbol from guard to guard, '1' for a bar."""
    sets = {"O": LEFT_ODD, "E": LEFT_EVEN}
    left = "".join(sets[parity][int(digit)] for parity, digit in zip(PARITY[int(gtin[0])], gtin[1:7], strict=True))
    right = "".join(RIGHT[int(digit)] for digit in gtin[7:])
    return f"101{left}01010{right}101"


def draw_ean13(canvas: Canvas, at: Point, gtin: str, module: int = 3, height: float = 130) -> None:
    """Bars on a white panel with quiet zones and the digits below; `module` in whole logical pixels."""
    x, y = at
    digits = Ink("latin", module * 8.4, "#000000")
    canvas.bars((x, y, x + WIDTH * module, y + height + module * 12), "#ffffff")
    start = x + QUIET_LEFT * module
    top = y + 2 * module
    for index, bar in enumerate(modules(gtin)):
        if bar == "1":
            foot = top + height + (5 * module if index in GUARDS else 0)
            canvas.bars((start + index * module, top, start + (index + 1) * module, foot), "#000000")
    _draw_digits(canvas, gtin, start, top + height + 1.2 * module, module, digits)


def _draw_digits(canvas: Canvas, gtin: str, start: float, y: float, module: int, ink: Ink) -> None:
    """The human readable line: first digit in the quiet zone, then six and six, remembered as one line."""
    spread = [(start - 9 * module, gtin[0])]
    spread += [(start + (4 + 7 * i) * module, digit) for i, digit in enumerate(gtin[1:7])]
    spread += [(start + (50.5 + 7 * i) * module, digit) for i, digit in enumerate(gtin[7:])]
    canvas.scattered([((x, y), digit) for x, digit in spread], f"{gtin[0]} {gtin[1:7]} {gtin[7:]}", ink)
