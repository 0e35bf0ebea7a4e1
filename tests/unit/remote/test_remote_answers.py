"""The remote engine against a real HTTP server that answers: however it sends its words, and whatever it knows."""

from __future__ import annotations

import base64
import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from core.engines.base import EngineInput, Question, Sampling, Stopped
from core.engines.remote.client import base_url
from core.errors import RemoteBroken, RemoteModelUnknown
from tests.remote_server import MODEL, Behaviour, Hangs, Raw, Says, Wants, serve
from tests.unit.remote.asking import ANSWER, GIVEN, IMAGE, Make, ask, brand, eventually

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


def test_an_answer_that_reaches_the_token_limit_is_partial(make: Make) -> None:
    with serve(Says('{"brand":"燕麦工坊","name":"原味燕', finish="length")) as server:
        output = make(server).extract(GIVEN)
    assert output.partial
    assert output.fields["name"].truncated
    assert len(server.requests) == 1


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


def test_an_answer_as_transformers_serve_streams_it_is_heard(make: Make) -> None:
    with serve(Raw(TRANSFORMERS_SERVE, "text/event-stream; charset=utf-8")) as server:
        output = make(server).extract(GIVEN)
    assert (output.fields["brand"].value, output.partial) == ("燕麦工坊", False)
    assert output.usage is not None and output.usage.output_tokens == 0


def test_the_revision_is_the_name_and_what_stands_behind_it(make: Make) -> None:
    with serve(Says(ANSWER), models=[{"id": "vlm", "root": "Qwen/Qwen3-VL-2B-Instruct"}]) as server:
        assert make(server).revision == "vlm@Qwen/Qwen3-VL-2B-Instruct"


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
