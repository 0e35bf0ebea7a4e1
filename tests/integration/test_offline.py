"""Reading works without a network and leaves nothing behind outside the data folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from core.settings import ROOT
from tests.seeding import picture

SCRIPT = """
import json, pathlib, socket, sys
tried = []
def refuse(self, address):
    if self.family != getattr(socket, "AF_UNIX", None):
        tried.append(str(address))
    raise OSError("no network in this test")
socket.socket.connect = refuse
def unknown(host, *args, **kwargs):
    tried.append(str(host))
    raise OSError("no network in this test")
socket.getaddrinfo = unknown
from core.cli import main
code = main(["extract", sys.argv[1], "--engine", "ocr", "--json"])
print(json.dumps({"code": code, "tried": tried, "onnxruntime": "onnxruntime" in sys.modules}))
"""


def test_a_photo_is_read_without_network_and_without_writing_into_the_home_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture(1, size=(900, 600)))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(photo)],
        cwd=ROOT,
        env={**os.environ, "HOME": str(home), "SHELFLENS_DATA": str(tmp_path / "var"), "XDG_CACHE_HOME": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *_, report, facts = (json.loads(line) for line in done.stdout.splitlines())
    assert "error" not in report
    assert facts == {"code": 0, "tried": [], "onnxruntime": False}
    assert list(home.rglob("*")) == []
