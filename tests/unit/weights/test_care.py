"""Checking and removing what is here, and the state people are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ModelNotHere, NotFound, NoWeights, UsageError
from core.settings import Settings
from core.weights import Form, State, find_weights, get_weights, survey
from core.weights.care import check, remove
from core.weights.checkpoint import WHOLE
from core.weights.inventory import LOCAL, Origin
from core.weights.manifest import MANIFEST
from core.weights.pull import pull_from
from tests.unit.weights.conftest import MODEL
from tests.unit.weights.folders import cut, make_checkpoint, make_export


@pytest.fixture
def model(known: Path, settings: Settings, published: Path) -> Path:
    """The folder of the small model, taken from a folder; its files may be spoilt."""
    return pull_from(settings, published).folder


@pytest.fixture
def local(known: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose SHELFLENS_MODEL names a checkpoint."""
    monkeypatch.setenv("SHELFLENS_MODEL", str(make_checkpoint(tmp_path / "mine")))
    return Settings()


def spoil(path: Path) -> None:
    """Another content of the same size, in a file of its own."""
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.unlink()
    path.write_bytes(data)


def test_a_right_model_is_found_right(model: Path, settings: Settings) -> None:
    [found] = check(settings)
    assert (found.model_id, found.form, found.folder, found.fault) == (MODEL, Form.SAFETENSORS, model, None)


def test_a_check_names_the_wrong_file_and_nothing_loads_the_model_until_it_is_mended(
    model: Path, settings: Settings, published: Path
) -> None:
    spoil(model / WHOLE)
    assert len(find_weights(settings)) == 1  # its size is right: only hashes tell
    [found] = check(settings)
    assert found.fault is not None
    assert WHOLE in found.fault.en and WHOLE in found.fault.zh
    assert find_weights(settings) == []
    state = survey(settings)[0].forms[0]
    assert (state.state, state.reason) == (State.DAMAGED, found.fault)
    pull_from(settings, published)
    assert (check(settings)[0].fault, len(find_weights(settings))) == (None, 1)


@pytest.mark.parametrize("name", [WHOLE, "config.json"])
def test_a_missing_or_shortened_file_shows_without_a_check(model: Path, settings: Settings, name: str) -> None:
    (model / name).unlink()
    assert find_weights(settings) == []
    state = survey(settings)[0].forms[0]
    assert state.state is State.DAMAGED and state.reason is not None and name in state.reason.en


def test_a_manifest_that_cannot_be_read_is_damage(model: Path, settings: Settings) -> None:
    cut(model / MANIFEST, 30)
    assert find_weights(settings) == []
    assert survey(settings)[0].forms[0].state is State.DAMAGED
    assert check(settings)[0].fault is not None


def test_a_removed_form_gives_its_disk_back(model: Path, settings: Settings) -> None:
    size = find_weights(settings)[0].bytes
    assert remove(settings, MODEL, Form.SAFETENSORS) == size
    assert not model.exists()
    assert survey(settings)[0].forms[0].state is State.ABSENT


def test_what_is_not_here_cannot_be_removed(known: Path, settings: Settings) -> None:
    with pytest.raises(NotFound, match="openvino-int8"):
        remove(settings, MODEL, Form.INT8)


def test_the_weights_asked_for_come_in_the_order_of_the_question(
    model: Path, settings: Settings, tmp_path: Path
) -> None:
    pull_from(settings, make_export(tmp_path / "export"))
    assert get_weights(settings, Form.INT8, Form.SAFETENSORS).form is Form.INT8
    assert get_weights(settings, Form.INT4, Form.SAFETENSORS).form is Form.SAFETENSORS
    with pytest.raises(ModelNotHere, match="openvino-int4"):
        get_weights(settings, Form.INT4)


def test_a_named_folder_is_used_where_it_lies_and_instead_of_all_else(model: Path, local: Settings) -> None:
    [weights] = find_weights(local)
    assert (weights.model_id, weights.origin) == (f"{LOCAL}/mine", Origin.FOLDER)
    assert str(weights.folder) == local.model
    assert [state.model_id for state in survey(local)] == [f"{LOCAL}/mine", MODEL]


def test_a_named_folder_that_cannot_be_used_says_why(local: Settings) -> None:
    (Path(local.model) / WHOLE).unlink()
    assert find_weights(local) == []
    with pytest.raises(NoWeights):
        get_weights(local)
    state = survey(local)[0].forms[0]
    assert state.state is State.DAMAGED and state.reason is not None and "no weights" in state.reason.en


def test_a_named_folder_is_checked_as_far_as_it_can_be_and_never_removed(local: Settings) -> None:
    before = sorted(path.name for path in Path(local.model).iterdir())
    [found] = check(local)
    assert found.fault is None and found.note is not None and "manifest" in found.note.en
    with pytest.raises(UsageError, match="your own folder"):
        remove(local, f"{LOCAL}/mine", Form.SAFETENSORS)
    assert sorted(path.name for path in Path(local.model).iterdir()) == before


def test_a_folder_of_ours_named_by_setting_is_held_against_its_manifest(
    model: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(model / WHOLE)
    monkeypatch.setenv("SHELFLENS_MODEL", str(model))
    local, _ = check(Settings())
    assert local.fault is not None and WHOLE in local.fault.en


def test_an_unknown_model_is_named(known: Path, settings: Settings) -> None:
    with pytest.raises(NotFound, match="Acme/Other"):
        check(settings, "Acme/Other")
