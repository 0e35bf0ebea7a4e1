"""What is in the product and how it is kept: ingredients, allergens, storage, and the typed keyed values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from core.engines.embedded.claims import begins_with_claim
from core.engines.embedded.keys import Keyed, find_marks
from core.engines.embedded.layout import Block, Page, Span
from core.engines.embedded.values import clean, found, from_keyed, join_lines
from core.types import Fields, FieldValue, Grade
from core.values.dates import SEE_PACKAGE, parse_date, parse_duration
from core.values.lexicons import lexicon_tables
from core.values.quantities import ParsedQuantity, parse_quantity
from core.values.text import Vocabulary, has_cjk, letters, squash

SENTENCE_END = re.compile(
    r"(?<!\bNo)(?<!\bSt)(?<!\bCo)(?<!\bRd)(?<!\bNr)(?<!\bStr)(?<!\bmax)(?<!\bmin)[.。!！](?=\s|$)|[。！]"
)
FULL_LINE = 3.0
"""A line that ends within this many text heights of its block's right edge goes on below."""
TRANSLATION = 0.6
"""Length of a list, as a share of the longest one's, from which it may say the same in another language."""
NET_SIZE = 1.3
"""Height of a net quantity, as a multiple of the usual text's: the law sets its least height above that of other print
(directive 76/211/EEC, annex I, 3.1; 21 CFR 101.7(i))."""
LEAST_INGREDIENTS = 2
"""Letters below which a text is no list of ingredients: 生乳 is one."""


def find_ingredients(keyed: Iterable[Keyed]) -> FieldValue | None:
    """The longest keyed ingredient list, up to its full stop or the next key; of translations the first one printed."""
    lists = [(entry, _ingredients_end(entry.text)) for entry in keyed if entry.field == "ingredients_text"]
    lists = [(entry, end) for entry, end in lists if letters(entry.text[:end]) >= LEAST_INGREDIENTS]
    if not lists:
        return None
    longest, most = max(lists, key=lambda pair: pair[1])
    alike = [(entry, end) for entry, end in lists if end >= TRANSLATION * most]
    translated = all(_may_translate(entry.text[:end], longest.text[:most]) for entry, end in alike)
    entry, end = alike[0] if translated else (longest, most)
    printed = entry.text[:end]
    best = Grade.HIGH if entry.colon else Grade.MEDIUM
    return found(join_lines(printed), join_lines(printed), entry.spans(0, end), best)


def _may_translate(one: str, other: str) -> bool:
    """True for two lists in Latin script of about as many entries; parts of a Chinese dish have lists of their own."""
    fewer, more = sorted((one.count(","), other.count(",")))
    return not has_cjk(one + other) and more - fewer <= max(1, more // 4)


def _ingredients_end(text: str) -> int:
    """Behind the full stop that closes the list: at a line's end, before a sentence of another kind, or the text's."""
    for match in re.finditer(r"[.。](?=\s*\n|\s*$)|\.(?=\s+[A-ZÀ-Ý])|。", text):
        inside_line = match.group() == "." and text[match.end() :].split("\n")[0].strip() != ""
        if _balanced(text[: match.end()]) and not (inside_line and not _says_otherwise(text[match.end() :])):
            return match.end()
    return len(text.rstrip())


def _says_otherwise(text: str) -> bool:
    """True where the next sentence begins with a claim or says how to keep the product; "Salz." may go on otherwise."""
    return begins_with_claim(text) or _storage_phrases().match(text) is not None


def _balanced(text: str) -> bool:
    return sum(text.count(char) for char in "(（[") <= sum(text.count(char) for char in ")）]")


@lru_cache
def _allergens() -> Vocabulary[str]:
    groups = lexicon_tables("allergens")["groups"]
    phrases = {name: group for group, names in groups.items() for name in names}
    return Vocabulary({**phrases, **dict.fromkeys(lexicon_tables("allergens")["not"]["names"], "")})


def find_allergens(keyed: Iterable[Keyed], ingredients: FieldValue | None) -> FieldValue | None:
    """The allergens a statement names; without one, those the ingredient list names, at a lower grade."""
    for entry in keyed:
        if entry.field == "allergens":
            end = flow_end(entry)
            words = _allergen_words(entry.text[:end])
            if words:
                return found(words, join_lines(entry.text[:end]), entry.spans(0, end))
    words = _allergen_words(str(ingredients.value)) if ingredients else []
    if not words or ingredients is None:
        return None
    return ingredients.model_copy(update={"value": words, "raw": ", ".join(words), "grade": Grade.LOW})


def _allergen_words(text: str) -> list[str]:
    """The allergen words of `text` as printed, one for each group."""
    named: dict[str, str] = {}
    for hit in _allergens().find(text):
        if hit.meaning:
            named.setdefault(hit.meaning, text[hit.start : hit.end])
    return list(named.values())


@lru_cache
def _storage_phrases() -> Vocabulary[str]:
    return Vocabulary(dict.fromkeys(lexicon_tables("label_keys")["storage_phrases"]["names"], "storage"))


def find_storage(keyed: Iterable[Keyed], blocks: Iterable[Block]) -> FieldValue | None:
    """The keyed storage conditions, or the sentence that says how to keep the product."""
    for entry in keyed:
        if entry.field == "storage" and letters(entry.text[: flow_end(entry)]) >= 2:
            end = flow_end(entry)
            best = Grade.HIGH if entry.colon else Grade.MEDIUM
            printed = join_lines(entry.text[:end])
            return found(printed, printed, entry.spans(0, end), best)
    for block in blocks:
        for hit in _storage_phrases().find(block.text):
            start, end = _storage_extent(block, hit.start)
            printed = join_lines(block.text[start:end])
            return found(printed, printed, block.spans(start, end), Grade.MEDIUM)
    return None


def _storage_extent(block: Block, offset: int) -> tuple[int, int]:
    """The sentence at `offset` and the one begun behind it on its last line, up to the next key."""
    start, end = sentence_around(block, offset)
    line = block.text.find("\n", end - 1)
    line = line if line >= 0 else len(block.text)
    behind = block.text[end:line].strip()
    if behind and not SENTENCE_END.search(behind):
        stop = SENTENCE_END.search(block.text, line)
        last = stop.end() if stop else len(block.text)
        line = min(last, _lines_end(block, line - 1, last))
    marks = [mark.start for mark in find_marks(block.text) if end <= mark.start < line]
    return start, len(block.text[: min([*marks, line])].rstrip())


def sentence_around(block: Block, offset: int) -> tuple[int, int]:
    """Where the sentence begins and ends that character `offset` of the block stands in."""
    text = block.text
    first = block.run_at(offset)
    while first and goes_on(block, first - 1):
        first -= 1
    stops = [match.end() for match in SENTENCE_END.finditer(text, block.run_start(first), offset)]
    start = stops[-1] if stops else block.run_start(first)
    start += re.match(r"[\s•·*\-–]*", text[start:]).end()  # type: ignore[union-attr]
    stop = SENTENCE_END.search(text, offset)
    end = stop.end() if stop else len(text)
    return start, min(end, _lines_end(block, offset, end))


def _lines_end(block: Block, offset: int, end: int) -> int:
    """The end of the last line, from `offset` on, that the text before it runs on into."""
    text = block.text
    stop = text.find("\n", offset, end)
    while stop >= 0 and goes_on(block, block.run_at(stop)):
        stop = text.find("\n", stop + 1, end)
    return end if stop < 0 else stop


def goes_on(block: Block, number: int) -> bool:
    """True where run `number` reaches the right edge of its block, leaves a bracket open or breaks off before a
    line that begins in lower case."""
    run = block.runs[number]
    below = block.runs[number + 1].text if number + 1 < len(block.runs) else ""
    if re.match(r"[a-zà-ÿ]", below) and run.text.rstrip()[-1:].isalnum():
        return True
    return block.x1 - run.x1 <= FULL_LINE * run.height or not _balanced(run.text)


def flow_end(entry: Keyed) -> int:
    """How much of a keyed text belongs to its value: wrapped lines, up to the first sentence's end."""
    text = entry.text
    first = len(text) - len(text.lstrip())
    end = _lines_end(entry.block, entry.start + first, entry.end) - entry.start
    stop = SENTENCE_END.search(text, first, end)
    return len(text[: stop.end() if stop else end].rstrip())


def first_line(entry: Keyed) -> str:
    """The line the value begins on, cleaned."""
    return clean(entry.text.strip().split("\n")[0])


def find_typed(keyed: Iterable[Keyed]) -> Fields:
    """Dates, shelf life, net content and serving size behind their keys; the first of each that parses."""
    fields: Fields = {}
    for entry in keyed:
        for key, value in _TYPED.get(entry.field, _nothing)(entry).items():
            fields.setdefault(key, value)
    return fields


def _nothing(entry: Keyed) -> Fields:
    return {}


def _date(entry: Keyed) -> Fields:
    """A date; a length of time behind an expiry key is a shelf life and the other way round."""
    end = line_end(entry.text)
    if parse_date(entry.text[:end]) is None:
        end = _typed_end(entry)
    printed = entry.text[:end].replace("\n", " ")
    parsed = parse_date(printed)
    if parsed is None:
        return _duration(entry) if entry.field == "expiry_date" and parse_duration(printed) else {}
    raw = clean(printed) if parsed.value == SEE_PACKAGE else parsed.raw
    value = found(parsed.value, raw, entry.spans(0, end), Grade.MEDIUM if parsed.ambiguous else Grade.HIGH)
    return {entry.field: value.model_copy(update={"alternatives": parsed.alternatives})}


def _duration(entry: Keyed) -> Fields:
    printed = first_line(entry)
    parsed = parse_duration(printed)
    if parsed is None:
        date = parse_date(printed)
        return {"expiry_date": from_keyed(entry, date.value, date.raw)} if date else {}
    return {"shelf_life": from_keyed(entry, parsed.value, printed, unit=parsed.unit)}


def _quantity(entry: Keyed) -> Fields:
    printed = first_line(entry)
    parsed = parse_quantity(printed)
    if parsed is None and entry.field == "serving_size":
        printed = clean(" ".join(entry.text.strip().split("\n")[:2]))
        parsed = parse_quantity(printed)
    if parsed is None:
        return {}
    raw = _with_lead(printed, parsed.raw) if entry.field == "serving_size" else parsed.raw
    return {entry.field: from_keyed(entry, parsed.value, raw, unit=parsed.unit)}


def _with_lead(printed: str, amount: str) -> str:
    """The amount with the words before it ("about 12 chips (28g)") and the rest of its bracket ("28g/15 chips)")."""
    end = printed.find(amount) + len(amount)
    if printed.count("(", 0, end) > printed.count(")", 0, end) and ")" in printed[end:]:
        return printed[: printed.index(")", end) + 1]
    return printed[: end + 1] if printed[end : end + 1] in (")", "）") else printed[:end]


def line_end(text: str) -> int:
    """The end of the first line that says something."""
    stop = text.find("\n", len(text) - len(text.lstrip()))
    return stop if stop >= 0 else len(text)


def _typed_end(entry: Keyed) -> int:
    """A date's text ends with its sentence, or with the line after the key's."""
    stop = re.compile(r"[。；;]|\.(?=\s+[A-ZÀ-Ý])").search(entry.text)
    end = stop.start() if stop else len(entry.text)
    lines = [match.start() for match in re.finditer("\n", entry.text[:end].rstrip())]
    return min(end, lines[1]) if len(lines) > 1 else end


_TYPED: dict[str, Callable[[Keyed], Fields]] = {
    "production_date": _date,
    "expiry_date": _date,
    "shelf_life": _duration,
    "net_content": _quantity,
    "serving_size": _quantity,
}


def find_loose_net_content(page: Page, marked_only: bool, used: Iterable[int] = ()) -> FieldValue | None:
    """A net content that stands alone on the pack, on none of the lines `used`: with the ℮ mark, in customary and
    metric units, or the only amount there is; beside a nutrition table (`marked_only`) the only one in large print."""
    taken = set(used)
    free = [run for run in page.runs if not taken & {piece.index for piece in run.pieces}]
    alone = [(run, amount) for run in free if (amount := _lone_amount(run.text.replace("\t", " ")))]
    marked = [(run, amount) for run, amount in alone if amount.estimated or amount.dual]
    large = [(run, amount) for run, amount in alone if run.height >= NET_SIZE * page.text_height]
    candidates = (marked or large) if marked_only else (marked or alone)
    if len({(amount.value, amount.unit) for _, amount in candidates}) != 1:
        return None
    run, amount = max(candidates, key=lambda pair: pair[0].height)
    best = Grade.MEDIUM if marked else Grade.LOW
    spans = [Span(piece, 0, len(piece.text)) for piece in run.pieces]
    return found(amount.value, amount.raw, spans, best, unit=amount.unit)


def _lone_amount(text: str) -> ParsedQuantity | None:
    """The amount that is all a line says, in a unit packs are sold by."""
    amount = parse_quantity(text)
    if amount is None or amount.unit in _NOT_NET or not _is_whole(text, amount.raw):
        return None
    return amount


_NOT_NET = frozenset(("pc", "cup", "tbsp", "tsp", "µg", "mg", "mm", "cm", "m"))
_MARKS = re.compile(r"(?i)^(?:net\s*wt\.?|net|℮|e|净重|净含量)|(?:℮|e)$")


def _is_whole(text: str, raw: str) -> bool:
    """True where a line says nothing but the amount, marks and brackets aside."""
    rest = squash(_MARKS.sub("", _MARKS.sub("", text.strip()).strip())).text
    return rest == squash(_MARKS.sub("", raw)).text or (has_cjk(text) and rest == squash(raw).text)
