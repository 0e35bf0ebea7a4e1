"""Memory of mapped files given back."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

DONT_NEED = 4
"""MADV_DONTNEED of madvise(2)."""


def release_mapped_files(folder: Path) -> None:
    """Lets go of the pages of files in `folder` that are mapped for reading only; does nothing but on Linux.

    OpenVINO maps its weights and keeps a copy of its own: 2 GB that lie in memory twice. A page that is needed
    again comes back from the file by itself.
    """
    if not sys.platform.startswith("linux"):
        return
    advise = ctypes.CDLL(None, use_errno=True).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    wanted = str(folder.resolve())
    for line in Path("/proc/self/maps").read_text("utf-8").splitlines():
        span, rights, *_, name = line.split(maxsplit=5) if line.count("/") else (line.split()[0], "", "")
        if rights.startswith("r-") and Path(name).parent.as_posix() == wanted:
            start, end = (int(number, 16) for number in span.split("-"))
            advise(start, end - start, DONT_NEED)
