"""The API's resources: what can be listed, got, made and changed, and what is refused."""

from __future__ import annotations

import base64
import csv
import io
from typing import Any

import pytest
from sqlite_utils import Database
from starlette.testclient import TestClient

from core.api.paging import cursor_after, read_cursor
from core.api.refusals import BadCursor
from core.exports import PROFILES
from core.incoming.fetch import Fetched
from core.store import decisions, items, jobs
from core.types import Status
from tests.seeding import picture


def encoded(number: int) -> str:
    return base64.b64encode(picture(number)).decode("ascii")


# Photos


def test_photos_come_as_base64_and_by_address_and_each_has_an_outcome(
    client: TestClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = Fetched("milk.jpg", picture(3), "https://shop.example/milk.jpg")
    monkeypatch.setattr("core.api.sources.fetch_image", lambda *_: fetched)
    images = [
        {"base64": encoded(1), "name": "oats.jpg"},
        {"base64": f"data:image/jpeg;base64,{encoded(2)}"},
        {"url": "https://shop.example/milk.jpg"},
        {"base64": "no base64!", "name": "broken.jpg"},
        {"base64": base64.b64encode(b"just text").decode(), "name": "notes.jpg"},
    ]
    answer = client.post("/api/v1/images", json={"images": images, "kind": "product"})
    assert answer.status_code == 202
    states = [(taken["file"], taken["state"]) for taken in answer.json()]
    assert states == [
        ("oats.jpg", "stored"),
        ("image", "stored"),
        ("milk.jpg", "stored"),
        ("broken.jpg", "refused"),
        ("notes.jpg", "refused"),
    ]
    assert "is not valid base64" in answer.json()[3]["message"]["en"]
    assert items.list_photos(db, answer.json()[2]["item"])[0].source == "https://shop.example/milk.jpg"
    assert jobs.progress(db).queued == 3


@pytest.mark.parametrize("url", ["http://127.0.0.1/x.jpg", "http://169.254.169.254/", "ftp://host/x", "x"])
def test_addresses_that_must_not_be_fetched_are_refused_by_themselves(client: TestClient, url: str) -> None:
    images = [{"url": url}, {"base64": encoded(1)}]
    assert [taken["state"] for taken in client.post("/api/v1/images", json={"images": images}).json()] == [
        "refused",
        "stored",
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/images"),
        ({"images": []}, "#/images"),
        ({"images": [{}]}, "#/images/0"),
        ({"images": [{"url": "https://a.example/b", "base64": ""}]}, "#/images/0"),
        ({"images": [{"path": "/etc/passwd"}]}, "#/images/0/path"),
        ({"images": [{"url": "https://a.example/b"}] * 101}, "#/images"),
        ({"images": [{"url": "https://a.example/b"}], "kind": "poster"}, "#/kind"),
        ({"images": [{"url": "https://a.example/b"}], "grouping": "all"}, "#/grouping"),
    ],
)
def test_a_body_of_another_shape_is_refused_with_its_place(
    client: TestClient, db: Database, body: dict[str, Any], pointer: str
) -> None:
    answer = client.post("/api/v1/images", json=body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert jobs.progress(db).total == 0


def test_a_form_without_a_file_or_with_unknown_fields_is_refused(client: TestClient) -> None:
    empty = client.post("/api/v1/images", files={"other": ("a.jpg", picture(1))})
    assert (empty.status_code, empty.json()["code"]) == (400, "MalformedBody")
    unknown = client.post("/api/v1/images", files={"files": ("a.jpg", picture(1))}, data={"speed": "9"})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "#/speed")


def test_a_photo_says_where_it_is_shown_and_what_is_on_it(client: TestClient, seeded: list[int]) -> None:
    image = client.get(f"/api/v1/images/{0:064x}").json()
    assert (image["width"], image["items"][0]) == (320, seeded[0])
    assert client.get(image["url"]).headers["content-type"] == "image/jpeg"
    assert client.get(f"/api/v1/images/{0:064x}/readings").json()["lines"][0]["text"] == "line 0"
    assert client.get(f"/api/v1/images/{'f' * 64}").status_code == 404
    assert client.get(f"/api/v1/images/{'f' * 64}/readings").status_code == 404
    assert client.get("/api/v1/images/../../etc/passwd").status_code in (404, 422)


# Items


def test_an_item_is_made_of_several_photos_and_found_at_its_address(client: TestClient, db: Database) -> None:
    body = {"images": [{"base64": encoded(1)}, {"base64": encoded(2)}], "kind": "product", "competitor": "Lumina"}
    answer = client.post("/api/v1/items", json=body)
    assert answer.status_code == 201
    item = client.get(answer.headers["location"]).json()
    assert (len(item["photos"]), item["kind"], item["competitor"], item["status"]) == (2, "product", "Lumina", "queued")
    assert item["job"]["state"] == "queued" and client.get(item["job"]["url"]).json() == item["job"]
    again = client.post("/api/v1/items", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyThere")
    assert f"item {item['id']}" in again.json()["detail"]


def test_an_item_whose_photos_cannot_be_used_is_not_made(client: TestClient, db: Database) -> None:
    answer = client.post("/api/v1/items", files={"files": ("notes.jpg", b"just text")})
    assert answer.status_code == 422 and "notes.jpg is not an image" in answer.json()["detail"]
    assert items.page_items(db, below=None, limit=5) == []


def test_a_list_is_told_in_pages_that_neither_skip_nor_repeat(client: TestClient, seeded: list[int]) -> None:
    seen, path = [], "/api/v1/items?limit=4"
    while path:
        answer = client.get(path)
        seen += [item["id"] for item in answer.json()["items"]]
        if len(seen) == 4:  # made meanwhile: a later page must not tell an item twice because of it
            client.post("/api/v1/items", json={"images": [{"base64": encoded(99)}]})
        path = answer.links["next"]["url"] if answer.json()["next"] else ""
    assert seen == sorted(seeded, reverse=True)


def test_items_are_filtered(client: TestClient, seeded: list[int]) -> None:
    assert len(client.get("/api/v1/items?kind=ad").json()["items"]) == 4
    assert client.get("/api/v1/items?status=verified").json() == {"items": [], "next": None}


def test_items_are_merged_and_split(client: TestClient, seeded: list[int]) -> None:
    merged = client.post("/api/v1/items/merge", json={"items": seeded[:2]}).json()
    assert (merged["id"], len(merged["photos"])) == (seeded[0], 2)
    assert client.get(f"/api/v1/items/{seeded[1]}").status_code == 404
    split = client.post(f"/api/v1/items/{seeded[0]}/split", json={"photos": [merged["photos"][1]["id"]]})
    assert split.status_code == 201 and len(client.get(split.headers["location"]).json()["photos"]) == 1
    nothing = client.post(f"/api/v1/items/{seeded[0]}/split", json={"photos": [999]})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "NothingToSplit")
    assert client.post("/api/v1/items/merge", json={"items": [seeded[0], seeded[0]]}).status_code == 422
    assert client.post("/api/v1/items/merge", json={"items": [seeded[0], 999]}).status_code == 404


def test_an_item_goes_into_the_bin_and_comes_back(client: TestClient, seeded: list[int]) -> None:
    path = f"/api/v1/items/{seeded[0]}"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404 and client.delete(path).status_code == 404
    assert client.post(f"{path}/restore").json()["status"] == "review"
    assert client.get(path).status_code == 200
    assert client.post(f"{path}/restore").status_code == 404


# Jobs


def test_a_waiting_job_has_a_place_in_the_queue_and_can_be_cancelled_once(client: TestClient) -> None:
    client.post("/api/v1/images", json={"images": [{"base64": encoded(n)} for n in range(3)]})
    last = client.get("/api/v1/jobs?state=queued").json()["jobs"][0]
    assert last["position"] == 2
    assert client.get(last["url"]).headers["retry-after"] == "1"
    assert client.delete(last["url"]).json()["state"] == "cancelled"
    again = client.delete(last["url"])
    assert (again.status_code, again.json()["code"]) == (409, "JobEnded")
    assert client.get(f"/api/v1/jobs?item={last['item']}").json()["jobs"][0]["state"] == "cancelled"
    assert client.get("/api/v1/jobs/999").status_code == 404


# Records


def test_records_come_in_pages_in_either_order(client: TestClient, seeded: list[int]) -> None:
    for order, expected in (("newest", sorted(seeded, reverse=True)), ("oldest", sorted(seeded))):
        first = client.get("/api/v1/records", params={"order": order, "limit": 6}).json()
        rest = client.get("/api/v1/records", params={"order": order, "limit": 6, "cursor": first["next"]}).json()
        assert [record["item_id"] for record in first["records"] + rest["records"]] == expected
        assert (first["total"], rest["total"], rest["next"]) == (10, 10, None)


def test_a_patch_runs_the_rules_and_raises_the_version(client: TestClient, seeded: list[int]) -> None:
    path = f"/api/v1/records/{seeded[1]}"
    before = client.get(path)
    changed = client.patch(path, json={"version": before.json()["version"], "fields": {"gtin": "6901234567893"}})
    assert changed.status_code == 200
    field = changed.json()["fields"]["gtin"]
    assert (field["value"], field["sources"]) == ("6901234567893", ["human"])
    assert "gtin_check_digit" in [finding["rule"] for finding in field["findings"]]
    assert changed.headers["etag"] != before.headers["etag"]
    gone = client.patch(path, json={"fields": {"gtin": None}}, headers={"if-match": changed.headers["etag"]})
    assert gone.json()["fields"]["gtin"]["value"] is None
    history = client.get(f"{path}/decisions").json()["decisions"]
    assert [entry["action"] for entry in history] == ["correct", "absent"]
    assert {entry["reviewer"] for entry in history} == {"tester"}


@pytest.mark.parametrize(("how", "status"), [("body", 409), ("header", 412)])
def test_a_conflict_is_told_with_both_versions_and_changes_nothing(
    client: TestClient, seeded: list[int], how: str, status: int
) -> None:
    path = f"/api/v1/records/{seeded[0]}"
    client.patch(path, json={"version": 1, "fields": {"brand": "Theirs"}})
    sent: dict[str, Any] = {"fields": {"brand": "Mine"}, **({"version": 1} if how == "body" else {})}
    answer = client.patch(path, json=sent, headers={"if-match": '"1"'} if how == "header" else {})
    assert (answer.status_code, answer.json()["code"]) == (status, "Conflict")
    assert answer.json()["yours"] == {"brand": "Mine"}
    assert answer.json()["theirs"]["fields"]["brand"]["value"] == "Theirs"
    assert answer.json()["version"] == client.get(path).json()["version"]
    assert client.get(path).json()["fields"]["brand"]["value"] == "Theirs"


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        ({"fields": {"brand": "x"}}, {}, 428, "VersionMissing"),
        ({"fields": {"brand": "x"}}, {"if-match": "*"}, 412, "Conflict"),
        ({"fields": {"brand": "x"}}, {"if-match": 'W/"1"'}, 412, "Conflict"),
        ({"version": 1, "fields": {"colour": "x"}}, {}, 404, "NotFound"),
        ({"version": 1, "fields": {"brand": 5}}, {}, 422, "InvalidValues"),
        ({"version": "first", "fields": {}}, {}, 422, "InvalidValues"),
        ({"version": 1, "fields": {"brand": "x" * 20_001}}, {}, 422, "InvalidValues"),
        ({"version": 1, "brand": "x"}, {}, 422, "InvalidValues"),
    ],
)
def test_a_patch_that_cannot_be_done_says_why(
    client: TestClient, seeded: list[int], body: dict[str, Any], headers: dict[str, str], status: int, code: str
) -> None:
    path = f"/api/v1/records/{seeded[0]}"
    answer = client.patch(path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert client.get(path).json()["version"] == 1


def test_a_merge_patch_may_be_named_as_one(client: TestClient, seeded: list[int]) -> None:
    answer = client.patch(
        f"/api/v1/records/{seeded[0]}",
        content=b'{"version": 1, "fields": {"brand": "Oat"}}',
        headers={"content-type": "application/merge-patch+json"},
    )
    assert answer.json()["fields"]["brand"]["value"] == "Oat"


# Decisions


def test_a_record_is_accepted_flagged_reopened_and_a_field_reset(client: TestClient, seeded: list[int]) -> None:
    path = f"/api/v1/records/{seeded[0]}/decisions"
    proposed = client.get(f"/api/v1/records/{seeded[0]}").json()["fields"]["brand"]["value"]
    steps: list[tuple[dict[str, Any], str]] = [
        ({"action": "accept", "fields": {"brand": "Oat"}, "seconds": 4.5}, "verified"),
        ({"action": "reopen"}, "review"),
        ({"action": "reset", "field": "brand"}, "review"),
        ({"action": "restore", "decision": 3}, "review"),
        ({"action": "flag", "reason": "Two products."}, "flagged"),
    ]
    version = 1
    for body, status in steps:
        answer = client.post(path, json={**body, "version": version})
        assert answer.status_code == 201, answer.json()
        assert answer.json()["item"]["status"] == status
        version = answer.json()["version"]
    assert answer.json()["fields"]["brand"]["value"] == proposed
    verdicts = client.get(path).json()["verdicts"]
    assert [entry["outcome"] for entry in verdicts] == ["verified", "reopened", "flagged"]
    assert (verdicts[0]["seconds"], verdicts[2]["reason"]) == (4.5, "Two products.")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"action": "flag", "version": 1}, 422, "UsageError"),
        ({"action": "reset", "version": 1}, 422, "UsageError"),
        ({"action": "reset", "version": 1, "field": "colour"}, 404, "NotFound"),
        ({"action": "restore", "version": 1, "decision": 77}, 404, "NotFound"),
        ({"action": "accept", "version": 9}, 409, "Conflict"),
        ({"action": "reopen", "version": 9}, 409, "Conflict"),
        ({"action": "accept"}, 428, "VersionMissing"),
        ({"action": "erase", "version": 1}, 422, "InvalidValues"),
    ],
)
def test_a_decision_that_cannot_be_made_changes_nothing(
    client: TestClient, db: Database, seeded: list[int], body: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post(f"/api/v1/records/{seeded[0]}/decisions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert decisions.list_decisions(db, seeded[0]) == [] and decisions.list_verdicts(db, seeded[0]) == []


def test_what_nobody_can_have_seen_is_not_accepted(client: TestClient, db: Database) -> None:
    made = client.post("/api/v1/items", json={"images": [{"base64": encoded(1)}]}).json()["item"]
    answer = client.post(f"{made['record']}/decisions", json={"action": "accept", "version": made["version"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "NotRead")
    assert items.get_item(db, made["id"]).status is Status.QUEUED


def test_decisions_are_followed_by_their_cursor(client: TestClient, seeded: list[int]) -> None:
    for number, item in enumerate(seeded[:3]):
        client.patch(f"/api/v1/records/{item}", json={"version": 1, "fields": {"brand": f"B{number}"}})
    first = client.get("/api/v1/decisions?limit=2").json()
    rest = client.get("/api/v1/decisions", params={"cursor": first["next"]}).json()
    assert [entry["item_id"] for entry in first["decisions"] + rest["decisions"]] == seeded[:3]
    assert len(client.get(f"/api/v1/decisions?item={seeded[1]}").json()["decisions"]) == 1
    assert client.get("/api/v1/verdicts").json() == {"verdicts": [], "next": None}


# Exports, insights, lexicons


@pytest.mark.parametrize("profile", list(PROFILES))
def test_every_layout_is_exported_as_a_whole_csv(client: TestClient, seeded: list[int], profile: str) -> None:
    answer = client.get(f"/api/v1/exports/{profile}.csv", params={"kind": "product"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{profile}.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 7 and int(answer.headers["content-length"]) == len(answer.content)
    assert client.get(f"/api/v1/exports/{profile}/check?kind=product").json()["count"] == 6


def test_exports_are_listed_and_unknown_ones_refused(client: TestClient, seeded: list[int]) -> None:
    listed = client.get("/api/v1/exports").json()
    assert [entry["name"] for entry in listed] == list(PROFILES)
    assert client.get("/api/v1/exports/excel.csv").status_code == 422
    assert client.get("/api/v1/exports/shopify.csv?kind=ad").json()["code"] == "UsageError"
    assert client.get("/api/v1/exports/shelflens.csv?colour=red").status_code == 422


def test_insights_count_posters_and_are_filtered(client: TestClient, seeded: list[int]) -> None:
    whole = client.get("/api/v1/insights").json()
    assert whole["posters"] == sum(row["posters"] for row in whole["competitors"]) == 4
    assert whole["claims"] and whole["prices"] and whole["timeline"]
    name = whole["competitors"][0]["competitor"]
    part = client.get("/api/v1/insights", params={"competitor": name}).json()
    assert {row["competitor"] for row in part["claims"]} == {name}
    assert client.get("/api/v1/insights?platform=nowhere").json()["posters"] == 0
    assert client.get("/api/v1/insights?since=2030-01-01").json()["posters"] == 0
    assert client.get("/api/v1/insights?since=yesterday").status_code == 422


def test_lexicons_are_read_and_no_other_file(client: TestClient) -> None:
    listed = client.get("/api/v1/lexicons").json()
    assert "allergens" in [entry["name"] for entry in listed]
    for entry in listed:
        assert list(client.get(entry["url"]).json()) == entry["tables"]
    for name in ("nothing", "..%2fschemas%2fproduct", "%00"):
        assert client.get(f"/api/v1/lexicons/{name}").status_code == 404


def _health(client: TestClient) -> dict[str, Any]:
    entries = client.get("/api/v1/lexicons/themes").json()["entries"]
    found: dict[str, Any] = next(entry for entry in entries if entry["key"] == "health")
    return found


def test_a_lexicon_is_shown_as_it_is_in_force_and_what_was_changed_is_marked(client: TestClient) -> None:
    before = _health(client)
    assert (before["added"], before["removed"]) == ([], [])
    changes = "/api/v1/lexicons/themes/changes"
    added = client.post(changes, json={"action": "add_term", "key": "health", "text": "无乳糖配方"})
    assert (added.status_code, added.json()["edit"]["text"], added.json()["undone"]) == (201, "无乳糖配方", False)
    dropped = client.post(changes, json={"action": "drop", "key": "health", "text": "代餐"})
    assert dropped.status_code == 201
    now = _health(client)
    assert (now["added"], now["removed"]) == (["无乳糖配方"], ["代餐"])
    assert "无乳糖配方" in now["terms"] and "代餐" not in now["terms"]
    listed = {entry["name"]: entry for entry in client.get("/api/v1/lexicons").json()}
    assert (listed["themes"]["changeable"], listed["themes"]["changes"]) == (True, 2)
    assert (listed["allergens"]["changeable"], listed["allergens"]["changes"]) == (False, 0)
    undone = client.post(f"{changes}/{dropped.json()['id']}/undo")
    assert (undone.status_code, undone.json()["undoes"]) == (201, dropped.json()["id"])
    assert _health(client)["removed"] == []
    history = client.get(changes).json()
    assert [(act["undoes"], act["undone"]) for act in history] == [
        (dropped.json()["id"], False),
        (None, True),
        (None, False),
    ]
    assert client.get("/api/v1/lexicons/audiences/changes").json() == []


@pytest.mark.parametrize(
    ("name", "body", "status", "said"),
    [
        ("themes", {"action": "add_term", "key": "health", "text": "健"}, 422, "too short"),
        ("themes", {"action": "add_term", "key": "none", "text": "无乳糖配方"}, 422, "no meaning 'none'"),
        ("themes", {"action": "add_term", "key": "health", "text": "有机.*"}, 422, "no search patterns"),
        ("promotions", {"action": "add_entry", "en": "A", "zh": "甲", "text": "免单日"}, 422, "no new meanings"),
        ("allergens", {"action": "add_term", "key": "milk", "text": "奶皮子"}, 422, "cannot be changed here"),
        ("no_such", {"action": "add_term", "key": "milk", "text": "奶皮子"}, 404, "themes"),
        ("themes", {"action": "rename", "text": "x"}, 422, "action"),
    ],
)
def test_a_change_that_would_spoil_a_lexicon_is_refused(
    client: TestClient, name: str, body: dict[str, Any], status: int, said: str
) -> None:
    answer = client.post(f"/api/v1/lexicons/{name}/changes", json=body)
    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.json()
    assert client.get("/api/v1/lexicons/themes/changes").json() == []


def test_a_change_is_taken_back_under_its_own_lexicon(client: TestClient) -> None:
    made = client.post(
        "/api/v1/lexicons/themes/changes", json={"action": "add_term", "key": "health", "text": "无乳糖配方"}
    ).json()
    assert client.post(f"/api/v1/lexicons/audiences/changes/{made['id']}/undo").status_code == 404
    assert client.post(f"/api/v1/lexicons/themes/changes/{made['id'] + 1}/undo").status_code == 404


# Cursors


@pytest.mark.parametrize("number", [0, 1, 2**63 - 1])
def test_a_cursor_is_read_back(number: int) -> None:
    assert read_cursor(cursor_after(number)) == number


@pytest.mark.parametrize(
    "cursor", ["x", "1", "YWZ0ZXI6", "YWZ0ZXI6LTE=", "YWZ0ZXI6OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "MTI=", "é"]
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(cursor)
