"""GET /docs: the OpenAPI document as a page, and the kinds of problem. Nothing is fetched from anywhere else."""

from __future__ import annotations

import pathlib
from typing import Annotated

import fastapi_offline
from fastapi import FastAPI, Path
from fastapi.openapi.docs import get_swagger_ui_html
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from core.api.documented import answers
from core.api.problems import TYPES, problem_kinds
from core.api.refusals import NoSuchAddress
from core.types import Bilingual

ASSETS = pathlib.Path(fastapi_offline.__file__).parent / "static"
"""Swagger UI as a package brings it: FastAPI's own page would fetch it from another site, and show nothing offline."""


class ProblemKind(BaseModel):
    """A kind of problem: `says` is the sentence of its `detail`, with holes for what differs."""

    type: str
    code: str
    status: int
    title: Bilingual
    says: Bilingual


KIND: dict[str, object] = {
    "type": TYPES + "NotFound", "code": "NotFound", "status": 404, "title": {"en": "Not found", "zh": "未找到"},
    "says": {"en": "{what} '{key}' does not exist. {hint}", "zh": "{what} “{key}” 不存在。{hint}"},
}  # fmt: skip


def add_docs(api: FastAPI) -> None:
    """Adds the page, what it is drawn with, and the addresses that `type` of a problem names."""
    api.mount("/docs/assets", StaticFiles(directory=ASSETS))
    api.add_api_route("/docs", _page, include_in_schema=False)
    api.add_api_route(
        "/v1/problems",
        _kinds,
        tags=["problems"],
        summary="Every kind of problem an answer may be",
        response_model=list[ProblemKind],
        responses=answers([KIND]),
    )
    api.add_api_route(
        "/v1/problems/{code}",
        _kind,
        tags=["problems"],
        summary="One kind of problem",
        response_model=ProblemKind,
        responses=answers(KIND),
    )


async def _page(request: Request) -> Response:
    root = request.scope.get("root_path", "").rstrip("/")
    return get_swagger_ui_html(
        title="ShelfLens API",
        openapi_url=f"{root}/openapi.json",
        swagger_js_url=f"{root}/docs/assets/swagger-ui-bundle.js",
        swagger_css_url=f"{root}/docs/assets/swagger-ui.css",
        swagger_favicon_url=f"{root}/docs/assets/favicon.png",
    )


def _all_kinds() -> list[dict[str, object]]:
    return [
        {"type": TYPES + code, "code": code, "status": status, "title": title.model_dump(), "says": says.model_dump()}
        for code, status, title, says in problem_kinds()
    ]


async def _kinds() -> Response:
    return JSONResponse(_all_kinds())


async def _kind(request: Request, code: Annotated[str, Path(examples=["NotFound"])]) -> Response:
    found = next((kind for kind in _all_kinds() if kind["code"] == code), None)
    if found is None:
        raise NoSuchAddress(path=request.url.path)
    return JSONResponse(found)
