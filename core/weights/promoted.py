"""The adapters of this machine and the one that is in use: a folder each, and a file that names one of them.

The file is what the worker, the command line and the pages all look at, so a change reaches the next photo without a
restart. Who changed it, when and on what figures is in the database (core/finetune/promotion.py).
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from pathlib import Path

from core.errors import BadWeights, NotFound
from core.files import file_error, write_whole
from core.settings import Settings
from core.types import Bilingual
from core.weights.adapters import ADAPTER, FILES, Adapter, inspect_adapter
from core.weights.space import ensure_disk

IN_USE = "in_use.json"
NONE = "none"
"""What SHELFLENS_ADAPTER says for: without any, whatever was promoted."""
WHAT = Bilingual(en="Adapter", zh="适配器")


def adapters_folder(settings: Settings) -> Path:
    return settings.data / "adapters"


def adapter_in_use(settings: Settings) -> Adapter | None:
    """The adapter the model reads with; None for the model as it was published.

    Raises the BadWeights that says why it cannot be used: a model that silently reads without it would be another one.
    """
    if settings.adapter == NONE:
        return None
    if settings.adapter:
        return inspect_adapter(Path(settings.adapter).expanduser().absolute())
    name = name_in_use(settings)
    return inspect_adapter(adapters_folder(settings) / name) if name else None


def name_in_use(settings: Settings) -> str:
    """The promoted adapter's name; "" where none is."""
    try:
        found = json.loads((adapters_folder(settings) / IN_USE).read_text("utf-8")).get("adapter")
    except (OSError, ValueError, AttributeError):
        return ""
    return found if isinstance(found, str) and Path(found).name == found else ""


def stamp_in_use(settings: Settings) -> tuple[str, str]:
    """Changes whenever another adapter is put to use. Cheap: it is asked before every photo."""
    return settings.adapter, "" if settings.adapter else name_in_use(settings)


def put_in_use(settings: Settings, name: str) -> None:
    """Makes `name` the adapter in use, "" for none. Raises StorageFull or StorageDenied."""
    folder = adapters_folder(settings)
    try:
        write_whole(folder / IN_USE, json.dumps({"adapter": name}).encode(), suffix=".tmp")
    except OSError as err:
        raise file_error(err, IN_USE, folder) from err


def list_adapters(settings: Settings) -> list[Adapter]:
    """Every whole adapter kept here, the newest first. One that is damaged is left out, unless it is in use: then
    whoever reads with it is told."""
    folder = adapters_folder(settings)
    places = [path for path in folder.iterdir() if (path / ADAPTER).is_file()] if folder.is_dir() else []
    found = []
    for place in sorted(places, key=lambda path: (path / ADAPTER).stat().st_mtime, reverse=True):
        with contextlib.suppress(BadWeights):
            found.append(inspect_adapter(place))
    return found


def get_adapter(settings: Settings, name: str) -> Adapter:
    """The adapter kept here under this name. Raises NotFound with the known names, or what a damaged one raises."""
    if Path(name).name != name or name.startswith(".") or not name or not (adapters_folder(settings) / name).is_dir():
        known = ", ".join(adapter.name for adapter in list_adapters(settings)) or "none"
        raise NotFound(what=WHAT, key=name, hint=f"Known: {known}.")
    return inspect_adapter(adapters_folder(settings) / name)


def keep_adapter(settings: Settings, folder: Path) -> Adapter:
    """The adapter in `folder`, copied among those of this machine unless it is there already: what is promoted must
    not vanish with a folder somebody tidies up.

    Raises as `inspect_adapter` does, NotEnoughDisk, StorageFull or StorageDenied.
    """
    adapter, home = inspect_adapter(folder.expanduser().absolute()), adapters_folder(settings)
    if adapter.folder.parent == home.absolute():
        return adapter
    place = home / f"{adapter.name}-{adapter.digest[:8]}"
    if (place / ADAPTER).is_file():
        return inspect_adapter(place)
    ensure_disk(WHAT, adapter.bytes, home)
    try:
        home.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".keeping.", dir=home))
        try:
            for name in FILES:
                if (adapter.folder / name).is_file():
                    shutil.copyfile(adapter.folder / name, building / name)
            building.chmod(0o755)
            building.rename(place)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    except OSError as err:
        raise file_error(err, adapter.name, home) from err
    return inspect_adapter(place)
