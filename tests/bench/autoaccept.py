"""Whether promises about values accepted without a look hold, in simulated histories whose true error is known.

In each, a person turns on every promise the moment it is first offered.
"""

from __future__ import annotations

HISTORIES = 200
TARGET = 20
"""The target's own number: over so many histories the promises hold in 95 %."""


def measure() -> list[tuple[str, str]]:
    from tests.simulation.histories import play_history

    played = [play_history(seed) for seed in range(HISTORIES)]
    rows = []
    for name, part in ((f"first {TARGET} histories", played[:TARGET]), (f"{HISTORIES} histories", played)):
        kept = sum(each.broken == 0 for each in part)
        made, broken = sum(each.made for each in part), sum(each.broken for each in part)
        rows.append((f"{name}: all promises kept in", f"{kept} ({kept / len(part):.0%})"))
        rows.append((f"{name}: promises made, true error above", f"{made}, {broken}"))
        share = sum(each.accepted for each in part) / len(part)
        rows.append((f"{name}: accepted without a look by the boldest promise, mean", f"{share:.0%}"))
    return rows
