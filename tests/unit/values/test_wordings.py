"""What a line of a poster is by its wording alone, for wordings that nobody taught."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core.values.wordings import KINDS, ROLES, WEIGHTS, Role, kind_shares, likely_role, role_shares
from scripts.learn_wordings import read_lines

LINES = list(read_lines(WEIGHTS.parent))


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("羽绒含量90%", Role.CLAIM),
        ("慢火熬足八小时", Role.CLAIM),
        ("Machine washable wool", Role.CLAIM),
        ("第二杯一元", Role.OFFER),
        ("Kids go free this weekend", Role.OFFER),
        ("马上约起来", Role.CALL),
        ("Scan to see the menu", Role.CALL),
        ("本活动不与其他优惠同享", Role.CONDITION),
        ("Offer excludes sale items", Role.CONDITION),
        ("营业时间 10:00-22:00", Role.INFO),
        ("Open daily 9am to 6pm", Role.INFO),
        ("蓝莓味希腊酸奶 135g", Role.NAME),
        ("阿婆家私房菜馆", Role.BRAND),
        ("Cedar & Stone Candle 200g", Role.NAME),
    ],
)
def test_lines_that_nobody_taught_are_told_by_what_they_are(text: str, role: Role) -> None:
    assert text not in {line.text for line in LINES}
    assert likely_role(text, at_least=0.5) is role


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("第二杯一元", "nth_item_discount"),
        ("Half price on your second coffee", "nth_item_discount"),
        ("迟到必赔", "guarantee"),
        ("满三件打七折", "bundle"),
    ],
)
def test_offers_that_nobody_taught_are_told_by_their_kind(text: str, kind: str) -> None:
    assert text not in {line.text for line in LINES}
    shares = kind_shares(text)
    assert max(shares, key=lambda each: shares[each]) == kind


@pytest.mark.parametrize("text", ["", "¥", "x" * 10_000, "🎉🎉", "限时" * 300])
def test_any_text_has_shares_that_come_to_one(text: str) -> None:
    assert set(role_shares(text)) == set(ROLES)
    assert sum(role_shares(text).values()) == pytest.approx(1)
    assert sum(kind_shares(text).values()) == pytest.approx(1)


def test_weights_fit_the_lines_beside_them() -> None:
    told = [likely_role(line.text, at_least=0) == line.role for line in LINES]
    kinds = [max(shares := kind_shares(line.text), key=shares.__getitem__) == line.kind for line in LINES if line.kind]
    assert sum(told) / len(told) > 0.93
    assert sum(kinds) / len(kinds) > 0.93


def test_weights_hold_numbers_only() -> None:
    with zipfile.ZipFile(WEIGHTS) as archive:
        names = {f"{model}_{part}.npy" for model in ("role", "kind") for part in ("weights", "step", "bias")}
        assert set(archive.namelist()) == names
    assert WEIGHTS.stat().st_size < 1_000_000


@pytest.mark.parametrize(
    "row", ["claim", "praise\tVery good", "offer\t2 for 1", "offer\t2 for 1\tgiveaway", "claim\tGood\tgift"]
)
def test_a_line_of_another_shape_is_refused_with_its_place(row: str, tmp_path: Path) -> None:
    (tmp_path / "lines.tsv").write_text(f"claim\tSoft\n{row}\n", "utf-8")
    with pytest.raises(SystemExit, match=r"lines\.tsv:2: .*there twice"):
        list(read_lines(tmp_path))


def test_a_line_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lines.tsv").write_text("claim\tSoft\nslogan\tSoft\n", "utf-8")
    with pytest.raises(SystemExit, match="there twice"):
        list(read_lines(tmp_path))


def test_kinds_are_those_of_promotions() -> None:
    from core.values.promotions import PromotionKind

    assert set(KINDS) < set(PromotionKind)
