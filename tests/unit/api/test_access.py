"""Who may come in: keys and their scopes, the login of the pages, other machines, and what is refused how."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydantic import SecretStr
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.access.keys import make_key, recognise
from core.access.sessions import COOKIE, check_password_setting, open_session, session_name
from core.api import Server, access
from core.api.access import scope_needed
from core.api.limits import Buckets
from core.cli import main
from core.errors import BadSetting, NotFound, UsageError
from core.settings import Settings
from core.store import keys
from core.store.keys import Scope
from tests.seeding import picture, seed_records

PASSWORD = "correct horse battery"
Make = Callable[..., TestClient]


@pytest.fixture
def make(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes clients of a server with these settings; what the store says of keys is asked anew every time."""
    monkeypatch.setattr(access, "KNOWN_S", 0.0)

    def client(*, serves_others: bool = False, at: str = "127.0.0.1", **changes: object) -> TestClient:
        server = Server(settings.model_copy(update=changes), serves_others=serves_others)
        app = Starlette(routes=server.routes, middleware=server.middleware)
        return TestClient(app, base_url="http://localhost:8501", client=(at, 50000), follow_redirects=False)

    return client


def bearer(db: Database, scope: Scope = Scope.READ) -> dict[str, str]:
    return {"authorization": f"Bearer {make_key(db, 'shop', scope, by='tester').secret}"}


def locked(**more: object) -> dict[str, object]:
    return {"password": SecretStr(PASSWORD), **more}


def log_in(client: TestClient, password: str = PASSWORD, **more: str) -> int:
    form = {"name": "李 Wei", "password": password, **more}
    status: int = client.post("/login", data=form, headers={"origin": "http://localhost:8501"}).status_code
    return status


def test_a_key_is_kept_as_a_hash_and_recognised(db: Database) -> None:
    made = make_key(db, " shop  system ", Scope.WRITE, by="tester")
    assert (made.key.label, made.key.scope, made.key.made_by) == ("shop system", Scope.WRITE, "tester")
    assert recognise(db, made.secret) == made.key
    rows = [dict(row) for row in db.conn.execute("SELECT * FROM api_keys")]
    assert made.secret.split("_", 2)[2] not in json.dumps(rows)
    assert made.secret not in repr(made) and made.key.hash not in made.key.model_dump_json()


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: secret[:-1],
        lambda secret: secret + "x",
        lambda secret: "",
        lambda secret: "sl_zz_" + "x" * 43,
        lambda secret: secret.replace("sl_", "sk_"),
        lambda secret: secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        lambda secret: secret.upper(),
    ],
)
def test_nothing_near_a_key_is_taken_for_it(db: Database, change: Callable[[str], str]) -> None:
    assert recognise(db, change(make_key(db, "shop", Scope.READ, by="t").secret)) is None


@pytest.mark.parametrize("label", ["", "  ", "x" * 101])
def test_a_key_has_a_name_of_its_user(db: Database, label: str) -> None:
    with pytest.raises(UsageError):
        make_key(db, label, Scope.READ, by="t")


def test_without_any_key_the_api_is_open_on_this_machine(make: Make) -> None:
    assert make().get("/api/v1/progress").status_code == 200


def test_the_first_key_closes_the_api_but_not_the_pages(make: Make, db: Database, settings: Settings) -> None:
    headers = bearer(db)
    seed_records(db, settings, 1)
    client = make()
    refused = client.get("/api/v1/progress")
    assert (refused.status_code, refused.json()["code"]) == (401, "KeyMissing")
    assert "密钥" in refused.json()["message"]["zh"] and refused.headers["www-authenticate"].startswith("Bearer")
    assert client.get("/api/v1/progress", headers=headers).status_code == 200
    assert client.get("/api/v1/progress", headers={"x-api-key": headers["authorization"][7:]}).status_code == 200
    assert client.get(f"/thumb/{0:064x}.jpg").status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client.get("/api/docs").status_code == 200


def test_a_revoked_key_is_good_for_nothing_and_the_api_stays_closed(make: Make, db: Database) -> None:
    headers = bearer(db)
    key = keys.list_keys(db)[0]
    client = make()
    assert client.get("/api/v1/progress", headers=headers).status_code == 200
    keys.revoke_key(db, key.id)
    refused = client.get("/api/v1/progress", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "KeyUnknown")
    assert headers["authorization"][-20:] not in refused.text
    assert client.get("/api/v1/progress").status_code == 401
    keys.forget_key(db, key.id)
    assert client.get("/api/v1/progress").status_code == 200


def test_a_key_of_nobody_is_refused_even_where_none_is_needed(make: Make) -> None:
    refused = make().get("/api/v1/progress", headers={"authorization": "Bearer hunter2secret"})
    assert refused.status_code == 401 and "hunter2" not in refused.text


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("GET", "/api/v1/records", Scope.READ),
        ("HEAD", "/api/v1/records", Scope.READ),
        ("GET", "/metrics", Scope.READ),
        ("GET", "/v1/models", Scope.READ),
        ("GET", "/api/v1/engines", Scope.READ),
        ("POST", "/api/v1/images", Scope.WRITE),
        ("POST", "/api/v1/ask", Scope.WRITE),
        ("PATCH", "/api/v1/records/5", Scope.WRITE),
        ("DELETE", "/api/v1/items/5", Scope.WRITE),
        ("POST", "/chat", Scope.WRITE),
        ("POST", "/v1/chat/completions", Scope.WRITE),
        ("PUT", "/api/v1/engines/default", Scope.ADMIN),
        ("GET", "/api/v1/keys", Scope.ADMIN),
        ("GET", "/api/v1/webhooks/3", Scope.ADMIN),
        ("POST", "/api/v1/keysmith", Scope.WRITE),
        ("TRACE", "/api/v1/records", Scope.WRITE),
    ],
)
def test_a_request_needs_the_scope_of_what_it_does(method: str, path: str, needed: Scope) -> None:
    assert scope_needed(method, path) is needed


def test_a_key_of_a_smaller_scope_is_refused_with_what_it_lacks(make: Make, db: Database) -> None:
    files = {"files": ("a.jpg", picture(1), "image/jpeg")}
    refused = make().post("/api/v1/images", files=files, headers=bearer(db, Scope.READ))
    assert (refused.status_code, refused.json()["code"]) == (403, "ScopeTooSmall")
    assert "'read'" in refused.json()["detail"] and "'write'" in refused.json()["detail"]
    assert make().post("/api/v1/images", files=files, headers=bearer(db, Scope.WRITE)).status_code == 202


def test_the_last_use_of_a_key_is_noted(make: Make, db: Database) -> None:
    headers = bearer(db)
    assert keys.list_keys(db)[0].last_used_at is None
    make().get("/api/v1/progress", headers=headers)
    assert keys.list_keys(db)[0].last_used_at is not None


def test_a_key_that_asks_too_often_is_told_to_wait(make: Make, db: Database) -> None:
    client, headers, other = make(rate_per_minute=2), bearer(db), bearer(db)
    left = [client.get("/api/v1/progress", headers=headers).headers["ratelimit-remaining"] for _ in range(2)]
    refused = client.get("/api/v1/progress", headers=headers)
    assert left == ["1", "0"]
    assert (refused.status_code, refused.json()["code"]) == (429, "TooManyRequests")
    assert refused.headers["content-type"] == "application/problem+json"
    assert 25 <= int(refused.headers["retry-after"]) <= 30
    assert refused.headers["ratelimit-limit"] == "2" and refused.headers["ratelimit-policy"] == "2;w=60"
    assert client.get("/api/v1/progress", headers=other).status_code == 200


def test_a_bucket_fills_again_and_never_over_its_brim() -> None:
    now = 0.0
    buckets = Buckets(60, lambda: now)
    assert all(buckets.take("a").ok for _ in range(60))
    assert (refused := buckets.take("a")).ok is False and refused.wait_s == 1
    now = 3.0
    assert [buckets.take("a").ok for _ in range(4)] == [True, True, True, False]
    now = 10_000.0
    assert (taken := buckets.take("a")).remaining == 59 and taken.full_s == 1


@pytest.mark.parametrize("address", ["192.168.1.20", "8.8.8.8", "2001:db8::1", "::ffff:10.0.0.1", "fe80::1%eth0"])
def test_another_machine_is_refused_without_a_login(make: Make, address: str) -> None:
    refused = make(at=address).get("/api/v1/progress")
    assert (refused.status_code, refused.json()["code"]) == (403, "OpenToOthers")
    assert all("SHELFLENS_PASSWORD" in refused.json()["message"][lang] for lang in ("en", "zh"))
    assert make(at=address).get(f"/img/{0:064x}.jpg").status_code == 403
    assert make(at=address).get("/healthz").status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_known_by_each_of_its_own_addresses(make: Make, address: str) -> None:
    assert make(at=address).get("/api/v1/progress").status_code == 200


@pytest.mark.parametrize("server", [{"serves_others": True}, {"proxy_login": True}, locked()])
def test_a_server_for_others_wants_a_key_from_the_first_request_on(
    make: Make, db: Database, server: dict[str, object]
) -> None:
    client = make(**server)
    assert client.get("/api/v1/progress").status_code == 401
    assert client.get("/api/v1/progress", headers=bearer(db)).status_code == 200


def test_behind_a_proxy_with_a_login_photos_are_served_to_others(make: Make, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    assert make(proxy_login=True, at="192.168.1.20").get(f"/thumb/{0:064x}.jpg").status_code == 200


def test_without_a_login_a_page_leads_to_it_and_back(make: Make) -> None:
    client = make(**locked(), at="192.168.1.20")
    asked = client.get("/home?lang=zh", headers={"accept": "text/html"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=/home%3Flang%3Dzh")
    assert client.get(f"/img/{0:064x}.jpg", headers={"accept": "text/html"}).status_code == 401
    assert log_in(client, next="/home?lang=zh") == 303
    assert client.get("/home?lang=zh").headers["location"] == "/?lang=zh"


def test_a_login_opens_pages_photos_and_the_api_until_it_is_ended(make: Make, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    client = make(**locked())
    assert log_in(client) == 303
    assert client.get(f"/thumb/{0:064x}.jpg").status_code == 200
    assert client.get("/api/v1/progress").status_code == 200
    assert client.post("/logout").status_code == 303
    assert client.get(f"/thumb/{0:064x}.jpg").status_code == 401


def test_programs_see_photos_with_their_key(make: Make, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    assert make(**locked()).get(f"/thumb/{0:064x}.jpg", headers=bearer(db)).status_code == 200


def test_a_websocket_without_a_login_is_closed(make: Make) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), make(**locked()).websocket_connect("/_stcore/stream"):
        pass


@pytest.mark.parametrize(("lang", "words"), [("en", "That is not the password."), ("zh", "密码不正确。")])
def test_a_wrong_password_says_so_and_keeps_the_name(make: Make, lang: str, words: str) -> None:
    client = make(**locked())
    answer = client.post(f"/login?lang={lang}", data={"name": '"><script>', "password": "guess"})
    assert answer.status_code == 403 and words in answer.text
    assert "<script>" not in answer.text and "&quot;&gt;&lt;script&gt;" in answer.text
    assert COOKIE not in answer.cookies


def test_passwords_are_not_tried_out(make: Make) -> None:
    client = make(**locked())
    statuses = [log_in(client, f"guess {number}") for number in range(12)]
    assert statuses[:10] == [403] * 10 and statuses[10:] == [429, 429]
    assert log_in(client) == 429


@pytest.mark.parametrize(
    ("goal", "leads"),
    [
        ("/review?item=3", "/review?item=3"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
        ("/\r\nset-cookie: a=b", "/"),
    ],
)
def test_a_login_leads_to_this_server_only(make: Make, goal: str, leads: str) -> None:
    answer = make(**locked()).post("/login", data={"password": PASSWORD, "next": goal})
    assert answer.headers["location"] == leads


def test_another_site_can_neither_log_in_nor_use_a_login(make: Make) -> None:
    client = make(**locked())
    evil = {"origin": "http://evil.example"}
    assert client.post("/login", data={"password": PASSWORD}, headers=evil).status_code == 403
    assert log_in(client) == 303
    assert client.post("/api/v1/images", headers=evil).status_code == 403


def test_the_cookie_is_the_servers_own_and_out_of_reach_of_scripts(make: Make) -> None:
    client = make(**locked())
    answer = client.post("/login", data={"name": "Li", "password": PASSWORD})
    told = answer.headers["set-cookie"].lower()
    assert "httponly" in told and "samesite=lax" in told and "secure" not in told
    client.base_url = "https://localhost:8501"
    assert "secure" in client.post("/login", data={"password": PASSWORD}).headers["set-cookie"].lower()


def test_a_session_names_who_logged_in_until_it_ends(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    here = settings.model_copy(update=locked())
    cookie = open_session(here, "  李  Wei ")
    assert session_name(here, cookie) == "李 Wei"
    monkeypatch.setattr("core.access.sessions.time.time", lambda: 4e9)
    assert session_name(here, cookie) is None


def test_a_session_is_void_for_another_password_and_where_changed(settings: Settings) -> None:
    here = settings.model_copy(update=locked())
    cookie = open_session(here, "Li")
    body, _, signature = cookie.partition(".")
    assert session_name(settings.model_copy(update={"password": SecretStr("another one")}), cookie) is None
    assert session_name(settings, cookie) is None
    for forged in ("", ".", body, f"{body}.", f"{body}.{signature[:-1]}", f"{body}x.{signature}", f"é.{signature}"):
        assert session_name(here, forged) is None
    assert (settings.data / "session.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("password", "fine"), [("", True), ("12345678", True), ("1234567", False)])
def test_a_password_has_a_length(settings: Settings, password: str, fine: bool) -> None:
    here = settings.model_copy(update={"password": SecretStr(password)})
    if fine:
        check_password_setting(here)
    else:
        with pytest.raises(BadSetting, match="shorter than 8") as caught:
            check_password_setting(here)
        assert password not in str(caught.value)


def test_keys_are_made_listed_and_revoked_by_command(
    settings: Settings, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "add", "shop system", "--scope", "admin"]) == 0
    out, err = capsys.readouterr()
    key = recognise(db, out.strip())
    assert key is not None and key.scope is Scope.ADMIN and "not shown again" in err and "first one" in err
    assert main(["keys", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["id"] == key.id and "hash" not in listed
    assert main(["keys", "revoke", key.id]) == 0
    assert keys.get_key(db, key.id).revoked_at is not None
    assert main(["keys", "list"]) == 0 and "revoked" in capsys.readouterr().out
    assert main(["keys", "revoke", key.id, "--forget"]) == 0
    assert not keys.has_keys(db)
    assert main(["keys", "revoke", "nosuch"]) == 2


def test_an_unknown_key_is_named(db: Database) -> None:
    with pytest.raises(NotFound, match="keys list"):
        keys.get_key(db, "12345678")
