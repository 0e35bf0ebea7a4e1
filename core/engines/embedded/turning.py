"""A photo taken upside down, put on its feet for the rules and back again for the boxes of their answers.

Quarter turns need none of this: `layout` turns text that runs along the side of the page. Half a turn leaves
lines across the page, so only the corners tell, which the reader gives in the order of the text.
"""

from __future__ import annotations

from typing import Any

from core.types import Barcode, Box, FieldValue, Line, Readings


def is_upside_down(readings: Readings) -> bool:
    """True where more characters stand on their head than on their feet."""
    votes = sum(_vote(line) for line in readings.lines)
    return votes < 0


def _vote(line: Line) -> int:
    """The line's characters, counted against where its text runs from right to left; 0 where it runs up or down."""
    if line.quad is None:
        return len(line.text)
    (ax, ay), (bx, by) = line.quad[0], line.quad[1]
    if abs(bx - ax) <= abs(by - ay):
        return 0
    return len(line.text) if bx > ax else -len(line.text)


def turned_over(readings: Readings) -> Readings:
    """The readings of the same photo after half a turn."""
    return readings.model_copy(
        update={
            "lines": tuple(_line(line, readings) for line in readings.lines),
            "barcodes": tuple(_barcode(code, readings) for code in readings.barcodes),
        }
    )


def turned_back(field: FieldValue, readings: Readings) -> FieldValue:
    """A value found on the turned photo, its boxes where they are on the photo as it is."""
    box = _box(field.box, readings) if field.box else None
    return field.model_copy(update={"box": box, "value": _value(field.value, readings)})


def _value(value: Any, readings: Readings) -> Any:
    """The value with the boxes of its entries turned, where they have any."""
    if not isinstance(value, list):
        return value
    return [_entry(entry, readings) for entry in value]


def _entry(entry: Any, readings: Readings) -> Any:
    if not isinstance(entry, dict) or "box" not in entry:
        return entry
    return {**entry, "box": list(_box(tuple(entry["box"]), readings))}


def _line(line: Line, readings: Readings) -> Line:
    quad = line.quad and tuple((round(readings.width - x, 1), round(readings.height - y, 1)) for x, y in line.quad)
    return line.model_copy(update={"box": _box(line.box, readings), "quad": quad})


def _barcode(code: Barcode, readings: Readings) -> Barcode:
    return code.model_copy(update={"box": _box(code.box, readings)})


def _box(box: Box, readings: Readings) -> Box:
    x0, y0, x1, y1 = box
    right, bottom = readings.width, readings.height
    return (round(right - x1, 1), round(bottom - y1, 1), round(right - x0, 1), round(bottom - y0, 1))
