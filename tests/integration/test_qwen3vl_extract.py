"""The command line with the vision-language model on this machine: a process of its own, weights from a folder.

The weights are random, so what is read is nonsense, or goes in circles and is refused, and values without support on
the photo give way to those of the embedded engine; that it comes through prompt, model, grammar, parser and pipeline
is what counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.settings import ROOT, Settings
from core.store.db import open_store

SAMPLES = [
    ROOT / "data" / "samples" / name for name in ("green_tea_zh.jpg", "ad_nuts_bogo_zh.jpg", "ad_cold_brew_bogo_en.jpg")
]


def extract(*arguments: str | Path, **settings: str) -> tuple[int, list[dict[str, Any]], str]:
    """Exit status, reports, and what was written beside them."""
    named = {f"SHELFLENS_{name.upper()}": value for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "core", "extract", "--engine", "qwen3vl", "--json", *arguments],
        cwd=ROOT, env=os.environ | named, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.parametrize("form", ["torch", "openvino"])
def test_photos_are_read_by_the_model_in_a_folder_and_whole_answers_kept(
    form: str, settings: Settings, tiny_checkpoint: Path, request: pytest.FixtureRequest
) -> None:
    folder: Path = tiny_checkpoint if form == "torch" else request.getfixturevalue("tiny_openvino")
    (code, first, beside), (again_code, again, _) = (
        extract(*SAMPLES, model=str(folder), answer_tokens="48") for _ in range(2)
    )
    assert [report["file"] for report in first] == [str(path) for path in SAMPLES]
    assert code == again_code == int(any("error" in report for report in first))
    read = [report for report in first if "error" not in report]
    assert read, first
    for report in read:
        assert report["engine"] == "qwen3vl"
        assert not report["cached"] and report["ms"] > 0
        assert report["lines"]
    with open_store(settings) as db:
        runs = list(db.query("select raw_text, partial from runs where engine = 'qwen3vl' order by id"))[: len(read)]
    assert all(run["raw_text"].startswith('{"') for run in runs)
    for report in first:
        assert "error" not in report or "qwen3vl" in json.dumps(report["error"])
    assert [report["cached"] for report in again if "error" not in report] == [not run["partial"] for run in runs]
    assert not any(noise in beside for noise in ("Traceback", "Warning", "Loading weights"))


def test_a_folder_without_weights_ends_it_with_a_line_that_says_so(settings: Settings, tmp_path: Path) -> None:
    code, reports, beside = extract(SAMPLES[0], model=str(tmp_path))
    assert code == 2
    assert reports == []
    assert str(tmp_path) in beside and "Traceback" not in beside
