"""Nutrition tables in the styles packs print them: ruled, open, striped, split in two, tabular, linear."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from scripts.samples import tables
from scripts.samples.canvas import Canvas, Ink, Point
from scripts.samples.facts import Nutrition, Row
from tests.synth.page import Column

Cells = list[tuple[str, ...]]

RULES = ("grid", "open", "rows", "stripes", "none")
"""grid: all lines; open: above and below head and foot; rows: between rows; stripes: every other row shaded."""


def draw_cells(
    canvas: Canvas, at: Point, cells: Cells, widths: Sequence[float], ink: Ink, rules: str, *, bold: str, shade: str
) -> float:
    """A table, first column to the left, the others centred, the head bold. Gives the y below it."""
    x, y = at
    total, height = sum(widths), ink.size * 1.65
    for number, row in enumerate(cells):
        if rules == "stripes" and number % 2:
            canvas.rect((x, y, x + total, y + height), shade)
        left = x
        for column, (text, width) in enumerate(zip(row, widths, strict=True)):
            face = ink.but(face=bold) if number == 0 else ink
            spot = left + 8 if column == 0 else left + width / 2
            if text:
                canvas.fit((spot, y + height / 2), text, face, width - 14, "lm" if column == 0 else "mm")
            left += width
        if rules in ("grid", "rows") or (rules in ("open", "stripes") and number < 2):
            canvas.bars((x, y, x + total, y + 2), ink.fill)
        y += height
    if rules != "none":
        canvas.bars((x, y, x + total, y + 2), ink.fill)
    if rules == "grid":
        edge = x
        for width in (0.0, *widths):
            edge += width
            canvas.bars((edge, at[1], edge + 2, y + 2), ink.fill)
    return y + 10


def shade_of(paper: str) -> str:
    """A tone between paper and ink, near the paper."""
    level = int(paper[1:3], 16)
    change = -22 if level > 128 else 26
    return "#" + "".join(f"{max(0, min(255, int(paper[i : i + 2], 16) + change)):02x}" for i in (1, 3, 5))


def draw_chinese(column: Column, table: Nutrition, rng: Random) -> None:
    """营养成分表, in one piece or split into two panels side by side."""
    rules, style = rng.choice(RULES), column.style
    column.title(table.title, 1.15, align=rng.choice("lm"))
    percent = any(row.percent for row in table.rows)
    cells = [chinese_cells(row, percent) for row in table.rows]
    head = (rng.choice(("项目", "营养素", "项  目")), *table.headings, *(("NRV%",) if percent else ()))
    if len(cells) >= 6 and column.width > 560 and rng.random() < 0.4:
        _draw_halves(column, head, cells, rules)
        return
    widths = _widths(column.width, len(head), 0.34)
    column.y = draw_cells(
        column.canvas, (column.x, column.y), [head, *cells], widths, style.text(), rules,
        bold=style.bold, shade=shade_of(style.paper),
    )  # fmt: skip


def chinese_cells(row: Row, percent: bool) -> tuple[str, ...]:
    name = f"{'——' if row.indent else ''}{row.title}"
    amounts = tuple(tables.cell_text(row, column) for column in range(len(row.cells)))
    return (name, *amounts, *((row.percent or "-",) if percent else ()))


def _draw_halves(column: Column, head: tuple[str, ...], cells: Cells, rules: str) -> None:
    style, half = column.style, (len(cells) + 1) // 2
    width = (column.width - 24) / 2
    bottom = column.y
    for index, part in enumerate((cells[:half], cells[half:])):
        at = (column.x + index * (width + 24), column.y)
        widths = _widths(width, len(head), 0.38)
        y = draw_cells(
            column.canvas, at, [head, *part], widths, style.text(0.92), rules,
            bold=style.bold, shade=shade_of(style.paper),
        )  # fmt: skip
        bottom = max(bottom, y)
    column.y = bottom


def _widths(width: float, count: int, first: float) -> tuple[float, ...]:
    return (width * first, *(width * (1 - first) / (count - 1) for _ in range(count - 1)))


def draw_european(column: Column, table: Nutrition, rng: Random) -> None:
    """One column per basis; energy on one row or kJ above kcal."""
    rules, style = rng.choice(RULES), column.style
    names = 0.58 if len(table.per) == 1 else 0.46
    dash = rng.choice(("– ", "", "- ", "  "))
    cells: Cells = [(table.title, *table.headings)]
    for row in table.rows:
        amounts = tuple(tables.cell_text(row, index) for index in range(len(table.per)))
        cells.append((f"{dash if row.indent else ''}{row.title}", *amounts))
    column.y = draw_cells(
        column.canvas, (column.x, column.y), cells, _widths(column.width, len(cells[0]), names), style.text(), rules,
        bold=style.bold, shade=shade_of(style.paper),
    )  # fmt: skip


BLACK = "#111111"


def draw_american(column: Column, table: Nutrition, servings: str, serving_size: str) -> None:
    """The vertical panel, on white whatever the pack's colour is."""
    canvas, x, y = column.canvas, column.x, column.y
    height = 470 + 37 * len(table.rows)
    canvas.rect((x, y, x + column.width, y + height), "#ffffff")
    column.y = tables.draw_us(canvas, (x, y), table, column.width, servings, serving_size) + 12


def draw_american_tabular(column: Column, table: Nutrition, servings: str, serving_size: str) -> None:
    """The tabular panel of 21 CFR 101.9(j)(13): title and calories left, nutrients in two columns right."""
    canvas, x, y, width = column.canvas, column.x, column.y, column.width
    rows = table.rows[1:]
    half = (len(rows) + 1) // 2
    step = 36.0
    bottom = y + 60 + step * half + 16
    canvas.rect((x, y, x + width, bottom), "#ffffff")
    canvas.stroke([(x, y), (x + width, y), (x + width, bottom), (x, bottom)], BLACK, 3, closed=True)
    left = width * 0.28
    _draw_tabular_head(canvas, (x + 12, y + 14), left - 20, table, servings, serving_size)
    inner = (width - left - 28) / 2
    for index, part in enumerate((rows[:half], rows[half:])):
        start = x + left + 10 + index * (inner + 10)
        _draw_tabular_rows(canvas, (start, y + 12), inner, part, step)
    column.y = bottom + 14


def _draw_tabular_head(
    canvas: Canvas, at: Point, width: float, table: Nutrition, servings: str, serving_size: str
) -> None:
    x, y = at
    bold = Ink("condensed-bold", 40, BLACK)
    canvas.fit((x, y), "Nutrition", bold, width)
    canvas.fit((x, y + 44), "Facts", bold, width)
    canvas.fit((x, y + 96), servings, Ink("condensed", 20, BLACK), width)
    canvas.fit((x, y + 124), f"Serving size {serving_size}", Ink("condensed-bold", 20, BLACK), width)
    canvas.fit((x, y + 158), "Calories per serving", Ink("condensed-bold", 22, BLACK), width * 0.58)
    canvas.text((x + width, y + 150), tables.cell_text(table.rows[0], 0), Ink("condensed-bold", 36, BLACK), "ra")


def _draw_tabular_rows(canvas: Canvas, at: Point, width: float, rows: Sequence[Row], step: float) -> None:
    x, y = at
    bold, plain = Ink("condensed-bold", 22, BLACK), Ink("condensed", 22, BLACK)
    canvas.text((x, y), "Amount/serving", bold.but(size=18))
    canvas.text((x + width, y), "% Daily Value*", bold.but(size=18), "ra")
    y += 30
    for row in rows:
        canvas.bars((x, y, x + width, y + 1.5), BLACK)
        amount = tables.cell_text(row, 0)
        name = (
            [(row.wording, plain)]
            if row.wording
            else [(row.name, plain if row.indent else bold), (f" {amount}", plain)]
        )
        canvas.runs((x + 14 * row.indent, y + 26), name)
        if row.percent:
            canvas.text((x + width, y + 26), row.percent, bold, "rs")
        y += step


def draw_american_linear(column: Column, table: Nutrition, servings: str, serving_size: str) -> None:
    """The linear form of 21 CFR 101.9(j)(13)(ii)(A)(2), for small packs: a paragraph."""
    parts = []
    for row in table.rows:
        amount = tables.cell_text(row, 0)
        words = row.wording or f"{row.name} {amount}"
        parts.append(words + (f" ({row.percent} DV)" if row.percent else ""))
    column.title("Nutrition Facts", 1.3)
    column.say(f"{servings}, Serving size: {serving_size}, Amount per serving: {', '.join(parts)}.")
