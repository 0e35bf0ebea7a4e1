"""GET /v1/engines and PUT /v1/engines/default: what the Engines page shows, for programs."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from core.api.callers import caller_of
from core.api.documented import answers
from core.machine.engines_overview import EnginesOverview, EngineState, survey_engines
from core.reading.preferences import choose_engine
from core.settings import Settings
from core.store.db import open_store
from core.store.tasks import Task
from core.weights import ModelState


class DefaultBody(BaseModel):
    """The engine that is to read where none is asked for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"engine": "auto"}]})

    engine: str = Field(description="Name of an engine that can be used here, or auto.")


ENGINES: dict[str, Any] = {
    "default": "auto", "reads": "ocr", "chosen": None, "machine": "x86-64, 2 cores", "free_memory": 4_000_000_000,
    "worker_alive": True, "engines": [{"name": "ocr", "usable": True}], "models": [], "tasks": [],
}  # fmt: skip


def add_engines(api: FastAPI, settings: Settings) -> None:
    """Adds the engines' routes."""

    @api.get(
        "/v1/engines",
        tags=["engines"],
        response_model=dict[str, Any],
        responses=answers(ENGINES),
        summary="The engines: which can be used, how each would run, what it takes, the default",
    )
    def get_engines() -> dict[str, Any]:
        with open_store(settings) as db:
            return _report(survey_engines(db, settings))

    @api.put(
        "/v1/engines/default",
        tags=["engines"],
        response_model=dict[str, Any],
        responses=answers(ENGINES),
        summary="Choose the engine that reads where none is asked for, from the next job on",
    )
    def put_default(request: Request, body: DefaultBody) -> dict[str, Any]:
        with open_store(settings) as db:
            choose_engine(db, settings, body.engine, by=caller_of(request, settings))
            return _report(survey_engines(db, settings))


def _report(found: EnginesOverview) -> dict[str, Any]:
    return {
        "default": found.default,
        "reads": found.reads,
        "chosen": found.chosen.model_dump(exclude={"key"}) if found.chosen else None,
        "machine": found.machine,
        "free_memory": found.free_memory,
        "worker_alive": found.is_worker_alive,
        "engines": [_engine(engine) for engine in found.engines],
        "models": [_model(model) for model in found.models],
        "tasks": [_task(task) for task in found.tasks],
    }


def _engine(engine: EngineState) -> dict[str, Any]:
    return {
        "name": engine.name,
        "usable": engine.ok,
        "reason": engine.reason.model_dump(),
        "about": engine.about.what.model_dump(),
        "answers": engine.about.answers.model_dump(),
        "ways": [
            {
                "runtime": plan.runtime,
                "device": plan.device,
                "precision": plan.precision,
                "model": plan.weights.model_id,
                "memory": plan.memory,
                "why": plan.why.model_dump(),
            }
            for plan in engine.ways
        ],
        "loaded": engine.loaded,
        "measured": engine.measured.model_dump() if engine.measured else None,
    }


def _model(model: ModelState) -> dict[str, Any]:
    return {
        "id": model.model_id,
        "licence": model.licence,
        "card": model.card.model_dump(),
        "free_disk": model.free_bytes,
        "forms": [
            {
                "form": form.form,
                "state": form.state,
                "bytes": form.bytes,
                "total": form.total,
                "memory_gib": form.memory_gib,
                "revision": form.revision,
                "reason": form.reason.model_dump() if form.reason else None,
            }
            for form in model.forms
        ],
    }


def _task(task: Task) -> dict[str, Any]:
    return task.model_dump(
        mode="json",
        include={
            "id",
            "kind",
            "subject",
            "form",
            "state",
            "report",
            "error",
            "created_at",
            "started_at",
            "finished_at",
        },
    )
