"""What commands share: words for whoever looks on, and one exit code for everything that can go wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from core.errors import NotFound, ShelfLensError, UsageError
from core.settings import Settings
from core.weights.progress import Stopped

Act = Callable[[argparse.Namespace, Settings], int]


def say(words: str) -> None:
    """To stderr: stdout is for what the command is asked for."""
    print(words, file=sys.stderr, flush=True)


def guarded(act: Act, args: argparse.Namespace, settings: Settings, *, stopped: str = "Stopped.") -> int:
    """The exit code: 1 for what failed or was stopped. A usage error and a closed pipe are left to the caller."""
    try:
        return act(args, settings)
    except (UsageError, NotFound, BrokenPipeError):
        raise
    except ShelfLensError as err:
        say(f"shelflens: {err.message.en}")
    except OSError as err:
        say(f"shelflens: {err.filename or 'A file'} cannot be used: {err.strerror or err}. Correct that and run again.")
    except (KeyboardInterrupt, Stopped):
        say(stopped)
    return 1
