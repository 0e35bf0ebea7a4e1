"""Photos on disk, named by the hash of their pixels, and their row in the database.

The original bytes are kept as they came: barcodes are read from them at full resolution, and an
export can give the supplier's file back. A blob is written to a temporary name and renamed, so a
full disk or a crash never leaves half a photo under a valid name.
"""

from __future__ import annotations

import json
from pathlib import Path

from sqlite_utils import Database

from core.errors import NotFound
from core.files import file_error, write_whole
from core.settings import Settings
from core.store.db import now, write
from core.types import Bilingual, Frozen

PHOTO = Bilingual(en="Photo", zh="照片")
PHOTO_FILE = Bilingual(en="The file of photo", zh="照片文件")
UPLOAD_AGAIN = Bilingual(en="Upload it again.", zh="请重新上传。")


class Blob(Frozen):
    """One stored photo. `id` is the hash of its upright pixels, `width` and `height` are theirs."""

    id: str
    suffix: str
    media_type: str
    width: int
    height: int
    bytes: int
    phash: str
    notes: tuple[Bilingual, ...] = ()


def blob_path(settings: Settings, blob_id: str, suffix: str) -> Path:
    return settings.blobs / blob_id[:2] / f"{blob_id}{suffix}"


def put_blob(db: Database, settings: Settings, blob: Blob, data: bytes, name: str) -> bool:
    """Stores a photo, anew where its file has vanished. False where the same pixels are already there.

    Raises StorageFull or StorageDenied.
    """
    known = find_blob(db, blob.id)
    path = blob_path(settings, blob.id, known.suffix if known else blob.suffix)
    if known and path.exists():
        return False
    try:
        write_whole(path, data)
    except OSError as err:
        raise file_error(err, name, settings.data) from err
    with write(db):
        db.conn.execute(
            "INSERT OR IGNORE INTO blobs (id, suffix, media_type, width, height, bytes, phash, notes, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                blob.id,
                blob.suffix,
                blob.media_type,
                blob.width,
                blob.height,
                blob.bytes,
                blob.phash,
                json.dumps([note.model_dump() for note in blob.notes], ensure_ascii=False),
                now(),
            ),
        )
    return True


def find_blob(db: Database, blob_id: str) -> Blob | None:
    row = db.conn.execute("SELECT * FROM blobs WHERE id = ?", (blob_id,)).fetchone()
    if row is None:
        return None
    values = {key: row[key] for key in row.keys() if key != "created_at"}  # noqa: SIM118 - sqlite3.Row
    return Blob(**{**values, "notes": json.loads(row["notes"])})


def has_file(db: Database, settings: Settings, blob_id: str) -> bool:
    """True where the photo's own bytes are on the disk."""
    blob = find_blob(db, blob_id)
    return blob is not None and blob_path(settings, blob.id, blob.suffix).exists()


def list_notes(db: Database, item_id: int) -> list[tuple[Bilingual, ...]]:
    """Per photo of the item, in order, what was done to make it readable (turned upright, only the first frame)."""
    rows = db.conn.execute(
        "SELECT notes FROM photos JOIN blobs ON blobs.id = photos.blob WHERE item_id = ? ORDER BY position, photos.id",
        (item_id,),
    )
    return [tuple(Bilingual(**note) for note in json.loads(row["notes"])) for row in rows]


def read_blob(db: Database, settings: Settings, blob_id: str) -> bytes:
    """The original bytes of a photo. Raises NotFound where the row or the file is gone."""
    blob = find_blob(db, blob_id)
    if blob is None:
        raise NotFound(what=PHOTO, key=blob_id[:12], hint=UPLOAD_AGAIN)
    try:
        return blob_path(settings, blob.id, blob.suffix).read_bytes()
    except FileNotFoundError as err:
        raise NotFound(what=PHOTO_FILE, key=blob_id[:12], hint=UPLOAD_AGAIN) from err


def near_blobs(db: Database, phash: str, within: int, but: str = "") -> list[str]:
    """Blobs whose perceptual hash differs from `phash` in at most `within` bits, nearest first."""
    wanted = int(phash, 16)
    rows = db.conn.execute("SELECT id, phash FROM blobs WHERE id <> ?", (but,))
    near = [((wanted ^ int(row["phash"], 16)).bit_count(), row["id"]) for row in rows]
    return [blob_id for distance, blob_id in sorted(near) if distance <= within]


def note_file(db: Database, digest: str, blob_id: str) -> None:
    """Remembers which photo the file with this SHA-256 shows."""
    with write(db):
        db.conn.execute("INSERT OR IGNORE INTO files (digest, blob) VALUES (?, ?)", (digest, blob_id))


def find_file(db: Database, digest: str) -> str | None:
    """The photo that the file with this SHA-256 shows; None for one that has not come before."""
    row = db.conn.execute("SELECT blob FROM files WHERE digest = ?", (digest,)).fetchone()
    return str(row["blob"]) if row is not None else None
