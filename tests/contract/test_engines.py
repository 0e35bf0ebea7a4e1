"""The contract, for every engine of subjects.py."""

from __future__ import annotations

from tests.contract.engine_contract import EngineContract


class TestEngines(EngineContract):
    pass
