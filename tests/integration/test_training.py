"""Training as a person starts it: a process of its own in the environment that has peft, on the tiny checkpoint.

peft is no package of the app's. `make setup-dev` puts it into .venv/training, which only the processes that train see;
SHELFLENS_TRAIN_ENV names another environment that has it. Without either the tests are skipped, with that message.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.engines.qwen3vl.engine import Qwen3VL
from core.errors import EngineFailed
from core.finetune.dataset import make_data_set
from core.finetune.products import Shares
from core.reviewing import review
from core.settings import ROOT, Settings
from core.store.db import open_store
from core.weights.adapters import inspect_adapter, trained_on
from tests.seeding import seed_records
from tests.unit.qwen3vl.seen import given

SHARPNESS = 8.0
"""The tiny checkpoint is made of noise, whose last norm keeps every logit within ±1.3: no change to its layers could
bring the loss under ln(vocabulary) − 1.3. Trained models have grown this norm by such a factor."""
TRAINING = Path(sys.prefix) / "training"
LIMIT_S = 900
"""For one run that trains, on a machine much slower than this: fifty steps take 35 s here."""
pytestmark = pytest.mark.timeout(3 * LIMIT_S)
RECIPE = ("--rate", "1e-2", "--accumulate", "1", "--save-every", "4")


@dataclass(frozen=True)
class Trainer:
    """A Python that has peft, and the variables it is started with."""

    python: Path
    variables: dict[str, str]

    def command(self, data: Path, base: Path, out: Path, *more: str) -> list[str]:
        places = ["--data", str(data), "--base", str(base), "--out", str(out)]
        return [str(self.python), "-m", "core", "train", *places, *RECIPE, *more]

    def run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=ROOT, env=self.variables, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    if named := os.environ.get("SHELFLENS_TRAIN_ENV"):
        return Trainer(Path(named) / "bin" / "python", dict(os.environ))
    if not (TRAINING / "peft").is_dir():
        pytest.skip(f"peft is not in {TRAINING} (make setup-dev), and SHELFLENS_TRAIN_ENV names no environment")
    return Trainer(Path(sys.executable), os.environ | {"PYTHONPATH": str(TRAINING)})


@pytest.fixture(scope="module")
def base(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    import shutil

    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny_checkpoint, tmp_path_factory.mktemp("base") / "sharp")
    tensors = load_file(folder / "model.safetensors")
    tensors["model.language_model.norm.weight"] *= SHARPNESS
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six products to learn from and some to look at meanwhile; small pictures, for the prompt is long enough."""
    folder = tmp_path_factory.mktemp("data")
    settings = Settings(data=folder / "var", picture_px=64)
    with open_store(settings) as db:
        for item in seed_records(db, settings, 9, photos=9):
            review.accept_record(db, item, reviewer="ann")
        made = make_data_set(db, settings, folder / "set", shares=Shares(validation=0.3, test=0))
    assert made.counts["train"]["product"] >= 4 and made.counts["validation"]["product"] >= 1
    return folder / "set"


def losses(folder: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (folder / "progress.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def trained(trainer: Trainer, data: Path, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trained") / "oats"
    done = trainer.run(trainer.command(data, base, out, "--steps", "50"))
    assert done.returncode == 0, done.stderr
    assert "50 steps" in done.stdout
    return out


def test_the_loss_falls_by_half_in_fifty_steps_also_on_products_it_has_not_seen(trained: Path) -> None:
    seen = losses(trained)
    assert len(seen) == 50
    assert seen[-1] < seen[0] / 2
    lines = [json.loads(line) for line in (trained / "progress.jsonl").read_text().splitlines()]
    unseen = [line["validation"] for line in lines if line["validation"] is not None]
    assert len(unseen) == 13 and unseen[-1] < seen[0] / 2
    assert (trained / "loss.svg").read_text().startswith("<svg")


def test_what_is_kept_is_safetensors_and_json_and_names_base_and_data(trained: Path, data: Path, base: Path) -> None:
    assert {path.suffix for path in trained.iterdir()} == {".safetensors", ".json", ".jsonl", ".svg"}
    found = inspect_adapter(trained)
    assert found.card is not None and found.card.base.model_id == "local/sharp"
    assert found.card.data == json.loads(run_digest(data))
    assert len(trained_on(found)) > 4
    assert str(base.parent) not in (trained / "adapter_config.json").read_text()


def run_digest(data: Path) -> str:
    from core.finetune.manifest import read_data_set

    return json.dumps(read_data_set(data).digest)


def told(settings: Settings) -> str:
    engine = Qwen3VL(settings)
    try:
        return engine.extract(given()).raw_text
    except EngineFailed as err:
        return err.message.en
    finally:
        engine.unload()


def test_the_adapter_loads_in_the_engine_and_changes_what_it_says(trained: Path, base: Path, tmp_path: Path) -> None:
    plain = Settings(data=tmp_path, model=str(base), precision="float32", device="cpu", threads=1, answer_tokens=64)
    adapted = plain.model_copy(update={"adapter": str(trained)})
    assert told(plain) != told(adapted)
    assert Qwen3VL(plain).revision != Qwen3VL(adapted).revision


def test_a_run_that_was_killed_comes_to_the_same_losses_and_the_same_adapter(
    trainer: Trainer, data: Path, base: Path, tmp_path: Path
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert trainer.run(trainer.command(data, base, whole, "--steps", "8")).returncode == 0
    words = trainer.command(data, base, cut, "--steps", "8")
    process = subprocess.Popen(words, cwd=ROOT, env=trainer.variables, stderr=subprocess.PIPE, text=True)
    stop_at(process, cut, steps=3)
    done = trainer.run(words)
    assert done.returncode == 0, done.stderr
    assert losses(cut) == losses(whole)
    assert inspect_adapter(cut).digest == inspect_adapter(whole).digest
    again = trainer.run(words)
    assert again.returncode == 0 and "8 steps" in again.stdout


def stop_at(process: Any, folder: Path, steps: int) -> None:
    """Asks the process to stop once it has done so many steps: it ends the step in hand and saves."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        lines = folder / "progress.jsonl"
        if lines.exists() and len(lines.read_text().splitlines()) >= steps:
            process.send_signal(signal.SIGTERM)
            break
        time.sleep(0.05)
    _, beside = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 1, beside
    assert "goes on from there" in beside and (folder / "state.safetensors").exists()
