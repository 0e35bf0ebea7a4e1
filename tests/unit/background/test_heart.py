"""The leases of jobs under way: one thread keeps them all, and says which are lost."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlite_utils import Database

from core.background.heart import Heart
from core.settings import Settings
from core.store import items, jobs

OWNER = "me"


def claimed(db: Database, lease_s: float) -> jobs.Job:
    jobs.enqueue(db, jobs.READ, item_id=items.create_item(db, kind="product"))
    job = jobs.claim(db, OWNER, lease_s=lease_s, max_attempts=3)
    assert job is not None
    return job


def eventually(true: Callable[[], bool], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_the_leases_of_all_jobs_are_renewed_beside_their_work(db: Database, settings: Settings) -> None:
    settings = settings.model_copy(update={"lease_s": 3.0})
    with Heart(settings) as heart, heart.hold(claimed(db, 3.0)) as one, heart.hold(claimed(db, 3.0)) as other:
        first = [jobs.get_job(db, number).lease_until for number in (1, 2)]
        assert eventually(lambda: all(jobs.get_job(db, n).lease_until > first[n - 1] for n in (1, 2)))
        assert one.held and other.held


def test_a_cancelled_job_is_noticed_and_the_others_go_on(db: Database, settings: Settings) -> None:
    with Heart(settings) as heart, heart.hold(claimed(db, 30.0)) as one, heart.hold(claimed(db, 30.0)) as other:
        jobs.cancel_job(db, 1)
        assert eventually(lambda: not one.held)
        assert other.held
        assert not one.beat(db)


def test_a_job_taken_over_by_another_worker_is_lost(db: Database, settings: Settings) -> None:
    with Heart(settings) as heart, heart.hold(claimed(db, 30.0)) as lease:
        jobs.expire_leases(db, OWNER)
        assert jobs.claim(db, "another", lease_s=30, max_attempts=3) is not None
        assert eventually(lambda: not lease.held)


def test_what_is_held_no_longer_is_not_renewed(db: Database, settings: Settings) -> None:
    heart = Heart(settings)
    with heart.hold(claimed(db, 30.0)):
        pass
    jobs.expire_leases(db, OWNER)
    heart._beat()
    assert jobs.get_job(db, 1).lease_until == 0
