"""A nutrition table out of a model's rows: "能量: 1850 kJ, 22%", or whatever it wrote in their place."""

from __future__ import annotations

import re
from typing import Any

from core.engines.language.reader import Cut, Items, Pairs
from core.engines.language.words import clean, entries_of, is_absent, text_of
from core.schema import FieldSpec
from core.types import FieldValue
from core.values.nutrition import AtomKind, default_unit, nutrient_key, read_atoms
from core.values.text import squash
from core.values.typed import understand

PER = frozenset(("per", "basis", "per_basis", "每"))
ROWS = frozenset(("rows", "values", "items", "nutrients", "table"))

_THOUSANDS = re.compile(r"(?<![\d.,])([1-9]\d{0,2})[, ](\d{3})(?=\s*(?:kj|kcal|mg|千焦|千卡|毫克))", re.IGNORECASE)
_TWO_ENERGIES = re.compile(
    r"(?P<name>[^:：]+[:：])\s*(?P<one>[\d.]+\s*kj)\s*[/(（]\s*(?P<two>[\d.]+\s*kcal)\s*[)）]?(?P<rest>.*)",
    re.IGNORECASE,
)


def read_table(spec: FieldSpec, value: Any) -> tuple[FieldValue | None, list[str]]:
    """The table in a JSON value, and the rows of it that are none. Rows of a percentage alone have no place.

    Where not a single row is understood the words are kept as a text, as `core.values.typed` does.
    """
    per, rows = _parts(value)
    rows = [row for printed in rows for row in _split(printed)]
    if not rows:
        return None, []
    basis = _basis(per)
    read = {row: _row(spec, row) for row in rows}
    found = [_on(row, basis) for row in read.values() if row]
    odd = [row for row, understood in read.items() if not understood and not _is_percent_only(row)]
    raw = "\n".join(rows)
    if not found:
        return (FieldValue(value=raw, raw=raw), odd) if odd else (None, [])
    basis = next((row["per"] for row in found if row["per"]), "")
    return FieldValue(value={"basis": basis, "rows": found}, raw=raw), odd


def _parts(value: Any) -> tuple[str, list[str]]:
    """What the table is per, and its rows, from any of the shapes that models give tables."""
    if not isinstance(value, Pairs):
        return "", _row_texts(value)
    named = {key.casefold(): item for key, item in value.pairs}
    per = next((item for key, item in named.items() if key in PER), None)
    listed = next((item for key, item in named.items() if key in ROWS), None)
    if listed is not None:
        return _whole_text(per), _row_texts(listed)
    rest = [(key, item) for key, item in value.pairs if key.casefold() not in PER and not isinstance(item, Cut)]
    return _whole_text(per), [f"{clean(key)}: {text}" for key, item in rest if (text := text_of(item))]


def _row_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [row for row in map(clean, value.splitlines()) if row and not isinstance(value, Cut)]
    if isinstance(value, Items):  # the last row of a cut list may lack its end, even where it is closed
        return entries_of(Items([item for item in value.items if not _is_open(item)], whole=value.whole))
    return [f"{clean(key)}: {text_of(item)}" for key, item in value.pairs] if isinstance(value, Pairs) else []


def _is_open(item: Any) -> bool:
    return isinstance(item, Pairs | Items) and not item.whole


def _whole_text(value: Any) -> str:
    text = "" if isinstance(value, Cut) else text_of(value)
    return "" if is_absent(text) else text


def _basis(per: str) -> str:
    """100g, 100ml, 100kJ, serving or container; as printed where it is none of these; "" for none."""
    for words in (per, f"per {per}"):
        bases = [atom.printed for atom in read_atoms(words) if atom.kind is AtomKind.BASIS]
        if bases:
            return bases[0]
    return per


def _split(row: str) -> list[str]:
    """The row; two of them where energy is given in kJ and kcal together."""
    row = _THOUSANDS.sub(r"\1\2", row)
    match = _TWO_ENERGIES.fullmatch(row)
    if match is None:
        return [row]
    return [f"{match['name']} {match['one']}{match['rest']}", f"{match['name']} {match['two']}{match['rest']}"]


def _on(row: dict[str, Any], basis: str) -> dict[str, Any]:
    """The row with its own basis, or the table's where it names none."""
    return {**row, "per": _basis(row["per"]) or basis}


def _row(spec: FieldSpec, text: str) -> dict[str, Any] | None:
    """The row as people type it, or as a table prints it; None where it is none."""
    typed = understand(spec, text).value
    return typed["rows"][0] if isinstance(typed, dict) else _printed_row(text)


def _printed_row(text: str) -> dict[str, Any] | None:
    """A row without the colon, or with more in it than a typed one has: "Fat 8 g (12 %)"."""
    atoms = read_atoms(text)
    amount = next((atom for atom in atoms if atom.kind is AtomKind.AMOUNT), None)
    name = clean(text[: amount.start]).rstrip(":： ") if amount else ""
    if amount is None or not squash(name).text:
        return None
    nutrient = nutrient_key(name) or name
    row = {
        "nutrient": nutrient,
        "name": name,
        "value": amount.value,
        "unit": amount.unit or default_unit(nutrient),
        "per": "",
    }
    if amount.less_than:
        row["less_than"] = True
    percent = next((atom for atom in atoms if atom.kind is AtomKind.PERCENT), None)
    return row | {"nrv_percent": percent.value} if percent else row


def _is_percent_only(row: str) -> bool:
    """True for "Vitamin A: 4%": printed like this on labels, and no amount."""
    kinds = {atom.kind for atom in read_atoms(row)}
    return AtomKind.PERCENT in kinds and AtomKind.AMOUNT not in kinds
