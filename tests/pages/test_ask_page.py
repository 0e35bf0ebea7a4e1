"""The Ask page run without a browser: what it shows, asks and stores."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.engines.scripted import Reply, ScriptedEngine
from core.reading.questions import Ask, ask
from core.reviewing import review
from core.settings import ROOT, Settings
from core.store import questions
from core.store.decisions import Action, list_decisions
from core.store.questions import Asked, QuestionState
from core.store.records import find_record
from tests.pages.app import WAIT_S, open_page
from tests.pages.sheet import fields, sheet
from tests.seeding import seed_records
from tests.unit.reading.test_questions import serve, serving

PHOTO = f"{0:064x}"


@pytest.fixture
def item(db: Database, settings: Settings) -> int:
    return seed_records(db, settings, 1)[0]


def texts(app: AppTest) -> str:
    """Everything the page says, answers included."""
    elements = [*app.markdown, *app.caption, *app.text, *app.error, *app.warning, *app.info, *app.subheader]
    html = [element.proto.body for element in app.get("html")]
    return "\n".join([*(str(element.value) for element in elements), *html])


def answered(db: Database, settings: Settings, *replies: Reply, text: str = "What is it?", **more: Any) -> Asked:
    """A question that was asked and answered before the page was opened."""
    question = ask(db, settings, Ask(blobs=(PHOTO,), text=text, **more))
    serve(db, settings, ScriptedEngine(answers=replies))
    return questions.get_question(db, question)


def button(app: AppTest, label: str) -> Any:
    return next(button for button in app.button if button.label == label)


def type_question(app: AppTest, text: str, label: str = "Ask") -> AppTest:
    app.text_input(key="ask_text").set_value(text)
    button(app, label).click().run()
    assert not app.exception
    return app


def test_without_an_item_the_newest_records_are_offered_and_a_search_narrows_them(
    db: Database, settings: Settings
) -> None:
    seed_records(db, settings, 3)
    app = open_page("ask")
    assert "Newest records" in texts(app)
    app.text_input(key="ask_search").set_value("no such words").run()
    assert "No record holds these words." in texts(app)


def test_an_empty_shelf_leads_to_upload(db: Database) -> None:
    assert "There are no photos yet." in texts(open_page("ask"))


@pytest.mark.parametrize("address", ["99", str(2**70)])
def test_an_unknown_item_is_named_and_others_are_offered(db: Database, item: int, address: str) -> None:
    app = open_page("ask", item=address)
    assert "does not exist" in texts(app)
    assert "Newest records" in texts(app)


def test_a_typed_question_is_asked_and_its_answer_shown(db: Database, settings: Settings, item: int) -> None:
    app = open_page("ask", item=str(item))
    with serving(settings, ScriptedEngine(answers=[Reply("Rolled <b>oats</b>.", delay_s=0.05)])):
        type_question(app, "What is it?")
    assert "Rolled &lt;b&gt;oats&lt;/b&gt;." in texts(app)
    assert "answered by scripted" in texts(app)
    assert "first words" in texts(app)
    assert app.text_input(key="ask_text").value == ""
    (row,) = db.conn.execute("SELECT id FROM questions").fetchall()
    asked = questions.get_question(db, row["id"])
    assert (asked.item_id, asked.asked_by, asked.state) == (item, "tester", QuestionState.DONE)


def test_a_suggested_question_is_asked_by_its_button(db: Database, settings: Settings, item: int) -> None:
    app = open_page("ask", item=str(item))
    with serving(settings, ScriptedEngine(answers=[Reply("12 months.")])):
        button(app, "Shelf life").click().run()
    assert "What are the shelf life" in texts(app)
    assert "12 months." in texts(app)


def test_sampling_and_engine_are_what_the_popover_says(db: Database, settings: Settings, item: int) -> None:
    engine = ScriptedEngine(answers=[Reply("Yes.")])
    app = open_page("ask", item=str(item))
    app.slider(key="ask_temperature").set_value(0.2)
    app.slider(key="ask_top_p").set_value(0.5)
    app.number_input(key="ask_tokens").set_value(64)
    app.selectbox(key="ask_engine").set_value("ocr")
    with serving(settings, engine):
        type_question(app, "What is it?")
    sampling = engine.questions[0].sampling
    assert (sampling.temperature, sampling.top_p, sampling.max_new_tokens) == (0.2, 0.5, 64)
    assert questions.get_question(db, 1).engine == "ocr"


def test_an_empty_question_is_refused_on_the_page(db: Database, item: int) -> None:
    app = type_question(open_page("ask", item=str(item)), "   ")
    assert "Type a question" in texts(app)
    assert not questions.is_waiting(db)


def test_a_follow_up_brings_the_answer_shown(db: Database, settings: Settings, item: int) -> None:
    first = answered(db, settings, Reply("Oats."))
    app = open_page("ask", item=str(item))
    with serving(settings, ScriptedEngine(answers=[Reply("500 g.")])):
        type_question(app, "How much?", "Ask as follow-up")
    assert questions.get_question(db, first.id + 1).follows == first.id
    assert "Follow-up to:" in texts(app)


def test_the_first_question_has_nothing_to_follow(db: Database, item: int) -> None:
    assert button(open_page("ask", item=str(item)), "Ask as follow-up").disabled


def test_an_answer_from_the_cache_says_so_and_can_be_drawn_anew(db: Database, settings: Settings, item: int) -> None:
    answered(db, settings, Reply("Oats."))
    answered(db, settings, Reply("Oats."))
    app = open_page("ask", item=str(item))
    assert "from the cache" in texts(app)
    with serving(settings, ScriptedEngine(answers=[Reply("Wheat.")])):
        button(app, "Ask again").click().run()
    assert "Wheat." in texts(app)
    assert "from the cache" not in texts(app)


def test_a_stopped_answer_keeps_its_words_and_is_marked(db: Database, settings: Settings, item: int) -> None:
    question = ask(db, settings, Ask(blobs=(PHOTO,), text="What?"))
    questions.claim_question(db, "worker", lease_s=30)
    questions.add_words(db, question, "worker", "It is a", lease_s=30)
    questions.end_question(db, question, "worker", QuestionState.STOPPED)
    app = open_page("ask", item=str(item))
    assert "It is a" in texts(app)
    assert "stopped" in texts(app)


@pytest.mark.parametrize(("lang", "said"), [("en", "its kernel died"), ("zh", "引擎“scripted”")])
def test_an_engines_error_is_said_in_the_chosen_language(
    db: Database, settings: Settings, item: int, lang: str, said: str
) -> None:
    answered(db, settings, Reply("It", error=RuntimeError("its kernel died")))
    app = open_page("ask", lang, item=str(item))
    assert said in texts(app).replace("\\", "")


def test_printed_words_of_the_answer_can_be_chosen(db: Database, settings: Settings, item: int) -> None:
    answered(db, settings, Reply("It says 净含量 500g."))
    app = open_page("ask", item=str(item))
    assert '<span class="ask-word st-key-ask_1_w0" tabindex="0" role="button">净含量 500g</span>' in texts(app)


def test_an_answer_is_used_as_a_fields_value_the_way_review_does(db: Database, settings: Settings, item: int) -> None:
    answered(db, settings, Reply("Morning Dew"))
    app = open_page("ask", item=str(item))
    assert app.text_area(key="ask_value_1").value == "Morning Dew"
    brand = next(option for option in app.selectbox(key="ask_field_1").options if option == "Brand")
    app.selectbox(key="ask_field_1").select(brand).run()
    app.button(key="ask_use_1").click().run()
    assert not app.exception
    record = find_record(db, item)
    assert record is not None
    assert record.fields["brand"].value == "Morning Dew"
    (decision,) = list_decisions(db, item)
    assert (decision.field, decision.action, decision.reviewer) == ("brand", Action.CORRECT, "tester")


def test_earlier_questions_are_kept_and_shown_on_demand(db: Database, settings: Settings, item: int) -> None:
    first = answered(db, settings, Reply("Oats."), text="First?")
    answered(db, settings, Reply("Wheat."), text="Second?")
    app = open_page("ask", item=str(item))
    assert [expander.label for expander in app.expander] == ["Earlier questions (1)"]
    app.button(key=f"ask_show_{first.id}").click().run()
    assert app.button(key=f"ask_again_{first.id}") is not None


def test_the_page_is_chinese_throughout_when_asked(db: Database, settings: Settings, item: int) -> None:
    answered(db, settings, Reply("燕麦。"), text="是什么？")
    app = open_page("ask", "zh", item=str(item))
    labels = {element.label for element in [*app.button, *app.text_input, *app.slider, *app.number_input]}
    assert {label for label in labels if label.isascii() and label != "top_p"} == set()
    assert "由 scripted 回答" in texts(app)


def test_in_review_an_answer_is_used_for_a_field_of_the_open_record(
    db: Database, settings: Settings, item: int
) -> None:
    answered(db, settings, Reply("Morning Dew"), text="Which brand?", item_id=item)
    assert "Morning Dew" not in texts(open_page("review", item=str(item))), "closed, it is not drawn"
    app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=WAIT_S)
    app.session_state["lang"] = "en"
    app.session_state[f"review_ask_{item}"] = True
    app.query_params["item"] = str(item)
    app.switch_page("pages/review.py").run()
    assert "Morning Dew" in texts(app)
    seen = sheet(app)["version"]
    review.save_edits(db, item, {"name": "Saved beside"}, reviewer="tester", version=seen)
    app.session_state["review_desk"].version = seen + 1  # as /desk leaves it
    app.selectbox(key="ask_field_1").select("Brand").run()
    app.button(key="ask_use_1").click().run()
    assert not app.exception
    assert fields(app)["brand"]["text"] == "Morning Dew"
    assert not sheet(app)["stale"]
    assert "Brand" in " ".join(element.value for element in app.success)
