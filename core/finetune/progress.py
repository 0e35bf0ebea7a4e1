"""How a training goes, as lines for programs and as a picture for people."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

from core.types import Frozen

LINES = "progress.jsonl"
PLOT = "loss.svg"
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 360, 56, 28, 16, 40


class Step(Frozen):
    """One optimizer step. `loss` is per learned token, in nats; `validation` that of unseen photos, after a save."""

    step: int
    of: int
    epoch: float
    loss: float
    rate: float
    tokens: int
    """Learned in it."""
    seconds: float
    validation: float | None = None


def read_steps(folder: Path) -> list[Step]:
    """The steps done so far; a line that was cut off when the power went is none."""
    steps = []
    with contextlib.suppress(FileNotFoundError):
        for line in (folder / LINES).read_text("utf-8").splitlines():
            with contextlib.suppress(ValueError):
                steps.append(Step.model_validate(json.loads(line)))
    return steps


def write_steps(folder: Path, steps: Sequence[Step]) -> None:
    """All lines anew: for a training that goes on from before its last line."""
    (folder / LINES).write_text("".join(f"{step.model_dump_json()}\n" for step in steps), "utf-8")


def add_step(folder: Path, step: Step) -> None:
    with (folder / LINES).open("a", encoding="utf-8") as file:
        file.write(f"{step.model_dump_json()}\n")


def write_plot(folder: Path, steps: Sequence[Step], title: str) -> None:
    (folder / PLOT).write_text(draw_loss(steps, title), "utf-8")


def draw_loss(steps: Sequence[Step], title: str) -> str:
    """The loss over the steps as SVG: the training's as a line, the validation's as dots."""
    seen = [(one.step, one.validation) for one in steps if one.validation is not None]
    most = max([one.loss for one in steps] + [loss for _, loss in seen], default=1.0) or 1.0
    last = max((one.of for one in steps), default=1)

    def place(step: int, loss: float) -> str:
        x = LEFT + (WIDTH - LEFT - RIGHT) * step / last
        y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - loss / most)
        return f"{x:.1f},{y:.1f}"

    line = " ".join(place(one.step, one.loss) for one in steps)
    dots = "".join(
        f'<circle cx="{x}" cy="{y}" r="4" fill="#d9534f"/>'
        for x, y in (place(step, loss).split(",") for step, loss in seen)
    )
    marks = "".join(_mark(most * part / 4, HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part / 4) for part in range(5))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
        f'<text x="{LEFT}" y="18">{escape(title)}</text>{marks}'
        f'<polyline points="{line}" fill="none" stroke="#2b6cb0" stroke-width="1.5"/>{dots}'
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 12}" text-anchor="end">step {last}</text>'
        f'<text x="{LEFT}" y="{HEIGHT - 12}"><tspan fill="#2b6cb0">— training</tspan>'
        f'<tspan fill="#d9534f" dx="12">● validation</tspan></text></svg>\n'
    )


def _mark(value: float, y: float) -> str:
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.2f}</text>'
    )
