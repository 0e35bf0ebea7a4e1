"""The job table: nothing is lost, nothing is done twice, whoever dies when."""

from __future__ import annotations

import threading
import time

import pytest
from sqlite_utils import Database

from core.records.standing import refresh_record
from core.settings import Settings
from core.store import items, jobs
from core.store.db import open_store
from core.store.jobs import READ, Job, JobState
from core.store.records import find_record
from core.types import Bilingual, Status

LEASE_S = 30.0
ATTEMPTS = 3


def new_item(db: Database) -> int:
    item = items.create_item(db, kind="product")
    refresh_record(db, item)
    return item


def queue(db: Database, *, priority: int = 0) -> int:
    """A job for an item of its own."""
    return jobs.enqueue(db, READ, item_id=new_item(db), priority=priority)


def take(db: Database, owner: str = "worker", *, lease_s: float = LEASE_S) -> Job | None:
    return jobs.claim(db, owner, lease_s=lease_s, max_attempts=ATTEMPTS)


def taken(db: Database, owner: str = "worker", *, lease_s: float = LEASE_S) -> Job:
    job = take(db, owner, lease_s=lease_s)
    assert job is not None
    return job


def run_out(db: Database, job_id: int) -> None:
    """The lease ran out: its holder died and sent no more heartbeats."""
    db.conn.execute("UPDATE jobs SET lease_until = ? WHERE id = ?", (time.time() - 1, job_id))
    db.conn.commit()


def state_of(db: Database, job_id: int) -> str:
    return str(db.conn.execute("SELECT state FROM jobs WHERE id = ?", (job_id,)).fetchone()["state"])


# Claiming


def test_empty_queue_gives_nothing(db: Database) -> None:
    assert take(db) is None


def test_claimed_job_is_leased_and_counts_an_attempt(db: Database) -> None:
    job_id = queue(db)
    job = taken(db, "a")
    assert (job.id, job.state, job.owner, job.attempts) == (job_id, JobState.RUNNING, "a", 1)
    assert job.lease_until == pytest.approx(time.time() + LEASE_S, abs=5)


def test_leased_job_is_not_claimed_by_another(db: Database) -> None:
    queue(db)
    taken(db, "a")
    assert take(db, "b") is None


def test_expired_lease_is_claimed_again(db: Database) -> None:
    job_id = queue(db)
    run_out(db, taken(db, "dead").id)
    job = taken(db, "b")
    assert (job.id, job.owner, job.attempts) == (job_id, "b", 2)


def test_urgent_jobs_come_first_and_equal_ones_in_order(db: Database) -> None:
    first, second, urgent = queue(db), queue(db), queue(db, priority=10)
    assert [taken(db).id for _ in range(3)] == [urgent, first, second]


def test_expired_urgent_job_comes_before_waiting_normal_ones(db: Database) -> None:
    urgent = queue(db, priority=10)
    run_out(db, taken(db, "dead").id)
    queue(db)
    assert taken(db).id == urgent


def test_two_connections_never_claim_one_job(settings: Settings, db: Database) -> None:
    made = [queue(db) for _ in range(30)]
    claimed: list[int] = []
    barrier = threading.Barrier(4)

    def work(owner: str) -> None:
        with open_store(settings) as own:
            barrier.wait()
            while (job := take(own, owner)) is not None:
                claimed.append(job.id)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == made


def test_item_being_read_is_not_read_by_a_second_worker_at_once(db: Database) -> None:
    item = new_item(db)
    jobs.enqueue(db, READ, item_id=item)
    running = taken(db, "a")
    later = jobs.enqueue(db, READ, item_id=item)
    assert later != running.id
    assert take(db, "b") is None
    assert jobs.finish(db, running.id, "a", JobState.DONE)
    assert taken(db, "b").id == later


# One waiting job per item


def test_second_request_joins_the_waiting_job_and_raises_it(db: Database) -> None:
    item = new_item(db)
    first = jobs.enqueue(db, READ, item_id=item, priority=0)
    assert jobs.enqueue(db, READ, item_id=item, payload={"force": True}, priority=10) == first
    job = taken(db)
    assert (job.priority, job.payload) == (10, {"force": True})
    assert take(db, "b") is None


def test_joining_never_lowers_priority_or_forgets_a_wish(db: Database) -> None:
    item = new_item(db)
    jobs.enqueue(db, READ, item_id=item, payload={"force": True}, priority=10)
    jobs.enqueue(db, READ, item_id=item, priority=0)
    job = taken(db)
    assert (job.priority, job.payload) == (10, {"force": True})


def test_request_during_a_reading_is_a_job_of_its_own(db: Database) -> None:
    item = new_item(db)
    first = jobs.enqueue(db, READ, item_id=item)
    taken(db)
    assert jobs.enqueue(db, READ, item_id=item) != first


# Heartbeat and end


def test_heartbeat_renews_the_lease_and_reports_progress(db: Database) -> None:
    queue(db)
    job = taken(db, "a", lease_s=1)
    assert jobs.heartbeat(db, job.id, "a", lease_s=100, progress=0.5)
    row = db.conn.execute("SELECT lease_until, progress FROM jobs").fetchone()
    assert row["lease_until"] > time.time() + 50 and row["progress"] == 0.5
    assert jobs.heartbeat(db, job.id, "a", lease_s=100)
    assert db.conn.execute("SELECT progress FROM jobs").fetchone()["progress"] == 0.5


def test_worker_that_lost_its_lease_can_neither_renew_nor_finish(db: Database) -> None:
    queue(db)
    job = taken(db, "slow")
    run_out(db, job.id)
    taken(db, "quick")
    assert not jobs.heartbeat(db, job.id, "slow", lease_s=LEASE_S)
    assert not jobs.finish(db, job.id, "slow", JobState.DONE)
    assert state_of(db, job.id) == "running"
    assert jobs.finish(db, job.id, "quick", JobState.DONE)


def test_job_ends_once(db: Database) -> None:
    queue(db)
    job = taken(db, "a")
    assert jobs.finish(db, job.id, "a", JobState.DONE, ms=12)
    assert not jobs.finish(db, job.id, "a", JobState.FAILED)
    assert state_of(db, job.id) == "done"


def test_released_job_waits_again_without_a_counted_attempt(db: Database) -> None:
    job_id = queue(db)
    assert jobs.release(db, taken(db, "a").id, "a")
    job = taken(db, "b")
    assert (job.id, job.attempts) == (job_id, 1)
    assert not jobs.release(db, job.id, "a"), "only its holder can release it"


def test_released_job_gives_way_to_a_newer_one_for_its_item(db: Database) -> None:
    item = new_item(db)
    old = jobs.enqueue(db, READ, item_id=item)
    taken(db, "a")
    new = jobs.enqueue(db, READ, item_id=item)
    assert jobs.release(db, old, "a")
    assert state_of(db, old) == "cancelled"
    assert taken(db).id == new


# Giving up


def test_job_that_kills_its_worker_is_given_up_and_its_item_says_why(db: Database) -> None:
    job_id = queue(db)
    other = queue(db)
    for _ in range(ATTEMPTS):
        run_out(db, taken(db, "dies").id)
    assert taken(db).id == other, "the queue goes on"
    assert state_of(db, job_id) == "failed"
    item = items.get_item(db, 1)
    assert item.status is Status.FAILED and item.error is not None and str(ATTEMPTS) in item.error.zh
    record = find_record(db, 1)
    assert record is not None and record.status is Status.FAILED, "tables show it as failed too"


def test_giving_up_leaves_a_record_that_was_read_before_in_review(db: Database) -> None:
    item = new_item(db)
    items.set_status(db, item, Status.REVIEW)
    refresh_record(db, item)
    jobs.enqueue(db, READ, item_id=item)
    for _ in range(ATTEMPTS):
        run_out(db, taken(db, "dies").id)
    assert take(db) is None
    record = find_record(db, item)
    assert items.get_item(db, item).status is Status.REVIEW
    assert record is not None and record.status is Status.REVIEW


# Cancelling


def test_waiting_job_is_cancelled_at_once(db: Database) -> None:
    job_id = queue(db)
    assert jobs.cancel_job(db, job_id)
    assert take(db) is None
    assert state_of(db, job_id) == "cancelled"


def test_running_job_is_asked_to_stop_at_its_next_heartbeat(db: Database) -> None:
    queue(db)
    job = taken(db, "a")
    assert jobs.cancel_job(db, job.id)
    assert not jobs.heartbeat(db, job.id, "a", lease_s=LEASE_S)
    assert jobs.finish(db, job.id, "a", JobState.CANCELLED)


def test_ended_job_cannot_be_cancelled(db: Database) -> None:
    queue(db)
    job = taken(db, "a")
    jobs.finish(db, job.id, "a", JobState.DONE)
    assert not jobs.cancel_job(db, job.id)


def test_cancelling_what_waits_leaves_what_runs(db: Database) -> None:
    queue(db)
    running = taken(db)
    queue(db)
    assert jobs.cancel_waiting(db) == [2]
    assert state_of(db, running.id) == "running"


def test_request_after_a_cancelled_one_is_new(db: Database) -> None:
    item = new_item(db)
    first = jobs.enqueue(db, READ, item_id=item)
    jobs.cancel_job(db, first)
    assert jobs.enqueue(db, READ, item_id=item) != first


# Looking at the queue


def test_position_counts_what_is_served_before(db: Database) -> None:
    first, second, urgent = queue(db), queue(db), queue(db, priority=10)
    assert [jobs.queue_position(db, job) for job in (urgent, first, second)] == [0, 1, 2]
    taken(db)
    assert [jobs.queue_position(db, job) for job in (urgent, first, second)] == [None, 0, 1]


def test_progress_counts_every_state(db: Database) -> None:
    for state in (JobState.DONE, JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED):
        queue(db)
        jobs.finish(db, taken(db, "a").id, "a", state, error=Bilingual(en="x", zh="x"))
    queue(db)
    taken(db)
    queue(db)
    progress = jobs.progress(db)
    assert (progress.queued, progress.running, progress.done, progress.failed) == (1, 1, 2, 1)
    assert progress.active and progress.total == 5


def test_time_left_comes_from_the_median_of_recent_jobs(db: Database) -> None:
    for ms in (1000, 2000, 90_000):
        queue(db)
        jobs.finish(db, taken(db, "a").id, "a", JobState.DONE, ms=ms)
    assert jobs.progress(db).seconds_left == 0
    for _ in range(5):
        queue(db)
    assert jobs.progress(db).seconds_left == 10


def test_time_left_is_unknown_before_the_first_job_ended(db: Database) -> None:
    queue(db)
    assert jobs.progress(db).seconds_left is None


def test_progress_may_be_asked_from_a_moment_on(db: Database) -> None:
    queue(db)
    moment = db.conn.execute("SELECT created_at FROM jobs").fetchone()["created_at"]
    db.conn.execute("UPDATE jobs SET created_at = '2000-01-01'")
    db.conn.commit()
    assert jobs.progress(db, since=moment).total == 0
    assert jobs.progress(db).total == 1


def test_item_left_without_a_job_by_a_broken_upload_is_queued(db: Database) -> None:
    orphan, queued, deleted = new_item(db), new_item(db), new_item(db)
    jobs.enqueue(db, READ, item_id=queued)
    items.delete_item(db, deleted)
    assert jobs.adopt_orphans(db) == 1
    job = jobs.latest_job(db, orphan)
    assert job is not None and job.state is JobState.QUEUED
    assert jobs.adopt_orphans(db) == 0
