"""Values that the edge of the photo cuts: marked, graded low, and never completed."""

from __future__ import annotations

from core.types import Bilingual, Box, Fields, FieldValue, Finding, Grade, Level, Readings

RULE = "cut_at_edge"
VERSION = 1

NEAR = 4.0
"""Pixels between a value's box and the edge of the photo, within which the cut is the value's own."""

_VALUE = Bilingual(
    en="Runs over the edge of the photo: part of it may be missing. Nothing was added.",
    zh="延伸到照片边缘之外，可能缺少一部分；未作任何补全。",
)


def mark_truncated(field: FieldValue, message: Bilingual) -> FieldValue:
    """The value with a warning; whatever spoke for it, it may be incomplete."""
    finding = Finding(rule=RULE, version=VERSION, level=Level.WARNING, message=message)
    return field.model_copy(
        update={"truncated": True, "grade": Grade.LOW, "findings": (*field.findings, finding)},
    )


def cut_rows(count: int) -> Bilingual:
    """What is said of a nutrition table of which `count` amounts stand at the edge of the photo; none where it
    cuts through a row that could not be read."""
    if not count:
        return Bilingual(
            en="The edge of the photo cuts through this table: rows of it may be missing.",
            zh="照片边缘截断了营养成分表，可能缺少若干行。",
        )
    return Bilingual(
        en=f"The edge of the photo cuts the table: {count} of its amounts may be incomplete. They are marked, and"
        " digits or units that are not on the photo were not added.",
        zh=f"照片边缘截断了营养成分表：{count} 个数值可能不完整。已作标记，照片上没有的数字或单位未作补全。",
    )


def mark_cut_values(fields: Fields, readings: Readings) -> Fields:
    """The fields, those marked whose own print runs over the edge of the photo. A table has judged its rows itself:
    it is whole though the edge cuts its heading."""
    return {key: field if key == "nutrition" else _marked(field, readings) for key, field in fields.items()}


def _marked(field: FieldValue, readings: Readings) -> FieldValue:
    cut = any(readings.lines[index].cuts for index in field.lines)
    if field.truncated or field.inferred or not cut or field.box is None or not _is_at_edge(field.box, readings):
        return field
    return mark_truncated(field, _VALUE)


def _is_at_edge(box: Box, readings: Readings) -> bool:
    x0, y0, x1, y1 = box
    return min(x0, y0) <= NEAR or x1 >= readings.width - NEAR or y1 >= readings.height - NEAR
