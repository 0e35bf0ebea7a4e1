"""The command line: `python -m core extract | export | evaluate | dataset(s) | train | worker | models | keys | …`.

Exit codes: 0 everything done, 1 something failed (the rest was done all the same), 2 a usage error.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from core import __version__, exports
from core.background import worker
from core.commands.datasets import add_datasets
from core.commands.evaluation import Request, evaluate
from core.commands.finetune import add_dataset, add_train, evaluate_adapter
from core.commands.keys import add_keys
from core.commands.models import add_models
from core.commands.webhooks import add_webhooks
from core.engines.registry import engine_names
from core.errors import ShelfLensError, UsageError
from core.images import open_page
from core.incoming.fetch import fetch_image
from core.learning.calibration import calibrated
from core.reading.pipeline import Tools, read_photo
from core.records.standing import check_fields, record_findings
from core.settings import Settings, load_settings
from core.store.db import open_store
from core.store.records import Filters
from core.types import Bilingual, Extraction, FieldValue, Kind, Status

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
"""What `extract FOLDER` picks up; a file named outright is read whatever its suffix."""

ITEMS_NAMED = 5
"""Records named per reason of a dry run; the count says how many there are."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    args = build_parser().parse_args(argv)
    try:
        code: int = args.run(args, load_settings())
        return code
    except ShelfLensError as err:
        print(f"shelflens: {err.message.en}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `… | head` closed the pipe: nobody is left to talk to
        sys.stderr.close()
        return 1


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description="ShelfLens: read labels and ads from photos.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_extract(commands)
    _add_export(commands)
    _add_evaluate(commands)
    add_dataset(commands)
    add_datasets(commands)
    add_train(commands)
    _add_worker(commands)
    add_models(commands)
    add_keys(commands)
    add_webhooks(commands)
    return parser


def _add_extract(commands: Any) -> None:
    parser = commands.add_parser("extract", help="read photos and print their fields, one line per photo")
    parser.add_argument("sources", nargs="+", metavar="PATH|URL", help="image files, folders of them, or addresses")
    parser.add_argument("--kind", choices=("product", "ad", "auto"), default="auto", help="what the photos show")
    parser.add_argument("--engine", metavar="|".join(engine_names()), default="auto", help="who proposes the fields")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of a summary")
    parser.add_argument("--again", action="store_true", help="read anew even where the cache has an answer")
    parser.set_defaults(run=_extract)


def _add_export(commands: Any) -> None:
    parser = commands.add_parser("export", help="write records to a CSV file or a workbook")
    parser.add_argument("--profile", default=exports.DEFAULT_PROFILE, help="layout of the file")
    parser.add_argument("--kind", choices=("product", "ad", "all"), default="all", help="one kind of record")
    parser.add_argument("--status", choices=(*Status, "all"), default="all", help="e.g. verified")
    parser.add_argument("--brand", default="", help="only records of this brand")
    parser.add_argument("--text", default="", help="only records that hold these words")
    parser.add_argument("--campaign", default="", help="only records of this campaign")
    parser.add_argument("--only", choices=("doubts", "findings", "corrected"), default="", help="records with these")
    parser.add_argument(
        "--style", choices=tuple(exports.Style), default=exports.Style.SPREADSHEET,
        help="spreadsheet: Excel keeps barcodes as text; plain: exact text, for programs",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=("csv", "xlsx"), help="kind of file; by the name of the output file where not given"
    )
    parser.add_argument("--photos", action="store_true", help="xlsx: the photo of each record in its row")
    parser.add_argument("--lang", choices=("keys", "en", "zh"), default="keys", help="column headers")
    parser.add_argument("-o", "--output", type=Path, help="file to write; standard output without it")
    parser.add_argument("--dry-run", action="store_true", help="write nothing; list what will not fit and why")
    parser.set_defaults(run=_export)


def _add_evaluate(commands: Any) -> None:
    parser = commands.add_parser("evaluate", help="score the fields read from transcribed photos, and keep the run")
    parser.add_argument("--set", default="samples", metavar="samples|DIR", help="photos with a JSON truth beside each")
    parser.add_argument("--engine", metavar="|".join(engine_names()), default="auto", help="who proposes the fields")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--misses", action="store_true", help="also print every value missed or falsely answered")
    parser.add_argument("--compare", metavar="RUN", help="number of an earlier run, or 'last': show both side by side")
    parser.add_argument("--again", action="store_true", help="read anew even where the cache has an answer")
    parser.add_argument(
        "--adapter",
        metavar="DIR|NAME",
        help="compare this adapter with what reads now, on verified records it has not seen",
    )
    parser.set_defaults(run=_evaluate)


def _add_worker(commands: Any) -> None:
    parser = commands.add_parser("worker", help="do the background work; the app starts one by itself")
    parser.add_argument("--parent", type=int, help="end when this process is no longer the parent")
    parser.add_argument("--once", action="store_true", help="end when the queue is empty")
    parser.set_defaults(run=lambda args, settings: worker.main(settings, parent=args.parent, once=args.once))


def _extract(args: argparse.Namespace, settings: Settings) -> int:
    tools = worker.make_tools(settings, args.engine)
    kind = None if args.kind == "auto" else Kind(args.kind)
    failed = False
    with open_store(settings) as db:
        for source in _expand(args.sources):
            report = _read_source(db, tools, source, kind, again=args.again)
            failed = failed or "error" in report
            print(json.dumps(report, ensure_ascii=False) if args.json else _summary(report), flush=True)
    return 1 if failed else 0


def _expand(sources: Sequence[str]) -> Iterator[str]:
    """The sources with folders replaced by the pictures in them, by name."""
    for source in sources:
        path = Path(source)
        if "://" not in source and path.is_dir():
            yield from sorted(str(file) for file in path.iterdir() if file.suffix.lower() in PICTURES)
        else:
            yield source


def _read_source(db: Database, tools: Tools, source: str, kind: Kind | None, *, again: bool) -> dict[str, Any]:
    start = time.perf_counter()
    try:
        data, name = _load(source, tools.settings)
        page = open_page(data, name, tools.settings)
        result = read_photo(db, tools, page.id, lambda: page.pixels, kind=kind, force=again)
    except ShelfLensError as err:
        return _failure(source, err.message)
    except OSError as err:
        reason = err.strerror or str(err)
        message = Bilingual(en=f"{source} cannot be read: {reason}.", zh=f"无法读取 {source}：{reason}。")
        return _failure(source, message)
    failed = {} if result.failure is None else _failure(source, result.failure)
    return _report(db, source, result.extraction, (time.perf_counter() - start) * 1000) | failed


def _load(source: str, settings: Settings) -> tuple[bytes, str]:
    if "://" in source:
        fetched = fetch_image(source, settings)
        return fetched.data, fetched.name
    return Path(source).read_bytes(), source


def _failure(source: str, message: Bilingual) -> dict[str, Any]:
    return {"file": source, "error": message.en, "error_zh": message.zh}


def _report(db: Database, source: str, extraction: Extraction, ms: float) -> dict[str, Any]:
    """The contract of DESIGN.md for one photo that was read. Boxes in pixels of the upright photo."""
    readings = extraction.readings
    checked = check_fields(extraction.kind, extraction.fields)
    fields = calibrated(db, extraction.kind, extraction.engine, checked)
    return {
        "file": source,
        "kind": extraction.kind,
        "engine": extraction.engine,
        "cached": extraction.cached,
        "partial": extraction.partial,
        "ms": round(ms, 1),
        "width": readings.width,
        "height": readings.height,
        "fields": {key: _field(field) for key, field in fields.items()},
        "findings": [finding.model_dump(mode="json") for finding in record_findings(extraction.kind, fields)],
        "lines": [
            {"text": line.text, "box": _rounded(line.box), "score": round(line.score, 4)} for line in readings.lines
        ],
        "barcodes": [
            {"text": code.text, "format": code.format, "box": _rounded(code.box), "disputed": code.disputed}
            for code in readings.barcodes
        ],
        "script": readings.script,
        "notes": [note.model_dump() for note in readings.notes],
    }


def _field(field: FieldValue) -> dict[str, Any]:
    whole = field.model_dump(mode="json")
    return {
        "value": whole["value"],
        "raw": whole["raw"],
        **({"unit": field.unit} if field.unit else {}),
        **({"box": _rounded(field.box)} if field.box else {}),
        "sources": whole["sources"],
        "grade": whole["grade"],
        "confidence": field.confidence,
        "findings": whole["findings"],
        **({"inferred": True} if field.inferred else {}),
        **({"truncated": True} if field.truncated else {}),
        **({"alternatives": whole["alternatives"]} if field.alternatives else {}),
    }


def _rounded(box: tuple[float, float, float, float]) -> list[float]:
    return [round(value, 1) for value in box]


def _summary(report: dict[str, Any]) -> str:
    """A few lines for people."""
    if "fields" not in report:
        return f"{report['file']}: {report['error']}"
    origin = "from the cache" if report["cached"] else f"{report['ms'] / 1000:.1f} s"
    head = f"{report['file']}: {report['kind']}, {len(report['lines'])} lines, {origin}"
    rows = (
        f"  {key:17} {field['raw'] or field['value']}{''.join(' !' for _ in field['findings'])}".replace("\n", " / ")
        for key, field in report["fields"].items()
    )
    notes = [f"  ! {note['en']}" for note in report["notes"]]
    failure = [f"  ! {report['error']}"] if "error" in report else []
    return "\n".join([head, *failure, *notes, *rows])


def _evaluate(args: argparse.Namespace, settings: Settings) -> int:
    if args.adapter:
        return evaluate_adapter(args, settings)
    request = Request(args.set, as_json=args.json, again=args.again, misses=args.misses, compare=args.compare)
    with open_store(settings) as db:
        return evaluate(db, worker.make_tools(settings, args.engine), request)


def _print_dry_run(found: exports.DryRun) -> int:
    print(f"{found.count} records would be written")
    for misfit in found.misfits:
        shown = ", ".join(map(str, misfit.items[:ITEMS_NAMED]))
        more = f" and {len(misfit.items) - ITEMS_NAMED} more" if len(misfit.items) > ITEMS_NAMED else ""
        print(f"{misfit.field} {misfit.reason.en}: {len(misfit.items)} records (items {shown}{more})")
    if found.left_to_you is not None:
        print(found.left_to_you.en)
    return 0


def _form(args: argparse.Namespace) -> exports.Form:
    """The form that was asked for. Raises UsageError for photos in a file that holds none."""
    by_name = "xlsx" if args.output is not None and args.output.suffix.lower() == ".xlsx" else "csv"
    if (args.format or by_name) == "xlsx":
        return exports.Form.XLSX_PHOTOS if args.photos else exports.Form.XLSX
    if args.photos:
        raise UsageError(
            en="A CSV file holds no photos: use --format xlsx.", zh="CSV 文件不能包含照片，请使用 --format xlsx。"
        )
    return exports.Form.CSV


def _export(args: argparse.Namespace, settings: Settings) -> int:
    filters = Filters(
        kind="" if args.kind == "all" else args.kind,
        status="" if args.status == "all" else args.status,
        brand=args.brand,
        campaign=args.campaign,
        text=args.text,
        flags=args.only,
    )
    layout = {"profile": args.profile, "lang": args.lang, "style": exports.Style(args.style)}
    with open_store(settings) as db:
        if args.dry_run:
            return _print_dry_run(exports.dry_run(db, filters, args.profile))
        form = _form(args)
        if args.output is not None:
            count = exports.save_export(db, settings, filters, args.output, form=form, **layout)
        elif form is exports.Form.CSV:
            count = exports.write_csv(db, filters, out=sys.stdout.buffer, **layout)
        else:
            raise UsageError(
                en="A workbook needs a file to go to: add -o FILE.xlsx.", zh="请用 -o FILE.xlsx 指定输出文件。"
            )
    print(f"{count} records written{f' to {args.output}' if args.output else ''}", file=sys.stderr)
    return 0
