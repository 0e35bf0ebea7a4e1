"""What is measured: real photos with what the readers saw, and the answer a perfect model would give.

The weights are random, so a model left alone says nonsense. It is made to say the true answer, token by token, as
transcribed by people: then the passes an answer takes are those a model that reads well would take.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.engines.base import EngineInput
from core.engines.language.answers import answer_schema, asked_fields, write_json
from core.engines.qwen3vl.grammar import Constraint, Grammar
from core.engines.qwen3vl.inputs import Floats, Vocabulary
from core.evaluation.truths import Case, load_cases
from core.images import open_page
from core.schema import Schema, load_schema
from core.settings import ROOT, Settings
from core.types import Kind, Readings

PHOTOS = ROOT.parent / "shared" / "images" / "dev"
SAMPLES = ROOT / "data" / "samples"

NAMES = {
    Kind.PRODUCT: {
        "brand": "brand", "product_name": "name", "product_type": "legal_name", "net_content": "net_content",
        "barcode": "gtin", "ingredients": "ingredients_text", "serving_size": "serving_size", "storage": "storage",
        "production_date": "production_date", "expiry_date": "expiry_date", "shelf_life": "shelf_life",
        "manufacturer": "manufacturer", "address": "address", "origin": "origin", "licence_no": "licence",
        "standard": "standard_code", "claims": "claims", "care": "care", "allergens": "allergens",
    },
    Kind.AD: {
        "brand": "brand", "product_name": "product", "claims": "selling_points", "promotion": "promotion",
        "promo_start": "offer_start", "promo_end": "offer_end",
    },
}  # fmt: skip
"""Key in a transcription -> key of the schema."""
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True)
class Task:
    """One photo: what the engine is given, and what it shall say."""

    name: str
    given: EngineInput
    answer: str


def load_tasks(settings: Settings) -> list[Task]:
    """The transcribed photos of this machine, read by the embedded reader and engine."""
    from core.engines.embedded.engine import EmbeddedEngine
    from core.readers import Readers

    folder = PHOTOS if PHOTOS.is_dir() else SAMPLES
    readers, embedded = Readers(settings), EmbeddedEngine(settings)
    return [task for case in load_cases(folder) if (task := _task(case, settings, readers.read, embedded)) is not None]


def _task(case: Case, settings: Settings, read: Callable[..., Readings], embedded: Any) -> Task | None:
    """None for a photo of which too little was transcribed to make an answer of it."""
    schema = load_schema(Kind.AD if case.kind == "ad" else Kind.PRODUCT)
    said = true_values(case.fields, schema.kind)
    if len(said) < 2:
        return None
    image = open_page(case.photo.read_bytes(), case.name, settings).pixels
    given = EngineInput(image, read(image), schema)
    proposed = embedded.extract(given).fields
    answer = {spec.key: said.get(spec.key) for spec in asked_fields(schema)}
    return Task(case.name, EngineInput(image, given.readings, schema, proposed), write_json(answer))


def true_values(truth: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """The transcribed values in the form of an answer."""
    values = {ours: truth[theirs] for theirs, ours in NAMES[kind].items() if truth.get(theirs)}
    if kind is Kind.AD and truth.get("price"):
        values["price"] = [f"{SIGNS.get(price['currency'], '')}{price['value']}" for price in truth["price"]]
    if kind is Kind.PRODUCT and truth.get("nutrition"):
        values["nutrition"] = _table(truth["nutrition"])
    return values


def _table(rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    share = {True: lambda row: f", {row['nrv']}%", False: lambda row: ""}
    said = [f"{row['name']}: {row['value']} {row['unit']}".strip() + share[bool(row.get("nrv"))](row) for row in rows]
    return {"per": rows[0].get("per") or None, "rows": said}


class Teacher(Constraint):
    """The grammar, and within it only the token with which the true answer goes on."""

    def __init__(self, grammar: Grammar, vocabulary: Vocabulary, schema: Schema, answer: str) -> None:
        super().__init__(grammar.constraint(answer_schema(schema))._matcher)
        self._vocabulary, self._rest = vocabulary, answer.encode()

    def accept(self, token: int) -> bool:
        said = self._vocabulary.token_bytes[token]
        assert self._rest.startswith(said), f"{said!r} said, {self._rest[:20]!r} is true"
        self._rest = self._rest[len(said) :]
        return super().accept(token)

    def only(self, logits: Floats) -> Floats:
        masked = super().only(logits)
        token = self._next()
        assert np.isfinite(masked[token]), f"the grammar forbids {self._vocabulary.token_bytes[token]!r}"
        masked[:] = -np.inf
        masked[token] = 0.0
        return masked

    def _next(self) -> int:
        """The tokenizer's own first token of what is left; within a character, the longest token that fits."""
        try:
            return self._vocabulary.encode(self._rest[:400].decode("utf-8", "ignore"))[0]
        except IndexError:
            pass
        fits = (n for n, piece in enumerate(self._vocabulary.token_bytes) if piece and self._rest.startswith(piece))
        return max(fits, key=lambda n: len(self._vocabulary.token_bytes[n]))


def save_tasks(tasks: Sequence[Task], folder: Path) -> None:
    """Keeps readings and proposals for processes that measure a model: the OCR network must not count as theirs."""
    from core.store.runs import dump_fields

    for index, task in enumerate(tasks):
        task.given.image.save(folder / f"{index}.png")
        record = {
            "name": task.name, "kind": task.given.schema.kind, "answer": task.answer,
            "readings": task.given.readings.model_dump(mode="json"), "proposed": dump_fields(task.given.proposed),
        }  # fmt: skip
        (folder / f"{index}.json").write_text(json.dumps(record, ensure_ascii=False), "utf-8")


def saved_tasks(folder: Path) -> list[Task]:
    from PIL import Image

    from core.store.runs import load_fields

    tasks = []
    for path in sorted(folder.glob("*.json"), key=lambda path: int(path.stem)):
        record = json.loads(path.read_text("utf-8"))
        image = Image.open(path.with_suffix(".png")).convert("RGB")
        given = EngineInput(
            image, Readings.model_validate(record["readings"]), load_schema(Kind(record["kind"])),
            load_fields(record["proposed"]),
        )  # fmt: skip
        tasks.append(Task(record["name"], given, record["answer"]))
    return tasks
