"""`python -m core keys add | list | revoke`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

from core.access.keys import make_key
from core.commands.running import say
from core.settings import Settings
from core.store import keys
from core.store.db import open_store
from core.store.keys import ApiKey, Scope


def add_keys(commands: Any) -> None:
    """Adds the command to the parser of `python -m core`."""
    parser = commands.add_parser("keys", help="keys of the API: who may use it, and how far")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    adding = _add(actions, "add", _make, "make a key and show it, once")
    adding.add_argument("label", metavar="LABEL", help="who will use it, such as 'shop system'")
    adding.add_argument("--scope", choices=tuple(Scope), default=Scope.WRITE, help="what it is good for")
    _add(actions, "list", _list, "every key, its scope and when it was last used").add_argument(
        "--json", action="store_true", help="one JSON object a line"
    )
    revoking = _add(actions, "revoke", _revoke, "make a key good for nothing, from now on")
    revoking.add_argument("id", metavar="ID", help="as `keys list` shows it")
    revoking.add_argument("--forget", action="store_true", help="take it off the list, too")


def _add(
    actions: Any, name: str, act: Callable[[argparse.Namespace, Settings, Database], None], words: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words)
    parser.set_defaults(run=lambda args, settings: _run(act, args, settings))
    return parser


def _run(
    act: Callable[[argparse.Namespace, Settings, Database], None], args: argparse.Namespace, settings: Settings
) -> int:
    with open_store(settings) as db:
        act(args, settings, db)
    return 0


def _make(args: argparse.Namespace, settings: Settings, db: Database) -> None:
    first = not keys.has_keys(db)
    made = make_key(db, args.label, Scope(args.scope), by=settings.user)
    print(made.secret)
    say(f"Key {made.key.id} ({made.key.scope}) for {made.key.label}. Copy it now: it is not kept and not shown again.")
    if first:
        say("It is the first one: from now on the API wants a key of everybody. The pages do not.")


def _list(args: argparse.Namespace, settings: Settings, db: Database) -> None:
    found = keys.list_keys(db)
    for key in found:
        print(json.dumps(key.model_dump(mode="json"), ensure_ascii=False) if args.json else _row(key))
    if not found and not args.json:
        print("There are no keys: the API is open to programs on this machine. Make one: python -m core keys add LABEL")


def _row(key: ApiKey) -> str:
    used = f"used {key.last_used_at}" if key.last_used_at else "never used"
    state = f"revoked {key.revoked_at}" if key.revoked_at else used
    return f"{key.id}  {key.scope:5}  {key.label:30}  made {key.created_at} by {key.made_by}  {state}"


def _revoke(args: argparse.Namespace, settings: Settings, db: Database) -> None:
    key = keys.revoke_key(db, args.id)
    if args.forget:
        keys.forget_key(db, key.id)
    print(f"Key {key.id} ({key.label}) is good for nothing any more{' and forgotten' if args.forget else ''}.")
    if not keys.has_keys(db):
        say("There are no keys any more: the API is open to programs on this machine again.")
