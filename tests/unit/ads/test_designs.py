"""Which posters are one design: crops, scalings and misreadings pass, other prices and other words do not."""

from __future__ import annotations

import pytest

from core.ads.designs import Design, design_of, is_same_design
from core.types import Line, Readings

LINES = (
    ("云衫", (40, 30, 140, 70)),
    ("一件穿整个夏天", (40, 120, 620, 220)),
    ("100%桑蚕丝", (60, 300, 330, 350)),
    ("透气不闷汗", (60, 380, 330, 430)),
    ("到手价¥168", (420, 700, 760, 790)),
    ("立即抢购", (60, 720, 280, 780)),
)
FULL = Design(0xF0F0F0F0F0F0F0F0, LINES, frozenset({168.0}), frozenset())
FAR = 0x0F0F0F0F0F0F0F0F


def moved(lines=LINES, *, scale: float = 1.0, x: float = 0.0, y: float = 0.0, **more) -> Design:  # type: ignore[no-untyped-def]
    placed = tuple(
        (text, (scale * (box[0] - x), scale * (box[1] - y), scale * (box[2] - x), scale * (box[3] - y)))
        for text, box in lines
    )
    return Design(**{"phash": FAR, "lines": placed, "prices": frozenset({168.0}), "offers": frozenset(), **more})


@pytest.mark.parametrize(
    "other",
    [
        moved(scale=0.4),
        moved(scale=2.5, x=30, y=20),
        moved(LINES[1:5], x=35, y=100),
        moved((*LINES[:3], ("透气不闷开", LINES[3][1]), *LINES[4:])),
        moved(phash=FULL.phash ^ 0b1011, lines=LINES[:2], prices=frozenset()),
        moved(prices=frozenset()),
        moved(prices=frozenset({168.0, 299.0})),
    ],
    ids=["smaller", "enlarged crop", "crop", "one letter misread", "look alone", "price cut off", "one price more"],
)
def test_one_design_however_it_was_saved(other: Design) -> None:
    assert is_same_design(FULL, other)
    assert is_same_design(other, FULL)


@pytest.mark.parametrize(
    "other",
    [
        moved(phash=FULL.phash, prices=frozenset({148.0})),
        moved([("羽绒服", LINES[0][1]), ("暖冬不臃肿", LINES[1][1])], phash=FULL.phash),
        moved(((text, (700 - box[0], 5 * box[1] % 600, 800 - box[0], 5 * box[1] % 600 + 40)) for text, box in LINES)),
        moved(LINES[:2]),
        moved((LINES[0], LINES[5], ("新品首发", (60, 300, 330, 350)), ("买一送一", (60, 380, 330, 430)))),
        moved((), phash=FULL.phash),
        moved((), prices=frozenset()),
    ],
    ids=[
        "another price", "a template with other words", "the same words elsewhere", "two common lines and another look",
        "the same brand and button", "its picture without words", "another picture without words",
    ],
)  # fmt: skip
def test_another_creative_however_alike(other: Design) -> None:
    assert not is_same_design(FULL, other)
    assert not is_same_design(other, FULL)


def test_small_print_may_be_misread_where_the_pictures_look_the_same() -> None:
    misread = [*LINES[:2], ("l00%泰至丝", LINES[2][1]), *LINES[3:5], ("艺即拾购去了", LINES[5][1])]
    assert is_same_design(FULL, moved(misread, phash=FULL.phash))
    assert not is_same_design(FULL, moved([LINES[0], *misread[2:3], *misread[5:]], phash=FULL.phash))


def changed(number: int, text: str) -> list[tuple[str, tuple[int, int, int, int]]]:
    """The poster's lines with that one saying something else."""
    return [(text, box) if at == number else (said, box) for at, (said, box) in enumerate(LINES)]


@pytest.mark.parametrize("phash", [FULL.phash, FAR], ids=["looks the same", "looks otherwise"])
@pytest.mark.parametrize("scale", [1.0, 0.4])
@pytest.mark.parametrize(
    "lines",
    [
        changed(3, "高弹不紧绷"),
        changed(1, "秋冬第一件打底衫"),
        [*changed(2, "透气不闷汗")[:3], ("高弹不紧绷", LINES[3][1]), *LINES[4:]],
        changed(2, "Machine washable"),
    ],
    ids=["another claim", "another headline", "one claim moved up and one new", "a claim in another language"],
)
def test_a_template_filled_with_other_words_at_the_same_price_is_another_creative(
    lines: list[tuple[str, tuple[int, int, int, int]]], scale: float, phash: int
) -> None:
    other = moved(lines, scale=scale, phash=phash)
    assert not is_same_design(FULL, other)
    assert not is_same_design(other, FULL)


BADGE = ("京东自营", (640, 20, 780, 70))
COVERED = (("一件穿整", (40, 120, 330, 220)), ("京东自营", (340, 110, 640, 210)))


@pytest.mark.parametrize(
    "other",
    [
        moved([*LINES, BADGE], phash=FULL.phash),
        moved([*LINES[1:], BADGE], phash=FULL.phash, scale=0.5),
        moved([LINES[0], *COVERED, *LINES[2:]], phash=FULL.phash),
        moved([*changed(3, "透乞小闷什"), BADGE], phash=FULL.phash, doubted=frozenset({"透乞小闷什"})),
        moved([*LINES[:2], LINES[3], LINES[2], *LINES[4:]], phash=FULL.phash),
        moved([LINES[0], LINES[1], ("100%桑蚕丝 透气不闷汗", (60, 300, 330, 430)), *LINES[4:]], phash=FULL.phash),
    ],
    ids=[
        "a badge", "a badge and a line cut off", "a badge over the headline's end", "a misread claim and a badge",
        "lines found in another order", "two lines read as one",
    ],
)  # fmt: skip
def test_a_badge_or_a_reading_in_other_pieces_is_no_other_creative(other: Design) -> None:
    assert is_same_design(FULL, other)
    assert is_same_design(other, FULL)


def test_a_poster_that_runs_once_more_in_other_days_is_the_same_creative() -> None:
    dated = [((*LINES, (days, (300, 820, 560, 850)))) for days in ("9月21日-9月30日", "2026.10.19-2026.11.02")]
    assert is_same_design(*(moved(lines, phash=FULL.phash) for lines in dated))


def test_a_line_counts_as_doubted_by_its_score() -> None:
    lines = tuple(
        Line(text=text, box=box, score=score) for (text, box), score in zip(LINES[:2], (0.99, 0.7), strict=True)
    )
    design = design_of("f0" * 8, Readings(width=800, height=900, lines=lines), {})
    assert design.doubted == {LINES[1][0]}


def test_a_crop_that_lost_one_of_two_logos_is_the_same_design() -> None:
    twice = moved((*LINES, ("云衫", (500, 560, 560, 590))), scale=1.0)
    crop = moved((*LINES[1:], ("云衫", (500, 560, 560, 590))), x=20, y=90, phash=0x1234123412341234)
    assert is_same_design(twice, crop)
    assert is_same_design(crop, twice)


def test_other_offers_are_another_creative() -> None:
    half, third = moved(offers=frozenset({0.5})), moved(offers=frozenset({0.3}))
    assert not is_same_design(half, third)
    assert is_same_design(half, moved(offers=frozenset({0.5, 100.0})))


def test_posters_without_words_are_judged_by_their_look() -> None:
    logo = Design(0xAAAA, (), frozenset(), frozenset())
    assert is_same_design(logo, Design(0xAAAB, (), frozenset(), frozenset()))
    assert not is_same_design(logo, Design(0x5555FFFF, (), frozenset(), frozenset()))
