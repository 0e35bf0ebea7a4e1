"""Whatever goes wrong in a command ends in one sentence on stderr and an exit code, never in a traceback."""

from __future__ import annotations

import argparse

import pytest

from core.commands.running import guarded
from core.errors import NoWeights, UsageError
from core.settings import Settings
from core.weights import Stopped


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (NoWeights(folder="/models/x"), "shelflens: "),
        (PermissionError(13, "Permission denied", "/data/out"), "/data/out cannot be used: Permission denied"),
        (KeyboardInterrupt(), "What was done is kept."),
        (Stopped(), "What was done is kept."),
    ],
    ids=["named", "disk", "Ctrl+C", "stopped"],
)
def test_a_failure_is_one_sentence_and_exit_code_1(
    raised: BaseException, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(args: argparse.Namespace, settings: Settings) -> int:
        raise raised

    assert guarded(fail, argparse.Namespace(), Settings(), stopped="What was done is kept.") == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert said in shown.err


@pytest.mark.parametrize("raised", [UsageError(en="no", zh="否"), BrokenPipeError()])
def test_a_usage_error_and_a_closed_pipe_are_left_to_the_caller(raised: Exception) -> None:
    def fail(args: argparse.Namespace, settings: Settings) -> int:
        raise raised

    with pytest.raises(type(raised)):
        guarded(fail, argparse.Namespace(), Settings())
