"""Which engines can be used here, and which one `auto` is."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.engines import registry
from core.engines.registry import ENGINES, available, engine_names, make_engine, resolve_engine
from core.errors import BadSetting, UsageError
from core.settings import Settings


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.jsonl"
    path.write_text('{"extract": {"brand": "Acme"}}\n', "utf-8")
    return path


def test_auto_is_the_embedded_engine_where_nothing_else_can_be_used(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "AUTO", ("remote", "ocr"))
    assert resolve_engine("auto", settings) == "ocr"


def test_auto_is_the_remote_engine_once_a_server_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "AUTO", ("remote", "ocr"))
    assert resolve_engine("auto", settings.model_copy(update={"remote_url": "http://gpu:8000"})) == "remote"


@pytest.mark.parametrize("name", list(ENGINES))
def test_every_engine_says_in_both_languages_whether_it_can_be_used(settings: Settings, name: str) -> None:
    found = available(name, settings)
    assert found.reason.en and found.reason.zh


def test_the_scripted_engine_is_offered_only_with_a_script(settings: Settings, script: Path) -> None:
    assert "scripted" not in engine_names()
    assert "scripted" not in engine_names(settings)
    assert "scripted" in engine_names(settings.model_copy(update={"script": script}))


@pytest.mark.parametrize(("name", "missing"), [("remote", "SHELFLENS_REMOTE_URL"), ("scripted", "SHELFLENS_SCRIPT")])
def test_an_engine_that_lacks_something_says_what(settings: Settings, name: str, missing: str) -> None:
    with pytest.raises(UsageError, match=missing) as caught:
        make_engine(name, settings)
    assert missing in caught.value.message.zh


def test_an_unknown_engine_names_the_known_ones(settings: Settings) -> None:
    with pytest.raises(UsageError, match=r"'qwn' is not known\. Available: auto, ocr"):
        make_engine("qwn", settings)


@pytest.mark.parametrize("url", ["gpu:8000", "ftp://gpu/v1", "http://", "https://", "http://[::1", "nonsense"])
def test_an_address_that_is_none_is_a_bad_setting(settings: Settings, url: str) -> None:
    with pytest.raises(BadSetting, match="SHELFLENS_REMOTE_URL"):
        make_engine("remote", settings.model_copy(update={"remote_url": url}))


def test_a_scripted_engine_comes_from_the_settings(settings: Settings, script: Path) -> None:
    assert make_engine("scripted", settings.model_copy(update={"script": script})).name == "scripted"


def test_weights_that_were_named_and_cannot_be_used_are_spoken_of_once(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    named = settings.model_copy(update={"model": str(tmp_path / "nothing-here")})
    assert [resolve_engine("auto", named) for _ in range(3)] == ["ocr"] * 3
    (said,) = [record.getMessage() for record in caplog.records]
    assert "nothing-here" in said
