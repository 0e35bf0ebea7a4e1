"""Where an ad was seen and which creative it belongs to: what Review's dialog holds, drawn without the dialog, whose
buttons Streamlit's test runner cannot press."""

from __future__ import annotations

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.ads.creatives import place_some
from core.ads.seen import change_seen
from core.settings import Settings
from core.store import creatives, items
from tests.pages.app import WAIT_S, open_page
from tests.seeding import seed_records

FORM = """
from core.store import items
from core.store.db import open_store
from pages.components.seen_form import draw_form
from pages.components.session import settings
with open_store(settings()) as db:
    item = items.get_item(db, {item})
draw_form(item, None)
"""


def open_form(item: int, lang: str = "en") -> AppTest:
    app = AppTest.from_string(FORM.format(item=item), default_timeout=WAIT_S)
    app.session_state["lang"] = lang
    return app.run()


def test_an_ad_in_review_has_the_button_and_a_label_has_not(db: Database, settings: Settings) -> None:
    product, ad = seed_records(db, settings, products=1, ads=1)
    assert not [b for b in open_page("review", item=str(product)).button if str(b.key).startswith("seen_")]
    app = open_page("review", item=str(ad))
    app.button(key=f"seen_{ad}").click().run()
    assert not app.exception
    assert "Platform" in {field.label for field in app.text_input}


def test_where_an_ad_was_seen_is_changed_or_refused(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, products=0, ads=1)
    app = open_form(item)
    fields = {field.label: field for field in app.text_input}
    fields["Platform"].set_value("抖音")
    fields["Page address"].set_value("ftp://no")
    save = next(button for button in app.button if button.label == "Save")
    save.click().run()
    assert "no web address" in app.error[0].value.replace("\\", "")
    assert items.get_item(db, item).platform == ""
    {field.label: field for field in app.text_input}["Page address"].set_value("https://example.org/1")
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    seen = items.get_item(db, item)
    assert (seen.platform, seen.url) == ("抖音", "https://example.org/1")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_poster_is_split_off_and_merged_again(db: Database, settings: Settings, lang: str) -> None:
    first, second = seed_records(db, settings, products=0, ads=2)
    place_some(db)
    creative = creatives.find_creative(db, first)
    assert creative is not None
    creatives.put_member(db, second, creative)
    change_seen(db, [second], {"seen_on": "2026-09-30"})
    app = open_form(first, lang)
    run = "\n".join(caption.value for caption in app.caption)
    assert ("2 posters" if lang == "en" else "共 2 张海报") in run and "2026-09-30" in run
    app.button(key=f"seen_split_{first}").click().run()
    assert not app.exception
    assert creatives.find_creative(db, first) != creatives.find_creative(db, second)
    app = open_form(first, lang)
    app.number_input(key=f"seen_other_{first}").set_value(second).run()
    app.button(key=f"seen_merge_{first}").click().run()
    assert not app.exception
    assert creatives.find_creative(db, first) == creatives.find_creative(db, second) is not None
