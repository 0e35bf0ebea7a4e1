"""`python -m core webhooks add | list | deliveries | redeliver | ping | remove`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

from core.settings import Settings
from core.store import webhooks
from core.store.db import open_store
from core.store.webhooks import Delivery
from core.webhooks import add_webhook, ping

Act = Callable[[argparse.Namespace, Settings, Database], None]


def add_webhooks(commands: Any) -> None:
    """Adds the command to the parser of `python -m core`."""
    parser = commands.add_parser("webhooks", help="addresses that are told when a record is verified")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add(actions, "add", _make, "tell an address from now on; shows the secret that signs, once").add_argument(
        "url", metavar="URL", help="http(s) address that takes POST"
    )
    _add(actions, "list", _list, "every address")
    shown = _add(actions, "deliveries", _deliveries, "what was said last, and what became of it")
    shown.add_argument("id", metavar="ID", type=int, nargs="?", help="of one webhook")
    shown.add_argument("--json", action="store_true", help="one JSON object a line")
    for name, act, words in (
        ("redeliver", _redeliver, "say it again, as `deliveries` numbers it"),
        ("ping", _ping, "say a word that asks for nothing; also sends to a stopped one again"),
        ("remove", _remove, "tell an address no more"),
    ):
        _add(actions, name, act, words).add_argument("id", metavar="ID", type=int, help="its number")


def _add(actions: Any, name: str, act: Act, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words)
    parser.set_defaults(run=lambda args, settings: _run(act, args, settings))
    return parser


def _run(act: Act, args: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as db:
        act(args, settings, db)
    return 0


def _make(args: argparse.Namespace, settings: Settings, db: Database) -> None:
    made = add_webhook(db, settings, args.url, by=settings.user)
    print(made.secret)
    print(
        f"Webhook {made.webhook.id}: the line above is its secret. Copy it now: it is not shown again.", file=sys.stderr
    )


def _list(_args: argparse.Namespace, _settings: Settings, db: Database) -> None:
    for webhook in webhooks.list_webhooks(db):
        state = webhook.stopped.en if webhook.stopped else "active"
        print(f"{webhook.id:4}  {webhook.url}  made {webhook.created_at} by {webhook.made_by}  {state}")


def _deliveries(args: argparse.Namespace, _settings: Settings, db: Database) -> None:
    for delivery in webhooks.list_deliveries(db, args.id):
        whole = delivery.model_dump(mode="json")
        print(json.dumps(whole, ensure_ascii=False) if args.json else _row(delivery))


def _row(delivery: Delivery) -> str:
    about = f"item {delivery.item_id}" if delivery.item_id else ""
    why = f"  {delivery.error.en}" if delivery.error else ""
    return (
        f"{delivery.id:6}  webhook {delivery.webhook_id}  {delivery.event}  {about}  {delivery.state},"
        f" {delivery.attempts} tries{why}"
    )


def _redeliver(args: argparse.Namespace, _settings: Settings, db: Database) -> None:
    print(_row(webhooks.send_again(db, args.id)))


def _ping(args: argparse.Namespace, _settings: Settings, db: Database) -> None:
    print(_row(ping(db, args.id)))


def _remove(args: argparse.Namespace, _settings: Settings, db: Database) -> None:
    webhooks.remove_webhook(db, args.id)
    print(f"Webhook {args.id} is gone, and what was to be said to it.")
