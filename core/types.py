"""The nouns every layer shares: boxes, lines, barcodes, field values, findings.

All of them are frozen pydantic models, so a value read back from the database or from JSON
equals the value that was written. Coordinates are pixels of the *page*: the photo after its
EXIF turn, at its full resolution, origin at the top left, x to the right and y down.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in page pixels, with x0 <= x1 and y0 <= y1."""

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Four corners in reading order: top left, top right, bottom right, bottom left of the text."""


class Kind(StrEnum):
    """What a photo shows, and so which schema reads it."""

    PRODUCT = "product"
    AD = "ad"


class Status(StrEnum):
    """Where an item stands on its way from upload to verified record."""

    QUEUED = "queued"
    READING = "reading"
    REVIEW = "review"
    """Read; waits for a person."""
    VERIFIED = "verified"
    FLAGGED = "flagged"
    """A person looked and set it aside with a reason."""
    FAILED = "failed"
    """No photo of it could be read; the job's error says why."""


class Script(StrEnum):
    """Whether the OCR reader knows the script a photo is printed in."""

    READ = "read"
    LOSSY = "lossy"
    """Read, but without its accented letters: Greek, Vietnamese."""
    UNREAD = "unread"
    """Most of the text is in a script the reader does not know, or too unclear; clear digits were kept."""
    MIRRORED = "mirrored"
    """The text runs backwards; none of it was kept."""


class Source(StrEnum):
    """A named reason to believe a value (DOMAIN: evidence)."""

    OCR = "ocr"
    VLM = "vlm"
    BARCODE = "barcode"
    RULE = "rule"
    HISTORY = "history"
    HUMAN = "human"
    AUTO = "auto"
    """No reason to believe it: accepted without a look, by a rule that a person turned on (`core.autoaccept`)."""


class Grade(StrEnum):
    """How far a value is supported, until enough decisions exist to give a probability."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Level(StrEnum):
    """How serious a finding is. REVIEW asks for a person's eye and claims nothing."""

    ERROR = "error"
    WARNING = "warning"
    REVIEW = "review"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(Frozen):
    """One message in the two languages people read here."""

    en: str
    zh: str

    def in_lang(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


class Cut(StrEnum):
    """Where the edge of the photo cuts a line of print."""

    START = "start"
    END = "end"
    ALONG = "along"
    """Through its letters, from above or below."""


class Line(Frozen):
    """One line of text as the OCR reader saw it. `score` is the recogniser's own, 0 to 1."""

    text: str
    box: Box
    score: float
    quad: Quad | None = None
    cuts: tuple[Cut, ...] = ()
    """Where its print runs over the edge of the photo, so that some of it may be missing."""

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]


class Barcode(Frozen):
    """One decoded symbol. `decoders` names who read exactly this text at this place."""

    text: str
    format: str
    """EAN-13, EAN-8, UPC-A, UPC-E, QR, DataMatrix, Code128 …"""
    box: Box
    decoders: tuple[str, ...]
    disputed: bool = False
    """True where another decoder read the same bars differently: a person decides."""


class Finding(Frozen):
    """What a rule has to say about a field's value."""

    rule: str
    version: int
    level: Level
    message: Bilingual


class RecordFinding(Finding):
    """A finding on the record as a whole. `about` holds the keys of the fields that are not there."""

    about: tuple[str, ...] = ()


class FieldValue(Frozen):
    """One field as read from a photo, or as decided by a person.

    `value` is normalised and JSON-able; its shape follows the field's type in the schema:
    text -> str; date -> ISO "YYYY-MM-DD", "YYYY-MM", or "see_package"; quantity and duration -> a
    number with `unit`; list -> list of str; nutrition -> {"basis", "rows": [...]};
    prices -> [{"value", "currency", "kind"}]; promotions -> [{"text", "kind", ...}];
    selling_points -> [{"text", "theme"}]; palette -> [{"hex", "share"}].
    `raw` is the text as printed, without its key.
    """

    value: Any
    raw: str | None = None
    unit: str | None = None
    box: Box | None = None
    photo: int = 0
    """Index of the photo, within the item, that `box` is on."""
    lines: tuple[int, ...] = ()
    """Indexes of the OCR lines of that photo the value was taken from."""
    sources: tuple[Source, ...] = ()
    grade: Grade = Grade.LOW
    clarity: float | None = None
    """Mean recogniser score of the lines it was read from, 0 to 1; None where no line was."""
    confidence: float | None = None
    """Calibrated probability of being right; None until it can be calibrated."""
    inferred: bool = False
    """True for a judgement (audience, theme) as against words printed on the image."""
    truncated: bool = False
    findings: tuple[Finding, ...] = ()
    alternatives: tuple[Any, ...] = ()
    """Other values seen for this field: on another photo, or by another decoder."""


Fields = dict[str, FieldValue]


class Readings(Frozen):
    """What is literally on one photo, whatever engine is used."""

    width: int
    height: int
    lines: tuple[Line, ...] = ()
    barcodes: tuple[Barcode, ...] = ()
    script: Script = Script.READ
    notes: tuple[Bilingual, ...] = ()
    """What a person should know about how the photo was read."""
    ms: float = 0.0


class Extraction(Frozen):
    """The fields an engine proposes for one photo."""

    kind: Kind
    engine: str
    fields: dict[str, FieldValue] = Field(default_factory=dict)
    readings: Readings
    cached: bool = False
    partial: bool = False
    ms: float = 0.0
