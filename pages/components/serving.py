"""How the server that imports Home.py was started."""

from __future__ import annotations

import os
import sys

from streamlit import config

from core.api.binding import uvicorn_address

EVERY = "0.0.0.0"
"""What Streamlit listens on where no address is given (`starlette_server_config.DEFAULT_SERVER_ADDRESS`)."""


def address() -> str:
    """What the server listens on: uvicorn's own option, or `server.address` of Streamlit."""
    told = uvicorn_address(sys.argv, os.environ)
    return told if told is not None else str(config.get_option("server.address") or EVERY)
