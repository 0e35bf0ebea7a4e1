"""Make .venv and install what requirements.txt pins. A second call with nothing changed does nothing.

Standard library only: it runs before anything is installed. torch comes first and on its own,
because the ordinary index gives Linux a build with several gigabytes of CUDA packages. A CPU build
is installed where the machine's package sources have one; where they have none torch is left out,
with a word on how to add it: only the vision-language engine needs it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
RUN = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"
DATA = ROOT / "requirements-data.txt"
TRAIN = ROOT / "requirements-train.txt"
PINS = ROOT / "constraints.txt"
TRAINING = VENV / "training"
"""What requirements-train.txt pins, for a process that has this folder in its PYTHONPATH."""
OLDEST = (3, 11)

NO_TORCH = """
  torch was left out: the package sources of this machine offer no CPU build, and the ordinary build
  brings gigabytes of CUDA packages. Only weights as published need it, those in OpenVINO form do not. To add it:
      make torch TORCH_INDEX=<address of the CPU index, from pytorch.org, Get Started>
      make torch TORCH=gpu          (the CUDA build)
"""


def main() -> int:
    args = _arguments()
    if sys.version_info < OLDEST:
        print(f"ShelfLens needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {platform.python_version()}.")
        print("Install one and name it: make run PYTHON=/path/to/python3.11")
        return 1
    stamp = VENV / f"installed-{'dev' if args.dev else 'run'}-{_fingerprint()}"
    if stamp.exists() and not args.again:
        return 0
    if not (BIN / "python").exists():
        print("Making .venv …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    try:
        torch = _ensure_torch(args)
        print("Installing requirements (the first time takes a minute or two) …", flush=True)
        _install(RUN, torch)
        if args.dev:
            _install(DEV, torch)
            _install(DATA, torch, "--no-deps")
            # Apart from the rest: transformers takes other ways where it finds accelerate and peft, and the app has to
            # pass its tests without them, as users run it. What these depend on is in requirements.txt.
            _install(TRAIN, torch, "--no-deps", "--upgrade", "--target", str(TRAINING))
    except subprocess.CalledProcessError as err:
        print(f"\nInstalling failed (pip ended with code {err.returncode}); its own words stand above.")
        print("Check the network or free disk space, then run the same command again: it goes on where it stopped.")
        return 1
    stamp.touch()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--again", action="store_true", help="install even if nothing changed")
    parser.add_argument("--torch", default="cpu", choices=("cpu", "gpu"), help="which build of torch")
    parser.add_argument("--torch-index", default="", help="package index to take torch from")
    return parser.parse_args()


def _fingerprint() -> str:
    """Changes with any pin and with the Python that runs this."""
    digest = hashlib.sha256(platform.python_version().encode())
    for path in (RUN, DEV, DATA, TRAIN, PINS):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _pip(*words: str, quiet: bool = True) -> int:
    command = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "install", *(["-q"] if quiet else [])]
    return subprocess.run([*command, *words], check=False).returncode


def _torch_pin() -> str:
    return next(line.strip() for line in RUN.read_text("utf-8").splitlines() if line.startswith("torch=="))


def _ensure_torch(args: argparse.Namespace) -> bool:
    """Installs torch where the wanted build can be had; False where it was left out."""
    if not args.again and _has_torch():
        return True
    index = ["--index-url", args.torch_index] if args.torch_index else []
    pin = _torch_pin()
    if args.torch == "gpu":
        words = ["--force-reinstall", pin, *index] if args.again else [pin, *index]
        code = _pip(*words, quiet=False)
        if code:
            raise subprocess.CalledProcessError(code, "pip")
        return True
    # PyPI's own wheels hold CUDA on Linux alone; everywhere else the plain pin is a CPU build.
    wanted = f"{pin}+cpu" if sys.platform == "linux" else pin
    print(f"Installing {wanted} …", flush=True)
    if _pip(wanted, *index) == 0:
        return True
    print(NO_TORCH, flush=True)
    return False


def _has_torch() -> bool:
    probe = "import importlib.util as u, sys; sys.exit(u.find_spec('torch') is None)"
    return subprocess.run([str(BIN / "python"), "-c", probe], check=False).returncode == 0


def _install(requirements: Path, torch: bool, *words: str) -> None:
    """Installs a requirements file; without torch its line and what needs it are passed over."""
    lines = requirements.read_text("utf-8").splitlines()
    kept = [line for line in lines if torch or not line.startswith("torch==")]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write("\n".join(kept) + "\n")
    try:
        code = _pip("-r", file.name, "-c", str(PINS), *words)
    finally:
        Path(file.name).unlink()
    if code:
        raise subprocess.CalledProcessError(code, "pip")


if __name__ == "__main__":
    sys.exit(main())
