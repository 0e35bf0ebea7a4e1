"""/v1/keys: who may use the API, for whoever holds an admin's key."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Path
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.access.keys import make_key
from core.api.callers import caller_of
from core.api.documented import answers
from core.settings import Settings
from core.store import keys
from core.store.db import open_store
from core.store.keys import ApiKey, Scope


class KeyBody(BaseModel):
    """A key that is wanted."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"label": "shop system", "scope": "write"}]}
    )

    label: str
    scope: Scope = Scope.WRITE


class MadeKey(BaseModel):
    """A key just made; `secret` is kept nowhere."""

    id: str
    label: str
    scope: Scope
    secret: str


ONE: dict[str, Any] = {
    "id": "5f3a9c01", "label": "shop system", "scope": "write", "made_by": "li",
    "created_at": "2026-11-25T08:00:00.000+00:00", "last_used_at": None, "revoked_at": None,
}  # fmt: skip


def add_keys(api: FastAPI, settings: Settings) -> None:
    """Adds the keys' routes."""

    @api.get("/v1/keys", tags=["keys"], summary="Every key", response_model=list[ApiKey], responses=answers([ONE]))
    def get_keys() -> Response:
        with open_store(settings) as db:
            return JSONResponse([key.model_dump(mode="json") for key in keys.list_keys(db)])

    @api.post(
        "/v1/keys",
        status_code=201,
        tags=["keys"],
        summary="Make a key; its secret is shown now and never again",
        response_model=MadeKey,
        responses=answers({"id": "5f3a9c01", "label": "shop system", "scope": "write", "secret": "sl_…"}, status=201),
    )
    def post_key(body: KeyBody, request: Request) -> Response:
        with open_store(settings) as db:
            made = make_key(db, body.label, body.scope, by=caller_of(request, settings))
        told = made.key.model_dump(mode="json", include={"id", "label", "scope"})
        return JSONResponse({**told, "secret": made.secret}, 201)

    @api.delete(
        "/v1/keys/{key_id}",
        tags=["keys"],
        summary="Revoke a key, from now on",
        response_model=ApiKey,
        responses=answers({**ONE, "revoked_at": "2026-11-26T08:00:00.000+00:00"}),
    )
    def delete_key(key_id: Annotated[str, Path(pattern="^[0-9a-f]{8}$", examples=["5f3a9c01"])]) -> Response:
        with open_store(settings) as db:
            return JSONResponse(keys.revoke_key(db, key_id).model_dump(mode="json"))
