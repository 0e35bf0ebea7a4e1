"""How each engine would run on this machine, in words that stay the same as long as the way does."""

from __future__ import annotations

from core.engines.qwen3vl.choice import Plan, plans
from core.errors import ShelfLensError
from core.settings import Settings

QWEN = "qwen3vl"
REMOTE = "remote"


def ways_of(engine: str, settings: Settings) -> tuple[Plan, ...]:
    """Every way the engine can be run here, fastest first: the first is the one taken. Empty for an engine that has
    one way only, and where settings or weights allow none."""
    if engine != QWEN:
        return ()
    try:
        return tuple(plans(settings))
    except ShelfLensError:
        return ()


def way_of(engine: str, settings: Settings) -> str:
    """The way taken: what a measurement holds for. "" for an engine that has one way only."""
    if engine == REMOTE:
        return " ".join(filter(None, (settings.remote_url, settings.remote_model)))
    return next((say_way(plan) for plan in ways_of(engine, settings)), "")


def say_way(plan: Plan) -> str:
    """The plan's runtime, device and precision: "openvino cpu int8"."""
    return f"{plan.runtime} {plan.device} {plan.precision}"
