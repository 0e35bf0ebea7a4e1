"""`make bench`: speed and memory of this machine, medians, measured in one run.

make bench                     every part but those asked for by name
make bench ARGS="reader"       one part: reader, ocr, edits, autoaccept, feedback, start, pages, wall, review, remote,
                               beside, api; by name only memory (500 photos: ten minutes), learning (three shelves: two
                               minutes), insights (10,000 ads: two minutes)
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.bench import (
    api,
    autoaccept,
    beside,
    edits,
    feedback,
    insights,
    learning,
    memory,
    ocr,
    pages,
    reader,
    remote,
    review,
    startup,
    wall,
)

PARTS: dict[str, Callable[[], list[tuple[str, str]]]] = {
    "reader": reader.measure,
    "ocr": ocr.measure,
    "edits": edits.measure,
    "autoaccept": autoaccept.measure,
    "feedback": feedback.measure,
    "start": startup.measure,
    "pages": pages.measure,
    "wall": wall.measure,
    "review": review.measure,
    "remote": remote.measure,
    "beside": beside.measure,
    "api": api.measure,
    "memory": memory.measure,
    "learning": learning.measure,
    "insights": insights.measure,
}
"""Part -> function that measures it and returns (what, figure) rows."""
ASKED_FOR = {"memory", "learning", "insights"}
"""Parts that take so long that they run only by name."""


def main() -> int:
    wanted = sys.argv[1:] or [name for name in PARTS if name not in ASKED_FOR]
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"No such part: {', '.join(unknown)}. Parts: {', '.join(PARTS)}.")
        return 2
    for name in wanted:
        print(f"\n{name}", flush=True)
        for what, figure in PARTS[name]():
            print(f"  {what:70} {figure:>14}", flush=True)
    return 0


sys.exit(main())
