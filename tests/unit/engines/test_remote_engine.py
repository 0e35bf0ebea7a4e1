"""The remote engine against a real HTTP server that behaves well, badly and not at all."""

from __future__ import annotations

import base64
import io
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from PIL import Image
from pydantic import SecretStr

from core.engines.base import EngineInput, Question, Sampling, Stopped
from core.engines.remote import client as client_module
from core.engines.remote.breaker import FAILURES, LONGEST_PAUSE_S, PAUSE_S, Breaker
from core.engines.remote.client import base_url
from core.engines.remote.engine import RemoteEngine
from core.engines.remote.failures import retry_after_s, server_words
from core.errors import (
    AnswerCut,
    EngineFailed,
    RemoteBroken,
    RemoteBusy,
    RemoteDenied,
    RemoteModelUnknown,
    RemoteRefused,
    RemoteResting,
    RemoteTimeout,
    RemoteUnreachable,
    UnusableAnswer,
)
from core.schema import load_schema
from core.settings import Settings
from core.types import Kind, Line, Readings
from tests.remote_server import MODEL, Behaviour, Fails, Hangs, Raw, Says, Server, Wants, serve

ANSWER = '{"brand":"燕麦工坊","net_content":"500 g"}'
IMAGE = Image.new("RGB", (2000, 1000), "white")
LINES = (Line(text="燕麦工坊 原味", box=(400.0, 400.0, 700.0, 450.0), score=0.99),)
GIVEN = EngineInput(IMAGE, Readings(width=2000, height=1000, lines=LINES), load_schema(Kind.PRODUCT))
KEY = "sk-secret-0123456789"

Make = Callable[..., RemoteEngine]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "FIRST_PAUSE_S", 0.01)


@pytest.fixture
def make(settings: Settings) -> Iterator[Make]:
    """Makes engines for a server, and closes them after the test."""
    made: list[RemoteEngine] = []

    def engine(server: Server, **changes: Any) -> RemoteEngine:
        update = {"remote_url": server.url, "remote_timeout_s": 10.0, **changes}
        made.append(RemoteEngine(settings.model_copy(update=update)))
        return made[-1]

    yield engine
    for one in made:
        one.close()


def brand(engine: RemoteEngine) -> Any:
    return engine.extract(GIVEN).fields["brand"].value


def ask(engine: RemoteEngine, text: str = "What is it?", **more: Any) -> str:
    return "".join(engine.ask(Question((IMAGE,), text, **more)))


GOOD = [
    ("seven bytes at a time", Says(ANSWER)),
    ("one byte at a time", Says(ANSWER, chunk=1)),
    ("all at once", Says(ANSWER, chunk=100_000)),
    ("CRLF", Says(ANSWER, end="\r\n\r\n")),
    ("no blank lines", Says(ANSWER, end="\n")),
    ("no [DONE]", Says(ANSWER, done=False)),
    ("no finish reason", Says(ANSWER, finish="")),
    ("not streamed", Says(ANSWER, stream=False)),
    ("fenced", Says(f"```json\n{ANSWER}\n```")),
    ("line separators in a string", Says('{"brand":"燕麦工坊","name":"a\u2028b\u0085c"}')),
]


@pytest.mark.parametrize("behaviour", [row[1] for row in GOOD], ids=[row[0] for row in GOOD])
def test_an_answer_is_heard_however_it_is_sent(make: Make, behaviour: Behaviour) -> None:
    with serve(behaviour) as server:
        output = make(server).extract(GIVEN)
    assert output.fields["brand"].value == "燕麦工坊"
    assert not output.partial
    assert output.usage is not None
    assert output.usage.input_tokens == 11
    assert output.usage.total_s >= output.usage.first_token_s > 0


def test_a_request_holds_the_printed_part_the_prompt_and_the_form(make: Make) -> None:
    with serve(Says(ANSWER)) as server:
        make(server, remote_picture_px=300).extract(GIVEN)
    [request] = server.requests
    text, picture = request["messages"][0]["content"]
    assert "\nbrand: the brand as printed" in text["text"]
    sent = Image.open(io.BytesIO(base64.b64decode(picture["image_url"]["url"].partition(",")[2])))
    assert sent.format == "JPEG"
    assert sent.size == (300, 103)  # 380 × 130 of the page: the line and its margin
    assert request["response_format"]["json_schema"]["schema"]["properties"]["brand"]
    assert (request["temperature"], request["stream"], request["model"]) == (0.0, True, MODEL)


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


def test_an_answer_that_reaches_the_token_limit_is_partial(make: Make) -> None:
    with serve(Says('{"brand":"燕麦工坊","name":"原味燕', finish="length")) as server:
        output = make(server).extract(GIVEN)
    assert output.partial
    assert output.fields["name"].truncated
    assert len(server.requests) == 1


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


def test_an_unknown_model_is_answered_with_those_there_are(make: Make) -> None:
    with serve(Says(ANSWER), models=[{"id": "qwen"}, {"id": "gemma"}]) as server:
        with pytest.raises(RemoteModelUnknown, match="no model 'qwn'; it offers qwen, gemma"):
            make(server, remote_model="qwn").extract(GIVEN)
        assert make(server, remote_model="gemma").extract(GIVEN).fields
        assert make(server).extract(GIVEN).fields
    assert [request["model"] for request in server.requests] == ["qwn", "gemma", "qwen"]


def test_a_server_without_a_list_of_models_needs_a_name(make: Make) -> None:
    with serve(Says(ANSWER), models=None) as server:
        with pytest.raises(RemoteModelUnknown, match="SHELFLENS_REMOTE_MODEL"):
            make(server).extract(GIVEN)
        engine = make(server, remote_model="mine")
        assert engine.revision == "mine"
        assert brand(engine) == "燕麦工坊"


def test_a_server_whose_list_of_models_is_broken_needs_a_name(make: Make) -> None:
    with serve(Says(ANSWER)) as server:
        server.broken_list = True
        with pytest.raises(RemoteBroken, match="Internal Server Error"):
            make(server).extract(GIVEN)
        assert brand(make(server, remote_model=MODEL)) == "燕麦工坊"


def test_a_server_with_an_empty_list_of_models_needs_a_name(make: Make) -> None:
    """`transformers serve MODEL` lists what lies in its cache folder, and not the model it serves."""
    with serve(Says(ANSWER), models=[]) as server:
        with pytest.raises(RemoteModelUnknown, match="SHELFLENS_REMOTE_MODEL"):
            make(server).extract(GIVEN)
        assert brand(make(server, remote_model=MODEL)) == "燕麦工坊"


TRANSFORMERS_SERVE = """\
data: {"id":"6514","choices":[{"delta":{"role":"assistant"},"index":0}],"created":1,"model":"/tiny@main",\
"object":"chat.completion.chunk","system_fingerprint":""}

data: {"id":"6514","choices":[{"delta":{"content":"{\\"brand\\":"},"index":0}],"created":1,"model":"/tiny@main",\
"object":"chat.completion.chunk","system_fingerprint":""}

data: {"id":"6514","choices":[{"delta":{"content":"\\"燕麦工坊\\"}"},"index":0}],"created":1,"model":"/tiny@main",\
"object":"chat.completion.chunk","system_fingerprint":""}

data: {"id":"6514","choices":[{"delta":{},"finish_reason":"stop","index":0}],"created":1,"model":"/tiny@main",\
"object":"chat.completion.chunk","system_fingerprint":""}

"""
"""Its words in version 5.23.0: no usage though it was asked for, and no end mark."""
VLLM_BROKE = """\
data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"tiny","choices":[{"index":0,\
"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}

data: {"error": {"message": "EngineCore encountered an issue. See stack trace (above) for the root cause.", \
"type": "InternalServerError", "param": null, "code": 500}}

data: [DONE]

"""
"""What vLLM 0.32.0 says, under HTTP 200, when its engine dies in an answer."""


def test_an_answer_as_transformers_serve_streams_it_is_heard(make: Make) -> None:
    with serve(Raw(TRANSFORMERS_SERVE, "text/event-stream; charset=utf-8")) as server:
        output = make(server).extract(GIVEN)
    assert (output.fields["brand"].value, output.partial) == ("燕麦工坊", False)
    assert output.usage is not None and output.usage.output_tokens == 0


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


def test_the_revision_is_the_name_and_what_stands_behind_it(make: Make) -> None:
    with serve(Says(ANSWER), models=[{"id": "vlm", "root": "Qwen/Qwen3-VL-2B-Instruct"}]) as server:
        assert make(server).revision == "vlm@Qwen/Qwen3-VL-2B-Instruct"


def test_a_server_that_hangs_is_given_up_in_time_and_let_go(make: Make) -> None:
    with serve(Hangs()) as server:
        start = time.monotonic()
        with pytest.raises(RemoteTimeout, match=r"within 0\.5 s"):
            make(server, remote_timeout_s=0.5).extract(GIVEN)
        assert time.monotonic() - start < 20.0
        assert eventually(lambda: server.dropped == 1)


def test_a_stop_lets_a_silent_server_go_at_once(make: Make) -> None:
    stop = threading.Event()
    with serve(Hangs()) as server:
        threading.Timer(0.3, stop.set).start()
        start = time.monotonic()
        with pytest.raises(Stopped):
            make(server).extract(EngineInput(IMAGE, GIVEN.readings, GIVEN.schema, stopped=stop.is_set))
        assert time.monotonic() - start < 20.0
        assert eventually(lambda: server.dropped == 1)


def test_an_endless_answer_is_cut_off_at_the_server_and_its_good_part_kept(make: Make) -> None:
    with serve(
        Says('{"brand":"燕麦工坊","claims":["全谷物",' + '"高纤维",' * 5000, delay_s=0.001, chunk=500)
    ) as server:
        output = make(server).extract(GIVEN)
        assert eventually(lambda: server.dropped == 1)
    assert output.partial
    assert output.fields["claims"].value == ["全谷物", "高纤维"]
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_knows_no_schema_is_asked_without_from_then_on(make: Make, status: int) -> None:
    with serve(Wants(("response_format",), Says(ANSWER), status)) as server:
        engine = make(server)
        assert [brand(engine), brand(engine)] == ["燕麦工坊"] * 2
    assert ["response_format" in request for request in server.requests] == [True, False, False]


def test_a_request_refused_for_another_reason_does_not_cost_the_schema(make: Make) -> None:
    with serve(Fails(400, "too many images"), Fails(400, "still too many"), Says(ANSWER)) as server:
        engine = make(server)
        with pytest.raises(RemoteRefused, match="too many images"):
            brand(engine)
        assert brand(engine) == "燕麦工坊"
    assert ["response_format" in request for request in server.requests] == [True, False, True]


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


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://gpu:8000", "http://gpu:8000/v1"),
        ("http://gpu:8000/", "http://gpu:8000/v1"),
        ("http://gpu:8000/v1/", "http://gpu:8000/v1"),
        ("https://host/compatible-mode/v1", "https://host/compatible-mode/v1"),
        ("https://host/v1/chat/completions", "https://host/v1"),
        ("https://me:secret@host/v1?x=1", "https://host/v1"),
    ],
)
def test_an_address_is_completed_and_its_login_left_out(url: str, base: str) -> None:
    assert base_url(url) == base


def test_answers_are_waited_for_at_most_so_many_at_once(make: Make) -> None:
    with serve(Says(ANSWER, delay_s=0.005)) as server:
        engine = make(server, remote_concurrency=3)
        with ThreadPoolExecutor(8) as pool:
            brands = list(pool.map(lambda _: brand(engine), range(12)))
        assert brands == ["燕麦工坊"] * 12
        assert server.most_at_once == 3


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


def test_a_question_is_streamed_with_its_history_and_sampling(make: Make) -> None:
    with serve(Says("十二个月。")) as server:
        engine = make(server)
        said = ask(
            engine,
            "保质期多久？",
            history=(("这是什么？", "燕麦片。"),),
            sampling=Sampling(temperature=0.2, top_p=0.5, max_new_tokens=40, seed=7),
        )
    assert said == "十二个月。"
    [request] = server.requests
    assert [message["role"] for message in request["messages"]] == ["user", "assistant", "user"]
    assert [part["type"] for part in request["messages"][0]["content"]] == ["image_url", "text"]
    assert request["messages"][2]["content"][0]["text"].endswith("保质期多久？")
    assert "请用中文" in request["messages"][2]["content"][0]["text"]
    assert [request[key] for key in ("temperature", "top_p", "max_tokens", "seed")] == [0.2, 0.5, 40, 7]
    assert "response_format" not in request


def test_a_question_without_a_photo_is_sent_as_it_is(make: Make) -> None:
    """Facts to be put into sentences come with an instruction of their own, so nothing is said of a photo."""
    with serve(Says("3 posters [1]")) as server:
        assert "".join(make(server).ask(Question((), "[1] 3 posters."))) == "3 posters [1]"
    [request] = server.requests
    assert [part for message in request["messages"] for part in message["content"]] == [
        {"type": "text", "text": "[1] 3 posters."}
    ]


def test_a_reader_that_goes_away_stops_the_server(make: Make) -> None:
    with serve(Says("word " * 5000, delay_s=0.01)) as server:
        answer = make(server).ask(Question((IMAGE,), "What is it?"))
        heard = ""
        while not heard.strip():
            heard += next(answer)
        answer.close()  # type: ignore[attr-defined]
        assert eventually(lambda: server.dropped == 1)


def test_an_answer_in_words_that_runs_in_circles_is_stopped_at_the_server(make: Make) -> None:
    with serve(Says("It is oats. " + "It keeps well. " * 5000, delay_s=0.001, chunk=300)) as server:
        said = ask(make(server))
        assert eventually(lambda: server.dropped == 1)
    assert said.startswith("It is oats. It keeps well.")
    assert len(said) < 300


def test_a_silent_server_gives_empty_pieces_to_stop_at(make: Make) -> None:
    with serve(Hangs()) as server:
        answer = make(server).ask(Question((IMAGE,), "What is it?"))
        start = time.monotonic()
        assert next(answer) == ""
        assert time.monotonic() - start < 20.0
        answer.close()  # type: ignore[attr-defined]
        assert eventually(lambda: server.dropped == 1)


def test_an_answer_in_words_that_breaks_off_says_so_behind_its_words(make: Make) -> None:
    with serve(Says("twelve mon", finish="", done=False)) as server:
        heard = []
        with pytest.raises(AnswerCut):
            for piece in make(server).ask(Question((IMAGE,), "How long?")):
                heard.append(piece)
    assert "".join(heard) == "twelve mon"


def eventually(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False
