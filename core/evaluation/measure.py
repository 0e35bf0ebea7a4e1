"""A whole set through the ordinary pipeline: the same code, caches and versions as any upload."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

from sqlite_utils import Database

from core.errors import ShelfLensError
from core.evaluation.scoring import Cell, Miss, PhotoScore, score_photo
from core.evaluation.truths import Case
from core.images import open_page
from core.reading.pipeline import PhotoResult, Tools, read_photo
from core.rules import rules_version
from core.schema import load_schema
from core.store import runs
from core.store.evaluations import Evaluation
from core.types import Extraction, Frozen, Grade, Kind, Source

Progress = Callable[[int, int], None]
"""Told how many photos of how many are done."""


class BarcodeCount(Frozen):
    """Barcodes over the photos whose truth names one, and answers that contradict a truth."""

    wanted: int = 0
    decoded: int = 0
    wrong: int = 0
    """Photos whose GTIN is given on a decoder's word and is not the truth's."""
    trusted_wrong: int = 0
    """Those of them graded high: nobody would look again."""


class _Totals:
    def __init__(self) -> None:
        self.cells: dict[str, Cell] = {}
        self.misses: list[Miss] = []
        self.lines = self.lines_read = 0
        self.barcodes = BarcodeCount()
        self.seconds: list[float] = []
        self.failures: list[str] = []
        self.revisions: set[str] = set()

    def fail(self, case: Case, reason: str) -> None:
        """Counts a photo the engine did not read as one with no answers."""
        self.failures.append(f"{case.name}: {reason}")
        self.add(score_photo(case, {}, []))

    def add(self, score: PhotoScore) -> None:
        for name, cell in score.cells.items():
            self.cells[name] = self.cells.get(name, Cell()) + cell
        self.misses += score.misses
        self.lines += score.lines
        self.lines_read += score.lines_read


def evaluate_set(
    db: Database,
    tools: Tools,
    name: str,
    cases: Sequence[Case],
    *,
    again: bool = False,
    progress: Progress | None = None,
) -> Evaluation:
    """Reads and scores every photo; with `again` anew where a cache has it. Nothing is stored but readings and runs.

    A photo that can't be read counts as one with no answers, and is named in `failures`.
    """
    totals = _Totals()
    for index, case in enumerate(cases):
        _evaluate_photo(db, tools, case, totals, again=again)
        if progress:
            progress(index + 1, len(cases))
    return _summed(tools, name, len(cases), totals)


def _evaluate_photo(db: Database, tools: Tools, case: Case, totals: _Totals, *, again: bool) -> None:
    try:
        page = open_page(case.photo.read_bytes(), case.name, tools.settings)
        result = read_photo(db, tools, page.id, lambda: page.pixels, force=again)
    except ShelfLensError as err:
        totals.fail(case, err.message.en)
        return
    if result.failure is not None:  # another engine's answers must not stand under this one's name
        totals.fail(case, result.failure.en)
        return
    extraction = result.extraction
    fields = {key: field.model_dump(mode="json") for key, field in extraction.fields.items()}
    totals.add(score_photo(case, fields, [line.text for line in extraction.readings.lines]))
    totals.barcodes = count_barcode(totals.barcodes, case, extraction)
    totals.seconds.append(_seconds(db, page.id, result))


def _seconds(db: Database, blob: str, result: PhotoResult) -> float:
    """Time the readers and the engine took when they last read this photo, also where a cache answered now."""
    engine = next(run.ms for run in runs.list_runs(db, blob) if run.id == result.run_id)
    return (result.extraction.readings.ms + engine) / 1000


def count_barcode(counts: BarcodeCount, case: Case, extraction: Extraction) -> BarcodeCount:
    """The counts with one photo more. Leading zeros do not tell two codes apart: a UPC is an EAN that begins with 0."""
    if "barcode" not in case.fields:
        return counts
    wanted = str(case.fields["barcode"] or "").lstrip("0")
    decoded = {code.text.lstrip("0") for code in extraction.readings.barcodes}
    field = extraction.fields.get("gtin")
    wrong = field is not None and Source.BARCODE in field.sources and str(field.value).lstrip("0") != wanted
    return BarcodeCount(
        wanted=counts.wanted + bool(wanted),
        decoded=counts.decoded + (bool(wanted) and wanted in decoded),
        wrong=counts.wrong + wrong,
        trusted_wrong=counts.trusted_wrong + (wrong and field is not None and field.grade is Grade.HIGH),
    )


def _summed(tools: Tools, name: str, photos: int, totals: _Totals) -> Evaluation:
    engine = tools.engine
    schemas = " ".join(f"{kind}-{load_schema(kind).digest}" for kind in Kind)
    ordered = sorted(totals.seconds)
    return Evaluation(
        set_name=name,
        engine=engine.name,
        revision=engine.revision,
        reader=tools.readers.version,
        rules_version=rules_version(),
        schema_version=schemas,
        photos=photos,
        failures=tuple(totals.failures),
        median_s=statistics.median(ordered) if ordered else 0.0,
        p95_s=ordered[round(0.95 * (len(ordered) - 1))] if ordered else 0.0,
        fields={key: cell.model_dump() for key, cell in sorted(totals.cells.items())},
        lines=totals.lines,
        lines_read=totals.lines_read,
        barcodes=totals.barcodes.model_dump(),
        misses=tuple(miss.model_dump(mode="json") for miss in totals.misses),
    )
