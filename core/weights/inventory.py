"""What is on this machine: the forms an engine can load, and the state of every model for people.

Only names, sizes and headers are looked at, so both answers come at once, and no connection is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from core.errors import BadWeights, ModelNotHere, ShelfLensError
from core.settings import Settings
from core.types import Bilingual
from core.weights.catalogue import Form, FormFacts, Model, load_catalogue
from core.weights.checkpoint import CheckpointInfo, inspect_checkpoint
from core.weights.manifest import (
    OWN_FILES,
    Manifest,
    read_damage,
    read_manifest,
    read_plan,
    readable_manifest,
    size_fault,
)
from core.weights.space import free_bytes

LOCAL = "local"
"""Owner of models that are a folder named by SHELFLENS_MODEL, as in local/my-checkpoint."""


class Origin(StrEnum):
    PULLED = "pulled"
    PREPARED = "prepared"
    FOLDER = "folder"
    """The folder SHELFLENS_MODEL names, used where it lies."""


@dataclass(frozen=True)
class Weights:
    """One complete form of a model on this machine."""

    model_id: str
    form: Form
    folder: Path
    revision: str
    """Changes with the weights: part of the cache key of whatever reads photos with them."""
    bytes: int
    origin: Origin


class State(StrEnum):
    ABSENT = "absent"
    PARTIAL = "partial"
    """A pull has begun and not ended; it goes on where it stopped."""
    COMPLETE = "complete"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class FormState:
    """Where one form of a model stands."""

    form: Form
    state: State
    folder: Path
    bytes: int
    """On the disk now."""
    total: int
    """When complete: exact where it is known, else the catalogue's estimate."""
    memory_gib: float | None
    """At the peak of reading a photo; None for a model that is in no catalogue."""
    revision: str = ""
    reason: Bilingual | None = None
    """What is wrong with a damaged form."""

    @property
    def needed_bytes(self) -> int:
        """What is still to be fetched or made, at most: how much of a damaged form is right only its hashes tell."""
        if self.state is State.COMPLETE:
            return 0
        return self.total if self.state is State.DAMAGED else max(self.total - self.bytes, 0)


@dataclass(frozen=True)
class ModelState:
    """A model and each of its forms, for `models list` and the Engines page."""

    model_id: str
    licence: str
    card: Bilingual
    forms: tuple[FormState, ...]
    free_bytes: int
    """On the disk where models are kept."""


def find_weights(settings: Settings) -> list[Weights]:
    """Every complete form on this machine. With SHELFLENS_MODEL set: that folder, and what was prepared from it."""
    if settings.model:
        return _local_weights(settings)
    found = []
    for model in load_catalogue():
        for facts in model.forms:
            folder = form_folder(settings, model.id, facts.form)
            manifest = whole_manifest(folder)
            if manifest is not None:
                found.append(as_weights(folder, manifest))
    return found


def get_weights(settings: Settings, *forms: Form) -> Weights:
    """The first of `forms` that is here, in their order; any form without one named.

    Raises ModelNotHere, or the BadWeights that says why the folder SHELFLENS_MODEL names cannot be used.
    """
    wanted = forms or tuple(Form)
    found = find_weights(settings)
    for form in wanted:
        for weights in found:
            if weights.form == form:
                return weights
    if settings.model and not found:
        inspect_checkpoint(local_folder(settings))
    raise ModelNotHere(model=local_id(settings) or load_catalogue()[0].id, forms=", ".join(wanted))


def survey(settings: Settings) -> list[ModelState]:
    """The state of every model of the catalogue, after that of the folder SHELFLENS_MODEL names."""
    free = free_bytes(settings.models)
    states = [_local_state(settings, free)] if settings.model else []
    return states + [_model_state(settings, model, free) for model in load_catalogue()]


def model_folder(settings: Settings, model_id: str) -> Path:
    """Where the forms of a model are kept."""
    return settings.models / model_id.replace("/", "--")


def form_folder(settings: Settings, model_id: str, form: Form) -> Path:
    return model_folder(settings, model_id) / form


def local_folder(settings: Settings) -> Path:
    """The folder SHELFLENS_MODEL names."""
    return Path(settings.model).expanduser().absolute()


def local_id(settings: Settings) -> str:
    """What the folder SHELFLENS_MODEL names is called; "" where none is named."""
    return f"{LOCAL}/{local_folder(settings).name}" if settings.model else ""


def form_state(folder: Path, facts: FormFacts) -> FormState:
    """Where the form in `folder` stands: by its manifest, the mark of a failed check, and the sizes of its files."""
    state, total, revision, reason = State.ABSENT, facts.bytes, "", None
    try:
        manifest = read_manifest(folder)
    except ValueError:
        state, reason = State.DAMAGED, Bilingual(en="its manifest cannot be read", zh="无法读取其清单")
    else:
        if manifest is not None:
            reason = fault(folder, manifest)
            state, total, revision = State.DAMAGED if reason else State.COMPLETE, manifest.bytes, manifest.revision
        elif plan := read_plan(folder):
            state, total, revision = State.PARTIAL, plan.bytes, plan.revision
    return FormState(facts.form, state, folder, bytes_in(folder), total, facts.memory_gib, revision, reason)


def fault(folder: Path, manifest: Manifest) -> Bilingual | None:
    """Why a folder with a manifest cannot be used; None where it can."""
    damage = read_damage(folder)
    if damage is not None:
        return damage.reason
    return next((reason for entry in manifest.files if (reason := size_fault(folder, entry))), None)


def whole_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder whose files are all there; None for any other."""
    manifest = readable_manifest(folder)
    return manifest if manifest is not None and fault(folder, manifest) is None else None


def as_weights(folder: Path, manifest: Manifest) -> Weights:
    """The complete form that `folder` holds by its manifest."""
    origin = Origin.PULLED if manifest.form is Form.SAFETENSORS else Origin.PREPARED
    return Weights(manifest.model_id, manifest.form, folder, manifest.revision, manifest.bytes, origin)


def inspect_local(settings: Settings) -> Weights:
    """What the folder SHELFLENS_MODEL names holds; raises the BadWeights that says why it cannot be used."""
    folder = local_folder(settings)
    info, revision = _inspected(folder, _stamp(folder))
    return Weights(local_id(settings), info.form, info.folder, revision, info.weights_bytes, Origin.FOLDER)


@lru_cache(maxsize=4)
def _inspected(folder: Path, _: tuple[object, ...]) -> tuple[CheckpointInfo, str]:
    """What a folder holds and its revision. Every job asks for it, and reading headers and samples takes a tenth of
    a second, so the answer stands until a file of the folder changes."""
    info = inspect_checkpoint(folder)
    return info, local_revision(info)


def _stamp(folder: Path) -> tuple[object, ...]:
    """Differs whenever a file of the folder was written, renamed or removed; () for what is no folder."""
    if not folder.is_dir():
        return ()
    states = ((path.name, path.stat()) for path in folder.iterdir() if path.exists())
    return tuple(sorted((name, state.st_size, state.st_mtime_ns, state.st_ino) for name, state in states))


def _local_weights(settings: Settings) -> list[Weights]:
    try:
        local = inspect_local(settings)
    except BadWeights:
        return []
    found = [local]
    for form in (Form.INT8, Form.INT4):
        made = form_folder(settings, local.model_id, form)
        manifest = whole_manifest(made)
        # The same folder name may hold other weights by now; what was made from the earlier ones is not theirs.
        if manifest is not None and manifest.source_revision == local.revision:
            found.append(as_weights(made, manifest))
    return found


def local_revision(info: CheckpointInfo) -> str:
    """The revision of weights used where they lie: their manifest's where ShelfLens wrote one and it holds, else
    12 hex digits over settings, headers and samples of every tensor."""
    manifest = whole_manifest(info.folder)
    return manifest.revision if manifest is not None else info.revision


def _model_state(settings: Settings, model: Model, free: int) -> ModelState:
    forms = tuple(form_state(form_folder(settings, model.id, facts.form), facts) for facts in model.forms)
    return ModelState(model.id, model.licence, model.card, forms, free)


def _local_state(settings: Settings, free: int) -> ModelState:
    folder = local_folder(settings)
    card = Bilingual(en=f"The folder SHELFLENS_MODEL names: {folder}", zh=f"SHELFLENS_MODEL 指定的目录：{folder}")
    size = bytes_in(folder)
    try:
        inspect_checkpoint(folder)
    except ShelfLensError as err:
        state = State.DAMAGED if folder.is_dir() else State.ABSENT
        form = FormState(Form.SAFETENSORS, state, folder, size, size, None, reason=err.message)
        return ModelState(local_id(settings), "", card, (form,), free)
    forms = tuple(
        FormState(found.form, State.COMPLETE, found.folder, found.bytes, found.bytes, None, found.revision)
        for found in _local_weights(settings)
    )
    return ModelState(local_id(settings), "", card, forms, free)


def bytes_in(folder: Path) -> int:
    """Of the model's files in `folder` itself, arrived in full or in part."""
    if not folder.is_dir():
        return 0
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file() and path.name not in OWN_FILES)
