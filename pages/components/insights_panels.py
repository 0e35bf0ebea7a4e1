"""The panels of Insights: a question, the chart that answers it, and the posters of what is picked in it.

Only the open tab is counted and drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core import insights
from core.colours import colours_of
from core.insights import Choice, Facts, Mark
from core.insights import prices as price_facts
from core.insights import style as style_facts
from core.insights.risks import list_risks, risks
from core.insights.runs import creatives, longest_runs
from core.store.statements import About
from pages.components import charts, insights_charts
from pages.components import insights_labels as labels
from pages.components.i18n import say, t, tn
from pages.components.insights_filters import TABS, state_key
from pages.components.insights_picks import forget_picks, pick_key
from pages.components.insights_tables import pick_rows, thumbs

RUNS_SHOWN = 30
RISKS_SHOWN = 100


@dataclass(frozen=True)
class Picked:
    """The marks picked in one chart: its title, the facts it counts, and the marks."""

    title: str
    facts: Facts
    marks: Sequence[Mark]


Picks = Iterator[Picked]

_PAIR = """<style>
.st-key-insights_pair [data-testid=stHorizontalBlock] { flex-wrap: wrap; }
.st-key-insights_pair [data-testid=stHorizontalBlock] > [data-testid=stColumn] { min-width: min(100%, 400px); }
</style>"""
"""Half a narrow page would be names of an axis and no plot."""


def panels(choice: Choice, everyone: Sequence[str]) -> Picked | None:
    """Draws the open tab and returns what is picked; None while nothing is.

    `everyone` is every competitor there is, filtered out or not: it sets the colours. A pick in one
    chart forgets those in the others, so that the posters shown are as many as the number clicked.
    """
    colours = colours_of([labels.competitor(name) for name in everyone])
    draw: dict[str, Callable[[Choice, insights_charts.Colours], Picks]] = {
        "time": _time,
        "claims": _claims,
        "offers": _offers,
        "prices": _prices,
        "audience": _audience,
        "style": _style,
        "risks": _risks,
    }
    tabs = {name: t(f"insights.tab_{name}") for name in TABS}
    opened = st.segmented_control(
        t("insights.tab"),
        list(tabs),
        format_func=tabs.__getitem__,
        key=state_key("tab"),
        required=True,
        persist_state="session",
        label_visibility="collapsed",
        on_change=forget_picks,
    )
    if opened != "risks":  # its table is of all competitors
        choice = with_most_posters(choice)
    return next(draw[str(opened)](choice, colours), None)


def with_most_posters(choice: Choice) -> Choice:
    """As many competitors as there are colours to tell them apart, and a line that says so."""
    shown = _with_colours(choice)
    _say_left_out(choice, shown)
    return shown


def _with_colours(choice: Choice) -> Choice:
    competitors = list(choice.competitors())
    most = insights_charts.MAX_COMPETITORS
    return choice if len(competitors) <= most else choice.only(competitors[:most])


def _say_left_out(choice: Choice, shown: Choice) -> None:
    if shown is not choice:
        st.caption(t("insights.most_posters", n=insights_charts.MAX_COMPETITORS, of=len(choice.competitors())))


def heading(name: str, *, inferred: bool = False) -> str:
    """Writes the title of a panel with what it shows, marked where that is `inferred`, and returns the title."""
    title = t(f"insights.{name}")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"**{title}**", width="content")
        if inferred:
            help = t("insights.inferred_help")
            st.badge(t("insights.inferred"), icon=":material/psychology:", color="orange", help=help)
    st.caption(t(f"insights.{name}_hint"))
    return title


def nothing(name: str) -> None:
    st.markdown(f"**{t(f'insights.{name}')}**")
    st.info(t(f"insights.{name}_none"), icon=":material/search_off:")


def _panel(name: str, facts: Facts, chart: charts.Chart, *, inferred: bool = False) -> Picks:
    """Draws one chart under its title; yields what is picked in it."""
    title = heading(name, inferred=inferred)
    marks = charts.picked_in(chart, key=pick_key(name), alt_text=title, on_pick=partial(forget_picks, but=name))
    if marks:
        yield Picked(title, facts, marks)


def _both(left: Callable[[], Picks], right: Callable[[], Picks], widths: Sequence[float] = (1, 1)) -> Picks:
    """Two panels side by side, one below the other where the window is narrow; both are drawn before either pick is
    answered.
    """
    st.html(_PAIR)
    with st.container(key="insights_pair"):
        columns = st.columns(widths, gap="large")
    picked: list[Picked] = []
    for column, draw in zip(columns, (left, right), strict=True):
        with column:
            picked.extend(draw())
    yield from picked


def _time(choice: Choice, colours: insights_charts.Colours) -> Picks:
    line = insights.timeline(choice)
    picked: list[Picked] = []
    if line.days < 2:
        st.info(tn("insights.no_trend", choice.count, day=choice.span()[0]), icon=":material/event:")
    else:
        picked.extend(_panel("over_time", line.facts, insights_charts.over_time(line.facts, line.grain, colours)))
    picked.extend(_runs(choice))
    yield from picked


def _runs(choice: Choice) -> Picks:
    """Designs that were seen more than once; nothing where none was."""
    found = longest_runs(choice, limit=RUNS_SHOWN)
    if not found:
        return
    title = heading("runs")
    columns = {
        "photo": t("insights.photo"),
        "title": t("insights.creative"),
        "competitor": t("charts.competitor"),
        "first": t("insights.first_seen"),
        "last": t("insights.last_seen"),
        "days": t("insights.run_days"),
        "posters": t("charts.posters"),
    }
    photos = thumbs(choice, {run.item_id for run in found})
    rows = [
        (
            photos[run.item_id], run.title, labels.competitor(run.competitor), run.first, run.last, run.days,
            run.posters,
        )
        for run in found
    ]  # fmt: skip
    places = pick_rows("runs", rows, columns)
    if places:
        yield Picked(title, creatives(choice), [{"creative": found[place].creative} for place in places])


def _claims(choice: Choice, colours: insights_charts.Colours) -> Picks:
    def themes() -> Picks:
        shares = insights.claim_shares(choice)
        if shares.empty:
            nothing("claims")
        else:
            yield from _panel("claims", insights.claims(choice), insights_charts.claim_map(shares))

    yield from _both(themes, partial(_phrases, choice, colours), (1.15, 1))


def _phrases(choice: Choice, colours: insights_charts.Colours) -> Picks:
    kinds = {"claims": About.CLAIM, "promotions": About.PROMOTION}
    of = st.segmented_control(
        t("insights.phrases_of"),
        list(kinds),
        default="claims",
        format_func=lambda name: t(f"insights.phrases_{name}"),
        key="insights_phrases_of",
        required=True,
        persist_state="session",
    )
    yield from _wordings("phrases", choice, kinds[str(of)], colours)


def _wordings(name: str, choice: Choice, about: About, colours: insights_charts.Colours) -> Picks:
    facts = insights.narrowed_to_phrases(insights.stated(choice, about), insights_charts.MAX_ROWS)
    spelled = insights.spellings(facts)
    if not spelled:
        nothing(name)
        return
    chart = insights_charts.stacked(facts, "phrase", spelled.__getitem__, t("charts.phrase"), colours)
    yield from _panel(name, facts, chart)


def _offers(choice: Choice, colours: insights_charts.Colours) -> Picks:
    facts = insights.promotions(choice)
    if not facts.posters:
        nothing("offers")
        return

    def kinds() -> Picks:
        chart = insights_charts.stacked(facts, "kind", labels.promotion, t("charts.promotion_kind"), colours)
        yield from _panel("offers", facts, chart)

    def computed() -> Picks:
        known = insights.discounts(choice)
        if not known.posters:
            nothing("discounts")
            return
        yield from _panel("discounts", known, insights_charts.discount_points(known, colours))
        st.caption(tn("insights.undetermined", facts.posters - known.posters))

    yield from _both(kinds, computed)


def _prices(choice: Choice, colours: insights_charts.Colours) -> Picks:
    currencies = price_facts.currencies(choice)
    if not currencies:
        nothing("prices")
        return
    currency = choose_currency(list(currencies))

    def points() -> Picks:
        facts = price_facts.prices(choice, currency)
        yield from _panel("prices", facts, insights_charts.price_points(facts, currency, list(colours)))

    def ladder() -> Picks:
        steps = price_facts.price_ladder(choice, currency)
        if steps.empty:
            nothing("ladder")
            return
        chart = insights_charts.price_ladder(steps, currency, colours)
        yield from _panel("ladder", price_facts.to_pay(choice, currency), chart)

    yield from _both(points, ladder)


def choose_currency(currencies: list[str]) -> str:
    """The currency looked at, the most frequent one first: prices in different ones share no axis."""
    if len(currencies) == 1:
        return currencies[0]
    chosen = st.segmented_control(
        t("insights.currency"),
        currencies,
        default=currencies[0],
        format_func=lambda code: code or t("charts.no_currency"),
        key="insights_currency",
        required=True,
        on_change=forget_picks,
        help=t("insights.currency_help"),
    )
    return str(chosen)


def _audience(choice: Choice, colours: insights_charts.Colours) -> Picks:
    def inferred() -> Picks:
        facts = insights.stated(choice, About.AUDIENCE)
        if not facts.posters:
            nothing("audience")
            return
        chart = insights_charts.stacked(facts, "key", labels.audience, t("charts.audience"), colours)
        yield from _panel("audience", facts, chart, inferred=True)

    yield from _both(inferred, partial(_wordings, "calls", choice, About.CALL, colours))


def _style(choice: Choice, colours: insights_charts.Colours) -> Picks:
    shades = style_facts.palettes(choice)
    if shades.empty:
        nothing("palette")
        return
    yield from _panel("palette", style_facts.colours(choice), insights_charts.palettes(shades))


def _risks(choice: Choice, colours: insights_charts.Colours) -> Picks:
    """A table of everybody's, with the least poster of ours in it; a chart of those that have a colour."""
    found = list_risks(choice, limit=RISKS_SHOWN)
    if not found:
        nothing("risks")
        return
    title = heading("risks")
    columns = {
        "photo": t("insights.photo"),
        "text": t("charts.phrase"),
        "rule": t("charts.risk"),
        "competitor": t("charts.competitor"),
        "message": t("insights.what_the_rule_says"),
        "posters": t("charts.posters"),
    }
    photos = thumbs(choice, {one.item_id for one in found})
    rows = [
        (
            photos.get(one.item_id, ""), one.text, labels.risk(one.rule), labels.competitor(one.competitor),
            say(one.message), one.posters,
        )
        for one in found
    ]  # fmt: skip
    places = pick_rows("risk_rows", rows, columns)
    marks = [
        {"competitor": found[place].competitor, "rule": found[place].rule, "phrase": found[place].phrase}
        for place in places
    ]
    if marks:
        yield Picked(title, risks(choice), marks)
    shown = _with_colours(choice)
    drawn = risks(shown)
    if drawn.posters:
        _say_left_out(choice, shown)
        chart = insights_charts.stacked(drawn, "rule", labels.risk, t("charts.risk"), colours)
        yield from _panel("risk_kinds", drawn, chart)
