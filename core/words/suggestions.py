"""Phrases that recur on posters and that no lexicon knows: offered as new words, with the posters that print them.

What is counted are creatives, not posters, so that one ad seen ten times teaches nothing ten times. A phrase is a whole
line, or a piece of lines that comes back in other company: two to six characters of Chinese, one to three words.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlite_utils import Database

from core.store.db import write
from core.store.preferences import find_preference, put_preference
from core.types import Kind, Status
from core.values.editions import current
from core.values.periods import find_period
from core.values.prices import find_prices
from core.values.promotions import parse_promotion
from core.values.terms import load_terms, wording_key
from core.values.text import has_cjk, squash
from core.words.lexicons import NAMES

LEAST_CREATIVES = 3
"""On fewer, a phrase is what one advertiser happens to say."""
COMMONER = 3
"""A phrase within another is the word to learn where it is on so many times as many creatives."""
MOST = 40
MOST_POSTERS = 12
"""Posters kept per phrase: enough to see what it means there."""
MOST_LINES = 5
"""Different lines kept per phrase, to see whether it says something of its own in them."""
LEAST_SCORE = 0.8
"""Lines that the recogniser itself doubts more are no words to learn."""
PIECE_HAN, PIECE_WORDS = (2, 6), 3
LONGEST_HAN, LONGEST_WORDS = 12, 6
"""A longer line is a sentence, and its pieces are what recurs."""
KNOWN_SHARE = 0.5
"""Share of a phrase that a lexicon's words take for it to be known; 克 in 赛博朋克 says nothing of it."""
ALSO_KNOWN = ("price_labels", "product_nouns", "shops")
"""Lexicons that cannot be changed here, whose words need not be learned."""
IGNORED = "ignored_phrases"

_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[^\W\d_][\w'-]*")
_COUNTED = re.compile(r"第?[一二两三四五六七八九十百几\d]+[个件份瓶盒袋支只双套杯包片条台罐箱次天人]")
_SMALL = frozenset(
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "get", "has", "have", "her", "his", "in",
        "is", "it", "its", "me", "my", "new", "no", "not", "of", "on", "or", "our", "out", "so", "than", "that",
        "the", "them", "their", "this", "to", "up", "us", "was", "we", "what", "when", "with", "you", "your", "all",
        "more", "can", "do", "how", "now", "only",
    }
)  # fmt: skip
_SMALL_HAN = re.compile(r"^[的了和与是在也就都而及等一每这那]|[的了和与是在也就都而及等]$")


@dataclass
class Phrase:
    """A phrase as it is mostly printed, on how many creatives, and posters (item ids) that print it."""

    text: str
    creatives: int
    posters: tuple[int, ...]
    line: str
    """A whole line that holds it."""


@dataclass
class _Seen:
    spellings: Counter[str] = field(default_factory=Counter)
    creatives: set[int] = field(default_factory=set)
    posters: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The most frequent spelling."""
        return self.spellings.most_common(1)[0][0]

    def add(self, text: str, creatives: Iterable[int], posters: Iterable[int], line: str) -> None:
        self.spellings[text] += 1
        self.creatives.update(creatives)
        room = MOST_POSTERS - len(self.posters)
        if room > 0:
            self.posters += [item for item in posters if item not in self.posters][:room]
        if len(self.lines) < MOST_LINES:
            self.lines.append(line)


def suggest(db: Database) -> list[Phrase]:
    """Unknown phrases, those on most creatives first, at most `MOST`; ones that somebody ignored are left out."""
    pieces = _pieces(_lines(db))
    often = _without_parts({key: seen for key, seen in pieces.items() if len(seen.creatives) >= LEAST_CREATIVES})
    ranked = sorted(often, key=lambda key: (-len(often[key].creatives), -len(key), key))
    brands, known, ignored = _brands(db), "\n".join(_known_wordings()), ignored_phrases(db)
    found: list[str] = []
    for key in ranked:  # what is known is asked last: it costs most, and few are wanted
        if len(found) == MOST:
            break
        named = any(key in brand or brand in key for brand in brands)
        if key in ignored or named or key in known or _holds_commoner(key, found, often):
            continue
        if not _is_known(often[key].text) and not _is_fragment(often[key]):
            found.append(key)
    return [
        Phrase(seen.text, len(seen.creatives), tuple(seen.posters), seen.lines[0])
        for seen in (often[key] for key in found)
    ]


def _holds_commoner(key: str, found: list[str], seen: dict[str, _Seen]) -> bool:
    """True where the phrase is one that is offered already in chance company: 感多巴胺 beside 多巴胺."""
    least = COMMONER * len(seen[key].creatives)
    return any(other in key and len(seen[other].creatives) >= least for other in found)


def ignored_phrases(db: Database) -> set[str]:
    """Keys of the phrases that somebody does not want to be offered."""
    chosen = find_preference(db, IGNORED)
    return set(json.loads(chosen.value)) if chosen else set()


def ignore_phrase(db: Database, text: str, *, by: str) -> None:
    """The phrase is not offered again, to anybody."""
    with write(db):
        ignored = sorted(ignored_phrases(db) | {squash(text).text})
        put_preference(db, IGNORED, json.dumps(ignored, ensure_ascii=False), by=by)


def suggestions_key(db: Database) -> tuple[object, ...]:
    """Differs when `suggest` may say something else: for whoever keeps what it said."""
    row = db.conn.execute(
        "SELECT COUNT(*) AS n, COALESCE(MAX(updated_at), '') AS latest FROM records WHERE kind = ?", (Kind.AD,)
    ).fetchone()
    return row["n"], row["latest"], current().name, len(ignored_phrases(db))


def _lines(db: Database) -> dict[str, _Seen]:
    """Every different line of the newest readings of the ads' first photos, by its letters and digits."""
    rows = db.conn.execute(
        "SELECT records.item_id, COALESCE(creative, -records.item_id) AS creative,"
        " json_extract(line.value, '$.text') AS text"
        " FROM records LEFT JOIN creative_members USING (item_id) JOIN readings ON readings.blob = records.thumb,"
        " json_each(readings.data, '$.lines') AS line"
        " WHERE records.kind = ? AND records.status NOT IN (?, ?, ?)"
        " AND readings.created_at = (SELECT MAX(created_at) FROM readings AS newer WHERE newer.blob = records.thumb)"
        " AND json_extract(line.value, '$.score') >= ?",
        (Kind.AD, Status.QUEUED, Status.READING, Status.FAILED, LEAST_SCORE),
    )
    by_text: dict[str, tuple[list[int], list[int]]] = {}
    for row in rows:
        creatives, posters = by_text.setdefault(row["text"], ([], []))
        creatives.append(row["creative"])
        posters.append(row["item_id"])
    lines: dict[str, _Seen] = {}
    for text, (creatives, posters) in by_text.items():
        if key := squash(text).text:
            lines.setdefault(key, _Seen()).add(text, creatives, posters, text)
    return lines


def _pieces(lines: dict[str, _Seen]) -> dict[str, _Seen]:
    """Lines and pieces of lines, each with everything its lines were seen on."""
    pieces: dict[str, _Seen] = {}
    for seen in lines.values():
        text = seen.text.strip()
        for piece in dict.fromkeys(_pieces_of(text)):
            if key := squash(piece).text:
                pieces.setdefault(key, _Seen()).add(piece, seen.creatives, seen.posters, text)
    return pieces


def _pieces_of(text: str) -> Iterator[str]:
    han = sum(map(len, _HAN.findall(text)))
    words = _WORD.findall(text) if not han else []
    if (2 <= han <= LONGEST_HAN) or (1 < len(words) <= LONGEST_WORDS):
        yield text
    for run in _HAN.findall(text):
        for length in range(PIECE_HAN[0], min(PIECE_HAN[1], len(run)) + 1):
            for start in range(len(run) - length + 1):
                piece = run[start : start + length]
                if not _SMALL_HAN.search(piece):
                    yield piece
    for length in range(1, PIECE_WORDS + 1):
        for start in range(len(words) - length + 1):
            piece_words = words[start : start + length]
            ends = {piece_words[0].casefold(), piece_words[-1].casefold()}
            if not ends & _SMALL and max(map(len, piece_words)) > 2:
                yield " ".join(piece_words)


def _without_parts(pieces: dict[str, _Seen]) -> dict[str, _Seen]:
    """The pieces that say something of their own: a part of a longer piece that is seen as often does not."""
    kept: dict[str, _Seen] = {}
    as_part: dict[str, int] = {}
    for key in sorted(pieces, key=len, reverse=True):
        often = len(pieces[key].creatives)
        if as_part.get(key, 0) >= often:
            continue
        kept[key] = pieces[key]
        for start in range(len(key)):
            for end in range(start + 1, len(key) + 1):
                part = key[start:end]
                if part in pieces:
                    as_part[part] = max(as_part.get(part, 0), often)
    return kept


def _brands(db: Database) -> set[str]:
    rows = db.conn.execute("SELECT DISTINCT brand FROM records WHERE brand <> ''")
    return {key for row in rows if len(key := squash(row["brand"]).text) > 1}


def _known_wordings() -> set[str]:
    """Every term and exception there is: a piece of one is no word of its own."""
    lexicons = [load_terms(name) for name in (*NAMES, *ALSO_KNOWN)]
    wordings = (text for lexicon in lexicons for entry in lexicon.entries for text in (*entry.terms, *entry.exceptions))
    return {wording_key(text) for text in wordings}


def _covered(text: str, lexicon: str) -> float:
    """The share of the text's letters and digits that words of the lexicon take."""
    known = sum(len(squash(match.printed).text) for match in load_terms(lexicon).find(text))
    return known / max(len(squash(text).text), 1)


def _is_known(text: str) -> bool:
    """True where a lexicon has a word in it, or it is an offer, a price or a period."""
    if any(_covered(text, name) >= KNOWN_SHARE for name in (*NAMES, *ALSO_KNOWN)):
        return True
    if parse_promotion(text) is not None or find_prices(text) or find_period(text) is not None:
        return True
    if _COUNTED.fullmatch(text):
        return True
    letters = sum(char.isalpha() for char in text)
    return letters < (2 if has_cjk(text) else 3) or letters < len(squash(text).text) / 2


def _is_fragment(seen: _Seen) -> bool:
    """True where most of its lines state another offer, price or period without it: 第二件 of 第二件半价, Oct."""
    words = [seen.text] if has_cjk(seen.text) else seen.text.split()
    fragments = 0
    for line in seen.lines:
        rest = line
        for word in words:
            rest = rest.replace(word, " ")
        fragments += bool(squash(rest).text) and _stated(line) != _stated(rest)
    return 2 * fragments >= len(seen.lines)


def _stated(line: str) -> tuple[object, ...]:
    """What a line says that is no wording: the offer, the amounts and the days."""
    offer, period = parse_promotion(line), find_period(line)
    return (
        offer and offer.model_dump(exclude={"text"}),
        [(price.value, price.kind) for price in find_prices(line)],
        period and (period.start, period.end),
    )
