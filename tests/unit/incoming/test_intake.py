"""What becomes of every file that is handed in, however bad it is."""

from __future__ import annotations

import errno
import io
import os
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from imagehash import hex_to_hash
from PIL import Image, ImageDraw
from sqlite_utils import Database

from core.errors import FetchFailed, NotFound, NothingToSplit
from core.images import open_page
from core.incoming.intake import (
    NEAR_BITS,
    Batch,
    Grouping,
    Outcome,
    State,
    Upload,
    accept,
    accept_urls,
    cancel_reading,
    merge_items,
    parse_urls,
    read_again,
    split_item,
)
from core.settings import Settings
from core.store import blobs, items, jobs
from core.store.db import open_store
from core.store.items import PRIORITY_HIGH
from core.store.records import find_record
from core.types import Kind, Status
from tests.seeding import picture, seed_records

EXIF_ORIENTATION = 0x0112


def take(db: Database, settings: Settings, *files: tuple[str, bytes], **batch: object) -> list[Outcome]:
    uploads = [Upload(name, data) for name, data in files]
    return list(accept(db, settings, uploads, Batch(**batch)))  # type: ignore[arg-type]


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)  # type: ignore[arg-type]
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def declared_png(width: int, height: int) -> bytes:
    """A PNG whose header promises these pixels; there are none."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def scene(seed: int = 1, size: tuple[int, int] = (320, 240)) -> Image.Image:
    return Image.open(io.BytesIO(picture(seed, size)))


def animated() -> bytes:
    return encoded(scene(1), "GIF", save_all=True, append_images=[scene(2), scene(3)])


def turned() -> bytes:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    return encoded(scene(4), "JPEG", exif=exif)


REFUSED = {
    "empty.jpg": (b"", "0 bytes", "空文件"),
    "text.jpg": (b"Dear supplier, the photos follow.\n", "plain text", "纯文本"),
    "truncated.jpg": (picture(1, (900, 700))[:9000], "damaged", "已损坏"),
    "huge.png": (declared_png(30_000, 30_000), "30000 × 30000", "30000 × 30000"),
    "manual.pdf": (b"%PDF-1.7\n%\xe2\xe3", "PDF", "PDF"),
}

ACCEPTED = {
    "cmyk.jpg": (encoded(scene(5).convert("CMYK"), "JPEG"), "CMYK"),
    "deep.png": (encoded(Image.fromarray((np.arange(64 * 64).reshape(64, 64) * 16).astype(np.uint16)), "PNG"), ""),
    "palette.png": (encoded(scene(6).convert("P"), "PNG"), ""),
    "transparent.png": (encoded(scene(7).convert("RGBA"), "PNG"), ""),
    "animated.gif": (animated(), "first of its 3 frames"),
    "turned.jpg": (turned(), "upright"),
    "wrongly named.txt": (picture(8), ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unusable_file_is_refused_with_its_reason_in_both_languages(
    db: Database, settings: Settings, name: str
) -> None:
    data, english, chinese = REFUSED[name]
    (outcome,) = take(db, settings, (name, data))
    assert outcome.state is State.REFUSED and outcome.item_id is None and outcome.message is not None
    assert english in outcome.message.en and name in outcome.message.en
    assert chinese in outcome.message.zh and name in outcome.message.zh


@pytest.mark.parametrize("name", ACCEPTED)
def test_odd_but_sound_picture_is_stored_and_says_what_was_done_to_it(
    db: Database, settings: Settings, name: str
) -> None:
    data, note = ACCEPTED[name]
    (outcome,) = take(db, settings, (name, data))
    assert outcome.state is State.STORED
    assert note in " ".join(n.en for n in outcome.notes)
    (photo,) = items.list_photos(db, outcome.item_id or 0)
    assert blobs.read_blob(db, settings, photo.blob) == data


def test_one_bad_file_takes_no_good_one_with_it(db: Database, settings: Settings) -> None:
    bad = [(name, data) for name, (data, *_) in REFUSED.items()]
    good = [(f"{n}.jpg", picture(n)) for n in range(len(bad))]
    mixed = [file for pair in zip(bad, good, strict=True) for file in pair]
    states = [outcome.state for outcome in take(db, settings, *mixed)]
    assert states == [State.REFUSED, State.STORED] * len(bad)


def test_turned_photo_is_stored_upright(db: Database, settings: Settings) -> None:
    (outcome,) = take(db, settings, ("turned.jpg", turned()))
    blob = blobs.find_blob(db, items.list_photos(db, outcome.item_id or 0)[0].blob)
    assert blob is not None and (blob.width, blob.height) == (240, 320)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("奶粉 正面.jpg", "奶粉 正面.jpg"),
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\photos\\rice.jpg", "rice.jpg"),
        ("a\x00b\u202egpj.exe.jpg", "abgpj.exe.jpg"),
        ("..", "unnamed"),
    ],
)
def test_file_name_is_shown_without_its_path(db: Database, settings: Settings, given: str, shown: str) -> None:
    (outcome,) = take(db, settings, (given, picture(1)))
    assert outcome.name == shown
    assert [photo.name for photo in items.list_photos(db, outcome.item_id or 0)] == [shown]
    assert sorted(path.parent.parent for path in settings.blobs.rglob("*.jpg")) == [settings.blobs]


def test_same_picture_twice_is_stored_once_and_names_the_item(db: Database, settings: Settings) -> None:
    as_png = encoded(scene(3), "PNG")
    first, twin, disguised = take(db, settings, ("a.jpg", picture(3)), ("b.jpg", picture(3)), ("c.png", as_png))
    assert first.state is State.STORED
    for again in (twin, disguised):
        assert again.state is State.DUPLICATE and again.item_id == first.item_id and again.message is not None
        assert str(first.item_id) in again.message.en
    assert jobs.progress(db).queued == 1


def test_photo_whose_file_vanished_is_stored_anew_by_uploading_it_again(db: Database, settings: Settings) -> None:
    take(db, settings, ("a.jpg", picture(1)))
    (file,) = (path for path in settings.blobs.rglob("*") if path.is_file())
    file.unlink()
    assert take(db, settings, ("a.jpg", picture(1)))[0].state is State.DUPLICATE
    assert file.read_bytes() == picture(1)


def test_photo_of_a_deleted_item_may_come_again(db: Database, settings: Settings) -> None:
    (first,) = take(db, settings, ("a.jpg", picture(1)))
    items.delete_item(db, first.item_id or 0)
    (again,) = take(db, settings, ("a.jpg", picture(1)))
    assert again.state is State.STORED and again.item_id != first.item_id


def test_two_uploads_of_one_photo_at_once_make_one_item(settings: Settings) -> None:
    outcomes: list[Outcome] = []
    start = threading.Barrier(2)

    def upload() -> None:
        with open_store(settings) as own:
            start.wait()
            outcomes.extend(take(own, settings, ("a.jpg", picture(1, (1200, 900)))))

    threads = [threading.Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.state for outcome in outcomes) == [State.DUPLICATE, State.STORED]
    assert len({outcome.item_id for outcome in outcomes}) == 1


def test_zip_gives_an_outcome_per_entry_and_leaves_archives_in_it_out(db: Database, settings: Settings) -> None:
    inner = zipped(**{"deep.jpg": picture(9)})
    data = zipped(**{"a.jpg": picture(1), "sub/b.jpg": picture(2), "inner.zip": inner, "note.txt": b"hello"})
    outcomes = {outcome.name: outcome for outcome in take(db, settings, ("pack.zip", data))}
    assert {name: outcome.state for name, outcome in outcomes.items()} == {
        "a.jpg": State.STORED,
        "b.jpg": State.STORED,
        "inner.zip": State.REFUSED,
        "note.txt": State.REFUSED,
    }
    message = outcomes["inner.zip"].message
    assert message is not None and "archive inside the archive" in message.en
    assert items.list_photos(db, outcomes["b.jpg"].item_id or 0)[0].source == "pack.zip"


def test_broken_zip_is_refused_whole_and_the_next_file_goes_in(db: Database, settings: Settings) -> None:
    broken, photo = take(db, settings, ("pack.zip", b"PK\x03\x04 and nothing else"), ("a.jpg", picture(1)))
    assert (broken.state, photo.state) == (State.REFUSED, State.STORED)


def test_disk_full_refuses_one_file_leaves_no_remains_and_takes_the_rest(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Iterator[bool] = iter([False, True, False])
    real = os.fsync

    def fsync(handle: int) -> None:
        if next(calls, False):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    files = [(f"{n}.jpg", picture(n)) for n in range(3)]
    before, full, after = take(db, settings, *files)
    assert (before.state, full.state, after.state) == (State.STORED, State.REFUSED, State.STORED)
    assert full.message is not None and "1.jpg could not be stored: the disk is full" in full.message.en
    assert "1.jpg" in full.message.zh and "磁盘已满" in full.message.zh
    assert len([path for path in settings.blobs.rglob("*") if path.is_file()]) == 2
    assert take(db, settings, files[1])[0].state is State.STORED


def test_full_database_refuses_files_and_takes_them_once_there_is_room(db: Database, settings: Settings) -> None:
    pages = db.conn.execute("PRAGMA page_count").fetchone()[0]
    db.conn.execute(f"PRAGMA max_page_count = {pages}")
    files = [(f"{n}.jpg", picture(n)) for n in range(40)]
    outcomes = take(db, settings, *files)
    refused = [outcome for outcome in outcomes if outcome.state is State.REFUSED]
    assert refused and all(o.message is not None and "full" in o.message.en for o in refused)
    db.conn.execute("PRAGMA max_page_count = 1000000")
    again = take(db, settings, *files)
    stored = [outcome for outcome in (*outcomes, *again) if outcome.state is State.STORED]
    assert len({outcome.item_id for outcome in stored}) == len(files)


GROUPED = [
    (Grouping.EACH, ["milk_front.jpg", "milk_back.jpg"], [["milk_front.jpg"], ["milk_back.jpg"]]),
    (Grouping.ONE, ["a.jpg", "b.jpg", "c.jpg"], [["a.jpg", "b.jpg", "c.jpg"]]),
    (Grouping.STEM, ["milk_front.jpg", "tea.jpg", "Milk_back.png"], [["milk_front.jpg", "Milk_back.png"], ["tea.jpg"]]),
    (Grouping.STEM, ["酱油正面.jpg", "醋.jpg", "酱油_配料.jpg"], [["酱油正面.jpg", "酱油_配料.jpg"], ["醋.jpg"]]),
    (Grouping.STEM, ["rice_1.jpg", "rice_2.jpg", "rice (3).jpg"], [["rice_1.jpg", "rice_2.jpg", "rice (3).jpg"]]),
    (Grouping.STEM, ["IMG_0001.jpg", "IMG_0002.jpg"], [["IMG_0001.jpg"], ["IMG_0002.jpg"]]),
    (Grouping.STEM, ["milk.jpg", "milkshake.jpg"], [["milk.jpg"], ["milkshake.jpg"]]),
    (Grouping.STEM, ["a/front.jpg", "b/front.jpg", "a/back.jpg"], [["front.jpg", "back.jpg"], ["front.jpg"]]),
    (Grouping.STEM, ["front/tea.jpg", "back/tea.jpg"], [["tea.jpg", "tea.jpg"]]),
    (Grouping.STEM, ["a/tea_1.jpg", "b/tea_2.jpg"], [["tea_1.jpg"], ["tea_2.jpg"]]),
]  # fmt: skip


@pytest.mark.parametrize(("grouping", "names", "expected"), GROUPED)
def test_files_become_items_as_asked(
    db: Database, settings: Settings, grouping: Grouping, names: list[str], expected: list[list[str]]
) -> None:
    outcomes = take(db, settings, *((n, picture(i)) for i, n in enumerate(names)), grouping=grouping)
    made = dict.fromkeys(outcome.item_id or 0 for outcome in outcomes)
    assert [[photo.name for photo in items.list_photos(db, item)] for item in made] == expected
    assert jobs.progress(db).queued == len(expected)


def test_folders_in_a_zip_keep_products_apart(db: Database, settings: Settings) -> None:
    names = ["milk/front.jpg", "tea/front.jpg", "milk/back.jpg"]
    data = zipped(**{name: picture(n) for n, name in enumerate(names)})
    milk, tea, back = take(db, settings, ("pack.zip", data), grouping=Grouping.STEM)
    assert milk.item_id == back.item_id != tea.item_id


def test_groups_of_two_uploads_stay_apart(db: Database, settings: Settings) -> None:
    (first,) = take(db, settings, ("milk_front.jpg", picture(1)), grouping=Grouping.STEM)
    (second,) = take(db, settings, ("milk_back.jpg", picture(2)), grouping=Grouping.STEM)
    assert first.item_id != second.item_id


def test_group_is_queued_when_its_last_photo_is_in_or_the_upload_breaks_off(db: Database, settings: Settings) -> None:
    uploads = [Upload(f"milk_{n}.jpg", picture(n)) for n in range(3)]
    outcomes = accept(db, settings, uploads, Batch(grouping=Grouping.ONE))
    next(outcomes)
    assert jobs.progress(db).queued == 0
    outcomes.close()
    assert jobs.progress(db).queued == 1


def test_single_file_is_queued_before_the_next_one_is_looked_at(db: Database, settings: Settings) -> None:
    outcomes = accept(db, settings, [Upload("a.jpg", picture(1)), Upload("b.jpg", picture(2))], Batch())
    next(outcomes)
    assert jobs.progress(db).queued == 1


def test_what_the_uploader_says_is_kept_and_high_priority_is_served_first(db: Database, settings: Settings) -> None:
    (plain,) = take(db, settings, ("a.jpg", picture(1)))
    (urgent,) = take(
        db,
        settings,
        ("b.jpg", picture(2)),
        kind="ad",
        competitor=" Lumina ",
        campaign="11.11",
        seen_on=date(2026, 11, 1),
        priority=PRIORITY_HIGH,
    )
    item = items.get_item(db, urgent.item_id or 0)
    assert (item.kind, item.competitor, item.campaign, item.seen_on) == ("ad", "Lumina", "11.11", "2026-11-01")
    first = jobs.claim(db, "w", lease_s=30, max_attempts=3)
    assert first is not None and first.item_id == urgent.item_id != plain.item_id


def test_rescaled_and_recompressed_copy_is_pointed_out_and_another_picture_is_not(
    db: Database, settings: Settings
) -> None:
    original = poster()
    smaller = encoded(original.resize((450, 600)), "JPEG", quality=60)
    first, near, other = take(
        db,
        settings,
        ("poster.png", encoded(original, "PNG")),
        ("small.jpg", smaller),
        ("other.png", encoded(original.transpose(Image.Transpose.ROTATE_180), "PNG")),
    )
    assert first.near == () and near.near == (first.item_id,) and other.near == ()
    assert near.state is State.STORED and near.message is not None and str(first.item_id) in near.message.zh


def test_photos_that_all_look_alike_name_only_a_few_others(db: Database, settings: Settings) -> None:
    blanks = [(f"{shade}.png", encoded(Image.new("RGB", (60, 40), (shade, shade, shade)), "PNG")) for shade in range(9)]
    assert [len(outcome.near) for outcome in take(db, settings, *blanks)] == [0, 1, 2, 3, 4, 5, 5, 5, 5]


def poster() -> Image.Image:
    image = Image.new("RGB", (900, 1200), "#f3e9d2")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 900, 300), fill="#b3202a")
    pen.ellipse((80, 380, 520, 900), fill="#2a6f97")
    pen.rectangle((560, 700, 860, 1150), fill="#ffd166")
    return image


@pytest.mark.photos
def test_near_limit_lies_between_near_pairs_and_all_others_of_the_real_photos(settings: Settings, photos: Path) -> None:
    hashes = {
        path.stem: hex_to_hash(open_page(path.read_bytes(), path.name, settings).phash)
        for path in sorted(photos.iterdir())
        if path.suffix in {".jpg", ".png"}
    }
    near = [
        ("label_margarine_sthubert_fr", "label_margarine_sthubert_fr_neardup"),
        ("ad_silkdress_168_zh", "ad_silkdress_168_zh_small"),
    ]
    others = [hashes[a] - hashes[b] for a in hashes for b in hashes if a < b and (a, b) not in near]
    assert max(hashes[a] - hashes[b] for a, b in near) <= NEAR_BITS / 2
    assert min(others) >= 2 * NEAR_BITS


def test_addresses_give_outcomes_in_order_and_one_that_fails_is_refused(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fetched:
        def __init__(self, url: str) -> None:
            self.name, self.data, self.final_url = url.rsplit("/", 1)[1], picture(len(url)), url + "?final"

    def fetch(url: str, _: Settings) -> Fetched:
        if "gone" in url:
            raise FetchFailed(url=url, reason="404")
        return Fetched(url)

    monkeypatch.setattr("core.incoming.intake.fetch_image", fetch)
    urls = ["https://x/a.jpg", "https://x/gone", "https://x/bcd.jpg", "https://x/gone2"]
    outcomes = list(accept_urls(db, settings, urls, Batch()))
    assert [(outcome.name, outcome.state) for outcome in outcomes] == [
        ("a.jpg", State.STORED),
        ("https://x/gone", State.REFUSED),
        ("bcd.jpg", State.STORED),
        ("https://x/gone2", State.REFUSED),
    ]
    assert items.list_photos(db, outcomes[0].item_id or 0)[0].source == "https://x/a.jpg?final"


def test_pasted_addresses_lose_blanks_and_repeats() -> None:
    assert parse_urls("\n https://a/1.jpg \r\n\nhttps://b/2.jpg\nhttps://a/1.jpg") == [
        "https://a/1.jpg",
        "https://b/2.jpg",
    ]
    assert parse_urls(" \n") == []


def test_merged_items_are_one_with_all_photos_queued_again(db: Database, settings: Settings) -> None:
    ids = [o.item_id or 0 for o in take(db, settings, *((f"{n}.jpg", picture(n)) for n in range(3)))]
    cancel_reading(db)
    assert merge_items(db, [ids[1], ids[0], ids[2], ids[1]]) == ids[1]
    assert [photo.name for photo in items.list_photos(db, ids[1])] == ["1.jpg", "0.jpg", "2.jpg"]
    assert items.get_item(db, ids[1]).status is Status.QUEUED and jobs.progress(db).queued == 1
    assert find_record(db, ids[0]) is None
    with pytest.raises(NotFound):
        items.get_item(db, ids[0])


def test_merging_with_a_missing_item_changes_nothing(db: Database, settings: Settings) -> None:
    (only,) = seed_records(db, settings, 1)
    with pytest.raises(NotFound):
        merge_items(db, [only, 999])
    assert items.get_item(db, only).status is Status.REVIEW


def test_split_photo_becomes_an_item_of_its_own_and_both_are_read_again(db: Database, settings: Settings) -> None:
    files = [(f"{n}.jpg", picture(n)) for n in range(3)]
    whole = take(db, settings, *files, grouping=Grouping.ONE, kind="product", competitor="晨露")[0].item_id or 0
    photos = items.list_photos(db, whole)
    new = split_item(db, whole, [photos[1].id])
    assert [photo.name for photo in items.list_photos(db, new)] == ["1.jpg"]
    assert [photo.name for photo in items.list_photos(db, whole)] == ["0.jpg", "2.jpg"]
    assert (items.get_item(db, new).kind, items.get_item(db, new).competitor) == (Kind.PRODUCT, "晨露")
    assert jobs.progress(db).queued == 2


@pytest.mark.parametrize("chosen", ["none", "all", "another item's"])
def test_split_of_none_all_or_foreign_photos_is_refused(db: Database, settings: Settings, chosen: str) -> None:
    whole = take(db, settings, ("a.jpg", picture(1)), ("b.jpg", picture(2)), grouping=Grouping.ONE)[0].item_id or 0
    other = take(db, settings, ("c.jpg", picture(3)))[0].item_id or 0
    ids = {
        "none": [],
        "all": [photo.id for photo in items.list_photos(db, whole)],
        "another item's": [photo.id for photo in items.list_photos(db, other)],
    }[chosen]
    with pytest.raises(NothingToSplit):
        split_item(db, whole, ids)


def test_cancelled_item_says_so_and_can_be_read_again(db: Database, settings: Settings) -> None:
    first, second = (o.item_id or 0 for o in take(db, settings, ("a.jpg", picture(1)), ("b.jpg", picture(2))))
    assert cancel_reading(db, [first]) == [first]
    item = items.get_item(db, first)
    assert item.status is Status.FAILED and item.error is not None and "取消" in item.error.zh
    assert items.get_item(db, second).status is Status.QUEUED
    read_again(db, [first])
    assert items.get_item(db, first).status is Status.QUEUED and jobs.progress(db).queued == 2


def test_cancelling_leaves_a_read_record_and_its_review_alone(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 1)
    read_again(db, [item_id])
    assert cancel_reading(db) == [item_id]
    assert items.get_item(db, item_id).status is Status.REVIEW


def test_cancelling_what_is_being_read_asks_its_worker_to_stop(db: Database, settings: Settings) -> None:
    (outcome,) = take(db, settings, ("a.jpg", picture(1)))
    job = jobs.claim(db, "w", lease_s=30, max_attempts=3)
    assert job is not None and cancel_reading(db, [outcome.item_id or 0]) == []
    assert not jobs.heartbeat(db, job.id, "w", lease_s=30)


def test_cancelling_all_survives_an_item_that_was_merged_away(db: Database, settings: Settings) -> None:
    ids = [o.item_id or 0 for o in take(db, settings, ("a.jpg", picture(1)), ("b.jpg", picture(2)))]
    merge_items(db, ids)
    assert sorted(cancel_reading(db)) == sorted(ids)
    assert jobs.progress(db).queued == 0
