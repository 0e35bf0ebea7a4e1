"""What remote engines are asked in these tests, and what a well-behaved server answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PIL import Image

from core.engines.base import EngineInput, Question
from core.engines.remote.engine import RemoteEngine
from core.schema import load_schema
from core.types import Kind, Line, Readings

ANSWER = '{"brand":"燕麦工坊","net_content":"500 g"}'
IMAGE = Image.new("RGB", (2000, 1000), "white")
LINES = (Line(text="燕麦工坊 原味", box=(400.0, 400.0, 700.0, 450.0), score=0.99),)
GIVEN = EngineInput(IMAGE, Readings(width=2000, height=1000, lines=LINES), load_schema(Kind.PRODUCT))

Make = Callable[..., RemoteEngine]


def brand(engine: RemoteEngine) -> Any:
    return engine.extract(GIVEN).fields["brand"].value


def ask(engine: RemoteEngine, text: str = "What is it?", **more: Any) -> str:
    return "".join(engine.ask(Question((IMAGE,), text, **more)))


def eventually(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False
