"""What this machine can do: which engines can be used here, how each would run, and how fast it was."""
