"""Cells of a CSV file that spreadsheets neither run nor rewrite, and the way back.

A CSV file says nothing of types, so Excel guesses them when somebody double-clicks it:

- A cell that begins with = + - @, a tab or a line break, or their full-width forms, is run as a
  formula (OWASP "CSV Injection"; ASVS 5.0, 1.2.10). Such text gets an apostrophe in front.
- Text that looks like a number or a date is turned into one: the barcode 6901234567892 becomes
  6.90123E+12 and is saved as that, 0012345678905 loses its zeros. `Style.SPREADSHEET` puts a tab
  *behind* such text, which keeps it text. Of the known ways this is the one that does not begin
  with a formula sign (="690…"), shows nothing in the cell (an apostrophe read from a CSV file is
  shown) and is white space to everybody else: Python's int(), SQL casts and shop importers trim it.
  Alipay's bills and other exports made for Excel do the same. `Style.PLAIN` leaves it out, for
  programs that compare cells byte by byte.

Numbers are written as numbers, so -5 in a number column stays -5. `cell_text` undoes both guards.
"""

from __future__ import annotations

import math
import re
import unicodedata
from enum import StrEnum

Cell = str | int | float | None

NUMBER_GUARD = "\t"
FORMULA_GUARD = "'"
_FORMULA_SIGNS = ("=", "+", "-", "@", "\u2212")
"""With U+2212, the typographic minus, which spreadsheets read as one; other forms fold to these by NFKC."""
_LINE_SIGNS = ("\t", "\n")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Unicode categories that may stand before a formula sign without being seen."""
_NUMBER_LIKE = re.compile(r"\d[\d .,:/eE+\-]*%?\t*")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\t*")
"""Excel makes a date of it, and the right one."""
_LOOKED_AT = 64
"""No barcode, number or date is longer; longer texts are never mistaken for one."""


class Style(StrEnum):
    """Whom the file is for."""

    SPREADSHEET = "spreadsheet"
    """Opens in Excel with a double-click and keeps barcodes as text."""
    PLAIN = "plain"
    """Exact text, guarded against formulas only."""


def guard(text: str, style: Style) -> str:
    """The text as it is written into a cell. Line breaks become LF; NUL, which no CSV reader takes, goes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if style is Style.SPREADSHEET and is_number_like(text):
        return text + NUMBER_GUARD
    return FORMULA_GUARD + text if _is_formula_like(text.lstrip(FORMULA_GUARD)) else text


def cell_text(cell: str) -> str:
    """The text that `guard` was given, from a cell read back from the file."""
    if cell.endswith(NUMBER_GUARD) and is_number_like(cell):
        return cell[: -len(NUMBER_GUARD)]
    if cell.startswith(FORMULA_GUARD) and _is_formula_like(cell.lstrip(FORMULA_GUARD)):
        return cell[len(FORMULA_GUARD) :]
    return cell


def is_number_like(text: str) -> bool:
    """True where a spreadsheet would make a number, or a date other than the one meant, of the text."""
    if len(text) > _LOOKED_AT:
        return False
    folded = unicodedata.normalize("NFKC", text)
    return _NUMBER_LIKE.fullmatch(folded) is not None and _ISO_DATE.fullmatch(folded) is None


def _is_formula_like(text: str) -> bool:
    """True where the first visible character is a formula sign, or the very first one breaks the cell."""
    if text.startswith(_LINE_SIGNS):
        return True
    first = next((char for char in text if unicodedata.category(char) not in _INVISIBLE), "")
    return unicodedata.normalize("NFKC", first).startswith(_FORMULA_SIGNS)


def number(value: float) -> int | float | None:
    """A number without a needless ".0"; None for one that is not finite."""
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def write_cell(cell: Cell, style: Style) -> str | int | float:
    """The cell as csv.writer takes it: numbers as they are, text guarded, None empty."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guard(cell, style)
    tidy = number(cell)
    return "" if tidy is None else tidy
