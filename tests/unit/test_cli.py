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


def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reply: dict) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps(reply), "utf-8")
    monkeypatch.setenv("SHELFLENS_SCRIPT", str(script))


def test_a_models_fields_say_who_else_has_read_them(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = json.loads(SAMPLE.with_suffix(".json").read_text("utf-8"))["fields"]
    said = {"gtin": "4006381333931", "net_content": truth["net_content"], "brand": "Nobody Prints This"}
    scripted(tmp_path, monkeypatch, {"extract": said})
    code, [report] = run(capsys, "extract", str(SAMPLE), "--engine", "scripted", "--json")
    fields = report["fields"]
    assert (code, report["engine"], report["partial"]) == (0, "scripted", False)
    assert fields["net_content"]["sources"] == ["vlm", "ocr"]
    assert fields["net_content"]["grade"] == "high"
    assert (fields["gtin"]["value"], fields["gtin"]["sources"][0]) == (truth["barcode"], "barcode")
    assert fields["gtin"]["alternatives"] == [
        {"value": "4006381333931", "unit": None, "raw": "4006381333931", "source": "vlm"}
    ]
    about = [finding["rule"] for field in (fields["gtin"], fields["brand"]) for finding in field["findings"]]
    assert "readers_agree" in about


def test_an_engine_that_does_not_answer_is_an_error_beside_the_fields_of_the_embedded_one(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scripted(tmp_path, monkeypatch, {"extract": "no fields here"})
    code, [report] = run(capsys, "extract", str(SAMPLE), "--engine", "scripted", "--json")
    assert (code, report["engine"], report["partial"]) == (1, "ocr", True)
    assert "no fields here" in report["error"] and report["error_zh"]
    assert report["fields"]["gtin"]["sources"][0] == "barcode"
    assert main(["extract", str(SAMPLE), "--engine", "scripted"]) == 1
    printed = capsys.readouterr().out
    assert "no fields here" in printed and "net_content" in printed
