"""What an export profile is, and what profiles for other systems are made of.

A profile says which columns its file has, and what of a record will not fit into them and why: that is what a dry
run lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.exports.cells import Cell
from core.exports.columns import Column, Row, Seen, join
from core.exports.nutrition import GRAMS
from core.schema import FieldType, load_schema
from core.types import Bilingual, Kind
from core.values.quantities import to_base
from core.values.typed import show_value

Remark = tuple[str, Bilingual]
"""(field, why it does not fit or what is missing)."""
MISSING = Bilingual(en="is missing, and this layout requires it", zh="缺失，而此格式要求填写")
NO_PLACE = Bilingual(en="has no column in this layout and is left out", zh="在此格式中没有对应列，将被省略")
NO_TABLE = Bilingual(en="is no table that was understood; its amounts are left out", zh="未能识别为表格，数值将被省略")
NO_DATE = Bilingual(en="is no calendar date and is left out", zh="不是日历日期，将被省略")


@dataclass(frozen=True)
class Profile:
    """`columns` gives the columns for one kind ("" for both) and what the records hold.

    `kind` is the only kind of record it takes, "" where it takes both. `fields` are those that have a place in it,
    None where all have. `remarks` says what of a record does not fit its place, beyond that.
    """

    label: Bilingual
    columns: Callable[[str, Seen], list[Column]]
    kind: str = ""
    fields: frozenset[str] | None = None
    remarks: Callable[[Row], Iterable[Remark]] = lambda row: ()
    left_to_you: Bilingual | None = None
    """What the other system wants and no label says."""

    def all_remarks(self, row: Row) -> Iterator[Remark]:
        """Everything about a record that a dry run lists."""
        yield from self.remarks(row)
        if self.fields is not None:
            for key in row.record.fields:
                if key not in self.fields and row.field(key) is not None:
                    yield key, NO_PLACE


def column(header: str, cell: Callable[[Row], Cell]) -> Column:
    """A column of another system: its heading is the same in every language."""
    return Column(header, Bilingual(en=header, zh=header), cell)


def text_of(row: Row, key: str) -> str:
    """The field as people read it, "" where there is none; list entries stand on lines of their own."""
    field, schema = row.field(key), load_schema(Kind(row.record.kind))
    return show_value(schema.field(key), field) if field is not None and schema.has(key) else ""


def text_column(header: str, key: str) -> Column:
    return column(header, lambda row: text_of(row, key) or None)


def entries_of(row: Row, key: str) -> list[str]:
    """The entries of a list field as texts."""
    field = row.field(key)
    if field is None:
        return []
    values = field.value if isinstance(field.value, list | tuple) else [field.value]
    return [str(value.get("text", "") if isinstance(value, dict) else value) for value in values]


def list_column(header: str, key: str, separator: str = ", ") -> Column:
    return column(header, lambda row: separator.join(entries_of(row, key)) or None)


def date_column(header: str, key: str) -> Column:
    """An ISO date; empty where the label sends the reader elsewhere or the text is no date."""
    return column(header, lambda row: iso_date(row, key))


def iso_date(row: Row, key: str) -> str | None:
    text = str(field.value) if (field := row.field(key)) is not None else ""
    return text if is_iso_date(text) else None


def is_iso_date(text: str) -> bool:
    parts = text.split("-")
    return [len(part) for part in parts] == [4, 2, 2] and all(part.isdecimal() for part in parts)


def amount_of(row: Row, key: str, unit: str) -> float | None:
    """A quantity in `unit` ("g" or "ml"); None where it is none or of another dimension."""
    field = row.field(key)
    if field is None or not isinstance(field.value, int | float) or not field.unit:
        return None
    based = to_base(float(field.value), field.unit)
    return round(based[0], 6) if based is not None and based[1] == unit else None


def nutrient(row: Row, key: str, unit: str, bases: tuple[str, ...]) -> Cell:
    """An amount of the nutrition table in `unit` per the first of `bases` that it has a row for."""
    for basis in bases:
        for entry in nutrition_rows(row):
            if entry.get("nutrient") == key and basis_of(row, entry) == basis:
                converted = _in_unit(entry, unit)
                if converted is not None:
                    return f"<{converted:g}" if entry.get("less_than") else converted
    return None


def _in_unit(entry: dict[str, Any], unit: str) -> float | None:
    value, printed = entry.get("value"), str(entry.get("unit") or "")
    if not isinstance(value, int | float):
        return None
    if printed == unit:
        return float(value)
    if printed in GRAMS and unit in GRAMS:
        return float(f"{value * GRAMS[printed] / GRAMS[unit]:.10g}")
    return None


def nutrition_rows(row: Row) -> list[dict[str, Any]]:
    field = row.field("nutrition")
    table = field.value if field is not None else None
    rows = table.get("rows", ()) if isinstance(table, dict) else ()
    return [entry for entry in rows if isinstance(entry, dict)]


def basis_of(row: Row, entry: dict[str, Any]) -> str:
    field = row.field("nutrition")
    table = field.value if field is not None and isinstance(field.value, dict) else {}
    return str(entry.get("per") or table.get("basis") or "")


def missing(row: Row, *keys: str) -> Iterator[Remark]:
    for key in keys:
        if row.field(key) is None:
            yield key, MISSING


def too_long(row: Row, key: str, most: int) -> Iterator[Remark]:
    if (found := len(text_of(row, key))) > most:
        yield key, Bilingual(en=f"has {found} characters; {most} are allowed", zh=f"有 {found} 个字符，最多 {most} 个")


def not_dates(row: Row, *keys: str) -> Iterator[Remark]:
    for key in keys:
        if row.field(key) is not None and iso_date(row, key) is None:
            yield key, NO_DATE


def nutrition_remarks(row: Row, known: Iterable[str], bases: tuple[str, ...]) -> Iterator[Remark]:
    """What of the nutrition table has no column: other bases, nutrients without one, a table typed as text."""
    if row.field("nutrition") is None:
        return
    entries = nutrition_rows(row)
    if not entries:
        yield "nutrition", NO_TABLE
    wanted = set(known)
    elsewhere = dict.fromkeys(basis for entry in entries if (basis := basis_of(row, entry)) not in bases)
    if elsewhere:
        names = join(name or "?" for name in elsewhere) or ""
        yield (
            "nutrition",
            Bilingual(
                en=f"has amounts per {names}; only those per {', '.join(bases)} fit",
                zh=f"含每 {names} 的数值；仅每 {'、'.join(bases)} 的可写入",
            ),
        )
    others = sorted(
        {str(entry.get("name") or entry.get("nutrient")) for entry in entries if entry.get("nutrient") not in wanted}
    )
    if others:
        yield (
            "nutrition",
            Bilingual(
                en=f"has rows without a column: {', '.join(others)}", zh=f"以下行没有对应列：{'、'.join(others)}"
            ),
        )


def fields_with_a_name_in(system: str, *more: str) -> frozenset[str]:
    """The product fields that the schema gives a name in another system, and `more`."""
    return frozenset(spec.key for spec in load_schema(Kind.PRODUCT).fields if system in spec.export) | {*more}


def nutrition_text(row: Row) -> str | None:
    """The nutrition table as its editor shows it, one nutrient a line."""
    spec = load_schema(Kind.PRODUCT).field("nutrition")
    assert spec.type is FieldType.NUTRITION
    return text_of(row, spec.key) or None
