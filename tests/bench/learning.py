"""Corrections per record as records are verified, on synthetic shelves: what memory alone saves.

Labels are simulated as OCR lines (`tests/simulation`); everything behind them is ShelfLens. Without memory means
the same records, the engine's proposals taken as they are.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.types import Fields
    from tests.simulation.shown import Choice

RECORDS = 400
SEEDS = (1, 2, 3)
FIRST = 50
"""Records of each shelf before choices of examples are counted: with few records there is little to choose."""
REQUESTS = 20


def measure() -> list[tuple[str, str]]:
    from core.settings import Settings
    from core.store.db import open_store
    from tests.simulation.curve import by_field, curve, saved, worse
    from tests.simulation.play import Played, play
    from tests.simulation.shown import Chooser
    from tests.simulation.world import Shelf

    rows: list[tuple[str, str]] = []
    choices: list[Choice] = []
    histories: list[list[Played]] = []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(data=Path(folder) / "var")
            with open_store(settings) as db:
                chooser = Chooser(db)
                histories.append(list(play(db, settings, Shelf(seed), RECORDS, chooser)))
                choices += chooser.choices[FIRST:]
    for points in zip(*map(curve, histories), strict=True):
        with_memory = sum(point.corrections for point in points) / len(points)
        without = sum(point.without_memory for point in points) / len(points)
        name = f"records {points[0].first}-{points[0].last}: corrections per record (without memory)"
        rows.append((name, f"{with_memory:.2f} ({without:.2f})"))
    for seed, played in zip(SEEDS, histories, strict=True):
        rows.append((f"shelf {seed}: fewer corrections after record 200 than in the first 50", f"{saved(played):.0%}"))
    later = [each for played in histories for each in played[200:]]
    for field, (corrected, without_it) in by_field(later).items():
        rows.append((f"after record 200, {field}: corrected (without memory)", f"{corrected} ({without_it})"))
    rows.append(("fields corrected more often than without memory", ", ".join(worse(later)) or "none"))
    return [*rows, *_choice(choices), *_cost(choices)]


def _choice(choices: list[Choice]) -> list[tuple[str, str]]:
    """How often the chosen examples are of the same product or brand, and how often blindly drawn ones would be."""
    from tests.simulation.shown import MOST, recall, strangers

    rows = []
    for what, by_product in (("product", True), ("brand", False)):
        for k in range(1, MOST + 1):
            found = recall(choices, k, by_product=by_product)
            name = f"examples: same {what} among the first {k} (drawn blindly), {found.photos} photos"
            rows.append((name, f"{found.found:.1%} ({found.blind:.1%})"))
    rows.append(("examples of another brand, of all that are shown", f"{strangers(choices):.1%}"))
    shown = sum(bool(choice.examples) for choice in choices) / len(choices)
    rows.append(("photos that are shown any example", f"{shown:.1%}"))
    return rows


def _cost(choices: list[Choice]) -> list[tuple[str, str]]:
    """What examples cost: tokens of the prompt, choosing them, and a request to a server that answers at once."""
    from core.engines.language.prompts import examples_text, extraction_prompt
    from core.schema import load_schema
    from core.types import Kind
    from tests.simulation.shown import MOST
    from tests.tiny.tokenizer import make_tokenizer

    schema, tokenizer = load_schema(Kind.PRODUCT), make_tokenizer()
    full = [choice.examples for choice in choices if len(choice.examples) == MOST]
    words = len(tokenizer(extraction_prompt(schema).before)["input_ids"])
    rows = [("tokens of the instruction without examples", f"{words}")]
    for k in range(1, MOST + 1):
        counts = [len(tokenizer(examples_text(schema, examples[:k]))["input_ids"]) for examples in full]
        rows.append((f"tokens that {k} example(s) add: median", f"{median(counts):.0f}"))
    rows.append(("choosing them, per photo: median", f"{1000 * median(c.seconds for c in choices):.1f} ms"))
    for k, (seconds, size) in enumerate(_requests(full[0])):
        rows.append((f"request with {k} example(s), server answers at once: median", f"{1000 * seconds:.1f} ms"))
        rows.append((f"its size without the picture, {k} example(s)", f"{size / 1000:.1f} kB"))
    return rows


def _requests(examples: tuple[Fields, ...]) -> list[tuple[float, int]]:
    """(seconds, bytes of text) of a request with none of these examples, one, two …"""
    from PIL import Image

    from core.engines.base import EngineInput
    from core.engines.remote.engine import RemoteEngine
    from core.schema import load_schema
    from core.settings import Settings
    from core.types import Kind, Readings
    from tests.remote_server import Says, serve

    image, schema = Image.new("RGB", (960, 720), "white"), load_schema(Kind.PRODUCT)
    told: list[tuple[float, int]] = []
    with serve(Says('{"brand":"Acme"}', chunk=10**6)) as server:
        engine = RemoteEngine(Settings(remote_url=server.url))
        for k in range(len(examples) + 1):
            given = EngineInput(image, Readings(width=960, height=720, lines=()), schema, examples=examples[:k])
            times = []
            for _ in range(REQUESTS):
                start = time.perf_counter()
                engine.extract(given)
                times.append(time.perf_counter() - start)
            content = server.requests[-1]["messages"][-1]["content"]
            told.append((median(times), sum(len(part["text"].encode()) for part in content if "text" in part)))
    return told
