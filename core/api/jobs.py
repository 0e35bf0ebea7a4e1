"""/v1/jobs: how far reading has come."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Path, Query
from pydantic import BaseModel, Field
from sqlite_utils import Database
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api.documented import answers
from core.api.paging import Cursor, Limit, page_response, read_cursor
from core.api.refusals import JobEnded
from core.incoming.intake import cancel_reading
from core.settings import Settings
from core.store import items, jobs
from core.store.db import kept_store
from core.store.jobs import Job, JobState
from core.types import Bilingual

ENDED = frozenset({JobState.DONE, JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED})
JobId = Annotated[int, Path(ge=1, le=items.LARGEST_ID, examples=[1])]


class JobReport(BaseModel):
    """The reading of one item, waiting, under way or ended."""

    id: int
    item: int | None
    state: JobState
    progress: float = Field(description="0 to 1.")
    position: int | None = Field(description="Waiting jobs that are read before it; null where it does not wait.")
    error: Bilingual | None
    attempts: int
    created_at: str
    started_at: str | None
    finished_at: str | None
    ms: float | None
    url: str
    result: str | None = Field(description="Where its result is, once it has ended.")


class JobPage(BaseModel):
    jobs: list[JobReport]
    next: str | None


class QueueReport(BaseModel):
    queued: int
    running: int
    done: int
    failed: int
    seconds_left: float | None


JOB: dict[str, Any] = {
    "id": 1, "item": 1, "state": "running", "progress": 0.5, "position": None, "error": None, "attempts": 1,
    "created_at": "2026-11-25T08:00:00.000+00:00", "started_at": "2026-11-25T08:00:00.400+00:00",
    "finished_at": None, "ms": None, "url": "/api/v1/jobs/1", "result": None,
}  # fmt: skip


def add_jobs(api: FastAPI, settings: Settings) -> None:
    """Adds the jobs' routes."""

    @api.get(
        "/v1/progress",
        tags=["jobs"],
        summary="How far the reading queue has come",
        response_model=QueueReport,
        responses=answers({"queued": 12, "running": 1, "done": 7, "failed": 0, "seconds_left": 5.2}),
    )
    def get_progress() -> Response:
        with kept_store(settings) as db:
            return JSONResponse(jobs.progress(db).model_dump())

    @api.get(
        "/v1/jobs",
        tags=["jobs"],
        summary="Jobs, newest first",
        response_model=JobPage,
        responses=answers({"jobs": [JOB], "next": None}),
    )
    def get_jobs(
        request: Request,
        state: JobState | Literal[""] = "",
        item: Annotated[int | None, Query(ge=1, le=items.LARGEST_ID)] = None,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> Response:
        with kept_store(settings) as db:
            found = jobs.page_jobs(db, below=read_cursor(cursor), limit=limit + 1, state=state, item_id=item)
            reports = [job_json(db, job) for job in found]
        return page_response(request, "jobs", reports, [job.id for job in found], limit)

    @api.get("/v1/jobs/{job_id}", tags=["jobs"], summary="One job", response_model=JobReport, responses=answers(JOB))
    def get_job(job_id: JobId) -> Response:
        with kept_store(settings) as db:
            job = jobs.get_job(db, job_id)
            return JSONResponse(job_json(db, job), headers=wait_hint(job))

    @api.delete(
        "/v1/jobs/{job_id}",
        tags=["jobs"],
        summary="Cancel a job; one that runs stops within about a second",
        response_model=JobReport,
        responses=answers({**JOB, "state": "cancelled"}),
    )
    def delete_job(job_id: JobId) -> Response:
        with kept_store(settings) as db:
            job = jobs.get_job(db, job_id)
            if job.state in ENDED or job.item_id is None:
                raise JobEnded(job=job_id, state=job.state)
            cancel_reading(db, [job.item_id])
            return JSONResponse(job_json(db, jobs.get_job(db, job_id)))


def job_json(db: Database, job: Job) -> dict[str, Any]:
    """A job as `JobReport`."""
    ended = job.state in ENDED
    return {
        "id": job.id,
        "item": job.item_id,
        "state": job.state,
        "progress": job.progress,
        "position": jobs.queue_position(db, job.id) if job.state is JobState.QUEUED else None,
        "error": job.error.model_dump() if job.error else None,
        "attempts": job.attempts,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "ms": job.ms,
        "url": f"/api/v1/jobs/{job.id}",
        "result": f"/api/v1/items/{job.item_id}/extraction" if ended and job.item_id else None,
    }


def wait_hint(job: Job) -> dict[str, str]:
    """When to ask again, for a job that has not ended."""
    return {} if job.state in ENDED else {"retry-after": "1"}
