"""Charts as inline SVG: they need no program to be seen, print sharply and can be read aloud by their titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

WIDTH = 760
ROW, BAR = 26, 18
LABELS = 190
"""Width of the names left of the bars; a longer name is cut and stands whole in its title."""
LABEL_CHARS = 26
COLUMNS_HEIGHT = 220
TICKS = 5


@dataclass(frozen=True)
class Part:
    """A piece of a bar: whose it is, how long, in which colour, and what is said of it."""

    value: float
    colour: str
    title: str


def legend(colours: Mapping[str, str]) -> str:
    items = "".join(
        f'<span><i style="background:{colour}"></i>{escape(name)}</span>' for name, colour in colours.items()
    )
    return f'<div class="legend">{items}</div>'


def bars(rows: Sequence[tuple[str, Sequence[Part]]], *, title: str, unit: str = "") -> str:
    """Horizontal bars of stacked parts, one per (name, parts)."""
    most = max((sum(part.value for part in parts) for _, parts in rows), default=0.0)
    if most <= 0:
        return ""
    room = WIDTH - LABELS - 70
    lines = []
    for place, (name, parts) in enumerate(rows):
        top, left = place * ROW, float(LABELS)
        lines.append(_label(name, top + BAR - 4))
        for part in parts:
            width = part.value / most * room
            lines.append(_rect(left, top + 2, width, BAR, part.colour, part.title))
            left += width
        total = sum(part.value for part in parts)
        lines.append(_text(left + 6, top + BAR - 3, f"{total:,.4g}{unit}"))
    return _svg(len(rows) * ROW + 4, title, lines)


def columns(periods: Sequence[str], parts: Mapping[str, Sequence[Part]], *, title: str) -> str:
    """Stacked columns over time; a period without posters stays an empty place."""
    most = max((sum(part.value for part in stack) for stack in parts.values()), default=0.0)
    if most <= 0 or not periods:
        return ""
    step, left = (WIDTH - 50) / len(periods), 44
    lines = _grid(most, left)
    every = ceil(len(periods) / 10)
    for place, period in enumerate(periods):
        top = float(COLUMNS_HEIGHT)
        for part in parts.get(period, ()):
            height = part.value / _round_up(most) * COLUMNS_HEIGHT
            top -= height
            lines.append(_rect(left + place * step + step * 0.1, top, step * 0.8, height, part.colour, part.title))
        if place % every == 0:
            lines.append(_text(left + (place + 0.5) * step, COLUMNS_HEIGHT + 16, period[5:], "middle"))
    return _svg(COLUMNS_HEIGHT + 24, title, lines)


def ranges(rows: Sequence[tuple[str, float, float, float, str, str]], *, title: str) -> str:
    """One line per (name, low, middle, high, colour, what is said of it), from low to high with a dot at the middle."""
    if not rows:
        return ""
    least, most = min(row[1] for row in rows), max(row[3] for row in rows)
    room, spread = WIDTH - LABELS - 90, (most - least) or 1.0
    lines = []
    for place, (name, low, middle, high, colour, said) in enumerate(rows):
        y = place * ROW + ROW / 2
        x0, x1, x2 = (LABELS + 10 + (value - least) / spread * room for value in (low, middle, high))
        lines.append(_label(name, y + 4))
        lines.append(f'<line x1="{x0:.1f}" y1="{y}" x2="{x2:.1f}" y2="{y}" stroke="{colour}" stroke-width="5" '
                     f'stroke-linecap="round"><title>{escape(said)}</title></line>')  # fmt: skip
        lines.append(f'<circle cx="{x1:.1f}" cy="{y}" r="6" fill="{colour}" stroke="#fff" stroke-width="1.5">'
                     f"<title>{escape(said)}</title></circle>")  # fmt: skip
        lines.append(_text(x2 + 12, y + 4, f"{middle:,.2f}".removesuffix(".00")))
    return _svg(len(rows) * ROW + 4, title, lines)


def heat_map(rows: Sequence[str], names: Sequence[str], cells: Mapping[tuple[str, str], tuple[float, int]]) -> str:
    """A table coloured by share: rows × names, each cell (share 0 to 1, posters)."""
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr><th>{escape(row)}</th>{''.join(_heat(cells.get((row, name))) for name in names)}</tr>" for row in rows
    )
    return f'<table class="heat"><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>'


def _heat(cell: tuple[float, int] | None) -> str:
    share, posters = cell or (0.0, 0)
    red, green, blue = (round(255 - (255 - full) * share) for full in (0, 114, 178))
    ink = "#fff" if share > 0.55 else "#1c1c1c"
    text = f"{share:.0%} <small>({posters:,})</small>" if posters else "–"
    return f'<td style="background:rgb({red},{green},{blue});color:{ink}">{text}</td>'


def _round_up(most: float) -> float:
    """A round number at or above: the top of the axis."""
    step = max(1, ceil(most / TICKS))
    return float(step * ceil(most / step))


def _grid(most: float, left: float) -> list[str]:
    top = _round_up(most)
    step = max(1, ceil(most / TICKS))
    lines = []
    for value in range(0, int(top) + 1, step):
        y = COLUMNS_HEIGHT - value / top * COLUMNS_HEIGHT
        lines.append(f'<line x1="{left}" y1="{y:.1f}" x2="{WIDTH}" y2="{y:.1f}" stroke="#ddd"/>')
        lines.append(_text(left - 6, y + 4, f"{value:,}", "end"))
    return lines


def _svg(height: float, title: str, lines: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 -6 {WIDTH} {height + 12:.0f}" role="img" aria-label="{escape(title)}">{"".join(lines)}</svg>'
    )


def _rect(x: float, y: float, width: float, height: float, colour: str, title: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{height:.1f}" fill="{escape(colour)}">'
        f"<title>{escape(title)}</title></rect>"
    )


def _label(name: str, y: float) -> str:
    cut = name if len(name) <= LABEL_CHARS else f"{name[: LABEL_CHARS - 1]}…"
    return f'<text x="{LABELS - 8}" y="{y:.1f}" text-anchor="end">{escape(cut)}<title>{escape(name)}</title></text>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
