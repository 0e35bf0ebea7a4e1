"""A comparison as tables of a report: sides beside each other, each row with the posters behind it.

The sides are those of core.insights.compare, and so are the figures; what is on view in the Compare tab of Insights is
what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlite_utils import Database

from core.insights import AdFilters, Choice, choose, claims, promotions, stated, words
from core.insights.compare import (
    OURS,
    Side,
    discount_spread,
    discounted,
    only_here,
    posters_of,
    price_gaps,
    promotion_shares,
    sides_of,
    theme_shares,
)
from core.insights.contradictions import compare_with_labels
from core.insights.facts import Facts
from core.insights.prices import currencies, to_pay
from core.report import texts
from core.report.tables import Row, Sources, Table, sources_of
from core.store.statements import About
from core.types import Bilingual

LEAST_SIDES = 2


@dataclass(frozen=True)
class Compared:
    """`choice` is every poster its tables speak of: a side may have some that the report's own filters leave out."""

    tables: tuple[Table, ...]
    choice: Choice


def compare_sides(
    db: Database, filters: AdFilters, own: Collection[str], names: Sequence[str], lang: str
) -> Compared | None:
    """The sides of these names (OURS, RIVALS, competitors) under the filters, as tables in a language.

    None where fewer than two of them have posters. Where a brand is ours (`own`), our posters against our labels, too.
    """
    sides = sides_of(db, {name: _called(name, lang) for name in names}, filters, own)
    if len(sides) < LEAST_SIDES:
        return None
    ours = posters_of(db, OURS, filters, own)
    themes = (theme_shares(sides), "theme", claims, words.theme)
    kinds = (promotion_shares(sides), "kind", promotions, words.promotion)
    notes = {key: note.in_lang(lang) for key, note in texts.NOTES.items()}
    tables = [
        _sides(sides),
        _only(sides, lang),
        _shares("compared_themes", sides, *themes, lang),
        _shares("compared_promotions", sides, *kinds, lang),
        _discounts(sides),
        _prices(sides, lang),
        *([_labels(db, ours, list(own), lang)] if own else []),
    ]
    tables = [replace(table, note=f"{notes.get(table.key, '')} {table.note}".strip()) for table in tables]
    return Compared(tuple(tables), _everyone(db, filters, [*(side.choice for side in sides), ours]))


def _called(name: str, lang: str) -> str:
    return texts.SIDES.get(name, words.competitor(name)).in_lang(lang)


def _everyone(db: Database, filters: AdFilters, choices: Sequence[Choice]) -> Choice:
    """The posters of all these choices, which differ by competitor alone."""
    names = {name for choice in choices for name in choice.competitors()}
    return choose(db, filters.model_copy(update={"side": "", "competitors": ()})).only(names)


def _newest_first(facts: Facts) -> tuple[int, ...]:
    return tuple(sorted(facts.items(), reverse=True))


def _sides(sides: Sequence[Side]) -> Table:
    rows = [Row((side.name, side.choice.count), _newest_first(Facts(side.choice, {}))) for side in sides]
    return Table("compared_sides", ("side", "posters"), rows)


def _only(sides: Sequence[Side], lang: str) -> Table:
    found = _by_side(sides, lambda choice: sources_of(stated(choice, About.CLAIM), ("phrase",)))
    rows = [
        Row((one.text, words.theme(one.theme).in_lang(lang), one.side, one.posters), found[one.side][(one.phrase,)])
        for one in only_here(sides)
    ]
    return Table("compared_only", ("wording", "theme", "side", "posters"), rows, each="side")


def _by_side(sides: Sequence[Side], find: Callable[[Choice], Sources]) -> dict[str, Sources]:
    return {side.name: find(side.choice) for side in sides}


def _shares(
    key: str,
    sides: Sequence[Side],
    shares: pd.DataFrame,
    column: str,
    facts: Callable[[Choice], Facts],
    called: Callable[[str], Bilingual],
    lang: str,
) -> Table:
    """What share of each side's posters states which value of `column`; one it lacks is a row without posters."""
    found = _by_side(sides, lambda choice: sources_of(facts(choice), (column,)))
    rows = [
        Row(
            (called(row[column]).in_lang(lang), row["side"], round(float(row["share"]), 4), int(row["posters"])),
            found[row["side"]].get((row[column],), ()),
        )
        for row in shares.to_dict("records")
    ]
    return Table(key, (column, "side", "side_share", "posters"), rows)


def _discounts(sides: Sequence[Side]) -> Table:
    """Every side, also one whose words determine no discount: that is an answer, too."""
    rows = []
    for side in sides:
        spread = discount_spread(side.choice)
        shares = (spread.low, spread.middle, spread.high) if spread else ()
        cells: tuple[Any, ...] = tuple(round(share * 100) for share in shares) or (None,) * 3
        posters = _newest_first(discounted(side.choice))
        rows.append(Row((side.name, *cells, len(posters)), posters))
    return Table("compared_discounts", ("side", "low_off", "middle_off", "high_off", "posters"), rows)


def _prices(sides: Sequence[Side], lang: str) -> Table:
    rows = []
    for currency in dict.fromkeys(code for side in sides for code in currencies(side.choice)):
        found = _by_side(sides, lambda choice, code=currency: sources_of(to_pay(choice, code), ("goods",)))  # type: ignore[misc]
        for one in price_gaps(sides, currency):
            named = (words.goods(one.goods).in_lang(lang), one.side, words.currency(currency).in_lang(lang))
            amounts = tuple(round(amount, 2) for amount in (one.spread.low, one.spread.middle, one.spread.high))
            gap = None if one.gap is None else round(one.gap * 100)
            rows.append(Row((*named, *amounts, gap, one.spread.posters), found[one.side][(one.goods,)]))
    columns = ("goods", "side", "currency", "low", "middle", "high", "gap", "posters")
    return Table("compared_prices", columns, rows)


def _labels(db: Database, ours: Choice, own: Sequence[str], lang: str) -> Table:
    compared = compare_with_labels(db, ours, own)
    rows = [
        Row((one.phrase, f"{one.product_name} · {one.product}", one.message.in_lang(lang)), (one.poster,))
        for one in compared.found
    ]
    rows += [
        Row((" · ".join(claimed), "", texts.NO_LABEL.in_lang(lang)), (item,))
        for item, claimed in compared.unmatched.items()
    ]
    covered = texts.LABELS_COVERED.in_lang(lang).format(
        compared=f"{compared.compared:,}", missing=f"{len(compared.unmatched):,}"
    )
    return Table("compared_labels", ("wording", "label", "label_says"), rows, note=covered)
