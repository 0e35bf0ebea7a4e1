"""Making an OpenVINO form: what is refused before it begins, and the real thing on a tiny checkpoint."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import (
    ExportEnvFailed,
    ModelNotHere,
    NotEnoughDisk,
    NotEnoughMemory,
    PrepareFailed,
    UsageError,
)
from core.settings import Settings
from core.weights import Form, Phase, Progress, Stopped, exportenv, find_weights, inspect_checkpoint, space
from core.weights.child import ChildFailed, run_child, tail
from core.weights.inventory import LOCAL, Origin, form_folder
from core.weights.manifest import read_manifest
from core.weights.prepare import prepare
from core.weights.pull import pull_from
from tests.unit.weights.conftest import MODEL
from tests.unit.weights.folders import make_export, write_json

# Before it begins


def test_without_published_weights_there_is_nothing_to_prepare(known: Path, settings: Settings) -> None:
    with pytest.raises(ModelNotHere, match=MODEL):
        prepare(settings)


def test_published_weights_are_no_form_to_make(known: Path, settings: Settings) -> None:
    with pytest.raises(UsageError):
        prepare(settings, form=Form.SAFETENSORS)


def test_an_export_cannot_be_prepared_again(
    known: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELFLENS_MODEL", str(make_export(tmp_path / "export")))
    with pytest.raises(UsageError, match="openvino-int8"):
        prepare(Settings())


@pytest.fixture
def here(known: Path, settings: Settings, published: Path) -> Settings:
    """Settings of a machine on which the small model's published weights are."""
    pull_from(settings, published)
    return settings


def test_too_little_memory_is_said_with_both_figures(here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "free_memory", lambda: 300 << 20)
    with pytest.raises(NotEnoughMemory) as caught:
        prepare(here)
    for words in (caught.value.message.en, caught.value.message.zh):
        assert "1.0 GiB" in words and "0.3 GiB" in words


def test_too_little_disk_is_said_with_both_figures(here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "free_bytes", lambda _: 1 << 20)
    with pytest.raises(NotEnoughDisk, match=r"0\.3 GiB .* 0\.0 GiB"):
        prepare(here)


def test_memory_that_is_free_is_known_on_linux() -> None:
    free = space.free_memory()
    assert free is not None and 10 << 20 < free < 1 << 50


def test_a_control_group_that_allows_less_counts(tmp_path: Path) -> None:
    for name, content in (
        ("memory.max", "1000"),
        ("memory.current", "800"),
        ("memory.stat", "anon 1\ninactive_file 50"),
    ):
        (tmp_path / name).write_text(content)
    assert space._group_room(tmp_path) == 250
    (tmp_path / "memory.max").write_text("max")
    assert space._group_room(tmp_path) is None


def test_an_environment_without_the_pinned_packages_is_named(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    for folder, says in ((bare, "optimum-intel – ≠ 2.2.0"), (tmp_path / "nowhere", "no Python")):
        monkeypatch.setenv("SHELFLENS_EXPORT_ENV", str(folder))
        with pytest.raises(ExportEnvFailed, match=says):
            prepare(Settings())


# The command


def test_a_command_that_fails_says_its_last_words(tmp_path: Path) -> None:
    script = "print('loading'); print('10%\\r20%\\r30%'); raise SystemExit('no such weights')"
    with pytest.raises(ChildFailed, match="loading / 30% / no such weights"):
        run_child([sys.executable, "-c", script], tmp_path / "log", lambda: None, lambda: False)
    assert tail(tmp_path / "log")[-1] == "no such weights"


def test_an_error_is_shown_with_what_explains_it_rather_than_the_last_lines(tmp_path: Path) -> None:
    lines = ["Traceback:", "ValueError: the first", "nncf.errors.GroupSizeError: groups of 128", *"abcdef"]
    (tmp_path / "log").write_text("\n".join(lines), "utf-8")
    assert tail(tmp_path / "log") == ["nncf.errors.GroupSizeError: groups of 128", "a", "b"]


def test_a_command_killed_by_the_system_is_told_from_one_that_failed(tmp_path: Path) -> None:
    script = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(ChildFailed, match="memory"):
        run_child([sys.executable, "-c", script], tmp_path / "log", lambda: None, lambda: False)


def test_a_stop_ends_the_command_and_what_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    inner = f"import os, time, pathlib; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(60)"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    start = time.monotonic()
    with pytest.raises(Stopped):
        run_child(
            [sys.executable, "-c", script], tmp_path / "log", lambda: None,
            lambda: mark.exists() and bool(mark.read_text()),
        )  # fmt: skip
    assert time.monotonic() - start < 30
    assert not _runs(int(mark.read_text()))


def _runs(pid: int) -> bool:
    """True for a process that is neither gone nor a dead one nobody has waited for."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return True


# The real thing

WIDE = {"hidden_size": 128, "num_attention_heads": 8, "intermediate_size": 256}


@pytest.fixture
def converting(
    known: Path, tmp_path: Path, settings: Settings, export_env: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings that name a tiny checkpoint and an environment to convert it in."""
    monkeypatch.setenv("SHELFLENS_EXPORT_ENV", str(export_env))
    from tests.tiny import checkpoint

    # Groups of 128 weights (int4) want layers that wide.
    monkeypatch.setattr(checkpoint, "TINY_TEXT", checkpoint.TINY_TEXT | WIDE)
    monkeypatch.setattr(checkpoint, "TINY_VISION", checkpoint.TINY_VISION | {"out_hidden_size": WIDE["hidden_size"]})
    monkeypatch.setenv("SHELFLENS_MODEL", str(checkpoint.make_tiny(tmp_path / "tiny")))
    return Settings()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What anything asks of the network; each request is refused."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(self.path)
            self.send_error(403)

        do_GET = do_POST = do_HEAD = do_CONNECT

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("no_proxy", "")
    yield asked
    server.shutdown()
    server.server_close()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("form", [Form.INT8, Form.INT4])
def test_a_form_is_made_from_a_checkpoint_offline_and_found(form: Form, converting: Settings, proxy: list[str]) -> None:
    reports: list[Progress] = []
    weights = prepare(converting, form=form, on_progress=reports.append)
    assert proxy == []
    assert (weights.model_id, weights.form, weights.origin) == (f"{LOCAL}/tiny", form, Origin.PREPARED)
    assert find_weights(converting) == [find_weights(converting)[0], weights]
    assert inspect_checkpoint(weights.folder).form is form
    manifest = read_manifest(weights.folder)
    assert manifest is not None
    assert manifest.source_revision == find_weights(converting)[0].revision
    assert manifest.made_with == exportenv.pins()
    assert {report.phase for report in reports} == {Phase.CONVERTING, Phase.CHECKING}
    assert max(report.done for report in reports) > 0
    left = {path.name for path in weights.folder.parent.iterdir()}
    assert left == {str(form), f"{form}.log", ".lock"}


@pytest.mark.timeout(1800)
def test_a_form_that_is_there_is_not_made_again_until_its_source_changes(converting: Settings) -> None:
    from tests.tiny.checkpoint import make_tiny

    first = prepare(converting)
    log = first.folder.with_name(f"{Form.INT8}.log")
    log.unlink()
    assert prepare(converting) == first
    assert not log.exists()
    make_tiny(Path(converting.model), seed=1)
    assert [weights.form for weights in find_weights(converting)] == [Form.SAFETENSORS]
    assert prepare(converting).revision != first.revision


@pytest.mark.timeout(600)
def test_a_stopped_export_leaves_what_was_there(converting: Settings) -> None:
    reports: list[Progress] = []
    with pytest.raises(Stopped):
        prepare(converting, on_progress=reports.append, stopped=lambda: len(reports) > 2)
    assert [weights.form for weights in find_weights(converting)] == [Form.SAFETENSORS]
    folder = form_folder(converting, f"{LOCAL}/tiny", Form.INT8)
    assert {path.name for path in folder.parent.iterdir()} <= {f"{Form.INT8}.log", ".lock"}


@pytest.mark.timeout(600)
def test_an_export_that_fails_shows_what_it_said_last(converting: Settings) -> None:
    file = Path(converting.model) / "config.json"
    config = json.loads(file.read_text("utf-8"))
    config["text_config"]["hidden_size"] = "wide"
    write_json(file, config)
    with pytest.raises(PrepareFailed) as caught:
        prepare(converting)
    log = form_folder(converting, f"{LOCAL}/tiny", Form.INT8).with_name(f"{Form.INT8}.log")
    for words in (caught.value.message.en, caught.value.message.zh):
        assert "Error" in tail(log)[0] and tail(log)[0] in words and str(log) in words


@pytest.mark.timeout(600)
def test_an_export_without_one_of_its_parts_is_not_accepted(converting: Settings) -> None:
    (Path(converting.model) / "tokenizer.json").write_text("[]", "utf-8")  # the command ends without an error
    with pytest.raises(PrepareFailed, match=r"openvino_tokenizer\.xml"):
        prepare(converting)
    assert not form_folder(converting, f"{LOCAL}/tiny", Form.INT8).exists()
