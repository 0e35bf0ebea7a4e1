"""Nutrition tables by structure: names down, amounts to their right, bases above, several panels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median
from typing import Any

from core.engines.embedded.layout import Page, Piece, union
from core.engines.embedded.nutrition_linear import Linear, find_linear
from core.engines.embedded.nutrition_rows import (
    ROW_REACH,
    ROWS_WITHOUT_HEADING,
    Amount,
    Cell,
    Row,
    find_rows,
    is_kind,
    read_cells,
)
from core.engines.embedded.truncation import cut_rows, mark_truncated
from core.types import Cut, FieldValue, Grade, Source
from core.values.nutrition import AtomKind, default_unit, is_heading

LEAST_PANEL = 6.0
"""Width of a panel in text heights; names that repeat closer than that are one table printed twice."""
HEAD_WORDS = 4
"""The head of a column has at most this many words beside its basis."""


NEXT_ROW = 2.5
"""The row after the last one of a table stands at most this many text heights from it."""


@dataclass(frozen=True)
class Table:
    """What was found: the field's value and every OCR line that belongs to the table."""

    value: FieldValue | None
    lines: frozenset[int]


def find_table(page: Page) -> Table:
    """The nutrition table of a page, all panels together; an empty Table where there is none."""
    if linear := find_linear(page.blocks):
        return _in_running_text(linear, page)
    pieces = [piece for piece in page.pieces if piece.across]
    cells = [cell for piece in pieces for cell in read_cells(piece)]
    rows = find_rows(cells)
    headings = [piece for piece in pieces if is_heading(piece.text)]
    heads = _heads(cells, rows)
    measured = [row for row in rows if row.amounts]
    if not measured or (len(measured) < ROWS_WITHOUT_HEADING and not headings and not heads):
        return Table(None, frozenset())
    return _table(page, rows, heads, headings)


def _in_running_text(linear: Linear, page: Page) -> Table:
    headings = [piece for piece in page.pieces if is_heading(piece.text)]
    pieces = sorted(
        {piece.index: piece for piece in (*headings, *linear.pieces)}.values(), key=lambda piece: piece.index
    )
    rows = list(linear.rows)
    value = FieldValue(
        value={"basis": _main_basis(rows), "rows": rows},
        box=union([piece.line.box for piece in pieces]),
        lines=tuple(piece.index for piece in pieces),
        sources=(Source.OCR,),
        grade=_grade(len(rows), mean(piece.line.score for piece in linear.pieces)),
    )
    return Table(value, frozenset(piece.index for piece in pieces))


def _heads(cells: Sequence[Cell], rows: Sequence[Row]) -> list[Cell]:
    """The bases that head columns: short cells above the second row, or else above the last."""
    if not rows:
        return []
    lines = sorted(row.name.y for row in rows)
    words = Counter(cell.piece.index for cell in cells if is_kind(cell, AtomKind.WORD) and _is_long(cell))
    bases = [cell for cell in cells if is_kind(cell, AtomKind.BASIS) and words[cell.piece.index] <= HEAD_WORDS]
    above = [cell for cell in bases if cell.y < lines[min(1, len(lines) - 1)]]
    return above or [cell for cell in bases if cell.y < lines[-1]]


def _is_long(cell: Cell) -> bool:
    """A word of letters; single Chinese characters count by fours, roughly a word each."""
    return len(cell.atom.printed) > 1 or cell.atom.start % 4 == 0


def _table(page: Page, rows: list[Row], heads: list[Cell], headings: list[Piece]) -> Table:
    panels = _panels(rows)
    values: list[dict[str, Any]] = []
    for number, panel in enumerate(panels):
        own = _heads_of(panel, heads) or heads
        for row in _in_order(panel):
            for value in _row_values(row, own):
                numbered = {**value, "panel": number + 1} if len(panels) > 1 else value
                if numbered not in values:
                    values.append(numbered)
    pieces = _members(page, rows, heads, headings)
    scores = [amount.cell.piece.line.score for row in rows for amount in row.amounts]
    measured = [row for row in rows if row.amounts]
    found = FieldValue(
        value={"basis": _main_basis(values), "rows": values},
        box=union([piece.line.box for piece in pieces]),
        lines=tuple(piece.index for piece in pieces),
        sources=(Source.OCR,),
        grade=_grade(len(measured), mean(scores)),
    )
    cut = sum(1 for value in values if value.get("truncated"))
    if cut or _is_cut_through(page, rows):
        found = mark_truncated(found, cut_rows(cut))
    return Table(found, frozenset(piece.index for piece in pieces))


def _is_cut_through(page: Page, rows: list[Row]) -> bool:
    """True where the photo's edge runs through print right above or below the rows: a row may be lost there."""
    own = [piece for row in rows for piece in row.pieces]
    x0, x1 = min(piece.x0 for piece in own), max(piece.x1 for piece in own)
    y0, y1 = min(piece.y0 for piece in own), max(piece.y1 for piece in own)
    reach = NEXT_ROW * median(piece.height for piece in own)
    return any(
        Cut.ALONG in piece.line.cuts and x0 <= _middle_x(piece) <= x1 and y0 - reach <= piece.middle <= y1 + reach
        for piece in page.pieces
        if not is_heading(piece.text)
    )


def _grade(rows: int, score: float) -> Grade:
    """High for a full table (the five nutrients every table has) in clear print."""
    if rows >= 5 and score >= 0.9:
        return Grade.HIGH
    return Grade.MEDIUM if rows >= ROWS_WITHOUT_HEADING else Grade.LOW


def _panels(rows: list[Row]) -> list[list[Row]]:
    """Rows apart by panel. Panels side by side name the same nutrients again, at other left edges."""
    names = Counter(row.name.atom.nutrient for row in rows)
    repeated = {name for name, times in names.items() if times > 1}
    if len(repeated) < ROWS_WITHOUT_HEADING:
        return [rows]
    edges = [sorted(row.name.x0 for row in rows if row.name.atom.nutrient == name) for name in repeated]
    width = median(right - left for xs in edges for left, right in pairwise(xs))
    if width < LEAST_PANEL * median(row.name.height for row in rows):
        return [rows]
    panels: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: row.name.x0):
        if panels and row.name.x0 - panels[-1][0].name.x0 < 0.6 * width:
            panels[-1].append(row)
        else:
            panels.append([row])
    return panels


def _in_order(rows: list[Row]) -> list[Row]:
    """Rows top to bottom, and left to right where several stand on one line of print."""
    lines: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: row.name.y):
        if lines and row.name.y - lines[-1][0].name.y <= ROW_REACH * row.name.height / 2:
            lines[-1].append(row)
        else:
            lines.append([row])
    return [row for line in lines for row in sorted(line, key=lambda row: row.name.x0)]


def _heads_of(panel: list[Row], heads: list[Cell]) -> list[Cell]:
    left = min(row.name.x0 for row in panel)
    right = max(
        [amount.cell.x1 for row in panel for amount in row.amounts]
        + [cell.x1 for row in panel for cell in row.percents],
        default=left,
    )
    return [head for head in heads if left - head.height <= head.centre <= right + 2 * head.height]


def _row_values(row: Row, heads: list[Cell]) -> list[dict[str, Any]]:
    """The value rows of one printed row: one for each unit of energy and each basis."""
    nutrient, printed = row.name.atom.nutrient, row.name.atom.printed
    found = []
    for amount, basis in _with_bases(row, heads):
        unit = amount.unit or row.unit or _unit_on_line(row, amount) or ("" if row.is_cut else default_unit(nutrient))
        value: dict[str, Any] = {
            "nutrient": nutrient,
            "name": printed.strip(),
            "value": None if amount.is_cut else _plain(amount.cell.atom.value),
            "unit": unit,
            "per": basis,
        }
        if row.is_cut:
            value["truncated"] = True
        if amount.cell.atom.less_than:
            value["less_than"] = True
        found.append((amount, value))
    _add_percents(row, found)
    return [value for _, value in found]


def _unit_on_line(row: Row, amount: Amount) -> str:
    """The unit its neighbours on the same line of print carry: 1850 kJ | 185."""
    if row.name.atom.nutrient != "energy":
        return ""
    near = [
        other
        for other in row.amounts
        if other.unit and abs(other.cell.y - amount.cell.y) <= ROW_REACH * min(other.cell.height, amount.cell.height)
    ]
    return near[0].unit if near else ""


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _with_bases(row: Row, heads: list[Cell]) -> list[tuple[Amount, str]]:
    """Each amount with what it is per, "" where that is not printed or not read.

    One amount for each basis and unit; a further column beside known ones is a reference intake.
    """
    columns = _columns(heads)
    by_unit: dict[str, list[Amount]] = {}
    for amount in row.amounts:
        by_unit.setdefault(amount.unit if amount.unit in ("kJ", "kcal") else "", []).append(amount)
    assigned = []
    for amounts in by_unit.values():
        if len(columns) > 1 and len(amounts) == len(columns):
            assigned += list(zip(amounts, (column.atom.printed for column in columns), strict=True))
            continue
        free = list(columns)
        for amount in amounts:
            head = min(free, key=lambda column: abs(column.centre - amount.cell.centre), default=None)
            if head is not None:
                free.remove(head)
            if head is not None or len(columns) <= 1:
                assigned.append((amount, head.atom.printed if head else ""))
    return sorted(assigned, key=lambda pair: pair[0].cell.x0)


def _columns(heads: list[Cell]) -> list[Cell]:
    """Column heads left to right, one for each basis: a table says its basis in title and head."""
    lowest: dict[str, Cell] = {}
    for head in sorted(heads, key=lambda head: head.y):
        lowest[head.atom.printed] = head
    return sorted(lowest.values(), key=lambda head: head.centre)


def _add_percents(row: Row, found: list[tuple[Amount, dict[str, Any]]]) -> None:
    """Each percentage goes to the nearest amount on its left."""
    for percent in row.percents:
        before = [pair for pair in found if pair[0].cell.x0 < percent.x0]
        if before:
            value = max(before, key=lambda pair: pair[0].cell.x0)[1]
            value.setdefault("nrv_percent", _plain(percent.atom.value))


def _main_basis(rows: Iterable[dict[str, Any]]) -> str:
    """What most rows are per; per 100 g or ml wherever the table has it; "" where none is printed."""
    counted = Counter(row["per"] for row in rows if row["per"])
    for basis in ("100g", "100ml"):
        if basis in counted:
            return basis
    return counted.most_common(1)[0][0] if counted else ""


def _members(page: Page, rows: list[Row], heads: list[Cell], headings: list[Piece]) -> list[Piece]:
    """Every piece of the table: its cells, and whatever else lies between them."""
    cells = [row.name.piece for row in rows]
    cells += [piece for row in rows for amount in row.amounts for piece in amount.pieces]
    cells += [percent.piece for row in rows for percent in row.percents]
    x0, x1 = min(piece.x0 for piece in cells), max(piece.x1 for piece in cells)
    y0, y1 = min(piece.y0 for piece in cells), max(piece.y1 for piece in cells)
    inside = [piece for piece in page.pieces if x0 <= _middle_x(piece) <= x1 and y0 <= piece.middle <= y1]
    named = {piece.index: piece for piece in (*cells, *(head.piece for head in heads), *headings, *inside)}
    return [named[index] for index in sorted(named)]


def _middle_x(piece: Piece) -> float:
    return (piece.x0 + piece.x1) / 2
