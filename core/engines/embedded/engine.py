"""The embedded engine: fields by rules over OCR lines, their geometry and decoded barcodes.

Needs no download and no model beyond the OCR network; answers in milliseconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from statistics import mean
from typing import Any

from PIL import Image

from core.engines.base import EngineInput, EngineOutput, Question
from core.engines.embedded.ads import extract_ad
from core.engines.embedded.answers import answer_lines
from core.engines.embedded.product import extract_product
from core.engines.embedded.truncation import mark_cut_values
from core.engines.embedded.turning import is_upside_down, turned_back, turned_over
from core.schema import Schema
from core.settings import ROOT, Settings
from core.types import Fields, FieldValue, Grade, Kind, Readings, Script

RULES = tuple(
    ROOT.joinpath(*folder)
    for folder in (("core", "engines", "embedded"), ("core", "values"), ("data", "lexicons"), ("data", "wordings"))
)
"""Folders whose every file has a say in what the engine answers."""


class EmbeddedEngine:
    """Implements `core.engines.base.Engine` and `Answers`."""

    name = "ocr"
    prompt_version = "none"

    def __init__(self, settings: Settings) -> None:
        """Nothing of the settings changes an answer; every engine is made the same way."""

    @property
    def revision(self) -> str:
        return rules_digest()

    @property
    def params(self) -> dict[str, Any]:
        return {}

    def extract(self, given: EngineInput) -> EngineOutput:
        """The schema's fields found on the photo. Never partial: there is nothing to cut short."""
        if not is_upside_down(given.readings):
            return EngineOutput(fields=_find_fields(given))
        upright = replace(
            given, image=given.image.transpose(Image.Transpose.ROTATE_180), readings=turned_over(given.readings)
        )
        fields = _find_fields(upright)
        return EngineOutput(fields={key: turned_back(field, given.readings) for key, field in fields.items()})

    def ask(self, question: Question) -> Iterator[str]:
        """The answer line by line, where finding printed words is enough. Raises NeedsModel."""
        return answer_lines(question, self._fields_of)

    def _fields_of(self, image: Image.Image, readings: Readings, schema: Schema) -> Fields:
        return self.extract(EngineInput(image, readings, schema)).fields


def _find_fields(given: EngineInput) -> Fields:
    """The fields of a photo that does not stand on its head."""
    if given.schema.kind is Kind.AD:
        fields = extract_ad(given.readings, given.image)
    else:
        fields = extract_product(given.readings)
    fields = mark_cut_values(fields, given.readings)
    if given.readings.script is not Script.READ:
        fields = _without_guesses(fields)
    return {key: _with_clarity(field, given.readings) for key, field in fields.items() if given.schema.has(key)}


def _with_clarity(field: FieldValue, readings: Readings) -> FieldValue:
    """The value with how clearly its lines were read."""
    scores = [readings.lines[index].score for index in field.lines]
    return field.model_copy(update={"clarity": round(mean(scores), 3)}) if scores else field


def _without_guesses(fields: Fields) -> Fields:
    """The fields that more than size and place speak for: where the script is not known, what stands largest
    on the page is the remains of its words."""
    return {key: field for key, field in fields.items() if field.grade is not Grade.LOW}


@lru_cache
def rules_digest() -> str:
    """First 12 hex digits of the SHA-256 of all rules and lexicons.

    Derived rather than kept by hand: an edit whose author forgot to raise a number would go on
    answering from the cache.
    """
    digest = hashlib.sha256()
    for folder in RULES:
        for path in sorted(_rule_files(folder)):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _rule_files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix in (".py", ".toml", ".npz")]
