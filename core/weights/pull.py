"""Fetching a model from the hub, or taking it from a folder. Begins only when a person asks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from core.errors import UsageError, WrongHash
from core.files import file_error
from core.settings import Settings
from core.types import Bilingual
from core.weights.catalogue import Form, Model, get_model
from core.weights.checkpoint import CheckpointInfo, inspect_checkpoint
from core.weights.hub import COMMIT, Hub
from core.weights.inventory import LOCAL, Weights, as_weights, form_folder
from core.weights.manifest import (
    CHUNK,
    DAMAGED,
    MANIFEST,
    PLAN,
    Entry,
    Manifest,
    Plan,
    git_sha1_of,
    now,
    read_plan,
    readable_manifest,
    sha256_of,
    size_fault,
    write_record,
)
from core.weights.progress import HasStopped, Meter, OnProgress, Phase, Progress, Stopped, ignore, never
from core.weights.space import ensure_disk, only_one, remove_tree

UNFINISHED = ".incomplete"
"""Suffix of a file on its way; it gets its name when its hash was found right."""


def pull(
    settings: Settings, model_id: str = "", on_progress: OnProgress = ignore, stopped: HasStopped = never
) -> Weights:
    """Fetches the published weights of a model, or what is missing or wrong of them, and gives the complete form.

    A pull that was stopped or cut goes on where it ended, at the same commit. A model that is here is checked
    against its hashes instead, without a connection. Raises Stopped, ModelBusy, NotEnoughDisk before any byte,
    PullFailed, WrongHash, StorageFull or StorageDenied.
    """
    model = get_model(model_id)
    folder = form_folder(settings, model.id, Form.SAFETENSORS)
    with only_one(folder.parent, model.id):
        before = readable_manifest(folder)
        if before is not None and _drop_wrong(folder, before.files, on_progress, stopped):
            (folder / DAMAGED).unlink(missing_ok=True)
            return as_weights(folder, before)
        with Hub(model) as hub:
            on_progress(Progress(Phase.ASKING))
            plan = hub.plan(_wanted_revision(folder, model, before), stopped)
            _begin(folder, plan, before, on_progress, stopped)
            _fetch_all(hub, plan, folder, on_progress, stopped)
        return _finish(folder, plan)


def pull_from(
    settings: Settings,
    source: Path,
    model_id: str = "",
    on_progress: OnProgress = ignore,
    stopped: HasStopped = never,
) -> Weights:
    """Takes a model from a folder on this machine, such as a stick or a share: a checkpoint or an export.

    Files are linked where both lie on one disk, copied where not, and hashed. A manifest in the folder, or the
    catalogue's hashes, say which revision it is; without either it is known by a digest of its own. Raises a
    BadWeights for a folder that cannot be used, WrongHash where its manifest says otherwise, Stopped, ModelBusy,
    NotEnoughDisk, StorageFull or StorageDenied. What was here before stays until the new one is whole.
    """
    model = get_model(model_id)
    info = inspect_checkpoint(source)
    folder = form_folder(settings, model.id, info.form)
    with only_one(folder.parent, model.id):
        arriving = folder.with_name(f".{info.form}-arriving")
        remove_tree(arriving)
        ensure_disk(_what(model.id), 0 if _links(info, folder.parent) else _bytes_of(info), folder)
        try:
            entries = _take(info, arriving, on_progress, stopped)
            manifest = _described(model, info, entries)
            write_record(arriving, MANIFEST, manifest)
            remove_tree(folder)
            arriving.rename(folder)
        except OSError as err:
            raise file_error(err, model.id, folder.parent) from err
        finally:
            remove_tree(arriving)
        return as_weights(folder, manifest)


def _what(model_id: str) -> Bilingual:
    return Bilingual(en=f"Fetching {model_id}", zh=f"下载 {model_id} ")


def _wanted_revision(folder: Path, model: Model, before: Manifest | None) -> str:
    """The commit a pull has begun with, or that of the files which are here, else what the catalogue names."""
    plan = read_plan(folder)
    known = plan.revision if plan else before.revision if before else ""
    return known if COMMIT.fullmatch(known) else model.revision


def _begin(folder: Path, plan: Plan, before: Manifest | None, on_progress: OnProgress, stopped: HasStopped) -> None:
    """Leaves a folder that says what is on its way, and in it nothing that is not part of it."""
    present = [entry for entry in plan.files if size_fault(folder, entry) is None]
    if before is None or before.revision != plan.revision:  # not looked at yet, or held against other hashes
        _drop_wrong(folder, tuple(present), on_progress, stopped)
    ensure_disk(_what(plan.model_id), sum(_missing_bytes(folder, entry) for entry in plan.files), folder)
    write_record(folder, PLAN, plan)
    for name in (MANIFEST, DAMAGED):
        (folder / name).unlink(missing_ok=True)
    known = {PLAN} | {entry.name for entry in plan.files} | {entry.name + UNFINISHED for entry in plan.files}
    for path in folder.iterdir():
        if path.is_file() and path.name not in known:
            path.unlink()


def _missing_bytes(folder: Path, entry: Entry) -> int:
    if size_fault(folder, entry) is None:
        return 0
    begun = folder / (entry.name + UNFINISHED)
    return max(entry.bytes - (begun.stat().st_size if begun.exists() else 0), 0)


def _drop_wrong(folder: Path, entries: tuple[Entry, ...], on_progress: OnProgress, stopped: HasStopped) -> bool:
    """Deletes files that are not what they should be; True where all were there and right."""
    meter = Meter(on_progress, Phase.CHECKING, sum(entry.bytes for entry in entries))
    fine = True
    for entry in entries:
        right = size_fault(folder, entry) is None and not wrong_hash(folder / entry.name, entry, meter, stopped)
        if not right:
            (folder / entry.name).unlink(missing_ok=True)
        fine = fine and right
    return fine


def wrong_hash(path: Path, entry: Entry, meter: Meter, stopped: HasStopped) -> tuple[str, str] | None:
    """(found, expected) where a file's hash is not the entry's, by whichever the entry knows; None where it is."""
    if entry.sha256:
        found, expected = sha256_of(path, lambda count: meter.add(count, entry.name), stopped), entry.sha256
    else:
        found, expected = git_sha1_of(path), entry.git_sha1
        meter.add(entry.bytes, entry.name)
    return None if found == expected else (found, expected)


def _fetch_all(hub: Hub, plan: Plan, folder: Path, on_progress: OnProgress, stopped: HasStopped) -> None:
    done = plan.bytes - sum(_missing_bytes(folder, entry) for entry in plan.files)
    meter = Meter(on_progress, Phase.DOWNLOADING, plan.bytes, done)
    for entry in plan.files:
        if size_fault(folder, entry) is None:
            continue
        arriving = folder / (entry.name + UNFINISHED)
        hub.fetch(plan, entry, arriving, _counter(meter, entry.name), stopped)
        meter.report(entry.name, force=True)
        wrong = wrong_hash(arriving, entry, Meter(on_progress, Phase.CHECKING, entry.bytes), stopped)
        if wrong:
            arriving.unlink()
            raise WrongHash(file=entry.name, source=plan.source, found=wrong[0], expected=wrong[1])
        arriving.replace(folder / entry.name)


def _counter(meter: Meter, name: str) -> Callable[[int], None]:
    return lambda count: meter.add(count, name)


def _finish(folder: Path, plan: Plan) -> Weights:
    """Writes the manifest of files that are all there and right, and takes the marks of the pull away."""
    info = inspect_checkpoint(folder)
    entries = tuple(entry if entry.sha256 else _hashed(folder, entry) for entry in plan.files)
    manifest = Manifest(
        model_id=plan.model_id, form=info.form, revision=plan.revision, source=plan.source, made_at=now(), files=entries
    )
    write_record(folder, MANIFEST, manifest)
    (folder / PLAN).unlink()
    return as_weights(folder, manifest)


def _hashed(folder: Path, entry: Entry) -> Entry:
    return entry.model_copy(update={"sha256": sha256_of(folder / entry.name, lambda _: None)})


def _bytes_of(info: CheckpointInfo) -> int:
    return sum((info.folder / name).stat().st_size for name in info.files)


def _links(info: CheckpointInfo, target: Path) -> bool:
    """True where files of the folder can be linked into `target`: same disk, and the system allows it."""
    probe = target / ".link"
    try:
        os.link((info.folder / info.files[0]).resolve(), probe)
    except OSError:
        return False
    probe.unlink()
    return True


def _take(info: CheckpointInfo, arriving: Path, on_progress: OnProgress, stopped: HasStopped) -> tuple[Entry, ...]:
    """Links or copies the folder's files to `arriving` and gives their sizes and hashes."""
    arriving.mkdir(parents=True)
    linked = _links(info, arriving)
    meter = Meter(on_progress, Phase.CHECKING if linked else Phase.COPYING, _bytes_of(info))
    entries = []
    for name in info.files:
        original, target = (info.folder / name).resolve(), arriving / name
        if linked:
            os.link(original, target)
        else:
            _copy(original, target, _counter(meter, name), stopped)
        count = _counter(meter, name) if linked else lambda _: None
        entries.append(Entry(name=name, bytes=target.stat().st_size, sha256=sha256_of(target, count, stopped)))
    return tuple(entries)


def _copy(original: Path, target: Path, on_bytes: Callable[[int], None], stopped: HasStopped) -> None:
    with original.open("rb") as source, target.open("wb") as file:
        while piece := source.read(CHUNK):
            if stopped():
                raise Stopped
            file.write(piece)
            on_bytes(len(piece))
        file.flush()
        os.fsync(file.fileno())


def _described(model: Model, info: CheckpointInfo, entries: tuple[Entry, ...]) -> Manifest:
    """The manifest of files from a folder: with what the folder's own manifest says, where it has one and it holds."""
    before = readable_manifest(info.folder)
    if before is not None:
        _compare(model, info, before, entries)
        return before.model_copy(update={"model_id": model.id, "source": str(info.folder), "files": entries})
    found = {entry.name: entry.sha256 for entry in entries}
    published = bool(model.sha256) and all(found.get(name) == known for name, known in model.sha256.items())
    revision = model.revision if published and info.form is Form.SAFETENSORS else info.revision
    return Manifest(
        model_id=model.id, form=info.form, revision=revision, source=str(info.folder), made_at=now(), files=entries
    )


def _compare(model: Model, info: CheckpointInfo, manifest: Manifest, entries: tuple[Entry, ...]) -> None:
    """Raises where the folder's manifest says that it is another model, or that a file should be another one."""
    if manifest.model_id != model.id and not manifest.model_id.startswith(f"{LOCAL}/"):
        raise UsageError(
            en=f"{info.folder} holds {manifest.model_id}, not {model.id}. Name that model in the command.",
            zh=f"{info.folder} 中是 {manifest.model_id}，而不是 {model.id}。请在命令中写明该模型。",
        )
    known = {entry.name: entry.sha256 for entry in manifest.files}
    for entry in entries:
        if known.get(entry.name, entry.sha256) != entry.sha256:
            raise WrongHash(file=entry.name, source=info.folder, found=entry.sha256, expected=known[entry.name])
