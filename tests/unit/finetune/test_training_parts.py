"""What a training is made of, as far as no model is needed: its numbers, order, tokens, state and plot."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError
from sqlite_utils import Database

from core.cli import main
from core.engines.qwen3vl.inputs import Vocabulary
from core.engines.qwen3vl.reading import extraction_input
from core.errors import BadDataSet, CorruptWeights, TrainingFolderTaken, TrainingNeeds
from core.finetune import learner, training
from core.finetune.dataset import make_data_set
from core.finetune.manifest import read_data_set, read_rows
from core.finetune.products import Shares, Split
from core.finetune.progress import LINES, Step, add_step, draw_loss, read_steps, write_steps
from core.finetune.recipe import Recipe, batch_of, spread
from core.finetune.sequences import make_sequence
from core.finetune.state import STATE, Notes, load_state, read_notes, write_state
from core.finetune.training import Job, train
from core.schema import load_schema
from core.settings import Settings
from core.weights.inventory import inspect_local
from tests.unit.finetune.conftest import Verify


def test_the_rate_rises_first_and_falls_to_a_tenth() -> None:
    recipe = Recipe(rate=1e-3)
    rates = [recipe.rate_at(step, 100) for step in range(100)]
    assert rates[:5] == pytest.approx([2e-4, 4e-4, 6e-4, 8e-4, 1e-3])
    assert max(rates) == pytest.approx(1e-3)
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[-1] == pytest.approx(1e-4, rel=0.05)


@pytest.mark.parametrize(
    ("recipe", "examples", "steps"),
    [
        (Recipe(epochs=3, accumulate=8), 80, 30),
        (Recipe(epochs=1, accumulate=8), 3, 1),
        (Recipe(steps=50, epochs=3), 80, 50),
        (Recipe(epochs=0.5, accumulate=2), 8, 2),
    ],
)
def test_steps_follow_from_epochs_unless_they_are_named(recipe: Recipe, examples: int, steps: int) -> None:
    assert recipe.total_steps(examples) == steps


@pytest.mark.parametrize("values", [{"rank": 0}, {"rate": 0}, {"rate": 2}, {"dropout": 1}, {"accumulate": 0}])
def test_numbers_out_of_their_range_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Recipe(**values)


def test_every_epoch_has_every_photo_once_in_an_order_of_its_own() -> None:
    drawn = [index for step in range(10) for index in batch_of(step, 3, 10, seed=1)]
    epochs = [drawn[start : start + 10] for start in (0, 10, 20)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert epochs[0] != epochs[1]
    assert batch_of(7, 3, 10, seed=1) == drawn[21:24]
    assert batch_of(7, 3, 10, seed=2) != drawn[21:24]


def test_photos_to_look_at_are_spread_over_all() -> None:
    assert list(spread(range(10), 5)) == [0, 2, 4, 6, 8]
    assert list(spread(range(3), 5)) == [0, 1, 2]
    assert list(spread([], 5)) == []


# Tokens


@pytest.fixture
def data_set(db: Database, settings: Settings, verify: Verify, tmp_path: Path) -> Path:
    verify(3)
    small = settings.model_copy(update={"picture_px": 96})
    make_data_set(db, small, tmp_path / "set", shares=Shares(0, 0))
    return tmp_path / "set"


def test_the_answer_alone_is_learned_behind_the_engines_own_prompt(data_set: Path, tiny_checkpoint: Path) -> None:
    vocabulary, data = Vocabulary(tiny_checkpoint), read_data_set(data_set)
    for row in read_rows(data_set, Split.TRAIN):
        made = make_sequence(data_set, data, row, vocabulary, 1 << 20)
        learned = made.prompt.ids[made.answer :].tolist()
        assert vocabulary.text(learned) == row.answer
        assert learned[-1] == vocabulary.special.end and learned.count(vocabulary.special.end) == 1
        assert made.learned == len(learned)
        asked, _ = extraction_input(vocabulary, load_schema(row.kind), None, made.picture)
        assert made.prompt.ids[: made.answer].tolist() == asked.ids.tolist()
        assert (made.prompt.positions[:, : made.answer] == asked.positions).all()


def test_a_picture_with_more_pixels_than_allowed_is_scaled_down(data_set: Path, tiny_checkpoint: Path) -> None:
    vocabulary, data = Vocabulary(tiny_checkpoint), read_data_set(data_set)
    row = next(read_rows(data_set, Split.TRAIN))
    whole, small = (make_sequence(data_set, data, row, vocabulary, most).picture for most in (1 << 20, 32 * 32))
    assert whole.tokens > small.tokens == 1


def test_a_picture_that_was_damaged_since_is_named(data_set: Path, tiny_checkpoint: Path) -> None:
    row = next(read_rows(data_set, Split.TRAIN))
    size = (data_set / row.image).stat().st_size
    (data_set / row.image).write_bytes(b"x" * size)
    with pytest.raises(BadDataSet) as err:
        make_sequence(data_set, read_data_set(data_set), row, Vocabulary(tiny_checkpoint), 1 << 20)
    assert row.image in err.value.message.en


# State and progress


def tiny_learner() -> Any:
    import torch

    torch.manual_seed(3)
    layer = torch.nn.Linear(4, 2)
    return SimpleNamespace(weights=sorted(layer.named_parameters())), layer


def walk(layer: Any, optimizer: Any, steps: int) -> None:
    import torch

    for _ in range(steps):
        layer(torch.rand(3, 4)).square().sum().backward()
        optimizer.step()
        optimizer.zero_grad()


def test_what_is_put_back_goes_on_as_if_it_had_not_been_stopped(tmp_path: Path) -> None:
    import torch

    one, layer = tiny_learner()
    optimizer = torch.optim.AdamW(layer.parameters(), lr=0.1)
    walk(layer, optimizer, 3)
    write_state(tmp_path, one, optimizer, Notes({"data": "d"}, 3, 9.0, 4.0))
    walk(layer, optimizer, 3)
    other, again = tiny_learner()
    resumed = torch.optim.AdamW(again.parameters(), lr=0.1)
    load_state(tmp_path, other, resumed)
    walk(again, resumed, 3)
    assert torch.equal(layer.weight, again.weight) and torch.equal(layer.bias, again.bias)
    assert read_notes(tmp_path) == Notes({"data": "d"}, 3, 9.0, 4.0)
    assert [path.name for path in tmp_path.iterdir()] == [STATE]


@pytest.mark.parametrize("data", [b"", b"x" * 100])
def test_a_state_that_was_damaged_is_named(data: bytes, tmp_path: Path) -> None:
    (tmp_path / STATE).write_bytes(data)
    with pytest.raises(CorruptWeights) as err:
        read_notes(tmp_path)
    assert STATE in err.value.message.en


def steps_of(*losses: float) -> list[Step]:
    return [
        Step(step=n, of=len(losses), epoch=n / 10, loss=loss, rate=1e-4, tokens=9, seconds=0.1)
        for n, loss in enumerate(losses, 1)
    ]


def test_steps_are_read_back_and_half_a_line_is_none(tmp_path: Path) -> None:
    assert read_steps(tmp_path) == []
    write_steps(tmp_path, steps_of(3.0))
    add_step(tmp_path, steps_of(3.0, 2.0)[1])
    with (tmp_path / LINES).open("a") as file:
        file.write('{"step": 3, "of"')
    assert [step.loss for step in read_steps(tmp_path)] == [3.0, 2.0]


def test_the_plot_shows_every_step_and_what_unseen_photos_said() -> None:
    steps = steps_of(4.0, 3.0, 1.0)
    steps[2] = steps[2].model_copy(update={"validation": 2.0})
    root = ElementTree.fromstring(draw_loss(steps, "tiny & co <1>"))
    space = "{http://www.w3.org/2000/svg}"
    (line,) = root.iter(f"{space}polyline")
    heights = [float(point.split(",")[1]) for point in line.attrib["points"].split()]
    assert heights == sorted(heights) and len(heights) == 3
    assert len(list(root.iter(f"{space}circle"))) == 1
    assert ElementTree.fromstring(draw_loss([], "empty")) is not None


# Refusals


def job(data: Path, base: Path, out: Path, **more: Any) -> Job:
    return Job(data, inspect_local(Settings(model=str(base))), out, Recipe(**more))


def test_without_the_packages_it_says_which_and_how_to_get_them(
    data_set: Path, tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learner, "PACKAGES", ("torch", "peft_that_nobody_has"))
    with pytest.raises(TrainingNeeds) as err:
        train(job(data_set, tiny_checkpoint, tmp_path / "out"))
    for text in (err.value.message.en, err.value.message.zh):
        assert "peft_that_nobody_has" in text and "requirements-train.txt" in text
    assert not (tmp_path / "out").exists()


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "ensure_packages", lambda: None)


def test_a_folder_with_something_else_in_it_is_left_alone(
    packages: None, data_set: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(TrainingFolderTaken) as err:
        train(job(data_set, tiny_checkpoint, tmp_path / "out"))
    assert "thesis.txt" in err.value.message.en


def test_a_stopped_run_of_other_numbers_is_not_gone_on_with(
    packages: None, data_set: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    import torch

    one, layer = tiny_learner()
    optimizer = torch.optim.AdamW(layer.parameters(), lr=0.1)
    walk(layer, optimizer, 1)
    run = training._run_of(job(data_set, tiny_checkpoint, tmp_path), read_data_set(data_set))
    write_state(tmp_path, one, optimizer, Notes(run, 1, 9.0, 4.0))
    with pytest.raises(TrainingFolderTaken) as err:
        train(job(data_set, tiny_checkpoint, tmp_path, rank=4))
    assert "another recipe" in err.value.message.en and "recipe" in err.value.message.zh


def test_a_data_set_without_training_photos_is_refused(
    packages: None, db: Database, settings: Settings, verify: Verify, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    verify(2)
    make_data_set(db, settings, tmp_path / "set", shares=Shares(0, 1))
    with pytest.raises(BadDataSet) as err:
        train(job(tmp_path / "set", tiny_checkpoint, tmp_path / "out"))
    assert "training split" in err.value.message.en


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--rate", "0"], 2, "--rate"),
        (["--rank", "-1"], 2, "--rank"),
        (["--base", "/nowhere"], 1, "/nowhere"),
        ([], 1, "manifest.json"),
    ],
)
def test_the_command_says_what_is_wrong(
    options: list[str],
    code: int,
    words: str,
    settings: Settings,
    tiny_checkpoint: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    packages: None,
) -> None:
    monkeypatch.setenv("SHELFLENS_MODEL", str(tiny_checkpoint))
    assert main(["train", "--data", str(tmp_path), "--out", str(tmp_path / "out"), *options]) == code
    assert words in capsys.readouterr().err
