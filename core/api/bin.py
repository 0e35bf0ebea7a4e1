"""/v1/bin: deleted items until they are erased. The way back is POST /v1/items/{id}/restore."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from core.api.documented import answers
from core.api.items import ItemId
from core.api.paging import Cursor, Limit, page_response, read_cursor
from core.reviewing import bin
from core.settings import Settings
from core.store.bin import Binned, count_bin, page_bin
from core.store.db import open_store


class BinnedReport(Binned):
    """An item in the bin, and when it is erased by itself."""

    expires_at: str
    restore: str


class BinPage(BaseModel):
    items: list[BinnedReport]
    next: str | None
    total: int


BINNED: dict[str, Any] = {
    "item_id": 1, "kind": "product", "name": "燕麦片", "thumb": "9f86…", "photos": 1, "deleted_by": "li",
    "deleted_at": "2026-11-25T08:00:00.000+00:00", "expires_at": "2026-12-25T08:00:00+00:00",
    "restore": "/api/v1/items/1/restore",
}  # fmt: skip


def add_bin(api: FastAPI, settings: Settings) -> None:
    """Adds the bin's routes."""

    @api.get(
        "/v1/bin",
        tags=["items"],
        summary="Deleted items that can still be restored, those with the highest numbers first",
        response_model=BinPage,
        responses=answers({"items": [BINNED], "next": None, "total": 1}),
    )
    def get_bin(request: Request, limit: Limit = 50, cursor: Cursor = "") -> Response:
        with open_store(settings) as db:
            found = page_bin(db, below=read_cursor(cursor), limit=limit + 1)
            total = count_bin(db)
        reports = [_report(binned, settings) for binned in found]
        return page_response(request, "items", reports, [binned.item_id for binned in found], limit, total=total)

    @api.delete(
        "/v1/bin/{item_id}",
        status_code=204,
        tags=["items"],
        summary="Erase an item in the bin for good, its photos included",
        response_class=Response,
    )
    def delete_binned(item_id: ItemId) -> Response:
        with open_store(settings) as db:
            bin.erase_item(db, settings, item_id)
        return Response(status_code=204)


def _report(binned: Binned, settings: Settings) -> dict[str, Any]:
    return {
        **binned.model_dump(mode="json"),
        "expires_at": bin.expires_at(binned, settings).isoformat(),
        "restore": f"/api/v1/items/{binned.item_id}/restore",
    }
