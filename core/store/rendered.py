"""Photos as upright JPEGs of a bounded size, kept on disk once made: for pages, the API and workbooks."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PIL import Image

from core.files import write_whole
from core.images import open_pixels, thumbnail
from core.settings import Settings
from core.store.blobs import read_blob
from core.store.db import open_store

VIEW_SIDE = 2048
"""Longest side of the photo shown in Review: enough to read small print at 3x zoom of a phone photo."""
THUMB_SIDE = 320


def rendered(settings: Settings, blob: str, side: int) -> bytes:
    """The JPEG of a blob that fits into side × side pixels. Raises NotFound where its row or file is gone."""
    path = rendered_path(settings, blob, side)
    with suppress(OSError):
        return path.read_bytes()
    data = thumbnail(_pixels(settings, blob), side)
    with suppress(OSError):  # a full or read-only disk costs time, not the picture
        write_whole(path, data)
    return data


def rendered_path(settings: Settings, blob: str, side: int) -> Path:
    """Where `rendered` keeps the JPEG."""
    return settings.data / "rendered" / str(side) / blob[:2] / f"{blob}.jpg"


def forget(settings: Settings, blob: str) -> None:
    """Removes every JPEG of the blob."""
    for folder in (settings.data / "rendered").glob("*"):
        if folder.name.isdecimal():
            rendered_path(settings, blob, int(folder.name)).unlink(missing_ok=True)


def _pixels(settings: Settings, blob: str) -> Image.Image:
    with open_store(settings) as db:
        data = read_blob(db, settings, blob)
    return open_pixels(data, blob[:12], settings)
