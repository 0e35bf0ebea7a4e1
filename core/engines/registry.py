"""The engines by name. An engine's module is imported when it is first asked for, not before."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from core.engines.base import Engine
from core.errors import ShelfLensError, UsageError
from core.settings import Settings
from core.types import Bilingual

log = logging.getLogger("shelflens.engines")

ENGINES: dict[str, str] = {
    "ocr": "core.engines.embedded.engine:EmbeddedEngine",
    "qwen3vl": "core.engines.qwen3vl.engine:Qwen3VL",
    "remote": "core.engines.remote.engine:RemoteEngine",
    "scripted": "core.engines.scripted:ScriptedEngine",
}
"""Engine name -> "module:class". The class is called with the settings."""

AUTO = ("remote", "qwen3vl", "ocr")
"""What `auto` means: the first of these that can be used. A server is named because this machine is not enough;
weights are here because somebody fetched them; the embedded engine is always here."""

FOR_TESTS = frozenset({"scripted"})
"""Engines that are offered only where they can be used."""


@dataclass(frozen=True)
class Availability:
    """Whether an engine can be used on this machine, and why (not)."""

    ok: bool
    reason: Bilingual


def engine_names(settings: Settings | None = None) -> tuple[str, ...]:
    """Names a caller may use, `auto` first."""
    offered = (name for name in ENGINES if name not in FOR_TESTS or (settings and available(name, settings).ok))
    return ("auto", *offered)


def available(name: str, settings: Settings) -> Availability:
    """Whether the engine called `name` can be used; asks no server and loads nothing. Raises UsageError."""
    _ensure_known(name)
    return _CHECKS[name](settings) if name in _CHECKS else _ALWAYS


def resolve_engine(name: str, settings: Settings) -> str:
    """The engine that `name` stands for: itself, or for `auto` the best that can be used. Raises UsageError."""
    if name == "auto":
        found = next(candidate for candidate in AUTO if available(candidate, settings).ok)
        if settings.model and AUTO.index(found) > AUTO.index("qwen3vl"):
            _warn_once(available("qwen3vl", settings).reason.en)
        return found
    _ensure_known(name)
    return name


@lru_cache
def _warn_once(reason: str) -> None:
    """Somebody named weights and another engine reads all the same: the Engines page says why, and so does the log."""
    log.warning("SHELFLENS_MODEL names weights that cannot be used, another engine reads: %s", reason)


def ensure_usable(name: str, settings: Settings) -> None:
    """Raises UsageError with the known names, or with what the engine lacks on this machine."""
    there = available(name, settings)
    if not there.ok:
        raise UsageError(
            en=f"Engine '{name}' cannot be used: {there.reason.en}",
            zh=f"引擎“{name}”不可用：{there.reason.zh}",
        )


def make_engine(name: str, settings: Settings) -> Engine:
    """The engine called `name`. Raises UsageError with the known names, or with what the engine lacks."""
    name = resolve_engine(name, settings)
    ensure_usable(name, settings)
    module, _, attribute = ENGINES[name].partition(":")
    engine: Engine = getattr(import_module(module), attribute)(settings)
    return engine


def _ensure_known(name: str) -> None:
    if name not in ENGINES:
        known = ", ".join(engine_names())
        raise UsageError(
            en=f"Engine '{name}' is not known. Available: {known}.",
            zh=f"未知引擎“{name}”。可用：{known}。",
        )


_ALWAYS = Availability(True, Bilingual(en="It comes with ShelfLens.", zh="随 ShelfLens 提供。"))


def _check_qwen3vl(settings: Settings) -> Availability:
    from core.engines.qwen3vl.choice import choose

    try:
        plan = choose(settings)
    except ShelfLensError as err:
        return Availability(False, err.message)
    way = f"{plan.runtime}, {plan.device}, {plan.precision}"
    return Availability(True, Bilingual(en=f"Runs on {way}: {plan.why.en}.", zh=f"运行方式 {way}：{plan.why.zh}。"))


def _check_remote(settings: Settings) -> Availability:
    if settings.remote_url:
        return Availability(True, Bilingual(en="SHELFLENS_REMOTE_URL is set.", zh="已设置 SHELFLENS_REMOTE_URL。"))
    return Availability(
        False,
        Bilingual(
            en="no server is named. Set SHELFLENS_REMOTE_URL to the address of an OpenAI-compatible server.",
            zh="未指定服务器。请将 SHELFLENS_REMOTE_URL 设为兼容 OpenAI 的服务器地址。",
        ),
    )


def _check_script(settings: Settings) -> Availability:
    if settings.script:
        return Availability(True, Bilingual(en="SHELFLENS_SCRIPT is set.", zh="已设置 SHELFLENS_SCRIPT。"))
    return Availability(
        False,
        Bilingual(
            en="it has no script. Set SHELFLENS_SCRIPT to a file of replies.",
            zh="没有脚本。请将 SHELFLENS_SCRIPT 设为回复文件。",
        ),
    )


_CHECKS: dict[str, Callable[[Settings], Availability]] = {
    "qwen3vl": _check_qwen3vl,
    "remote": _check_remote,
    "scripted": _check_script,
}
"""What an engine needs beyond ShelfLens itself; an engine without an entry can always be used."""
