"""The commands of , one file for each; `core.cli` brings them together."""
