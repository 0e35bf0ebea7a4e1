"""The models ShelfLens knows, from data/models.toml and nowhere else, and the forms their weights take."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePosixPath

from core.errors import NotFound
from core.settings import ROOT
from core.types import Bilingual, Frozen

FILE = ROOT / "data" / "models.toml"
HARMLESS = {".safetensors", ".json", ".jinja", ".txt"}
"""Suffixes that may be fetched at all. Pickles (.bin, .pt, .pth) and .py can run code, so no pattern brings them in."""


class Form(StrEnum):
    """How weights lie on the disk; the name of their folder."""

    SAFETENSORS = "safetensors"
    """As published, bfloat16: for transformers and torch."""
    INT8 = "openvino-int8"
    INT4 = "openvino-int4"


class FormFacts(Frozen):
    """What a form of a model takes: bytes on the disk, GiB of memory at the peak of reading a photo."""

    form: Form
    bytes: int
    memory_gib: float


class Model(Frozen):
    """One model of the catalogue."""

    id: str
    """owner/name, as the hub knows it."""
    revision: str
    licence: str
    files: tuple[str, ...]
    card: Bilingual
    sha256: dict[str, str] = {}
    forms: tuple[FormFacts, ...]

    def facts(self, form: Form) -> FormFacts:
        """What `form` takes; raises NotFound where the model has no such form."""
        for facts in self.forms:
            if facts.form == form:
                return facts
        raise NotFound(what=f"Form of {self.id}", key=form, hint=f"Known: {', '.join(f.form for f in self.forms)}.")

    def wants(self, name: str) -> bool:
        """True for a file to be fetched: a plain name that a pattern takes in and that cannot run code.

        A name with a folder in it is never wanted, so that no list of files writes outside the model's folder.
        """
        path = PurePosixPath(name)
        if path.name != name or "\\" in name or path.suffix not in HARMLESS:
            return False
        return any(fnmatchcase(name, pattern) for pattern in self.files)


def load_catalogue() -> tuple[Model, ...]:
    """Every model of data/models.toml, the first one the default. A mistake in the file raises ValueError."""
    return _read(FILE)


@lru_cache
def _read(file: Path) -> tuple[Model, ...]:
    models = tuple(Model(**entry) for entry in tomllib.loads(file.read_text("utf-8"))["models"])
    if len({model.id for model in models}) != len(models):
        raise ValueError(f"{file.name}: a model stands in it twice.")
    return models


def get_model(model_id: str = "") -> Model:
    """The model called `model_id`, the first of the catalogue without a name; raises NotFound with the known ones."""
    models = load_catalogue()
    if not model_id:
        return models[0]
    for model in models:
        if model.id == model_id:
            return model
    raise NotFound(what="Model", key=model_id, hint=f"Known: {', '.join(model.id for model in models)}.")
