"""Engines propose field values for one photo. See base.py for the contract, registry.py for the list."""
