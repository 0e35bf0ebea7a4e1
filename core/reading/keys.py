"""The key under which an engine's answer about a photo is kept: a digest of everything that can change the answer."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

from core.engines.base import Engine
from core.evidence import evidence_version
from core.schema import Schema
from core.types import Kind
from core.values.editions import current


class MadeBy(NamedTuple):
    """Who makes a run, and from whose readings."""

    engine: str
    revision: str
    prompt: str
    params: dict[str, Any]
    reader: str


def key_of(blob_id: str, made: MadeBy, schema: Schema, *, embedded: Engine | None) -> str:
    """The cache key of a run. `embedded` is the engine that reads beside a model, None where it is the only one."""
    parts = {
        "blob": blob_id,
        "engine": made.engine,
        "revision": made.revision,
        "prompt": made.prompt,
        "params": made.params,
        "schema": [schema.kind, schema.version, schema.digest],
        "reader": made.reader,
    }
    if embedded is not None:  # both readers and how they are merged have a say in what is kept of an answer
        parts |= {"embedded": embedded.revision, "evidence": evidence_version()}
    if schema.kind is Kind.AD and (changed := current().digest()):  # labels are read by words nobody changes here
        parts |= {"lexicons": changed}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
