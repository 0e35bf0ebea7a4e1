"""Imports point down only and in no circle, and core needs neither Streamlit nor torch."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from core.settings import ROOT

LAYERS = {
    "core.types": 0,
    "core.errors": 0,
    "core.settings": 0,
    "core.offline": 0,
    "core.images": 1,
    "core.schema": 1,
    "core.pulse": 1,
    "core.values": 1,
    "core.colours": 1,
    "core.files": 1,
    "core.palette": 1,
    "core.pitch": 1,
    "core.weights": 2,
    "core.readers": 2,
    "core.engines": 2,
    "core.rules": 2,
    "core.store": 2,
    "core.evidence": 2,
    "core.access": 3,
    "core.exports": 3,
    "core.memory": 3,
    "core.learning": 3,
    "core.autoaccept": 3,
    "core.records": 3,
    "core.ads": 3,
    "core.incoming": 3,
    "core.reading": 3,
    "core.webhooks": 3,
    "core.evaluation": 3,
    "core.finetune": 3,
    "core.machine": 3,
    "core.words": 3,
    "core.reviewing": 3,
    "core.insights": 3,
    "core.report": 3,
    "core.background": 4,
    "core.api": 4,
    "core.commands": 4,
    "core.cli": 4,
    "core.__main__": 5,
}
"""Package or module -> layer (docs/architecture.md). A module in no layer fails the test."""

SIBLINGS = {"core.readers", "core.engines", "core.rules", "core.store", "core.evidence"}
"""These never import each other; the layer above brings them together."""

APART = {"core.weights"}
"""Imports none of the siblings either, but engines ask it for the folder they load."""


def layer_of(module: str) -> tuple[str, int]:
    name = module
    while name not in LAYERS:
        name = name.rpartition(".")[0]
        assert name, f"{module} is in no layer: give it one in LAYERS"
    return name, LAYERS[name]


def imports_of(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "core":
            deeper = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [name if (ROOT / f"{name.replace('.', '/')}.py").exists() else node.module for name in deeper]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.startswith("core.")]
    return sorted({name for name in found if name != "core"})


MODULES = sorted((ROOT / "core").rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down_only(path: Path) -> None:
    module = name_of(path)
    if module == "core":
        return
    family, layer = layer_of(module)
    for imported in imports_of(path):
        other, level = layer_of(imported)
        assert level <= layer, f"{module} (layer {layer}) imports {imported} (layer {level})"
        if family in SIBLINGS | APART and other in SIBLINGS:
            assert family == other, f"{module} imports its sibling {imported}"


def test_no_packages_import_each_other_in_a_circle() -> None:
    imports: dict[str, set[str]] = {}
    for path in MODULES:
        if name_of(path) != "core":
            family, _ = layer_of(name_of(path))
            others = {layer_of(imported)[0] for imported in imports_of(path)}
            imports.setdefault(family, set()).update(others - {family})
    list(TopologicalSorter(imports).static_order())  # raises CycleError, which names the circle


def test_packages_say_what_they_hold_and_stand_in_the_architecture() -> None:
    document = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for name in LAYERS:
        assert f"`{name.removeprefix('core.')}" in document or name == "core.__main__", f"{name} stands in no document"
        face = ROOT / name.replace(".", "/") / "__init__.py"
        if face.exists():
            assert ast.get_docstring(ast.parse(face.read_text("utf-8"))), f"{name} does not say what it holds"


def test_core_imports_without_streamlit_torch_and_transformers() -> None:
    blocked = ("streamlit", "torch", "transformers", "onnxruntime", "altair")
    modules = [name_of(path) for path in MODULES if path.name != "__main__.py"]
    script = (
        "import sys, importlib\n"
        f"for name in {blocked!r}: sys.modules[name] = None\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
