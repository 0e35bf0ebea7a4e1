"""The guide to the API does what it says: its commands and its client run against a live server with its worker."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core.settings import ROOT
from tests.bench.api import serving_api

GUIDE = (ROOT / "docs" / "how-to" / "use-the-api.md").read_text("utf-8")
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", GUIDE, re.DOTALL)
PATIENCE_S = 200
"""For one block: a loaded machine reads three photos."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `uvicorn core.api.app:app` with a worker."""
    with serving_api(tmp_path_factory.mktemp("guide")) as server:
        yield server.base


def run(command: list[str], code: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        [*command, code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


@pytest.mark.timeout(2 * PATIENCE_S)
def test_the_commands_of_the_guide_do_what_it_says(base: str) -> None:
    script = "set -e\n" + "".join(code for sort, code in BLOCKS if sort == "sh")
    done = run(["bash", "-c"], script.replace("http://localhost:8501", base))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    said = done.stdout.replace('": "', '":"')
    for expected in (
        '"fields":', "HTTP/1.1 202", "/api/v1/jobs/", '"state":"stored"', '"seconds_left":', '"verified"', "event: end",
        '"shopify"', '"posters":', "allergens", '"added":["无乳糖配方"]', "未找到",
    ):  # fmt: skip
        assert expected in said, expected
    assert done.stdout.count('"duplicate"') == 0, "the second request with one key was done again"


@pytest.mark.timeout(2 * PATIENCE_S)
def test_the_client_of_the_guide_runs(base: str) -> None:
    (client,) = [code for sort, code in BLOCKS if sort == "python"]
    done = run([sys.executable, "-c"], client.replace("http://localhost:8501", base))
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    assert lines[0].startswith("ad {") and "top left:" in done.stdout
    assert any(re.fullmatch(r"\d+ ads", line) for line in lines)


def test_a_question_of_ten_thousand_characters_is_answered_or_refused_with_a_reason(base: str) -> None:
    item = httpx.get(f"{base}/api/v1/items").json()["items"][0]["id"]
    for length, status in ((10_000, 200), (20_001, 422)):
        answer = httpx.post(f"{base}/api/v1/ask", json={"item": item, "question": "x" * length}, timeout=60)
        assert answer.status_code == status
    assert "20,001 characters" in answer.json()["detail"]


def test_a_body_that_drips_is_let_go_of_while_others_are_answered(base: str) -> None:
    """Slow loris: the headers promise a body that does not come."""
    host, port = base.removeprefix("http://").split(":")
    slow = socket.create_connection((host, int(port)), timeout=60)
    head = b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    slow.sendall(head + b"Content-Length: 9999\r\n\r\n{")
    assert httpx.get(f"{base}/healthz").status_code == 200
    answer = http.client.HTTPResponse(slow)
    answer.begin()
    assert (answer.status, json.loads(answer.read())["code"]) == (408, "TooSlow")
    assert answer.getheader("connection") == "close" and slow.recv(1) == b""


def test_an_answer_whose_reader_goes_away_is_stopped_and_the_worker_is_free(base: str) -> None:
    item = httpx.get(f"{base}/api/v1/items").json()["items"][0]["id"]
    body = {"item": item, "question": "All text?", "stream": True, "again": True}
    with httpx.stream("POST", f"{base}/api/v1/ask", json=body, timeout=60) as answer:
        next(answer.iter_raw())
    later = httpx.post(f"{base}/api/v1/ask", json={"item": item, "question": "All text?"}, timeout=60).json()
    left = httpx.get(f"{base}/api/v1/ask/{later['id'] - 1}").json()
    deadline = time.monotonic() + 30
    while left["state"] not in ("done", "stopped") and time.monotonic() < deadline:
        time.sleep(0.1)
        left = httpx.get(f"{base}/api/v1/ask/{later['id'] - 1}").json()
    assert left["state"] in ("done", "stopped") and later["state"] == "done"
