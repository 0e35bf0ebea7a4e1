"""Where, when and of whom an ad was seen: said at upload, changed later, for one record or many.

The day it was seen also dates what the poster itself leaves open: a period without a year is one near that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlsplit

from sqlite_utils import Database

from core.errors import UsageError
from core.records.standing import refresh_record
from core.store import items
from core.store.db import write

LONGEST_NAME = 200
LONGEST_URL = 2000


def is_address(text: str) -> bool:
    """True for a web address with a host: http or https."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def change_seen(db: Database, item_ids: Iterable[int], changes: Mapping[str, str]) -> None:
    """Writes `changes` (names of `items.SEEN`; "" clears) to all the items, or to none.

    Raises UsageError for a value that cannot be kept, NotFound for an item that is gone. Values a person verified
    stay as they are; of a period printed without a year, the year follows the new day. No reviewer's version of the
    record grows old by it: no field is decided here.
    """
    kept = checked(changes)
    with write(db):
        for item_id in item_ids:
            items.get_item(db, item_id)
            items.set_seen(db, item_id, kept)
            refresh_record(db, item_id)


def checked(changes: Mapping[str, str]) -> dict[str, str]:
    """The values as they are stored. Raises UsageError for the first that cannot be kept."""
    return {name: _checked(name, text.strip()) for name, text in changes.items()}


def _checked(name: str, text: str) -> str:
    """The value as it is stored. Raises UsageError."""
    if name not in items.SEEN:
        known = ", ".join(items.SEEN)
        raise UsageError(en=f"'{name}' is not known here. Known: {known}.", zh=f"“{name}”未知。可用：{known}。")
    if name == "seen_on":
        return _day(text)
    if name == "url" and text and not is_address(text):
        raise UsageError(
            en=f"'{text[:80]}' is no web address. Give one that begins with http:// or https://, or leave it empty.",
            zh=f"“{text[:80]}”不是网址。请填写以 http:// 或 https:// 开头的地址，或留空。",
        )
    limit = LONGEST_URL if name == "url" else LONGEST_NAME
    if len(text) > limit:
        raise UsageError(
            en=f"'{text[:40]}…' has {len(text)} characters; {limit} are the limit. Shorten it.",
            zh=f"“{text[:40]}…”有 {len(text)} 个字符，上限为 {limit}。请缩短。",
        )
    return text


def _day(text: str) -> str:
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            en=f"'{text[:40]}' is no date. Write it as 2026-06-01, or leave it empty.",
            zh=f"“{text[:40]}”不是日期。请写成 2026-06-01 的形式，或留空。",
        ) from None
    if day > date.today():
        raise UsageError(
            en=f"{text} has not come yet. Give the day on which the ad was seen.",
            zh=f"{text} 尚未到来。请填写看到该广告的日期。",
        )
    return day.isoformat()
