"""The Lexicons page in both languages: words added, refused, taken out and back, and unknown phrases put in place."""

from __future__ import annotations

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.settings import Settings
from core.store import creatives, items, runs, tasks
from core.store.editions import adopt_edition
from core.store.lexicon_edits import list_acts
from core.store.tasks import TaskKind
from core.types import Line, Readings
from core.values.terms import load_terms
from core.words import lexicons
from core.words.lexicons import NAMES
from tests.pages.app import open_page
from tests.seeding import seed_records


def words(app: AppTest) -> str:
    parts = (*app.markdown, *app.caption, *app.warning, *app.error, *app.text, *app.subheader)
    return "\n".join(str(part.value) for part in parts)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_lexicon_is_shown_as_shipped(db: Database, lang: str) -> None:
    app = open_page("lexicons", lang)
    assert ("As shipped" if lang == "en" else "与随附版本一致") in words(app)
    for name in NAMES:
        app.segmented_control(key="lexicons_which").set_value(name).run()
        assert not app.exception
        entry = load_terms(name).entries[0]
        assert entry.label.in_lang(lang) in app.selectbox(key=f"lexicons_meaning_{name}").options
        assert f"({len(entry.terms)})" in words(app).replace("（", "(").replace("）", ")")


def test_a_term_is_added_refused_and_taken_back(db: Database) -> None:
    app = open_page("lexicons")
    app.selectbox(key="lexicons_meaning_themes").set_value("taste").run()
    field = "lexicons_add_term_themes_taste"
    app.text_input(key=field).set_value("第.*步")
    press(app, f"{field}_button")
    assert "no search patterns" in app.error[0].value.replace("\\", "")
    assert app.text_input(key=field).value == "第.*步"
    app.text_input(key=field).set_value("舌尖炸裂")
    press(app, f"{field}_button")
    assert not app.error
    assert "舌尖炸裂" in words(app)
    assert app.text_input(key=field).value == ""
    (act,) = list_acts(db)
    assert act.made_by == "tester"
    task = tasks.latest_of(db, TaskKind.REREAD)
    assert task is not None and not task.state.ended
    press(app, f"lexicons_undo_{act.id}")
    assert adopt_edition(db).digest() == ""
    assert "taken back" in words(app)


def test_a_word_is_taken_out_and_a_meaning_is_made(db: Database) -> None:
    app = open_page("lexicons", "zh")
    app.segmented_control(key="lexicons_which").set_value("absolute_terms").run()
    app.selectbox(key="lexicons_meaning_absolute_terms").set_value("first").run()
    app.selectbox(key="lexicons_out_absolute_terms_first").set_value("冠军")
    press(app, "lexicons_out_absolute_terms_first_button")
    for part, text in (("en", "Hype"), ("zh", "夸张用语"), ("term", "绝绝子")):
        app.text_input(key=f"lexicons_new_{part}_absolute_terms").set_value(text)
    press(app, "lexicons_new_button_absolute_terms")
    assert [act.edit.action.value for act in list_acts(db) if act.edit] == ["add_entry", "drop_term"]
    assert "夸张用语" in app.selectbox(key="lexicons_meaning_absolute_terms").options
    assert "移除词条“冠军”" in words(app)


def test_an_unknown_phrase_is_put_where_it_belongs_or_not_offered_again(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, products=0, ads=3)
    for item in made:
        (photo,) = items.list_photos(db, item)
        lines = tuple(Line(text=text, box=(0, 20 * n, 99, 20 * n + 15), score=0.9) for n, text in enumerate(PRINTED))
        runs.put_readings(db, photo.blob, "new", Readings(width=320, height=240, lines=lines))
        creatives.put_member(db, item, creatives.new_creative(db))
    app = open_page("lexicons")
    phrases = app.pills(key="lexicons_phrase")
    assert {option.split(" · ")[0] for option in phrases.options} == set(PRINTED)
    phrases.set_value("多巴胺穿搭").run()
    app.selectbox(key="lexicons_place_多巴胺穿搭").set_value(("emotions", "beauty")).run()
    press(app, "lexicons_learn")
    assert adopt_edition(db).lexicon("emotions").find("多巴胺穿搭")
    (place,) = (box for box in app.selectbox if (box.key or "").startswith("lexicons_place"))
    assert (place.key, place.value) == ("lexicons_place_赛博朋克", None)
    press(app, "lexicons_ignore")
    assert "None at the moment" in words(app)


PRINTED = ("多巴胺穿搭", "赛博朋克")


def test_a_cancelled_rereading_says_so_and_is_asked_for_again(db: Database) -> None:
    lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    task = tasks.latest_of(db, TaskKind.REREAD)
    assert task is not None and tasks.cancel_task(db, task.id)
    app = open_page("lexicons")
    assert "still go by the earlier words" in words(app)
    press(app, "lexicons_again")
    again = tasks.latest_of(db, TaskKind.REREAD)
    assert again is not None and again.id != task.id and not again.state.ended
