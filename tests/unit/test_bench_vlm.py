"""`make bench-vlm` takes half an hour: what was measured is said at once, and the recipe is measured first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.vlm import __main__ as bench


def test_rows_of_a_part_are_printed_before_the_next_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said: dict[str, str] = {}

    def time(way: str, *_: object) -> dict[str, float]:
        said[way] = capsys.readouterr().out
        if way == "genai:int8":
            raise KeyboardInterrupt
        return {"total_s": {"recipe": 30.0, "openvino:int8": 3.0}[way], "peak_gib": 1.0}

    monkeypatch.setattr("sys.argv", ["bench", "genai:int8", "openvino:int8", "recipe"])
    for name, answer in (("load_tasks", []), ("save_tasks", None), ("_checkpoint", tmp_path), ("_folder", tmp_path)):
        monkeypatch.setattr(bench, name, lambda *_, answer=answer: answer)
    monkeypatch.setattr(bench, "_time", time)
    with pytest.raises(KeyboardInterrupt):
        bench.main()
    assert list(said) == ["recipe", "openvino:int8", "genai:int8"]
    assert "30.00 s" in said["openvino:int8"]
    assert "3.00 s   1/10.0 of the recipe" in said["genai:int8"]
