"""What the embedded engine proposes is what a model could say: drafts made of it can be accepted."""

from __future__ import annotations

from typing import Any

import pytest

from core.engines.base import EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.embedded.kind import guess_kind
from core.engines.language.answers import asked_fields, write_answer
from core.engines.language.parse import parse_answer
from core.images import open_page
from core.readers import Readers
from core.schema import load_schema
from core.settings import ROOT, Settings
from tests.unit.language.test_answers import accepted

SAMPLES = ROOT / "data" / "samples"
ADDED = {"box", "label", "unit", "open_ended", "raw"}
"""What the embedded engine knows of a price or wording beside its meaning; a model is not asked for it."""


@pytest.mark.parametrize("name", ["biscuit_zh.jpg", "granola_us.jpg", "ad_nuts_double11_zh.jpg"])
def test_every_proposal_is_allowed_by_the_grammar_and_reads_back(settings: Settings, name: str) -> None:
    page = open_page((SAMPLES / name).read_bytes(), name, settings).pixels
    readings = Readers(settings).read(page)
    schema = load_schema(guess_kind(readings))
    proposed = EmbeddedEngine(settings).extract(EngineInput(page, readings, schema)).fields
    text = write_answer(schema, proposed)
    assert accepted(schema.kind, text)
    read = parse_answer(text, schema).fields
    asked = [spec.key for spec in asked_fields(schema) if spec.key in proposed]
    assert len(asked) >= 10
    for key in asked:
        assert _meaning(read[key].value) == _meaning(proposed[key].value), key
        assert read[key].unit == proposed[key].unit


def _meaning(value: Any) -> Any:
    """The value without what stands beside its meaning."""
    if isinstance(value, list):
        return [_meaning(entry) for entry in value]
    return {key: part for key, part in value.items() if key not in ADDED} if isinstance(value, dict) else value
