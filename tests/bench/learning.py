"""Corrections per record as records are verified, on synthetic shelves: what memory alone saves.

Labels are simulated as OCR lines (`tests/simulation`); everything behind them is ShelfLens. Without memory means
the same records, the engine's proposals taken as they are.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

RECORDS = 400
SEEDS = (1, 2, 3)


def measure() -> list[tuple[str, str]]:
    from core.settings import Settings
    from core.store.db import open_store
    from tests.simulation.curve import by_field, curve, saved, worse
    from tests.simulation.play import Played, play
    from tests.simulation.world import Shelf

    rows: list[tuple[str, str]] = []
    histories: list[list[Played]] = []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(data=Path(folder) / "var")
            with open_store(settings) as db:
                histories.append(list(play(db, settings, Shelf(seed), RECORDS)))
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
    return rows
