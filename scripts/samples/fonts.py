"""Typefaces by role, found on this machine or refused with the command that installs them."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
    Path("/Library/Fonts"),
)

FACES = {
    "sans": ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    "sans-bold": ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
    "serif": ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
    "serif-bold": ("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
    "latin": ("DejaVuSans.ttf", "DejaVu Sans"),
    "latin-bold": ("DejaVuSans-Bold.ttf", "DejaVu Sans"),
    "condensed": ("DejaVuSansCondensed.ttf", "DejaVu Sans"),
    "condensed-bold": ("DejaVuSansCondensed-Bold.ttf", "DejaVu Sans"),
    "book": ("DejaVuSerif.ttf", "DejaVu Serif"),
    "book-bold": ("DejaVuSerif-Bold.ttf", "DejaVu Serif"),
    "stamp": ("DejaVuSansMono-Bold.ttf", "DejaVu Sans Mono"),
}
"""Role -> file and family. A .ttc file holds one family per region; the name picks simplified Chinese."""

OPTIONAL_FACES = {
    "arial": ("LiberationSans-Regular.ttf", "Liberation Sans"),
    "arial-bold": ("LiberationSans-Bold.ttf", "Liberation Sans"),
    "narrow": ("LiberationSansNarrow-Regular.ttf", "Liberation Sans Narrow"),
    "narrow-bold": ("LiberationSansNarrow-Bold.ttf", "Liberation Sans Narrow"),
    "times": ("LiberationSerif-Regular.ttf", "Liberation Serif"),
    "times-bold": ("LiberationSerif-Bold.ttf", "Liberation Serif"),
    "typewriter": ("LiberationMono-Bold.ttf", "Liberation Mono"),
}
"""Latin faces that synthetic photos use where a machine has them; no tracked sample needs one."""

INSTALL = "sudo apt-get install fonts-noto-cjk fonts-dejavu-core fonts-dejavu-extra"


class FontsMissing(RuntimeError):
    """The samples can't be drawn here; the committed JPEGs in data/samples stay usable."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"These fonts were not found: {', '.join(names)}. Install them with: {INSTALL}\n"
            f"缺少字体：{'、'.join(names)}。请先安装：{INSTALL}"
        )


@cache
def font_file(name: str) -> Path | None:
    """Where a font file lies on this machine, or None."""
    return next((hit for folder in FOLDERS if folder.is_dir() for hit in sorted(folder.rglob(name))), None)


def ensure_fonts() -> None:
    """Raise `FontsMissing`, naming every absent file at once, before anything is drawn."""
    missing = sorted({name for name, _ in FACES.values() if font_file(name) is None})
    if missing:
        raise FontsMissing(missing)


def has_face(face: str) -> bool:
    """True where the face can be drawn on this machine."""
    return font_file((FACES | OPTIONAL_FACES)[face][0]) is not None


@lru_cache(maxsize=64)  # hundreds of pages ask for hundreds of sizes, megabytes each
def load(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    """The font of a role at a size. Basic layout: the same glyph positions with and without Raqm."""
    name, family = (FACES | OPTIONAL_FACES)[face]
    path = font_file(name)
    if path is None:
        raise FontsMissing([name])
    for index in range(16 if path.suffix == ".ttc" else 1):
        font = ImageFont.truetype(str(path), pixels, index=index, layout_engine=ImageFont.Layout.BASIC)
        if font.getname()[0] == family:
            return font
    raise FontsMissing([f"{family} ({name})"])


@cache
def has_glyph(face: str, char: str) -> bool:
    """False where the face would print a box in place of the character."""
    font = load(face, 40)
    absent = font.getmask("\U0010ffff")
    drawn = font.getmask(char)
    return char.isspace() or drawn.size != absent.size or bytes(drawn) != bytes(absent)
