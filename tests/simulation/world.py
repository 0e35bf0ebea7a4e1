"""A synthetic shelf: companies with their barcodes, brands and layouts, and a reader that errs the same way again.

Labels are simulated as OCR lines, so that hundreds of records take a minute; what follows the lines (engine,
memory, rules, decisions, store) is ShelfLens itself. Mistakes are of three kinds, as they are on real labels:
a wordmark in a fancy face is always misread the same way, characters that look alike are confused now and
then, and a layout hides a field from the engine (the wordmark is drawn as a picture, the maker has no caption).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from core.types import Barcode, Line, Readings
from core.values.gtin import check_digit
from tests.synth import words
from tests.unit.printed import line, width_of

DEMONSTRATION = "9521"
"""GS1's prefix for demonstrations: no company has it (GS1 General Specifications, section 1.4)."""
PAGE = (1000, 1400)
TOP, STEP = 260.0, 46.0

LOOKALIKES = {
    "末": "未", "未": "末", "己": "已", "已": "己", "干": "千", "土": "士", "日": "目", "晨": "農", "禾": "未",
    "麦": "麥", "坊": "访", "味": "昧", "谷": "合", "贮": "贶", "避": "遊", "凉": "凍", "燥": "操", "免": "兔",
    "阴": "阳", "厂": "广", "限": "跟", "公": "么", "司": "同", "冷": "泠", "藏": "蔵", "置": "罝",
    "通": "逋", "风": "凤", "光": "米", "直": "真", "射": "躲", "食": "仓", "品": "晶", "有": "宥",
}  # fmt: skip
"""A character -> what it is taken for. Kinds of confusion seen in OCR of Chinese print: one stroke more or less, the
traditional form, a neighbour of the same frame."""
CODE_LOOKALIKES = {"0": "O", "B": "8"}
"""The same in codes, where letters stand beside digits."""

OFTEN, SELDOM = 0.18, 0.02
"""Chance that a character with a lookalike is misread: in a font that invites it, and in any other."""


@dataclass(frozen=True)
class Company:
    """A maker with one brand. `wordmark` is how its logo is read, "" where it is read as nothing."""

    prefix: str
    brand: str
    wordmark: str
    maker: str
    address: str
    storage: str
    captioned: bool
    """False where maker and address stand on the label without their captions."""
    blurry: float
    """Chance per character with a lookalike that its print is misread."""


@dataclass(frozen=True)
class Product:
    company: Company
    gtin: str
    name: str
    net_content: str
    ingredients: str
    standard: str
    shelf_life: str


@dataclass(frozen=True)
class Label:
    """One photographed product: what is printed, and the lines that OCR makes of it."""

    truth: dict[str, str]
    """Field -> the text that a careful person would have in the editor."""
    readings: Readings
    clean: Readings
    """As the readings would be without any misread character."""


@dataclass
class Shelf:
    """Draws labels from companies that were made with `seed`; new products and companies keep coming."""

    seed: int
    companies: int = 12
    products_each: int = 4
    fresh: float = 0.3
    """Share of labels whose product was never seen before."""
    new_company: float = 0.25
    """Share of those that come from a company never seen before."""
    products: list[Product] = field(init=False)
    _makers: list[Company] = field(init=False)
    _chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = Random(self.seed)
        self._makers = [_company(self._chance, number) for number in range(self.companies)]
        self.products = [_product(self._chance, maker, n) for maker in self._makers for n in range(self.products_each)]
        self._chance.shuffle(self.products)

    def labels(self) -> Iterator[Label]:
        """Labels without end: some products come back often, others seldom, as on a shelf."""
        while True:
            yield _label(self._chance, self._fresh() if self._chance.random() < self.fresh else self._known())

    def _known(self) -> Product:
        weights = [1 / (rank + 3) for rank in range(len(self.products))]
        return self._chance.choices(self.products, weights)[0]

    def _fresh(self) -> Product:
        if self._chance.random() < self.new_company:
            self._makers.append(_company(self._chance, len(self._makers)))
            maker = self._makers[-1]
        else:
            maker = self._chance.choice(self._makers)
        self.products.append(_product(self._chance, maker, len(self.products)))
        return self.products[-1]


def _company(chance: Random, number: int) -> Company:
    brand = words.chinese_brand(chance)
    maker, address, _ = words.chinese_maker(chance, brand)
    text = words.vocabulary("food_zh")["text"]
    return Company(
        prefix=f"{DEMONSTRATION}{number:05d}",
        brand=brand,
        wordmark=chance.choice([_garbled(chance, brand), _garbled(chance, brand), brand, ""]),
        maker=maker,
        address=address,
        storage=chance.choice(text["storage"]),
        captioned=chance.random() < 0.75,
        blurry=chance.choice([OFTEN, SELDOM, SELDOM]),
    )


def _garbled(chance: Random, brand: str) -> str:
    """The wordmark with one character read as another, always the same one."""
    place = chance.randrange(len(brand))
    wrong = LOOKALIKES.get(brand[place]) or chance.choice("口回田甲申圭卉")
    return brand[:place] + wrong + brand[place + 1 :]


def _product(chance: Random, company: Company, number: int) -> Product:
    food = chance.choice(words.vocabulary("food_zh")["food"])
    digits = f"{company.prefix}{number % 1000:03d}"
    return Product(
        company=company,
        gtin=digits + check_digit(digits),
        name=chance.choice(food["names"]),
        net_content=f"{chance.choice(food['sizes'])} {food['unit']}",
        ingredients="、".join(chance.sample(food["ingredients"], min(6, len(food["ingredients"])))),
        standard=chance.choice(food["standard"]),
        shelf_life=chance.choice(food["shelf"]),
    )


def _label(chance: Random, product: Product) -> Label:
    company = product.company
    made = words.made_on(chance)
    maker = f"生产商：{company.maker}" if company.captioned else company.maker
    address = f"地址：{company.address}" if company.captioned else company.address
    printed = [
        f"产品名称：{product.name}",
        f"配料：{product.ingredients}",
        f"净含量：{product.net_content}",
        f"贮存条件：{company.storage}",
        f"保质期：{product.shelf_life}",
        f"生产日期：{made.isoformat()}",
        f"产品标准号：{product.standard}",
        maker,
        address,
    ]
    truth = {
        "gtin": product.gtin,
        "brand": company.brand,
        "name": product.name,
        "ingredients_text": product.ingredients,
        "net_content": product.net_content,
        "storage": company.storage,
        "shelf_life": product.shelf_life,
        "production_date": made.isoformat(),
        "standard_code": product.standard,
        "manufacturer": company.maker,
        "address": company.address,
    }
    read = [_misread(chance, text, company.blurry) for text in printed]
    return Label(truth, _page(product, company.wordmark, read), _page(product, company.brand, printed))


def _misread(chance: Random, text: str, blurry: float) -> str:
    """The line as OCR reads it: the caption right, for keys are found with a letter misread anyway."""
    caption, colon, value = text.rpartition("：")
    table = CODE_LOOKALIKES | LOOKALIKES if caption == "产品标准号" else LOOKALIKES
    read = "".join(
        table[char] if char in table and chance.random() < blurry else char for char in value
    )  # fmt: skip
    return caption + colon + read


def _page(product: Product, wordmark: str, printed: list[str]) -> Readings:
    lines: list[Line] = [line(wordmark, 60, 60, height=110)] if wordmark else []
    lines += [_fitted(text, TOP + STEP * number) for number, text in enumerate(printed)]
    bars = Barcode(text=product.gtin, format="EAN-13", box=(60, 1200, 360, 1320), decoders=("zxing",))
    return Readings(width=PAGE[0], height=PAGE[1], lines=tuple(lines), barcodes=(bars,))


def _fitted(text: str, y: float) -> Line:
    """The line in a size that fits the page."""
    height = min(30.0, 30.0 * (PAGE[0] - 100) / max(1.0, width_of(text)))
    return line(text, 50, y, height=height)
