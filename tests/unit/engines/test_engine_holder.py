"""The engines of a process: made once, one heavy one loaded, memory given back, refusals remembered."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from core.engines.base import Engine, EngineInput, EngineOutput
from core.engines.holder import Engines
from core.engines.refusals import FAILURES, PAUSE_S, Refusals
from core.errors import (
    BadSetting,
    EngineFailed,
    ModelNotHere,
    NotEnoughMemory,
    ShelfLensError,
    UnusableAnswer,
    UsageError,
    WeightsIncomplete,
)
from core.schema import load_schema
from core.settings import Settings
from core.types import Kind, Readings


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Light:
    """An engine that holds nothing."""

    revision, prompt_version = "1", "1"

    def __init__(self, name: str) -> None:
        self.name, self.params = name, dict[str, Any]()

    def extract(self, given: EngineInput) -> EngineOutput:
        return EngineOutput()


class Heavy(Light):
    """An engine that loads at its first photo."""

    loaded = False

    def extract(self, given: EngineInput) -> EngineOutput:
        self.loaded = True
        return EngineOutput()

    def unload(self) -> None:
        self.loaded = False


NAMES = {"ocr": Light, "remote": Heavy, "scripted": Heavy}
"""Registered names with engines of our own behind them."""


def holder(clock: Clock | None = None, made: list[str] | None = None) -> Engines:
    def make(name: str, settings: Settings) -> Engine:
        if made is not None:
            made.append(name)
        return NAMES[name](name)

    return Engines(Settings(unload_s=600), make=make, clock=clock or Clock())


def given() -> EngineInput:
    return EngineInput(Image.new("RGB", (8, 8)), Readings(width=8, height=8), load_schema(Kind.PRODUCT))


def test_an_engine_is_made_at_first_use_and_once() -> None:
    made: list[str] = []
    engines = holder(made=made)
    assert made == []
    with engines.use("ocr") as first, engines.use("ocr") as second:
        assert first is second
    assert made == ["ocr"]


def test_auto_and_the_name_it_stands_for_are_one_engine() -> None:
    engines = holder()
    assert engines.get("auto") is engines.get("ocr")


def test_before_a_heavy_engine_works_the_other_one_gives_back_its_memory() -> None:
    engines = holder()
    with engines.use("remote") as first:
        first.extract(given())
    with engines.use("scripted") as second:
        assert not first.loaded  # type: ignore[attr-defined]
        second.extract(given())
    assert second.loaded  # type: ignore[attr-defined]


def test_a_light_engine_pushes_nobody_out() -> None:
    engines = holder()
    with engines.use("remote") as heavy:
        heavy.extract(given())
    with engines.use("ocr"):
        pass
    assert heavy.loaded  # type: ignore[attr-defined]


@pytest.mark.parametrize(("idle_s", "loaded"), [(0.0, True), (599.0, True), (600.0, False), (9999.0, False)])
def test_an_engine_gives_back_its_memory_when_it_has_been_idle_long_enough(idle_s: float, loaded: bool) -> None:
    clock = Clock()
    engines = holder(clock)
    with engines.use("remote") as heavy:
        heavy.extract(given())
    clock.now += idle_s
    engines.tend()
    assert heavy.loaded is loaded  # type: ignore[attr-defined]


def test_what_is_loaded_is_told_and_gives_way_unless_it_works() -> None:
    engines = holder()
    assert engines.loaded == ()
    with engines.use("remote") as heavy:
        heavy.extract(given())
        engines.make_room()
        assert engines.loaded == ("remote",)
    engines.make_room()
    assert engines.loaded == ()


def test_idleness_is_counted_from_the_end_of_the_work_and_never_during_it() -> None:
    clock = Clock()
    engines = holder(clock)
    with engines.use("remote") as heavy:
        heavy.extract(given())
        clock.now += 5000
        engines.tend()
        assert heavy.loaded  # type: ignore[attr-defined]
    engines.tend()
    assert heavy.loaded  # type: ignore[attr-defined]


def test_an_engine_that_failed_can_be_unloaded_too() -> None:
    clock = Clock()
    engines = holder(clock)
    with pytest.raises(EngineFailed), engines.use("remote") as heavy:
        heavy.extract(given())
        raise EngineFailed(engine="remote", name="x", reason="bad")
    clock.now += 600
    engines.tend()
    assert not heavy.loaded  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "says"), [("qwn", "not known"), ("remote", "SHELFLENS_REMOTE_URL")])
def test_an_engine_that_cannot_be_made_says_so_for_every_photo(name: str, says: str) -> None:
    engines = Engines(Settings())
    with pytest.raises(UsageError, match=says):
        engines.get(name)
    with engines.use(name) as engine:
        assert engine.name == name
        for _ in range(2):
            with pytest.raises(UsageError, match=says):
                engine.extract(given())
        with pytest.raises(UsageError, match=says):
            assert engine.revision


def test_an_engine_that_becomes_usable_is_made_then() -> None:
    ready = False

    def make(name: str, settings: Settings) -> Engine:
        if not ready:
            raise UsageError(en="no weights", zh="没有权重")
        return Light(name)

    engines = Engines(Settings(), make=make)
    with engines.use("ocr") as engine, pytest.raises(UsageError):
        engine.extract(given())
    ready = True
    with engines.use("ocr") as engine:
        assert engine.extract(given()) == EngineOutput()


def broke() -> EngineFailed:
    return EngineFailed(engine="model", name="x", reason="boom")


MISSING = ModelNotHere(model="M", forms="int8")
SHORT = NotEnoughMemory(what="M", needs_gib=5.0, has_gib=1.0)


def stands(refusals: Refusals, engine: str = "model") -> bool:
    try:
        refusals.check(engine)
    except ShelfLensError:
        return True
    return False


@pytest.mark.parametrize("reason", [MISSING, SHORT, WeightsIncomplete(folder="f", reason="r")])
def test_what_stands_in_the_way_of_every_photo_is_asked_once_and_again_after_a_pause(reason: ShelfLensError) -> None:
    clock = Clock()
    refusals = Refusals(clock)
    refusals.failed("model", reason)
    with pytest.raises(type(reason)) as raised:
        refusals.check("model")
    assert raised.value is reason
    assert not stands(refusals, "another")
    clock.now += PAUSE_S - 0.1
    assert stands(refusals)
    clock.now += 0.2
    assert not stands(refusals)


def test_one_broken_photo_does_not_rest_an_engine_and_several_in_a_row_do() -> None:
    refusals = Refusals(Clock())
    for _ in range(FAILURES - 1):
        refusals.failed("model", broke())
    assert not stands(refusals)
    refusals.failed("model", broke())
    assert stands(refusals)


@pytest.mark.parametrize(
    "reason", [UsageError("e", "z"), BadSetting(name="SHELFLENS_X", value="v", reason="r")], ids=["usage", "setting"]
)
def test_what_is_found_at_once_is_not_remembered(reason: ShelfLensError) -> None:
    refusals = Refusals(Clock())
    for _ in range(2 * FAILURES):
        refusals.failed("model", reason)
    assert not stands(refusals)


@pytest.mark.parametrize("between", [None, UnusableAnswer(engine="model", excerpt="?")], ids=["answer", "nonsense"])
def test_an_answer_between_failures_is_a_sign_of_life_even_one_that_makes_no_sense(
    between: ShelfLensError | None,
) -> None:
    refusals = Refusals(Clock())
    for _ in range(2 * FAILURES):
        refusals.failed("model", broke())
        if between is None:
            refusals.answered("model")
        else:
            refusals.failed("model", between)
    assert not stands(refusals)
