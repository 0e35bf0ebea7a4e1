"""What the editors of an open record ask of the server beside Streamlit."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlite_utils import Database

from core.access.seats import Seat, find_seat, take_seat
from core.api.desk import TOKEN, build_desk
from core.reviewing import review
from core.settings import Settings
from core.store import decisions, items
from core.store.db import write
from tests.seeding import seed_records

Post = Callable[..., Any]


@pytest.fixture
def item(db: Database, settings: Settings) -> int:
    return seed_records(db, settings, 1)[0]


@pytest.fixture
def seat(item: int) -> Seat:
    seat = take_seat("ann")
    seat.item = item
    return seat


@pytest.fixture
def post(settings: Settings, item: int, seat: Seat) -> Post:
    """`post("save", edits=…)`: the answer of the request that the open page would send."""
    client = TestClient(build_desk(settings))

    def send(path: str, **body: Any) -> Any:
        return client.post(f"/{item}/{path}", json=body, headers={TOKEN: seat.token})

    return send


def typed(**texts: str) -> dict[str, dict[str, str]]:
    return {key: {"text": text} for key, text in texts.items()}


def test_a_check_says_what_rules_would_say_and_stores_nothing(post: Post, db: Database, item: int) -> None:
    answer = post("check", edits=typed(gtin="2000000000008", production_date="2026年3月7日")).json()["fields"]
    assert (answer["gtin"]["findings"], answer["production_date"]["text"]) == ([], "2026-03-07")
    assert decisions.list_decisions(db, item) == []


def test_a_save_is_signed_by_the_seats_reviewer_and_moves_what_they_have_seen(
    post: Post, db: Database, item: int, seat: Seat
) -> None:
    answer = post("save", edits=typed(brand="晨露"), version=items.get_item(db, item).version).json()
    assert [(entry.reviewer, entry.field) for entry in decisions.list_decisions(db, item)] == [("ann", "brand")]
    assert answer["version"] == seat.version == items.get_item(db, item).version
    assert answer["fields"]["brand"]["text"] == "晨露"


def test_a_save_over_somebody_elses_change_is_refused(post: Post, db: Database, item: int, seat: Seat) -> None:
    seen = items.get_item(db, item).version
    review.save_edits(db, item, {"brand": "Theirs"}, reviewer="bob")
    answer = post("save", edits=typed(brand="Mine"), version=seen)
    assert (answer.status_code, "bob" in answer.json()["en"], "bob" in answer.json()["zh"]) == (409, True, True)
    assert review.load_record(db, item).text("brand") == "Theirs"
    assert seat.version != items.get_item(db, item).version


def test_a_correction_is_taken_back_and_a_value_confirmed(post: Post, db: Database, item: int) -> None:
    before = review.load_record(db, item).text("brand")
    post("save", edits=typed(brand="Wrong"))
    assert post("reset", field="brand").json()["fields"]["brand"]["text"] == before
    assert post("confirm", field="brand").json()["fields"]["brand"]["sources"] == ["ocr", "human"]


def test_an_ocr_line_is_read_for_a_field(post: Post, db: Database, item: int) -> None:
    blob = items.list_photos(db, item)[0].blob
    answer = post("read", field="brand", blob=blob, lines=[3]).json()
    assert answer["text"] == "line 3"
    assert answer["place"] == {"photo": 0, "box": [20, 86, 200, 104], "lines": [3], "source": "ocr"}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("save", {"edits": typed(nonsense="x")}, 404),
        ("save", {"edits": typed(brand="x" * 20_001)}, 422),
        ("save", {"edits": {"brand": 3}}, 422),
        ("read", {"field": "brand", "blob": "gone", "box": [0, 0, 9, 9]}, 404),
        ("read", {"field": "nonsense", "blob": f"{0:064x}", "lines": [0]}, 404),
        ("read", {"field": "brand", "blob": f"{0:064x}", "lines": [99]}, 422),
        ("read", {"field": "brand", "blob": f"{0:064x}", "box": [5000, 5000, 6000, 6000]}, 422),
        ("confirm", {"field": "origin"}, 404),
    ],
)
def test_what_cannot_be_done_says_so(post: Post, db: Database, item: int, path: str, body: Any, status: int) -> None:
    assert post(path, **body).status_code == status
    assert decisions.list_decisions(db, item) == []


def test_a_record_deleted_meanwhile_is_not_found(post: Post, db: Database, item: int) -> None:
    with write(db):
        db.conn.execute("UPDATE items SET deleted_at = '2026-01-01T00:00:00Z' WHERE id = ?", (item,))
    answer = post("save", edits=typed(brand="x"))
    assert (answer.status_code, "merged or deleted" in answer.json()["en"]) == (404, True)


@pytest.mark.parametrize("token", ["", "guessed"])
def test_without_a_seat_nothing_is_done(settings: Settings, db: Database, item: int, token: str) -> None:
    client = TestClient(build_desk(settings))
    for path, body in (("save", {"edits": typed(brand="x")}), ("check", {"edits": {}}), ("reset", {"field": "brand"})):
        answer = client.post(f"/{item}/{path}", json=body, headers={TOKEN: token})
        assert (answer.status_code, answer.json()["code"]) == (403, "SeatGone")
    assert decisions.list_decisions(db, item) == []


def test_another_site_is_refused_though_it_knew_the_seat(settings: Settings, item: int, seat: Seat) -> None:
    headers = {TOKEN: seat.token, "origin": "https://elsewhere.example"}
    answer = TestClient(build_desk(settings)).post(f"/{item}/save", json={"edits": typed(brand="x")}, headers=headers)
    assert answer.status_code == 403


def test_a_seat_ends_with_its_session() -> None:
    seat = take_seat("ann")
    token = seat.token
    assert find_seat(token) is seat
    del seat
    gc.collect()
    assert find_seat(token) is None
