"""The tracked samples: which facts, in which layout and colours, seen through which camera, on which day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PIL import Image

from scripts.samples import ads, labels, posters, products
from scripts.samples.canvas import Canvas
from scripts.samples.facts import Ad, Facts, Label, unprinted
from scripts.samples.labels import Look
from scripts.samples.photo import Shot, take
from scripts.samples.posters import Theme
from scripts.samples.silhouettes import Paint


class Incomplete(RuntimeError):
    """A layout left out something that its facts say: the truth would claim what is not on the image."""


@dataclass(frozen=True)
class Sample:
    """One photo to draw. Photos of one product share the `item`."""

    name: str
    facts: Facts
    layout: str
    look: Look | Theme
    shot: Shot
    seen_on: str
    campaign: str | None = None
    group: str | None = None

    @property
    def file(self) -> str:
        return f"{self.name}.jpg"

    @property
    def item(self) -> str:
        return self.group or self.name

    def draw(self) -> Canvas:
        """The flat page. Raises `Incomplete` if a value of the facts was not printed."""
        canvas = self._lay_out()
        missing = unprinted(self.facts, canvas.lines)
        if missing:
            raise Incomplete(f"{self.name}: layout {self.layout!r} does not print {missing}")
        return canvas

    def _lay_out(self) -> Canvas:
        if isinstance(self.facts, Label) and isinstance(self.look, Look):
            return labels.LAYOUTS[self.layout](self.facts, self.look)
        if isinstance(self.facts, Ad) and isinstance(self.look, Theme):
            return posters.LAYOUTS[self.layout](self.facts, self.look)
        raise TypeError(f"{self.name}: a label needs a Look, an ad a Theme")

    def photograph(self, canvas: Canvas) -> Image.Image:
        return take(canvas.image, self.shot)

    def manifest(self) -> dict[str, Any]:
        """This sample's entry of samples.json, as the app's loader reads it."""
        return {
            "file": self.file,
            "kind": "ad" if isinstance(self.facts, Ad) else "product",
            "item": self.item,
            "brand": self.facts.brand,
            "campaign": self.campaign,
            "seen_on": self.seen_on,
        }


MILK = Look(
    "#2f7fc1", "#164a86", "#bfe3f7", product="carton",
    paint=Paint("#ffffff", "#dcebf6", "#9fbdd6", accent="#4aa564", brand="鹿鸣溪", text="#164a86"), body=28,
)  # fmt: skip
BISCUIT = Look(
    "#d98324", "#8c4a12", "#ffd98a", "#fffaf1", product="pouch",
    paint=Paint("#fff0cf", "#f3c878", "#b97a2b", accent="#8c4a12", brand="麦朵叮", text="#7a3c0b"), body=26,
)  # fmt: skip
CHILLI = Look(
    "#c1272d", "#6d0f14", "#ffd257", "#fff8ef", product="jar",
    paint=Paint("#e8543a", "#b3201c", "#5d0d0d", accent="#d7a640", brand="椒七娘", text="#a1161c"), body=25,
)  # fmt: skip
TEA = Look(
    "#3d8b5a", "#17492f", "#dff2c8", "#fbfdf6", product="bottle",
    paint=Paint("#cfe6a6", "#8fbf6a", "#4d8545", accent="#2e6b41", brand="雾青山房", text="#17492f"), body=27,
)  # fmt: skip
GRANOLA = Look(
    "#7a4fa3", "#3c2259", "#ffd9a0", "#fffdf8", product="pouch",
    paint=Paint("#b48ad6", "#8457b0", "#4a2a6e", accent="#ffd9a0", brand="Quillberry"), body=24,
)  # fmt: skip
PEANUT = Look(
    "#c9702b", "#7b3a10", "#ffe5b5", "#fffaf0", product="jar",
    paint=Paint("#e2ad6a", "#c07c35", "#7b4716", accent="#d8402f", brand="Nutmallow", text="#7b3a10"), body=25,
)  # fmt: skip
CHOCOLATE = Look(
    "#4a2a1a", "#24130b", "#e3b86a", "#fbf6ee", product="chocolate",
    paint=Paint("#8a5a36", "#5d351d", "#2f190c", accent="#e3b86a", brand="Brimwald", text="#f2d9a6"), body=24,
)  # fmt: skip
SOUP = Look(
    "#d8402f", "#8f1d16", "#ffe0a8", "#fffdfa", product="bowl",
    paint=Paint("#f2774f", "#d8402f", "#a32a1c", accent="#6fae4a"), body=24,
)  # fmt: skip
CREAM = Look("#9b7f8f", "#4b3a47", "#f3e3ea", "#fffcfd", body=27)
TSHIRT = Look("#2b3a55", "#1b2538", "#d9e0ec", "#fbfaf7", face="latin-bold")

LABEL_SAMPLES = (
    Sample(
        "milk_front",
        products.MILK_FRONT,
        "front",
        MILK,
        Shot(11, "table", tilt=1.6, perspective=0.012, curve=0.1, blur=0.4, glare=0.15, noise=1.2),
        "2026-09-10",
        group="milk",
    ),
    Sample(
        "milk_back",
        products.MILK_BACK,
        "chinese_tall",
        MILK,
        Shot(12, "table", tilt=-1.2, perspective=0.01, blur=0.4, glare=0.2, noise=1.2),
        "2026-09-10",
        group="milk",
    ),
    Sample(
        "biscuit_zh",
        products.BISCUIT,
        "chinese_wide",
        BISCUIT,
        Shot(13, "wood", tilt=0.9, perspective=0.01, blur=0.45, glare=0.18, noise=1.2, longest=1400),
        "2026-09-16",
    ),
    Sample(
        "chilli_sauce_zh",
        products.CHILLI,
        "chinese_wide",
        CHILLI,
        Shot(14, "slate", tilt=-1.4, perspective=0.008, curve=0.22, blur=0.4, glare=0.22, noise=1.2, longest=1400),
        "2026-09-22",
    ),
    Sample(
        "green_tea_zh",
        products.TEA,
        "chinese_wide",
        TEA,
        Shot(15, "linen", tilt=1.1, perspective=0.01, curve=0.2, blur=0.5, glare=0.12, noise=1.2, longest=1400),
        "2026-09-29",
    ),
    Sample(
        "granola_us",
        products.GRANOLA,
        "american",
        GRANOLA,
        Shot(16, "wood", tilt=-1.0, perspective=0.01, blur=0.4, glare=0.15, noise=1.2),
        "2026-10-06",
    ),
    Sample(
        "peanut_butter_us",
        products.PEANUT_BUTTER,
        "american",
        PEANUT,
        Shot(17, "linen", tilt=1.8, perspective=0.012, curve=0.15, blur=0.45, glare=0.2, noise=1.2),
        "2026-10-08",
    ),
    Sample(
        "chocolate_eu",
        products.CHOCOLATE,
        "european",
        CHOCOLATE,
        Shot(18, "slate", tilt=1.2, perspective=0.012, blur=0.4, glare=0.2, noise=1.2),
        "2026-10-14",
    ),
    Sample(
        "tomato_soup_uk",
        products.SOUP,
        "european",
        SOUP,
        Shot(19, "table", tilt=-1.5, perspective=0.01, curve=0.2, blur=0.45, glare=0.15, noise=1.2),
        "2026-10-21",
    ),
    Sample(
        "face_cream_zh",
        products.FACE_CREAM,
        "cosmetic",
        CREAM,
        Shot(20, "linen", tilt=0.8, perspective=0.012, blur=0.4, glare=0.18, noise=1.2),
        "2026-10-27",
    ),
    Sample(
        "tshirt_care",
        products.TSHIRT,
        "care_label",
        TSHIRT,
        Shot(21, "slate", tilt=-2.0, perspective=0.014, blur=0.45, noise=1.8),
        "2026-11-03",
    ),
)

RED_NUTS = Theme(
    "#e6433a", "#8f0f1c", "#f08a1d", "#fff2d2", "pouch",
    Paint("#ffdf9c", "#f0b04a", "#a8641a", accent="#8f0f1c", brand="栗子屿", text="#8f0f1c"),
)  # fmt: skip
GOLD_NUTS = Theme(
    "#ffe9bf", "#b3261e", "#e2571e", "#5a2a12", "pouch",
    Paint("#ffdf9c", "#f0b04a", "#a8641a", accent="#8f0f1c", brand="栗子屿", text="#8f0f1c"), dark="#7d1712",
)  # fmt: skip
PURPLE_NUTS = Theme(
    "#ff6a4d", "#6a1b9a", "#ff9d00", "#ffffff", "pouch",
    Paint("#ffe3a3", "#f2b24c", "#a8641a", accent="#6a1b9a", brand="栗子屿", text="#6a1b9a"),
)  # fmt: skip
AUTUMN = Theme(
    "#f6dcae", "#8a4b16", "#d9641e", "#5a300d", "pouch",
    Paint("#f4c987", "#cf8a3c", "#7c4512", accent="#fff0cf", brand="栗子屿", text="#5a300d"),
)  # fmt: skip
KITCHEN = Theme(
    "#dff1ee", "#0f6b66", "#ff8a34", "#12403e", "air_fryer",
    Paint("#ffffff", "#dfe7e6", "#93a5a3", accent="#ff8a34", brand="炊小方", text="#1f3533"), dark="#0a4744",
)  # fmt: skip
HARVEST = Theme(
    "#f5a623", "#a33a0c", "#d3161f", "#ffffff", "rice_cooker",
    Paint("#ffffff", "#ece4da", "#b9aa98", accent="#ffb35c", brand="炊小方", text="#5a3a22"),
)  # fmt: skip
STEAM = Theme(
    "#cfe8ff", "#5b9bd8", "#ff5a3c", "#10304f", "kettle",
    Paint("#ffffff", "#d8e0e8", "#8e9aa8", accent="#ff5a3c", brand="炊小方", text="#33475c"),
)  # fmt: skip
NIGHT_KITCHEN = Theme(
    "#1d2433", "#241016", "#d3161f", "#ffffff", "air_fryer",
    Paint("#f7f7f7", "#d2d5da", "#8d9096", accent="#ff8a34", brand="炊小方", text="#222222"), dark="#7c1018",
)  # fmt: skip
CAMPUS = Theme(
    "#e6ecff", "#24346e", "#ff7f50", "#24346e", "earbuds",
    Paint("#ffffff", "#d5dcf0", "#8f9cc4", accent="#48d18a", brand="Halvio", text="#24346e"), dark="#18234d",
)  # fmt: skip
PARK = Theme(
    "#ffd166", "#ef6f6c", "#118ab2", "#2b2140", "speaker",
    Paint("#3b7ea1", "#1f5673", "#123345", accent="#ffd166", brand="Halvio"),
)  # fmt: skip
CITY = Theme(
    "#1b2030", "#171c2b", "#5a63d8", "#ffffff", "headphones",
    Paint("#d9dcea", "#9aa0b8", "#5a5f86", accent="#ffd166"), dark="#2b2f6b",
)  # fmt: skip
SHARE = Theme(
    "#d7f5ec", "#0f766e", "#f97316", "#134e4a", "earbuds",
    Paint("#ffffff", "#cfe3df", "#84aaa5", accent="#48d18a", brand="Halvio", text="#0f766e"), dark="#115e59",
)  # fmt: skip
OAT = Theme(
    "#f3eadb", "#4c6b4f", "#c98a2b", "#3d3a33", "carton",
    Paint("#fffaf0", "#efe1c6", "#b9a888", accent="#c98a2b", brand="Oatlark", text="#4c6b4f"),
    face="book-bold", dark="#33503a",
)  # fmt: skip
BREW = Theme(
    "#efe2d0", "#4a2f1d", "#b5562b", "#3b2618", "cup",
    Paint("#9a6a44", "#6f4628", "#3f2615", accent="#b5562b", brand="Oatlark", text="#fff3e0"), dark="#3f2615",
)  # fmt: skip
OAT_DAWN = Theme(
    "#ffe8d6", "#7a4b6b", "#e07a5f", "#513047", "carton",
    Paint("#fffaf5", "#f7dcc8", "#c9a596", accent="#e07a5f", brand="Oatlark", text="#7a4b6b"), dark="#54324a",
)  # fmt: skip


def printed(seed: int, surface: str, tilt: float, glare: float = 0.15) -> Shot:
    """A printed poster photographed with a telephone; posters without it are screenshots."""
    return Shot(seed, surface, tilt, perspective=0.008, blur=0.4, glare=glare, noise=1.5)


AD_SAMPLES = (
    Sample("ad_nuts_midautumn_zh", ads.NUTS_MID_AUTUMN, "festival", RED_NUTS, Shot(31, blur=0.3), "2026-09-15", "中秋"),
    Sample(
        "ad_nuts_bogo_zh", ads.NUTS_NATIONAL_DAY, "pair", GOLD_NUTS, printed(32, "table", 1.0), "2026-10-01", "国庆"
    ),
    Sample(
        "ad_chestnuts_half_zh", ads.CHESTNUTS, "festival", AUTUMN, printed(33, "wood", -1.2), "2026-10-13", "秋季上新"
    ),
    Sample("ad_nuts_double11_zh", ads.NUTS_DOUBLE_11, "coupon", PURPLE_NUTS, Shot(34, noise=1.0), "2026-10-30", "双11"),
    Sample("ad_fryer_coupon_zh", ads.FRYER, "split", KITCHEN, Shot(35, noise=1.0, quality=82), "2026-09-22", "开学季"),
    Sample("ad_kettle_flash_zh", ads.KETTLE, "banner", STEAM, Shot(36, blur=0.4), "2026-10-09", "国庆"),
    Sample(
        "ad_rice_cooker_first_zh",
        ads.RICE_COOKER,
        "festival",
        HARVEST,
        printed(37, "slate", 1.4, 0.2),
        "2026-10-20",
        "秋季上新",
    ),
    Sample(
        "ad_fryer_double11_zh", ads.FRYER_DOUBLE_11, "night", NIGHT_KITCHEN, Shot(38, noise=1.2), "2026-11-02", "双11"
    ),
    Sample(
        "ad_earbuds_campus_en",
        ads.EARBUDS_CAMPUS,
        "editorial",
        CAMPUS,
        Shot(39, blur=0.3),
        "2026-09-17",
        "Back to campus",
    ),
    Sample(
        "ad_speaker_bundle_en", ads.SPEAKER, "banner", PARK, printed(40, "linen", -0.9), "2026-10-06", "Autumn sale"
    ),
    Sample("ad_headphones_flash_en", ads.HEADPHONES, "night", CITY, Shot(41, noise=1.0), "2026-11-05", "Singles' Day"),
    Sample("ad_earbuds_bogo_en", ads.EARBUDS_PAIR, "pair", SHARE, Shot(42, noise=0.8), "2026-11-13", "Weekend deal"),
    Sample(
        "ad_oat_two_for_99_en",
        ads.OAT_BARISTA,
        "editorial",
        OAT,
        printed(43, "table", 1.3, 0.12),
        "2026-09-29",
        "Autumn sale",
    ),
    Sample("ad_cold_brew_bogo_en", ads.COLD_BREW, "pair", BREW, printed(44, "wood", -1.1), "2026-10-22", "Autumn sale"),
    Sample("ad_oat_gift_en_zh", ads.OAT_GIFT, "editorial", OAT_DAWN, Shot(45, blur=0.3), "2026-11-04", "双11"),
)

SAMPLES: tuple[Sample, ...] = (*LABEL_SAMPLES, *AD_SAMPLES)
