"""The gate and what follows from it: figures on unseen products, promotion by a person, roll back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from core.background.tasks import HEAVY, Bench, ask_task, serve_task
from core.cli import main
from core.engines.language.version import language_version
from core.errors import (
    CorruptWeights,
    GateStale,
    NotFound,
    NothingToRollBack,
    NotPassed,
    NotThroughGate,
    StorageDenied,
    UsageError,
)
from core.finetune import gate as gates
from core.finetune import promotion
from core.finetune.examples import harvest
from core.finetune.gate import Figures, Question, compare, held_out, present_tools
from core.finetune.paired import Standing
from core.finetune.products import Shares, Split, product_keys
from core.finetune.promotion import promote, roll_back
from core.readers import Readers
from core.reading.pipeline import Tools
from core.reviewing import review
from core.settings import Settings
from core.store import items
from core.store.db import write
from core.store.decisions import Action, Decision, add_decision
from core.store.gates import Act, Gate, latest_gate, list_promotions, put_gate
from core.store.records import Filters, Record, list_records
from core.store.tasks import TaskKind
from core.types import FieldValue, Kind
from core.weights.adapters import ADAPTER, TRAINED_ON, Adapter
from core.weights.promoted import adapters_folder, keep_adapter, name_in_use
from tests.tiny.adapter import make_adapter
from tests.unit.finetune.conftest import Verify

MODEL = "qwen3vl"


@pytest.fixture
def local(settings: Settings, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a machine with the tiny checkpoint, for children and commands, too."""
    for name, value in {"MODEL": tiny_checkpoint, "PRECISION": "float32", "DEVICE": "cpu", "ENGINE": MODEL}.items():
        monkeypatch.setenv(f"SHELFLENS_{name}", str(value))
    return Settings()


@pytest.fixture
def adapter(local: Settings, tmp_path: Path, tiny_checkpoint: Path) -> Adapter:
    return keep_adapter(local, make_adapter(tmp_path / "oats", tiny_checkpoint))


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch, db: Database, local: Settings) -> Callable[..., Tools]:
    """Makes the two engines: `before` and `after` say of (record, field) whether it is read wrong."""

    def make(before: Callable[[int, str], bool], after: Callable[[int, str], bool]) -> Tools:
        records = list_records(db, Filters(status="verified"), order="oldest", limit=-1)
        numbers = {record.item_id: number for number, record in enumerate(records)}
        truths = {record.item_id: record.fields for record in records}

        def read(db: Database, tools: Tools, record: Record, count: Any, stopped: Any) -> gates.Answered:
            wrong = after if "+" in tools.engine.revision else before
            fields = {
                key: FieldValue(value="wrong") if wrong(numbers[record.item_id], key) else field
                for key, field in truths[record.item_id].items()
            }
            count.one_more()
            return gates.Answered(fields)

        monkeypatch.setattr(gates, "_read", read)
        return present_tools(db, local, Readers(local))

    return make


def nothing(number: int, field: str) -> bool:
    return False


def name_of(every: int) -> Callable[[int, str], bool]:
    return lambda number, field: field == "name" and number % every == 0


# What is compared


def test_records_of_products_the_adapter_has_seen_do_not_judge_it(
    db: Database, verify: Verify, adapter: Adapter
) -> None:
    seen, _, unseen = verify(3)
    record = list_records(db, Filters(items=(seen,)))[0]
    photos = [photo.blob for photo in items.list_photos(db, seen)]
    keys = sorted(product_keys(Kind.PRODUCT, record.fields, photos))
    (adapter.folder / TRAINED_ON).write_text(json.dumps({"keys": keys[:1]}))
    assert seen not in {one.item_id for one in held_out(db, adapter)}
    assert unseen in {one.item_id for one in held_out(db, adapter)}


def test_one_from_another_tool_is_judged_on_what_data_sets_keep_for_testing(
    db: Database, local: Settings, verify: Verify, tmp_path: Path, tiny_checkpoint: Path
) -> None:
    verify(30)
    foreign = keep_adapter(local, make_adapter(tmp_path / "swift", tiny_checkpoint, card=False))
    kept = {example.item_id for example in harvest(db, Shares()).examples if example.split is Split.TEST}
    assert {record.item_id for record in held_out(db, foreign)} == kept
    assert 0 < len(kept) < 30


def test_what_was_accepted_without_a_look_judges_nobody(db: Database, verify: Verify, adapter: Adapter) -> None:
    one, other = verify(2)
    value = FieldValue(value="x")
    add_decision(
        db,
        Decision(
            item_id=one,
            prediction_id=None,
            field="name",
            action=Action.AUTO,
            before=value,
            after=value,
            reviewer="auto",
        ),
    )
    assert [record.item_id for record in held_out(db, adapter)] == [other]


def test_figures_count_what_was_won_and_lost_per_field(
    db: Database, local: Settings, verify: Verify, adapter: Adapter, readers: Callable[..., Tools]
) -> None:
    verify(40)
    gate = compare(db, Question(adapter, readers(name_of(2), name_of(8)), "ann"))
    figures = Figures.model_validate(gate.figures)
    (name,) = [pair for pair in figures.fields if pair.field == "name"]
    assert (name.both, name.won, name.lost, name.neither) == (20, 15, 0, 5)
    assert name.standing is Standing.BETTER
    assert all(pair.won == pair.lost == 0 for pair in figures.fields if pair.field != "name")
    assert gate.go and gate.reasons == ()
    assert (gate.records, gate.photos, gate.against, gate.asked_by) == (40, 40, MODEL, "ann")
    assert gate.revision == f"{gate.against_revision}+{adapter.digest}"
    assert latest_gate(db, adapter.digest) == gate


@pytest.mark.parametrize(
    ("products", "before", "after", "words"),
    [
        (12, name_of(2), name_of(8), "18 more"),
        (40, nothing, nothing, "No improvement"),
        (40, name_of(8), name_of(2), "Worse with it: Product name"),
        (40, name_of(2), lambda number, field: field == "brand" and number % 8 == 0, "Worse with it: Brand"),
    ],
)
def test_a_no_go_says_why(
    products: int,
    before: Callable[[int, str], bool],
    after: Callable[[int, str], bool],
    words: str,
    db: Database,
    verify: Verify,
    adapter: Adapter,
    readers: Callable[..., Tools],
) -> None:
    verify(products)
    gate = compare(db, Question(adapter, readers(before, after), "ann"))
    assert not gate.go
    assert words in " ".join(reason.en for reason in gate.reasons)
    assert all(reason.zh for reason in gate.reasons)


def test_without_a_record_to_compare_on_it_says_what_to_do(
    db: Database, adapter: Adapter, readers: Callable[..., Tools]
) -> None:
    with pytest.raises(UsageError) as err:
        compare(db, Question(adapter, readers(nothing, nothing), "ann"))
    assert "Verify records" in err.value.message.en and "--test" in err.value.message.zh


# Promotion


def passed(db: Database, local: Settings, adapter: Adapter, **more: Any) -> Gate:
    """A gate as a comparison of today would leave it."""
    present = present_tools(db, local, Readers(local)).engine.revision
    values = {
        "adapter": adapter.name, "digest": adapter.digest, "revision": f"{present.partition('+')[0]}+{adapter.digest}",
        "against": MODEL, "against_revision": present, "prompt_version": language_version(), "records": 40,
        "photos": 40, "figures": {}, "go": True, "reasons": (), "asked_by": "ann",
    }  # fmt: skip
    return put_gate(db, Gate(**values | more))


def test_what_passed_is_put_to_use_by_a_person_and_written_down(
    db: Database, local: Settings, adapter: Adapter
) -> None:
    gate = passed(db, local, adapter)
    change = promote(db, local, adapter.name, by="ann")
    assert name_in_use(local) == adapter.name
    assert (change.act, change.adapter, change.before, change.by) == (Act.PROMOTE, adapter.name, "", "ann")
    assert (change.digest, change.gate_id) == (adapter.digest, gate.id)
    assert list_promotions(db) == [change]


def test_roll_back_goes_back_step_by_step_and_is_written_down(
    db: Database, local: Settings, adapter: Adapter, tmp_path: Path, tiny_checkpoint: Path
) -> None:
    second = keep_adapter(local, make_adapter(tmp_path / "rye", tiny_checkpoint, seed=2))
    for one in (adapter, second):
        passed(db, local, one)
        promote(db, local, one.name, by="ann")
    assert roll_back(db, local, by="wei").adapter == name_in_use(local) == adapter.name
    assert roll_back(db, local, by="wei").adapter == name_in_use(local) == ""
    with pytest.raises(NothingToRollBack):
        roll_back(db, local, by="wei")
    assert [(one.act, one.by) for one in list_promotions(db)] == [
        (Act.ROLL_BACK, "wei"), (Act.ROLL_BACK, "wei"), (Act.PROMOTE, "ann"), (Act.PROMOTE, "ann"),
    ]  # fmt: skip


def test_a_damaged_adapter_can_be_rolled_back(db: Database, local: Settings, adapter: Adapter) -> None:
    passed(db, local, adapter)
    promote(db, local, adapter.name, by="ann")
    (adapter.folder / ADAPTER).write_bytes(b"x")
    assert roll_back(db, local, by="ann").adapter == name_in_use(local) == ""


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        (None, NotThroughGate, "never compared"),
        ({"go": False, "reasons": ({"en": "Worse with it: brand.", "zh": "变差"},)}, NotPassed, "Worse with it"),
        ({"digest": "of others"}, NotThroughGate, "never compared"),
        ({"revision": "another base"}, GateStale, "the model"),
        ({"prompt_version": "older"}, GateStale, "the prompt"),
        ({"against_revision": "another adapter"}, GateStale, "the adapter in use"),
    ],
)
def test_what_has_not_passed_today_is_not_put_to_use(
    more: dict[str, Any] | None, error: Any, words: str, db: Database, local: Settings, adapter: Adapter
) -> None:
    if more is not None:
        passed(db, local, adapter, **more)
    with pytest.raises(error) as err:
        promote(db, local, adapter.name, by="ann")
    assert words in err.value.message.en and adapter.name in err.value.message.zh
    assert name_in_use(local) == "" and list_promotions(db) == []


def test_what_was_changed_since_it_passed_is_refused(db: Database, local: Settings, adapter: Adapter) -> None:
    passed(db, local, adapter)
    (adapter.folder / ADAPTER).write_bytes((adapter.folder / ADAPTER).read_bytes()[:-1] + b"\x01")
    with pytest.raises(CorruptWeights):
        promote(db, local, adapter.name, by="ann")
    with pytest.raises(NotFound):
        promote(db, local, "nobody", by="ann")


def test_where_the_file_cannot_be_written_nothing_is_noted_down(
    db: Database, local: Settings, adapter: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed(db, local, adapter)

    def denied(settings: Settings, name: str) -> None:
        raise StorageDenied(name="in_use.json", reason="read-only", folder=adapters_folder(settings))

    monkeypatch.setattr(promotion, "put_in_use", denied)
    with pytest.raises(StorageDenied):
        promote(db, local, adapter.name, by="ann")
    assert list_promotions(db) == []
    with write(db):
        pass  # the transaction was ended


# As a person starts it


def test_the_worker_compares_when_it_is_asked_on_the_page(
    db: Database, local: Settings, verify: Verify, adapter: Adapter, readers: Callable[..., Tools]
) -> None:
    from core.background.worker import make_tools
    from core.engines.holder import Engines

    verify(31)
    readers(name_of(2), nothing)
    task_id = ask_task(db, local, TaskKind.COMPARE, adapter.name, by="wei")
    assert serve_task(db, Bench(make_tools(local, "ocr"), Engines(local), "me"), HEAVY, lambda: False)
    from core.store.tasks import TaskState, get_task

    assert get_task(db, task_id).state is TaskState.DONE
    gate = latest_gate(db, adapter.digest)
    assert gate is not None and gate.go and gate.asked_by == "wei"
    with pytest.raises(NotFound):
        ask_task(db, local, TaskKind.COMPARE, "nobody", by="wei")


def test_the_command_reads_with_both_and_prints_the_figures(
    db: Database, local: Settings, verify: Verify, adapter: Adapter, tmp_path: Path,
    tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Two photos through the tiny model itself, once with the adapter and once without."""
    monkeypatch.setenv("SHELFLENS_ANSWER_TOKENS", "32")
    monkeypatch.setenv("SHELFLENS_PICTURE_PX", "64")
    verify(2)
    made = make_adapter(tmp_path / "rye", tiny_checkpoint, seed=4)
    assert main(["evaluate", "--adapter", str(made)]) == 1
    told = capsys.readouterr().out
    assert "NO GO" in told and "28 more are needed" in told
    assert "2 records (2 photos)" in told
    assert main(["evaluate", "--adapter", "nobody"]) == 2
    assert main(["evaluate", "--adapter", str(tmp_path)]) == 1
    assert "adapter_model.safetensors" in capsys.readouterr().err


def test_a_reopened_record_judges_no_longer(db: Database, verify: Verify, adapter: Adapter) -> None:
    one, other = verify(2)
    review.reopen_record(db, one, reviewer="ann")
    assert [record.item_id for record in held_out(db, adapter)] == [other]
