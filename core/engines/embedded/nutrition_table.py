"""Nutrition tables by structure: names down, amounts to their right, bases above, several panels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any

from core.engines.embedded.layout import Page, Piece, union
from core.types import FieldValue, Grade, Source
from core.values.nutrition import Atom, AtomKind, default_unit, is_heading, read_atoms

ROW_REACH = 0.6
"""An amount belongs to a name whose middle is at most this many text heights above or below."""
STACK_REACH = 2.2
"""kcal printed under kJ, with no name of its own, is at most this many text heights below it."""
UNIT_REACH = 2.0
"""A unit in a box of its own stands at most this many text heights behind its number."""
PROSE_WORDS = 3
"""A name followed by more words than this, and no amount, is a sentence that begins with it."""
HEAD_WORDS = 4
"""The head of a column has at most this many words beside its basis."""
INDENT = 6.0
"""Names of one panel differ in their left edges by at most this many text heights."""
CODE_DIGITS = 8
"""A line with so many digits is a code, not an amount."""
AMOUNT_FIRST = "added_sugars"
"""The one name printed behind its amount: "Includes 8g Added Sugars" (21 CFR 101.9(c)(6)(iii))."""
NEAR_ROWS = 4.0
NEAR_COLUMNS = 3.0
"""Rows of one table are at most this many text heights apart, downwards and sideways."""
ROWS_WITHOUT_HEADING = 3
"""Rows that make a table although neither heading nor basis was read."""


@dataclass
class Cell:
    """An atom on the page: upright x range and middle, with the piece it is printed on."""

    atom: Atom
    piece: Piece
    x0: float
    x1: float
    y: float

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def height(self) -> float:
        return self.piece.height


@dataclass
class Amount:
    """A number with the unit that was found for it."""

    cell: Cell
    unit: str
    pieces: list[Piece] = field(default_factory=list)


@dataclass
class Row:
    """A nutrient's name and what stands to its right."""

    name: Cell
    unit: str = ""
    """Printed with the name: Energy (kJ)."""
    amounts: list[Amount] = field(default_factory=list)
    percents: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """What was found: the field's value and every OCR line that belongs to the table."""

    value: FieldValue | None
    lines: frozenset[int]
    top: float | None
    """Upright y of the first line; None without a table."""


def find_table(page: Page) -> Table:
    """The nutrition table of a page, all panels together; an empty Table where there is none."""
    pieces = [piece for piece in page.pieces if piece.across]
    cells = [cell for piece in pieces for cell in _cells(piece)]
    rows = [Row(cell, _unit_beside(cell, cells)) for cell in cells if _heads_row(cell, cells)]
    cells = _without_prose(cells, rows)
    _assign_amounts(rows, _amounts(cells))
    _assign_percents(rows, cells)
    rows = _together([row for row in rows if row.amounts or row.percents])
    headings = [piece for piece in pieces if is_heading(piece.text)]
    heads = _heads(cells, rows)
    measured = [row for row in rows if row.amounts]
    if not measured or (len(measured) < ROWS_WITHOUT_HEADING and not headings and not heads):
        return Table(None, frozenset(), None)
    return _table(page, rows, heads, headings)


def _cells(piece: Piece) -> list[Cell]:
    return [Cell(atom, piece, piece.at(atom.start), piece.at(atom.end), piece.middle) for atom in read_atoms(piece.text)]


def _without_prose(cells: Sequence[Cell], rows: Sequence[Row]) -> list[Cell]:
    """The cells less the numbers on codes and on lines of words that head no row: those are not a table's."""
    heading = {row.name.piece.index for row in rows}
    worded = {cell.piece.index for cell in cells if _is(cell, AtomKind.WORD) or _is(cell, AtomKind.NAME)} - heading
    worded |= {cell.piece.index for cell in cells if sum(map(str.isdigit, cell.piece.text)) >= CODE_DIGITS} - heading
    numbers = (AtomKind.AMOUNT, AtomKind.PERCENT)
    return [cell for cell in cells if cell.piece.index not in worded or cell.atom.kind not in numbers]


def _together(rows: list[Row]) -> list[Row]:
    """The rows that stand near others; a claim elsewhere on the pack ("0 sugar") is no row.

    Everything is kept where no group is large enough to tell.
    """
    groups: list[list[Row]] = []
    for row in rows:
        near = [group for group in groups if any(_is_near(row, other) for other in group)]
        groups = [group for group in groups if all(group is not found for found in near)]
        groups.append([row, *(other for group in near for other in group)])
    large = [row for group in groups if len(group) >= ROWS_WITHOUT_HEADING for row in group]
    return [row for row in rows if any(row is other for other in large)] if large else rows


def _is_near(one: Row, other: Row) -> bool:
    height = max(one.name.height, other.name.height)
    apart = max(_extent(one)[0], _extent(other)[0]) - min(_extent(one)[1], _extent(other)[1])
    return abs(one.name.y - other.name.y) <= NEAR_ROWS * height and apart <= NEAR_COLUMNS * height


def _extent(row: Row) -> tuple[float, float]:
    """From the name's left edge to the right edge of the last cell."""
    cells = [row.name, *(amount.cell for amount in row.amounts), *row.percents]
    return row.name.x0, max(cell.x1 for cell in cells)


def _is(cell: Cell, kind: AtomKind) -> bool:
    return cell.atom.kind is kind


def _heads_row(cell: Cell, cells: Sequence[Cell]) -> bool:
    """True for a name that begins a row: nothing but cells before it, and no sentence behind it."""
    if not _is(cell, AtomKind.NAME):
        return False
    line = [other for other in cells if other.piece is cell.piece]
    at = next(number for number, other in enumerate(line) if other is cell)
    if any(_is(other, AtomKind.WORD) and len(other.atom.printed) > 1 for other in line[:at]):
        return False
    if at and _is(line[at - 1], AtomKind.NAME):
        return False
    if _first_is_number(line[:at]) and cell.atom.nutrient != AMOUNT_FIRST:
        return False
    behind = line[at + 1 :]
    words = 0
    for other in behind:
        if _is(other, AtomKind.AMOUNT) or _is(other, AtomKind.PERCENT):
            break
        words += _is(other, AtomKind.WORD)
    return words <= PROSE_WORDS


def _first_is_number(before: Sequence[Cell]) -> bool:
    return any(_is(cell, AtomKind.AMOUNT) for cell in before) and not any(_is(cell, AtomKind.NAME) for cell in before)


def _unit_beside(name: Cell, cells: Sequence[Cell]) -> str:
    """The unit printed right behind a name, before any number."""
    line = [other for other in cells if other.piece is name.piece]
    at = next(number for number, other in enumerate(line) if other is name)
    following = line[at + 1 : at + 2]
    return following[0].atom.unit if following and _is(following[0], AtomKind.UNIT) else ""


def _amounts(cells: Sequence[Cell]) -> list[Amount]:
    """Numbers, each joined with the unit that stands behind it in a box of its own."""
    amounts = [Amount(cell, cell.atom.unit, [cell.piece]) for cell in cells if _is(cell, AtomKind.AMOUNT)]
    for unit in (cell for cell in cells if _is(cell, AtomKind.UNIT)):
        near = [amount for amount in amounts if not amount.unit and _unit_fits(amount.cell, unit)]
        if near:
            nearest = max(near, key=lambda amount: amount.cell.x1)
            nearest.unit = unit.atom.unit
            nearest.pieces.append(unit.piece)
    return amounts


def _unit_fits(number: Cell, unit: Cell) -> bool:
    height = min(number.height, unit.height)
    gap = unit.x0 - number.x1
    return abs(unit.y - number.y) <= ROW_REACH * height and -height <= gap <= UNIT_REACH * height


def _assign_amounts(rows: list[Row], amounts: list[Amount]) -> None:
    orphans = []
    for amount in amounts:
        row = _row_of(amount.cell, rows)
        if row is not None:
            row.amounts.append(amount)
        elif amount.unit in ("kJ", "kcal"):
            orphans.append(amount)
    for amount in orphans:
        if row := _energy_above(amount.cell, rows):
            row.amounts.append(amount)
    for row in rows:
        row.amounts.sort(key=lambda amount: amount.cell.x0)


def _row_of(cell: Cell, rows: Sequence[Row]) -> Row | None:
    """The row a number stands in: the nearest name to its left on its line, a name of its own line first."""
    own = [row for row in rows if row.name.piece is cell.piece]
    before = [row for row in own if row.name.atom.start < cell.atom.start]
    if before:
        return max(before, key=lambda row: row.name.atom.start)
    if own:
        return own[0] if not own[0].amounts else None
    beside = [
        row
        for row in rows
        if row.name.x0 < cell.x0
        and row.name.x1 <= cell.x1
        and abs(row.name.y - cell.y) <= ROW_REACH * max(row.name.height, cell.height)
    ]
    panel = max((row.name.x0 for row in beside), default=0.0) - INDENT * cell.height
    return min(
        (row for row in beside if row.name.x0 >= panel), key=lambda row: abs(row.name.y - cell.y), default=None
    )


def _energy_above(cell: Cell, rows: Sequence[Row]) -> Row | None:
    near = [
        row
        for row in rows
        if row.name.atom.nutrient == "energy"
        and row.name.x0 < cell.x0
        and 0 < cell.y - row.name.y <= STACK_REACH * max(cell.height, row.name.height)
    ]
    return max(near, key=lambda row: row.name.y, default=None)


def _assign_percents(rows: list[Row], cells: Sequence[Cell]) -> None:
    for cell in cells:
        if _is(cell, AtomKind.PERCENT) and (row := _row_of(cell, rows)):
            row.percents.append(cell)


def _heads(cells: Sequence[Cell], rows: Sequence[Row]) -> list[Cell]:
    """The bases that head columns: short cells above the second row, or else above the last."""
    if not rows:
        return []
    lines = sorted(row.name.y for row in rows)
    words = Counter(cell.piece.index for cell in cells if _is(cell, AtomKind.WORD) and _is_long(cell))
    bases = [cell for cell in cells if _is(cell, AtomKind.BASIS) and words[cell.piece.index] <= HEAD_WORDS]
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
            for value in _row_values(row, own, bool(headings)):
                values.append({**value, "panel": number + 1} if len(panels) > 1 else value)
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
    return Table(found, frozenset(piece.index for piece in pieces), min(piece.y0 for piece in pieces))


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
    width = median(right - left for xs in edges for left, right in zip(xs, xs[1:], strict=False))
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
        [amount.cell.x1 for row in panel for amount in row.amounts] + [cell.x1 for row in panel for cell in row.percents],
        default=left,
    )
    return [head for head in heads if left - head.height <= head.centre <= right + 2 * head.height]


def _row_values(row: Row, heads: list[Cell], titled: bool) -> list[dict[str, Any]]:
    """The value rows of one printed row: one for each unit of energy and each basis."""
    nutrient, printed = row.name.atom.nutrient, row.name.atom.printed
    found = []
    for amount, basis in _with_bases(row, heads, titled):
        unit = amount.unit or row.unit or _unit_on_line(row, amount) or default_unit(nutrient)
        value: dict[str, Any] = {
            "nutrient": nutrient,
            "name": printed.strip(),
            "value": _plain(amount.cell.atom.value),
            "unit": unit,
            "per": basis,
        }
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


def _with_bases(row: Row, heads: list[Cell], titled: bool) -> list[tuple[Amount, str]]:
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
