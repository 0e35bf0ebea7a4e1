"""Each training library loads its own part of a data set with its own loader.

None of them is a package of ShelfLens, and their pins exclude one another, so each has an environment of its own,
named by a variable; a library whose variable is not set is skipped, with that message. The forms themselves are
checked without them in tests/unit/finetune/test_dataset.py; qwen-vl-finetune is a folder of scripts, not a package,
and only checked there.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core.finetune.dataset import make_data_set
from core.finetune.manifest import read_rows
from core.finetune.products import Shares, Split
from core.reviewing import review
from core.settings import Settings
from core.store.db import open_store
from tests.seeding import seed_records

TRL = """
from datasets import Image, List, load_dataset
from trl import is_conversational
from trl.data_utils import prepare_multimodal_messages
data = load_dataset("json", data_files="trl/train.jsonl", split="train").cast_column("images", List(Image()))
for row in data:
    assert is_conversational(row)
    turns = prepare_multimodal_messages(row["prompt"] + row["completion"], images=row["images"])
    assert [[part["type"] for part in turn["content"]] for turn in turns] == [["text", "image"], ["text"]]
    assert row["images"][0].size[0] % 32 == 0
    say(turns[1]["content"][0]["text"])
"""
SWIFT = """
from swift.dataset import load_dataset
data, _ = load_dataset("ms-swift/train.jsonl", split_dataset_ratio=0, strict=True)
for row in data:
    user, assistant = row["messages"]
    assert user["content"].count("<image>") == len(row["images"]) == 1
    say(assistant["content"])
"""
FACTORY = """
from types import SimpleNamespace
from datasets import load_dataset
from llamafactory.data.converter import align_dataset
from llamafactory.data.parser import get_dataset_list
[entry] = get_dataset_list(["shelflens_train"], "llama-factory")
read = load_dataset("json", data_files=f"llama-factory/{entry.dataset_name}", split="train")
given = SimpleNamespace(media_dir=".", streaming=False, preprocessing_num_workers=None, overwrite_cache=True)
for row in align_dataset(read, entry, given, SimpleNamespace(local_process_index=0)):
    assert row["_prompt"][0]["content"].count("<image>") == 1
    assert os.path.exists(row["_images"][0])
    say(row["_response"][0]["content"])
"""
HEAD = """
import json, os, sys
def say(answer): print("ANSWER " + json.dumps(answer))
"""
LIBRARIES = {
    "TRL": ("SHELFLENS_TRAIN_ENV", TRL),
    "ms-swift": ("SHELFLENS_SWIFT_ENV", SWIFT),
    "LLaMA-Factory": ("SHELFLENS_FACTORY_ENV", FACTORY),
}
"""Library -> the variable that names an environment with it, and what is run there in the data set's folder."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    settings = Settings(data=folder / "var", picture_px=64)
    with open_store(settings) as db:
        for item in seed_records(db, settings, 3, 2, photos=5):
            review.accept_record(db, item, reviewer="ann")
        make_data_set(db, settings, folder / "set", shares=Shares(0, 0))
    return folder / "set"


@pytest.mark.parametrize("library", list(LIBRARIES))
def test_a_library_loads_its_part_with_its_own_loader(library: str, data: Path, tmp_path: Path) -> None:
    variable, script = LIBRARIES[library]
    if variable not in os.environ:
        pytest.skip(f"{variable} names no environment with {library}")
    python = Path(os.environ[variable]) / "bin" / "python"
    caches: dict[str, Any] = {name: str(tmp_path) for name in ("HF_HOME", "MODELSCOPE_CACHE")}
    done = subprocess.run(
        [str(python), "-c", HEAD + script],
        cwd=data, env=os.environ | caches | {"HF_HUB_OFFLINE": "1", "DISABLE_VERSION_CHECK": "1"},
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = [json.loads(line.removeprefix("ANSWER ")) for line in done.stdout.splitlines() if line.startswith("ANSWER ")]
    assert told == [row.answer for row in read_rows(data, Split.TRAIN)]
