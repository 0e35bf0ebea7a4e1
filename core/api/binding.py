"""For whom the server listens, as far as its start tells: this machine, or others too."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.api.refusals import OpenToOthers
from core.settings import Settings

LOCAL = "127.0.0.1"
"""What uvicorn listens on where nobody says otherwise."""


def ensure_login_for_others(address: str, settings: Settings) -> None:
    """Raises OpenToOthers for a server that listens for other machines and asks nobody who they are."""
    if serves_others(address) and not settings.password.get_secret_value() and not settings.proxy_login:
        raise OpenToOthers(address=address)


def serves_others(address: str) -> bool:
    """True unless the address is this machine's own: names but localhost can mean anything, and "" is every address."""
    host = address.strip().strip("[]").lower()
    if host.startswith(("unix:", "/")):
        return False
    try:
        return not ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")


def uvicorn_address(argv: Sequence[str], environ: Mapping[str, str]) -> str | None:
    """What `uvicorn` was told to listen on; None where this process was started by something else.

    A socket that is handed over (`--fd`) may be any, so it counts as one for others.
    """
    program = Path(argv[0]) if argv else Path()
    if "uvicorn" not in (program.stem, program.parent.name):
        return None
    if _option("uds", argv, environ):
        return "unix:"
    if _option("fd", argv, environ):
        return ""
    return _option("host", argv, environ) or LOCAL


def _option(name: str, argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """The last value of `--name value` or `--name=value`, else that of UVICORN_NAME (click's rule)."""
    found = environ.get(f"UVICORN_{name.upper()}", "")
    for at, word in enumerate(argv):
        if word == f"--{name}" and at + 1 < len(argv):
            found = argv[at + 1]
        elif word.startswith(f"--{name}="):
            found = word.partition("=")[2]
    return found
