"""Fixtures every test may use. Nothing here reads or writes outside the test's own folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.settings import ROOT, Settings
from core.store.db import open_store
from core.values.editions import SHIPPED, use_edition

PHOTOS = ROOT.parent / "shared" / "images" / "dev"

MAKING_S = 1800
"""Seconds for a test that may be the first to need the environment of `export_env`, which takes minutes to make."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # Some ask for it by the value of a parameter, which their fixture names do not tell.
        if "export_env" in getattr(item, "fixturenames", ()) or "openvino" in item.name:
            item.add_marker(pytest.mark.openvino)
    if os.environ.get("SHELFLENS_REQUIRE_EXPORT") != "1":
        return
    for item in items:
        if item.get_closest_marker("openvino") or "qwen3vl" in item.nodeid:
            item.add_marker(pytest.mark.timeout(MAKING_S))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose data lies in a folder of this test alone; child processes inherit them."""
    monkeypatch.setenv("SHELFLENS_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("SHELFLENS_USER", "tester")
    return Settings()


@pytest.fixture(autouse=True)
def _shipped_lexicons() -> None:
    """Words that an earlier test changed in its own database do not count here."""
    use_edition(SHIPPED)


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    with open_store(settings) as database:
        yield database


@pytest.fixture
def photos() -> Path:
    """The folder of real photos; the test is skipped, with this message, where it is absent."""
    if not PHOTOS.is_dir():
        pytest.skip(f"real photos are not on this machine ({PHOTOS})")
    return PHOTOS


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of Qwen3-VL's architecture with half a million random weights, the same each time."""
    for package in ("torch", "transformers", "dashscope"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: make setup-dev")
    from tests.tiny.checkpoint import make_tiny

    return make_tiny(tmp_path_factory.mktemp("checkpoints") / "tiny")


@pytest.fixture(scope="session")
def export_env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The environment that makes OpenVINO forms: the one SHELFLENS_EXPORT_ENV names, or one made for this run alone.

    Making one fetches 1 GB, so it is done only with SHELFLENS_REQUIRE_EXPORT=1, as in CI; otherwise the test is
    skipped, with this message.
    """
    if named := os.environ.get("SHELFLENS_EXPORT_ENV"):
        yield Path(named)
        return
    if os.environ.get("SHELFLENS_REQUIRE_EXPORT") != "1":
        pytest.skip("SHELFLENS_EXPORT_ENV names no environment (SHELFLENS_REQUIRE_EXPORT=1 makes one)")
    from core.weights.exportenv import ensure_environment, environment_folder

    made = Settings(data=tmp_path_factory.mktemp("export"))
    ensure_environment(made, lambda _: None, lambda: False)
    yield environment_folder(made)
    shutil.rmtree(made.data, ignore_errors=True)  # 1.6 GB, and pytest keeps the folders of three runs


@pytest.fixture(scope="session")
def tiny_openvino(tiny_checkpoint: Path, export_env: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The OpenVINO int8 form of `tiny_checkpoint`, multiplied in float32 on every processor.

    One with matrix units (AMX) would do it in bfloat16, where the last digits depend on the shape of a block; what is
    held against the model is the arithmetic of blocks, drops and kept caches.
    """
    from core.engines.qwen3vl.openvino_runtime import OPTIONS
    from core.weights.prepare import prepare

    data = tmp_path_factory.mktemp("prepared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(OPTIONS, "INFERENCE_PRECISION_HINT", "f32")
        yield prepare(Settings(data=data, model=str(tiny_checkpoint), export_env=str(export_env))).folder
