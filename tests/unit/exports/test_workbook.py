"""Exports as workbooks: what kind each cell has, photos, limits, and memory."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlite_utils import Database

from core import cli, exports
from core.errors import StorageDenied, UsageError
from core.exports import Form, workbook
from core.exports.saved import form_of, keep_export, read_export
from core.exports.workbook import fitting
from core.reviewing import review
from core.settings import Settings
from core.store.records import Filters
from tests.seeding import seed_records

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_sheet(path: Path) -> list[list[tuple[str, Any]]]:
    """The cells of the sheet as (type, text), row by row; empty cells are left out."""
    with zipfile.ZipFile(path) as book:
        assert "xl/sharedStrings.xml" not in book.namelist(), "texts stand in their cells, row by row"
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [
        [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row if cell.get("t") or len(cell)]
        for row in root.iter(f"{SPACE}row")
    ]


def column(path: Path, name: str) -> list[tuple[str, Any]]:
    """The cells under a heading, by their reference, with () where there is none."""
    with zipfile.ZipFile(path) as book:
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = [
        {re.sub(r"\d", "", cell.get("r") or ""): (cell.get("t", "n"), "".join(cell.itertext())) for cell in row}
        for row in root.iter(f"{SPACE}row")
    ]
    letter = next(letter for letter, (_, text) in rows[0].items() if text == name)
    return [row.get(letter, ("", "")) for row in rows[1:]]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "made" / "out.xlsx"


def save(db: Database, settings: Settings, target: Path, form: Form = Form.XLSX, **more: Any) -> int:
    return exports.save_export(db, settings, Filters(kind="product"), target, form=form, **more)


def media(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as book:
        return [name for name in book.namelist() if name.startswith("xl/media/")]


def test_workbook_holds_what_the_csv_holds(db: Database, settings: Settings, target: Path) -> None:
    made = seed_records(db, settings, 3, 1)
    assert save(db, settings, target) == 3
    assert column(target, "item_id") == [("n", str(item)) for item in made[:3]]
    assert column(target, "name") == [("inlineStr", f"燕麦片 No. {number}") for number in range(3)]
    assert list(target.parent.iterdir()) == [target], "nothing is left beside it"


def test_barcodes_are_text_with_all_their_zeros_and_amounts_are_numbers(
    db: Database, settings: Settings, target: Path
) -> None:
    (item,) = seed_records(db, settings, 1)
    review.save_edits(db, item, {"gtin": "0012345678905", "net_content": "500 g"}, reviewer="ann")
    save(db, settings, target)
    assert column(target, "gtin") == [("inlineStr", "0012345678905")]
    assert column(target, "net_content") == [("n", "500")]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-5", "{=1+1}", "http://x.example/", "internal:Sheet1!A1", "1e5"]
)
def test_text_is_never_a_formula_a_link_or_a_number(db: Database, settings: Settings, target: Path, text: str) -> None:
    (item,) = seed_records(db, settings, 1)
    review.save_edits(db, item, {"name": text}, reviewer="ann")
    save(db, settings, target)
    assert column(target, "name") == [("inlineStr", text)]
    with zipfile.ZipFile(target) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet


def test_control_characters_leave_a_file_that_can_be_read(db: Database, settings: Settings, target: Path) -> None:
    (item,) = seed_records(db, settings, 1)
    review.save_edits(db, item, {"name": "a\x00b\x0bc]]>&<d"}, reviewer="ann")
    save(db, settings, target)
    ((kind, text),) = column(target, "name")
    assert kind == "inlineStr" and text.startswith("a") and "]]>&<d" in text


@pytest.mark.parametrize(
    ("text", "length"),
    [("x" * 32_767, 32_767), ("x" * 32_768, 32_767), ("😀" * 20_000, 32_767), ("", 0)],
)
def test_too_long_text_is_cut_and_marked_as_cut(text: str, length: int) -> None:
    cut = fitting(text)
    assert len(cut.encode("utf-16-le")) // 2 <= length
    assert cut == text or cut.endswith("…")


def test_each_record_has_its_photo_once_in_the_file(db: Database, settings: Settings, target: Path) -> None:
    seed_records(db, settings, 4, photos=3)
    save(db, settings, target, Form.XLSX_PHOTOS)
    assert len(media(target)) == 3, "the photo that two records share is kept once"
    with zipfile.ZipFile(target) as book:
        drawing = book.read("xl/drawings/drawing1.xml").decode()
    assert drawing.count("<xdr:pic>") == 4
    save(db, settings, target)
    assert media(target) == []


def test_record_whose_photo_file_is_gone_is_exported_without_it(db: Database, settings: Settings, target: Path) -> None:
    seed_records(db, settings, 2)
    for file in settings.blobs.rglob(f"{1:064x}*"):
        file.unlink()
    assert save(db, settings, target, Form.XLSX_PHOTOS) == 2
    assert len(media(target)) == 1


@pytest.mark.parametrize("profile", list(exports.PROFILES))
def test_every_layout_can_be_a_workbook(db: Database, settings: Settings, target: Path, profile: str) -> None:
    seed_records(db, settings, 2)
    assert save(db, settings, target, Form.XLSX_PHOTOS, profile=profile) == 2
    assert len(read_sheet(target)) == 3


def test_headings_speak_the_language_asked_for(db: Database, settings: Settings, target: Path) -> None:
    seed_records(db, settings, 1)
    save(db, settings, target, Form.XLSX_PHOTOS, lang="zh")
    assert [text for _, text in read_sheet(target)[0][:2]] == ["照片", "条目"]


def test_more_records_than_a_sheet_holds_are_refused_and_leave_nothing(
    db: Database, settings: Settings, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    seed_records(db, settings, 3)
    with pytest.raises(UsageError, match="2 records at most"):
        save(db, settings, target)
    assert list(target.parent.iterdir()) == []


def test_folder_that_cannot_be_written_is_said_plainly(db: Database, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageDenied, match=r"out\.xlsx"):
        save(db, settings, tmp_path / "file" / "out.xlsx")


def test_memory_does_not_grow_with_the_records(tmp_path: Path) -> None:
    """Ten times the rows, each of 10,000 characters: the peak stays under what the texts alone would take."""

    def peak(rows: int) -> int:
        from core.exports.columns import Row
        from core.exports.profile import column as make

        columns = [make("text", lambda row: "x" * 10_000)]
        tracemalloc.start()
        workbook.write_workbook(tmp_path / f"{rows}.xlsx", columns, (Row(None, None) for _ in range(rows)))  # type: ignore[arg-type]
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    small, large = peak(100), peak(1000)
    assert large < small + 2_000_000


def test_saved_workbook_is_kept_and_known_as_one(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    kept = keep_export(
        db, settings, Filters(), profile="shelflens", lang="en", style=exports.Style.PLAIN, reviewer="ann",
        form=Form.XLSX_PHOTOS,
    )  # fmt: skip
    assert kept.file.endswith(".xlsx") and kept.style == "xlsx-photos" and form_of(kept) is Form.XLSX
    assert read_export(settings, kept).startswith(b"PK")


def test_command_line_writes_a_workbook_by_the_name_of_the_file(
    db: Database, settings: Settings, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed_records(db, settings, 2)
    assert cli.main(["export", "--kind", "product", "--photos", "-o", str(target)]) == 0
    assert len(media(target)) == 2 and "2 records written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "xlsx"], "needs a file"),
        (["--photos"], "holds no photos"),
        (["--photos", "-o", "x.csv"], "no photos"),
    ],
)
def test_command_line_says_what_does_not_go_together(
    db: Database, settings: Settings, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert cli.main(["export", *arguments]) == 2
    assert said in capsys.readouterr().err
