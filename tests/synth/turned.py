"""The photos of a set, held otherwise: turned, tilted, or far away. Their truth stays what it was.

    python -m tests.synth.turned SET OUT        OUT/turned-90, turned-180, turned-270, tilted-10 and quarter

Read each with `python -m core evaluate --set OUT/turned-90` and hold it against the set itself.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageFilter, ImageOps

QUALITY = 92


def _tilted(image: Image.Image) -> Image.Image:
    """By 10°, nothing cut off; the corners show a blurred table."""
    return _on_table(image.convert("RGBA").rotate(10, Image.Resampling.BICUBIC, expand=True), 1.0)


def _quarter(image: Image.Image) -> Image.Image:
    """A frame of four times the area, the photo a little off its middle at the size it had."""
    return _on_table(image.convert("RGBA"), 2.0)


def _on_table(image: Image.Image, times: float) -> Image.Image:
    """The picture on a larger frame filled with its own colours out of focus."""
    size = (round(image.width * times), round(image.height * times))
    table = image.convert("RGB").resize((16, 16)).filter(ImageFilter.GaussianBlur(4)).resize(size)
    table.paste(image, (round((size[0] - image.width) * 0.45), round((size[1] - image.height) * 0.55)), image)
    return table


WAYS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "turned-90": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "turned-180": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "turned-270": lambda image: image.transpose(Image.Transpose.ROTATE_270),
    "tilted-10": _tilted,
    "quarter": _quarter,
}
"""Folder -> what is done to each photo."""


def truth_of(photo: Path) -> Path | None:
    """The photo's truth, beside it or in gt/."""
    places = (photo.with_suffix(".json"), photo.parent / "gt" / f"{photo.stem}.json")
    return next((place for place in places if place.is_file()), None)


def hold(source: Path, out: Path) -> int:
    """Writes every photo of `source` that has a truth in every way of WAYS; returns how many there are."""
    count = 0
    for photo in sorted(path for path in source.iterdir() if path.suffix.lower() in (".jpg", ".png")):
        truth = truth_of(photo)
        if truth is None:
            continue
        count += 1
        with Image.open(photo) as opened:
            image = ImageOps.exif_transpose(opened).convert("RGB")
        for way, change in WAYS.items():
            folder = out / way
            folder.mkdir(parents=True, exist_ok=True)
            change(image).save(folder / photo.name, quality=QUALITY)
            shutil.copy(truth, folder / f"{photo.stem}.json")
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path, help="folder of photos with their truth")
    parser.add_argument("out", type=Path, help="folder to write the sets into")
    arguments = parser.parse_args()
    print(f"{hold(arguments.set, arguments.out)} photos in {len(WAYS)} ways in {arguments.out}")


if __name__ == "__main__":
    main()
