"""The Access page in both languages: keys shown once and revoked, webhooks added, refused, pinged and removed."""

from __future__ import annotations

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.access.keys import make_key, recognise
from core.reviewing.review import accept_record
from core.settings import Settings
from core.store import keys, webhooks
from core.store.keys import Scope
from tests.pages.app import open_page
from tests.seeding import seed_records


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_key_is_made_shown_once_and_revoked(db: Database, lang: str) -> None:
    made, label = {"en": ("Make a key", "Revoke it"), "zh": ("创建密钥", "确认吊销")}[lang]
    app = open_page("access", lang)
    assert len(app.info) == 1
    app.text_input[0].set_value("shop system")
    press(app, made)
    secret = app.code[0].value
    key = recognise(db, secret)
    assert key is not None and (key.label, key.scope) == ("shop system", Scope.WRITE)
    app.run()
    assert not app.code
    press(app, label)
    assert keys.get_key(db, key.id).revoked_at is not None


def test_a_key_without_a_name_is_refused(db: Database) -> None:
    app = open_page("access")
    press(app, "Make a key")
    assert "who will use the key" in app.error[0].value
    assert not keys.has_keys(db)


def test_webhooks_are_kept_with_what_they_were_told(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELFLENS_WEBHOOK_ALLOW", "127.0.0.1")
    make_key(db, "shop", Scope.READ, by="t")
    app = open_page("access")
    app.text_input[1].set_value("http://10.0.0.1/x")
    press(app, "Add")
    assert "private or local address" in app.error[0].value
    app.text_input[1].set_value("http://127.0.0.1:9/x")
    press(app, "Add")
    assert app.code[0].value.startswith("whsec_")
    item = seed_records(db, settings, 1)[0]
    accept_record(db, item, reviewer="li")
    press(app, "Ping")
    assert [told.event for told in webhooks.list_deliveries(db)] == ["webhook.ping", "record.verified"]
    db.conn.execute("UPDATE deliveries SET state = 'failed', attempts = 8")
    db.conn.commit()
    app.run()
    press(app, "Send 2 failed again")
    assert {told.state for told in webhooks.list_deliveries(db)} == {"waiting"}
    press(app, "Remove it")
    assert webhooks.list_webhooks(db) == []
