"""/v1/exports: records as CSV in a layout of the caller's choice."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, Literal, cast

from fastapi import FastAPI, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from core import exports
from core.api.documented import answers
from core.api.records import RecordFilters
from core.exports import PROFILES, Style, find_profile
from core.settings import Settings
from core.store.db import open_store
from core.types import Bilingual

ProfileName = Annotated[str, Path(description="A layout's name.", examples=["shelflens"])]
CSV = "text/csv"
IN_MEMORY = 1 << 20
CHUNK = 1 << 16


class ProfileReport(BaseModel):
    """A layout: what fits it, and where to get it."""

    name: str
    label: Bilingual
    kind: str = Field(description="The one kind of record that it takes; empty for both.")
    url: str


class ExportQuery(RecordFilters):
    model_config = ConfigDict(extra="forbid")

    style: Style = Field(Style.PLAIN, description="spreadsheet: Excel keeps barcodes as text; plain: exact text.")
    lang: Literal["keys", "en", "zh"] = Field("keys", description="Column headers.")


class MisfitReport(BaseModel):
    field: str
    reason: Bilingual
    items: list[int]


class CheckReport(BaseModel):
    """What an export would come to."""

    count: int
    misfits: list[MisfitReport]
    left_to_you: Bilingual | None


PROFILE: dict[str, Any] = {
    "name": "shopify", "label": {"en": "Shopify", "zh": "Shopify"}, "kind": "product",
    "url": "/api/v1/exports/shopify.csv",
}  # fmt: skip


def add_exports(api: FastAPI, settings: Settings) -> None:
    """Adds the exports' routes."""

    @api.get(
        "/v1/exports",
        tags=["exports"],
        summary="The layouts",
        response_model=list[ProfileReport],
        responses=answers([PROFILE]),
    )
    def get_profiles() -> Response:
        return JSONResponse(
            [
                {
                    "name": name,
                    "label": profile.label.model_dump(),
                    "kind": profile.kind or "",
                    "url": f"/api/v1/exports/{name}.csv",
                }
                for name, profile in PROFILES.items()
            ]
        )

    @api.get(
        "/v1/exports/{profile}.csv",
        tags=["exports"],
        summary="Records that pass the filters, as CSV in UTF-8 with BOM (RFC 4180)",
        response_class=StreamingResponse,
        responses={200: {"content": {CSV: {"example": "gtin,brand,name\r\n6901234567892,晨露,燕麦片\r\n"}}}},
    )
    def get_export(profile: ProfileName, query: Annotated[ExportQuery, Query()]) -> Response:
        find_profile(profile)
        file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - closed when sent
        try:
            with open_store(settings) as db:
                filters = query.filters()
                exports.write_csv(db, filters, out=file, profile=profile, lang=query.lang, style=query.style)
        except BaseException:
            file.close()
            raise
        length = file.tell()
        headers = {"content-length": str(length), "content-disposition": f'attachment; filename="{profile}.csv"'}
        return StreamingResponse(_sent(file), media_type=f"{CSV}; charset=utf-8", headers=headers)

    @api.get(
        "/v1/exports/{profile}/check",
        tags=["exports"],
        summary="What will not fit a layout and why, without writing it",
        response_model=CheckReport,
        responses=answers({"count": 2, "misfits": [], "left_to_you": None}),
    )
    def get_check(profile: ProfileName, query: Annotated[RecordFilters, Query()]) -> Response:
        with open_store(settings) as db:
            found = exports.dry_run(db, query.filters(), profile)
        return JSONResponse(found.model_dump(mode="json"))


def _sent(file: BinaryIO) -> Iterator[bytes]:
    """The file piece by piece.

    It was written whole before the first byte goes out: an error midway is then an error, not half a file that looks
    whole, and a slow reader does not hold a state of the database that keeps its log from being folded in.
    """
    with file:
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece
