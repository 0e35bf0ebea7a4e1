"""Whatever file arrives: an upright RGB page, or a refusal that says why."""

from __future__ import annotations

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from imagehash import hex_to_hash
from PIL import Image, ImageFile

from core.errors import BadInput, BrokenImage, EmptyFile, FileTooLarge, ImageTooLarge, NotAnImage
from core.images import clean_name, open_page, open_pixels, pixel_id, scaled, thumbnail
from core.settings import Settings

ORIENTATION = 0x0112


def scene(size: tuple[int, int] = (240, 160)) -> Image.Image:
    """A picture without symmetry: red top left corner, blue lower right, a ramp between."""
    width, height = size
    ramp = np.linspace(40, 220, width, dtype=np.uint8)
    image = Image.fromarray(np.dstack([np.tile(ramp, (height, 1))] * 3))
    image.paste((220, 20, 20), (0, 0, width // 4, height // 4))
    image.paste((20, 20, 220), (width * 3 // 4, height * 3 // 4, width, height))
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png_declaring(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


JPEG = encoded(scene((800, 600)), "JPEG", quality=90)
PROGRESSIVE = encoded(scene((800, 600)), "JPEG", quality=90, progressive=True)
PNG = encoded(scene((800, 600)), "PNG")
WEBP = encoded(scene((800, 600)), "WEBP")
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 64

BAD = {
    "nothing at all": (b"", EmptyFile, "0 bytes"),
    "text called .jpg": (b"Lorem ipsum, not an image\n" * 9, NotAnImage, "plain text"),
    "Chinese text called .jpg": ("净含量：500克".encode(), NotAnImage, "plain text"),
    "a text that begins like a bitmap": (b"BMW is a car, not a bitmap", NotAnImage, "plain text"),
    "SVG": (SVG, NotAnImage, "SVG"),
    "HEIC": (HEIC, NotAnImage, "HEIC"),
    "HTML page saved as image": (b"<!DOCTYPE html><html><body>404</body></html>", NotAnImage, "HTML"),
    "PDF": (b"%PDF-1.7\n" + b"\0" * 99, NotAnImage, "PDF"),
    "ZIP": (b"PK\x03\x04" + b"\0" * 99, NotAnImage, "ZIP"),
    "random bytes": (bytes(range(128, 256)), NotAnImage, "80 81 82 83"),
    "PNG of 30,000 × 30,000 declared pixels": (png_declaring(30_000, 30_000), ImageTooLarge, "30000 × 30000"),
    "PNG with an end and no pixels": (png_declaring(900, 900), BrokenImage, "damaged"),
    "JPEG cut in half": (JPEG[: len(JPEG) // 2], BrokenImage, "ends too early"),
    "JPEG cut in half with an end marker": (JPEG[: len(JPEG) // 2] + b"\xff\xd9", BrokenImage, "ends too early"),
    "progressive JPEG cut in half": (PROGRESSIVE[: len(PROGRESSIVE) // 2], BrokenImage, "ends too early"),
    "JPEG header alone": (JPEG[:20], BrokenImage, "damaged"),
    "PNG cut in half": (PNG[: len(PNG) // 2], BrokenImage, "damaged"),
    "WebP cut in half": (WEBP[: len(WEBP) // 2], BrokenImage, "damaged"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_by_name_with_its_reason_in_both_languages(case: str) -> None:
    data, error, reason = BAD[case]
    with pytest.raises(error) as refused:
        open_page(data, "牛奶 front.jpg", Settings())
    message = refused.value.message
    assert reason in message.en
    assert "牛奶 front.jpg" in message.en and "牛奶 front.jpg" in message.zh
    assert message.en != message.zh


def test_a_file_above_the_size_limit_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(FileTooLarge) as refused:
        open_page(b"x" * (1024 * 1024 + 1), "big.jpg", Settings(max_file_mb=1))
    assert "1.0 MB" in str(refused.value)


def test_the_pixel_limit_is_the_setting_and_counts_the_real_picture() -> None:
    data = encoded(Image.new("L", (1200, 1000)), "PNG")
    assert open_page(data, "a.png", Settings(max_megapixels=2)).width == 1200
    with pytest.raises(ImageTooLarge):
        open_page(data, "a.png", Settings(max_megapixels=1))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_named_format_opens_under_any_file_name(kind: str) -> None:
    page = open_page(encoded(scene(), kind), "misnamed.txt", Settings())
    assert page.pixels.mode == "RGB"
    assert (page.width, page.height) == (240, 160)
    assert page.media_type.startswith("image/") and page.suffix.startswith(".")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_turned_by_exif_comes_out_upright_and_says_so(orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = scene().transpose(back[orientation]) if orientation in back else scene()
    page = open_page(encoded(stored, "JPEG", exif=exif, quality=95), "phone.jpg", Settings())
    assert page.pixels.size == (240, 160)
    red, _, blue = page.pixels.getpixel((5, 5))  # type: ignore[misc]
    assert red > 150 > blue
    assert bool(page.notes) == (orientation != 1)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_pixels_without_hashes_are_those_of_the_page() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for data in (encoded(scene(), "JPEG", exif=exif), encoded(scene().convert("RGBA"), "PNG")):
        page, pixels = open_page(data, "a", Settings()).pixels, open_pixels(data, "a", Settings())
        assert (pixels.mode, pixels.size, pixels.tobytes()) == ("RGB", page.size, page.tobytes())
    with pytest.raises(NotAnImage):
        open_pixels(b"no photo", "a", Settings())


def test_damaged_exif_does_not_cost_the_photo() -> None:
    data = encoded(scene(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\x07" * 40)
    assert open_page(data, "a.jpg", Settings()).pixels.size == (240, 160)


def test_cmyk_keeps_its_colours_and_is_noted() -> None:
    page = open_page(encoded(scene().convert("CMYK"), "JPEG", quality=95), "print.jpg", Settings())
    red, green, blue = page.pixels.getpixel((5, 5))  # type: ignore[misc]
    assert red > 180 and green < 70 and blue < 70
    assert "CMYK" in page.notes[0].en


def test_16_bit_grey_is_scaled_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)
    page = open_page(encoded(Image.fromarray(np.tile(ramp, (8, 1))), "PNG"), "scan.png", Settings())
    row = np.asarray(page.pixels)[0, :, 0].astype(int)
    assert row[0] == 0 and row[-1] == 255 and abs(row[128] - 128) <= 1


def test_transparency_becomes_white_for_rgba_and_palette() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    clear.paste((255, 0, 0, 255), (0, 0, 5, 5))
    for image in (clear, clear.quantize(8)):
        page = open_page(encoded(image, "PNG"), "logo.png", Settings())
        assert page.pixels.getpixel((15, 15)) == (255, 255, 255)
        assert page.pixels.getpixel((2, 2)) == (255, 0, 0)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_an_animation_the_first_frame_is_used_and_said_so(kind: str) -> None:
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    page = open_page(data, "moving", Settings())
    assert page.pixels.getpixel((5, 5)) == (255, 0, 0)
    assert "3" in page.notes[0].en and "3" in page.notes[0].zh


def test_a_complete_jpeg_with_a_flat_lower_edge_is_not_taken_for_a_broken_one() -> None:
    white = Image.new("RGB", (400, 400), "white")
    white.paste(scene((100, 100)), (50, 50))
    for options in ({}, {"progressive": True}, {"quality": 100, "subsampling": 0}):
        assert open_page(encoded(white, "JPEG", **options), "packshot.jpg", Settings()).width == 400


def test_same_pixels_have_the_same_id_whatever_the_format() -> None:
    ids = {open_page(encoded(scene(), kind), "a", Settings()).id for kind in ("PNG", "BMP", "TIFF")}
    assert len(ids) == 1


def test_ids_differ_for_another_shape_of_the_same_bytes_and_for_one_changed_pixel() -> None:
    wide, tall = Image.new("RGB", (60, 20)), Image.new("RGB", (20, 60))
    dotted = wide.copy()
    dotted.putpixel((59, 19), (1, 0, 0))
    assert len({pixel_id(wide), pixel_id(tall), pixel_id(dotted)}) == 3


def test_a_large_picture_is_hashed_in_strips_to_the_same_id_as_its_bytes_say() -> None:
    tall = scene((40, 1000))
    changed = tall.copy()
    changed.putpixel((39, 999), (7, 7, 7))
    assert pixel_id(tall) == pixel_id(tall.copy()) != pixel_id(changed)


def test_a_recompressed_photo_is_near_and_another_one_is_far() -> None:
    page = open_page(encoded(scene(), "PNG"), "a", Settings())
    again = open_page(encoded(scene().resize((360, 240)), "JPEG", quality=60), "b", Settings())
    other = open_page(encoded(scene().transpose(Image.Transpose.ROTATE_180), "PNG"), "c", Settings())
    assert hex_to_hash(page.phash) - hex_to_hash(again.phash) <= 8
    assert hex_to_hash(page.phash) - hex_to_hash(other.phash) > 16
    assert hex_to_hash(page.phash) - hex_to_hash(page.phash) == 0


def test_opening_in_many_threads_leaves_pillow_as_it_was() -> None:
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)

    def attempt(number: int) -> str:
        data = [JPEG, PNG, JPEG[:9000], png_declaring(30_000, 30_000)][number % 4]
        try:
            return open_page(data, "x", Settings()).id
        except BadInput as err:
            return err.code

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(48)))
    assert all(len(set(outcomes[kind::4])) == 1 for kind in range(4))
    assert outcomes[2:4] == ["BrokenImage", "ImageTooLarge"]
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_scaled_shrinks_to_the_longest_side_and_never_enlarges() -> None:
    small, factor = scaled(scene((400, 300)), 200)
    assert (small.size, factor) == ((200, 150), 0.5)
    same = scene((40, 30))
    assert scaled(same, 200) == (same, 1.0)
    assert scaled(Image.new("RGB", (3000, 1)), 100)[0].size == (100, 1)


def test_a_thumbnail_is_a_jpeg_within_its_side() -> None:
    with Image.open(io.BytesIO(thumbnail(scene((900, 300)), 120))) as small:
        assert (small.format, small.size) == ("JPEG", (120, 40))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("牛奶 正面.jpg", "牛奶 正面.jpg"),
        ("my photo (1).JPG", "my photo (1).JPG"),
        ("../../etc/x.jpg", "x.jpg"),
        ("C:\\Users\\me\\x.jpg", "x.jpg"),
        ("/abs/olute/é.png", "é.png"),
        ("e\u0301.png", "é.png"),
        ("a\x00b\nc\u202egpj.exe", "abcgpj.exe"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("folder/", "unnamed"),
        (" . ", "unnamed"),
    ],
)
def test_a_display_name_keeps_what_people_wrote_and_no_path(given: str, shown: str) -> None:
    assert clean_name(given) == shown


def test_a_very_long_name_is_cut_and_keeps_its_suffix() -> None:
    name = clean_name("很长" * 200 + ".jpeg")
    assert len(name) == 120 and name.endswith(".jpeg")


@pytest.mark.photos
def test_every_real_photo_opens(photos: Path) -> None:
    pages = {path.name: open_page(path.read_bytes(), path.name, Settings()) for path in sorted(photos.glob("*.??g"))}
    assert len(pages) >= 20
    near = (pages["label_margarine_sthubert_fr.jpg"], pages["label_margarine_sthubert_fr_neardup.jpg"])
    assert near[0].id != near[1].id
    assert hex_to_hash(near[0].phash) - hex_to_hash(near[1].phash) <= 6
