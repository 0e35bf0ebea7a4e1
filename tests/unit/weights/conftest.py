"""One small model, in a catalogue and on a hub of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from core.weights import Form, catalogue, hub
from core.weights.inventory import form_folder
from tests.unit.weights.folders import make_checkpoint
from tests.unit.weights.hub_server import COMMIT, Serving, TinyHub, files_of

MODEL = "Acme/Tiny-VL"

CATALOGUE = """
[[models]]
id = "{id}"
revision = "{revision}"
licence = "Apache-2.0"
files = ["*.safetensors", "*.json", "*.jinja", "merges.txt"]
card = {{ en = "A tiny model.", zh = "一个很小的模型。" }}
sha256 = {{ {sha256} }}
forms = [
    {{ form = "safetensors", bytes = 20000, memory_gib = 0.5 }},
    {{ form = "openvino-int8", bytes = 12000, memory_gib = 0.5 }},
    {{ form = "openvino-int4", bytes = 8000, memory_gib = 0.5 }},
]
"""


def write_catalogue(path: Path, revision: str = COMMIT, sha256: str = "") -> None:
    path.write_text(CATALOGUE.format(id=MODEL, revision=revision, sha256=sha256), "utf-8")
    catalogue._read.cache_clear()


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A catalogue of the one small model; the file may be written anew."""
    file = tmp_path / "models.toml"
    write_catalogue(file)
    monkeypatch.setattr(catalogue, "FILE", file)
    yield file
    catalogue._read.cache_clear()


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """The model's files as its makers have them, with some that nobody should fetch."""
    folder = make_checkpoint(tmp_path / "published")
    (folder / "README.md").write_text("# Tiny")
    (folder / "pytorch_model.bin").write_bytes(b"pickle" * 1000)
    (folder / "modeling_tiny.py").write_text("raise SystemExit")
    return folder


@pytest.fixture
def server(known: Path, published: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyHub]:
    """The hub of the small model, named by HF_ENDPOINT."""
    tiny = TinyHub(MODEL, files_of(published))
    monkeypatch.setattr(hub, "PAUSE_S", 0.01)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with Serving(tiny):
        monkeypatch.setenv("HF_ENDPOINT", tiny.address)
        yield tiny


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Where the small model comes to lie."""
    return form_folder(settings, MODEL, Form.SAFETENSORS)
