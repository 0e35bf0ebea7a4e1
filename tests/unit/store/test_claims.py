"""A record that somebody has open is theirs until they let go of it or their lease runs out."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from core.reviewing.queue import take_next
from core.settings import Settings
from core.store import claims
from core.store.claims import LEASE_S, claim_item, count_held, find_claim, release_item, take_item
from tests.seeding import seed_records


@pytest.fixture
def queue(db: Database, settings: Settings) -> list[int]:
    """Three records that wait for review."""
    return seed_records(db, settings, 3)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of day, to be changed by the test: `clock[0]`."""
    present = [1_800_000_000.0]
    monkeypatch.setattr(claims.time, "time", lambda: present[0])
    return present


def test_two_people_are_never_brought_the_same_record(db: Database, queue: list[int]) -> None:
    taken = [take_next(db, who) for who in ("ann", "bob", "eve")]
    assert sorted(item for item in taken if item) == queue
    assert take_next(db, "dan") is None
    assert count_held(db, "dan") == 3 and count_held(db, "ann") == 2


def test_a_claim_stands_against_others_and_makes_way_for_its_own_person(db: Database, queue: list[int]) -> None:
    assert claim_item(db, queue[0], "ann").reviewer == "ann"
    assert claim_item(db, queue[0], "bob").reviewer == "ann"
    assert take_next(db, "ann") == queue[0], "a second window of the same person"


def test_a_claim_that_nobody_renews_runs_out(db: Database, queue: list[int], clock: list[float]) -> None:
    claim_item(db, queue[0], "ann")
    clock[0] += LEASE_S + 1
    assert find_claim(db, queue[0]) is None
    assert claim_item(db, queue[0], "bob").reviewer == "bob"


def test_work_on_a_record_renews_its_claim_and_keeps_its_beginning(
    db: Database, queue: list[int], clock: list[float]
) -> None:
    begun = claim_item(db, queue[0], "ann")
    clock[0] += LEASE_S * 0.6
    claim_item(db, queue[0], "ann")
    clock[0] += LEASE_S * 0.6
    standing = find_claim(db, queue[0])
    assert standing is not None and (standing.reviewer, standing.since) == ("ann", begun.since)


def test_a_clock_set_back_frees_what_it_would_have_kept_for_ever(
    db: Database, queue: list[int], clock: list[float]
) -> None:
    claim_item(db, queue[0], "ann")
    clock[0] -= 86_400
    assert find_claim(db, queue[0]) is None
    assert take_next(db, "bob") == queue[0]


def test_only_who_has_a_record_can_give_it_back(db: Database, queue: list[int]) -> None:
    claim_item(db, queue[0], "ann")
    release_item(db, queue[0], "bob")
    assert find_claim(db, queue[0]) is not None
    release_item(db, queue[0], "ann")
    assert find_claim(db, queue[0]) is None


def test_who_takes_a_record_over_has_it_from_now_on(db: Database, queue: list[int]) -> None:
    claim_item(db, queue[0], "ann")
    take_item(db, queue[0], "bob")
    assert claim_item(db, queue[0], "ann").reviewer == "bob"
