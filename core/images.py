"""Bytes of a photo -> one upright RGB page, or a plain reason why not.

`open_page` is the only way into ShelfLens for pixels: the engine, the reviewer and training all
see what it returns. Checks run from cheap to dear, and a picture's declared size is checked
before a single pixel is decoded.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

import imagehash
import numpy as np
from PIL import Image, ImageCms, ImageFile, ImageOps
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from core.errors import BrokenImage, EmptyFile, FileTooLarge, ImageTooLarge, NotAnImage
from core.settings import Settings
from core.types import Bilingual

MEGABYTE = 1024 * 1024
NAME_LIMIT = 120
"""Longest display name, in characters; most file systems stop at 255 bytes of UTF-8."""

WHITE = (255, 255, 255)

ENDS_EARLY = Bilingual(en="the file ends too early", zh="文件不完整")
CORRUPT = Bilingual(en="its data is corrupt", zh="数据损坏")

EXIF_ORIENTATION = 0x0112


@dataclass(frozen=True)
class Page:
    """One photo as everything downstream sees it.

    `pixels` is upright RGB at full resolution. `id` is the SHA-256 over width, height and the RGB
    bytes, so two files with the same pixels share it whatever their format or metadata. `phash` is
    a 64-bit perceptual hash in hex: near duplicates differ in few bits.
    `suffix` (".jpg") and `media_type` describe the original bytes. `notes` tell a person what was
    done to the picture on the way.
    """

    pixels: Image.Image
    id: str
    phash: str
    media_type: str
    suffix: str
    notes: tuple[Bilingual, ...]

    @property
    def width(self) -> int:
        return self.pixels.width

    @property
    def height(self) -> int:
        return self.pixels.height


@dataclass(frozen=True)
class ImageFormat:
    """A format ShelfLens reads. `opener` is Pillow's class for it, called directly because
    `Image.open` judges the size by a process-wide limit and warns through a filter that is not
    thread-safe; the limit that counts here is `Settings.max_megapixels`."""

    opener: Callable[[io.BytesIO], ImageFile.ImageFile]
    media_type: str
    suffix: str


JPEG = ImageFormat(JpegImageFile, "image/jpeg", ".jpg")
PNG = ImageFormat(PngImageFile, "image/png", ".png")
GIF = ImageFormat(GifImageFile, "image/gif", ".gif")
WEBP = ImageFormat(WebPImageFile, "image/webp", ".webp")
TIFF = ImageFormat(TiffImageFile, "image/tiff", ".tif")
BMP = ImageFormat(BmpImageFile, "image/bmp", ".bmp")

SIGNATURES: tuple[tuple[bytes, ImageFormat], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
)

BMP_HEADER_SIZES = {12, 40, 52, 56, 64, 108, 124}
"""Sizes of the BMP headers in use; "BM" alone also begins ordinary words."""

FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"8BPS", "PSD"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"ID3", "MP3"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
)

FTYP_BRANDS = {
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"mif1": "HEIC",
    b"msf1": "HEIC",
    b"avif": "AVIF",
    b"avis": "AVIF",
    b"qt  ": "MOV",
}
"""Major brands of ISO base media files (ISO/IEC 14496-12); every other brand is a video here."""


def open_page(data: bytes, name: str, settings: Settings) -> Page:
    """The page that the file `data`, called `name`, shows.

    Raises EmptyFile, FileTooLarge, NotAnImage, ImageTooLarge or BrokenImage, checked in this order.
    """
    opened, found = _opened(data, name, settings)
    notes = _frame_notes(opened)
    rgb, turned = _upright_rgb(opened, data, name, found)
    return Page(
        pixels=rgb,
        id=pixel_id(rgb),
        phash=str(imagehash.phash(rgb)),
        media_type=found.media_type,
        suffix=found.suffix,
        notes=(*notes, *turned),
    )


def open_pixels(data: bytes, name: str, settings: Settings) -> Image.Image:
    """`open_page(...).pixels` for whoever knows the page's id already: its two hashes take as long as decoding does.

    Raises what `open_page` raises.
    """
    opened, found = _opened(data, name, settings)
    return _upright_rgb(opened, data, name, found)[0]


def _opened(data: bytes, name: str, settings: Settings) -> tuple[ImageFile.ImageFile, ImageFormat]:
    """The file's header and format, checked; no pixel is decoded yet."""
    _check_size(data, name, settings)
    found = image_format(data)
    if found is None:
        raise NotAnImage(name=name, found=describe_content(data))
    return _open(data, name, found, settings), found


def _upright_rgb(
    opened: ImageFile.ImageFile, data: bytes, name: str, found: ImageFormat
) -> tuple[Image.Image, tuple[Bilingual, ...]]:
    """The decoded picture, and what was done to it."""
    upright, turned = _turn_upright(_decode(opened, data, name, found))
    rgb, converted = _to_rgb(upright)
    return rgb, (*turned, *converted)


def image_format(data: bytes) -> ImageFormat | None:
    """The readable format these bytes announce, whatever the file is called; None for others."""
    for signature, found in SIGNATURES:
        if data.startswith(signature):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in BMP_HEADER_SIZES:
        return BMP
    return None


def describe_content(data: bytes) -> str | Bilingual:
    """What unreadable bytes seem to be: a format's name, text, or their first bytes in hex."""
    for signature, label in FOREIGN:
        if data.startswith(signature):
            return label
    if data[4:8] == b"ftyp":
        return FTYP_BRANDS.get(data[8:12], "MP4")
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return "SVG"
    if head.startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if _is_text(data[:1024]):
        return Bilingual(en="plain text", zh="纯文本")
    return Bilingual(en=f"unknown content {data[:8].hex(' ')}", zh=f"未知内容 {data[:8].hex(' ')}")


def _is_text(head: bytes) -> bool:
    """True for UTF-8 (cut anywhere) without control characters other than white space."""
    text = head.decode("utf-8", errors="ignore")
    if len(text.encode("utf-8")) < len(head) - 3:
        return False
    return not any(unicodedata.category(c) == "Cc" and c not in "\t\r\n\f" for c in text)


def _check_size(data: bytes, name: str, settings: Settings) -> None:
    if not data:
        raise EmptyFile(name=name)
    if len(data) > settings.max_file_mb * MEGABYTE:
        raise FileTooLarge(name=name, size_mb=len(data) / MEGABYTE, limit_mb=settings.max_file_mb)


def _open(data: bytes, name: str, found: ImageFormat, settings: Settings) -> ImageFile.ImageFile:
    """The picture's header, its declared size checked; no pixel is decoded yet."""
    try:
        opened = found.opener(io.BytesIO(data))
    except Exception as err:  # Pillow's plugins raise whatever their parsing hits
        raise BrokenImage(name=name, reason=_broken_reason(err)) from err
    if opened.width * opened.height > settings.max_megapixels * 1_000_000:
        raise ImageTooLarge(name=name, width=opened.width, height=opened.height, limit_mp=settings.max_megapixels)
    return opened


def _decode(opened: ImageFile.ImageFile, data: bytes, name: str, found: ImageFormat) -> ImageFile.ImageFile:
    try:
        opened.load()
    except Exception as err:  # as in _open
        raise BrokenImage(name=name, reason=_broken_reason(err)) from err
    if found is JPEG and _ends_flat(opened) and _scan_ends_early(data):
        raise BrokenImage(name=name, reason=ENDS_EARLY)
    return opened


def _broken_reason(err: Exception) -> Bilingual:
    early = "truncated" in str(err).lower() or isinstance(err, EOFError)
    return ENDS_EARLY if early else CORRUPT


def _ends_flat(image: Image.Image) -> bool:
    """True where the last 8 rows are one single colour, as libjpeg fills in when data runs out."""
    strip = np.asarray(image.crop((0, max(0, image.height - 8), image.width, image.height)))
    return bool((strip == strip[-1, -1]).all())


def _scan_ends_early(data: bytes) -> bool:
    """True for a JPEG whose end marker stands before its last row, which Pillow lets pass.

    Stray bytes put before the end marker are skipped when the picture was complete and are
    decoded into the missing rows when it was not, so the two decodings then differ.
    """
    end = data.rfind(b"\xff\xd9")
    stray = b"\x5a\xa5\x3c" * 64
    with JpegImageFile(io.BytesIO(data)) as plain, JpegImageFile(io.BytesIO(data[:end] + stray + data[end:])) as longer:
        return _draft_bytes(plain) != _draft_bytes(longer)


def _draft_bytes(image: JpegImageFile) -> bytes:
    """The picture decoded at an eighth of its size: enough to compare two decodings."""
    image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
    try:
        return image.tobytes()
    except OSError:
        return b""


def _frame_notes(opened: ImageFile.ImageFile) -> tuple[Bilingual, ...]:
    try:
        frames = int(getattr(opened, "n_frames", 1))
    except Exception:  # counting walks through the whole file, and a damaged later frame does not matter
        return ()
    if frames < 2:
        return ()
    return (
        Bilingual(
            en=f"Only the first of its {frames} frames or pages is used.",
            zh=f"共 {frames} 帧（页），仅使用第一帧。",
        ),
    )


def _turn_upright(image: Image.Image) -> tuple[Image.Image, tuple[Bilingual, ...]]:
    """The image turned as its EXIF orientation says; unreadable EXIF leaves it as it is."""
    try:
        if image.getexif().get(EXIF_ORIENTATION, 1) == 1:
            return image, ()
        upright = ImageOps.exif_transpose(image)
    except Exception:  # EXIF is a nested file format of its own; damage in it must not cost the photo
        return image, ()
    return upright, (Bilingual(en="Turned upright as the camera noted.", zh="已按相机记录的方向转正。"),)


def _to_rgb(image: Image.Image) -> tuple[Image.Image, tuple[Bilingual, ...]]:
    if image.mode == "CMYK":
        return _from_cmyk(image), (Bilingual(en="Converted from CMYK print colours.", zh="已由 CMYK 印刷色转换。"),)
    if image.mode.startswith(("I", "F")):
        return _from_deep_grey(image), ()
    if image.has_transparency_data:
        return _on_white(image), ()
    return image if image.mode == "RGB" else image.convert("RGB"), ()


def _from_cmyk(image: Image.Image) -> Image.Image:
    """RGB through the file's own colour profile where it has one Pillow can use."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """16-bit, 32-bit or floating grey scaled (never clipped) to 8 bits."""
    grey = np.nan_to_num(np.asarray(image, dtype=np.float32))
    peak = float(grey.max(initial=0.0))
    white = 65535.0 if image.mode.startswith("I;16") else next((w for w in (1.0, 255.0, 65535.0) if peak <= w), peak)
    return Image.fromarray((grey.clip(0.0) * (255.0 / white) + 0.5).astype(np.uint8)).convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    layered = image.convert("RGBA")
    page = Image.new("RGB", layered.size, WHITE)
    page.paste(layered, mask=layered.getchannel("A"))
    return page


def pixel_id(rgb: Image.Image) -> str:
    """SHA-256 over width, height and RGB bytes, 64 hex digits."""
    digest = hashlib.sha256(f"{rgb.width}x{rgb.height}:".encode())
    for top in range(0, rgb.height, 256):  # in strips, so that a large page is not copied whole
        digest.update(rgb.crop((0, top, rgb.width, min(top + 256, rgb.height))).tobytes())
    return digest.hexdigest()


def scaled(image: Image.Image, longest: int) -> tuple[Image.Image, float]:
    """The image shrunk so that its longer side is at most `longest`, and new size / old size.

    A smaller image is returned as it is, with factor 1.0.
    """
    factor = longest / max(image.size)
    if factor >= 1.0:
        return image, 1.0
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0), factor


def thumbnail(pixels: Image.Image, side: int) -> bytes:
    """A JPEG of the page that fits into side × side pixels."""
    small, _ = scaled(pixels, side)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def clean_name(filename: str) -> str:
    """The name shown to people: no path parts, control or invisible characters; length bounded.

    Chinese, spaces and accents stay. "../../etc/x.jpg" -> "x.jpg"; nothing usable -> "unnamed".
    """
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip()
    if not visible.strip(". "):
        return "unnamed"
    if len(visible) <= NAME_LIMIT:
        return visible
    suffix = PurePosixPath(visible).suffix[:10]
    return visible[: NAME_LIMIT - len(suffix)] + suffix
