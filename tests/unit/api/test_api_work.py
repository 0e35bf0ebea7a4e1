"""What the dashboard's pages do beyond records and photos, over HTTP: home, review, bin, feedback, comparisons."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database
from starlette.testclient import TestClient

from core.access.keys import make_key
from core.autoaccept import turn_off, turn_on
from core.autoaccept.bounds import Threshold
from core.insights.own import name_own_brands
from core.reading.questions import Ask, ask
from core.reviewing.review import accept_record, flag_record, save_edits
from core.settings import Settings
from core.store import items
from core.store.autoaccept import OfferRow, put_offer
from core.store.keys import Scope


def test_the_overview_counts_what_the_home_page_counts(client: TestClient, db: Database, seeded: list[int]) -> None:
    accept_record(db, seeded[0], {}, reviewer="li")
    flag_record(db, seeded[1], "two products", reviewer="li")
    told = client.get("/api/v1/overview").json()
    counts = told["counts"]
    assert (counts["records"], counts["verified"], counts["flagged"], counts["waiting"]) == (10, 1, 1, 8)
    assert told["untouched_share"] == 1.0 and told["verified_per_day"][-1]["verified"] == 1
    assert len(told["verified_per_day"]) == 14 and told["stalled"] is False


def test_the_next_record_is_one_that_waits_and_nobody_else_gets(client: TestClient, seeded: list[int]) -> None:
    first = client.post("/api/v1/review/next", json={})
    assert first.status_code == 200 and first.headers["etag"] == f'"{first.json()["version"]}"'
    taken = first.json()["item"]["id"]
    skipped = client.post("/api/v1/review/next", json={"skip": [taken]}).json()["item"]["id"]
    assert skipped != taken and {taken, skipped} <= set(seeded)


def test_the_next_record_of_none_is_no_content(client: TestClient) -> None:
    answer = client.post("/api/v1/review/next", json={})
    assert (answer.status_code, answer.content) == (204, b"")


def test_the_bin_is_listed_in_pages_restored_from_and_emptied(client: TestClient, seeded: list[int]) -> None:
    for item in seeded[:3]:
        assert client.delete(f"/api/v1/items/{item}").status_code == 204
    page = client.get("/api/v1/bin", params={"limit": 2}).json()
    rest = client.get("/api/v1/bin", params={"limit": 2, "cursor": page["next"]}).json()
    assert [entry["item_id"] for entry in page["items"] + rest["items"]] == sorted(seeded[:3], reverse=True)
    assert (page["total"], rest["next"]) == (3, None)
    entry = page["items"][0]
    assert entry["expires_at"] > entry["deleted_at"] and entry["name"]
    assert client.post(entry["restore"]).json()["id"] == entry["item_id"]
    erased = page["items"][1]["item_id"]
    assert client.delete(f"/api/v1/bin/{erased}").status_code == 204
    assert client.delete(f"/api/v1/bin/{erased}").status_code == 404
    assert client.post(f"/api/v1/items/{erased}/restore").status_code == 404
    assert [left["item_id"] for left in client.get("/api/v1/bin").json()["items"]] == [rest["items"][0]["item_id"]]


@pytest.mark.parametrize(("scope", "status"), [(Scope.READ, 403), (Scope.WRITE, 403), (Scope.ADMIN, 204)])
def test_only_an_admins_key_erases_for_good(
    client: TestClient, db: Database, seeded: list[int], scope: Scope, status: int
) -> None:
    client.delete(f"/api/v1/items/{seeded[0]}")
    secret = make_key(db, "shop", scope, by="tester").secret
    answer = client.delete(f"/api/v1/bin/{seeded[0]}", headers={"x-api-key": secret})
    assert answer.status_code == status


@pytest.fixture
def corrected(db: Database, seeded: list[int]) -> list[int]:
    """Five verified products: the brand of two was changed first."""
    for item in seeded[:2]:
        save_edits(db, item, {"brand": "Northwind"}, reviewer="wang")
    for item in seeded[:5]:
        accept_record(db, item, {}, reviewer="li", seconds=20.0)
    return seeded[:5]


def test_feedback_tells_how_often_a_field_was_right(client: TestClient, corrected: list[int]) -> None:
    told = client.get("/api/v1/feedback").json()
    brand = next(field for field in told["fields"] if field["field"] == "brand")
    assert (brand["kept"], brand["changed"]) == (3, 2)
    assert brand["accuracy"]["rate"] == 0.6 and brand["accuracy"]["low"] < 0.6 < brand["accuracy"]["high"]
    assert brand["needed"] == 15
    assert (told["straight_through"]["hits"], told["straight_through"]["total"]) == (3, 5)
    assert (told["corrections"], told["median_seconds"]) == (2, 20.0)
    assert told["versions"][0]["accuracy"]["total"] > 0 and told["over_time"]
    assert client.get("/api/v1/feedback", params={"kind": "ad"}).json()["fields"] == []
    assert client.get("/api/v1/feedback", params={"until": "9999-12-31"}).json()["corrections"] == 2


def test_corrections_are_told_in_pages_newest_first(client: TestClient, corrected: list[int]) -> None:
    page = client.get("/api/v1/feedback/corrections", params={"limit": 1}).json()
    rest = client.get("/api/v1/feedback/corrections", params={"limit": 1, "cursor": page["next"]}).json()
    told = page["corrections"] + rest["corrections"]
    assert [entry["item_id"] for entry in told] == [corrected[1], corrected[0]]
    assert {(entry["after"], entry["reviewer"], entry["change"]) for entry in told} == {
        ("Northwind", "wang", "changed")
    }
    assert (page["total"], rest["next"]) == (2, None)


def test_people_and_what_is_read_for_something_else_are_told(client: TestClient, corrected: list[int]) -> None:
    (li,) = client.get("/api/v1/feedback/reviewers").json()
    assert (li["name"], li["changed"]["total"], li["median_seconds"]) == ("li", 5, 20.0)
    told = client.get("/api/v1/feedback/confusions", params={"field": "brand"}).json()
    assert set(told) == {"characters", "values", "contradictions"}


def test_what_may_be_accepted_without_a_look_is_told_with_its_rule(client: TestClient, db: Database) -> None:
    assert client.get("/api/v1/autoaccept").json() == []
    threshold = Threshold(promise=0.05, score=0.5, judged=250, accepted=200, wrong=0, bound=0.02)
    put_offer(
        db,
        OfferRow(
            kind="product", engine="ocr", version="1", field="brand", look=1, judged=250,
            thresholds=f"[{threshold.model_dump_json()}]",
        ),
    )  # fmt: skip
    (off,) = client.get("/api/v1/autoaccept").json()
    assert (off["field"], off["needed"], off["rule"], off["audit"]) == ("brand", 150, None, None)
    assert off["thresholds"][0] == threshold.model_dump()
    rule = turn_on(db, "product", "ocr", "brand", 0.05, reviewer="ann")
    (on,) = client.get("/api/v1/autoaccept").json()
    assert (on["rule"]["promise"], on["rule"]["set_by"], on["audit"]["draws"]["passed"]) == (0.05, "ann", 0)
    turn_off(db, rule.id, reviewer="ann")
    (ended,) = client.get("/api/v1/autoaccept").json()
    assert ended["rule"] is None and ended["last"]["ended_by"] == "ann"


def competitors(client: TestClient) -> list[str]:
    return [row["competitor"] for row in client.get("/api/v1/insights").json()["competitors"]]


def test_sides_are_put_beside_each_other(client: TestClient, seeded: list[int]) -> None:
    first, second = competitors(client)[:2]
    told = client.get("/api/v1/insights/compare", params={"sides": [first, second]}).json()
    assert [side["name"] for side in told["sides"]] == [first, second]
    assert all(side["posters"] > 0 for side in told["sides"])
    assert {row["side"] for row in told["themes"]} == {first, second}
    assert all(0 <= row["share"] <= 1 for row in told["themes"] + told["promotions"])


def test_we_are_put_beside_the_others_once_our_brands_are_named(
    client: TestClient, db: Database, seeded: list[int]
) -> None:
    params = {"sides": ["@own", "@rivals"]}
    refused = client.get("/api/v1/insights/compare", params=params)
    assert refused.status_code == 422 and "our brands" in refused.json()["detail"]
    ours = competitors(client)[0]
    name_own_brands(db, [ours], by="li")
    told = client.get("/api/v1/insights/compare", params=params).json()
    by_name = {side["name"]: side["posters"] for side in told["sides"]}
    assert by_name["@own"] + by_name["@rivals"] == 4 and by_name["@own"] > 0


@pytest.mark.parametrize("sides", [[], ["Lumina"], ["Lumina", "Lumina"]])
def test_one_side_alone_is_no_comparison(client: TestClient, sides: list[str]) -> None:
    assert client.get("/api/v1/insights/compare", params={"sides": sides}).status_code == 422


def test_posters_are_summed_up_in_both_languages_with_their_posters(client: TestClient, seeded: list[int]) -> None:
    told: list[dict[str, Any]] = client.get("/api/v1/insights/summary").json()
    assert {each["competitor"] for each in told} == set(competitors(client))
    sentence = told[0]["sentences"][0]
    assert sentence["text"]["en"] and sentence["text"]["zh"] and set(sentence["posters"]) <= set(seeded)


def test_new_claims_begin_on_the_day_that_is_asked_for(client: TestClient, db: Database, seeded: list[int]) -> None:
    assert client.get("/api/v1/insights/new-claims").status_code == 422
    days = sorted(str(items.get_item(db, item).seen_on) for item in seeded[6:])
    told = client.get("/api/v1/insights/new-claims", params={"since": days[-1]}).json()
    assert all(claim["first"] >= days[-1] for claim in told)
    assert client.get("/api/v1/insights/new-claims", params={"since": "2000-01-01"}).json() == []


def test_questions_about_an_item_are_kept_with_it(
    client: TestClient, db: Database, settings: Settings, seeded: list[int]
) -> None:
    assert client.get(f"/api/v1/items/{seeded[0]}/questions").json() == []
    photos = tuple(photo.blob for photo in items.list_photos(db, seeded[0]))
    for text in ("What is it?", "And its weight?"):
        ask(db, settings, Ask(blobs=photos, text=text, item_id=seeded[0]))
    told = client.get(f"/api/v1/items/{seeded[0]}/questions").json()
    assert [entry["question"] for entry in told] == ["What is it?", "And its weight?"]
    assert told[0] == client.get(f"/api/v1/ask/{told[0]['id']}").json()
    assert client.get(f"/api/v1/items/{seeded[1]}/questions").json() == []
    assert client.get("/api/v1/items/999/questions").status_code == 404
