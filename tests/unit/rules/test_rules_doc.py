"""docs/rules.md is the table the rules themselves make: SHELFLENS_UPDATE_SNAPSHOTS=1 writes it anew."""

from __future__ import annotations

import importlib
import os
import re

import pytest

from core.rules import RULES, completeness
from core.settings import ROOT

PAGE = ROOT / "docs" / "rules.md"
UPDATE = os.environ.get("SHELFLENS_UPDATE_SNAPSHOTS") == "1"
HEAD = """# Rules

Made from the docstrings of `core/rules/*.py`; see [how to add a rule](how-to/add-a-rule.md). A rule looks at the
values of a record and says what a person should look at; it never changes a value. † marks a source that was not
checked against its own text: such a rule asks for a review and claims nothing.

`completeness` judges the record as a whole (`core.records.standing.record_findings`); all others put their findings on
a field (`core.records.standing.check_fields`).

| rule | version | for | says | source | level |
|---|---|---|---|---|---|
"""


def parts_of(module: str) -> tuple[str, str, str]:
    """(what it says, source, level) from the docstring: its first sentence and the paragraph "Source: … Level: …"."""
    text = importlib.import_module(f"core.rules.{module}").__doc__ or ""
    said, rest = text.split("\n\n", 1)
    found = re.search(r"Source:\s*(.+?)\s*Level:\s*(.+?)(?:\n\n|\Z)", rest, re.DOTALL)
    assert found, f"core/rules/{module}.py does not say its source and level"
    first_sentence = re.split(r"(?<=[a-z)])\.\s", found[2].replace("\n", " "))[0].rstrip(". ")
    return tuple(re.sub(r"\s+", " ", part).strip(" .;") for part in (said, found[1], first_sentence))  # type: ignore[return-value]


def line(module: str, version: int, scope: str) -> str:
    said, source, level = parts_of(module)
    return f"| `{module}` | {version} | {scope} | {said} | {source} | {level} |\n"


def rules_page() -> str:
    lines = [line(rule.id, rule.version, ", ".join(sorted(rule.kinds))) for rule in RULES]
    return HEAD + "".join(lines) + line(completeness.ID, completeness.VERSION, "product as a whole")


def test_the_page_is_that_of_the_rules() -> None:
    if UPDATE:
        PAGE.write_text(rules_page(), "utf-8")
    assert PAGE.read_text("utf-8") == rules_page()


@pytest.mark.parametrize("module", [*(rule.id for rule in RULES), completeness.ID])
def test_level_is_one_of_those_there_are(module: str) -> None:
    assert re.match(r"error|warning|review", parts_of(module)[2])
