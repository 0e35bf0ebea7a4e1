"""Fixtures every test may use. Nothing here reads or writes outside the test's own folder."""

from __future__ import annotations

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
