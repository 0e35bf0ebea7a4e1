"""Nutrition tables in the three forms of packaging: Chinese, US and EU."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.samples.canvas import Canvas, Ink, Point
from scripts.samples.facts import Nutrition, Row

BLACK = "#111111"


def cell_text(row: Row, column: int) -> str:
    return " / ".join(str(amount) for amount in row.cells[column])


def draw_grid(
    canvas: Canvas,
    at: Point,
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    ink: Ink,
    height: float,
    fill: str | None = None,
) -> float:
    """A ruled table, first column to the left, the others centred, first row bold. Gives the y below it."""
    x, y = at
    total = sum(widths)
    if fill:
        canvas.bars((x, y, x + total, y + height), fill)
    for number, row in enumerate(rows):
        face = ink.but(face="sans-bold") if number == 0 else ink
        left = x
        for column, (text, width) in enumerate(zip(row, widths, strict=True)):
            if text:
                spot = (left + 10, y + height / 2) if column == 0 else (left + width / 2, y + height / 2)
                canvas.fit(spot, text, face, width - 14, "lm" if column == 0 else "mm")
            left += width
        canvas.bars((x, y, x + total, y + 1.5), ink.fill)
        y += height
    canvas.bars((x, y, x + total, y + 1.5), ink.fill)
    _draw_columns(canvas, at, y, widths, ink.fill)
    return y


def _draw_columns(canvas: Canvas, at: Point, bottom: float, widths: Sequence[float], fill: str) -> None:
    x = at[0]
    for width in (0.0, *widths):
        x += width
        canvas.bars((x, at[1], x + 1.5, bottom + 1.5), fill)


def draw_gb(
    canvas: Canvas, at: Point, table: Nutrition, width: float, size: float = 23, fill: str | None = None
) -> float:
    """营养成分表 after GB 28050: item, per 100 g/mL, NRV%."""
    ink = Ink("sans", size, BLACK)
    canvas.text((at[0] + width / 2, at[1]), table.title, ink.but(face="sans-bold", size=size * 1.2), "ma")
    rows = [("项目", table.headings[0], "NRV%")]
    rows += [(("　" if row.indent else "") + row.name, cell_text(row, 0), row.percent or "") for row in table.rows]
    return draw_grid(
        canvas, (at[0], at[1] + size * 1.75), rows, (width * 0.38, width * 0.36, width * 0.26), ink, size * 1.62, fill
    )


def draw_eu(
    canvas: Canvas, at: Point, table: Nutrition, width: float, size: float = 22, fill: str | None = None
) -> float:
    """The declaration of Regulation (EU) 1169/2011, annex XV: one column per basis."""
    ink = Ink("sans", size, BLACK)
    names = width * (0.5 if len(table.per) > 1 else 0.6)
    widths = (names, *((width - names) / len(table.per) for _ in table.per))
    rows = [(table.title, *table.headings)]
    rows += [
        (("  – " if row.indent else "") + row.title, *(cell_text(row, c) for c in range(len(table.per))))
        for row in table.rows
    ]
    return draw_grid(canvas, at, rows, widths, ink, size * 1.72, fill)


def draw_us(canvas: Canvas, at: Point, table: Nutrition, width: float, servings: str, serving_size: str) -> float:
    """The vertical panel of 21 CFR 101.9(d) (2016 form). Rows: calories first, then nutrients. Gives the y below."""
    x, top = at
    inner, right = x + 14, x + width - 14
    bold, plain = Ink("condensed-bold", 25, BLACK), Ink("condensed", 25, BLACK)
    y = top + 10
    canvas.fit((inner, y), "Nutrition Facts", bold.but(size=62), width - 28)
    y += 82
    canvas.bars((inner, y - 8, right, y - 7), BLACK)
    canvas.text((inner, y), servings, plain)
    y += 34
    canvas.text((inner, y), "Serving size", bold)
    canvas.text((right, y), serving_size, bold, "ra")
    y += 40
    canvas.bars((inner, y, right, y + 12), BLACK)
    y = _draw_calories(canvas, inner, right, y + 18, table.rows[0])
    for row in table.rows[1:]:
        y = _draw_us_row(canvas, inner, right, y, row)
    canvas.bars((inner, y, right, y + 12), BLACK)
    note = "* The % Daily Value (DV) tells you how much a nutrient in a serving of food contributes to a daily diet."
    y = canvas.paragraph((inner, y + 20), note, plain.but(size=19), width - 28, leading=1.25) + 8
    canvas.stroke([(x, top), (x + width, top), (x + width, y), (x, y)], BLACK, 3, closed=True)
    return y


def _draw_calories(canvas: Canvas, left: float, right: float, y: float, row: Row) -> float:
    canvas.text((left, y), "Amount per serving", Ink("condensed-bold", 19, BLACK))
    canvas.text((left, y + 78), row.name, Ink("condensed-bold", 46, BLACK), "ls")
    canvas.text((right, y + 78), cell_text(row, 0), Ink("condensed-bold", 60, BLACK), "rs")
    canvas.bars((left, y + 92, right, y + 98), BLACK)
    canvas.text((right, y + 106), "% Daily Value*", Ink("condensed-bold", 20, BLACK), "ra")
    return y + 136


def _draw_us_row(canvas: Canvas, left: float, right: float, y: float, row: Row) -> float:
    bold, plain = Ink("condensed-bold", 24, BLACK), Ink("condensed", 24, BLACK)
    canvas.bars((left + 24 * max(0, row.indent - 1), y, right, y + 1.5), BLACK)
    base = y + 27
    amount = cell_text(row, 0)
    runs = [(row.wording, plain)] if row.wording else [(row.name, plain if row.indent else bold), (f" {amount}", plain)]
    canvas.runs((left + 24 * row.indent, base), runs)
    if row.percent:
        canvas.text((right, base), row.percent, bold, "rs")
    return y + 37
