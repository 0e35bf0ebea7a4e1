"""Rows of nutrition tables: which name each number on the page belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.engines.embedded.layout import Piece
from core.engines.embedded.upright import LONG
from core.types import Cut
from core.values.nutrition import Atom, AtomKind, read_atoms
from core.values.text import letters

ROW_REACH = 0.6
"""An amount belongs to a name whose middle is at most this many text heights above or below."""
STACK_REACH = 2.2
"""kcal printed under kJ, with no name of its own, is at most this many text heights below it."""
UNIT_REACH = 2.0
"""A unit in a box of its own stands at most this many text heights behind its number."""
PROSE_WORDS = 3
"""A name followed by more words than this, and no amount, is a sentence that begins with it."""
INDENT = 6.0
"""Names of one panel differ in their left edges by at most this many text heights."""
CODE_DIGITS = 8
"""A line with so many digits and no unit is a code, not an amount."""
AMOUNT_FIRST = "added_sugars"
"""The one name printed behind its amount: "Includes 8g Added Sugars" (21 CFR 101.9(c)(6)(iii))."""
NEAR_ROWS = 4.0
NEAR_COLUMNS = 3.0
"""Rows of one table are at most this many text heights apart, downwards and sideways."""
LEGIBLE = 0.95
"""Recogniser score from which a line that loses a little of its height at the edge of the photo was read all the
same. A single character there may be half of one."""
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

    @property
    def is_cut(self) -> bool:
        """True where the edge of the photo cuts the line right at this cell, or all along."""
        cuts, text = self.piece.line.cuts, self.piece.text
        at_start, at_end = not letters(text[: self.atom.start]), not letters(text[self.atom.end :])
        return Cut.ALONG in cuts or (Cut.START in cuts and at_start) or (Cut.END in cuts and at_end)


@dataclass
class Amount:
    """A number with the unit that was found for it."""

    cell: Cell
    unit: str
    pieces: list[Piece] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        """True where digits may be missing: a number with its unit behind it is whole, whatever follows it."""
        line = self.cell.piece.line
        if Cut.ALONG in line.cuts:
            return line.score < LEGIBLE or line.width < LONG * line.height
        return self.cell.is_cut and not self.unit


@dataclass
class Row:
    """A nutrient's name and what stands to its right."""

    name: Cell
    unit: str = ""
    """Printed with the name: Energy (kJ)."""
    amounts: list[Amount] = field(default_factory=list)
    percents: list[Cell] = field(default_factory=list)
    scraps: bool = False
    """True where the photo's edge cuts something on the row that was left out for it."""

    @property
    def pieces(self) -> list[Piece]:
        amounts = [piece for amount in self.amounts for piece in amount.pieces]
        return [self.name.piece, *amounts, *(percent.piece for percent in self.percents)]

    @property
    def is_cut(self) -> bool:
        return self.scraps or any(piece.line.cuts for piece in self.pieces)


def read_cells(piece: Piece) -> list[Cell]:
    """The atoms of an OCR line, each placed on the page."""
    return [
        Cell(atom, piece, piece.at(atom.start), piece.at(atom.end), piece.middle) for atom in read_atoms(piece.text)
    ]


def find_rows(cells: Sequence[Cell]) -> list[Row]:
    """Every nutrient's name with the amounts and percentages that stand on its row."""
    rows = [Row(cell, _unit_beside(cell, cells)) for cell in cells if _heads_row(cell, cells)]
    cells = [_as_amount(cell) if _is_bare_basis(cell) and _row_of(cell, rows) else cell for cell in cells]
    kept = _without_prose(cells, rows)
    _assign_amounts(rows, _amounts(kept))
    _assign_percents(rows, kept)
    return _together([row for row in rows if row.amounts or row.percents])


def _is_bare_basis(cell: Cell) -> bool:
    """True for "100kJ" or "100 g" without a word before it, which may be a value as well."""
    bare = cell.atom.printed in ("100g", "100ml", "100kJ") and cell.piece.text[cell.atom.start].isdigit()
    return is_kind(cell, AtomKind.BASIS) and bare


def _as_amount(cell: Cell) -> Cell:
    """On a nutrient's row it is the value: infant formula has 100 kJ of energy per 100 kJ."""
    unit = {"100g": "g", "100kJ": "kJ"}.get(cell.atom.printed, "")
    return replace(cell, atom=replace(cell.atom, kind=AtomKind.AMOUNT, value=100.0, unit=unit))


def _without_prose(cells: Sequence[Cell], rows: Sequence[Row]) -> list[Cell]:
    """The cells less the numbers on codes and on lines of words that head no row: those are not a table's."""
    heading = {row.name.piece.index for row in rows}
    worded = {cell.piece.index for cell in cells if is_kind(cell, AtomKind.WORD, AtomKind.NAME)} - heading
    measured = {cell.piece.index for cell in cells if is_kind(cell, AtomKind.AMOUNT) and cell.atom.unit}
    codes = {cell.piece.index for cell in cells if sum(map(str.isdigit, cell.piece.text)) >= CODE_DIGITS}
    worded |= codes - heading - measured
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


def is_kind(cell: Cell, *kinds: AtomKind) -> bool:
    return cell.atom.kind in kinds


def _heads_row(cell: Cell, cells: Sequence[Cell]) -> bool:
    """True for a name that begins a row: nothing but cells before it, and no sentence behind it."""
    if not is_kind(cell, AtomKind.NAME):
        return False
    line = [other for other in cells if other.piece is cell.piece]
    at = next(number for number, other in enumerate(line) if other is cell)
    if any(is_kind(other, AtomKind.WORD) and len(other.atom.printed) > 1 for other in line[:at]):
        return False
    if at and is_kind(line[at - 1], AtomKind.NAME):
        return False
    if _first_is_number(line[:at]) and cell.atom.nutrient != AMOUNT_FIRST:
        return False
    behind = line[at + 1 :]
    words = 0
    for other in behind:
        if is_kind(other, AtomKind.AMOUNT, AtomKind.PERCENT):
            break
        words += is_kind(other, AtomKind.WORD)
    return words <= PROSE_WORDS


def _first_is_number(before: Sequence[Cell]) -> bool:
    kinds = {cell.atom.kind for cell in before}
    return AtomKind.AMOUNT in kinds and AtomKind.NAME not in kinds


def _unit_beside(name: Cell, cells: Sequence[Cell]) -> str:
    """The unit printed right behind a name, before any number."""
    line = [other for other in cells if other.piece is name.piece]
    at = next(number for number, other in enumerate(line) if other is name)
    following = line[at + 1 : at + 2]
    return following[0].atom.unit if following and is_kind(following[0], AtomKind.UNIT) else ""


def _amounts(cells: Sequence[Cell]) -> list[Amount]:
    """Numbers, each joined with the unit that stands behind it in a box of its own."""
    amounts = [Amount(cell, cell.atom.unit, [cell.piece]) for cell in cells if is_kind(cell, AtomKind.AMOUNT)]
    for unit in (cell for cell in cells if is_kind(cell, AtomKind.UNIT)):
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
        _drop_scraps(row)


def _drop_scraps(row: Row) -> None:
    """Leaves out numbers that the photo's edge cuts beside whole ones: what column they begin, a further basis
    or the percentages, is not on the photo."""
    kept = [amount for amount in row.amounts if not amount.is_cut] or row.amounts[:1]
    row.scraps = len(kept) < len(row.amounts)
    row.amounts = kept


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
    return min((row for row in beside if row.name.x0 >= panel), key=lambda row: abs(row.name.y - cell.y), default=None)


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
        if is_kind(cell, AtomKind.PERCENT) and (row := _row_of(cell, rows)):
            row.percents.append(cell)
