"""The tiny checkpoint in the forms that these tests hold against each other; each is loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.engines.qwen3vl.engine import Qwen3VL
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Vocabulary
from core.engines.qwen3vl.runtime import Runtime
from core.settings import Settings


@pytest.fixture(scope="session")
def reference(tiny_checkpoint: Path) -> Any:
    """The checkpoint as transformers loads and runs it."""
    from transformers import AutoModelForImageTextToText

    return AutoModelForImageTextToText.from_pretrained(tiny_checkpoint, dtype="float32").eval()


@pytest.fixture(scope="session")
def vocabulary(tiny_checkpoint: Path) -> Vocabulary:
    return Vocabulary(tiny_checkpoint)


@pytest.fixture(scope="session")
def torch_runtime(tiny_checkpoint: Path) -> Runtime:
    from core.engines.qwen3vl.torch_runtime import TorchRuntime

    return TorchRuntime(tiny_checkpoint, device="cpu", precision="float32", threads=1)


@pytest.fixture(scope="session")
def openvino_runtime(tiny_openvino: Path) -> Runtime:
    from core.engines.qwen3vl.openvino_runtime import OpenVinoRuntime

    return OpenVinoRuntime(tiny_openvino, threads=1, form="int8")


@pytest.fixture(params=["torch", "openvino"])
def runtime(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    """Each runtime in turn, with an empty sequence."""
    made: Runtime = request.getfixturevalue(f"{request.param}_runtime")
    made.reset()
    yield made
    made.reset()


@pytest.fixture(scope="module")
def grammar(vocabulary: Vocabulary) -> Grammar:
    return Grammar(vocabulary)


@pytest.fixture(params=["torch", "openvino"])
def local(request: pytest.FixtureRequest, tmp_path: Path, tiny_checkpoint: Path) -> Settings:
    """Settings of a machine that has the tiny checkpoint, and for "openvino" its prepared form as well."""
    plain = Settings(
        data=tmp_path, model=str(tiny_checkpoint), precision="float32", device="cpu", threads=1, answer_tokens=160
    )
    if request.param == "torch":
        return plain
    prepared: Path = request.getfixturevalue("tiny_openvino")
    return plain.model_copy(update={"data": prepared.parents[2], "precision": "int8"})


@pytest.fixture
def engine(local: Settings) -> Iterator[Qwen3VL]:
    made = Qwen3VL(local)
    yield made
    made.unload()
