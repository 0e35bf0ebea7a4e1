"""Draw the sample photos, their truth and their manifest into a folder.

    python -m scripts.draw_samples                 # all, into data/samples
    python -m scripts.draw_samples milk_back -o /tmp/look --png

Needs the fonts named in scripts/samples/fonts.py; says how to install them where they are absent.
The app uses the committed JPEGs and never runs this.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from scripts.samples.catalogue import SAMPLES, Sample
from scripts.samples.facts import truth
from scripts.samples.fonts import FontsMissing, ensure_fonts
from scripts.samples.photo import encode

FOLDER = Path(__file__).resolve().parent.parent / "data" / "samples"


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_sample(sample: Sample, folder: Path, png: bool) -> int:
    """Photo and truth of one sample into `folder`. Gives the photo's size in bytes."""
    canvas = sample.draw()
    photo = sample.photograph(canvas)
    content = encode(photo, sample.shot.quality)
    (folder / sample.file).write_bytes(content)
    write_json(folder / f"{sample.name}.json", truth(sample.file, sample.facts, canvas.lines))
    if png:
        photo.save(folder / f"{sample.name}.png")
    return len(content)


def chosen(names: list[str]) -> list[Sample]:
    unknown = set(names) - {sample.name for sample in SAMPLES}
    if unknown:
        sys.exit(f"Not a sample: {', '.join(sorted(unknown))}. Known: {', '.join(s.name for s in SAMPLES)}")
    return [sample for sample in SAMPLES if not names or sample.name in names]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="samples to draw; all of them by default")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER)
    parser.add_argument("--png", action="store_true", help="also write a PNG of each, to look at")
    args = parser.parse_args()
    try:
        ensure_fonts()
    except FontsMissing as err:
        sys.exit(str(err))
    args.output.mkdir(parents=True, exist_ok=True)
    for sample in chosen(args.names):
        size = write_sample(sample, args.output, args.png)
        print(f"{sample.file:32} {size / 1000:6.0f} kB")
    write_json(args.output / "samples.json", [sample.manifest() for sample in SAMPLES])


if __name__ == "__main__":
    main()
