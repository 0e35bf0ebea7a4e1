"""Fixtures every test may use. Nothing here reads or writes outside the test's own folder."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.settings import ROOT, Settings
from core.store.db import open_store

PHOTOS = ROOT.parent / "shared" / "images" / "dev"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose data lies in a folder of this test alone; child processes inherit them."""
    monkeypatch.setenv("SHELFLENS_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("SHELFLENS_USER", "tester")
    return Settings()


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
def tiny_openvino() -> Path:
    """The OpenVINO int8 form of `tiny_checkpoint`."""
    made = os.environ.get("SHELFLENS_TINY_OPENVINO", "")
    if not made:
        pytest.skip("no OpenVINO form of the tiny checkpoint is here")
    return Path(made)
