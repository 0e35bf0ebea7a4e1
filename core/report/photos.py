"""Photos small enough to lie inside a report."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from sqlite_utils import Database

from core.errors import ShelfLensError
from core.images import open_pixels, thumbnail
from core.settings import Settings
from core.store.blobs import read_blob

SIDE = 280
"""Pixels of the longer side: wordings can be told apart, and a hundred posters stay a few megabytes."""


def inlined(db: Database, settings: Settings, blobs: Sequence[str]) -> dict[str, str]:
    """{blob: its photo as a data: address}; a photo whose file is gone or damaged is left out."""
    found = {}
    for blob in dict.fromkeys(blobs):
        try:
            picture = open_pixels(read_blob(db, settings, blob), blob[:12], settings)
        except ShelfLensError:
            continue
        found[blob] = f"data:image/jpeg;base64,{base64.b64encode(thumbnail(picture, SIDE)).decode()}"
    return found
