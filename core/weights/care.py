"""Checking and removing what is on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import BadWeights, NotFound, UsageError
from core.files import file_error
from core.settings import Settings
from core.types import Bilingual
from core.weights.catalogue import Form, get_model, load_catalogue
from core.weights.checkpoint import inspect_checkpoint
from core.weights.inventory import bytes_in, form_folder, local_folder, local_id
from core.weights.manifest import (
    DAMAGED,
    MANIFEST,
    Damage,
    Manifest,
    read_manifest,
    readable_manifest,
    size_fault,
    write_record,
)
from core.weights.progress import HasStopped, Meter, OnProgress, Phase, ignore, never
from core.weights.pull import wrong_hash
from core.weights.space import only_one, remove_tree


@dataclass(frozen=True)
class Checked:
    """What a check found about one form."""

    model_id: str
    form: Form
    folder: Path
    fault: Bilingual | None = None
    """Names the file that is wrong; None where all is as it should be."""
    note: Bilingual | None = None
    """What the check could not say."""


def check(
    settings: Settings, model_id: str = "", on_progress: OnProgress = ignore, stopped: HasStopped = never
) -> list[Checked]:
    """Reads every form of a model that is here, all models without one named, and holds each file against its hash.

    A form with a wrong file is marked, so that nothing loads it before `pull` or `prepare` mended it; a form found
    right loses the mark. Opens no connection. Raises Stopped, ModelBusy, or NotFound for an unknown model.
    """
    found = []
    for name in _names(settings, model_id):
        if name == local_id(settings):
            found.append(_check_local(settings, on_progress, stopped))
        for form in Form:
            folder = form_folder(settings, name, form)
            if folder.is_dir():
                with only_one(folder.parent, name):
                    fault = _check_form(folder, on_progress, stopped)
                found.append(Checked(name, form, folder, fault))
    return found


def remove(settings: Settings, model_id: str, form: Form) -> int:
    """Deletes one form of a model and gives the bytes it took.

    The folder SHELFLENS_MODEL names is never touched. Raises NotFound for a form that is not here, ModelBusy,
    UsageError or StorageDenied.
    """
    [name] = _names(settings, model_id)
    folder = form_folder(settings, name, form)
    if not folder.is_dir():
        if name == local_id(settings) and form is Form.SAFETENSORS:
            raise UsageError(
                en=f"{local_folder(settings)} is your own folder; ShelfLens leaves it alone. Unset SHELFLENS_MODEL.",
                zh=f"{local_folder(settings)} 是您自己的目录，ShelfLens 不会删除。请取消 SHELFLENS_MODEL。",
            )
        raise NotFound(what="Form", key=f"{name} {form}", hint="See what is here: models list.")
    with only_one(folder.parent, name):
        size = bytes_in(folder)
        try:
            (folder / MANIFEST).unlink(missing_ok=True)  # first: what is half deleted must not count as complete
            remove_tree(folder)
        except OSError as err:
            raise file_error(err, name, folder) from err
    return size


def _names(settings: Settings, model_id: str) -> list[str]:
    """The model named, or every one; raises NotFound."""
    local = local_id(settings)
    if model_id:
        return [model_id if model_id == local else get_model(model_id).id]
    return ([local] if local else []) + [model.id for model in load_catalogue()]


def _check_form(folder: Path, on_progress: OnProgress, stopped: HasStopped) -> Bilingual | None:
    """What is wrong with a folder of ours, also written into it; None where nothing is."""
    try:
        manifest = read_manifest(folder)
    except ValueError:
        return Bilingual(en=f"{MANIFEST} cannot be read", zh=f"无法读取 {MANIFEST}")
    if manifest is None:
        return Bilingual(en="a pull has begun here and not ended", zh="下载尚未完成")
    damage = _first_wrong(folder, manifest, on_progress, stopped)
    if damage is None:
        (folder / DAMAGED).unlink(missing_ok=True)
        return None
    write_record(folder, DAMAGED, damage)
    return damage.reason


def _first_wrong(folder: Path, manifest: Manifest, on_progress: OnProgress, stopped: HasStopped) -> Damage | None:
    """The first file that is missing, of another size, or of another hash."""
    meter = Meter(on_progress, Phase.CHECKING, manifest.bytes)
    for entry in manifest.files:
        reason = size_fault(folder, entry)
        wrong = None if reason else wrong_hash(folder / entry.name, entry, meter, stopped)
        if wrong:
            reason = Bilingual(
                en=f"{entry.name} has SHA-256 {wrong[0]} instead of {wrong[1]}",
                zh=f"{entry.name} 的 SHA-256 为 {wrong[0]}，应为 {wrong[1]}",
            )
        if reason:
            return Damage(file=entry.name, reason=reason)
    return None


def _check_local(settings: Settings, on_progress: OnProgress, stopped: HasStopped) -> Checked:
    """The folder SHELFLENS_MODEL names. Nothing is written into it."""
    folder, name = local_folder(settings), local_id(settings)
    try:
        info = inspect_checkpoint(folder)
    except BadWeights as err:
        return Checked(name, Form.SAFETENSORS, folder, err.message)
    manifest = readable_manifest(folder)
    if manifest is None:
        note = Bilingual(
            en="headers and sizes fit; it has no manifest to hold its content against",
            zh="文件头与大小一致；没有清单可供核对内容",
        )
        return Checked(name, info.form, folder, note=note)
    damage = _first_wrong(folder, manifest, on_progress, stopped)
    return Checked(name, info.form, folder, damage.reason if damage else None)
