"""The HTTP API: photos in, records out, errors as problem details, foreign sites refused."""

from __future__ import annotations

import io
import socket

import pytest
from PIL import Image
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import Server, open_server
from core.settings import Settings
from core.store import jobs
from tests.seeding import picture, seed_records


def test_posted_photos_are_stored_and_queued_and_refused_ones_say_why(client: TestClient, db: Database) -> None:
    files = [
        ("files", ("牛奶 正面.jpg", picture(1), "image/jpeg")),
        ("files", ("notes.jpg", b"just text", "image/jpeg")),
        ("files", ("again.jpg", picture(1), "image/jpeg")),
    ]
    answer = client.post("/api/v1/images", files=files, data={"kind": "product", "high_priority": "true"})
    assert answer.status_code == 202
    states = [(outcome["file"], outcome["state"]) for outcome in answer.json()]
    assert states == [("牛奶 正面.jpg", "stored"), ("notes.jpg", "refused"), ("again.jpg", "duplicate")]
    assert "notes.jpg is not an image" in answer.json()[1]["message"]["en"]
    assert jobs.progress(db).queued == 1


def test_records_are_filtered_and_counted(client: TestClient, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 6, 4)
    answer = client.get("/api/v1/records", params={"kind": "ad", "limit": 3}).json()
    assert answer["total"] == 4
    assert {record["kind"] for record in answer["records"]} == {"ad"}
    assert len(answer["records"]) == 3


def test_an_unknown_record_is_a_problem_with_status_404(client: TestClient) -> None:
    answer = client.get("/api/v1/records/99")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("Item '99' does not exist.")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/v1/records/{2**63}", 422),
        (f"/api/v1/records/{2**63 - 1}", 404),
        ("/api/v1/records?cursor=none", 422),
        ("/api/v1/records?limit=0", 422),
        ("/api/v1/records?kind=poster", 422),
        ("/api/v1/records?status=finished", 422),
        ("/api/v1/records?kind=ad&status=verified", 200),
    ],
)
def test_values_out_of_range_are_refused_not_failed_on(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_a_photo_is_shown_even_where_its_small_copy_cannot_be_kept(
    client: TestClient, db: Database, settings: Settings
) -> None:
    seed_records(db, settings, 1)
    (settings.data / "rendered").touch()  # a file where the folder of the copies should be
    assert client.get(f"/thumb/{0:064x}.jpg").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SHELFLENS_THREADS", "abc", "SHELFLENS_THREADS is set to 'abc'"),
        ("SHELFLENS_ENGINE", "qwn", "known: auto, ocr"),
        ("SHELFLENS_HOSTS", "http://shelf.example", "names only, without http:// and port"),
        ("SHELFLENS_DATA", "/dev/null/data", "a file stands where a folder should be"),
    ],
)
def test_a_server_that_cannot_start_says_why_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=said):
        open_server()


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://localhost:8501", 202), ("http://evil.example", 403), ("null", 403), ("http://localhost:9999", 403)],
)
def test_only_pages_of_this_server_may_post(client: TestClient, origin: str, status: int) -> None:
    files = {"files": ("a.jpg", picture(2), "image/jpeg")}
    assert client.post("/api/v1/images", files=files, headers={"origin": origin}).status_code == status


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost:8501", True),
        ("LOCALHOST", True),
        ("shelf.localhost:8501", True),
        ("127.0.0.1:8501", True),
        ("[::1]:8501", True),
        ("192.168.1.20:8501", True),
        (socket.gethostname(), True),
        ("shelf.example.com", True),
        ("shelf.example.com.", True),
        ("a.b.example.org", True),
        ("example.org", False),
        ("evil.example", False),
        ("evil.example:8501", False),
        ("localhost.evil.example", False),
        ("shelf.example.com.evil.example", False),
        ("evilexample.org", False),
        ("127.0.0.1.evil.example", False),
        ("evil.example@localhost", False),
        ("localhost@evil.example", False),
        ("[::1", False),
        ("", False),
    ],
)
def test_only_names_of_this_machine_and_those_of_the_settings_are_answered_to(
    settings: Settings, host: str, known: bool
) -> None:
    server = Server(settings.model_copy(update={"hosts": " Shelf.Example.com, *.example.org"}))
    client = TestClient(Starlette(routes=server.routes, middleware=server.middleware))
    for path in ("/healthz", "/api/v1/progress"):
        assert client.get(path, headers={"host": host}).status_code == (200 if known else 421)


def test_a_refused_name_is_named_with_the_way_out(client: TestClient) -> None:
    answer = client.get("/api/v1/records", headers={"host": "evil.example"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/api/v1/problems/UnknownHost"
    for lang, words in (("en", "does not answer to the name 'evil.example'"), ("zh", "不接受名称“evil.example”")):
        assert words in answer.json()["message"][lang] and "SHELFLENS_HOSTS" in answer.json()["message"][lang]
    page = client.get("/", headers={"host": "evil.example"})
    assert page.headers["content-type"].startswith("text/plain") and "SHELFLENS_HOSTS" in page.text


def test_photos_are_served_in_three_sizes(client: TestClient, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    blob = f"{0:064x}"
    sizes = {}
    for path in (f"/img/{blob}.jpg", f"/thumb/{blob}.jpg", f"/crop/{blob}.jpg?box=20,20,120,40"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        sizes[path.split("/")[1]] = Image.open(io.BytesIO(answer.content)).size
    assert sizes == {"img": (320, 240), "thumb": (320, 240), "crop": (111, 31)}


@pytest.mark.parametrize(
    "path",
    [
        f"/img/{'f' * 64}.jpg",
        "/img/..%2f..%2fetc%2fpasswd.jpg",
        f"/crop/{0:064x}.jpg?box=5,5,1,1",
        f"/crop/{0:064x}.jpg?box=nan,0,1,1",
        f"/crop/{0:064x}.jpg?box=9000,9000,9100,9100",
    ],
)
def test_a_photo_that_is_not_there_is_404(client: TestClient, db: Database, settings: Settings, path: str) -> None:
    seed_records(db, settings, 1)
    assert client.get(path).status_code == 404


def test_health_names_the_queue(client: TestClient) -> None:
    health = client.get("/healthz").json()
    assert (health["status"], health["queued"], health["worker_pid"]) == ("ok", 0, None)


def test_the_api_documents_itself(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/v1/images", "/v1/records", "/v1/records/{item_id}", "/v1/progress"} <= set(paths)


def test_where_an_ad_was_seen_is_posted_and_changed(client: TestClient, db: Database) -> None:
    files = [("files", ("poster.jpg", picture(1), "image/jpeg"))]
    (outcome,) = client.post(
        "/api/v1/images", files=files, data={"kind": "ad", "platform": "天猫", "seen_on": "2026-06-01"}
    ).json()
    answer = client.patch(
        f"/api/v1/records/{outcome['item']}/seen", json={"campaign": "618", "url": "https://example.org"}
    )
    assert answer.status_code == 200
    seen = answer.json()["item"]
    assert (seen["platform"], seen["seen_on"], seen["campaign"]) == ("天猫", "2026-06-01", "618")
    refused = client.patch(f"/api/v1/records/{outcome['item']}/seen", json={"seen_on": "soon"})
    assert refused.status_code == 422
    assert "no date" in refused.json()["detail"]
    wrong = client.post("/api/v1/images", files=files, data={"url": "file:///etc/passwd"})
    assert wrong.status_code == 422
