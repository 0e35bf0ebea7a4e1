"""The engines by name. An engine's module is imported when it is first asked for, not before."""

from __future__ import annotations

from importlib import import_module

from core.engines.base import Engine
from core.errors import UsageError
from core.settings import Settings

ENGINES: dict[str, str] = {
    "ocr": "core.engines.embedded.engine:EmbeddedEngine",
}
"""Engine name -> "module:class". The class is called with the settings."""

DEFAULT = "ocr"
"""What `auto` means: the engine that needs no download."""


def engine_names() -> tuple[str, ...]:
    """Names a caller may use, `auto` first."""
    return ("auto", *ENGINES)


def make_engine(name: str, settings: Settings) -> Engine:
    """The engine called `name`. Raises UsageError with the known names."""
    target = ENGINES.get(DEFAULT if name == "auto" else name)
    if target is None:
        known = ", ".join(engine_names())
        raise UsageError(
            en=f"Engine '{name}' is not known. Available: {known}.",
            zh=f"未知引擎“{name}”。可用：{known}。",
        )
    module, _, attribute = target.partition(":")
    engine: Engine = getattr(import_module(module), attribute)(settings)
    return engine
