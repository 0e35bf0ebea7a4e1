"""What a person is told where readers do not agree, or where only one of them sees something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.evidence.look import entries_of, entry_text
from core.evidence.words import Seen
from core.types import Bilingual, FieldValue, Finding, Level, Script, Source

UNSUPPORTED, UNSUPPORTED_VERSION = "unsupported_value", 1
DISAGREE, DISAGREE_VERSION = "readers_agree", 1
OWN = frozenset({UNSUPPORTED, DISAGREE})

SAID_LENGTH = 80
"""Characters of a value that a finding quotes; the whole value stands beside it as an alternative."""
NAMED = 5
"""Entries and rows that a finding names; the others are counted."""

MODEL = Bilingual(en="model", zh="模型")
EMBEDDED = Bilingual(en="embedded engine", zh="内置引擎")
BARS = Bilingual(en="barcode", zh="条码")
PRINT = Bilingual(en="text on the photo", zh="照片文字")


def reader_of(field: FieldValue) -> Bilingual:
    """Who says it, in words."""
    if Source.VLM in field.sources:
        return MODEL
    return BARS if Source.BARCODE in field.sources else EMBEDDED


def unsupported(seen: Seen, script: Script) -> Finding:
    """Only the model says so. Where the OCR reader does not know the script, nobody could have confirmed it."""
    named = _named(seen.missing)
    if script in (Script.UNREAD, Script.MIRRORED):
        message = Bilingual(
            en=f"Only the model reads this{_behind(named, ': ')}; the OCR reader does not know the script.",
            zh=f"仅模型读出{_behind(named, '：')}；文字识别不支持该文字，无法核对。",
        )
    else:
        message = Bilingual(
            en=f"No reader sees this on the photo{_behind(named, ': ')}. Only the model says so.",
            zh=f"照片上没有读到{_behind(named, '：') or '该内容'}，仅模型给出。",
        )
    return Finding(rule=UNSUPPORTED, version=UNSUPPORTED_VERSION, level=Level.REVIEW, message=message)


def disagreement(sides: Sequence[tuple[Bilingual, str]]) -> Finding:
    """Who says what, the proposed value first."""
    en = "; ".join(f"{who.en}: {said}" for who, said in sides)
    zh = "；".join(f"{who.zh}：{said}" for who, said in sides)
    message = Bilingual(en=f"The readers disagree. {en[:1].upper()}{en[1:]}.", zh=f"读取结果不一致。{zh}。")
    return Finding(rule=DISAGREE, version=DISAGREE_VERSION, level=Level.REVIEW, message=message)


def said(field: FieldValue) -> str:
    """The value in a sentence: as printed, short enough to read."""
    return short(field.raw or _plain_words(field))


def short(text: str) -> str:
    words = " ".join(text.split())
    return f"{words[:SAID_LENGTH]}…" if len(words) > SAID_LENGTH else words or "…"


def as_alternative(field: FieldValue, source: Source) -> dict[str, Any]:
    """Another reader's value, as one of a field's `alternatives`, with who says it."""
    return {"value": field.value, "unit": field.unit, "raw": field.raw, "source": source.value}


def _plain_words(field: FieldValue) -> str:
    if isinstance(field.value, str | int | float):
        return f"{field.value} {field.unit or ''}".strip()
    if isinstance(field.value, dict) and isinstance(rows := field.value.get("rows"), list | tuple):
        parts = [[row.get(part) for part in ("name", "value", "unit")] for row in rows if isinstance(row, dict)]
        return "; ".join(" ".join(str(part) for part in row if part is not None) for row in parts)
    if isinstance(field.value, list | tuple):
        return "; ".join(filter(None, (entry_text(entry) for entry in entries_of(field))))
    return ""


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(short(name) for name in names[:NAMED])
    more = len(names) - NAMED
    return f"{shown} (+{more})" if more > 0 else shown


def _behind(named: str, sign: str) -> str:
    return f"{sign}{named}" if named else ""
