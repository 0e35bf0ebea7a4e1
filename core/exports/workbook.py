"""Records as an Excel workbook (Office Open XML), with the photo of each record where it is wanted.

Cells have types here, so nothing needs the guards of CSV: text is written as text, never as a formula, a link or a
number, and a barcode keeps its zeros. Rows are written to disk as they come and photos are taken from their files at
the end, so memory does not grow with what the records hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from PIL import Image

from core.errors import UsageError
from core.exports.cells import Cell, number
from core.exports.columns import Column, Row
from core.types import Bilingual

MOST_ROWS = 1_048_575
"""Rows below the heading: Excel's limit (Microsoft, "Excel specifications and limits")."""
MOST_CHARS = 32_767
"""Characters of one cell, by the same source, counted in UTF-16 code units."""
CUT = "…"
PHOTO_SIDE = 96
"""Pixels of the longer side of a photo in its cell; the file keeps the thumbnail's own pixels, for zooming."""
PHOTO = Bilingual(en="Photo", zh="照片")
WIDEST, NARROWEST = 60, 8
"""Columns are as wide as their heading, within these many characters."""

PhotoOf = Callable[[Row], Path | None]
"""The JPEG of a record's first photo; None where it has none."""


class Form(StrEnum):
    """What kind of file an export is."""

    CSV = "csv"
    XLSX = "xlsx"
    XLSX_PHOTOS = "xlsx-photos"

    @property
    def suffix(self) -> str:
        return ".csv" if self is Form.CSV else ".xlsx"

    @property
    def media_type(self) -> str:
        workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return "text/csv" if self is Form.CSV else workbook


def write_workbook(
    path: Path, columns: Sequence[Column], rows: Iterable[Row], *, lang: str = "keys", photo_of: PhotoOf | None = None
) -> int:
    """Writes one sheet to `path` and returns its number of records. `path`'s folder holds the rows meanwhile.

    Raises UsageError where there are more than a sheet can hold, and OSError as writing any file does.
    """
    with TemporaryDirectory(dir=path.parent) as folder:
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": folder})
        try:
            sheet = _Sheet(book, columns, lang, photo_of)
            count = 0
            for count, row in enumerate(rows, start=1):
                if count > MOST_ROWS:
                    raise _too_many()
                sheet.add(count, row)
        except BaseException:
            book.fileclosed = True  # else it writes what there is when it is collected
            raise
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as err:  # wraps what the system said
            raise (err.args[0] if err.args and isinstance(err.args[0], OSError) else OSError(str(err))) from err
    return count


class _Sheet:
    """The one sheet of a workbook: headings, which stay in sight, and rows in the order they are added."""

    def __init__(self, book: Any, columns: Sequence[Column], lang: str, photo_of: PhotoOf | None) -> None:
        self._sheet = book.add_worksheet("ShelfLens")
        self._text = book.add_format({"num_format": "@", "valign": "top"})
        self._number = book.add_format({"valign": "top"})
        self._columns, self._photo_of = columns, photo_of
        self._first = 0 if photo_of is None else 1
        head = book.add_format({"bold": True, "num_format": "@"})
        heads = [column.header(lang) for column in columns]
        titles = [*([PHOTO.in_lang(lang) if lang in ("en", "zh") else "photo"] if photo_of else []), *heads]
        self._sheet.freeze_panes(1, 0)
        for place, title in enumerate(titles):
            self._sheet.set_column(place, place, min(WIDEST, max(NARROWEST, 2 + len(title))))
        if photo_of is not None:
            self._sheet.set_column_pixels(0, 0, PHOTO_SIDE + 8)
        for place, title in enumerate(titles):
            self._sheet.write_string(0, place, title, head)

    def add(self, line: int, row: Row) -> None:
        """Writes a record as row number `line`, the heading being row 0."""
        if self._photo_of is not None:
            self._sheet.set_row_pixels(line, PHOTO_SIDE + 8)
            self._add_photo(line, self._photo_of(row))
        for place, column in enumerate(self._columns, start=self._first):
            self._write(line, place, column.cell(row))

    def _write(self, line: int, place: int, cell: Cell) -> None:
        if isinstance(cell, str):
            self._sheet.write_string(line, place, fitting(cell), self._text)
        elif cell is not None and math.isfinite(cell):
            self._sheet.write_number(line, place, number(cell), self._number)

    def _add_photo(self, line: int, photo: Path | None) -> None:
        if photo is None:
            return
        with Image.open(photo) as image:
            factor = PHOTO_SIDE / max(image.size)
            dots = image.info.get("dpi", (96, 96))
        # The library scales by the dots per inch that the file names; a cell counts 96 of them.
        place = {"x_scale": factor * dots[0] / 96, "y_scale": factor * dots[1] / 96, "x_offset": 4, "y_offset": 4}
        self._sheet.insert_image(line, 0, str(photo), {**place, "object_position": 1, "decorative": True})


def fitting(text: str) -> str:
    """The text as one cell can hold it: cut, and marked as cut, where it is too long."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    units = text.encode("utf-16-le", errors="replace")
    if len(units) <= 2 * MOST_CHARS:
        return units.decode("utf-16-le")
    return units[: 2 * (MOST_CHARS - 1)].decode("utf-16-le", errors="ignore") + CUT


def _too_many() -> UsageError:
    return UsageError(
        en=f"A sheet holds {MOST_ROWS:,} records at most. Narrow the filters, or export CSV.",
        zh=f"一个工作表最多容纳 {MOST_ROWS:,} 条记录。请缩小筛选范围，或导出 CSV。",
    )
