"""Keeps OpenVINO from reporting its use."""

import sys


def silence_openvino() -> None:
    """Call before anything imports openvino; harmless afterwards.

    `import openvino` starts a session of the package openvino_telemetry, which writes a client id into
    the home folder and sends an event. Where that package cannot be imported, OpenVINO uses a stub of its
    own that does nothing. `tests/integration/test_offline.py` proves that nothing is written and no
    address is asked for.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # makes its import fail
