"""Dates and durations as labels print them."""

from __future__ import annotations

import pytest

from core.values.dates import parse_date, parse_duration

DATES = [
    ("2025年03月04日", "2025-03-04"),
    ("生产日期:2026年7月2日", "2026-07-02"),
    ("2025.03.04", "2025-03-04"),
    ("2025/3/4", "2025-03-04"),
    ("2025-03-04", "2025-03-04"),
    ("２０２５．０３．０４", "2025-03-04"),
    ("20250304", "2025-03-04"),
    ("20250304 08:13 A2", "2025-03-04"),
    ("25/12/2025", "2025-12-25"),
    ("12/25/2025", "2025-12-25"),
    ("25.12.26", "2026-12-25"),
    ("14 MAR 2025", "2025-03-14"),
    ("14MAR25", "2025-03-14"),
    ("Mar 14, 2025", "2025-03-14"),
    ("12. März 2027", "2027-03-12"),
    ("05 août 2026", "2026-08-05"),
    ("DEC 2025", "2025-12"),
    ("03/2026", "2026-03"),
    ("2026.05", "2026-05"),
    ("2026年5月", "2026-05"),
    ("29.02.2028", "2028-02-29"),
]

ELSEWHERE = [
    "见瓶底",
    "见包装喷码处",
    "请见包装封口处",
    "见瓶盖",
    "标注于罐底",
    "see bottom of can",
    "see lid",
    "la date figurant sur le couvercle",
    "voir sur l'emballage",
    "siehe Deckelrand",
]

NO_DATES = [
    "6901234567892",
    "29.02.2027",
    "13.13.2025",
    "净含量500克",
    "400-820-1234",
    "12345678",
    "GB/T 20980-2021",
    "1-800-555-0142",
    "see you soon",
    "",
]


@pytest.mark.parametrize(("text", "value"), DATES)
def test_a_printed_date_is_read(text: str, value: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("text", ELSEWHERE)
def test_a_date_printed_elsewhere_is_a_value_of_its_own(text: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.value == "see_package"


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert parse_date(text) is None


def test_day_and_month_that_can_be_swapped_are_flagged_with_the_other_reading() -> None:
    found = parse_date("03/04/2025")
    assert found is not None
    assert (found.value, found.ambiguous, found.alternatives) == ("2025-04-03", True, ("2025-03-04",))


def test_a_known_order_settles_which_is_the_month() -> None:
    found = parse_date("03/04/2025", order="mdy")
    assert found is not None
    assert (found.value, found.ambiguous, found.alternatives) == ("2025-03-04", False, ())


def test_equal_day_and_month_are_not_ambiguous() -> None:
    found = parse_date("05/05/2025")
    assert found is not None
    assert not found.ambiguous


def test_raw_is_the_date_as_printed() -> None:
    found = parse_date("生产日期：2025年03月04日 合格")
    assert found is not None
    assert found.raw == "2025年03月04日"


def test_no_year_is_too_early_or_late_to_be_read() -> None:
    for year in (1999, 2031, 2099):
        found = parse_date(f"{year}-06-30")
        assert found is not None
        assert found.value == f"{year}-06-30"


DURATIONS = [
    ("12个月", 12, "month"),
    ("保质期：18 个月", 18, "month"),
    ("十八个月", 18, "month"),
    ("二十四个月", 24, "month"),
    ("360天", 360, "day"),
    ("一年半", 1.5, "year"),
    ("两年", 2, "year"),
    ("18 months", 18, "month"),
    ("3 ans", 3, "year"),
    ("6 Monate", 6, "month"),
    ("48小时", 48, "hour"),
]


@pytest.mark.parametrize(("text", "value", "unit"), DURATIONS)
def test_a_length_of_time_is_read(text: str, value: float, unit: str) -> None:
    found = parse_duration(text)
    assert found is not None
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize("text", ["2025年3月", "2025年03月04日", "见包装", "500克", "36 Monatsblätter", ""])
def test_what_is_no_length_of_time_is_not_read_as_one(text: str) -> None:
    assert parse_duration(text) is None
