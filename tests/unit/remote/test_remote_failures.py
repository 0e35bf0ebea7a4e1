"""The remote engine against a real HTTP server that behaves badly or not at all."""

from __future__ import annotations

import json
import logging
import socket
import time

import httpx
import pytest
from pydantic import SecretStr

from core.engines.base import Question
from core.engines.remote.breaker import FAILURES, LONGEST_PAUSE_S, PAUSE_S, Breaker
from core.engines.remote.engine import RemoteEngine
from core.engines.remote.failures import retry_after_s, server_words
from core.errors import (
    AnswerCut,
    EngineFailed,
    RemoteBroken,
    RemoteBusy,
    RemoteDenied,
    RemoteRefused,
    RemoteResting,
    RemoteTimeout,
    RemoteUnreachable,
    UnusableAnswer,
)
from core.settings import Settings
from tests.remote_server import MODEL, Behaviour, Fails, Hangs, Raw, Says, serve
from tests.unit.remote.asking import ANSWER, GIVEN, IMAGE, Make, brand, eventually

KEY = "sk-secret-0123456789"

RECOVERED = [
    ("busy once", [Fails(429, headers={"retry-after": "0"}), Says(ANSWER)]),
    ("broken twice", [Fails(500), Fails(503), Says(ANSWER)]),
    ("gateway", [Fails(502), Fails(504), Fails(500), Says(ANSWER)]),
    ("closed without a word", [Says(ANSWER, cut_after=0), Says(ANSWER)]),
    ("cut in the middle", [Says(ANSWER, cut_after=250), Says(ANSWER)]),
    ("ended in the middle", [Says('{"brand":"燕', finish="", done=False), Says(ANSWER)]),
]


@pytest.mark.parametrize("script", [row[1] for row in RECOVERED], ids=[row[0] for row in RECOVERED])
def test_a_failure_that_passes_is_tried_again(make: Make, script: list[Behaviour]) -> None:
    with serve(*script) as server:
        tries = len(script)
        output = make(server).extract(GIVEN)
    assert output.fields["brand"].value == "燕麦工坊"
    assert not output.partial
    assert len(server.requests) == tries


def test_an_answer_that_always_breaks_off_gives_what_came_as_partial(make: Make) -> None:
    with serve(Says('{"brand":"燕麦工坊","name":"原', finish="", done=False)) as server:
        output = make(server).extract(GIVEN)
    assert output.partial
    assert output.fields["brand"].value == "燕麦工坊"
    assert len(server.requests) == 2


STREAM = "text/event-stream"
FAILED = [
    ("wrong key", Fails(401, "no such key"), RemoteDenied, "SHELFLENS_REMOTE_KEY"),
    ("not allowed", Fails(403), RemoteDenied, "SHELFLENS_REMOTE_KEY"),
    ("always busy", Fails(429), RemoteBusy, "SHELFLENS_REMOTE_CONCURRENCY"),
    ("busy for an hour", Fails(429, headers={"retry-after": "3600"}), RemoteBusy, "SHELFLENS_REMOTE_CONCURRENCY"),
    ("always broken", Fails(500, "out of memory"), RemoteBroken, "HTTP 500: out of memory"),
    ("a bad request", Fails(400, "image too large"), RemoteRefused, "image too large"),
    ("too large", Fails(413), RemoteRefused, "413"),
    ("moved", Fails(307, headers={"location": "http://elsewhere/"}), RemoteRefused, "307"),
    ("a web page", Raw("<html>Welcome to nginx</html>", "text/html"), RemoteBroken, "Welcome to nginx"),
    ("JSON of another sort", Raw("[1, 2]"), RemoteBroken, "something else"),
    ("choices of another sort", Raw('{"choices": ["x"]}'), RemoteBroken, "something else"),
    ("an error with status 200", Raw('{"error": {"message": "no GPU"}}'), RemoteBroken, "no GPU"),
    ("an error in the stream", Raw('data: {"error": {"message": "no GPU"}}\n\n', STREAM), RemoteBroken, "no GPU"),
    ("nonsense in the stream", Raw("data: {{{\n\n", STREAM), RemoteBroken, "something else"),
    ("no words", Says(""), RemoteBroken, "without words"),
    ("prose", Says("I cannot see a label."), UnusableAnswer, "I cannot see a label"),
]  # fmt: skip


@pytest.mark.parametrize(("behaviour", "error", "said"), [row[1:] for row in FAILED], ids=[row[0] for row in FAILED])
def test_a_failure_is_named_and_says_what_to_do(
    make: Make, behaviour: Behaviour, error: type[EngineFailed], said: str
) -> None:
    with serve(behaviour) as server, pytest.raises(error) as caught:
        make(server).extract(GIVEN)
    assert said in str(caught.value)
    assert caught.value.message.zh
    assert isinstance(caught.value, EngineFailed)


def test_a_server_that_is_not_there_is_named(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    engine = RemoteEngine(settings.model_copy(update={"remote_url": url}))
    with pytest.raises(RemoteUnreachable, match="SHELFLENS_REMOTE_URL") as caught:
        engine.extract(GIVEN)
    assert url in str(caught.value)


VLLM_BROKE = """\
data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"tiny","choices":[{"index":0,\
"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}

data: {"error": {"message": "EngineCore encountered an issue. See stack trace (above) for the root cause.", \
"type": "InternalServerError", "param": null, "code": 500}}

data: [DONE]

"""
"""What vLLM 0.32.0 says, under HTTP 200, when its engine dies in an answer."""


def test_an_engine_that_dies_behind_vllm_is_named(make: Make) -> None:
    with (
        serve(Raw(VLLM_BROKE, "text/event-stream; charset=utf-8")) as server,
        pytest.raises(RemoteBroken, match="EngineCore encountered an issue"),
    ):
        make(server).extract(GIVEN)


def test_a_server_that_serves_another_model_only_is_quoted(make: Make) -> None:
    said = "Server is pinned to '/models/tiny'; requested 'test-vlm'."
    with serve(Fails(400, said)) as server, pytest.raises(RemoteRefused, match="is pinned to '/models/tiny'"):
        make(server, remote_model=MODEL).extract(GIVEN)


def test_a_server_that_hangs_is_given_up_in_time_and_let_go(make: Make) -> None:
    with serve(Hangs()) as server:
        start = time.monotonic()
        with pytest.raises(RemoteTimeout, match=r"within 0\.5 s"):
            make(server, remote_timeout_s=0.5).extract(GIVEN)
        assert time.monotonic() - start < 20.0
        assert eventually(lambda: server.dropped == 1)


def test_a_request_refused_for_another_reason_does_not_cost_the_schema(make: Make) -> None:
    with serve(Fails(400, "too many images"), Fails(400, "still too many"), Says(ANSWER)) as server:
        engine = make(server)
        with pytest.raises(RemoteRefused, match="too many images"):
            brand(engine)
        assert brand(engine) == "燕麦工坊"
    assert ["response_format" in request for request in server.requests] == [True, False, True]


def test_an_answer_in_words_that_breaks_off_says_so_behind_its_words(make: Make) -> None:
    with serve(Says("twelve mon", finish="", done=False)) as server:
        heard = []
        with pytest.raises(AnswerCut):
            for piece in make(server).ask(Question((IMAGE,), "How long?")):
                heard.append(piece)
    assert "".join(heard) == "twelve mon"


def test_a_server_that_fails_again_and_again_is_left_alone(make: Make) -> None:
    with serve(Fails(500)) as server:
        engine = make(server, remote_model=MODEL)
        for _ in range(FAILURES):
            with pytest.raises(RemoteBroken):
                engine.extract(GIVEN)
        asked = len(server.requests)
        with pytest.raises(RemoteResting, match="asked again in 15 s"):
            engine.extract(GIVEN)
        assert len(server.requests) == asked


def test_a_bad_request_does_not_count_against_the_server(make: Make) -> None:
    with serve(Fails(400)) as server:
        engine = make(server)
        for _ in range(2 * FAILURES):
            with pytest.raises(RemoteRefused):
                engine.extract(GIVEN)


def test_after_its_pause_one_caller_tries_and_the_pauses_grow() -> None:
    now = 0.0
    breaker = Breaker(lambda: now)
    for _ in range(FAILURES):
        assert breaker.wait_s() == 0
        breaker.failed()
    assert breaker.wait_s() == PAUSE_S
    now = PAUSE_S
    assert breaker.wait_s() == 0
    assert breaker.wait_s() > 0
    breaker.failed()
    assert breaker.wait_s() == 2 * PAUSE_S
    for _ in range(20):
        breaker.failed()
    assert breaker.wait_s() == LONGEST_PAUSE_S
    breaker.succeeded()
    assert breaker.wait_s() == 0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), ("0", 0.0), ("-5", 0.0), ("", None), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_the_pause_a_server_asks_for_is_understood(header: str, seconds: float | None) -> None:
    assert retry_after_s(httpx.Response(429, headers={"retry-after": header})) == seconds


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error":{"message":"no  GPU\\n"}}', "no GPU"),
        (b'{"detail":"bad"}', "bad"),
        (b'{"message":"bad"}', "bad"),
        (b'{"error":"bad"}', "bad"),
        (b"<html>", "<html>"),
        (b"", "–"),
        (b"\xff\xfe", "��"),
        (b"[" * 100_000, "[" * 160),
        (f"key {KEY}".encode(), "key ***"),
    ],
)
def test_a_servers_reason_is_one_line_without_the_key(body: bytes, words: str) -> None:
    assert server_words(body, KEY) == words


def test_the_key_is_sent_and_never_shown(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serve(Says(ANSWER), key=KEY) as server:
        engine = make(server, remote_key=SecretStr(KEY))
        assert brand(engine) == "燕麦工坊"
        server.key = "another"
        with pytest.raises(RemoteDenied) as caught:
            engine.extract(GIVEN)
    shown = [caplog.text, str(caught.value), repr(caught.value.message), json.dumps(engine.params), engine.revision]
    assert not [text for text in shown if KEY in text]
    assert "***" in str(caught.value)
