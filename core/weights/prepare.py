"""Making the OpenVINO forms of a checkpoint: several times faster on a CPU, and run without torch or transformers."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from core.errors import BadWeights, ModelNotHere, PrepareFailed, UsageError
from core.files import file_error
from core.settings import ROOT, Settings
from core.types import Bilingual
from core.weights.catalogue import Form, get_model
from core.weights.checkpoint import CheckpointInfo, inspect_checkpoint
from core.weights.child import ChildFailed, run_child
from core.weights.exportenv import ensure_environment, pins
from core.weights.inventory import (
    Weights,
    as_weights,
    bytes_in,
    form_folder,
    inspect_local,
    local_id,
    whole_manifest,
)
from core.weights.manifest import MANIFEST, Entry, Manifest, now, sha256_of, write_record
from core.weights.progress import HasStopped, Meter, OnProgress, Phase, ignore, never
from core.weights.space import GIB, ensure_disk, ensure_memory, only_one, remove_tree

OPTIONS = {
    Form.INT8: ("--weight-format", "int8"),
    # Symmetric groups of 128: what openvino's CPU kernels run fastest; every layer, or the form is hardly smaller.
    Form.INT4: ("--weight-format", "int4", "--group-size", "128", "--ratio", "1.0", "--sym"),
}
COMMAND = ROOT / "scripts" / "export_openvino.py"
BASE_MEMORY, MEMORY = 1 * GIB, 2.7
"""Peak of an export: the packages, and this many times the weights (measured on Qwen3-VL-2B: > 11 GiB for 4.0)."""
DISK = {Form.INT8: 0.6, Form.INT4: 0.45}
"""Size of a form, as a share of the weights it is made from."""
SCRATCH = 1.0
"""What an export writes beside its result while it works, as a share of the weights."""
CONSENT = ("intel", "Intel Corporation")
"""Folders in which openvino_telemetry looks for the word of a person: Linux and macOS, Windows."""


def prepare(
    settings: Settings,
    model_id: str = "",
    form: Form = Form.INT8,
    on_progress: OnProgress = ignore,
    stopped: HasStopped = never,
) -> Weights:
    """Makes an OpenVINO form of a model's weights on this machine and gives it; at once where it is there already.

    Without a model named: of the folder SHELFLENS_MODEL names, else of the catalogue's first. Takes minutes and
    gigabytes of memory, in another process. Raises ModelNotHere where the published weights are absent, the
    BadWeights of a folder that cannot be used, NotEnoughMemory or NotEnoughDisk before it begins, ExportEnvFailed,
    PrepareFailed, Stopped or ModelBusy. What was here before stays until the new form is whole.
    """
    if form not in OPTIONS:
        raise UsageError(
            en=f"{form} is what forms are made from. Choose int8 or int4.",
            zh=f"{form} 是原始权重。请选择 int8 或 int4。",
        )
    source = _source(settings, model_id)
    folder = form_folder(settings, source.model_id, form)
    with only_one(folder.parent, source.model_id):
        before = whole_manifest(folder)
        if before is not None and (before.source_revision, before.made_with) == (source.revision, pins()):
            return as_weights(folder, before)
        making = folder.with_name(f".{form}-making")
        try:
            remove_tree(making)
            _ensure_room(source, form, folder)
            python = ensure_environment(settings, on_progress, stopped)
            info = _export(python, source, form, making, on_progress, stopped)
            manifest = _describe(source, info, on_progress, stopped)
            write_record(info.folder, MANIFEST, manifest)
            remove_tree(folder)
            info.folder.rename(folder)
        except OSError as err:
            raise file_error(err, f"{source.model_id} {form}", folder.parent) from err
        finally:
            remove_tree(making)
        return as_weights(folder, manifest)


def _source(settings: Settings, model_id: str) -> Weights:
    """The checkpoint to make a form from."""
    if settings.model and model_id in ("", local_id(settings)):
        weights = inspect_local(settings)
        if weights.form is not Form.SAFETENSORS:
            raise UsageError(
                en=f"{weights.folder} is {weights.form} already; there is nothing to prepare.",
                zh=f"{weights.folder} 已是 {weights.form}，无需转换。",
            )
        return weights
    model = get_model(model_id)
    folder = form_folder(settings, model.id, Form.SAFETENSORS)
    manifest = whole_manifest(folder)
    if manifest is None:
        raise ModelNotHere(model=model.id, forms=Form.SAFETENSORS)
    return as_weights(folder, manifest)


def _ensure_room(source: Weights, form: Form, folder: Path) -> None:
    what = Bilingual(en=f"Preparing {form} of {source.model_id}", zh=f"生成 {source.model_id} 的 {form} ")
    ensure_memory(what, int(BASE_MEMORY + MEMORY * source.bytes))
    ensure_disk(what, int((DISK[form] + SCRATCH) * source.bytes), folder)


def _export(
    python: Path, source: Weights, form: Form, making: Path, on_progress: OnProgress, stopped: HasStopped
) -> CheckpointInfo:
    """The export in a folder under `making`, every part of it there and whole."""
    result, log = making / "result", making.with_name(f"{form}.log")
    for name in ("tmp", "home"):
        (making / name).mkdir(parents=True)
    log.unlink(missing_ok=True)
    meter = Meter(on_progress, Phase.CONVERTING)
    words = ["export", "openvino", "-m", str(source.folder), "--task", "image-text-to-text", *OPTIONS[form]]
    try:
        run_child(
            [python, "-P", COMMAND, *words, result], log, lambda: _tell(meter, result), stopped, environment(making)
        )
        info = inspect_checkpoint(result)
    except ChildFailed as err:
        raise PrepareFailed(model=source.model_id, form=form, reason=err.reason, log=log) from err
    except BadWeights as err:
        raise PrepareFailed(model=source.model_id, form=form, reason=err.message, log=log) from err
    if info.form is not form:
        reason = Bilingual(en=f"{info.form} came of it", zh=f"得到的是 {info.form}")
        raise PrepareFailed(model=source.model_id, form=form, reason=reason, log=log)
    return info


def _tell(meter: Meter, result: Path) -> None:
    """Reports how much has been written. How much it will be nobody knows before the end."""
    meter.done = bytes_in(result)
    meter.report("")


def environment(making: Path) -> dict[str, str]:
    """Variables of the export: offline, silent, and everything it leaves behind inside `making`.

    nncf and openvino report their use through openvino_telemetry unless a file in the home folder says 0; so the
    export has a home folder of its own that says it.
    """
    home, mine = making / "home", {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "HF_ENDPOINT", "HF_TOKEN"}
    for name in CONSENT:
        (home / name).mkdir(exist_ok=True)
        (home / name / "openvino_telemetry").write_text("0", "ascii")
    kept = {name: value for name, value in os.environ.items() if name not in mine}
    places = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA"), str(home))
    caches = {"XDG_CACHE_HOME": str(home / "cache"), "HF_HOME": str(home / "hub")}
    scratch = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(making / "tmp"))
    offline = dict.fromkeys(
        ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK", "PYTHONNOUSERSITE"), "1"
    )
    return kept | places | caches | scratch | offline


def _describe(source: Weights, info: CheckpointInfo, on_progress: OnProgress, stopped: HasStopped) -> Manifest:
    """The manifest of an export. Its revision is that of the source and 12 hex digits over its own files: other
    packages make other weights of the same source."""
    meter = Meter(on_progress, Phase.CHECKING, sum((info.folder / name).stat().st_size for name in info.files))
    entries = tuple(_entry(info.folder / name, meter, stopped) for name in info.files)
    own = hashlib.sha256("".join(entry.sha256 for entry in entries).encode()).hexdigest()[:12]
    return Manifest(
        model_id=source.model_id,
        form=info.form,
        revision=f"{source.revision[:12]}-{own}",
        source_revision=source.revision,
        source=str(source.folder),
        made_at=now(),
        made_with=pins(),
        files=entries,
    )


def _entry(path: Path, meter: Meter, stopped: HasStopped) -> Entry:
    digest = sha256_of(path, lambda count: meter.add(count, path.name), stopped)
    return Entry(name=path.name, bytes=path.stat().st_size, sha256=digest)
