"""ZIP files: honest ones, odd ones and bombs."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from core.errors import ArchiveTooLarge, BadArchive, EncryptedEntry, FileTooLarge, NestedArchive
from core.incoming.archive import ArchiveEntry, Refusal, count_files, is_system_file, iter_zip
from core.settings import Settings


def packed(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def read(data: bytes, settings: Settings) -> list[ArchiveEntry | Refusal]:
    return list(iter_zip(data, "photos.zip", settings))


def names(found: list[ArchiveEntry | Refusal]) -> list[str]:
    return [entry.name for entry in found if isinstance(entry, ArchiveEntry)]


def errors(found: list[ArchiveEntry | Refusal]) -> list[type]:
    return [type(entry.error) for entry in found if isinstance(entry, Refusal)]


def test_files_come_in_order_and_what_systems_add_is_passed_over(settings: Settings) -> None:
    data = packed({"b.jpg": b"1", "a/c.jpg": b"2", "__MACOSX/._b.jpg": b"x", "a/.DS_Store": b"x", "notes.txt": b"3"})
    assert names(read(data, settings)) == ["b.jpg", "a/c.jpg", "notes.txt"]


def test_an_archive_in_the_archive_is_refused_and_the_rest_is_read(settings: Settings) -> None:
    inner = packed({"x.jpg": b"1"})
    found = read(packed({"a.jpg": b"1", "more.zip": inner, "disguised.jpg": inner, "b.jpg": b"2"}), settings)
    assert names(found) == ["a.jpg", "b.jpg"]
    assert errors(found) == [NestedArchive, NestedArchive]


def test_two_thousand_files_are_no_problem(settings: Settings) -> None:
    assert len(names(read(packed({f"{n}.jpg": b"x" for n in range(2000)}), settings))) == 2000


def test_more_files_than_the_limit_are_cut_and_said(settings: Settings) -> None:
    small = settings.model_copy(update={"max_zip_files": 3})
    found = read(packed({f"{n}.jpg": b"x" for n in range(5)}), small)
    assert (len(names(found)), errors(found)) == (3, [ArchiveTooLarge])


def test_a_bomb_is_stopped_and_the_files_before_it_are_kept(settings: Settings) -> None:
    small = settings.model_copy(update={"max_zip_mb": 12, "max_file_mb": 4})
    files = {"a.jpg": b"x", **{f"bomb{n}": bytes(8 << 20) for n in range(9)}, "b.jpg": b"x"}
    found = read(packed(files), small)
    assert names(found) == ["a.jpg"]
    assert errors(found)[-1] is ArchiveTooLarge
    assert FileTooLarge in errors(found)
    assert len(found) <= 4


def test_a_header_that_lies_about_its_size_does_not_get_past_the_limit(settings: Settings) -> None:
    small = settings.model_copy(update={"max_file_mb": 1})
    data = bytearray(packed({"liar.jpg": bytes(3 << 20)}))
    central = data.rindex(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 10)  # uncompressed size in the central directory
    found = read(bytes(data), small)
    assert names(found) == []
    assert errors(found)[0] in (FileTooLarge, BadArchive)


def test_one_damaged_file_does_not_spoil_the_others(settings: Settings) -> None:
    data = bytearray(packed({"a.jpg": b"A" * 50, "b.jpg": b"B" * 50}, zipfile.ZIP_STORED))
    data[data.index(b"A" * 50)] ^= 0xFF
    found = read(bytes(data), settings)
    assert (names(found), errors(found)) == (["b.jpg"], [BadArchive])


def test_an_archive_of_nothing_but_damage_reaches_the_limit(settings: Settings) -> None:
    small = settings.model_copy(update={"max_zip_mb": 5, "max_file_mb": 4})
    data = bytearray(packed({f"{n}.jpg": bytes([n]) * (3 << 20) for n in range(9)}))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 16] ^= 0xFF  # the checksum in the central directory
        at += 4
    found = read(bytes(data), small)
    assert names(found) == []
    assert errors(found)[-1] is ArchiveTooLarge
    assert len(found) <= 3


def test_a_locked_file_is_refused_by_name(settings: Settings) -> None:
    data = bytearray(packed({"a.jpg": b"x"}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert errors(read(bytes(data), settings)) == [EncryptedEntry]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_chinese_names_without_the_utf8_flag_are_read(encoding: str, settings: Settings) -> None:
    raw = "牛奶 正面.jpg".encode(encoding)
    data = packed({"x" * len(raw): b"1"}).replace(b"x" * len(raw), raw)
    assert names(read(data, settings)) == ["牛奶 正面.jpg"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip at all", b"PK\x05\x06" + bytes(5)])
def test_what_is_no_archive_is_a_plain_error(data: bytes, settings: Settings) -> None:
    with pytest.raises(BadArchive, match=r"photos\.zip"):
        read(data, settings)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/.DS_Store", True),
        ("a\\Thumbs.db", True),
        ("__MACOSX/a/._b.jpg", True),
        ("a/.hidden.jpg", True),
        ("thumbs.jpg", False),
        ("a.b/c.jpg", False),
        ("desktop.ini.jpg", False),
    ],
)
def test_files_of_the_system_are_told_from_photos(path: str, expected: bool) -> None:
    assert is_system_file(path) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (packed({"a.jpg": b"1", "b/c.jpg": b"2", "__MACOSX/._a.jpg": b"x", "more.zip": b"PK\x03\x04"}), 3),
        (packed({}), 0),
        (b"\xff\xd8\xff no archive", 1),
        (b"PK\x03\x04 cut off", 1),
        (packed({f"{n}.jpg": b"x" for n in range(9)}), 5),
    ],
)
def test_files_are_counted_before_they_are_read(data: bytes, expected: int) -> None:
    settings = Settings(max_zip_files=4)
    assert count_files(data, settings) == expected
    if data.startswith(b"PK\x03\x04") and expected > 1:
        assert len(read(data, settings)) == expected


def test_an_archive_cut_off_is_explained_in_both_languages(settings: Settings) -> None:
    with pytest.raises(BadArchive) as raised:
        read(packed({"a.jpg": b"1" * 100})[:60], settings)
    assert "cut off" in raised.value.message.en and "不完整" in raised.value.message.zh
