"""What a person does on the first day: drop photos, watch them being read, correct one, take the CSV away."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from core.incoming.intake import Batch, Upload, accept
from core.incoming.samples import FOLDER, list_samples
from core.settings import Settings
from core.store import items, jobs
from core.store.items import PRIORITY_HIGH
from core.store.records import Filters, count_records, list_records
from core.types import Status
from tests.browser.server import Server
from tests.seeding import picture, seed_records

WAIT_MS = 60_000
READ_MS = 120_000
"""Three photos with the networks still to load, on a loaded machine; usual is 8 s."""


def open_upload(page: Any, server: Server) -> None:
    page.goto(server.url("/upload"))
    page.wait_for_selector(".st-key-upload_take_files button", timeout=WAIT_MS)
    page.wait_for_selector("[class*=st-key-upload_files_] input[type=file]", state="attached", timeout=WAIT_MS)


def drop(page: Any, files: Any, where: str = "files") -> None:
    page.locator(f"[class*=st-key-upload_{where}_] input[type=file]").set_input_files(files)


def add(page: Any, count: int, where: str = "files") -> None:
    label = f"Add {count} file{'' if count == 1 else 's'}"
    page.locator(f".st-key-upload_take_{where} button", has_text=label).click(timeout=WAIT_MS)


def type_new(page: Any, field: str, text: str) -> None:
    """Types a name nobody has used before into a box that offers the known ones."""
    page.locator(f".st-key-upload_{field} input").click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)


def test_three_photos_from_upload_to_a_corrected_csv(
    page: Any, serve: Callable[..., Server], db: Database, tmp_path: Path
) -> None:
    server = serve(worker=True)
    open_upload(page, server)
    page.get_by_text("By file name", exact=True).click()
    drop(page, [FOLDER / name for name in ("milk_front.jpg", "milk_back.jpg", "biscuit_zh.jpg")])
    add(page, 3)
    page.get_by_text("3 stored").wait_for(timeout=WAIT_MS)
    page.get_by_text("2 read", exact=False).wait_for(timeout=READ_MS)
    assert count_records(db, Filters(status=Status.REVIEW)) == 2

    page.get_by_role("link", name="Review").click()
    page.wait_for_function("document.activeElement?.closest('[class*=st-key-fld_]')", timeout=WAIT_MS)
    item = list_records(db, Filters(status=Status.REVIEW), order="queue")[0].item_id
    editor = page.locator(f"#fld_{item}_brand_input")
    editor.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("=Corrected, 晨露")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(f".st-key-fld_{item}_brand", state="detached", timeout=WAIT_MS)
    assert items.get_item(db, item).status is Status.VERIFIED

    page.get_by_role("link", name="Records").click()
    page.get_by_role("button", name="Export").click(timeout=WAIT_MS)
    with page.expect_download(timeout=WAIT_MS) as download:
        page.locator(".st-key-records_download button").click()
    saved = tmp_path / "records.csv"
    download.value.save_as(saved)
    assert saved.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(saved.open(encoding="utf-8-sig", newline="")))
    assert len(rows) == 3
    assert "'=Corrected, 晨露" in {cell for row in rows for cell in row}  # no formula for a spreadsheet to run


def test_samples_fill_the_dashboard_of_a_newcomer(page: Any, server: Server, db: Database) -> None:
    page.goto(server.url())
    page.get_by_role("button", name="Load the samples").click(timeout=WAIT_MS)
    page.get_by_text("Waiting for review").wait_for(timeout=60_000)
    assert count_records(db) == len(list_samples())
    page.locator(".st-key-home_latest a img").first.wait_for(timeout=WAIT_MS)
    page.wait_for_function(
        "[...document.querySelectorAll('.st-key-home_latest a img')].slice(0, 4).every(i => i.naturalWidth > 0)",
        timeout=WAIT_MS,
    )


def test_card_on_home_opens_its_record_in_the_same_session(
    page: Any, server: Server, db: Database, settings: Settings
) -> None:
    made = seed_records(db, settings, 3)
    page.goto(server.url("/?lang=zh"))
    page.locator(".st-key-home_latest a").nth(1).click(timeout=WAIT_MS)
    page.wait_for_selector(f".st-key-fld_{made[1]}_brand", timeout=WAIT_MS)
    assert f"item={made[1]}" in page.url
    assert page.get_by_role("link", name="审核").is_visible()


def test_new_names_typed_by_the_uploader_are_kept(page: Any, server: Server, db: Database) -> None:
    open_upload(page, server)
    type_new(page, "brand", "Novella 诺维")
    type_new(page, "campaign", "11.11")
    page.get_by_text("High", exact=True).click()
    drop(page, {"name": "奶粉 正面.jpg", "mimeType": "image/jpeg", "buffer": picture(1)})
    add(page, 1)
    page.get_by_text("1 stored").wait_for(timeout=WAIT_MS)
    item = items.get_item(db, list_records(db)[0].item_id)
    assert (item.competitor, item.campaign, item.priority) == ("Novella 诺维", "11.11", PRIORITY_HIGH)


def test_typing_is_not_disturbed_while_progress_is_followed(
    page: Any, server: Server, db: Database, settings: Settings
) -> None:
    list(accept(db, settings, [Upload(f"{n}.jpg", picture(n)) for n in range(3)], Batch()))
    open_upload(page, server)
    page.get_by_role("tab", name="Web addresses").click()
    page.locator(".st-key-upload_urls_text textarea").click()
    for letter in "https://example.com/a-long-address.jpg":
        page.keyboard.type(letter)
        page.wait_for_timeout(120)  # in all three looks at the queue
    assert page.locator(".st-key-upload_urls_text textarea").input_value() == "https://example.com/a-long-address.jpg"


def test_polling_stops_when_nothing_is_left_to_read(
    page: Any, server: Server, db: Database, settings: Settings
) -> None:
    list(accept(db, settings, [Upload("a.jpg", picture(1))], Batch()))
    frames: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    open_upload(page, server)
    page.get_by_text("1 waiting").wait_for(timeout=WAIT_MS)
    before = len(frames)
    page.wait_for_timeout(4000)
    assert len(frames) > before
    job = jobs.claim(db, "test", lease_s=30, max_attempts=3)
    assert job is not None
    jobs.finish(db, job.id, "test", jobs.JobState.DONE, ms=10)
    page.get_by_text("1 waiting").wait_for(state="detached", timeout=WAIT_MS)
    page.wait_for_timeout(2500)
    settled = len(frames)
    page.wait_for_timeout(4000)
    assert len(frames) == settled


def test_folder_with_a_product_in_each_subfolder_makes_items_of_them(
    page: Any, server: Server, db: Database, tmp_path: Path
) -> None:
    for number, name in enumerate(["milk/front.jpg", "milk/back.jpg", "tea/front.jpg"]):
        target = tmp_path / "shelf" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(picture(number))
    (tmp_path / "shelf" / "Thumbs.db").write_bytes(b"x")
    open_upload(page, server)
    page.get_by_text("By file name", exact=True).click()
    page.get_by_role("tab", name="Folder").click()
    drop(page, tmp_path / "shelf", where="folder")
    add(page, 3, where="folder")
    page.get_by_text("3 stored").wait_for(timeout=WAIT_MS)
    assert sorted(record.photos for record in list_records(db)) == [1, 2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_ask_nothing_of_other_machines(page: Any, server: Server, scheme: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(color_scheme=scheme)
    for path in ("/", "/upload"):
        page.goto(server.url(path))
        page.wait_for_selector("h1", timeout=WAIT_MS)
        page.wait_for_timeout(800)
    assert [url for url in asked if not url.startswith((server.base, "data:", "blob:"))] == []
