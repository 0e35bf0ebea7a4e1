"""The remote engine against servers of models as people run them, with a checkpoint that always gives one answer.

The environments are no part of the project, for they take gigabytes: SHELFLENS_SERVE_ENV names one with
`transformers[serving]`, SHELFLENS_VLLM_ENV one with vLLM (docs/how-to/use-a-remote-server.md has the commands). Without
them the tests are skipped, with that message.
"""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from PIL import Image

from core.cli import main
from core.engines.base import Question, Sampling
from core.engines.remote.engine import RemoteEngine
from core.settings import ROOT, Settings
from core.store.db import open_store

SAMPLE = ROOT / "data" / "samples" / "green_tea_zh.jpg"
PATIENCE_S = 900
"""vLLM takes minutes to start on two busy cores."""
QUIET = {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1", "VLLM_NO_USAGE_STATS": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}
COMMANDS = {
    "SHELFLENS_SERVE_ENV": "bin/transformers serve --device cpu --port {port} {model}",
    "SHELFLENS_VLLM_ENV": "bin/python -m vllm.entrypoints.openai.api_server --model {model} --port {port}"
    " --served-model-name shelf --max-model-len 8192 --dtype float32 --enforce-eager",
}
NAMES = {"SHELFLENS_VLLM_ENV": "shelf"}
"""What the model is called there; the others call it by its folder."""


@dataclass(frozen=True)
class Served:
    url: str
    model: str


@pytest.fixture(scope="module", params=list(COMMANDS))
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of the checkpoint, for all tests here."""
    environment = os.environ.get(request.param)
    if not environment:
        pytest.skip(f"{request.param} names no environment with such a server")
    for package in ("torch", "transformers", "dashscope"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: make setup-dev")
    from tests.tiny.talking import make_talking

    folder = tmp_path_factory.mktemp("served")
    model = str(make_talking(folder / "talking"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = COMMANDS[request.param].format(port=port, model=model).split()
    with _running([str(Path(environment) / words[0]), *words[1:]], folder, f"http://localhost:{port}") as url:
        yield Served(url, NAMES.get(request.param, model))


@contextmanager
def _running(command: list[str], folder: Path, url: str) -> Iterator[str]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            command, env={**os.environ, **QUIET, "HF_HOME": str(folder / "hf")}, stdout=log, stderr=log
        )
    try:
        _wait(server, url, folder / "log")
        yield url
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    pytest.fail(f"the server did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


@pytest.fixture
def here(served: Served, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SHELFLENS_REMOTE_URL", served.url)
    monkeypatch.setenv("SHELFLENS_REMOTE_MODEL", served.model)
    monkeypatch.setenv("SHELFLENS_REMOTE_TIMEOUT_S", str(PATIENCE_S))
    return Settings(data=settings.data)


def test_a_photo_is_read_by_a_real_server(here: Settings, served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["extract", str(SAMPLE), "--engine", "remote", "--kind", "product", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert (code, report["engine"], report.get("error")) == (0, "remote", None)
    assert report["lines"] and report["fields"]
    with open_store(here) as db:
        [run] = db.conn.execute("SELECT revision, raw_text FROM runs WHERE engine = 'remote'").fetchall()
    assert run["revision"].startswith(served.model)
    assert '"brand":"Acme"' in run["raw_text"]


def test_a_question_is_answered_by_a_real_server(here: Settings) -> None:
    engine = RemoteEngine(here)
    question = Question((Image.open(SAMPLE).convert("RGB"),), "Which brand is this?", sampling=Sampling(seed=7))
    pieces = [piece for piece in engine.ask(question) if piece]
    assert "".join(pieces) == '{ "brand":"Acme"}'
    assert len(pieces) > 1, "the answer came in one piece: it was not streamed"
    engine.close()
