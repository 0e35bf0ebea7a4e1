"""`python -m core datasets`: which exported data sets hold whose rows, and taking out what was erased."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from core.access.personal import PERSON, UNKNOWN, items_of
from core.commands.running import guarded
from core.errors import NotFound
from core.finetune.register import Standing, held_due, held_of_items, survey_data_sets, take_up
from core.finetune.rewriting import REASONS, Rewritten, rewrite_due
from core.settings import Settings
from core.store import data_sets
from core.store.data_sets import DATA_SET, KNOWN, Registered
from core.store.db import open_store


def add_datasets(commands: Any) -> None:
    """Adds the command to the parser of `python -m core`."""
    parser = commands.add_parser("datasets", help="list exported data sets; take erased records out of their folders")
    parser.add_argument("--item", type=int, action="append", default=[], metavar="N", help="rows of this item")
    parser.add_argument("--person", metavar="NAME", help="rows of records that this person decided about")
    parser.add_argument(
        "--take-out",
        action="store_true",
        help="rewrite the folders without these rows, and without those of erased records",
    )
    parser.add_argument("--add", type=Path, metavar="DIR", help="note a data set that was moved or made elsewhere")
    parser.add_argument("--forget", type=Path, metavar="DIR", help="strike one off that is deleted; touches no file")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=lambda args, settings: guarded(_datasets, args, settings))


def _datasets(args: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as db:
        if args.add is not None:
            take_up(db, args.add)
        if args.forget is not None:
            data_sets.forget_data_set(db, _named(db, args.forget).id)
        items = _items(db, args)
        if args.take_out:
            data_sets.mark_due(db, items)
            return _print_rewritten(rewrite_due(db, settings), as_json=args.json)
        _print_list(db, settings, items, as_json=args.json)
    return 0


def _named(db: Database, folder: Path) -> Registered:
    for each in data_sets.list_data_sets(db):
        if each.folder == str(folder.absolute()):
            return each
    raise NotFound(what=DATA_SET, key=folder, hint=KNOWN)


def _items(db: Database, args: argparse.Namespace) -> list[int]:
    """The items that were asked about. Raises NotFound for a person who decided nothing."""
    if args.person is None:
        return list(args.item)
    found = items_of(db, args.person)
    if not found:
        raise NotFound(what=PERSON, key=args.person, hint=UNKNOWN)
    return [*args.item, *found]


def _print_list(db: Database, settings: Settings, items: list[int], *, as_json: bool) -> None:
    held = {each.data_set.id: each.rows for each in held_of_items(db, settings, items)}
    found = [(each, standing) for each, standing in survey_data_sets(db, settings) if not items or each.id in held]
    for each, standing in found:
        asked = held.get(each.id, 0)
        if as_json:
            print(json.dumps(each.model_dump() | {"standing": standing, "asked": asked}, ensure_ascii=False))
            continue
        counted = f"{asked} of {each.rows} rows" if items else f"{each.rows} rows"
        due = f", {each.due} of erased records" if each.due else ""
        away = f" ({REASONS[standing].en})" if standing is not Standing.HERE else ""
        print(f"{each.folder}: {counted}{due}{away}, made {each.made_at[:16].replace('T', ' ')}")
    if not found and not as_json:
        print("No data set holds rows of these." if items else "No data set is known.")
    if not as_json and held_due(db, settings):
        print("Take the rows of erased records out: python -m core datasets --take-out")


def _print_rewritten(done: list[Rewritten], *, as_json: bool) -> int:
    """What became of each folder; 1 where one is as it was."""
    for each in done:
        taken = each.held.rows if each.error is None else 0
        if as_json:
            error = each.error.message.en if each.error else None
            told = {"folder": str(each.held.folder), "taken_out": taken, "left": each.left, "error": error}
            print(json.dumps(told, ensure_ascii=False))
        elif each.error is not None:
            print(each.error.message.en)
        else:
            rest = f"{each.left} rows stay" if each.left else "none is left, its files are deleted"
            print(f"{each.held.folder}: {taken} rows taken out, {rest}")
    if not done and not as_json:
        print("No data set holds rows of erased records.")
    return 1 if any(each.error for each in done) else 0
