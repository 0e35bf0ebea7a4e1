"""A part of a photo read for one field: a box that a person drew, or OCR lines that they picked.

A drawn box is cut out of the photo at its full resolution, enlarged, and read by OCR and barcode decoders anew: small
print that the reading of the whole page missed is often read then. Nothing is stored; the answer is what an editor is
to be filled with, and from where.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image
from sqlite_utils import Database

from core.engines.base import EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.errors import NotFound, NothingRead
from core.images import open_pixels
from core.readers import Readers
from core.records.standing import kind_of
from core.reviewing.review import Place
from core.schema import FieldSpec, FieldType, Schema, load_schema
from core.settings import Settings
from core.store import items, runs
from core.store.blobs import PHOTO, read_blob
from core.types import Bilingual, Box, Line, Readings, Source
from core.values.text import has_cjk
from core.values.typed import show_value, understand

LEAST_SIDE_PX = 4
"""Of a box: a click that slipped is no box."""
MARGIN = 0.06
"""Share of a box's shorter side that is read round it: people draw tightly, and OCR wants some paper round it."""
ENLARGED_PX = 1600
"""Longer side that a small cut-out is enlarged to: the text finder works at most at about that size."""
MOST_ENLARGED = 4.0
"""Beyond it a photo holds nothing more."""
AS_THEY_STAND = {"brand", "name", "legal_name", "category", "headline", "product", "call_to_action"}
"""Fields without a printed key of their own: whoever frames words for one means exactly these words."""
SEVERAL = {FieldType.LIST, FieldType.SELLING_POINTS, FieldType.PROMOTIONS, FieldType.PRICES}
PHOTO_GONE = Bilingual(en="It was taken away from this record.", zh="该照片已从此记录移除。")
_BETWEEN_ENTRIES = re.compile(r"[、，,;；]\s*")


@dataclass(frozen=True)
class Reread:
    """`text` is the value as its editor shows it, `place` where it stands."""

    text: str
    place: Place


@dataclass(frozen=True)
class Target:
    """The field a part of a photo is read for. `blob` names the photo: its number may change while it is looked at."""

    item: int
    field: str
    blob: str


class RegionReader:
    """Reads parts of photos. The OCR network is loaded with the first box that is drawn; thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._readers = Readers(settings)
        self._engine = EmbeddedEngine(settings)

    def read_box(self, db: Database, target: Target, box: Box) -> Reread:
        """What is printed inside `box` (page pixels), as a value of the target's field.

        Raises NotFound for an item, field or photo that is not there, NothingRead where nothing is printed in the box.
        """
        number, spec, schema = _find(db, target)
        pixels = open_pixels(read_blob(db, self._settings, target.blob), target.blob[:12], self._settings)
        cut = _enlarged(pixels, box)
        if cut is None:
            raise NothingRead(field=_label(spec))
        value = _value(self._engine, spec, schema, self._readers.read(cut.pixels), cut.pixels)
        if not value.text:
            raise NothingRead(field=_label(spec))
        return Reread(value.text, Place(number, cut.on_page(value.lines) or box, source=value.source))

    def pick_lines(self, db: Database, target: Target, numbers: Sequence[int]) -> Reread:
        """The photo's OCR lines with these numbers as a value of the target's field. Raises as `read_box` does."""
        number, spec, schema = _find(db, target)
        known = runs.latest_readings(db, target.blob)
        chosen = [at for at in numbers if known is not None and 0 <= at < len(known.lines)]
        if known is None or not chosen:
            raise NothingRead(field=_label(spec))
        readings = known.model_copy(update={"lines": tuple(known.lines[at] for at in chosen), "barcodes": ()})
        value = _value(self._engine, spec, schema, readings, None)
        if not value.text:
            raise NothingRead(field=_label(spec))
        box = _union([line.box for line in value.lines or readings.lines])
        return Reread(value.text, Place(number, box, lines=tuple(chosen)))


@dataclass(frozen=True)
class _Cut:
    """A part of a page, enlarged `factor` times; `left` and `top` are where it lies on the page."""

    pixels: Image.Image
    left: int
    top: int
    factor: float

    def on_page(self, lines: Sequence[Line]) -> Box | None:
        """The box round the lines, in page pixels."""
        if not lines:
            return None
        x0, y0, x1, y1 = (value / self.factor for value in _union([line.box for line in lines]))
        return (self.left + x0, self.top + y0, self.left + x1, self.top + y1)


@dataclass(frozen=True)
class _Value:
    """A field's text, the lines it stands in, and who read it; "" where there is none."""

    text: str
    lines: tuple[Line, ...]
    source: Source = Source.OCR


def _find(db: Database, target: Target) -> tuple[int, FieldSpec, Schema]:
    """The photo's number within its item, the field and its schema."""
    schema = load_schema(kind_of(items.get_item(db, target.item)))
    for number, photo in enumerate(items.list_photos(db, target.item)):
        if photo.blob == target.blob:
            return number, schema.field(target.field), schema
    raise NotFound(what=PHOTO, key=target.blob[:12], hint=PHOTO_GONE)


def _label(spec: FieldSpec) -> Bilingual:
    return Bilingual(en=spec.en, zh=spec.zh)


def _enlarged(pixels: Image.Image, box: Box) -> _Cut | None:
    """The box's pixels and a little round them; None where it holds next to none."""
    x0, x1 = sorted((box[0], box[2]))
    y0, y1 = sorted((box[1], box[3]))
    margin = MARGIN * min(x1 - x0, y1 - y0)
    left, top = max(0, int(x0 - margin)), max(0, int(y0 - margin))
    right, bottom = min(pixels.width, int(x1 + margin) + 1), min(pixels.height, int(y1 + margin) + 1)
    if right - left < LEAST_SIDE_PX or bottom - top < LEAST_SIDE_PX:
        return None
    cut = pixels.crop((left, top, right, bottom))
    factor = min(MOST_ENLARGED, max(1.0, ENLARGED_PX / max(cut.size)))
    if factor > 1.0:
        cut = cut.resize((round(cut.width * factor), round(cut.height * factor)), Image.Resampling.BICUBIC)
    return _Cut(cut, left, top, factor)


def _value(
    engine: EmbeddedEngine, spec: FieldSpec, schema: Schema, readings: Readings, image: Image.Image | None
) -> _Value:
    if spec.key == "gtin" and readings.barcodes:
        code = readings.barcodes[0]
        return _Value(code.text, (Line(text=code.text, box=code.box, score=1.0),), Source.BARCODE)
    if spec.key not in AS_THEY_STAND:
        page = image or Image.new("RGB", (1, 1))  # the engine looks at pixels for an ad's colours alone
        field = engine.extract(EngineInput(page, readings, schema)).fields.get(spec.key)
        if field is not None and field.value is not None:
            return _Value(show_value(spec, field), tuple(readings.lines[at] for at in field.lines))
    return _Value(_as_printed(spec, readings.lines), readings.lines)


def _as_printed(spec: FieldSpec, lines: Sequence[Line]) -> str:
    """The lines as text of the field's type: an amount or a date out of them where there is one."""
    if spec.type in SEVERAL:
        entries = [entry.strip() for line in lines for entry in _BETWEEN_ENTRIES.split(line.text)]
        return "\n".join(dict.fromkeys(entry for entry in entries if entry))
    if spec.type is FieldType.NUTRITION:
        return "\n".join(line.text for line in lines)
    text = _joined([line.text.strip() for line in lines])
    understood = understand(spec, text)
    return show_value(spec, understood) if spec.type is not FieldType.TEXT else text


def _joined(texts: Sequence[str]) -> str:
    """Lines of print as running text: a space between them, but none between Chinese characters."""
    joined = ""
    for text in filter(None, texts):
        glue = "" if not joined or (has_cjk(joined[-1]) and has_cjk(text[0])) else " "
        joined += glue + text
    return joined


def _union(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))
