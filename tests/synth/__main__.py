"""Draw labelled synthetic photos into a folder.

python -m tests.synth OUT -n 200 --seed 7 [--degraded]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from scripts.samples.fonts import FontsMissing, ensure_fonts
from tests.synth.deck import FAMILIES, families, make


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.synth", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the photos and their truth")
    parser.add_argument("-n", "--count", type=int, default=200, help="number of photos")
    parser.add_argument("--seed", type=int, default=7, help="another seed, other pages")
    parser.add_argument("--family", choices=sorted(FAMILIES), help="only photos of this kind")
    look = parser.add_mutually_exclusive_group()
    look.add_argument("--clean", action="store_true", help="flat and well lit (the default)")
    look.add_argument("--degraded", action="store_true", help="badly photographed")
    args = parser.parse_args()
    try:
        ensure_fonts()
    except FontsMissing as err:
        sys.exit(str(err))
    args.out.mkdir(parents=True, exist_ok=True)
    dealt = [args.family] * args.count if args.family else families(args.count, args.seed)
    for index, family in enumerate(dealt):
        synthetic = make(index, family, args.seed, degraded=args.degraded)
        (args.out / f"{synthetic.name}.jpg").write_bytes(synthetic.photo)
        text = json.dumps(synthetic.truth, ensure_ascii=False, indent=1) + "\n"
        (args.out / f"{synthetic.name}.json").write_text(text, "utf-8")
    print(f"{args.count} photos with their truth in {args.out}")


if __name__ == "__main__":
    main()
