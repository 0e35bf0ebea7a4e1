"""Fetching a model over real HTTP: whole, cut, stopped, resumed, tampered with, and taken from a folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import (
    ModelBusy,
    NotEnoughDisk,
    NotFound,
    PullFailed,
    UsageError,
    WeightsIncomplete,
    WrongHash,
)
from core.settings import Settings
from core.weights import Form, Phase, Progress, State, Stopped, find_weights, get_model, space, survey
from core.weights.checkpoint import WHOLE
from core.weights.inventory import Origin
from core.weights.manifest import MANIFEST, PLAN, read_manifest
from core.weights.pull import pull, pull_from
from tests.unit.weights.conftest import MODEL, write_catalogue
from tests.unit.weights.folders import cut, make_checkpoint, make_export, make_sharded
from tests.unit.weights.hub_server import COMMIT, TinyHub, files_of


def state_of(settings: Settings) -> State:
    return survey(settings)[0].forms[0].state


def test_a_pull_brings_the_wanted_files_and_nothing_else(server: TinyHub, settings: Settings, folder: Path) -> None:
    reports: list[Progress] = []
    weights = pull(settings, on_progress=reports.append)
    assert weights == find_weights(settings)[0]
    assert (weights.model_id, weights.form, weights.folder) == (MODEL, Form.SAFETENSORS, folder)
    assert (weights.revision, weights.origin) == (COMMIT, Origin.PULLED)
    wanted = {name for name in server.files if get_model().wants(name)}
    assert {path.name for path in folder.iterdir()} == wanted | {MANIFEST}
    assert {sent.name for sent in server.sent} == wanted == {
        "config.json", "tokenizer.json", "tokenizer_config.json", "preprocessor_config.json", "chat_template.jinja",
        WHOLE,
    }  # fmt: skip
    assert all((folder / name).read_bytes() == server.files[name] for name in wanted)


def test_the_manifest_says_where_every_byte_came_from(server: TinyHub, settings: Settings, folder: Path) -> None:
    pull(settings)
    manifest = read_manifest(folder)
    assert manifest is not None
    assert (manifest.model_id, manifest.revision, manifest.source) == (MODEL, COMMIT, server.address)
    for entry in manifest.files:
        assert entry.sha256 == hashlib.sha256(server.files[entry.name]).hexdigest()


def test_progress_counts_up_to_the_whole(server: TinyHub, settings: Settings) -> None:
    reports: list[Progress] = []
    weights = pull(settings, on_progress=reports.append)
    loading = [report for report in reports if report.phase is Phase.DOWNLOADING]
    assert [report.done for report in loading] == sorted(report.done for report in loading)
    assert (loading[0].done, loading[-1].done) == (0, weights.bytes)
    assert {report.total for report in loading} == {weights.bytes}
    assert reports[0].phase is Phase.ASKING


def test_a_cut_connection_is_taken_up_where_it_broke(server: TinyHub, settings: Settings, folder: Path) -> None:
    server.cut_after = 5000
    pull(settings)
    first, second = server.of(WHOLE)
    assert (first.range, second.range) == ("", "bytes=5000-")
    assert first.bytes + second.bytes == len(server.files[WHOLE])
    assert (folder / WHOLE).read_bytes() == server.files[WHOLE]


def test_a_pull_that_gave_up_goes_on_with_the_next_one(server: TinyHub, settings: Settings, folder: Path) -> None:
    original = server.files[WHOLE]
    _fail_after(server, settings, 2000)
    [state] = [form for form in survey(settings)[0].forms if form.form is Form.SAFETENSORS]
    small = sum(len(data) for name, data in server.files.items() if get_model().wants(name) and name != WHOLE)
    assert (state.state, state.bytes) == (State.PARTIAL, small + 2000)
    assert state.total == small + len(original)
    assert find_weights(settings) == []
    server.status = 0
    server.sent.clear()
    pull(settings)
    assert [(sent.name, sent.range, sent.bytes) for sent in server.sent] == [
        (WHOLE, "bytes=2000-", len(original) - 2000)
    ]
    assert state_of(settings) is State.COMPLETE


def _fail_after(server: TinyHub, settings: Settings, count: int) -> None:
    """The connection breaks after `count` bytes of the weights; from then on the server has only errors to offer."""
    server.cut_after, server.after_cut = count, 503
    with pytest.raises(PullFailed, match="503"):
        pull(settings)


def test_a_server_that_knows_no_ranges_sends_the_file_anew(server: TinyHub, settings: Settings, folder: Path) -> None:
    server.cut_after, server.ranges = 5000, False
    reports: list[Progress] = []
    weights = pull(settings, on_progress=reports.append)
    assert [sent.range for sent in server.of(WHOLE)] == ["", "bytes=5000-"]
    assert (folder / WHOLE).read_bytes() == server.files[WHOLE]
    assert [report.done for report in reports if report.phase is Phase.DOWNLOADING][-1] == weights.bytes


def test_a_stop_ends_a_pull_within_one_piece_and_keeps_what_came(
    server: TinyHub, settings: Settings, folder: Path
) -> None:
    server.gate = threading.Event()
    asked = []

    def stopped() -> bool:
        begun = folder / f"{WHOLE}.incomplete"
        asked.append((begun.exists() and begun.stat().st_size > 0) or bool(server.of(WHOLE)))
        return asked[-1]

    with pytest.raises(Stopped):
        pull(settings, stopped=stopped)
    server.gate.set()
    assert asked.count(True) == 1
    assert state_of(settings) is State.PARTIAL
    server.gate = None
    server.sent.clear()
    pull(settings)
    assert {sent.name for sent in server.sent} == {WHOLE}
    assert state_of(settings) is State.COMPLETE


def test_a_branch_is_resolved_once_and_its_commit_stays(server: TinyHub, settings: Settings, known: Path) -> None:
    write_catalogue(known, revision="main")
    _fail_after(server, settings, 2000)
    assert server.asked == [f"/api/models/{MODEL}/revision/main?blobs=true"]
    server.status = 0
    weights = pull(settings)
    assert server.asked[1:] == [f"/api/models/{MODEL}/revision/{COMMIT}?blobs=true"]
    assert weights.revision == COMMIT


def test_a_file_with_another_hash_is_named_and_not_kept(server: TinyHub, settings: Settings, folder: Path) -> None:
    server.claims[WHOLE] = server.files[WHOLE][:-1] + b"x"
    with pytest.raises(WrongHash) as caught:
        pull(settings)
    for words in (caught.value.message.en, caught.value.message.zh):
        assert WHOLE in words and server.address in words
        assert hashlib.sha256(server.files[WHOLE]).hexdigest() in words
    assert not (folder / WHOLE).exists() and not (folder / f"{WHOLE}.incomplete").exists()
    assert (state_of(settings), find_weights(settings)) == (State.PARTIAL, [])


def test_a_small_file_is_held_against_gits_hash(server: TinyHub, settings: Settings, folder: Path) -> None:
    server.claims["config.json"] = b" " * len(server.files["config.json"])
    with pytest.raises(WrongHash, match=r"config\.json"):
        pull(settings)
    assert not (folder / "config.json").exists()


def test_a_mirror_that_names_another_hash_than_the_catalogue_is_asked_for_nothing(
    server: TinyHub, settings: Settings, known: Path
) -> None:
    write_catalogue(known, sha256=f'"{WHOLE}" = "{"0" * 64}"')
    with pytest.raises(WrongHash, match=WHOLE):
        pull(settings)
    assert server.sent == []


def test_a_disk_that_is_too_small_is_named_before_any_byte(
    server: TinyHub, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, space.SPARE + 99))
    with pytest.raises(NotEnoughDisk) as caught:
        pull(settings)
    for words in (caught.value.message.en, caught.value.message.zh):
        assert words.count("GiB") == 2 and str(settings.data) in words
    assert server.sent == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"id": "Acme/Other"}, "no such model"),
        ({"commit": "a" * 40}, "no such revision"),
        ({"status": 403}, "403"),
        ({"status": 500}, "500"),
        ({"files": {"config.json": b"{}"}}, r"no \.safetensors"),
    ],
)
def test_what_the_hub_refuses_is_said(change: dict, says: str, server: TinyHub, settings: Settings) -> None:
    for name, value in change.items():
        setattr(server, name, value)
    with pytest.raises(PullFailed, match=says) as caught:
        pull(settings)
    for words in (caught.value.message.en, caught.value.message.zh):
        assert MODEL in words and server.address in words


def test_a_file_name_that_leads_out_of_the_folder_is_never_fetched(server: TinyHub, settings: Settings) -> None:
    server.files |= {"../../escaped.json": b"{}", "/etc/escaped.json": b"{}", "sub/escaped.json": b"{}"}
    pull(settings)
    assert not [sent.name for sent in server.sent if "escaped" in sent.name]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("model.safetensors", True),
        ("model-00001-of-00002.safetensors", True),
        ("model.safetensors.index.json", True),
        ("chat_template.jinja", True),
        ("merges.txt", True),
        ("notes.txt", False),
        ("pytorch_model.bin", False),
        ("model.pt", False),
        ("modeling_tiny.py", False),
        ("README.md", False),
        ("model.safetensors.py", False),
        ("../config.json", False),
        ("onnx/config.json", False),
        ("..\\config.json", False),
    ],
)
def test_only_harmless_files_of_the_folder_itself_are_wanted(name: str, wanted: bool) -> None:
    assert get_model("Qwen/Qwen3-VL-2B-Instruct").wants(name) is wanted


def test_a_server_that_is_not_there_is_named(known: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.weights.hub.PAUSE_S", 0.01)
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(PullFailed, match="no connection"):
            pull(settings)


@pytest.mark.parametrize("address", ["nonsense", "http://", "ftp://example.test"])
def test_an_address_that_is_none_is_named(
    address: str, known: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.weights.hub.PAUSE_S", 0.01)
    monkeypatch.setenv("HF_ENDPOINT", address)
    with pytest.raises(PullFailed, match=address):
        pull(settings)


def test_an_unknown_model_is_named_with_the_known_ones(known: Path, settings: Settings) -> None:
    with pytest.raises(NotFound, match=MODEL):
        pull(settings, "Acme/Other")


def test_a_model_that_is_here_is_checked_without_a_connection(server: TinyHub, settings: Settings) -> None:
    first = pull(settings)
    server.asked.clear()
    assert pull(settings) == first
    assert server.asked == []


def test_a_pull_mends_the_one_file_that_is_wrong(server: TinyHub, settings: Settings, folder: Path) -> None:
    first = pull(settings)
    data = bytearray((folder / WHOLE).read_bytes())
    data[-1] ^= 1
    (folder / WHOLE).write_bytes(data)
    server.sent.clear()
    assert pull(settings) == first
    assert [sent.name for sent in server.sent] == [WHOLE]
    assert (folder / WHOLE).read_bytes() == server.files[WHOLE]


def test_two_pulls_at_once_do_not_write_over_each_other(server: TinyHub, settings: Settings) -> None:
    server.gate = threading.Event()
    first = threading.Thread(target=pull, args=(settings,))
    first.start()
    try:
        _wait_until(lambda: bool(server.of(WHOLE)))
        with pytest.raises(ModelBusy, match=MODEL):
            pull(settings)
    finally:
        server.gate.set()
        first.join()
    assert state_of(settings) is State.COMPLETE


def _wait_until(happened: object) -> None:
    for _ in range(500):
        if happened():  # type: ignore[operator]
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen within 5 seconds")


@pytest.mark.parametrize(("token", "sent"), [("", {""}), ("secret", {"Bearer secret"})])
def test_nothing_says_who_asks_unless_a_token_is_set(
    token: str, sent: set[str], server: TinyHub, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    pull(settings)
    assert {headers.get("authorization", "") for headers in server.headers} == sent
    assert {headers["user-agent"] for headers in server.headers} == {"ShelfLens"}


# From a folder


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Addresses anything tried to reach; every try fails."""
    tried: list[str] = []

    def refuse(*args: object, **_: object) -> None:
        tried.append(str(args))
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield tried


def test_a_checkpoint_is_taken_from_a_folder_without_a_network(
    known: Path, settings: Settings, published: Path, folder: Path, no_network: list[str]
) -> None:
    weights = pull_from(settings, published)
    assert [weights] == find_weights(settings)
    assert weights.folder == folder
    assert {path.name for path in folder.iterdir()} == {
        "config.json", "tokenizer.json", "tokenizer_config.json", "preprocessor_config.json", "chat_template.jinja",
        WHOLE, MANIFEST,
    }  # fmt: skip
    assert files_of(published)[WHOLE] == (folder / WHOLE).read_bytes()
    assert no_network == []


def test_files_of_another_disk_are_copied(
    known: Path, settings: Settings, published: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", other_disk)
    reports: list[Progress] = []
    weights = pull_from(settings, published, on_progress=reports.append)
    assert (folder / WHOLE).stat().st_ino != (published / WHOLE).stat().st_ino
    assert {report.phase for report in reports} == {Phase.COPYING}
    assert find_weights(settings) == [weights]


def test_published_hashes_prove_the_revision_of_a_folder(known: Path, settings: Settings, published: Path) -> None:
    digest = hashlib.sha256((published / WHOLE).read_bytes()).hexdigest()
    write_catalogue(known, sha256=f'"{WHOLE}" = "{digest}"')
    assert pull_from(settings, published).revision == COMMIT


def test_other_weights_are_known_by_a_digest(known: Path, settings: Settings, published: Path) -> None:
    write_catalogue(known, sha256=f'"{WHOLE}" = "{"0" * 64}"')
    assert len(pull_from(settings, published).revision) == 12


def test_a_copy_of_a_pulled_model_keeps_its_revision(
    server: TinyHub, settings: Settings, folder: Path, tmp_path: Path
) -> None:
    pull(settings)
    stick = shutil.copytree(folder, tmp_path / "stick")
    shutil.rmtree(folder.parent)
    assert pull_from(settings, stick).revision == COMMIT


def test_a_copy_that_differs_from_its_manifest_is_refused_and_what_was_here_stays(
    server: TinyHub, settings: Settings, folder: Path, tmp_path: Path
) -> None:
    before = pull(settings)
    stick = shutil.copytree(folder, tmp_path / "stick")
    data = bytearray((stick / WHOLE).read_bytes())
    data[-1] ^= 1
    (stick / WHOLE).write_bytes(data)
    with pytest.raises(WrongHash, match=WHOLE):
        pull_from(settings, stick)
    assert find_weights(settings) == [before]
    assert (folder / WHOLE).read_bytes() == server.files[WHOLE]
    assert not [path for path in folder.parent.iterdir() if "arriving" in path.name]


def test_a_folder_that_holds_another_model_is_refused(
    server: TinyHub, settings: Settings, folder: Path, tmp_path: Path
) -> None:
    pull(settings)
    stick = shutil.copytree(folder, tmp_path / "stick")
    manifest = json.loads((stick / MANIFEST).read_text("utf-8"))
    (stick / MANIFEST).write_text(json.dumps(manifest | {"model_id": "Acme/Other"}))
    with pytest.raises(UsageError, match="Acme/Other"):
        pull_from(settings, stick)


def test_an_export_is_taken_from_a_folder_as_the_form_it_is(known: Path, settings: Settings, tmp_path: Path) -> None:
    weights = pull_from(settings, make_export(tmp_path / "export", bits=4))
    assert (weights.form, weights.origin) == (Form.INT4, Origin.PREPARED)
    assert find_weights(settings) == [weights]


def test_links_of_the_hubs_own_cache_are_followed(
    known: Path, settings: Settings, tmp_path: Path, folder: Path
) -> None:
    blobs = make_checkpoint(tmp_path / "blobs")
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    for path in blobs.iterdir():
        (snapshot / path.name).symlink_to(path)
    pull_from(settings, snapshot)
    assert not (folder / WHOLE).is_symlink()
    shutil.rmtree(snapshot)
    assert len(find_weights(settings)) == 1


def test_a_half_downloaded_folder_is_not_taken(known: Path, settings: Settings, tmp_path: Path) -> None:
    source = make_sharded(tmp_path / "half")
    cut(source / "model-00002-of-00002.safetensors", 2000)
    with pytest.raises(WeightsIncomplete):
        pull_from(settings, source)
    assert state_of(settings) is State.ABSENT


def test_a_stopped_copy_leaves_nothing(known: Path, settings: Settings, published: Path, folder: Path) -> None:
    with pytest.raises(Stopped):
        pull_from(settings, published, stopped=lambda: True)
    assert not [path.name for path in folder.parent.iterdir() if path.name != ".lock"]


def test_weights_are_found_surveyed_and_checked_without_a_socket(
    known: Path, settings: Settings, published: Path, no_network: list[str]
) -> None:
    assert find_weights(settings) == []
    assert state_of(settings) is State.ABSENT
    pull_from(settings, published)
    assert len(find_weights(settings)) == 1
    assert no_network == []


def test_the_plan_is_gone_once_the_model_is_complete(server: TinyHub, settings: Settings, folder: Path) -> None:
    pull(settings)
    assert not (folder / PLAN).exists()
