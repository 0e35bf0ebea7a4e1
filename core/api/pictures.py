"""The picture of a request that other servers' clients send: an address, a data: URL, base64, or a path."""

from __future__ import annotations

from collections.abc import Iterable

from core.api.refusals import BadBase64
from core.api.sources import decode_base64
from core.errors import PathNotAllowed, ShelfLensError
from core.images import image_format
from core.incoming.fetch import fetch_image
from core.incoming.intake import Upload, keep_photo
from core.incoming.local_files import LONGEST_PATH, read_allowed
from core.settings import Settings
from core.store.db import open_store


def keep_pictures(pictures: Iterable[str], settings: Settings) -> tuple[str, ...]:
    """The ids of the photos that are meant, kept so that questions can be asked about them.

    Raises what fetching, decoding and opening raise.
    """
    uploads = [load_picture(picture, settings) for picture in pictures]  # before the store is open: fetching takes time
    with open_store(settings) as db:
        return tuple(keep_photo(db, settings, upload) for upload in uploads)


def load_picture(picture: str, settings: Settings) -> Upload:
    """The file that is meant. A JPEG in base64 begins with "/9j/" as a path might; it is a picture, a path is none."""
    picture = picture.strip()
    if picture.startswith(("http://", "https://")):
        fetched = fetch_image(picture, settings)
        return Upload(fetched.name, fetched.data, fetched.final_url)
    if picture.startswith("data:"):
        return Upload("image", decode_base64(picture, "image"))
    if (data := _picture_in(picture)) is not None:
        return Upload("image", data)
    try:
        name, data = read_allowed(picture, settings)
    except PathNotAllowed as err:
        raise _better(picture, err) from err
    return Upload(name, data)


def _picture_in(text: str) -> bytes | None:
    """The picture that `text` is the base64 of; None for anything else."""
    try:
        data = decode_base64(text, "image")
    except BadBase64:
        return None
    return data if image_format(data) is not None else None


def _better(picture: str, err: PathNotAllowed) -> ShelfLensError:
    """What is too long for a path was meant as base64, and that is what is wrong with it."""
    if len(picture) <= LONGEST_PATH:
        return err
    return BadBase64(name="image", reason="not base64 of a picture")
