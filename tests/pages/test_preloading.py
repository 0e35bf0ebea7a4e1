"""The code of charts is named with the address of a page that opens with one."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from pages.components.preloading import CHART, SCRIPTS, Preloads, files_of, link_of


def page(_: object) -> Response:
    return PlainTextResponse("page")


def missing(_: object) -> Response:
    return PlainTextResponse("none", 404)


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/insights", page), Route("/records", page), Route("/insights/", missing)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Preloads)]))


def test_the_page_names_the_file_of_charts_and_all_it_imports(client: TestClient) -> None:
    named = re.findall(r"</static/js/([^>]+)>; rel=modulepreload", client.get("/insights").headers["link"])
    assert named == files_of(CHART) and named[0].startswith(f"{CHART}.")
    assert all((SCRIPTS / name).is_file() for name in named)
    assert sum((SCRIPTS / name).stat().st_size for name in named) > 500_000, "the charts' library is not among them"


@pytest.mark.parametrize("path", ["/records", "/insights/", "/nothing"])
def test_other_answers_name_nothing(client: TestClient, path: str) -> None:
    assert "link" not in client.get(path).headers


def test_an_element_this_streamlit_does_not_have_is_not_named() -> None:
    assert link_of("NoSuchElement") == ""
