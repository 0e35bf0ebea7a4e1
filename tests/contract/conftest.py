"""Every test of the contract runs once for each engine of `subjects.ENGINES`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.engines.base import Answers, Engine
from core.settings import Settings
from tests.contract.subjects import ENGINES, WEIGHTS, Subject

pytest.register_assert_rewrite("tests.contract.engine_contract")


@pytest.fixture(params=list(ENGINES))
def subject(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Subject]:
    name = request.param
    if name in WEIGHTS:
        folder = request.getfixturevalue(WEIGHTS[name])
        settings = settings.model_copy(update={"model": str(folder)})
    with ENGINES[name](settings) as made:
        yield made


@pytest.fixture
def engine(subject: Subject) -> Engine:
    return subject.make()


@pytest.fixture
def talker(engine: Engine) -> Answers:
    """The engine where it answers questions; the test is skipped, with this message, where it does not."""
    if not isinstance(engine, Answers):
        pytest.skip(f"engine {engine.name} answers no questions")
    return engine
