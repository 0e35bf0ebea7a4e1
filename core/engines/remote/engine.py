"""Photos and questions for a model on a server that speaks OpenAI's chat API."""

from __future__ import annotations

import base64
import io
import threading
import time
from collections.abc import Iterator
from typing import Any

from PIL import Image

from core.engines.base import EngineInput, EngineOutput, Question, Usage
from core.engines.language.answers import answer_schema
from core.engines.language.hear import Heard, hear, understand_answer, until_circles
from core.engines.language.picture import averaged, fit, text_region
from core.engines.language.prompts import examples_text, extraction_prompt, question_prompt
from core.engines.language.version import language_version
from core.engines.remote.client import Client, Talk
from core.engines.remote.failures import model_unknown
from core.errors import RemoteBroken, RemoteRefused
from core.settings import Settings
from core.values.text import has_cjk

JPEG_QUALITY = 92
"""Small print keeps its edges; a PNG of a photo would be five times as large on the way."""
ANSWER_TOKENS = 4096
"""Most tokens of a structured answer: a full table and a long ingredient list take half of it."""
CUT_TRIES = 2
"""Times an answer is asked for when the connection breaks in its middle."""


class RemoteEngine:
    """Implements `core.engines.base.Engine` and `Answers`."""

    name = "remote"
    takes_examples = True
    writes = True

    def __init__(self, settings: Settings) -> None:
        """Contacts nobody. Raises BadSetting for an address that is none."""
        self._settings = settings
        self._client = Client(settings)
        self._lock = threading.Lock()
        self._identity: tuple[str, str] | None = None

    @property
    def revision(self) -> str:
        """The model's name and what the server says it is. The server is asked once; raises EngineFailed."""
        return self._model_and_revision()[1]

    @property
    def prompt_version(self) -> str:
        return language_version()

    @property
    def params(self) -> dict[str, Any]:
        """Whatever changes an answer. Whether the server keeps to the JSON Schema is not among it: found out
        with the first answer, it would make that answer's key another one."""
        return {
            "url": self._client.base,
            "picture_px": self._settings.remote_picture_px,
            "jpeg_quality": JPEG_QUALITY,
            "answer_tokens": ANSWER_TOKENS,
        }

    @property
    def at_once(self) -> int:
        """Answers that are waited for at once."""
        return self._settings.remote_concurrency

    def extract(self, given: EngineInput) -> EngineOutput:
        """The fields the model reads on the printed part of the photo. Raises EngineFailed or Stopped."""
        longest, region = self._settings.remote_picture_px, text_region(given.image, given.readings)
        body = self._extraction(given, fit(averaged(given.image, longest, region), longest))
        heard, usage = self._hear(body, given)
        return understand_answer(heard, given.schema, engine=self.name, usage=usage)

    def ask(self, question: Question) -> Iterator[str]:
        """Pieces of the answer, "" while the server has nothing to say. Raises EngineFailed."""
        body = self._conversation(question)
        yield from until_circles(self._client.stream(body, Talk(), lambda: False, ticks=True))

    def close(self) -> None:
        """Ends the connections to the server."""
        self._client.close()

    def _hear(self, body: dict[str, Any], given: EngineInput) -> tuple[Heard, Usage]:
        """The answer; asked for again, once, where it broke off on the way."""
        for attempt in range(1, CUT_TRIES + 1):
            talk, start = Talk(), time.perf_counter()
            heard = hear(self._client.stream(body, talk, given.stopped), given.stopped)
            if not heard.cut or attempt == CUT_TRIES:
                break
        return heard, Usage(
            input_tokens=talk.input_tokens,
            output_tokens=talk.output_tokens,
            first_token_s=talk.first_token_s,
            total_s=time.perf_counter() - start,
        )

    def _extraction(self, given: EngineInput, picture: Image.Image) -> dict[str, Any]:
        prompt = extraction_prompt(given.schema)
        form = {"name": str(given.schema.kind), "schema": answer_schema(given.schema), "strict": True}
        before = prompt.before + examples_text(given.schema, given.examples)
        content = [_text(before), _picture(picture), *([_text(prompt.after)] if prompt.after else [])]
        return {
            **self._request([{"role": "user", "content": content}]),
            "temperature": 0.0,
            "max_tokens": ANSWER_TOKENS,
            "response_format": {"type": "json_schema", "json_schema": form},
        }

    def _conversation(self, question: Question) -> dict[str, Any]:
        """The pictures stand before the first question, as they did when it was asked."""
        pictures = [_picture(fit(image, self._settings.remote_picture_px)) for image in question.images]
        messages: list[dict[str, Any]] = []
        for asked, answer in question.history:
            messages.append({"role": "user", "content": [*pictures, _text(_worded(asked))]})
            messages.append({"role": "assistant", "content": answer})
            pictures = []
        messages.append({"role": "user", "content": [*pictures, _text(_worded(question.text, bool(question.images)))]})
        sampling = question.sampling
        seed = {} if sampling.seed is None else {"seed": sampling.seed}
        return {
            **self._request(messages),
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_new_tokens,
            **seed,
        }

    def _request(self, messages: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "model": self._model_and_revision()[0],
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    def _model_and_revision(self) -> tuple[str, str]:
        with self._lock:
            if self._identity is None:
                self._identity = self._ask_who()
            return self._identity

    def _ask_who(self) -> tuple[str, str]:
        """The model's name and revision. `root` is what vLLM and SGLang call the weights behind a served name."""
        models = {str(entry["id"]): entry for entry in self._offers()}
        model = self._settings.remote_model or next(iter(models), "")
        if not model:
            raise model_unknown(self._client.base, "", [])
        root = str(models.get(model, {}).get("root") or model)
        return model, model if root == model else f"{model}@{root}"

    def _offers(self) -> list[dict[str, Any]]:
        """What the server offers. With a model named, a server whose list is broken can be used all the same."""
        try:
            return self._client.models()
        except (RemoteBroken, RemoteRefused):
            if not self._settings.remote_model:
                raise
            return []


def _worded(text: str, photos: bool = True) -> str:
    """Without a photo the text is its own instruction."""
    if not photos:
        return text
    return question_prompt(text, "zh" if has_cjk(text) else "en")


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _picture(image: Image.Image) -> dict[str, Any]:
    """The picture as a JPEG inside the request: no server has to fetch anything."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return {
        "type": "image_url",
        "image_url": {"url": "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()},
    }
