"""Schemas: which fields a product or an ad has. Read from data/schemas/*.toml, nowhere else."""

from __future__ import annotations

import hashlib
import tomllib
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from core.errors import NotFound
from core.settings import ROOT
from core.types import Frozen, Kind

FOLDER = ROOT / "data" / "schemas"


class FieldType(StrEnum):
    """The shape of a field's value; see `core.types.FieldValue`."""

    TEXT = "text"
    LONGTEXT = "longtext"
    DATE = "date"
    DURATION = "duration"
    QUANTITY = "quantity"
    LIST = "list"
    NUTRITION = "nutrition"
    PRICES = "prices"
    PROMOTIONS = "promotions"
    SELLING_POINTS = "selling_points"
    PALETTE = "palette"


class Group(Frozen):
    key: str
    en: str
    zh: str

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


class FieldSpec(Frozen):
    """One field of a schema. `hint` is what a model is told; `export` its names elsewhere."""

    key: str
    type: FieldType
    group: str
    en: str
    zh: str
    hint: str
    inferred: bool = False
    export: dict[str, str] = {}

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


class Schema(Frozen):
    kind: Kind
    version: int
    groups: tuple[Group, ...]
    fields: tuple[FieldSpec, ...]
    digest: str
    """First 12 hex digits of the file's SHA-256: part of the cache key, so any edit re-reads."""

    def field(self, key: str) -> FieldSpec:
        """The field called `key`; raises NotFound with the known keys."""
        for spec in self.fields:
            if spec.key == key:
                return spec
        known = ", ".join(spec.key for spec in self.fields)
        raise NotFound(what=f"Field of schema {self.kind}", key=key, hint=f"Known: {known}.")

    def has(self, key: str) -> bool:
        return any(spec.key == key for spec in self.fields)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(spec.key for spec in self.fields)


@lru_cache
def load_schema(kind: Kind, folder: Path = FOLDER) -> Schema:
    """The schema of `kind`, checked: unknown keys, types or groups in the file raise ValueError."""
    data = (folder / f"{kind}.toml").read_bytes()
    raw = tomllib.loads(data.decode("utf-8"))
    schema = Schema(**raw, digest=hashlib.sha256(data).hexdigest()[:12])
    groups = {group.key for group in schema.groups}
    for spec in schema.fields:
        if spec.group not in groups:
            raise ValueError(f"{kind}.toml: field '{spec.key}' names group '{spec.group}', which is not defined.")
    if len(set(schema.keys)) != len(schema.keys):
        raise ValueError(f"{kind}.toml: a field key is used twice.")
    return schema
