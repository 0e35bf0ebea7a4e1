"""The commands of `python -m core` that are more than a few lines, one file each; `core.cli` brings them together."""
