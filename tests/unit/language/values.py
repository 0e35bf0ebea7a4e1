"""Made-up values of every field type, as readings of labels have them."""

from __future__ import annotations

from hypothesis import strategies as st

from core.engines.language.answers import LANGUAGE_CODES, asked_fields, choices
from core.engines.language.words import clean, is_absent
from core.schema import FieldSpec, FieldType, Schema
from core.types import Fields, FieldValue
from core.values.typed import understand

LETTERS = st.sampled_from("abcdeßéABC0123456789 燕麦片原味水盐糖（），。、:;\"'\\/{}[]%&®℮😀-+")
TEXT = st.text(LETTERS, min_size=1, max_size=60).filter(lambda text: clean(text) == text and not is_absent(text))
ENTRY = TEXT.map(lambda text: clean(text.replace("、", "").replace(";", ""))).filter(lambda text: not is_absent(text))
ENTRIES = st.lists(ENTRY, min_size=1, max_size=6, unique=True)
AMOUNT = st.one_of(st.integers(1, 5000), st.integers(1, 9999).map(lambda value: value / 100)).map(str)
DATE = st.dates().map(str) | st.dates().map(lambda date: f"{date:%Y-%m}") | st.just("见包装背面")
DURATION = st.tuples(AMOUNT, st.sampled_from(("个月", "天", " months", " days", "年"))).map("".join)
QUANTITY = st.tuples(AMOUNT, st.sampled_from((" g", "ml", "克", "毫升", " kg"))).map("".join)
PRICE = st.tuples(
    AMOUNT, st.sampled_from((" CNY", " USD", " EUR", " JPY", "")), st.sampled_from((" current", " original", " unit"))
).map("".join)
NUTRIENTS = st.lists(
    st.sampled_from(("能量", "蛋白质", "脂肪", "Sodium", "Sugars", "Vitamin B12", "膳食纤维")),
    min_size=1,
    max_size=6,
    unique=True,
)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A nutrition table as people type it: some rows per another basis, some without any, some with NRV %."""
    rows = []
    for name in draw(NUTRIENTS):
        less = draw(st.sampled_from(("", "<")))
        per = draw(st.sampled_from((" / 100g", " / 100g", " / serving", "")))
        percent = draw(st.sampled_from((", 7%", "")))
        rows.append(f"{name}: {less}{draw(AMOUNT)} {draw(st.sampled_from(('g', 'mg', 'kJ')))}{per}{percent}")
    return "\n".join(rows)


def texts(spec: FieldSpec) -> st.SearchStrategy[str]:
    """What a person would type for a value of this field."""
    if words := choices(spec.key):
        return st.lists(st.sampled_from(words), min_size=1, unique=True).map("\n".join)
    if spec.key == LANGUAGE_CODES:
        return st.lists(st.sampled_from(("zh", "en", "fr", "de")), min_size=1, unique=True).map("\n".join)
    by_type = {
        FieldType.DATE: DATE,
        FieldType.DURATION: DURATION,
        FieldType.QUANTITY: QUANTITY,
        FieldType.LIST: ENTRIES.map("\n".join),
        FieldType.PROMOTIONS: ENTRIES.map("\n".join),
        FieldType.SELLING_POINTS: ENTRIES.map("\n".join),
        FieldType.PRICES: st.lists(PRICE, min_size=1, max_size=5).map("\n".join),
        FieldType.NUTRITION: tables(),
    }
    return by_type.get(spec.type, TEXT)


def value_of(spec: FieldSpec) -> st.SearchStrategy[FieldValue]:
    """A value of this field, with and without the words it was printed in."""
    typed = texts(spec).map(lambda text: understand(spec, text)).filter(lambda value: value.value is not None)
    return st.tuples(typed, st.booleans()).map(lambda pair: pair[0] if pair[1] else _unprinted(pair[0]))


def records(schema: Schema) -> st.SearchStrategy[Fields]:
    """Records with any of the fields a model is asked for."""
    optional = {spec.key: value_of(spec) for spec in asked_fields(schema)}
    return st.fixed_dictionaries({}, optional=optional)


def _unprinted(value: FieldValue) -> FieldValue:
    return value.model_copy(update={"raw": None})
