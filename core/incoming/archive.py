"""A ZIP of photos -> its files, one at a time in bounded memory.

Limits hold for the bytes that really come out, never for what the archive's headers claim: a header
can lie, and a bomb's does.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import (
    ArchiveTooLarge,
    BadArchive,
    BadInput,
    EmptyFile,
    EncryptedEntry,
    FileTooLarge,
    NestedArchive,
)
from core.images import MEGABYTE, clean_name
from core.settings import Settings
from core.types import Bilingual

ARCHIVE_SUFFIXES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
ARCHIVE_SIGNATURES = (*ZIP_SIGNATURES, b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
SYSTEM_FOLDER = "__MACOSX"
SYSTEM_NAMES = {"thumbs.db", "desktop.ini"}
"""What operating systems put into folders and archives by themselves; passed over without a word."""
UTF8_FLAG = 0x800
"""General purpose bit 11: the name is UTF-8 (APPNOTE.TXT 4.4.4)."""
ENCRYPTED_FLAG = 0x1
CHUNK = 1 << 20


@dataclass(frozen=True)
class ArchiveEntry:
    """One file: its path inside the archive as printed there, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Refusal:
    """One file that is not taken, and why."""

    name: str
    error: BadInput


def count_files(data: bytes, settings: Settings) -> int:
    """How many outcomes `iter_zip` will come to, by the archive's own list; 1 for a file that is no ZIP."""
    if not data.startswith(ZIP_SIGNATURES):
        return 1
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = len(_wanted(archive))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return 1
    return min(wanted, settings.max_zip_files + 1)


def iter_zip(source: Path | bytes, name: str, settings: Settings) -> Iterator[ArchiveEntry | Refusal]:
    """The files in the ZIP `source`, shown to people as `name`, in the archive's order.

    Files that are no images come too: intake says what is wrong with them. Where a limit of the whole
    archive is reached, the rest is left out and one last Refusal says so; what came before is good.
    Raises BadArchive where the file is no ZIP at all.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as err:
        raise BadArchive(name=name, reason=_reason(err)) from err
    with archive:
        yield from _entries(archive, name, settings)


def _entries(archive: zipfile.ZipFile, name: str, settings: Settings) -> Iterator[ArchiveEntry | Refusal]:
    left = settings.max_zip_mb * MEGABYTE
    wanted = _wanted(archive)
    for info in wanted[: settings.max_zip_files]:
        entry, used = _read_entry(archive, info, settings, left)
        left -= used
        if left < 0:
            found = Bilingual(
                en=f"more than {settings.max_zip_mb} MB unpacked", zh=f"解压后超过 {settings.max_zip_mb} MB"
            )
            yield Refusal(name, ArchiveTooLarge(name=name, found=found, limit=f"{settings.max_zip_mb} MB"))
            return
        yield entry
    if len(wanted) > settings.max_zip_files:
        found = Bilingual(en=f"{len(wanted)} files", zh=f"{len(wanted)} 个文件")
        yield Refusal(name, ArchiveTooLarge(name=name, found=found, limit=settings.max_zip_files))


def _wanted(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [info for info in archive.infolist() if not info.is_dir() and not is_system_file(info.filename)]


def is_system_file(path: str) -> bool:
    """True for what an operating system left there, hidden files included: nobody misses it among the photos."""
    *folders, name = path.replace("\\", "/").split("/")
    return SYSTEM_FOLDER in folders or name.lower() in SYSTEM_NAMES or name.startswith(".")


def _read_entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, settings: Settings, left: int
) -> tuple[ArchiveEntry | Refusal, int]:
    """One file and how many bytes were unpacked for it."""
    path = _printed_name(info)
    shown = clean_name(path)
    if info.flag_bits & ENCRYPTED_FLAG:
        return Refusal(path, EncryptedEntry(name=shown)), 0
    if shown.lower().endswith(ARCHIVE_SUFFIXES):
        return Refusal(path, NestedArchive(name=shown)), 0
    limit = min(settings.max_file_mb * MEGABYTE, left)
    parts: list[bytes] = []
    try:
        for part in _unpack(archive, info, limit):
            parts.append(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as err:
        # What came out before the damage counts: an archive of nothing but damage must reach a limit, too.
        return Refusal(path, BadArchive(name=shown, reason=_reason(err))), _size(parts)
    data, used = b"".join(parts), _size(parts)
    if used > limit:
        size = max(info.file_size, used) / MEGABYTE
        return Refusal(path, FileTooLarge(name=shown, size_mb=size, limit_mb=settings.max_file_mb)), used
    if data.startswith(ARCHIVE_SIGNATURES):
        return Refusal(path, NestedArchive(name=shown)), used
    if not data:
        return Refusal(path, EmptyFile(name=shown)), 0
    return ArchiveEntry(path, data), used


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
    """The file in pieces, cut off by the piece that goes beyond `limit` bytes."""
    used = 0
    with archive.open(info) as file:
        while used <= limit and (part := file.read(CHUNK)):
            used += len(part)
            yield part


def _size(parts: list[bytes]) -> int:
    return sum(map(len, parts))


def _printed_name(info: zipfile.ZipInfo) -> str:
    """The entry's path. Chinese Windows writes names in GBK and leaves the UTF-8 flag unset; zipfile then
    decodes them as code page 437, which is undone here. Names that fit neither stay as zipfile has them.
    """
    if info.flag_bits & UTF8_FLAG or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gbk"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _reason(err: Exception) -> Bilingual:
    text = str(err) or type(err).__name__
    if isinstance(err, NotImplementedError):
        return Bilingual(en="a compression this Python does not know", zh="不支持的压缩方式")
    if "CRC" in text or isinstance(err, zlib.error | EOFError):
        return Bilingual(en="its data is corrupt", zh="数据损坏")
    if isinstance(err, zipfile.BadZipFile) and "not a zip file" in text:
        return Bilingual(en="it has no list of files at its end: it may be cut off", zh="末尾缺少文件目录，可能不完整")
    return Bilingual(en=text, zh=text)
