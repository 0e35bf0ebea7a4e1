"""The Insights page in both languages: charts only where there is something to draw, posters behind every number."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.engines.scripted import ScriptedEngine
from core.insights import AdFilters, choose
from core.insights.own import name_own_brands
from core.insights.summary import summarise
from core.reviewing.review import accept_record
from core.settings import Settings
from core.store.creatives import new_creative, put_member
from core.store.db import write
from pages.components import insights_report
from pages.components.gallery import TILES_PER_PAGE
from pages.components.insights_charts import MAX_COMPETITORS
from pages.components.insights_report import Wanted
from tests.pages.app import WAIT_S, numbers, open_page
from tests.seeding import seed_records
from tests.unit.insights.posters import poster
from tests.unit.reading.test_questions import serving


def open_insights(lang: str = "en", **params: str) -> AppTest:
    return open_page("insights", lang, **params)


def charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


def tiles(app: AppTest) -> list[int]:
    """The items in the gallery."""
    shown = "".join(html.proto.body for html in app.get("html"))
    return [int(item) for item in re.findall(r'href="/insights\?poster=(\d+)', shown)]


def asked(app: AppTest, name: str) -> list[str]:
    """A parameter of the address."""
    value = app.query_params.get(name, [])
    return [value] if isinstance(value, str) else list(value)


def options(app: AppTest, key: str) -> list[str]:
    """What a group of buttons offers."""
    return list(next(group for group in app.get("button_group") if group.key == key).options)


@pytest.mark.parametrize(
    ("lang", "title", "message"),
    [("en", "Competitor insight", "No poster has been read yet."), ("zh", "竞品洞察", "尚无已读取的海报。")],
)
def test_without_posters_it_says_how_to_get_some(
    db: Database, settings: Settings, lang: str, title: str, message: str
) -> None:
    seed_records(db, settings, 2)
    app = open_insights(lang)
    assert app.title[0].value == title and app.info[0].value.startswith(message)
    assert not app.metric and not charts(app)


@pytest.mark.parametrize(("lang", "heading"), [("en", "All 30 posters"), ("zh", "全部 30 张海报")])
def test_posters_give_charts_and_a_gallery(db: Database, settings: Settings, lang: str, heading: str) -> None:
    made = seed_records(db, settings, 2, 30)
    accept_record(db, made[-1], reviewer="ann")
    app = open_insights(lang)
    assert charts(app) == 1 and app.subheader[0].value == heading
    assert {"30", "4", "1 (3%)"} <= set(numbers(app).values())
    assert len(tiles(app)) == TILES_PER_PAGE and set(tiles(app)) <= set(made[2:])


@pytest.mark.parametrize("posters", [1, 3])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_trend_is_drawn_from_one_day(db: Database, settings: Settings, posters: int, lang: str) -> None:
    seed_records(db, settings, 0, posters)
    with write(db):
        db.conn.execute("UPDATE posters SET day = '2026-09-07'")
    app = open_insights(lang)
    assert "2026-09-07" in app.info[0].value and not charts(app)


@pytest.mark.parametrize(
    ("tab", "drawn", "said"),
    [
        ("time", 1, "Posters seen, by competitor"),
        ("claims", 2, "What each competitor claims"),
        ("offers", 2, "Computed discount on one unit"),
        ("prices", 2, "Price ladder by kind of goods"),
        ("audience", 1, "Inferred, not printed"),
        ("style", 1, "Palette per competitor"),
        ("risks", 1, "Wording to have checked"),
        ("nonsense", 1, "Posters seen, by competitor"),
    ],
)
def test_only_the_tab_that_the_address_names_is_drawn(
    db: Database, settings: Settings, tab: str, drawn: int, said: str
) -> None:
    seed_records(db, settings, 0, 12)
    app = open_insights(tab=tab)
    assert charts(app) == drawn and any(said in markdown.value for markdown in app.markdown)


@pytest.mark.parametrize(("lang", "why"), [("en", "Absolute term"), ("zh", "绝对化用语")])
def test_wording_to_check_is_listed_for_all_competitors(db: Database, settings: Settings, lang: str, why: str) -> None:
    for number in range(MAX_COMPETITORS + 1):
        for _ in range(2 if number else 1):
            poster(db, f"brand {number}", headline="新品" if number else "全网第一的辣酱")
    app = open_insights(lang, tab="risks")
    (table,) = app.dataframe
    assert table.value["competitor"].tolist() == ["brand 0"] and table.value["rule"].tolist() == [why]
    assert not any(str(MAX_COMPETITORS) in caption.value for caption in app.caption)


def test_the_chart_of_wording_to_check_says_whom_it_leaves_out(db: Database, settings: Settings) -> None:
    for number in range(MAX_COMPETITORS + 1):
        poster(db, f"brand {number}", headline="全网第一的辣酱")
    app = open_insights(tab="risks")
    parts = list(app.main)
    (table,) = (at for at, part in enumerate(parts) if part.type == "dataframe")
    (said,) = (at for at, part in enumerate(parts) if f"The {MAX_COMPETITORS} competitors" in str(part.proto))
    assert table < said


def test_filters_come_from_the_address_and_go_there(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 0, 20)
    accept_record(db, made[1], reviewer="ann")
    app = open_insights(competitor="Lumina", verified="1")
    assert app.multiselect(key="insights_competitor_en").value == ["Lumina"]
    assert tiles(app) == [made[1]] and app.subheader[0].value == "The poster"
    app.multiselect(key="insights_promotion_en").set_value(["bundle"]).run()
    assert (asked(app, "promotion"), asked(app, "competitor")) == (["bundle"], ["Lumina"])


@pytest.mark.parametrize(
    "address", [{"since": "soon"}, {"side": "theirs"}, {"goods": "moons"}, {"verified": "perhaps"}]
)
def test_an_address_that_asks_for_what_cannot_be_breaks_nothing(
    db: Database, settings: Settings, address: dict[str, str]
) -> None:
    seed_records(db, settings, 0, 5)
    app = open_insights(**address)
    assert not app.exception and (app.subheader or app.info)


def test_filters_stand_two_changes_of_language(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 20)
    app = open_insights(theme="health", competitor="Lumina")
    before = tiles(app)
    for lang in ("zh", "en", "zh"):
        app.session_state["lang"] = lang
        app.run()
        assert not app.exception and tiles(app) == before
        assert app.multiselect(key=f"insights_theme_{lang}").value == ["health"]
        assert asked(app, "theme") == ["health"]


def test_filter_that_nothing_passes_says_so(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 5)
    app = open_insights()
    app.toggle(key="insights_verified").set_value(True).run()
    assert not app.exception and app.info[0].value == "None of the 5 posters passes these filters."
    app.button(key="insights_clear_all").click().run()
    assert app.subheader[0].value == "All 5 posters" and not app.info


@pytest.mark.parametrize(("lang", "said"), [("en", "None of these competitors has a poster"), ("zh", "之前均无海报")])
def test_of_competitors_that_are_new_it_is_not_said_that_nothing_is(
    db: Database, settings: Settings, lang: str, said: str
) -> None:
    for day in ("2026-08-01", "2026-10-01"):
        poster(db, "云衫", day, selling_points=[{"text": "轻薄", "theme": "material"}])
    poster(db, "Lumina", "2026-11-06", selling_points=[{"text": "Rich sound", "theme": "technology"}])
    assert said in open_insights(lang, view="new", competitor="Lumina").info[0].value
    assert "2026-10-09" in open_insights(lang, view="new", competitor="Lumina").info[0].value
    assert said not in open_insights(lang, view="new", competitor="云衫").info[0].value


def test_tiles_tell_verified_posters_from_others(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 0, 2)
    accept_record(db, made[0], reviewer="ann")
    body = open_insights().get("html")[-1].proto.body
    assert body.count(">✓ verified<") == 1 and body.count(">not verified<") == 1


def test_text_read_from_a_poster_is_no_markup(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 0, 1)
    accept_record(db, item_id, {"headline": '"><script>alert(1)</script>'}, reviewer="ann")
    body = open_insights().get("html")[-1].proto.body
    assert "<script" not in body and "&lt;script&gt;" in body


def test_prices_in_two_currencies_never_share_an_axis(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 0, 6)
    accept_record(db, made[0], {"price": "9.99 USD current"}, reviewer="ann")
    assert options(open_insights(tab="prices"), "insights_currency") == ["CNY", "USD"]


def test_many_competitors_are_limited_to_the_colours_there_are(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 12)
    with write(db):
        db.conn.execute("UPDATE posters SET competitor = 'competitor ' || item_id")
    app = open_insights()
    assert any(f"The {MAX_COMPETITORS} competitors with the most posters of 12" in c.value for c in app.caption)
    assert app.subheader[0].value == "All 12 posters"


def test_page_follows_a_new_verdict(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 0, 4)
    app = open_insights()
    assert numbers(app)["Verified"] == "0 (0%)"
    accept_record(db, made[0], reviewer="ann")
    app.run()
    assert numbers(app)["Verified"] == "1 (25%)"


@pytest.mark.parametrize(
    ("view", "lang", "said"),
    [
        ("new", "en", "New claims"),
        ("new", "zh", "新出现的卖点"),
        ("compare", "en", "Themes of claims"),
        ("compare", "zh", "卖点主题"),
        ("summary", "en", "Lumina"),
        ("summary", "zh", "Lumina"),
    ],
)
def test_every_view_is_drawn_from_its_address(
    db: Database, settings: Settings, view: str, lang: str, said: str
) -> None:
    seed_records(db, settings, 0, 24)
    app = open_insights(lang, view=view)
    assert not app.exception and any(said in markdown.value for markdown in app.markdown)


def test_sentence_of_the_summary_shows_its_posters(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 0, 8)
    app = open_insights(view="summary", competitor="Lumina")
    assert not any("poster-gallery" in html.proto.body for html in app.get("html"))
    app.button(key="insights_sentence_Lumina_0").click().run()
    assert set(tiles(app)) == {made[1], made[5]}


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


def test_without_a_model_the_summary_says_what_it_takes_to_have_one_write(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 8)
    for lang, label in (("en", "Let a model write it"), ("zh", "由模型撰写")):
        switch = open_insights(lang, view="summary").toggle(key="insights_written")
        assert switch.disabled and switch.label == label and "Qwen3-VL" in switch.help


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_model_writes_the_summary_and_a_sentence_that_says_more_stays_in_fixed_words(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lang: str
) -> None:
    seed_records(db, settings, 0, 8)
    choice = choose(db, AdFilters(competitors=("Lumina",)))
    (summary,) = summarise(choice, choice)
    first = summary.sentences[0].text.in_lang(lang)
    script = tmp_path / "script.jsonl"
    script.write_text(
        json.dumps({"ask": f"{first} [1]\n987 {'posters' if lang == 'en' else '张海报'} [1]"}) + "\n", "utf-8"
    )
    monkeypatch.setenv("SHELFLENS_ENGINE", "scripted")
    monkeypatch.setenv("SHELFLENS_SCRIPT", str(script))
    made = settings.model_copy(update={"engine": "scripted", "script": script})
    app = open_insights(lang, view="summary", competitor="Lumina")
    fixed = [text.value for text in app.text]
    with serving(made, ScriptedEngine(made)):
        app.toggle(key="insights_written").set_value(True).run()
        deadline = time.monotonic() + WAIT_S
        while "scripted" not in captions(app) and time.monotonic() < deadline:
            app.run()
    assert not app.exception
    assert "987" in captions(app) and "scripted" in captions(app)
    assert [text.value for text in app.text] == fixed  # the model said the first one as it is
    app.toggle(key="insights_written").set_value(False).run()
    assert "scripted" not in captions(app) and [text.value for text in app.text] == fixed


def test_a_model_that_breaks_leaves_the_fixed_words_and_can_be_asked_again(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seed_records(db, settings, 0, 8)
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps({"ask": "", "error": "the model is out of order"}) + "\n", "utf-8")
    monkeypatch.setenv("SHELFLENS_ENGINE", "scripted")
    monkeypatch.setenv("SHELFLENS_SCRIPT", str(script))
    made = settings.model_copy(update={"engine": "scripted", "script": script})
    app = open_insights(view="summary", competitor="Lumina")
    fixed = [text.value for text in app.text]
    with serving(made, ScriptedEngine(made)):
        app.toggle(key="insights_written").set_value(True).run()
        deadline = time.monotonic() + WAIT_S
        while not app.error and time.monotonic() < deadline:
            app.run()
    assert "out of order" in app.error[0].value and [text.value for text in app.text] == fixed
    app.button(key="insights_write_again").click().run()
    assert not app.error and not app.exception


def test_naming_our_brands_puts_us_against_all_others(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 12)
    app = open_insights(view="compare")
    app.multiselect(key="insights_own_brands").set_value(["Lumina"]).run()
    app.button(key="insights_own_save").click().run()
    assert app.multiselect(key="insights_sides_en").value == ["FreshCart", "Lumina"]  # what was looked at stays
    app = open_insights(view="compare")
    assert app.multiselect(key="insights_sides_en").value == ["@own", "@rivals"]
    assert any("Us: 3 posters · All competitors: 9 posters" in caption.value for caption in app.caption)


def test_comparison_shows_the_posters_of_its_sides_whoever_the_bar_asks_for(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 12)
    assert open_insights(view="compare", sides="Lumina").info[0].value.startswith("Choose at least two sides")
    app = open_insights(view="compare")
    assert app.subheader[0].value == "All 6 posters"  # of two sides, not of all four competitors
    app.multiselect(key="insights_own_brands").set_value(["Lumina"]).run()
    app.button(key="insights_own_save").click().run()
    app = open_insights(view="compare", side="own")
    assert app.multiselect(key="insights_sides_en").value == ["@own", "@rivals"]
    assert app.subheader[0].value == "All 12 posters"


@pytest.mark.parametrize(("lang", "said"), [("en", "no label with a nutrition table"), ("zh", "未找到带营养成分表")])
def test_our_poster_without_a_label_to_hold_it_against_is_listed(
    db: Database, settings: Settings, lang: str, said: str
) -> None:
    poster(db, "拾味", product="辣酱", selling_points=[{"text": "低钠", "theme": "health"}])
    poster(db, "Lumina", product="灯", selling_points=[{"text": "护眼", "theme": "health"}])
    name_own_brands(db, ["拾味"], by="ann")
    app = open_insights(lang, view="compare")
    assert any(said in caption.value for caption in app.caption)
    assert app.dataframe[-1].value["phrase"].tolist() == ["低钠"]


@pytest.mark.parametrize(
    ("lang", "parts", "answer"),
    [
        ("en", ["Headline", "Selling points", "To look at"], "Its main selling point is"),
        ("zh", ["主标题", "卖点", "待核事项"], "主要卖点"),
    ],
)
def test_one_poster_shows_every_part_and_answers_in_a_sentence(
    db: Database, settings: Settings, lang: str, parts: list[str], answer: str
) -> None:
    made = seed_records(db, settings, 0, 2)
    app = open_insights(lang, poster=str(made[0]))
    assert {f"**{part}**" for part in parts} <= {markdown.value for markdown in app.markdown}
    assert any(answer in text.value for text in app.text)
    assert any("poster_piece_claims0" in html.proto.body for html in app.get("html"))


@pytest.mark.parametrize("asked", ["999", "nonsense", "-1", "99999999999999999999"])
def test_poster_that_is_not_there_is_said_so(db: Database, settings: Settings, asked: str) -> None:
    seed_records(db, settings, 1, 1)
    app = open_insights(poster=asked)
    assert not app.exception and app.info[0].value.startswith("There is no poster number")


def test_product_is_no_poster(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 1, 1)
    assert open_insights(poster=str(made[0])).info[0].value.startswith("There is no poster number")


def test_report_is_offered_in_three_forms(db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seed_records(db, settings, 0, 3)
    monkeypatch.setenv("SHELFLENS_CHROMIUM", "/nowhere/chromium")
    app = open_insights("zh")
    assert {button.key for button in app.get("download_button")} == {"insights_report_html", "insights_report_csv"}
    assert app.button(key="insights_report_pdf").disabled
    assert any("SHELFLENS" in caption.value and "Chromium" in caption.value for caption in app.caption)


def test_report_of_the_menu_is_that_of_the_filters(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 12)
    wanted = Wanted(settings, AdFilters(competitors=("Lumina",)), (), "zh", ("竞争对手: Lumina",))
    html = wanted.html().decode()
    assert "竞争对手: Lumina" in html and "云衫" not in html
    assert wanted.tables().startswith(b"PK")


@pytest.mark.parametrize(
    ("address", "sides"),
    [
        ({}, []),
        ({"view": "compare"}, ["FreshCart", "Lumina"]),  # on its first drawing already
        ({"view": "compare", "sides": "云衫"}, ["云衫"]),
        ({"view": "summary", "sides": "云衫"}, ["云衫"]),
        ({"view": "summary", "sides": "nobody"}, []),
    ],
)
def test_report_holds_the_comparison_that_was_chosen(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, address: dict[str, str], sides: list[str]
) -> None:
    seed_records(db, settings, 0, 12)
    asked_for: list[list[str]] = []
    monkeypatch.setattr(insights_report, "report_menu", lambda filters, own, sides: asked_for.append(sides))
    open_insights(**address)
    assert asked_for == [sides]


def test_report_of_a_comparison_is_made_outside_the_session(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 12)
    plain = Wanted(settings, AdFilters(), (), "zh", ())
    wanted = Wanted(settings, AdFilters(), (), "zh", (), sides=("Lumina", "云衫"))
    assert "对比：仅一方使用的卖点" in wanted.html().decode() and "对比：" not in plain.html().decode()
    assert len(wanted.tables()) > len(plain.tables()) and wanted != plain


@pytest.mark.parametrize(("lang", "said"), [("en", "A comparison stands after the summary"), ("zh", "列于摘要之后")])
def test_menu_says_when_the_comparison_is_in_the_report(db: Database, settings: Settings, lang: str, said: str) -> None:
    seed_records(db, settings, 0, 3)
    app = open_insights(lang)
    assert any(said in popover.proto.popover.help for popover in app.get("popover"))


def test_designs_seen_more_than_once_stand_under_the_timeline(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 0, 6)
    creative = new_creative(db)
    for item in (made[0], made[4]):
        put_member(db, item, creative)
    app = open_insights()
    (table,) = app.dataframe
    assert table.value["days"].tolist() == [13] and table.value["posters"].tolist() == [2]
