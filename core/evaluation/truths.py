"""A set of photos with their truth, in the format of data/samples (docs/evaluation.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import UsageError
from core.settings import ROOT

SAMPLES = "samples"
"""Name of the set that comes with the checkout."""


@dataclass(frozen=True)
class Case:
    """One photo and what is printed on it. `kind` is label, nutrition, ad, shelf or other."""

    photo: Path
    kind: str
    fields: dict[str, Any]
    lines: tuple[str, ...]
    complete: bool
    """True where every value on the photo is in the truth: what else is answered is then false."""

    @property
    def name(self) -> str:
        return self.photo.name


def set_folder(name: str) -> Path:
    """The folder of a set: its name is "samples" or a path. Raises UsageError."""
    folder = ROOT / "data" / "samples" if name == SAMPLES else Path(name)
    if not folder.is_dir():
        raise UsageError(
            en=f"'{name}' is neither '{SAMPLES}' nor a folder. Name a folder of photos with a JSON truth beside each.",
            zh=f"“{name}”既不是“{SAMPLES}”也不是文件夹。请指定照片与同名 JSON 真值所在的文件夹。",
        )
    return folder


def load_cases(folder: Path) -> list[Case]:
    """The transcribed photos of a folder, by name; truths may lie beside the photos or in `gt/`.

    Photos without a truth are left out. Raises UsageError where there is no truth at all, or a
    truth names a photo that is not there.
    """
    paths = sorted(folder.glob("*.json")) + sorted((folder / "gt").glob("*.json"))
    cases = [case for path in paths if (case := _load_case(path, folder)) is not None]
    if not cases:
        raise UsageError(
            en=f"{folder} holds no truth. Put a JSON with 'file' and 'fields' beside each photo (docs/evaluation.md).",
            zh=f"{folder} 中没有真值。每张照片需要一个含 file 与 fields 的 JSON，见 docs/evaluation.md。",
        )
    return sorted(cases, key=lambda case: case.name)


def _load_case(path: Path, folder: Path) -> Case | None:
    """None for a JSON that is no truth, such as a manifest."""
    try:
        truth = json.loads(path.read_text("utf-8"))
    except (ValueError, OSError) as err:
        raise UsageError(en=f"{path} cannot be read: {err}.", zh=f"无法读取 {path}：{err}。") from err
    if not isinstance(truth, dict) or not {"file", "fields"} <= set(truth):
        return None
    photo = folder / truth["file"]
    if not photo.is_file():
        raise UsageError(
            en=f"{path.name} is about {truth['file']}, which is not in {folder}. Put it there or move the truth.",
            zh=f"{path.name} 对应的照片 {truth['file']} 不在 {folder} 中。请放入照片或移走该真值。",
        )
    return Case(
        photo=photo,
        kind=truth.get("kind", "label"),
        fields=truth["fields"],
        lines=tuple(truth.get("text_lines", ())),
        complete=bool(truth.get("lines_complete")),
    )
