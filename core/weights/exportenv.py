"""The environment that converts weights: apart from the app's own, because its packages want another transformers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from core.errors import ExportEnvFailed
from core.files import file_error
from core.settings import ROOT, Settings
from core.types import Bilingual
from core.weights.child import ChildFailed, run_child
from core.weights.progress import HasStopped, Meter, OnProgress, Phase
from core.weights.space import GIB, ensure_disk, remove_tree

PINS = ROOT / "requirements-export.txt"
NEEDED = 3 * GIB
"""Disk for making one, with what pip keeps while it installs; 1.6 GiB stay."""
PROBE = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
def find(name):
    try: return version(name)
    except PackageNotFoundError: return ""
print(json.dumps({name: find(name) for name in sys.argv[1:]}))
"""


def ensure_environment(settings: Settings, on_progress: OnProgress, stopped: HasStopped) -> Path:
    """The Python of an environment with the pinned packages; made first where there is none, which fetches 1 GB.

    The one SHELFLENS_EXPORT_ENV names is taken as it is. Raises ExportEnvFailed, NotEnoughDisk or Stopped.
    """
    folder = environment_folder(settings)
    python = _python(folder)
    differences = _differences(python) if python.exists() else None
    if differences is not None and not differences:
        return python
    if settings.export_env:
        raise ExportEnvFailed(folder=folder, reason=_unfit(differences))
    _make(folder, on_progress, stopped)
    return python


def environment_folder(settings: Settings) -> Path:
    named = settings.export_env
    return Path(named).expanduser().absolute() if named else settings.models / ".export-env"


def pins() -> dict[str, str]:
    """Package -> version, from requirements-export.txt."""
    lines = (line.partition("#")[0].strip() for line in PINS.read_text("utf-8").splitlines())
    return {name: version for name, _, version in (line.partition("==") for line in lines if line)}


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _differences(python: Path) -> dict[str, str]:
    """Packages of other versions than pinned, as they are; "" for one that is missing. A build such as 2.13.0+cpu
    counts as its version."""
    wanted = pins()
    done = subprocess.run([python, "-c", PROBE, *wanted], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout) if done.returncode == 0 else dict.fromkeys(wanted, "")
    return {name: found[name] for name, version in wanted.items() if found[name].partition("+")[0] != version}


def _unfit(differences: dict[str, str] | None) -> Bilingual:
    if differences is None:
        return Bilingual(en="there is no Python in it", zh="其中没有 Python")
    wanted = pins()
    words = ", ".join(f"{name} {found or '–'} ≠ {wanted[name]}" for name, found in differences.items())
    return Bilingual(en=f"its packages are not those of {PINS.name} ({words})", zh=f"与 {PINS.name} 不一致（{words}）")


def _make(folder: Path, on_progress: OnProgress, stopped: HasStopped) -> None:
    ensure_disk(Bilingual(en="The environment for converting", zh="转换环境"), NEEDED, folder)
    meter = Meter(on_progress, Phase.INSTALLING)
    log = folder.with_name("export-env.log")
    # PyPI's own wheels hold CUDA on Linux alone; everywhere else the plain pin is a CPU build.
    torch = f"torch=={pins()['torch']}{'+cpu' if sys.platform == 'linux' else ''}"
    install: list[str | Path] = [_python(folder), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    try:
        remove_tree(folder)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
        commands: tuple[list[str | Path], ...] = (
            [sys.executable, "-m", "venv", folder],
            [*install, torch],
            [*install, "-r", PINS],
        )
        for command in commands:
            run_child(command, log, lambda: meter.report(""), stopped)
    except ChildFailed as err:
        raise ExportEnvFailed(folder=folder, reason=err.reason) from err
    except OSError as err:
        raise file_error(err, folder.name, folder.parent) from err
