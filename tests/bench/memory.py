"""Resident memory of the real worker process over 500 photos, no two of one size."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from core.incoming.intake import Upload
from core.settings import ROOT, Settings
from tests.bench.reader import LIMIT_GB, SAMPLES, photo_files
from tests.bench.startup import rss_gb

PHOTOS = 500
EVERY = 100
SIDES = (240, 3200)
"""Shortest and longest longer side, in pixels; drawn evenly on a logarithmic scale, as cameras and crops come."""
PATIENCE_S = 3600.0


def measure() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHELFLENS_DATA"] = str(Path(folder) / "var")
        from core.incoming.intake import Batch, accept
        from core.settings import load_settings
        from core.store.db import open_store

        settings = load_settings()
        with open_store(settings) as db:
            for _ in accept(db, settings, _uploads(), Batch(kind="auto")):
                pass
        return _watch(settings)


def _uploads() -> Iterator[Upload]:
    """Real photos and samples, cropped at random and scaled to sizes that all differ."""
    chance = random.Random(500)
    files = [*photo_files(), *sorted(SAMPLES.glob("*.jpg"))]
    for number in range(PHOTOS):
        with Image.open(files[number % len(files)]) as opened:
            image = _cropped(opened.convert("RGB"), chance)
        longest = round(SIDES[0] * (SIDES[1] / SIDES[0]) ** chance.random())
        scale = longest / max(image.size)
        image = image.resize((max(40, round(image.width * scale)), max(40, round(image.height * scale))))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=88)
        yield Upload(name=f"{number:03d}.jpg", data=out.getvalue())


def _cropped(image: Image.Image, chance: random.Random) -> Image.Image:
    """At least three quarters of each side."""
    width, height = (round(side * chance.uniform(0.75, 1.0)) for side in image.size)
    left, top = chance.randint(0, image.width - width), chance.randint(0, image.height - height)
    return image.crop((left, top, left + width, top + height))


def _watch(settings: Settings) -> list[tuple[str, str]]:
    """Runs the worker until every photo is read, and notes its memory at every hundredth."""
    words = settings.data / "worker.log"
    with words.open("wb") as log:
        worker = subprocess.Popen([sys.executable, "-m", "core", "worker"], cwd=ROOT, stdout=log, stderr=log)
    rows = []
    try:
        start = time.monotonic()
        for mark in range(EVERY, PHOTOS + 1, EVERY):
            while _read_so_far(settings) < mark:
                if worker.poll() is not None or time.monotonic() - start > PATIENCE_S:
                    said = words.read_text("utf-8", errors="replace").splitlines()[-3:]
                    raise RuntimeError(f"the worker ended or stands still before photo {mark}: {' / '.join(said)}")
                time.sleep(1)
            rows.append((f"resident after {mark} photos", f"{rss_gb(worker.pid):.2f} GB"))
        rows.append((f"peak (limit {LIMIT_GB} GB)", f"{rss_gb(worker.pid, 'VmHWM'):.2f} GB"))
        rows.append(("seconds a photo, everything", f"{(time.monotonic() - start) / PHOTOS:.2f} s"))
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(60)
    return rows


def _read_so_far(settings: Settings) -> int:
    from core.store.db import open_store

    with open_store(settings) as db:
        row = db.conn.execute("SELECT COUNT(*) AS n FROM jobs WHERE state NOT IN ('queued', 'running')").fetchone()
    return int(row["n"])
