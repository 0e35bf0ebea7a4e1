"""Where and when an ad was seen: kept at upload, changed later, and the year of what is printed without one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlite_utils import Database

from core.ads.seen import change_seen
from core.errors import NotFound, UsageError
from core.incoming.intake import Batch, Upload, accept
from core.records.standing import YEAR_RULE, refresh_record
from core.reviewing.review import accept_record, load_record
from core.settings import Settings
from core.store import items, records, runs
from core.types import Kind
from core.values.periods import with_year
from tests.seeding import picture, read_value, seed_records

SEEN = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("start", "end", "near", "dated"),
    [
        ("--06-01", "--06-18", SEEN, ("2026-06-01", "2026-06-18")),
        ("--12-20", "--01-05", date(2026, 1, 2), ("2025-12-20", "2026-01-05")),
        ("--12-20", "--01-05", date(2026, 12, 15), ("2026-12-20", "2027-01-05")),
        ("--12-28", None, date(2027, 1, 3), ("2026-12-28", None)),
        (None, "--01-03", date(2026, 12, 20), (None, "2027-01-03")),
        ("2026-12-20", "--01-05", SEEN, ("2026-12-20", "2027-01-05")),
        ("--12-20", "2027-01-05", SEEN, ("2026-12-20", "2027-01-05")),
        ("--06-01", "2024-06-18", SEEN, ("2024-06-01", "2024-06-18")),
        ("--02-29", "--03-02", date(2028, 3, 1), ("2028-02-29", "2028-03-02")),
        ("--02-29", None, date(2026, 3, 1), ("--02-29", None)),
        ("2026-06-01", "2026-06-18", date(2020, 1, 1), ("2026-06-01", "2026-06-18")),
        ("see_package", "--06-18", SEEN, ("see_package", "2026-06-18")),
        (None, None, SEEN, (None, None)),
    ],
)
def test_the_year_is_the_nearest_one(
    start: str | None, end: str | None, near: date, dated: tuple[str | None, str | None]
) -> None:
    assert with_year(start, end, near) == dated


@pytest.fixture
def ad(db: Database, settings: Settings) -> int:
    """A read poster with a period of 1 to 18 June and no year, without a day on which it was seen."""
    (item,) = seed_records(db, settings, products=0, ads=1)
    change_seen(db, [item], {"seen_on": ""})
    fields = {"offer_start": read_value("--06-01", 1), "offer_end": read_value("--06-18", 2)}
    runs.put_prediction(
        db,
        runs.Prediction(
            item_id=item, kind=Kind.AD, engine="ocr", run_ids=(), rules_version="t", cached=False, fields=fields
        ),
    )
    refresh_record(db, item)
    return item


def test_a_day_without_a_year_is_dated_and_says_whence(db: Database, ad: int) -> None:
    change_seen(db, [ad], {"seen_on": "2025-06-10"})
    field = load_record(db, ad).fields["offer_end"]
    assert field.value == "2025-06-18"
    (finding,) = [found for found in field.findings if found.rule == YEAR_RULE]
    assert "2025-06-10" in finding.message.en
    assert "2025-06-10" in finding.message.zh
    record = records.find_record(db, ad)
    assert record is not None
    assert record.fields["offer_start"].value == "2025-06-01"


def test_a_corrected_day_corrects_the_year_even_of_a_verified_record(db: Database, ad: int) -> None:
    change_seen(db, [ad], {"seen_on": "2025-06-10"})
    accept_record(db, ad, reviewer="ana")
    change_seen(db, [ad], {"seen_on": "2024-06-10"})
    assert load_record(db, ad).fields["offer_end"].value == "2024-06-18"


def test_a_year_that_a_person_typed_stays(db: Database, ad: int) -> None:
    accept_record(db, ad, {"offer_end": "2023-06-18"}, reviewer="ana")
    change_seen(db, [ad], {"seen_on": "2025-06-10"})
    field = load_record(db, ad).fields["offer_end"]
    assert field.value == "2023-06-18"
    assert not [found for found in field.findings if found.rule == YEAR_RULE]


def test_without_a_day_the_upload_dates_it_and_that_is_said(db: Database, ad: int) -> None:
    field = load_record(db, ad).fields["offer_start"]
    assert abs(int(field.value[:4]) - date.today().year) <= 1
    assert any("uploaded" in finding.message.en for finding in field.findings)


def test_an_upload_keeps_where_it_was_seen(db: Database, settings: Settings) -> None:
    batch = Batch(kind="ad", platform=" 小红书 ", url="https://example.org/p/1", campaign="618")
    (outcome,) = accept(db, settings, [Upload("a.jpg", picture(1))], batch)
    (fetched,) = accept(
        db, settings, [Upload("b.jpg", picture(2), source="https://example.org/b.jpg")], Batch(kind="ad")
    )
    (zipped,) = accept(db, settings, [Upload("c.jpg", picture(3), source="photos.zip")], Batch(kind="ad"))
    assert outcome.item_id and fetched.item_id and zipped.item_id
    item = items.get_item(db, outcome.item_id)
    assert (item.platform, item.url, item.campaign) == ("小红书", "https://example.org/p/1", "618")
    assert items.get_item(db, fetched.item_id).url == "https://example.org/b.jpg"
    assert items.get_item(db, zipped.item_id).url == ""
    assert records.list_platforms(db) == ["小红书"]


def test_many_are_changed_at_once_and_found_by_it(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, products=0, ads=3)
    change_seen(db, made[:2], {"platform": "抖音", "campaign": "双11", "seen_on": "2026-11-01"})
    found = records.list_records(db, records.Filters(campaign="双11"))
    assert {record.item_id for record in found} == set(made[:2])
    assert {(record.platform, record.seen_on) for record in found} == {("抖音", "2026-11-01")}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seen_on": "yesterday"}, "no date"),
        ({"seen_on": (date.today() + timedelta(days=2)).isoformat()}, "not come yet"),
        ({"url": "javascript:alert(1)"}, "no web address"),
        ({"url": "http://[broken"}, "no web address"),
        ({"campaign": "x" * 201}, "200 are the limit"),
        ({"colour": "red"}, "not known"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_changes_nothing(
    db: Database, settings: Settings, changes: dict[str, str], said: str
) -> None:
    made = seed_records(db, settings, products=0, ads=2)
    before = [items.get_item(db, item) for item in made]
    with pytest.raises(UsageError, match=said):
        change_seen(db, made, {"platform": "抖音", **changes})
    with pytest.raises(NotFound):
        change_seen(db, [*made, 999], {"platform": "抖音"})
    assert [items.get_item(db, item) for item in made] == before
