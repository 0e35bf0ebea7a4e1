"""`python -m core models`: what it prints, what it asks, and its exit codes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.cli import main
from core.commands.models import line
from core.settings import ROOT, Settings
from core.weights import Form, Phase, Progress, find_weights
from core.weights.checkpoint import WHOLE
from tests.unit.weights.conftest import MODEL
from tests.unit.weights.folders import make_checkpoint
from tests.unit.weights.hub_server import TinyHub


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    try:
        code = main(["models", *argv])
    except SystemExit as err:
        code = int(str(err.code))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_list_names_every_form_with_its_state_and_size(
    known: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "list", "--json")
    rows = [json.loads(row) for row in out.splitlines()]
    assert code == 0
    assert [(row["model"], row["form"], row["state"]) for row in rows] == [(MODEL, form, "absent") for form in Form]
    assert all(row["needed_bytes"] > 0 and row["free_bytes"] > 0 and row["licence"] == "Apache-2.0" for row in rows)
    assert all(form in run(capsys, "list")[1] for form in Form)


def test_the_list_says_why_nothing_can_run_before_there_are_weights(
    known: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "It cannot run here yet: There are no weights" in run(capsys, "list")[1]
    assert all(json.loads(row)["ways"] == [] for row in run(capsys, "list", "--json")[1].splitlines())


def test_the_list_says_how_the_model_would_run_and_why(
    known: Path, settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    monkeypatch.setenv("SHELFLENS_MODEL", str(make_checkpoint(tmp_path / "mine")))
    monkeypatch.setenv("SHELFLENS_DEVICE", "cpu")
    out = run(capsys, "list")[1]
    ways = [way["way"] for way in json.loads(run(capsys, "list", "--json")[1].splitlines()[0])["ways"]]
    assert ways[-2:] == ["torch cpu bfloat16", "torch cpu float32"]
    assert [out.index(way) for way in ways] == sorted(out.index(way) for way in ways)
    assert "several times slower; for comparison" in out


def test_nothing_is_fetched_before_somebody_said_yes(
    server: TinyHub, settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))  # no terminal: nobody who could be asked
    code, _, err = run(capsys, "pull")
    assert (code, server.asked) == (2, [])
    assert "--yes" in err and MODEL in err and server.address in err


@pytest.mark.parametrize(("answer", "code", "here"), [("y", 0, 1), ("yes", 0, 1), ("n", 1, 0), ("", 1, 0)])
def test_the_answer_at_a_terminal_counts(
    answer: str, code: int, here: int, server: TinyHub, settings: Settings, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    terminal = io.StringIO(f"{answer}\n")
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    assert run(capsys, "pull")[0] == code
    assert len(find_weights(settings)) == here


def test_pull_check_and_remove(server: TinyHub, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "pull", MODEL, "--yes")
    assert code == 0 and "complete" in out and "downloading" in err
    assert run(capsys, "check")[:2] == (0, f"{MODEL} safetensors: every file is right\n")
    file = find_weights(settings)[0].folder / WHOLE
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    code, out, _ = run(capsys, "check")
    assert code == 1 and WHOLE in out
    code, out, _ = run(capsys, "remove", MODEL, "--form", "safetensors", "--yes")
    assert code == 0 and "free again" in out
    assert find_weights(settings) == []


def test_a_folder_is_taken_with_a_word_where_it_is_not_what_was_published(
    known: Path, published: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "pull", "--from", str(published))
    assert code == 0 and "complete" in out
    assert "not the weights published" in err and find_weights(settings)[0].revision in err


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        (["pull", "--from", "/nowhere"], 1, "/nowhere"),
        (["prepare"], 1, MODEL),
        (["pull", "Acme/Other", "--yes"], 2, "Acme/Other"),
        (["check", "Acme/Other"], 2, "Acme/Other"),
        (["remove", MODEL, "--form", "int8", "--yes"], 2, "openvino-int8"),
        (["remove", MODEL], 2, "--form"),
        (["prepare", "--form", "int2"], 2, "int2"),
        ([], 2, "ACTION"),
    ],
)
def test_what_cannot_be_done_is_said_with_an_exit_code(
    argv: list[str], code: int, says: str, known: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    found, _, err = run(capsys, *argv)
    assert found == code and says in err


COMMAND = """
import sys
from pathlib import Path
from core.weights import catalogue
catalogue.FILE = Path(sys.argv.pop(1))
from core.cli import main
sys.exit(main())
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
@pytest.mark.skipif(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="in the background it is ignored")
def test_ctrl_c_keeps_what_has_come_and_says_so(server: TinyHub, settings: Settings, known: Path) -> None:
    server.gate = threading.Event()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(known), "models", "pull", "--yes"],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    begun = settings.models / "Acme--Tiny-VL" / "safetensors" / f"{WHOLE}.incomplete"
    for _ in range(1000):
        if begun.exists() and begun.stat().st_size:
            break
        threading.Event().wait(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    server.gate.set()
    assert process.returncode == 1
    assert "are kept; the same command goes on from there" in said and "Traceback" not in said
    assert begun.stat().st_size > 0


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress(Phase.ASKING), "asking what to fetch"),
        (Progress(Phase.DOWNLOADING, 1 << 30, 4 << 30, "x", 50e6, 64.4), "downloading, 1.00 GiB of 4.00 GiB (25%), "
            "50.0 MB/s, 1:04 left"),
        (Progress(Phase.DOWNLOADING, 0, 1 << 20, "x", 1e3, 3725), "downloading, 0.0 MiB of 1.0 MiB (0%), 0.0 MB/s, "
            "1:02:05 left"),
        (Progress(Phase.CONVERTING, 2 << 30, 0, "", 9e6, None, 75), "converting, 2.00 GiB written, 1:15"),
    ],
)  # fmt: skip
def test_progress_reads_as_a_sentence(progress: Progress, words: str) -> None:
    assert line(progress) == words


SOCKETS = """
import json, socket, sys
tried = []
def refuse(*args, **kwargs):
    tried.append(str(args))
    raise OSError("no network in this test")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
from core.cli import main
for words in (["pull", "--from", sys.argv[1]], ["list"], ["check"], ["pull"], ["remove", sys.argv[2], "--form",
              "safetensors", "--yes"]):
    assert main(["models", *words]) == 0, words
print(json.dumps(tried))
"""


def test_everything_but_a_fetch_works_without_a_socket_and_leaves_the_home_folder_alone(tmp_path: Path) -> None:
    """In a process of its own, with the real catalogue."""
    home = tmp_path / "home"
    home.mkdir()
    source = make_checkpoint(tmp_path / "source")
    done = subprocess.run(
        [sys.executable, "-c", SOCKETS, str(source), "Qwen/Qwen3-VL-2B-Instruct"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "HOME": str(home), "SHELFLENS_DATA": str(tmp_path / "var"), "SHELFLENS_MODEL": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
    assert list(home.rglob("*")) == []
