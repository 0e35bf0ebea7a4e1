"""A question asked in a real browser: words that come as they are said, Stop in their midst, the batch that goes on.

The engine is the scripted one; that an answer is stopped is shown of a model as well, with random weights.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from core.incoming.intake import Batch, Upload, accept
from core.settings import Settings
from core.store import jobs, questions
from core.store.questions import Asked, QuestionState
from tests.browser.server import Server
from tests.seeding import picture, seed_records

WAIT_MS = 60_000
PATIENCE_S = 60.0
WORDS = " ".join(f"word{number}" for number in range(10_000))
"""Takes five minutes to be said: longer than any test waits."""
ANSWER = ".ask-answer"


@pytest.fixture
def engine(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """The server's variables for an engine whose answers take a while: scripted, or by parameter qwen3vl."""
    if getattr(request, "param", "scripted") == "qwen3vl":
        return {"SHELFLENS_ENGINE": "qwen3vl", "SHELFLENS_MODEL": str(request.getfixturevalue("tiny_checkpoint"))}
    script = tmp_path / "script.jsonl"
    script.write_text(
        '{"extract": {"name": "oats"}}\n'
        f'{{"ask": "{WORDS}", "delay_s": 0.03}}\n'
        '{"ask": "It says photo 0 and nothing else.", "delay_s": 0.01}\n',
        "utf-8",
    )
    return {"SHELFLENS_ENGINE": "scripted", "SHELFLENS_SCRIPT": str(script)}


@pytest.fixture
def item(db: Database, settings: Settings) -> int:
    """A record that was read before."""
    return seed_records(db, settings, 1)[0]


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"gave up waiting until {what}"
        time.sleep(0.05)


def only_question(db: Database) -> Asked:
    (row,) = db.conn.execute("SELECT id FROM questions").fetchall()
    return questions.get_question(db, row["id"])


def ask(page: Any, server: Server, item: int, text: str = "What does it say?") -> None:
    page.goto(server.url(f"/ask?item={item}"))
    page.get_by_label("Your question").fill(text)
    page.get_by_role("button", name="Ask", exact=True).click()


def badge(page: Any, text: str) -> Any:
    return page.locator(".st-key-ask_talk .stMarkdownBadge", has_text=text)


def words(page: Any) -> str:
    return str(page.locator(ANSWER).first.inner_text()).rstrip("▌")


def letters(text: str) -> str:
    """Without spaces and signs: a model with random weights says many that a browser draws as nothing."""
    return "".join(filter(str.isalnum, text))


def wait_for_words(page: Any, more_than: int) -> None:
    page.wait_for_function(
        "([where, least]) => (document.querySelector(where)?.innerText.length ?? 0) > least + 1",
        arg=[ANSWER, more_than],
        timeout=WAIT_MS,
    )


@pytest.mark.parametrize("engine", ["scripted", "qwen3vl"], indirect=True)
def test_an_answer_grows_is_stopped_half_way_and_the_batch_goes_on(
    page: Any, serve: Callable[..., Server], engine: dict[str, str], item: int, db: Database, settings: Settings
) -> None:
    server = serve(worker=True, **engine)
    ask(page, server, item)
    wait_for_words(page, 0)
    list(accept(db, settings, [Upload(f"tea {n}.jpg", picture(50 + n)) for n in range(3)], Batch(kind="product")))
    early = words(page)
    wait_for_words(page, len(early) + 10)
    later = words(page)
    assert letters(later).startswith(letters(early))
    assert jobs.progress(db).done == 0, "a photo was read while a question was being answered"

    page.get_by_role("button", name="Stop").click()
    badge(page, "stopped").wait_for(timeout=WAIT_MS)
    stopped = only_question(db)
    assert (stopped.state, stopped.stop) == (QuestionState.STOPPED, True), "not the button stopped it"
    assert letters(words(page)) == letters(stopped.answer) != ""
    if engine["SHELFLENS_ENGINE"] == "scripted":
        assert 0 < len(stopped.answer) < len(WORDS)
    wait_for(lambda: not jobs.progress(db).active, "the batch was read")
    assert jobs.progress(db).done == 3
    assert only_question(db).answer == stopped.answer


def test_a_closed_browser_stops_the_answer(
    page: Any, chromium: Any, serve: Callable[..., Server], engine: dict[str, str], item: int, db: Database
) -> None:
    server = serve(worker=True, **engine)
    context = chromium.new_context(locale="en-US")
    window = context.new_page()
    ask(window, server, item)
    wait_for_words(window, 0)
    context.close()
    wait_for(lambda: only_question(db).state.ended, "the answer was stopped")
    left = only_question(db)
    assert (left.state, left.stop) == (QuestionState.STOPPED, False), "nobody pressed Stop: the listener was gone"
    assert 0 < len(left.answer) < len(WORDS)


def test_a_reload_and_a_change_of_language_go_on_with_the_same_answer(
    page: Any, serve: Callable[..., Server], engine: dict[str, str], item: int, db: Database
) -> None:
    server = serve(worker=True, **engine)
    ask(page, server, item)
    wait_for_words(page, 5)
    page.reload()
    wait_for_words(page, len(only_question(db).answer))
    page.get_by_text("中文", exact=True).click()
    page.get_by_role("button", name="停止").wait_for(timeout=WAIT_MS)
    wait_for_words(page, len(only_question(db).answer))
    assert only_question(db).state is QuestionState.RUNNING
    page.get_by_role("button", name="停止").click()
    badge(page, "已停止").wait_for(timeout=WAIT_MS)


def test_printed_words_are_linked_to_their_place_both_ways(
    page: Any, serve: Callable[..., Server], engine: dict[str, str], item: int, db: Database
) -> None:
    script = Path(engine["SHELFLENS_SCRIPT"])
    script.write_text('{"ask": "It says: photo 0 and <b>no</b> more."}\n', "utf-8")
    server = serve(worker=True, **engine)
    ask(page, server, item)
    word = page.locator(".ask-word")
    word.wait_for(timeout=WAIT_MS)
    assert word.inner_text() == "photo 0"
    assert words(page) == "It says: photo 0 and <b>no</b> more."
    box = page.locator(".st-key-ask_viewer rect.box")
    assert box.count() == 1
    word.click()
    page.locator(".st-key-ask_viewer rect.box.on").wait_for(timeout=WAIT_MS)
    page.mouse.click(5, 5)
    box.click(force=True)
    page.wait_for_function("document.activeElement?.classList.contains('ask-word')", timeout=WAIT_MS)


def test_the_same_question_comes_from_the_cache_and_says_so(
    page: Any, serve: Callable[..., Server], engine: dict[str, str], item: int
) -> None:
    Path(engine["SHELFLENS_SCRIPT"]).write_text('{"ask": "Oats."}\n{"ask": "Wheat."}\n', "utf-8")
    server = serve(worker=True, **engine)
    ask(page, server, item)
    page.get_by_role("button", name="Ask again").wait_for(timeout=WAIT_MS)
    assert words(page) == "Oats."
    page.get_by_label("Your question").fill("What does it say?")
    page.get_by_role("button", name="Ask", exact=True).click()
    badge(page, "from the cache").wait_for(timeout=WAIT_MS)
    assert words(page) == "Oats."
    page.get_by_role("button", name="Ask again").click()
    page.wait_for_function(
        "where => document.querySelector(where)?.innerText === 'Wheat.'", arg=ANSWER, timeout=WAIT_MS
    )
