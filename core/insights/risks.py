"""Wording on posters that rules ask to have checked: absolute terms, disease claims, discounts that do not add up.

What is allowed depends on what it is about, so it is listed for a person to judge.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from core.insights.choice import Choice
from core.insights.facts import WHO, Facts
from core.store.runs import load_fields
from core.store.statements import About, phrase_form, quoted_in
from core.types import Bilingual, Fields


@dataclass(frozen=True)
class Risk:
    """Words on a competitor's posters that `rule` speaks of; `message` is what it says of them on the newest one."""

    competitor: str
    rule: str
    phrase: str
    text: str
    message: Bilingual
    posters: int
    item_id: int
    """The newest poster that carries them."""


def risks(choice: Choice) -> Facts:
    """Columns competitor, rule, phrase."""
    return Facts(choice, {**WHO, "rule": "s.key", "phrase": "s.phrase"}, About.RISK)


def list_risks(choice: Choice, *, limit: int = -1) -> list[Risk]:
    """The words that rules speak of, those on the most posters first."""
    facts = risks(choice)
    rows = choice.rows(
        "SELECT p.competitor, s.key AS rule, s.phrase, MIN(s.text) AS text, COUNT(DISTINCT p.item_id) AS posters,"
        f" MAX(p.item_id) AS item_id {facts.source} GROUP BY p.competitor, s.key, s.phrase"
        " ORDER BY posters DESC, s.phrase, p.competitor LIMIT ?",
        (*facts.values, limit),
    )
    fields = _fields(choice, {row["item_id"] for row in rows})
    return [
        Risk(
            row["competitor"], row["rule"], row["phrase"], row["text"],
            _message(fields[row["item_id"]], row["rule"], row["phrase"]), row["posters"], row["item_id"],
        )
        for row in rows
    ]  # fmt: skip


def _fields(choice: Choice, items: Collection[int]) -> dict[int, Fields]:
    rows = choice.rows(
        "SELECT item_id, fields FROM records WHERE item_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(items)),),
    )
    return {row["item_id"]: load_fields(row["fields"]) for row in rows}


def _message(fields: Fields, rule: str, phrase: str) -> Bilingual:
    """What the rule says of the words on a poster with these fields."""
    said = (finding.message for field in fields.values() for finding in field.findings if finding.rule == rule)
    of_it = (message for message in said if phrase in map(phrase_form, quoted_in(message)[:1]))
    return next(of_it, Bilingual(en="", zh=""))
