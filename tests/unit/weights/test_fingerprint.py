"""A large file of weights is another one as soon as one of its tensors is, though little of it is looked at."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from core.weights import checkpoint
from core.weights.checkpoint import WHOLE, fingerprint


@pytest.fixture(autouse=True)
def small_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of kilobytes are looked at as those of gigabytes are."""
    monkeypatch.setattr(checkpoint, "READ_WHOLE", 0)
    monkeypatch.setattr(checkpoint, "SAMPLE", 64)
    monkeypatch.setattr(checkpoint, "EDGE", 16)


@pytest.mark.parametrize("changed", [f"layer.{number}" for number in range(40)])
def test_a_large_file_in_which_one_tensor_was_trained_is_another(changed: str, tmp_path: Path) -> None:
    before = {f"layer.{number}": np.full((64, 64), number, np.float32) for number in range(40)}
    after = before | {changed: before[changed] + np.float32(0.5)}
    for name, weights in (("before", before), ("after", after)):
        (tmp_path / name).mkdir()
        save_file(weights, tmp_path / name / WHOLE)
    assert (tmp_path / "before" / WHOLE).stat().st_size == (tmp_path / "after" / WHOLE).stat().st_size
    assert fingerprint(tmp_path / "before", [WHOLE]) != fingerprint(tmp_path / "after", [WHOLE])


def test_a_large_export_in_which_one_constant_changed_is_another(tmp_path: Path) -> None:
    places = range(0, 40_000, 1000)
    graph = "".join(f'<data element_type="i8" offset="{place}" shape="1000" size="1000" />' for place in places)
    (tmp_path / "part.xml").write_text(f"<net>{graph}</net>")
    seen = set()
    for changed in (None, *places):
        weights = bytearray(40_000)
        if changed is not None:
            weights[changed : changed + 1000] = b"\x01" * 1000
        (tmp_path / "part.bin").write_bytes(weights)
        seen.add(fingerprint(tmp_path, ["part.bin"]))
    assert len(seen) == len(places) + 1


def test_large_files_whose_tensors_have_changed_names_are_two(tmp_path: Path) -> None:
    digests = set()
    for names in (("gate", "down"), ("down", "gate")):
        entries = {
            name: {"dtype": "F32", "shape": [4096], "data_offsets": [16384 * place, 16384 * (place + 1)]}
            for place, name in enumerate(names)
        }
        raw = json.dumps({"__metadata__": {"note": "x" * 200}} | entries).encode()
        (tmp_path / WHOLE).write_bytes(struct.pack("<Q", len(raw)) + raw + bytes(2 * 16384))
        digests.add(fingerprint(tmp_path, [WHOLE]))
    assert len(digests) == 2
