"""The photo of a record with the boxes of its fields, linked both ways with the editors beside it.

On Ask it shows the photos a question is about, linked in the same way with the printed words of the answer.

Runs in the browser (viewer.js): zoom, pan, turning, photo strip, moving between boxes and editors cost no
message to the server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.reviewing.review import RecordView
from core.store.items import Photo
from core.store.records import is_doubtful
from core.types import Box as PageBox
from core.types import FieldValue, Readings
from pages.components.i18n import catalogue, language, t

HERE = Path(__file__).parent
KEY = "review_viewer"
WORDS = (
    "in", "out", "real", "turn", "frame", "fit", "fit_help", "lines", "hint", "tools", "pane", "photo", "photos",
    "gone", "none", "no_box", "no_field", "no_lines", "lines_for", "line_at", "frame_keys", "frame_at", "frame_empty",
)  # fmt: skip

SCRIPTS = (
    "geometry.js", "pane.js", "beside.js", "loupe.js", "lines.js", "frame.js", "pointer.js", "strip.js", "viewer.js",
)  # fmt: skip

_component = st.components.v2.component(
    "shelflens_viewer",
    html=(HERE / "viewer.html").read_text("utf-8"),
    css=(HERE / "viewer.css").read_text("utf-8"),
    js="\n".join((HERE / name).read_text("utf-8") for name in SCRIPTS),
)


@dataclass(frozen=True)
class Box:
    """A place on photo number `photo`. `field` names the element beside the viewer that it belongs to."""

    field: str
    text: str
    photo: int
    box: PageBox
    label: str = ""
    doubtful: bool = False


def show_viewer(view: RecordView, *, prefix: str, upcoming: str | None) -> None:
    """Draws the viewer. Editors are found by key `prefix` + field; `upcoming` is the blob to fetch ahead."""
    _component(key=KEY, data=viewer_data(view, prefix=prefix, upcoming=upcoming))


def show_photos(
    photos: Sequence[tuple[Photo, Readings | None]],
    boxes: Sequence[Box],
    *,
    name: str,
    prefix: str,
    key: str,
    words: Mapping[str, str] | None = None,
) -> None:
    """Draws photos with boxes that belong to elements of class `st-key-` + `prefix` + the box's field.

    `name` stands for what is shown: another one begins at its first photo. Nothing can be done by key here.
    `words` say hint, no_field and pane otherwise than for an answer on Ask.
    """
    own = words or {"hint": t("ask.viewer_hint"), "no_field": t("ask.viewer_no_field"), "pane": t("ask.viewer_pane")}
    data = {
        "item": name,
        "prefix": prefix,
        "photos": [_photo(photo.blob, photo.name, readings) for photo, readings in photos],
        "boxes": [asdict(box) for box in boxes],
        "first": "",
        "upcoming": None,
        "words": _words() | dict(own),
        "acts": False,
    }
    _component(key=key, data=data)


def viewer_data(view: RecordView, *, prefix: str, upcoming: str | None) -> dict[str, Any]:
    """What viewer.js draws. Boxes and lines are in page pixels of their photo."""
    return {
        "item": view.item.id,
        "prefix": prefix,
        "photos": [
            _photo(photo.blob, photo.name, readings) for photo, readings in zip(view.photos, view.readings, strict=True)
        ],
        "boxes": [_box(view, key, field) for key, field in view.fields.items() if field.box is not None],
        "first": first_field(view),
        "upcoming": f"/img/{upcoming}.jpg" if upcoming else None,
        "words": _words(),
        "acts": True,
    }


def _words() -> dict[str, str]:
    """What viewer.js says, with `{…}` left for the browser to fill."""
    return {word: catalogue()[f"review.viewer_{word}"].in_lang(language()) for word in WORDS}


def first_field(view: RecordView) -> str:
    """The field to begin with: the first doubtful one, else the first one that was read, else the first."""
    there = [key for key in view.schema.keys if key in view.fields]
    doubtful = (key for key in there if is_doubtful(view.fields[key]))
    return next(doubtful, (there or view.schema.keys)[0])


def _photo(blob: str, name: str, readings: Readings | None) -> dict[str, Any]:
    return {
        "blob": blob,
        "src": f"/img/{blob}.jpg",
        "full": f"/full/{blob}.jpg",
        "thumb": f"/thumb/{blob}.jpg",
        "name": name,
        "w": readings.width if readings else 0,
        "h": readings.height if readings else 0,
        "lines": [{"box": line.box, "text": line.text} for line in readings.lines] if readings else [],
    }


def _box(view: RecordView, key: str, field: FieldValue) -> dict[str, Any]:
    return {
        "field": key,
        "label": view.schema.field(key).label(language()),
        "text": view.text(key) or field.raw or "",
        "photo": field.photo,
        "box": field.box,
        "doubtful": is_doubtful(field),
    }
