"""The Engines page's adapters: figures before a promotion, one click back, and training data."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.background.tasks import LIGHT, Bench, serve_task
from core.engines.language.version import language_version
from core.finetune.gate import Figures
from core.finetune.overview import latest_data_set
from core.finetune.paired import Pairs, Tally, overall
from core.readers import Readers
from core.reviewing import review
from core.settings import Settings
from core.store.gates import Gate, list_promotions, put_gate
from core.store.tasks import TaskKind, list_latest
from core.types import Bilingual
from core.weights.adapters import ADAPTER, Adapter, weights_digest
from core.weights.promoted import keep_adapter, name_in_use
from tests.pages.app import open_page
from tests.pages.test_engines_page import keys, words
from tests.seeding import seed_records
from tests.tiny.adapter import make_adapter


@pytest.fixture
def local(db: Database, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SHELFLENS_MODEL", str(tiny_checkpoint))
    return Settings()


@pytest.fixture
def adapter(local: Settings, tmp_path: Path, tiny_checkpoint: Path) -> Adapter:
    return keep_adapter(local, make_adapter(tmp_path / "oats", tiny_checkpoint))


def compared(db: Database, local: Settings, adapter: Adapter, **more: Any) -> Gate:
    from core.finetune.gate import present_tools

    present = present_tools(db, local, Readers(local), "qwen3vl").engine.revision
    pairs = (
        Pairs(kind="product", field="name", both=60, won=15, lost=1, neither=4),
        Pairs(kind="ad", field="brand", both=60, won=2, lost=1, neither=4),
    )
    tallies = [Tally(values=2, won=int(n < 17), lost=int(n > 77)) for n in range(80)]
    figures = Figures(fields=pairs, whole=overall(pairs, tallies), failed_before=0, failed_after=0)
    values = {
        "adapter": adapter.name, "digest": adapter.digest, "revision": f"{present.partition('+')[0]}+{adapter.digest}",
        "against": "qwen3vl", "against_revision": present, "prompt_version": language_version(), "records": 80,
        "photos": 91, "figures": figures.model_dump(mode="json"), "go": True, "reasons": (), "asked_by": "ann",
    }  # fmt: skip
    return put_gate(db, Gate(**values | more))


def button(app: AppTest, name: str, adapter: Adapter) -> Any:
    return app.button(key=f"engines_{name}_{adapter.name}")


@pytest.mark.parametrize(("lang", "title", "badge"), [("en", "Adapters", "not compared"), ("zh", "适配器", "未比较")])
def test_one_that_was_not_compared_offers_the_comparison_alone(
    lang: str, title: str, badge: str, adapter: Adapter, db: Database
) -> None:
    app = open_page("engines", lang)
    assert title in words(app) and badge in words(app) and adapter.digest in words(app)
    assert f"engines_promote_{adapter.name}" not in keys(app)
    button(app, "compare", adapter).click().run()
    (task,) = list_latest(db)
    assert (task.kind, task.subject, task.asked_by) == (TaskKind.COMPARE, adapter.name, "tester")
    assert button(app, "compare", adapter).disabled


def test_a_go_shows_its_figures_and_is_put_to_use_and_rolled_back_in_a_click_each(
    db: Database, local: Settings, adapter: Adapter
) -> None:
    compared(db, local, adapter)
    app = open_page("engines")
    assert "80 records (91 photos)" in words(app)
    table = next(frame.value for frame in app.dataframe if "standing" in frame.value)
    assert list(table["field"]) == ["Advertiser / brand (ad)", "Product name"]
    assert list(table["standing"]) == ["no difference", "better"]
    button(app, "promote", adapter).click().run()
    assert name_in_use(local) == adapter.name
    assert "in use" in words(app)
    app.button(key="engines_roll_back").click().run()
    assert name_in_use(local) == ""
    assert [(one.act, one.by) for one in list_promotions(db)] == [("roll_back", "tester"), ("promote", "tester")]
    assert "tester rolled back" in words(app).replace("\\", "")


def test_a_no_go_says_why_and_cannot_be_put_to_use(db: Database, local: Settings, adapter: Adapter) -> None:
    compared(db, local, adapter, go=False, reasons=(Bilingual(en="Worse with it: Brand.", zh="变差：品牌。"),))
    app = open_page("engines")
    assert "Worse with it: Brand" in words(app).replace("\\", "") and "no go" in words(app)
    assert f"engines_promote_{adapter.name}" not in keys(app)


def test_a_comparison_that_no_longer_holds_asks_for_another(db: Database, local: Settings, adapter: Adapter) -> None:
    compared(db, local, adapter, prompt_version="older")
    app = open_page("engines")
    assert "compare again" in words(app) and "the prompt has changed" in words(app)
    assert f"engines_promote_{adapter.name}" not in keys(app)


def test_the_same_weights_under_two_names_are_two_adapters(
    db: Database, local: Settings, adapter: Adapter, tmp_path: Path
) -> None:
    other = keep_adapter(local, Path(shutil.copytree(adapter.folder, tmp_path / "again")))
    assert (other.digest, other.name) != (adapter.digest, adapter.name) and other.digest == adapter.digest
    app = open_page("engines")
    assert {f"engines_compare_{each.name}" for each in (adapter, other)} <= set(keys(app))


@pytest.mark.parametrize(("lang", "badge"), [("en", "for another model"), ("zh", "适用于其他模型")])
def test_one_for_another_base_is_told_with_both_and_cannot_be_put_to_use(
    db: Database, local: Settings, tiny_checkpoint: Path, tmp_path: Path, lang: str, badge: str
) -> None:
    from safetensors.numpy import load_file, save_file

    base = Path(shutil.copytree(tiny_checkpoint, tmp_path / tiny_checkpoint.name))
    weights = {name: 2 * tensor for name, tensor in load_file(base / "model.safetensors").items()}
    save_file(weights, base / "model.safetensors", metadata={"format": "pt"})
    adapter = keep_adapter(local, make_adapter(tmp_path / "oats", base))
    compared(db, local, adapter)
    app = open_page("engines", lang)
    said = words(app).replace("\\", "")
    assert badge in said and f"engines_promote_{adapter.name}" not in keys(app)
    assert weights_digest(base) in said and weights_digest(tiny_checkpoint) in said


def test_a_damaged_adapter_in_use_is_told_with_the_way_back(db: Database, local: Settings, adapter: Adapter) -> None:
    compared(db, local, adapter)
    app = open_page("engines")
    button(app, "promote", adapter).click().run()
    (adapter.folder / ADAPTER).write_bytes(b"x" * 40)
    app = open_page("engines")
    assert any(ADAPTER in error.value.replace("\\", "") for error in app.error)
    app.button(key="engines_roll_back").click().run()
    assert name_in_use(local) == ""


def test_training_data_is_made_by_the_worker_and_said_where_it_is(db: Database, settings: Settings) -> None:
    from core.background.worker import make_tools
    from core.engines.holder import Engines

    app = open_page("engines")
    assert app.button(key="engines_data_make").disabled
    for item in seed_records(db, settings, 3, photos=3):
        review.accept_record(db, item, reviewer="ann")
    app = open_page("engines")
    assert "3 verified records" in words(app)
    app.button(key="engines_data_make").click().run()
    assert serve_task(db, Bench(make_tools(settings, "ocr"), Engines(settings), "me"), LIGHT, lambda: False)
    made = latest_data_set(settings)
    assert made is not None and made[1].examples == 3
    app = open_page("engines")
    assert "3 photos of 3 products" in words(app)
    assert any(str(made[0]) in code.value for code in app.code)
