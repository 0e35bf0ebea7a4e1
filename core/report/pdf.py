"""HTML to PDF by the Chromium of this machine, which is asked for nothing but that one file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from core.errors import PdfFailed, PdfUnavailable
from core.settings import Settings

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
LIMIT_S = 120.0
"""Usual is three seconds; a loaded machine takes longer."""
FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)


def find_chromium(settings: Settings) -> str | None:
    """The program that prints: the one SHELFLENS_CHROMIUM names, else a Chromium or Chrome found in PATH."""
    if settings.chromium:
        return shutil.which(settings.chromium)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def no_chromium(settings: Settings) -> PdfUnavailable:
    """What to say where none is found."""
    return PdfUnavailable(names=settings.chromium or ", ".join(NAMES[:3]))


def print_pdf(html: bytes, settings: Settings, *, limit_s: float = LIMIT_S) -> bytes:
    """The page as A4 PDF. Raises PdfUnavailable where no Chromium is, PdfFailed where it gives none in time."""
    program = find_chromium(settings)
    if program is None:
        raise no_chromium(settings)
    with tempfile.TemporaryDirectory(prefix="shelflens-pdf-") as folder:
        source, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_bytes(html)
        words = _run(_command(program, Path(folder), source, target), limit_s)
        if not target.exists() or not target.stat().st_size:
            raise PdfFailed(reason=words or "no file came out")
        return target.read_bytes()


def _command(program: str, folder: Path, source: Path, target: Path) -> list[str]:
    # Chromium's sandbox does not start for root, as in most containers. The file is ours and runs no script.
    sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    profile = f"--user-data-dir={folder / 'profile'}"
    return [program, *FLAGS, *sandbox, profile, f"--print-to-pdf={target}", source.as_uri()]


def _run(command: list[str], limit_s: float) -> str:
    """Runs the program to its end; returns the end of what it said. Its children end with it, whatever happens."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        said, _ = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired as err:
        raise PdfFailed(reason=f"not done after {limit_s:.0f} s") from err
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return said.decode("utf-8", "replace").strip()[-300:]
