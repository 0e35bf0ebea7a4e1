"""Columns of an export: a name, labels, and how to take the cell from a record.

A column per field of the schema, except where one cell cannot hold it without losing its type:

    quantity, duration   two columns: the number, and `…_unit`
    nutrition            one column per nutrient, unit and basis: `energy_kj_100g`, `sodium_mg_100g`;
                         masses are converted to the nutrient's usual unit, so that a table in g and
                         one in mg meet in one column. The common nutrients per 100 g are always
                         there, others (per serving, vitamins, NRV %) where a record has them.
    prices               `price_current`, `price_original`, further kinds where seen, `currency`
    promotions           the wordings, and `promotion_kind`
    lists                joined with "; "
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.exports.cells import Cell
from core.exports.nutrition import nutrition_columns
from core.schema import FieldSpec, FieldType
from core.store.provenance import Provenance
from core.store.records import Record
from core.types import Bilingual, FieldValue

SEPARATOR = "; "


@dataclass(frozen=True)
class Row:
    """One record as an export sees it."""

    record: Record
    provenance: Provenance

    def field(self, key: str) -> FieldValue | None:
        """The field as it stands; None where there is none or a person decided it absent."""
        field = self.record.fields.get(key)
        return field if field is not None and field.value is not None else None


@dataclass(frozen=True)
class Column:
    key: str
    label: Bilingual
    cell: Callable[[Row], Cell]

    def header(self, lang: str) -> str:
        """The column's heading: its label in "en" or "zh", else its key."""
        return self.label.in_lang(lang) if lang in ("en", "zh") else self.key


@dataclass(frozen=True)
class Seen:
    """What the records to be exported hold beyond the schema: decides the open-ended columns."""

    nutrients: tuple[tuple[str, str, str, bool], ...] = ()
    """(nutrient, unit, basis, has NRV %), each once."""
    price_kinds: tuple[str, ...] = ()


def join(parts: Iterable[object]) -> str | None:
    """The parts in one cell; None where there are none."""
    return SEPARATOR.join(str(part) for part in parts if part not in (None, "")) or None


def field_columns(spec: FieldSpec, seen: Seen) -> list[Column]:
    """The columns of one field of a schema."""
    build = _BUILDERS.get(spec.type, _text_column)
    return build(spec, seen)


def _label(spec: FieldSpec, en: str = "", zh: str = "") -> Bilingual:
    return Bilingual(en=f"{spec.en}{en}", zh=f"{spec.zh}{zh}")


def _value(row: Row, key: str) -> Any:
    field = row.field(key)
    return field.value if field is not None else None


def _entries(row: Row, key: str) -> list[Any]:
    """The entries of a list field; one typed as free text counts as a single entry."""
    value = _value(row, key)
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _text_column(spec: FieldSpec, seen: Seen) -> list[Column]:
    def cell(row: Row) -> Cell:
        value = _value(row, spec.key)
        return None if value is None else str(value)

    return [Column(spec.key, _label(spec), cell)]


def _date_column(spec: FieldSpec, seen: Seen) -> list[Column]:
    """An ISO date, or the printed words where they send the reader to another place of the package."""

    def cell(row: Row) -> Cell:
        field = row.field(spec.key)
        if field is None:
            return None
        return str(field.raw or field.value) if field.value == "see_package" else str(field.value)

    return [Column(spec.key, _label(spec), cell)]


def _amount_columns(spec: FieldSpec, seen: Seen) -> list[Column]:
    def amount(row: Row) -> Cell:
        value = _value(row, spec.key)
        return value if isinstance(value, int | float) or value is None else str(value)

    def unit(row: Row) -> Cell:
        field = row.field(spec.key)
        return field.unit if field is not None else None

    return [
        Column(spec.key, _label(spec), amount),
        Column(f"{spec.key}_unit", _label(spec, " (unit)", "（单位）"), unit),
    ]


def _list_column(spec: FieldSpec, seen: Seen) -> list[Column]:
    return [Column(spec.key, _label(spec), lambda row: join(_entries(row, spec.key)))]


def _wording_columns(part: str, label: Bilingual) -> Callable[[FieldSpec, Seen], list[Column]]:
    """Columns for entries with a `text` and one more `part`: the kind of a promotion, the theme of a point."""

    def build(spec: FieldSpec, seen: Seen) -> list[Column]:
        def texts(row: Row) -> Cell:
            return join(entry.get("text") if isinstance(entry, dict) else entry for entry in _entries(row, spec.key))

        def parts(row: Row) -> Cell:
            found = [entry.get(part) for entry in _entries(row, spec.key) if isinstance(entry, dict)]
            return join(dict.fromkeys(found))

        return [
            Column(spec.key, _label(spec), texts),
            Column(f"{spec.key}_{part}", _label(spec, f" ({label.en})", f"（{label.zh}）"), parts),
        ]

    return build


def _palette_column(spec: FieldSpec, seen: Seen) -> list[Column]:
    def cell(row: Row) -> Cell:
        return join(
            f"{entry['hex']} {entry['share']:.0%}" if isinstance(entry, dict) else entry
            for entry in _entries(row, spec.key)
        )

    return [Column(spec.key, _label(spec), cell)]


PRICE_LABELS = {
    "current": Bilingual(en="current", zh="现价"),
    "original": Bilingual(en="original", zh="原价"),
    "coupon": Bilingual(en="after coupon", zh="券后价"),
    "final": Bilingual(en="final", zh="到手价"),
    "member": Bilingual(en="members", zh="会员价"),
}
ALWAYS_PRICED = ("current", "original")


def _price_columns(spec: FieldSpec, seen: Seen) -> list[Column]:
    kinds = dict.fromkeys((*ALWAYS_PRICED, *seen.price_kinds))
    columns = [_price_column(spec, kind) for kind in kinds]
    currency = Column("currency", Bilingual(en="Currency", zh="货币"), lambda row: _currencies(row, spec.key))
    return [*columns, currency]


def _price_column(spec: FieldSpec, kind: str) -> Column:
    label = PRICE_LABELS.get(kind, Bilingual(en=kind, zh=kind))

    def cell(row: Row) -> Cell:
        found = [price["value"] for price in _prices(row, spec.key) if price.get("kind") == kind]
        if kind == "current":
            found += [typed for typed in _entries(row, spec.key) if not isinstance(typed, dict)]
        return found[0] if len(found) == 1 else join(found)

    return Column(f"{spec.key}_{kind}", _label(spec, f" ({label.en})", f"（{label.zh}）"), cell)


def _prices(row: Row, key: str) -> list[dict[str, Any]]:
    return [entry for entry in _entries(row, key) if isinstance(entry, dict)]


def _currencies(row: Row, key: str) -> Cell:
    return join(dict.fromkeys(price.get("currency") for price in _prices(row, key)))


def _nutrition_columns(spec: FieldSpec, seen: Seen) -> list[Column]:
    def table(row: Row) -> Any:
        return _value(row, spec.key)

    return [
        Column(key, label, lambda row, take=take: take(table(row)))  # type: ignore[misc]
        for key, label, take in nutrition_columns(spec, seen.nutrients)
    ]


Builder = Callable[[FieldSpec, Seen], list[Column]]

_BUILDERS: dict[FieldType, Builder] = {
    FieldType.DATE: _date_column,
    FieldType.DURATION: _amount_columns,
    FieldType.QUANTITY: _amount_columns,
    FieldType.LIST: _list_column,
    FieldType.NUTRITION: _nutrition_columns,
    FieldType.PRICES: _price_columns,
    FieldType.PROMOTIONS: _wording_columns("kind", Bilingual(en="kind", zh="类型")),
    FieldType.SELLING_POINTS: _wording_columns("theme", Bilingual(en="theme", zh="主题")),
    FieldType.PALETTE: _palette_column,
}


def united(groups: Sequence[Sequence[Column]], by_kind: Sequence[str]) -> list[Column]:
    """The columns of several kinds in one table: a key that two kinds share is one column.

    `by_kind` names the kind of each group; a cell is taken from the column of the record's own kind.
    """
    cells: dict[str, dict[str, Column]] = {}
    for kind, columns in zip(by_kind, groups, strict=True):
        for column in columns:
            cells.setdefault(column.key, {})[kind] = column
    return [_shared(key, owners) for key, owners in cells.items()]


def _shared(key: str, owners: dict[str, Column]) -> Column:
    first = next(iter(owners.values()))

    def cell(row: Row) -> Cell:
        column = owners.get(row.record.kind)
        return column.cell(row) if column is not None else None

    return Column(key, first.label, cell)
