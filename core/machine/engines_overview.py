"""The engines as they stand on this machine: which can be used and why not, how each would run, what it takes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from core.engines.qwen3vl.choice import Plan
from core.engines.registry import available, engine_names, resolve_engine
from core.machine.measuring import this_machine
from core.machine.ways import way_of, ways_of
from core.reading.preferences import chosen_engine, default_engine
from core.settings import Settings
from core.store.measurements import Measurement, latest_measurement
from core.store.preferences import Preference
from core.store.tasks import Task, list_latest
from core.store.workers import loaded_engines
from core.types import Bilingual
from core.weights import ModelState, survey
from core.weights.hub import endpoint
from core.weights.space import free_memory

LIVE_S = 30.0
"""A worker that was not heard of for so long is gone; a living one speaks every `core.background.aside.AGAIN_S`."""


@dataclass(frozen=True)
class About:
    """What an engine is, and what it makes of questions."""

    what: Bilingual
    answers: Bilingual


ABOUT = {
    "ocr": About(
        Bilingual(
            en="The embedded reader: text recognition, barcode decoders and rules. It reads every photo, whichever"
            " engine is chosen.",
            zh="内置读取器：文字识别、条码解码与规则。无论选择哪个引擎，每张照片都会经过它。",
        ),
        Bilingual(en="finds printed words", zh="可查找印刷文字"),
    ),
    "qwen3vl": About(
        Bilingual(
            en="The vision-language model Qwen3-VL on this machine: reads what rules cannot, and answers questions.",
            zh="在本机运行的视觉语言模型 Qwen3-VL：能读懂规则无法处理的内容，并回答问题。",
        ),
        Bilingual(en="answers free questions", zh="可回答自由提问"),
    ),
    "remote": About(
        Bilingual(
            en="A model on a server you name (OpenAI-compatible). Photos that it reads leave this machine.",
            zh="您指定的服务器上的模型（兼容 OpenAI）。由它读取的照片会离开本机。",
        ),
        Bilingual(en="answers free questions", zh="可回答自由提问"),
    ),
    "scripted": About(
        Bilingual(en="Says what its script tells it to, for tests.", zh="按脚本作答，用于测试。"),
        Bilingual(en="answers what its script holds", zh="按脚本回答"),
    ),
}


@dataclass(frozen=True)
class EngineState:
    """One engine. `ways` are those it could run in, the one taken first; empty where it has one way only."""

    name: str
    ok: bool
    reason: Bilingual
    """Why it can be used, or what it lacks."""
    about: About
    ways: tuple[Plan, ...]
    loaded: bool | None
    """Whether a worker holds its model in memory now; None where no worker lives to say so."""
    measured: Measurement | None
    """The newest on this machine, in the way it would run now."""

    @property
    def needs(self) -> int | None:
        """Bytes of memory at the peak of reading a photo; None where that is not known beforehand."""
        return self.ways[0].memory if self.ways else None


@dataclass(frozen=True)
class EnginesOverview:
    engines: tuple[EngineState, ...]
    chosen: Preference | None
    """The default somebody chose, usable or not."""
    default: str
    """What stands as the default: an engine's name or `auto`."""
    reads: str
    """The engine that reads the next photo where none is asked for."""
    free_memory: int | None
    machine: str
    models: tuple[ModelState, ...]
    source: str
    """The address models are fetched from, when somebody asks for one."""
    tasks: tuple[Task, ...]
    """The newest of each engine and form of weights, those under way first."""

    @property
    def is_worker_alive(self) -> bool:
        return any(engine.loaded is not None for engine in self.engines)

    @property
    def is_busy(self) -> bool:
        """True while any task waits or runs."""
        return any(not task.state.ended for task in self.tasks)


def survey_engines(db: Database, settings: Settings) -> EnginesOverview:
    """The engines now. Looks at files, names and the database; loads nothing and opens no connection."""
    machine, loaded = this_machine(), loaded_engines(db, within_s=LIVE_S)
    names = [name for name in engine_names(settings) if name != "auto"]
    default = default_engine(db, settings)
    return EnginesOverview(
        engines=tuple(_engine(db, settings, name, machine, loaded) for name in names),
        chosen=chosen_engine(db),
        default=default,
        reads=resolve_engine(default, settings),
        free_memory=free_memory(),
        machine=machine,
        models=tuple(survey(settings)),
        source=endpoint(),
        tasks=tuple(list_latest(db)),
    )


def _engine(db: Database, settings: Settings, name: str, machine: str, loaded: frozenset[str] | None) -> EngineState:
    there = available(name, settings)
    return EngineState(
        name=name,
        ok=there.ok,
        reason=there.reason,
        about=ABOUT[name],
        ways=ways_of(name, settings),
        loaded=None if loaded is None else name in loaded,
        measured=latest_measurement(db, name, machine, way_of(name, settings)),
    )
