"""Streamlit's HTML and files as ShelfLens hands them over: the same content, found sooner."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from pages.components.frontend import CONNECT, KINDS, ROOT, SCRIPTS, SHOWN, FrontEnd, files_of, page_of
from pages.components.navigation import ADDRESSES

PLAIN = (ROOT / "index.html").read_text("utf-8")


def streamlit(_: object) -> Response:
    return PlainTextResponse("Streamlit's own")


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/{path:path}", streamlit, methods=["GET", "POST"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(FrontEnd, pages=ADDRESSES)]))


def named_in(html: str) -> list[str]:
    return re.findall(r'<link rel="modulepreload"[^>]* href="\./static/js/([^"]+)"', html)


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_a_page_is_streamlits_html_that_knows_its_server(client: TestClient, name: str) -> None:
    answer = client.get(f"/{name}?tab=claims")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.text.index("<head>") < answer.text.index(CONNECT) < answer.text.index("<script type=")
    without = re.sub(r' *<link rel="modulepreload" crossorigin fetchpriority="low"[^>]*>\n', "", answer.text)
    assert without.replace(f"    {CONNECT}\n", "") == PLAIN


def test_insights_names_the_code_of_its_charts_and_all_that_it_imports(client: TestClient) -> None:
    named = named_in(client.get("/insights").text)
    assert len(named) == len(set(named)), "a file is named twice"
    assert set(named) > set(named_in(PLAIN)) | set(files_of("ArrowVegaLiteChart")) - {_entry()}
    assert all((SCRIPTS / name).is_file() for name in named)
    assert named[: len(named_in(PLAIN))] == named_in(PLAIN), "what is needed first has to be named first"


def _entry() -> str:
    found = re.search(r'src="\./static/js/([^"]+)"', PLAIN)
    assert found
    return found[1]


@pytest.mark.parametrize("page", SHOWN)
def test_every_element_named_for_a_page_is_one_of_this_streamlit(page: str) -> None:
    assert page in ADDRESSES
    for element in SHOWN[page]:
        assert files_of(element)[0].startswith(f"{element}."), element


def test_an_element_that_this_streamlit_does_not_have_is_not_named() -> None:
    assert files_of("NoSuchElement") == []
    assert named_in(page_of("records")) == named_in(PLAIN)


def test_files_of_the_front_end_are_handed_over_whole(client: TestClient) -> None:
    files = [path for path in (ROOT / "static").glob("*/*") if path.suffix[1:] in KINDS]
    assert len(files) > 100
    for file in files:
        answer = client.get(f"/static/{file.parent.name}/{file.name}")
        assert answer.content == file.read_bytes(), file
        assert answer.headers["content-type"].split(";")[0] == KINDS[file.suffix[1:]], file
        assert "immutable" in answer.headers["cache-control"], file


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/insights/",
        "/static/js/none.12345678.js",
        "/static/js/../../index.html",
        "/static/../index.html",
        "/static/index.html",
        "/static/js/",
        "/static/",
        "/static//etc/passwd",
        "/static/media/snowflake.JU2jBHL8.svg",
    ],
)
def test_what_is_neither_a_page_nor_such_a_file_is_streamlits(client: TestClient, path: str) -> None:
    assert client.get(path).text == "Streamlit's own"


def test_a_part_of_a_file_and_what_changes_something_are_streamlits(client: TestClient) -> None:
    script = f"/static/js/{SCRIPTS.joinpath(files_of('Metric')[0]).name}"
    assert client.get(script, headers={"range": "bytes=0-9"}).text == "Streamlit's own"
    assert client.post(script).text == client.post("/insights").text == "Streamlit's own"
    assert client.head("/insights").status_code == 200
