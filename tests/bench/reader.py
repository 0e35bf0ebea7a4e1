"""Seconds per photo and memory of the embedded reader, as the worker runs it.

Every size is read in a process of its own: memory that one size took would count for the next.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image

from core.settings import ROOT, load_settings

SIZES = (512, 1024, 2048)
ROUNDS = 3
PHOTOS = ROOT.parent / "shared" / "images" / "dev"
SAMPLES = ROOT / "data" / "samples"
LIMIT_GB = 1.1
"""Resident memory the worker may take (issue 2)."""


def photo_files() -> list[Path]:
    """The real photos where this machine has them, else the drawn samples."""
    folder = PHOTOS if PHOTOS.is_dir() else SAMPLES
    return sorted(path for path in folder.iterdir() if path.suffix in (".jpg", ".png"))


def measure() -> list[tuple[str, str]]:
    files = photo_files()
    rows = [(f"photos read ({files[0].parent.name})", str(len(files)))]
    for size in SIZES:
        command = [sys.executable, "-m", "tests.bench.reader", str(size)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        result = json.loads(done.stdout.splitlines()[-1])
        rows.append((f"{size} px: median photo, all readers and rules", f"{result['median_s']:.2f} s"))
        rows.append((f"{size} px: slowest photo", f"{result['worst_s']:.2f} s"))
        rows.append((f"{size} px: of it fields, merge and rules", f"{result['fields_ms']:.0f} ms"))
        rows.append((f"{size} px: peak memory (limit {LIMIT_GB} GB)", f"{result['peak_gb']:.2f} GB"))
    return rows


def read_all(size: int) -> dict[str, float]:
    """Reads every photo scaled to `size` px on its longer side, `ROUNDS` times."""
    from core.background.worker import make_tools
    from core.engines.base import EngineInput
    from core.engines.embedded.kind import guess_kind
    from core.records.standing import check_fields
    from core.schema import load_schema

    tools = make_tools(load_settings(), "ocr")
    images = [scaled_to(path, size) for path in photo_files()]
    tools.readers.read(images[0])  # loads the network
    totals: list[float] = []
    fields_only: list[float] = []
    for image in images:
        rounds = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            readings = tools.readers.read(image)
            read = time.perf_counter()
            schema = load_schema(guess_kind(readings))
            check_fields(schema.kind, tools.engine.extract(EngineInput(image, readings, schema)).fields)
            rounds.append((time.perf_counter() - start, time.perf_counter() - read))
        totals.append(statistics.median(total for total, _ in rounds))
        fields_only.append(statistics.median(after for _, after in rounds))
    return {
        "median_s": statistics.median(totals),
        "worst_s": max(totals),
        "fields_ms": statistics.median(fields_only) * 1000,
        "peak_gb": peak_rss_gb(),
    }


def scaled_to(path: Path, size: int) -> Image.Image:
    image = Image.open(path).convert("RGB")
    factor = size / max(image.size)
    return image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))))


def peak_rss_gb() -> float:
    """Largest resident memory of this process so far, in GB (10^9 bytes)."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


if __name__ == "__main__":
    print(json.dumps(read_all(int(sys.argv[1]))))
