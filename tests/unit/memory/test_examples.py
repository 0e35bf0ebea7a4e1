"""Verified records as examples for a model: which are alike, what is shown of them, and the key they are part of."""

from __future__ import annotations

from typing import Any

from PIL import Image
from sqlite_utils import Database

from core.engines.language.prompts import EXAMPLES_HEAD, examples_text
from core.memory.examples import find_examples, layout_likeness
from core.reading.pipeline import Tools, cache_key, read_photo
from core.reviewing.review import reopen_record
from core.schema import load_schema
from core.settings import Settings
from core.store import items, runs
from core.types import Barcode, Kind, Readings
from tests.learning import COMPANY, ELSEWHERE, as_fields, gtin, verified
from tests.unit.printed import line, page
from tests.unit.reading.test_pipeline import CountingReaders, QueuedEngine, named

SCHEMA = load_schema(Kind.PRODUCT)


class ShownEngine(QueuedEngine):
    """Takes examples and keeps what it was shown."""

    name, takes_examples = "shown", True
    shown: tuple[Any, ...] = ()

    def extract(self, given: Any) -> Any:
        self.shown = given.examples
        return super().extract(given)


def known(db: Database, settings: Settings, number: int, company: str = COMPANY, **fields: str) -> int:
    """A verified record with a photo of its own."""
    item = verified(db, as_fields(gtin=gtin(number, company), **fields))
    blob = f"{number:064x}"
    db.conn.execute(
        "INSERT OR IGNORE INTO blobs (id, suffix, media_type, width, height, bytes, phash, notes, created_at)"
        " VALUES (?, '.jpg', 'image/jpeg', 1000, 1400, 1, ?, '[]', '')",
        (blob, f"{(number * 0x9E3779B97F4A7C15) % 2**64:016x}"),
    )
    items.add_photo(db, item, blob, "a.jpg")
    runs.put_readings(db, blob, "test", page(line("x", 50, 100)))
    return item


def seen(company: str = COMPANY, *texts: str) -> Readings:
    bars = Barcode(text=gtin(500, company), format="EAN-13", box=(0, 0, 1, 1), decoders=("zxing",))
    return page(*(line(text, 50, 100 + 60 * n) for n, text in enumerate(texts)), barcodes=(bars,))


def names(found: tuple[Any, ...]) -> list[str]:
    return [fields["name"].value for fields in found]


def test_records_of_the_same_company_are_examples_the_newest_first(db: Database, settings: Settings) -> None:
    for number, name in enumerate(("曲奇", "饼干", "蛋糕")):
        known(db, settings, number, name=name)
    known(db, settings, 9, ELSEWHERE, name="牛奶")
    assert names(find_examples(db, Kind.PRODUCT, "b", seen(), 2)) == ["蛋糕", "饼干"]
    assert find_examples(db, Kind.PRODUCT, "b", seen("952100555"), 2) == ()
    assert find_examples(db, Kind.PRODUCT, "b", seen(), 0) == ()


def test_a_brand_that_is_printed_on_the_photo_makes_a_record_alike(db: Database, settings: Settings) -> None:
    known(db, settings, 1, ELSEWHERE, name="曲奇", brand="麦朵叮")
    assert names(find_examples(db, Kind.PRODUCT, "b", seen(COMPANY, "麦朵叮食品"), 1)) == ["曲奇"]
    assert find_examples(db, Kind.PRODUCT, "b", seen(COMPANY, "山禾坊"), 1) == ()


def test_the_same_product_comes_before_newer_ones_of_its_company(db: Database, settings: Settings) -> None:
    known(db, settings, 500, name="曲奇")
    known(db, settings, 1, name="饼干")
    assert names(find_examples(db, Kind.PRODUCT, "b", seen(), 2)) == ["曲奇", "饼干"]


def test_a_photo_is_no_example_for_itself_and_a_reopened_record_for_nobody(db: Database, settings: Settings) -> None:
    item = known(db, settings, 1, name="曲奇")
    assert find_examples(db, Kind.PRODUCT, f"{1:064x}", seen(), 1) == ()
    assert names(find_examples(db, Kind.PRODUCT, "b", seen(), 1)) == ["曲奇"]
    reopen_record(db, item, reviewer="ann")
    assert find_examples(db, Kind.PRODUCT, "b", seen(), 1) == ()


def test_layouts_are_alike_where_lines_stand_in_the_same_places() -> None:
    one, other = page(line("a", 50, 100), line("b", 50, 900)), page(line("c", 55, 105), line("d", 60, 905))
    assert layout_likeness(one, other) == 1.0 and layout_likeness(one, page(line("a", 700, 500))) == 0.0
    assert layout_likeness(page(), page()) == 0.0


def test_examples_are_answers_behind_their_own_heading() -> None:
    text = examples_text(SCHEMA, [as_fields(brand="麦朵叮")], ("brand", "name"))
    assert text == f'{EXAMPLES_HEAD}\n{{"brand":"麦朵叮","name":null}}\n'
    assert examples_text(SCHEMA, []) == ""


def test_examples_are_part_of_the_cache_key_and_of_what_a_run_says_made_it(db: Database, tmp_path: Any) -> None:
    settings = Settings(data=tmp_path, examples=1)
    engine = ShownEngine(named("first"), named("second"))
    readers = CountingReaders()
    readers.read = lambda image: seen()  # type: ignore[method-assign]
    tools = Tools(settings, readers, engine)  # type: ignore[arg-type]
    blank = lambda: Image.new("RGB", (20, 20))  # noqa: E731
    without = read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)
    assert engine.shown == () and runs.list_runs(db, "b")[0].params == {}
    known(db, settings, 1, name="曲奇")
    shown = read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)
    assert names(engine.shown) == ["曲奇"] and not shown.extraction.cached and shown.run_id != without.run_id
    assert "examples" in runs.list_runs(db, "b")[1].params
    assert read_photo(db, tools, "b", blank, kind=Kind.PRODUCT).extraction.cached
    fields = as_fields(name="曲奇")
    assert cache_key("b", tools, SCHEMA, (fields,)) != cache_key("b", tools, SCHEMA)
