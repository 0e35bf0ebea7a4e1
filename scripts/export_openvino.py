"""optimum-cli, started by core/weights/prepare.py in the environment of requirements-export.txt.

PyPI's torchvision for Linux is a CUDA build. Beside a CPU build of torch its library does not load, and then every
import of a vision model fails at the operators it should have brought. An export calls none of them, so that they
are declared, without a body, where the library does not load.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch

OPERATORS = ("nms", "qnms")
"""What torchvision's Python part expects its library to have declared when it is imported."""


def declare_operators() -> torch.library.Library | None:
    """Declares torchvision's operators where its own library cannot; keep what it gives as long as they are needed."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None or _loads(Path(spec.origin).parent):
        return None
    library = torch.library.Library("torchvision", "DEF")
    for name in OPERATORS:
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return library


def _loads(folder: Path) -> bool:
    """True where torchvision's library was loaded, as torchvision itself will do it."""
    for file in (*folder.glob("_C*.so"), *folder.glob("_C*.pyd")):
        try:
            torch.ops.load_library(str(file))
        except OSError:
            return False
        return True
    return False


if __name__ == "__main__":
    declared = declare_operators()
    from optimum.commands.optimum_cli import main

    main()
