"""LoRA training on a data set: resumable at every save, so that a stopped run and one that was not end alike.

The loop is our own, a page of it: it trains on the engine's exact tokens, positions and pixels, of which a library's
processor makes others; the order of the data follows from the step's number, and everything else is in one file.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import __version__
from core.engines.qwen3vl.inputs import Vocabulary
from core.errors import BadDataSet, TrainingFailed, TrainingFolderTaken
from core.files import file_error, write_whole
from core.finetune.learner import Learner, ensure_packages, pick_device
from core.finetune.manifest import DataSet, Row, read_data_set, read_rows
from core.finetune.products import Split
from core.finetune.progress import Step, add_step, read_steps, write_plot, write_steps
from core.finetune.recipe import Recipe, batch_of, spread
from core.finetune.sequences import Sequence, make_sequence
from core.finetune.state import STATE, Notes, load_state, read_notes, write_state
from core.store.db import now
from core.types import Bilingual
from core.weights.adapters import ADAPTER, CARD, CONFIG, TRAINED_ON, Base, Card, weights_digest
from core.weights.checkpoint import CheckpointInfo, inspect_checkpoint
from core.weights.inventory import Weights
from core.weights.manifest import sha256_of

if TYPE_CHECKING:
    import torch

VALIDATED = 32
"""Most photos of the validation split that are looked at after each save."""
SEQUENCES_KEPT = 256
"""Examples kept ready in memory, 6 MB each at 512 pixels."""
CLIP = 1.0
"""Largest length of a gradient; a longer one is shortened to it (Pascanu et al. 2013)."""


class Interrupted(Exception):
    """The training was stopped by whoever started it; its state is saved."""

    def __init__(self, step: int) -> None:
        self.step = step
        super().__init__(f"stopped after step {step}")


@dataclass(frozen=True)
class Job:
    """What is trained, on what, to where."""

    data: Path
    base: Weights
    out: Path
    recipe: Recipe
    device: str = "auto"
    sparing: bool = False
    save_every: int = 50


def train(
    job: Job, on_step: Callable[[Step], None] = lambda _: None, stopped: Callable[[], bool] = lambda: False
) -> Card:
    """Trains an adapter, or goes on with one where the same job was stopped; returns what is noted beside it.

    Raises TrainingNeeds, BadDataSet, a BadWeights for the base, TrainingFolderTaken, NotEnoughMemory, StorageFull,
    StorageDenied, TrainingFailed, or Interrupted soon after `stopped` says so.
    """
    ensure_packages()
    data, info = read_data_set(job.data), inspect_checkpoint(job.base.folder)
    rows = list(read_rows(job.data, Split.TRAIN))
    if not rows:
        reason = Bilingual(en="no product fell into its training split", zh="没有产品被划入训练集")
        raise BadDataSet(folder=job.data, reason=reason)
    run = _run_of(job, data)
    if (card := finished(job.out, run)) is not None:
        return card
    notes = _begun(job.out, run)
    begun = _Run(job, data, info, rows, run, on_step, stopped)
    try:
        job.out.mkdir(parents=True, exist_ok=True)
        return begun.go(notes)
    except OSError as err:
        raise file_error(err, job.out.name, job.out) from err


def _run_of(job: Job, data: DataSet) -> dict[str, Any]:
    """What makes two runs the same one."""
    return {"data": data.digest, "base": weights_digest(job.base.folder), "recipe": job.recipe.model_dump()}


def finished(folder: Path, run: dict[str, Any]) -> Card | None:
    """The card of the same run where it has come to its end; None where it has not."""
    try:
        card = Card.model_validate_json((folder / CARD).read_bytes())
    except (OSError, ValueError):
        return None
    same = {"data": card.data, "base": card.base.digest, "recipe": card.recipe} == run
    return card if same and (folder / ADAPTER).is_file() else None


def _begun(folder: Path, run: dict[str, Any]) -> Notes | None:
    """The notes of the same run where it was stopped. Raises TrainingFolderTaken where anything else is there."""
    notes = read_notes(folder)
    if notes is not None and notes.run == run:
        return notes
    if notes is not None:
        other = ", ".join(key for key, value in run.items() if notes.run.get(key) != value)
        found = Bilingual(en=f"a training with another {other}", zh=f"另一次训练（{other} 不同）")
        raise TrainingFolderTaken(folder=folder, found=found)
    inside = next(folder.iterdir(), None) if folder.is_dir() else folder if folder.exists() else None
    if inside is not None and inside.name not in ("progress.jsonl", "loss.svg"):
        raise TrainingFolderTaken(folder=folder, found=Bilingual(en=inside.name, zh=f" {inside.name}"))
    return None


class _Run:
    """One training under way."""

    def __init__(
        self,
        job: Job,
        data: DataSet,
        info: CheckpointInfo,
        rows: list[Row],
        run: dict[str, Any],
        on_step: Callable[[Step], None],
        stopped: Callable[[], bool],
    ) -> None:
        import torch

        self._job, self._data, self._rows, self._run = job, data, rows, run
        self._on_step, self._stopped = on_step, stopped
        self._unseen = list(read_rows(job.data, Split.VALIDATION))
        self._vocabulary = Vocabulary(info.folder)
        self._total = job.recipe.total_steps(len(rows))
        device = pick_device(job.device)
        self._learner = Learner(info, job.recipe, device, sparing=job.sparing)
        self._optimizer = torch.optim.AdamW(
            [weight for _, weight in self._learner.weights], lr=job.recipe.rate, weight_decay=0.0
        )
        self._torch = torch
        self._sequence = lru_cache(maxsize=SEQUENCES_KEPT)(self._make)

    def go(self, notes: Notes | None) -> Card:
        first, last, start = math.nan, math.nan, 0
        if notes is not None:
            load_state(self._job.out, self._learner, self._optimizer)
            first, last, start = notes.first_loss, notes.last_loss, notes.step
        steps = [step for step in read_steps(self._job.out) if step.step <= start]
        write_steps(self._job.out, steps)
        for number in range(start, self._total):
            step = self._step(number)
            first, last = (step.loss if number == 0 else first), step.loss
            ended = number + 1 == self._total
            halted = not ended and self._stopped()
            if ended or halted or (number + 1) % self._job.save_every == 0:
                step = step.model_copy(update={"validation": self._validate()})
            steps.append(step)
            add_step(self._job.out, step)
            if ended or halted or (number + 1) % self._job.save_every == 0:
                self._save(Notes(self._run, number + 1, first, last), steps)
            self._on_step(step)
            if halted:
                raise Interrupted(number + 1)
        return self._finish(first, last)

    def _step(self, number: int) -> Step:
        """One step over `accumulate` photos. Every token counts the same, however long its photo's answer is."""
        start, recipe = time.perf_counter(), self._job.recipe
        self._learner.peft.train()
        picked = batch_of(number, recipe.accumulate, len(self._rows), recipe.seed)
        batch = [self._sequence(Split.TRAIN, index) for index in picked]
        tokens = sum(sequence.learned for sequence in batch)
        summed = 0.0
        for sequence in batch:
            loss: torch.Tensor = self._learner.loss(sequence) / tokens
            loss.backward()
            summed += float(loss.detach())
        if not math.isfinite(summed):
            reason = Bilingual(en="the loss is no number; lower --rate", zh="损失不是有效数值，请调低 --rate")
            raise TrainingFailed(step=number + 1, reason=reason)
        self._torch.nn.utils.clip_grad_norm_([weight for _, weight in self._learner.weights], CLIP)
        rate = recipe.rate_at(number, self._total)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        done = (number + 1) * recipe.accumulate
        return Step(
            step=number + 1,
            of=self._total,
            epoch=round(done / len(self._rows), 3),
            loss=summed,
            rate=rate,
            tokens=tokens,
            seconds=round(time.perf_counter() - start, 3),
        )

    def _make(self, split: Split, index: int) -> Sequence:
        row = (self._rows if split is Split.TRAIN else self._unseen)[index]
        return make_sequence(self._job.data, self._data, row, self._vocabulary, self._job.recipe.max_pixels)

    def _validate(self) -> float | None:
        """Loss per token on photos of other products; None where the data set has none."""
        if not self._unseen:
            return None
        self._learner.peft.eval()
        with self._torch.no_grad():
            batch = [self._sequence(Split.VALIDATION, index) for index in spread(self._unseen, VALIDATED)]
            summed = sum(float(self._learner.loss(sequence)) for sequence in batch)
        return summed / sum(sequence.learned for sequence in batch)

    def _save(self, notes: Notes, steps: list[Step]) -> None:
        write_state(self._job.out, self._learner, self._optimizer, notes)
        write_plot(self._job.out, steps, f"{self._job.base.model_id}, data {self._data.digest}")

    def _finish(self, first: float, last: float) -> Card:
        """Writes the adapter; its card comes last, so that a folder with one is whole."""
        job, out = self._job, self._job.out
        self._learner.save(out, job.base.model_id)
        keys = {
            key for split in (Split.TRAIN, Split.VALIDATION) for row in read_rows(job.data, split) for key in row.keys
        }
        write_whole(out / TRAINED_ON, json.dumps({"keys": sorted(keys)}).encode())
        card = Card(
            base=Base(model_id=job.base.model_id, revision=job.base.revision, digest=weights_digest(job.base.folder)),
            sha256=sha256_of(out / ADAPTER, lambda _: None),
            data=self._data.digest,
            examples=len(self._rows),
            prompts={kind: note.version for kind, note in self._data.prompts.items()},
            recipe=job.recipe.model_dump(),
            steps=self._total,
            first_loss=first,
            last_loss=last,
            made_at=now(),
            made_with={"shelflens": __version__, **_versions()},
        )
        write_whole(out / CARD, card.model_dump_json(indent=1).encode())
        (out / STATE).unlink(missing_ok=True)
        assert (out / CONFIG).is_file()
        return card


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("torch", "transformers", "peft")}
