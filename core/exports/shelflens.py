"""The profile `shelflens`: everything a record holds, one row per record."""

from __future__ import annotations

from core.exports.columns import Column, Row, Seen, field_columns, join, united
from core.schema import load_schema
from core.types import Bilingual, Kind


def shelflens_columns(kind: str, seen: Seen) -> list[Column]:
    """The columns for records of one kind; with "" for both, told apart by the column `kind`."""
    kinds = [Kind(kind)] if kind else list(Kind)
    groups = [[column for spec in load_schema(one).fields for column in field_columns(spec, seen)] for one in kinds]
    fields = groups[0] if kind else united(groups, [*kinds])
    return [*_HEAD, *([] if kind else [_KIND]), *fields, *_TAIL]


def _column(key: str, en: str, zh: str, take: str) -> Column:
    """A column of the record itself (`record.x`) or of its provenance (`provenance.x`)."""
    owner, name = take.split(".")
    return Column(key, Bilingual(en=en, zh=zh), lambda row: getattr(getattr(row, owner), name))


def _photos(row: Row) -> str | None:
    return join(row.provenance.photos)


def _sources(row: Row) -> str | None:
    return join(row.provenance.sources)


_HEAD = (
    _column("item_id", "Item", "条目", "record.item_id"),
    _column("status", "Status", "状态", "record.status"),
)
_KIND = _column("kind", "Kind", "类型", "record.kind")
_TAIL = (
    _column("competitor", "Competitor", "竞品", "provenance.competitor"),
    _column("campaign", "Campaign", "活动", "record.campaign"),
    _column("seen_on", "Seen on", "发现日期", "record.seen_on"),
    _column("platform", "Platform", "平台", "record.platform"),
    _column("page_url", "Page address", "页面网址", "record.url"),
    Column("photos", Bilingual(en="Photos", zh="照片"), _photos),
    Column("source_url", Bilingual(en="Source", zh="来源"), _sources),
    _column("engine", "Engine", "引擎", "provenance.engine"),
    _column("reviewer", "Reviewer", "审核人", "provenance.reviewer"),
    _column("verified_at", "Verified at (UTC)", "审核时间（UTC）", "provenance.verified_at"),
)
