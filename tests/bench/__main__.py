"""`make bench`: speed and memory of this machine, medians, measured in one run.

make bench                     every part
make bench ARGS="reader"       one part: reader, start, pages
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.bench import pages, reader, startup

PARTS: dict[str, Callable[[], list[tuple[str, str]]]] = {
    "reader": reader.measure,
    "start": startup.measure,
    "pages": pages.measure,
}
"""Part -> function that measures it and returns (what, figure) rows."""


def main() -> int:
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"No such part: {', '.join(unknown)}. Parts: {', '.join(PARTS)}.")
        return 2
    for name in wanted:
        print(f"\n{name}", flush=True)
        for what, figure in PARTS[name]():
            print(f"  {what:58} {figure:>14}", flush=True)
    return 0


sys.exit(main())
