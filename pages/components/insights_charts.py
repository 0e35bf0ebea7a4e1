"""The charts of Insights. Each is made from a facts table of core.insights and can be clicked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import altair as alt
import pandas as pd

from core.colours import colours_of
from core.insights import Facts, tally
from core.insights.prices import STEPS
from pages.components import charts
from pages.components import insights_labels as labels
from pages.components.charts import Chart
from pages.components.i18n import t

MAX_COMPETITORS = 7
"""As many as there are colours that can be told apart; those with the most posters are shown."""
MAX_ROWS = 15
"""Wordings or groups in one chart."""
MAX_POINTS = 600
"""Marks in a chart of points; those with the most posters behind them are drawn."""
LABEL_LIMIT, ROW_LIMIT, NAME_LIMIT = 165, 200, 95
"""Pixels of a label beside the plot, of one that names two things, and of a slanted name under it: longer ones are cut,
so that the plot keeps half of a chart that has half the page. What is pointed at says them whole."""
KIND_LIMIT = 140
"""Pixels of a kind of price in the legend: beside that chart stand names of competitors, which are short."""
SLANTED_HEIGHT = 40
PRICE_MARGIN = 0.06
"""Room beside the lowest and the highest price, as a share of what lies between them."""
PALETTE_HEIGHT = 44
"""Pixels of one competitor's row of colours."""

Colours = dict[str, str]


def _named(facts: Facts, by: Sequence[str], colours: Colours, *, limit: int = -1) -> pd.DataFrame:
    """The tally of facts with the competitors' names, and their `rank` for a steady order of stacking."""
    data = labels.named_competitors(tally(facts, by, limit=limit))
    return data.assign(rank=data["who"].map({name: place for place, name in enumerate(colours)}))


def _counts() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("posters:Q", title=t("charts.posters")),
        alt.Tooltip("verified:Q", title=t("charts.of_them_verified")),
    ]


def _who(data: pd.DataFrame, colours: Colours, *, legend: bool = True, wide: bool = False) -> alt.Color:
    shown = [name for name in colours if name in set(data["who"])]
    return alt.Color(
        "who:N",
        title=t("charts.competitor"),
        scale=charts.colour_scale(shown, colours),
        legend=charts.legend(wide=wide) if legend else None,
    )


def _posters_axis(field: str = "posters:Q") -> alt.X:
    return alt.X(field, title=t("charts.posters"), axis=alt.Axis(tickMinStep=1, format=",d"))


def _by_total(data: pd.DataFrame, column: str) -> list[str]:
    """The values of a column, those with most posters first."""
    return list(data.groupby(column)["posters"].sum().sort_values(ascending=False).index)


def over_time(facts: Facts, grain: str, colours: Colours) -> Chart:
    """Stacked bars: posters per week or day, by competitor. Periods without posters stay as gaps."""
    data = _named(facts, ("period", "competitor"), colours)
    picked = charts.pick(("period", "competitor"))
    step = "D" if grain == "day" else "7D"
    periods = pd.date_range(data["period"].min(), data["period"].max(), freq=step).strftime("%Y-%m-%d").tolist()
    one_year = periods[0][:4] == periods[-1][:4]
    axis = alt.Axis(
        labelAngle=0, labelOverlap="greedy", labelExpr="slice(datum.label, 5)" if one_year else "datum.label"
    )
    title = t(f"charts.{grain}") + (f" ({periods[0][:4]})" if one_year else "")
    return (
        alt.Chart(data, height=charts.TIME_CHART_HEIGHT)
        .mark_bar()
        .encode(
            x=alt.X("period:O", title=title, scale=alt.Scale(domain=periods), axis=axis),
            y=alt.Y("posters:Q", title=t("charts.posters"), axis=alt.Axis(tickMinStep=1, format=",d")),
            color=_who(data, colours, wide=True),
            order=alt.Order("rank:Q"),
            opacity=charts.faded_unless(picked),
            tooltip=[
                alt.Tooltip("period:O", title=t(f"charts.{grain}")),
                alt.Tooltip("who:N", title=t("charts.competitor")),
                *_counts(),
            ],
        )
        .add_params(picked)
    )


def claim_map(shares: pd.DataFrame) -> Chart:
    """Heat map theme x competitor: colour is the share of the competitor's posters, the number their count."""
    data = labels.named_competitors(shares).assign(label=shares["theme"].map(labels.theme))
    picked = charts.pick(("theme", "competitor"))
    base = alt.Chart(data, height=charts.rows_height(data["label"].nunique()) + SLANTED_HEIGHT).encode(
        x=alt.X(
            "who:N",
            title=t("charts.competitor"),
            sort=_by_total(data, "who"),
            axis=alt.Axis(labelAngle=-40, labelOverlap=False, labelLimit=NAME_LIMIT),
        ),
        y=alt.Y(
            "label:N", title=t("charts.theme"), sort=_by_total(data, "label"), axis=alt.Axis(labelLimit=LABEL_LIMIT)
        ),
        tooltip=[
            alt.Tooltip("label:N", title=t("charts.theme")),
            alt.Tooltip("who:N", title=t("charts.competitor")),
            alt.Tooltip("share:Q", title=t("charts.share"), format=".0%"),
            *_counts(),
        ],
    )
    cells = base.mark_rect(cornerRadius=2, stroke=charts.OUTLINE_COLOUR).encode(
        color=alt.Color(
            "share:Q",
            title=t("charts.share"),
            scale=alt.Scale(scheme=charts.SHARE_SCHEME, domain=[0, 1]),
            legend=alt.Legend(format=".0%", orient="top", gradientLength=160, titleLimit=320),
        ),
        strokeWidth=alt.when(picked, empty=False).then(alt.value(3)).otherwise(alt.value(0)),
    )
    dark = alt.datum.share >= charts.DARK_TEXT_FROM
    numbers = base.mark_text(fontSize=12).encode(
        text="posters:Q", color=alt.when(dark).then(alt.value("#101615")).otherwise(alt.value("#ffffff"))
    )
    return alt.layer(cells.add_params(picked), numbers)


def stacked(facts: Facts, column: str, name: Callable[[str], str], axis_title: str, colours: Colours) -> Chart:
    """Horizontal bars, one per value of `column` (shown as `name` calls it), stacked by competitor."""
    data = _named(facts, (column, "competitor"), colours)
    data = data.assign(label=labels.named(data[column], name))
    shown = _by_total(data, "label")[:MAX_ROWS]
    data = data[data["label"].isin(shown)]
    picked = charts.pick((column, "competitor"))
    return (
        alt.Chart(data, height=charts.rows_height(len(shown), names=data["who"].nunique()))
        .mark_bar()
        .encode(
            x=_posters_axis("sum(posters):Q"),
            y=alt.Y("label:N", title=axis_title, sort=shown, axis=alt.Axis(labelLimit=LABEL_LIMIT)),
            color=_who(data, colours),
            order=alt.Order("rank:Q"),
            detail=["competitor:N", f"{column}:N"],
            opacity=charts.faded_unless(picked),
            tooltip=[
                alt.Tooltip("label:N", title=axis_title),
                alt.Tooltip("who:N", title=t("charts.competitor")),
                *_counts(),
            ],
        )
        .add_params(picked)
    )


def discount_points(facts: Facts, colours: Colours) -> Chart:
    """One point per competitor and computed unit discount; hollow where the words only give a limit."""
    data = _named(facts, ("competitor", "percent", "at_most"), colours, limit=MAX_POINTS)
    data = data.assign(bound=data["at_most"].map({1: t("charts.at_most"), 0: t("charts.exact")}))
    picked = charts.pick(("competitor", "percent", "at_most"))
    return (
        alt.Chart(data, height=charts.rows_height(data["who"].nunique()))
        .mark_point(filled=True)
        .encode(
            x=alt.X("percent:Q", title=t("charts.unit_discount"), scale=alt.Scale(domain=[0, 100])),
            y=alt.Y("who:N", title=t("charts.competitor"), sort=list(colours)),
            size=_size(data),
            shape=alt.Shape(
                "bound:N",
                title=None,
                scale=alt.Scale(domain=[t("charts.exact"), t("charts.at_most")], range=["circle", "triangle-left"]),
                legend=alt.Legend(
                    orient="top", symbolFillColor=charts.NEUTRAL_COLOUR, symbolStrokeColor=charts.NEUTRAL_COLOUR
                ),
            ),
            color=_who(data, colours, legend=False),
            opacity=charts.faded_unless(picked),
            tooltip=[
                alt.Tooltip("who:N", title=t("charts.competitor")),
                alt.Tooltip("percent:Q", title=t("charts.unit_discount")),
                alt.Tooltip("bound:N", title=t("charts.bound")),
                *_counts(),
            ],
        )
        .add_params(picked)
    )


def price_points(facts: Facts, currency: str, order: Sequence[str]) -> Chart:
    """One point per competitor, kind of price and price. All prices are in one currency."""
    data = labels.named_competitors(tally(facts, ("competitor", "kind", "value"), limit=MAX_POINTS))
    data = data.assign(label=labels.named(data["kind"], labels.price_kind))
    kinds = _by_total(data, "label")
    picked = charts.pick(("competitor", "kind", "value"))
    unit = currency or t("charts.no_currency")
    return (
        alt.Chart(data, height=charts.rows_height(2 * data["who"].nunique(), names=len(kinds)))
        .mark_point(filled=True)
        .encode(
            x=alt.X(
                "value:Q",
                title=t("charts.price", unit=unit),
                scale=_price_scale(data["value"], data["value"]),
                axis=alt.Axis(tickCount=10),
            ),
            y=alt.Y("who:N", title=t("charts.competitor"), sort=list(order)),
            yOffset=alt.YOffset("label:N", sort=kinds),
            size=_size(data),
            shape=alt.Shape("label:N", sort=kinds, legend=charts.legend(limit=KIND_LIMIT)),
            color=alt.Color(
                "label:N",
                title=t("charts.price_kind"),
                scale=charts.colour_scale(kinds, colours_of(kinds)),
                sort=kinds,
                legend=charts.legend(limit=KIND_LIMIT),
            ),
            opacity=charts.faded_unless(picked),
            tooltip=[
                alt.Tooltip("who:N", title=t("charts.competitor")),
                alt.Tooltip("label:N", title=t("charts.price_kind")),
                alt.Tooltip("value:Q", title=t("charts.price", unit=unit), format=",.2f"),
                *_counts(),
            ],
        )
        .add_params(picked)
    )


def price_ladder(ladder: pd.DataFrame, currency: str, colours: Colours) -> Chart:
    """Per kind of goods a line for each competitor, from its lowest to its highest price to pay; the dot is the
    middle one. `ladder` is what core.insights.prices makes of one currency.
    """
    data = labels.named_competitors(ladder).assign(label=labels.named(ladder["goods"], labels.goods))
    data["row"] = data["label"] + " · " + data["who"]
    rows = list(data["row"])
    picked = charts.pick(("goods", "competitor"))
    unit = currency or t("charts.no_currency")
    steps = [alt.Tooltip(f"{name}:Q", title=t(f"charts.price_{name}"), format=",.2f") for name in STEPS]
    base = alt.Chart(data, height=charts.rows_height(len(rows), names=data["who"].nunique())).encode(
        y=alt.Y("row:N", title=t("charts.goods"), sort=rows, axis=alt.Axis(labelLimit=ROW_LIMIT)),
        color=_who(data, colours),
        opacity=charts.faded_unless(picked),
        tooltip=[
            alt.Tooltip("label:N", title=t("charts.goods")),
            alt.Tooltip("who:N", title=t("charts.competitor")),
            *steps,
            alt.Tooltip("posters:Q", title=t("charts.posters")),
        ],
    )
    title = t("charts.price", unit=unit)
    reach = base.mark_rule(strokeWidth=5, strokeCap="round").encode(
        x=alt.X("low:Q", title=title, scale=_price_scale(data["low"], data["high"])), x2="high:Q"
    )
    middle = base.mark_point(filled=True, size=170, stroke="#ffffff", strokeWidth=1.5).encode(x="middle:Q")
    return alt.layer(reach, middle.add_params(picked))


def palettes(shades: pd.DataFrame) -> Chart:
    """A row per competitor, filled with the colours of its posters by the area they cover on average."""
    data = labels.named_competitors(shades).assign(label=labels.named(shades["family"], labels.colour))
    picked = charts.pick(("competitor", "family"))
    height = max(3, data["who"].nunique()) * PALETTE_HEIGHT + 60
    return (
        alt.Chart(data, height=height)
        .mark_bar(stroke="#8C8C8C", strokeWidth=0.5)
        .encode(
            x=alt.X("area:Q", title=t("charts.area"), stack="zero", axis=alt.Axis(format=".0%")),
            y=alt.Y("who:N", title=t("charts.competitor"), sort=_by_total(data, "who")),
            color=alt.Color("shade:N", scale=None),
            order=alt.Order("area:Q", sort="descending"),
            detail=["family:N", "competitor:N"],
            opacity=charts.faded_unless(picked),
            tooltip=[
                alt.Tooltip("who:N", title=t("charts.competitor")),
                alt.Tooltip("label:N", title=t("charts.colour")),
                alt.Tooltip("shade:N", title=t("charts.shade")),
                alt.Tooltip("area:Q", title=t("charts.area"), format=".0%"),
                alt.Tooltip("posters:Q", title=t("charts.posters")),
            ],
        )
        .add_params(picked)
    )


def _price_scale(low: pd.Series, high: pd.Series) -> alt.Scale:
    """From a little below the lowest price, which never is below nothing, to a little above the highest."""
    first, last = float(low.min()), float(high.max())
    room = ((last - first) or last) * PRICE_MARGIN
    return alt.Scale(domain=[max(0.0, first - room), last + room], nice=True)


def _size(data: pd.DataFrame) -> alt.Size:
    """Area by number of posters; the smallest is still a target that can be hit."""
    most = int(data["posters"].max())
    return alt.Size(
        "posters:Q", scale=alt.Scale(domain=[0, most], range=[60, 420] if most > 1 else [120, 120]), legend=None
    )
