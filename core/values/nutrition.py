"""Nutrient names and amounts as nutrition tables print them, in Chinese, English, French and German. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from core.values.lexicons import lexicon_tables
from core.values.text import Vocabulary, fold_aligned, has_cjk, squash


class AtomKind(StrEnum):
    """What one piece of a table's text is."""

    NAME = "name"
    AMOUNT = "amount"
    UNIT = "unit"
    """A unit in a box of its own, or in brackets behind a name."""
    PERCENT = "percent"
    BASIS = "basis"
    WORD = "word"
    """Anything else; tells a table's cell from running text."""


@dataclass(frozen=True)
class Atom:
    """One piece of a table's text at [start, end).

    NAME: `nutrient` is the canonical key, or the printed name where there is none; `printed` as read.
    AMOUNT: `value`, `unit` ("" where none is printed), `less_than` for "<0.5".
    PERCENT: `value`. UNIT: `unit`. BASIS: `printed` is "100g", "100ml", "100kJ", "serving" or "container".
    """

    kind: AtomKind
    start: int
    end: int
    printed: str = ""
    nutrient: str = ""
    value: float = 0.0
    unit: str = ""
    less_than: bool = False


_UNITS = {
    **dict.fromkeys(("kj", "千焦"), "kJ"),
    # The capital J is read as I, l or ) so often that these count; no other unit looks like them.
    **dict.fromkeys(("ki", "kl", "k]"), "kJ"),
    **dict.fromkeys(("kcal", "千卡", "大卡"), "kcal"),
    **dict.fromkeys(("g", "克"), "g"),
    **dict.fromkeys(("mg", "毫克"), "mg"),
    # Nobody prints picograms on food: pg is a misread µg.
    **dict.fromkeys(("μg", "ug", "mcg", "pg", "微克"), "µg"),
    **dict.fromkeys(("iu", "国际单位"), "IU"),
}
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_UNIT_END = r"(?:\s?(?:rae|re|dfe|ne|[αa]?-?te)(?![a-z]))?(?![a-z])"
"""Vitamins are counted in equivalents: μg RE of retinol, mg α-TE of tocopherol, mcg DFE of folate."""
_NUMBER = r"[1-9]\d{0,2} \d{3}(?=\s*(?:kj|kcal|mg))|\d+(?:[.,]\d+)*"
_LESS = r"(?:<|≤|＜|less than|under|moins de|weniger als|小于|低于)\s*"
_AMOUNT = re.compile(
    rf"(?P<less>{_LESS})?(?P<number>{_NUMBER}|o(?=\s?(?:g|mg|mcg){_UNIT_END}))(?!\s*%|\d)"
    rf"\s*(?:(?P<unit>{_UNIT}){_UNIT_END}|\((?P<unit2>{_UNIT})\))?"
)
_UNIT_AGAIN = re.compile(rf"\s*[(（]\s*(?:{_UNIT})\s*[)）]")
_LONE_UNIT = re.compile(rf"(?:{_UNIT}){_UNIT_END}")
_PERCENT = re.compile(rf"(?:{_LESS})?(?P<number>{_NUMBER}|o)\s*%")
# The recogniser turns short cells upside down: %6 was 9%, %0 was 0%. Which one cannot be told, so it is skipped.
_TURNED_PERCENT = re.compile(r"%\s*\d+(?!\d*\s*[a-z])")
_REMARK = re.compile(r"[(（](?P<inside>[^()（）\d]*)[)）]")
_PUNCTUATION = re.compile(r"[\s:.,;·•●*\-–—−/|()（）\[\]_…+&%†‡'\"^~=]+")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+|[\u3400-\u9fff]|.")
_BASIS_AMOUNT = re.compile(
    r"(?:(?:per|pour|pro|je|par|every|每)\s*(?P<serving>serving|portion|份)?\s*\(?|/\s*)"
    rf"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>g|gr|grams?|ml|kj|克|毫升|千焦){_UNIT_END}(?:\s*\((?:g|ml|kj)\))?\s*\)?"
)
_BASIS_PART = re.compile(
    r"(?:per|pro|je|par|pour)\s*(?:½|¼|⅓|⅔|[1-9]/[2-9]|\d{1,2}|an?|one|une?)?\d?\s*"
    r"(?:serving|portion|can|tin|pot|bar|biscuit|cookie|slice|bottle|pouch|bowl|sachet|pizza|burger|piece|cup|glass|glas|tasse|scheibe"
    r"|riegel|stuck|becher|dose|flasche|keks|barre|tranche|verre|bol|bouteille|canette|gaufre|unite)s?(?![a-z])"
    r"|(?:per|pro|je|par|pour)\s*[^\W\d_]{2,14}(?=\s*[(（]\s*\d+(?:[.,]\d+)?\s*(?:g|ml)\b)"
)
_SERVING_SIZE = re.compile(
    r"\s*[(（]?\s*(?:=\s*)?\d+(?:[.,]\d+)?\s*(?:g|ml|克|毫升)(?![a-z])(?:\s*[(（](?:g|ml)[)）])?\s*[)）]?"
)
_DECIMAL = re.compile(r"\d[.,]\d")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_BORDER = frozenset("i|l1![")
"""What the frame of a table is read as when it touches the first letter."""
_AFTER_CJK_NAME = frozenset("克毫微千大卡每国")


@lru_cache
def _names() -> Vocabulary[str]:
    lexicon = lexicon_tables("nutrients")
    phrases = dict.fromkeys((*lexicon["other"]["names"], *lexicon["grams"]["names"]), "")
    for key, nutrient in lexicon["core"].items():
        phrases.update(dict.fromkeys(nutrient["names"], key))
    return Vocabulary(phrases)


@lru_cache
def _grams() -> Vocabulary[str]:
    return Vocabulary(dict.fromkeys(lexicon_tables("nutrients")["grams"]["names"], "g"))


@lru_cache
def _prefixes() -> Vocabulary[str]:
    return Vocabulary(dict.fromkeys(lexicon_tables("nutrients")["prefix"]["names"], "prefix"))


@lru_cache
def _bases() -> Vocabulary[str]:
    tables = lexicon_tables("nutrients")["basis"]
    return Vocabulary({name: basis for basis, table in tables.items() for name in table["names"]})


@lru_cache
def _counts() -> Vocabulary[str]:
    """Lines that name a serving or a pack without being the head of a column."""
    return Vocabulary(dict.fromkeys(lexicon_tables("nutrients")["count"]["names"], "count"))


def default_unit(nutrient: str) -> str:
    """The unit a table means where it prints none; "" for energy, vitamins and minerals outside the core list."""
    core = lexicon_tables("nutrients")["core"]
    if nutrient in core:
        return str(core[nutrient]["unit"])
    return "g" if _grams().exact(nutrient) else ""


def nutrient_key(name: str) -> str | None:
    """The canonical key of a printed nutrient name; None where the core list does not have it."""
    atoms = [atom for atom in read_atoms(name) if atom.kind is AtomKind.NAME]
    core = lexicon_tables("nutrients")["core"]
    return atoms[0].nutrient if atoms and atoms[0].nutrient in core else None


def parse_amount(text: str) -> tuple[float, str] | None:
    """The first amount in `text` as (value, unit), e.g. "<0,5 g" -> (0.5, "g"); None where there is none."""
    for atom in read_atoms(text):
        if atom.kind is AtomKind.AMOUNT:
            return atom.value, atom.unit
    return None


def read_atoms(text: str) -> list[Atom]:
    """`text` cut into names, amounts, units, percentages, bases and other words, left to right."""
    folded = fold_aligned(text)
    atoms: list[Atom] = []
    position = 0
    while position < len(folded):
        if turned := _TURNED_PERCENT.match(folded, position):
            position = turned.end()
            continue
        if gap := _PUNCTUATION.match(folded, position):
            remark = _remark_end(folded, position, gap.end())
            position = remark
            continue
        atom = _next_atom(text, folded, position, atoms)
        if atom is None:
            break
        if atom.kind is not AtomKind.WORD or atom.printed:
            atoms.append(atom)
        position = max(atom.end, position + 1)
    return _bases_in_rows_are_amounts(atoms)


def _remark_end(folded: str, start: int, end: int) -> int:
    """Behind punctuation, and behind a bracketed remark that holds neither digits nor a unit."""
    bracket = next((at for at in range(start, end) if folded[at] in "(（"), None)
    if bracket is None:
        return end
    remark = _REMARK.match(folded, bracket)
    if remark and not _LONE_UNIT.fullmatch(remark["inside"].strip()):
        return remark.end()
    return max(bracket + 1, start + 1)


def _next_atom(text: str, folded: str, position: int, before: list[Atom]) -> Atom | None:
    for read in (_read_basis, _read_name, _read_percent, _read_amount, _read_unit):
        if atom := read(text, folded, position, before):
            return atom
    word = _WORD.match(folded, position)
    return Atom(AtomKind.WORD, position, word.end(), printed=text[position : word.end()]) if word else None


def _read_basis(text: str, folded: str, position: int, before: list[Atom]) -> Atom | None:
    if count := _at(_counts(), text, position):
        return Atom(AtomKind.WORD, position, count, printed=text[position:count])
    if match := _BASIS_AMOUNT.match(folded, position):
        unit = {"克": "g", "毫升": "ml", "千焦": "kJ", "kj": "kJ", "ml": "ml"}.get(match["unit"], "g")
        printed = f"100{unit}" if match["number"] == "100" and not match["serving"] else "serving"
        return Atom(AtomKind.BASIS, position, match.end(), printed=printed)
    if match := _BASIS_PART.match(folded, position):
        size = _SERVING_SIZE.match(folded, match.end())
        return Atom(AtomKind.BASIS, position, size.end() if size else match.end(), printed="serving")
    hit = _bases().match(text, position)
    if hit is None or hit.start != position or _glued(text, hit.end) or _DECIMAL.search(text[position : hit.end]):
        return None
    size = _SERVING_SIZE.match(folded, hit.end) if hit.meaning in ("serving", "container") else None
    return Atom(AtomKind.BASIS, position, size.end() if size else hit.end, printed=hit.meaning)


def _read_name(text: str, folded: str, position: int, before: list[Atom]) -> Atom | None:
    if before and before[-1].kind is AtomKind.WORD and before[-1].end == position and has_cjk(text[position]):
        return None
    if end := _at(_prefixes(), text, position):
        return Atom(AtomKind.WORD, position, end, printed="")
    start = position
    hit = _names().match(text, position)
    if hit is None and not before and folded[position] in _BORDER:
        start = position + 1
        hit = _names().match(text, start)
    if hit is None or hit.start != start or _continues_cjk(text, hit.end):
        return _misread_name(text, position, before)
    printed = text[start : hit.end]
    return Atom(AtomKind.NAME, position, hit.end, printed=printed, nutrient=hit.meaning or printed)


def _misread_name(text: str, position: int, before: list[Atom]) -> Atom | None:
    """A name with one wrong character, looked for at the head of a cell only."""
    if before:
        return None
    head = re.match(r"[^\d<≤(（:：%]+", text[position:])
    printed = head.group().strip() if head else ""
    meaning = _names().nearest(printed) if printed else None
    if meaning is None or _at(_bases(), text, position):
        return None
    return Atom(AtomKind.NAME, position, position + len(printed), printed=printed, nutrient=meaning or printed)


def _read_percent(text: str, folded: str, position: int, before: list[Atom]) -> Atom | None:
    if match := _PERCENT.match(folded, position):
        return Atom(AtomKind.PERCENT, position, match.end(), value=_value(match["number"], "%"))
    return None


def _read_amount(text: str, folded: str, position: int, before: list[Atom]) -> Atom | None:
    match = _AMOUNT.match(folded, position)
    if match is None:
        return None
    unit = _UNITS.get(match["unit"] or match["unit2"] or "", "")
    again = _UNIT_AGAIN.match(folded, match.end()) if unit else None
    end = again.end() if again else match.end()
    return Atom(
        AtomKind.AMOUNT, position, end, value=_value(match["number"], unit), unit=unit, less_than=bool(match["less"])
    )


def _read_unit(text: str, folded: str, position: int, before: list[Atom]) -> Atom | None:
    match = _LONE_UNIT.match(folded, position)
    return Atom(AtomKind.UNIT, position, match.end(), unit=_UNITS[match.group()]) if match else None


def _at(vocabulary: Vocabulary[str], text: str, position: int) -> int | None:
    """Where the phrase that begins exactly at `position` ends."""
    hit = vocabulary.match(text, position)
    return hit.end if hit and hit.start == position and not _glued(text, hit.end) else None


def _glued(text: str, end: int) -> bool:
    """True where the phrase runs on into the same number (100 g of 100 grams is whole, 10 of 100 is not)."""
    return end < len(text) and text[end - 1].isdigit() and text[end].isdigit()


def _continues_cjk(text: str, end: int) -> bool:
    """True where a Chinese name is only the head of a longer word (糖 in 糖浆)."""
    return has_cjk(text[end - 1]) and end < len(text) and has_cjk(text[end]) and text[end] not in _AFTER_CJK_NAME


def _value(number: str, unit: str) -> float:
    """1,3 is one point three; 1,850 kJ is 1850. An o is a zero."""
    if number == "o":
        return 0.0
    number = number.replace(" ", "")
    if unit != "g" and _THOUSANDS.fullmatch(number):
        return float(re.sub(r"[.,]", "", number))
    head, _, tail = number.replace(",", ".").rpartition(".")
    return float(f"{head.replace('.', '')}.{tail}" if head else tail)


def _bases_in_rows_are_amounts(atoms: list[Atom]) -> list[Atom]:
    """Behind a nutrient's name a bare "100 g" is its amount, not the head of a column."""
    named = False
    result = []
    for atom in atoms:
        named = named or atom.kind is AtomKind.NAME
        if named and atom.kind is AtomKind.BASIS and atom.printed in ("100g", "100ml", "100kJ"):
            unit = {"100g": "g", "100kJ": "kJ"}.get(atom.printed, "")
            atom = Atom(AtomKind.AMOUNT, atom.start, atom.end, value=100.0, unit=unit)
        result.append(atom)
    return result


def is_heading(text: str) -> bool:
    """True where `text` is, or holds, the title of a nutrition table."""
    squashed = squash(text).text
    return any(squash(title).text in squashed for title in lexicon_tables("nutrients")["heading"]["names"])
