"""The HTTP API, version 1: thin over intake, review, exports and insights. OpenAPI at /api/docs."""

from __future__ import annotations

from fastapi import FastAPI

from core import __version__
from core.api.ask import add_ask
from core.api.bin import add_bin
from core.api.bodies import BodyLimits
from core.api.compare import add_compare
from core.api.decisions import add_decisions
from core.api.docs import add_docs
from core.api.documented import EVERYWHERE, describe
from core.api.engines import add_engines
from core.api.exports import add_exports
from core.api.extraction import SourceBody, add_extraction
from core.api.feedback import add_feedback
from core.api.images import ImagesBody, add_images
from core.api.insights import add_insights
from core.api.items import ItemImagesBody, add_items
from core.api.jobs import add_jobs
from core.api.keys import add_keys
from core.api.lexicons import add_lexicons
from core.api.overview import add_overview
from core.api.problems import add_problems
from core.api.records import add_records
from core.api.routes import Operation
from core.api.stopping import Stopping
from core.api.summaries import add_summaries
from core.api.webhooks import add_webhooks
from core.settings import Settings

DESCRIPTION = """Reads product labels and competitor ads from photos. Offline, on this machine.

Errors are problem details (RFC 9457) in English or Chinese, as `Accept-Language` prefers. Long lists come in pages:
ask again with `cursor` = `next`. A POST with the header `Idempotency-Key` is done once, however often it is sent."""
TAGS = [
    {"name": "images", "description": "Photos come in; what is literally on them goes out."},
    {"name": "items", "description": "Products and ads, each with its photos."},
    {"name": "extraction", "description": "Fields read from photos."},
    {"name": "jobs", "description": "How far reading has come."},
    {"name": "records", "description": "What stands about each item, and changes to it."},
    {"name": "decisions", "description": "What people said."},
    {"name": "ask", "description": "Questions in free words about photos."},
    {"name": "exports", "description": "Records as CSV."},
    {"name": "insights", "description": "What competitors' posters say."},
    {"name": "feedback", "description": "How often the machine was right, and what people corrected."},
    {"name": "engines", "description": "What reads, and what it takes."},
    {"name": "lexicons", "description": "The word lists."},
    {"name": "keys", "description": "Who may use the API."},
    {"name": "webhooks", "description": "Who is told when a record is verified."},
    {"name": "problems", "description": "Every kind of error."},
]


def build_api(settings: Settings, stopping: Stopping) -> FastAPI:
    """The FastAPI application to be mounted under /api. It lets go of uploads when `stopping` says so."""
    api = FastAPI(
        title="ShelfLens",
        version=__version__,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,
        openapi_url="/openapi.json",
        redoc_url=None,
        responses=EVERYWHERE,
    )
    api.router.route_class = Operation
    api.state.settings = settings
    api.add_middleware(BodyLimits, settings=settings, stopping=stopping)
    add_problems(api)
    add_extraction(api, settings, stopping)  # asked for most, and routes are tried in order
    add_docs(api)
    add_images(api, settings, stopping)
    add_items(api, settings)
    add_jobs(api, settings)
    add_bin(api, settings)
    add_overview(api, settings)
    add_records(api, settings)
    add_decisions(api, settings)
    add_ask(api, settings, stopping)
    add_exports(api, settings)
    add_insights(api, settings)
    add_summaries(api, settings, stopping)
    add_compare(api, settings)
    add_feedback(api, settings)
    add_engines(api, settings)
    add_lexicons(api, settings)
    add_keys(api, settings)
    add_webhooks(api, settings)
    describe(api, (ImagesBody, ItemImagesBody, SourceBody))
    return api
