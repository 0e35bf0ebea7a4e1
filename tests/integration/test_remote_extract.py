"""The command line with a model on a server: one request a photo, cached, and a plain line when it is down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli import main
from core.settings import ROOT, Settings
from tests.remote_server import MODEL, Fails, Says, serve

SAMPLE = ROOT / "data" / "samples" / "green_tea_zh.jpg"
ANSWER = '{"name":"碧螺春绿茶","shelf_life":"12个月"}'


def extract(capsys: pytest.CaptureFixture[str], photo: Path) -> tuple[int, dict]:
    code = main(["extract", str(photo), "--engine", "remote", "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_photo_is_read_by_the_server_once_and_then_from_the_cache(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(Says(ANSWER)) as server:
        monkeypatch.setenv("SHELFLENS_REMOTE_URL", server.url)
        first, again = extract(capsys, SAMPLE), extract(capsys, SAMPLE)
    assert [first[0], again[0]] == [0, 0]
    assert [first[1]["cached"], again[1]["cached"]] == [False, True]
    assert first[1]["engine"] == "remote"
    assert first[1]["fields"]["shelf_life"]["value"] == 12.0
    assert "vlm" in first[1]["fields"]["shelf_life"]["sources"]
    assert [request["model"] for request in server.requests] == [MODEL]


def test_a_refused_key_fails_the_photo_with_a_line_that_says_what_to_set(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(Fails(401, "no such key")) as server:
        monkeypatch.setenv("SHELFLENS_REMOTE_URL", server.url)
        monkeypatch.setenv("SHELFLENS_REMOTE_KEY", "sk-wrong-0123456789")
        code, report = extract(capsys, SAMPLE)
    assert code == 1
    assert "SHELFLENS_REMOTE_KEY" in json.dumps(report["error"])
    assert "sk-wrong" not in json.dumps(report)
