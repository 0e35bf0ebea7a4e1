"""/v1/webhooks: addresses that are told when a record is verified, and what became of what they were told."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api.callers import caller_of
from core.api.documented import answers
from core.settings import Settings
from core.store import items, webhooks
from core.store.db import open_store
from core.store.webhooks import Delivery, Webhook
from core.webhooks import add_webhook, ping

Number = Annotated[int, Path(ge=1, le=items.LARGEST_ID, examples=[1])]


class WebhookBody(BaseModel):
    """An address that takes POST."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"url": "https://shop.example/hooks"}]})

    url: str = Field(max_length=2000)


class MadeWebhook(BaseModel):
    """A webhook just made; `secret` signs what it is told and is not shown again."""

    id: int
    url: str
    secret: str


ONE: dict[str, Any] = {
    "id": 1, "url": "https://shop.example/hooks", "made_by": "li", "created_at": "2026-11-25T08:00:00.000+00:00",
    "stopped": None,
}  # fmt: skip
TOLD: dict[str, Any] = {
    "id": 7, "webhook_id": 1, "message": "msg_5f3a", "event": "record.verified", "item_id": 3, "body": "{…}",
    "state": "delivered", "attempts": 1, "due_at": 1764061200.0, "status": 204, "error": None,
    "created_at": "2026-11-25T09:00:00.000+00:00", "tried_at": "2026-11-25T09:00:01.000+00:00",
}  # fmt: skip


def add_webhooks(api: FastAPI, settings: Settings) -> None:
    """Adds the webhooks' routes."""

    @api.get(
        "/v1/webhooks",
        tags=["webhooks"],
        summary="Every webhook",
        response_model=list[Webhook],
        responses=answers([ONE]),
    )
    def get_webhooks() -> Response:
        with open_store(settings) as db:
            return JSONResponse([webhook.model_dump(mode="json") for webhook in webhooks.list_webhooks(db)])

    @api.post(
        "/v1/webhooks",
        status_code=201,
        tags=["webhooks"],
        summary="Tell an address of every record that is verified from now on",
        response_model=MadeWebhook,
        responses=answers({"id": 1, "url": ONE["url"], "secret": "whsec_…"}, status=201),
    )
    def post_webhook(body: WebhookBody, request: Request) -> Response:
        with open_store(settings) as db:
            made = add_webhook(db, settings, body.url, by=caller_of(request, settings))
        return JSONResponse({"id": made.webhook.id, "url": made.webhook.url, "secret": made.secret}, 201)

    @api.delete("/v1/webhooks/{webhook_id}", status_code=204, tags=["webhooks"], summary="Tell an address no more")
    def delete_webhook(webhook_id: Number) -> Response:
        with open_store(settings) as db:
            webhooks.remove_webhook(db, webhook_id)
        return Response(status_code=204)

    @api.post(
        "/v1/webhooks/{webhook_id}/ping",
        status_code=202,
        tags=["webhooks"],
        summary="Say a word that asks for nothing; a stopped webhook is sent to again",
        response_model=Delivery,
        responses=answers({**TOLD, "event": "webhook.ping", "item_id": None, "state": "waiting"}, status=202),
    )
    def post_ping(webhook_id: Number) -> Response:
        with open_store(settings) as db:
            return JSONResponse(ping(db, webhook_id).model_dump(mode="json"), 202)

    @api.get(
        "/v1/webhooks/{webhook_id}/deliveries",
        tags=["webhooks"],
        summary="What a webhook was told, newest first, and what became of it",
        response_model=list[Delivery],
        responses=answers([TOLD]),
    )
    def get_deliveries(webhook_id: Number, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> Response:
        with open_store(settings) as db:
            webhooks.get_webhook(db, webhook_id)
            found = webhooks.list_deliveries(db, webhook_id, limit)
        return JSONResponse([delivery.model_dump(mode="json") for delivery in found])

    @api.post(
        "/v1/webhooks/deliveries/{delivery_id}/redeliver",
        status_code=202,
        tags=["webhooks"],
        summary="Say it again, with the same webhook-id",
        response_model=Delivery,
        responses=answers({**TOLD, "state": "waiting", "attempts": 0}, status=202),
    )
    def post_redeliver(delivery_id: Number) -> Response:
        with open_store(settings) as db:
            return JSONResponse(webhooks.send_again(db, delivery_id).model_dump(mode="json"), 202)
