"""Nutrition declarations in running text: Calories 140, Total Fat 8g (10% DV), Saturated Fat 1.5g (8% DV), …

Small packs in the United States may print them so (21 CFR 101.9(j)(13)(ii)(A)(2)), and those in the European Union that
have no room for a table (Regulation (EU) 1169/2011, article 34(2)). Lines break anywhere, also between a name and its
amount, so the text is read as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.engines.embedded.layout import Block, Piece
from core.values.nutrition import Atom, AtomKind, default_unit, read_atoms

LEAST_ON_LINE = 2
"""Nutrients with their amounts, behind each other on one line of print, that make it running text."""
LEAST_LINES = 2
LEAST_ROWS = 4
AMOUNT_FIRST = "added_sugars"
"""The one name printed behind its amount: Includes 8g Added Sugars (21 CFR 101.9(c)(6)(iii))."""

_SENTENCE_END = re.compile(r"[.。]\s*$")
_BETWEEN = re.compile(r"[,;，；、)）]")
_MOST_GAP = 3
"""Characters between a name and its amount: a space, a colon."""


@dataclass(frozen=True)
class Linear:
    """The rows of a declaration as values of `nutrition`, and the lines they stand on."""

    rows: tuple[dict[str, Any], ...]
    pieces: tuple[Piece, ...]


def find_linear(blocks: Sequence[Block]) -> Linear | None:
    """The declaration in running text, or None. Print that the edge of the photo cuts is left to the tables' reader."""
    for block in blocks:
        lines = [_is_linear(run.text) for run in block.runs]
        if sum(lines) < LEAST_LINES:
            continue
        first, last = _extent(block, lines)
        start = block.run_start(first)
        end = block.run_start(last) + len(block.runs[last].text)
        rows = _rows(re.sub(r"[\n\t]", " ", block.text[start:end]))
        pieces = tuple(piece for run in block.runs[first : last + 1] for piece in run.pieces)
        if len(rows) >= LEAST_ROWS and not any(piece.line.cuts for piece in pieces):
            return Linear(tuple(rows), pieces)
    return None


def _is_linear(text: str) -> bool:
    """True for a line with several names, each with its amount behind it and a comma or bracket before the next."""
    pairs = [(name, amount) for name, amount in _pairs(read_atoms(text)) if name.start < amount.start]
    gaps = [text[before.end : after.start] for (name, before), (after, _) in pairwise(pairs) if after is not name]
    return len(gaps) + 1 >= LEAST_ON_LINE and all(_BETWEEN.search(gap) for gap in gaps)


def _extent(block: Block, lines: Sequence[bool]) -> tuple[int, int]:
    """From the line before the first one, where it names a nutrient or a basis too, to where the sentence ends."""
    first, last = lines.index(True), len(lines) - 1 - lines[::-1].index(True)
    while first and _begins(block.runs[first - 1].text):
        first -= 1
    while last + 1 < len(lines) and not _SENTENCE_END.search(block.runs[last].text):
        if not any(atom.kind is not AtomKind.WORD for atom in read_atoms(block.runs[last + 1].text)):
            break
        last += 1
    return first, last


def _begins(text: str) -> bool:
    kinds = {atom.kind for atom in read_atoms(text)}
    return bool(kinds & {AtomKind.NAME, AtomKind.BASIS}) and AtomKind.AMOUNT in kinds


def _pairs(atoms: Sequence[Atom]) -> Iterator[tuple[Atom, Atom]]:
    """Each name with its amounts: energy has one in kJ and one in kcal."""
    name: Atom | None = None
    for before, atom in zip((None, *atoms), atoms, strict=False):
        if atom.kind is AtomKind.NAME:
            name = atom
            if atom.nutrient == AMOUNT_FIRST and before and before.kind is AtomKind.AMOUNT and before.end <= atom.start:
                yield atom, before
                name = None
        elif atom.kind is AtomKind.AMOUNT and name is not None and before is not None:
            near = atom.start - before.end <= _MOST_GAP
            if near and (before is name or (before.kind is AtomKind.AMOUNT and name.nutrient == "energy")):
                yield name, atom
        elif atom.kind is AtomKind.BASIS:
            name = None


def _rows(text: str) -> list[dict[str, Any]]:
    """One value for each amount, with the share of the daily value behind it and what it is per."""
    atoms = read_atoms(text)
    bases = [atom for atom in atoms if atom.kind is AtomKind.BASIS]
    found: list[tuple[Atom, dict[str, Any]]] = []
    for name, amount in _pairs(atoms):
        per = [basis.printed for basis in bases if basis.start < name.start]
        row: dict[str, Any] = {
            "nutrient": name.nutrient,
            "name": name.printed.strip(),
            "value": int(amount.value) if amount.value == int(amount.value) else amount.value,
            "unit": amount.unit or default_unit(name.nutrient),
            "per": per[-1] if per else "",
        }
        if amount.less_than:
            row["less_than"] = True
        found.append((max(name, amount, key=lambda atom: atom.end), row))
    for atom in atoms:
        before = [row for last, row in found if last.end <= atom.start]
        if atom.kind is AtomKind.PERCENT and before:
            before[-1].setdefault("nrv_percent", int(atom.value) if atom.value == int(atom.value) else atom.value)
    return [row for _, row in found]
