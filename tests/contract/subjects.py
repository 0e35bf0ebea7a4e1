"""The engines that the contract is tried on. To add one: a context manager that yields a `Subject`, and its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.engines.base import Engine
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.qwen3vl.engine import Qwen3VL
from core.engines.remote.engine import RemoteEngine
from core.engines.scripted import Reply, ScriptedEngine
from core.settings import Settings
from core.weights import Form, inspect_checkpoint
from tests.remote_server import Says, serve

ANSWER = '{"brand":"燕麦工坊","name":"原味燕麦片","net_content":"500 g","claims":["全谷物"],"headline":"A good start"}'
WORDS = "The shelf life is 12 months, as printed under the barcode."


@dataclass(frozen=True)
class Subject:
    """An engine under test.

    `make` gives one as from another process with the same settings; `make_other` one with an option that
    changes its answers, and is None where there is no such option. `sane` is False for a model of random
    weights: it may answer with nonsense, which is refused plainly and in the same way each time.
    """

    make: Callable[[], Engine]
    make_other: Callable[[], Engine] | None = None
    sane: bool = True


@contextmanager
def ocr(settings: Settings) -> Iterator[Subject]:
    yield Subject(lambda: EmbeddedEngine(settings))


@contextmanager
def scripted(settings: Settings) -> Iterator[Subject]:
    def engine(text: str) -> ScriptedEngine:
        return ScriptedEngine(replies=[Reply(text)], answers=[Reply(WORDS)])

    yield Subject(lambda: engine(ANSWER), lambda: engine("{}"))


@contextmanager
def remote(settings: Settings) -> Iterator[Subject]:
    """One server for the test; it answers what it is asked for, fields under a schema and words without."""
    with ExitStack() as stack:
        server = stack.enter_context(serve(Says(ANSWER, words=WORDS)))

        def engine(**changes: object) -> RemoteEngine:
            made = RemoteEngine(settings.model_copy(update={"remote_url": server.url, **changes}))
            stack.callback(made.close)
            return made

        yield Subject(engine, lambda: engine(remote_picture_px=512))


@contextmanager
def qwen3vl(settings: Settings) -> Iterator[Subject]:
    """The local model on the tiny checkpoint that `settings.model` names."""
    small = settings.model_copy(update={"answer_tokens": 64, "picture_px": 128, "precision": "auto", "device": "cpu"})
    if inspect_checkpoint(Path(settings.model)).form is Form.SAFETENSORS:
        small = small.model_copy(update={"precision": "float32"})
    other = small.model_copy(update={"picture_px": 64})
    yield Subject(lambda: Qwen3VL(small), lambda: Qwen3VL(other), sane=False)


ENGINES: dict[str, Callable[[Settings], AbstractContextManager[Subject]]] = {
    "ocr": ocr,
    "scripted": scripted,
    "remote": remote,
    "qwen3vl-torch": qwen3vl,
    "qwen3vl-openvino": qwen3vl,
}
"""Name of the subject -> what makes it. Two runtimes of one engine are two subjects."""

WEIGHTS = {"qwen3vl-torch": "tiny_checkpoint", "qwen3vl-openvino": "tiny_openvino"}
"""Name of the subject -> the fixture whose folder becomes `settings.model`."""
