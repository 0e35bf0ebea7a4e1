"""Lines become upright rows however the label stands in the photo."""

from __future__ import annotations

import pytest

from core.engines.embedded.layout import lay_out
from core.types import Line, Quad, Readings


def printed(text: str, x: float, y: float, length: float, slope: float) -> Line:
    """A line of height 20 that starts at (x, y) and falls `slope` pixels per pixel."""
    drop = length * slope
    quad: Quad = ((x, y), (x + length, y + drop), (x + length, y + drop + 20), (x, y + 20))
    return Line(text=text, box=(x, min(y, y + drop), x + length, max(y, y + drop) + 20), score=0.9, quad=quad)


def down_the_side(text: str) -> Line:
    """Print that runs down the side of the page: its first edge is upright."""
    quad: Quad = ((700.0, 60.0), (702.0, 300.0), (682.0, 300.0), (680.0, 60.0))
    return Line(text=text, box=(680, 60, 702, 300), score=0.8, quad=quad)


def table(fan: float) -> list[Line]:
    """Eight rows, a long name at the left and a number 400 px to its right, whose slope grows downwards."""
    lines = []
    for row in range(8):
        slope = 0.01 + fan * row
        lines.append(printed(f"a nutrient of row {row}", 20, 50 + 40 * row, 260, slope))
        lines.append(printed(f"{row}.5 g", 420, 50 + 40 * row + 400 * slope, 40, slope))
    return lines


@pytest.mark.parametrize("fan", [0.0, 0.004, -0.006], ids=["tilted", "fans out", "closes"])
@pytest.mark.parametrize("extra", [[], [down_the_side("9999")]], ids=["alone", "print down the side"])
def test_the_cells_of_a_row_are_level_in_the_upright_frame(fan: float, extra: list[Line]) -> None:
    lines = [*table(fan), *extra]
    page = lay_out(Readings(width=800, height=500, lines=tuple(lines)))
    middles = {piece.index: piece.middle for piece in page.pieces}
    for row in range(8):
        assert abs(middles[2 * row] - middles[2 * row + 1]) < 6, f"row {row}"
