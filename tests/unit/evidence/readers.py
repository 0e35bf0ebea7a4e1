"""Two readers of one label: what a model says, what the embedded engine has, and both merged."""

from __future__ import annotations

from typing import Any

from core.evidence import support
from core.schema import Schema, load_schema
from core.types import Fields, FieldValue, Grade, Kind, Source
from core.values.typed import understand
from tests.unit.evidence.pages import readings

PRODUCT, AD = load_schema(Kind.PRODUCT), load_schema(Kind.AD)

CODE, OTHER = "6901234567892", "4006381333931"
LABEL = ("山禾", "有机燕麦片", "净含量：500克", "生产日期 2026/05/01", "保质期：12个月", "阴凉干燥处保存")


def model(grade: Grade = Grade.MEDIUM, schema: Schema = PRODUCT, **texts: str) -> Fields:
    """Fields as a language model's answer becomes them."""
    fields = {}
    for key, text in texts.items():
        spec = schema.field(key)
        marks = {"sources": (Source.VLM,), "grade": grade, "inferred": spec.inferred}
        fields[key] = understand(spec, text).model_copy(update=marks)
    return fields


def embedded(grade: Grade = Grade.HIGH, schema: Schema = PRODUCT, **texts: str) -> Fields:
    """Fields as the embedded engine finds them: boxed, with their lines."""
    marks = {"sources": (Source.OCR,), "grade": grade, "box": (1.0, 2.0, 3.0, 4.0), "lines": (0,)}
    return {key: understand(schema.field(key), text).model_copy(update=marks) for key, text in texts.items()}


def merged(said: Fields, proposed: Fields, *lines: str, schema: Schema = PRODUCT, **more: Any) -> Fields:
    return support(said, proposed, readings(*lines), schema, **more)


def rules(field: FieldValue) -> list[str]:
    return [finding.rule for finding in field.findings]


def others(field: FieldValue) -> list[tuple[Any, str]]:
    return [(other["value"], other["source"]) for other in field.alternatives]
