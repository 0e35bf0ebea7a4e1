"""The Engines page in a real browser: the embedded engine is measured by the worker, and a default is chosen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from core.machine.measuring import PHOTOS, this_machine
from core.reading.preferences import chosen_engine
from core.store.measurements import latest_measurement
from tests.browser.server import Server

SOON_MS, WAIT_MS, PATIENCE_S = 60_000, 240_000, 600
"""A measurement reads four photos: seconds on a quiet machine, minutes on one whose cores others use."""
CARD = ".st-key-engines_card_ocr"
UNDER_WAY = re.compile(r"photo \d of 4")
"""Which one the page looks in at is chance: a photo takes about as long as the page waits between two looks."""


@pytest.mark.timeout(PATIENCE_S)
def test_the_embedded_engine_is_measured_and_a_default_is_chosen(
    page: Any, serve: Callable[..., Server], db: Database, tmp_path: Path
) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text('{"extract": {"brand": "Oats"}}', "utf-8")
    server = serve(worker=True, SHELFLENS_SCRIPT=str(script))
    page.goto(server.url("/engines"))
    card = page.locator(CARD)
    card.get_by_role("button", name="Measure on this machine").click(timeout=WAIT_MS)
    card.get_by_text(UNDER_WAY).first.wait_for(timeout=WAIT_MS)
    card.get_by_role("button", name="Measure again").wait_for(timeout=WAIT_MS)
    measured = latest_measurement(db, "ocr", this_machine(), "")
    assert measured is not None
    assert (measured.photos, measured.answered) == (PHOTOS, PHOTOS)
    shown = card.locator("[data-testid=stMetricValue]").first.inner_text()
    assert shown.endswith(" s")
    assert abs(float(shown.removesuffix(" s")) - measured.median_s) <= 0.05

    page.get_by_role("radio", name="Scripted").click()
    page.get_by_text("Chosen by tester").wait_for(timeout=SOON_MS)
    choice = chosen_engine(db)
    assert choice is not None and choice.value == "scripted"
    page.reload()
    page.locator(".st-key-engines_card_scripted .stMarkdownBadge", has_text="default").wait_for(timeout=SOON_MS)
    page.get_by_text("中文", exact=True).click()
    page.get_by_text("由 tester 于").wait_for(timeout=SOON_MS)
