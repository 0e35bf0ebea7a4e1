"""What the OpenAPI document says of every operation beyond its parameters: an example, and how problems look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

from core.api.problems import MEDIA_TYPE, TYPES
from core.types import Bilingual

Responses = dict[int | str, dict[str, Any]]


class WrongValue(BaseModel):
    """One value that cannot be used, and where it stood."""

    model_config = ConfigDict(extra="allow")

    name: str
    message: Bilingual


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). `code` and `type` are stable; the words are for people."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    message: Bilingual
    errors: list[WrongValue] | None = None


PROBLEM: dict[str, Any] = {
    "description": "A problem (RFC 9457), in the language that Accept-Language prefers",
    "content": {
        MEDIA_TYPE: {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": {
                "type": TYPES + "NotFound",
                "title": "Not found",
                "status": 404,
                "detail": "Item '99' does not exist. It may have been merged or deleted.",
                "instance": "/api/v1/items/99",
                "code": "NotFound",
                "message": {
                    "en": "Item '99' does not exist. It may have been merged or deleted.",
                    "zh": "条目 “99” 不存在。可能已被合并或删除。",
                },
            },
        }
    },
}
EVERYWHERE: Responses = {422: PROBLEM, "default": PROBLEM}
"""Responses of every operation: whatever is not listed is a problem."""


def answers(example: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Responses:
    """The example of a successful answer, and what its headers say, for `responses`."""
    described = {name: {"description": text, "schema": {"type": "string"}} for name, text in (headers or {}).items()}
    content = {"application/json": {"example": example}}
    return {status: {"content": content, **({"headers": described} if described else {})}}


def describe(api: FastAPI, shapes: Iterable[type[BaseModel]]) -> None:
    """Adds to the API's document the shapes that no parameter declares, and leaves out those that nothing uses."""

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            document = get_openapi(
                title=api.title,
                version=api.version,
                description=api.description,
                routes=api.routes,
                tags=api.openapi_tags,
                servers=[{"url": "/api"}],
            )
            wanted: list[type[BaseModel]] = [Problem, *shapes]
            _, made = models_json_schema(
                [(shape, "validation") for shape in wanted], ref_template="#/components/schemas/{model}"
            )
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas |= made["$defs"]
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            api.openapi_schema = document
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]
