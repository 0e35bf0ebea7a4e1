"""The command line's contract: one JSON object a line, exit codes 0, 1 and 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli import main
from core.settings import ROOT, Settings

SAMPLE = ROOT / "data" / "samples" / "green_tea_zh.jpg"


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, list[dict]]:
    code = main(list(argv))
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_extract_gives_the_contract_and_answers_from_the_cache_the_second_time(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, [first] = run(capsys, "extract", str(SAMPLE), "--json")
    again, [second] = run(capsys, "extract", str(SAMPLE), "--json")
    assert (code, again) == (0, 0)
    assert (first["cached"], second["cached"]) == (False, True)
    assert first["file"] == str(SAMPLE)
    assert (first["kind"], first["engine"]) == ("product", "ocr")
    truth = json.loads(SAMPLE.with_suffix(".json").read_text("utf-8"))["fields"]
    gtin = first["fields"]["gtin"]
    assert gtin["value"] == truth["barcode"]
    assert gtin["sources"][0] == "barcode"
    for field in first["fields"].values():
        assert {"value", "raw", "sources", "confidence", "findings"} <= set(field)
    assert {"text", "box", "score"} == set(first["lines"][0])
    assert first["barcodes"][0]["text"] == truth["barcode"]
    assert second["fields"] == first["fields"]


def test_one_bad_file_does_not_stop_the_others(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.jpg").touch()
    code, reports = run(capsys, "extract", str(tmp_path / "empty.jpg"), "/nowhere.jpg", str(SAMPLE), "--json")
    assert code == 1
    assert [("error" in report) for report in reports] == [True, True, False]
    assert "empty" in reports[0]["error"]


@pytest.mark.parametrize(
    "argv",
    [["extract"], ["extract", "x.jpg", "--engine", "qwn"], ["export", "--profile", "qwn"], ["nonsense"], []],
)
def test_a_usage_error_ends_with_code_2(argv: list[str], settings: Settings) -> None:
    try:
        code = main(argv)
    except SystemExit as err:
        code = err.code  # type: ignore[assignment]
    assert code == 2


def test_a_folder_is_read_whole(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("b.jpg", "a.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    _, reports = run(capsys, "extract", str(tmp_path), "--json")
    assert [Path(report["file"]).name for report in reports] == ["a.png", "b.jpg"]
