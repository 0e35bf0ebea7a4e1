"""Days an offer holds, and ranges of numbers that are no days."""

from __future__ import annotations

import pytest

from core.values.periods import find_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("6.01-6.03", "--06-01", "--06-03"),
        ("6月1日至18日", "--06-01", "--06-18"),
        ("10.20 20:00 - 11.11 24:00", "--10-20", "--11-11"),
        ("10.20晚8点-11.11", "--10-20", "--11-11"),
        ("6月1日20:00-6月3日24点", "--06-01", "--06-03"),
        ("2024年6月1日-2024年6月18日", "2024-06-01", "2024-06-18"),
        ("2024.6.1-6.18", "2024-06-01", "2024-06-18"),
        ("2025.12.28-1.3", "2025-12-28", "2026-01-03"),
        ("June 1 - 3", "--06-01", "--06-03"),
        ("June 1 – June 15, 2025", "2025-06-01", "2025-06-15"),
        ("1-3 June 2025", "2025-06-01", "2025-06-03"),
        ("Sale ends July 4th", None, "--07-04"),
        ("Valid until 30 June 2025", None, "2025-06-30"),
        ("截止6月18日", None, "--06-18"),
        ("6月18日开抢", "--06-18", None),
        ("2025.11.11", "2025-11-11", "2025-11-11"),
    ],
)
def test_period_is_read(text: str, start: str | None, end: str | None) -> None:
    period = find_period(text)
    assert period is not None
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "08:00-20:00",
        "12.5:1",
        "9.9-19.9元",
        "9.9-19.9",
        "¥5.9-9.9",
        "1.5-2.5kg",
        "36-40码",
        "24/7",
        "13.1-13.5",
        "2.30-2.31",
        "8.5折",
        "Save 3-5 days",
    ],
)
def test_range_of_other_numbers_is_no_period(text: str) -> None:
    assert find_period(text) is None
