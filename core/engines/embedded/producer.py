"""Who made it, where, under which licence and standard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.engines.embedded.composition import first_line, flow_end, line_end
from core.engines.embedded.keys import Keyed, key_vocabulary
from core.engines.embedded.layout import Block, union
from core.engines.embedded.values import clean, found, from_keyed, join_lines
from core.types import Fields, FieldValue, Grade
from core.values.text import has_cjk, letters, squash

_MAKER_FIRST = re.compile(r"委托|出品|注册人|备案人|vertrieb|distribu|for$|pour$|für$|inverkehr", re.IGNORECASE)
"""Keys of those who have it made or sell it: used where no maker is named. 被委托 and 受委托 are makers."""
_COMPANY = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|集团公司|食品厂|合作社|酒厂)(?:[（(][^()（）]{1,8}[)）])?$"
    r"|\b(?:GmbH(?:\s*&\s*Co\.?\s*(?:KG|OHG)(?:aA)?)?|AG|S\.?A\.?R\.?L\.?|S\.?A\.?S?\.?|Ltd\.?|Co\.|Inc\.?|LLC|Corp\.?|Company|B\.?V\.?|e\.?K\.?|S\.?p\.?A\.?|S\.?r\.?l\.?)(?=[\s,.)]|$)"
)
_POSTCODE = re.compile(
    r"(?:\b[A-Z]{1,2}-)?\b\d{5}(?:-\d{4})?\b|邮编|\b[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}\b"
    r"|(?<=, )(?:[A-Z]{1,2}-)?[1-9]\d{3} [A-ZÀ-Ý][a-zà-ÿ]{2}"
)
"""Five digits, a British code, or four digits before a town (Austria, Belgium, Switzerland)."""
_BOX = re.compile(r"\bP\.?\s?O\.?\s?Box \d")
_ORIGIN_END = re.compile(r"\s+[-–—|]\s+|[,，;；。(（\n]|\.(?:\s|$)|\s+(?:von|by|par|für|for|pour)\s")
_LICENCE = re.compile(r"(?<![A-Za-z0-9])(?:SC|QS)\s*[:：]?\s*(?:\d[\s-]?){11,13}\d(?!\d)")
_STANDARD = re.compile(
    r"(?<![A-Za-z0-9])(?:GB\s?(?:/\s?[TZ])?|(?:SB|QB|NY|LS|SN|GH|SC|FZ|YY|HG|JB|BB|LY|WS|CCAA)\s?/\s?T|DBS?\s?\d{2}\s?/\s?T?|T\s?/\s?[A-Z]{2,8}|Q\s?/\s?[A-Z0-9]{1,10})"
    r"[\s.]?\s*\d[\d.]*(?:\s?[A-Z])?(?:\s*[-—–]\s*(?:19|20)\d\d)?",
)
_MADE_IN = re.compile(
    r"(中国|日本|韩国|德国|法国|英国|美国|意大利|西班牙|瑞士|荷兰|丹麦|波兰|泰国|越南|印度|印度尼西亚|马来西亚|新加坡|菲律宾"
    r"|澳大利亚|新西兰|加拿大|墨西哥|土耳其|中国台湾|中国香港)制造"
)
LEAST_NAME = 2
"""Letters a maker's name has at least."""


def find_producer(keyed: Sequence[Keyed], blocks: Iterable[Block]) -> Fields:
    """Manufacturer, address, origin, licence and standard code, those that are found."""
    blocks = list(blocks)
    origin, maker_behind = find_origin(keyed)
    entry = _maker_entry(keyed)
    maker, address_behind = _split_address(_keyed_maker(entry) or maker_behind or _company(blocks), blocks)
    origin = origin or _country_of_make(blocks)
    values = {
        "manufacturer": maker,
        "address": _address(keyed, entry) or address_behind,
        "origin": origin,
        "licence": _licence(keyed, blocks),
        "standard_code": _standard(keyed, blocks),
    }
    return {key: value for key, value in values.items() if value is not None}


def _maker_entry(keyed: Sequence[Keyed]) -> Keyed | None:
    """The key that names who makes it, or else who orders or sells it."""
    makers = [entry for entry in keyed if entry.field == "manufacturer" and letters(first_line(entry)) >= LEAST_NAME]
    return min(makers, key=_maker_rank, default=None)


def _keyed_maker(entry: Keyed | None) -> FieldValue | None:
    if entry is None:
        return None
    end = flow_end(entry) if has_cjk(first_line(entry)) else line_end(entry.text)
    printed = join_lines(entry.text[:end])
    return found(printed, printed, entry.spans(0, end), Grade.HIGH if entry.colon else Grade.MEDIUM)


def _split_address(maker: FieldValue | None, blocks: list[Block]) -> tuple[FieldValue | None, FieldValue | None]:
    """The maker without the address behind its legal form, and the address: from there, the line below, or both."""
    if maker is None:
        return None, None
    printed = str(maker.value)
    form = _COMPANY.search(printed)
    rest = clean(printed[form.end() :]) if form else ""
    below = None if _POSTCODE.search(rest) else _line_below(maker, blocks)
    if form and rest and (below or _POSTCODE.search(rest)):
        name = clean(printed[: form.end()])
        whole = f"{rest} {below.value}" if below else rest
        lines = tuple(dict.fromkeys((*maker.lines, *below.lines))) if below else maker.lines
        box = union([part.box for part in (maker, below) if part and part.box])
        address = maker.model_copy(
            update={"value": whole, "raw": whole, "grade": Grade.MEDIUM, "lines": lines, "box": box}
        )
        return maker.model_copy(update={"value": name, "raw": name}), address
    return maker, below


def _line_below(maker: FieldValue, blocks: list[Block]) -> FieldValue | None:
    """The line under the maker's, where it ends in a postcode and town."""
    for block in blocks:
        for run, below in zip(block.runs, block.runs[1:], strict=False):
            if any(piece.index in maker.lines for piece in run.pieces) and (
                _POSTCODE.search(below.text) or _BOX.search(below.text)
            ):
                number = block.runs.index(below)
                start = block.run_start(number)
                printed = clean(below.text)
                return found(printed, printed, block.spans(start, start + len(below.text)), Grade.MEDIUM)
    return None


def _maker_rank(entry: Keyed) -> int:
    """0 for who makes it, 1 for who orders or sells it."""
    printed = entry.key_text
    return int(bool(_MAKER_FIRST.search(printed)) and not re.search("[被受]委托|受托", printed))


def _company(blocks: list[Block]) -> FieldValue | None:
    """A line that ends in a company's legal form, where no key names the maker."""
    for block in blocks:
        position = 0
        for line in block.text.split("\n"):
            printed = clean(line)
            if _COMPANY.search(printed) and letters(printed) >= 4 and len(printed) <= 60:
                return found(printed, printed, block.spans(position, position + len(line)), Grade.LOW)
            position += len(line) + 1
    return None


def _address(keyed: Sequence[Keyed], maker: Keyed | None) -> FieldValue | None:
    """The address that follows the maker, else the first one."""
    at = keyed.index(maker) if maker in keyed else 0
    for entry in (*keyed[at:], *keyed[:at]):
        if entry.field == "address" and letters(entry.text) >= 4:
            end = flow_end(entry)
            printed = join_lines(entry.text[:end])
            return found(printed, printed, entry.spans(0, end), Grade.HIGH if entry.colon else Grade.MEDIUM)
    return None


def find_origin(keyed: Sequence[Keyed]) -> tuple[FieldValue | None, FieldValue | None]:
    """The origin, and the maker where one stands behind it: Fabriqué en Alsace - Dupont - 67000 Strasbourg."""
    for entry in keyed:
        if entry.field != "origin":
            continue
        line = entry.text.strip().split("\n")[0]
        stop = _ORIGIN_END.search(line)
        place = clean(line[: stop.start()] if stop else line)
        if letters(place) < LEAST_NAME or len(place) > 40:
            continue
        origin = _with_key(entry, place)
        rest = clean(line[stop.end() :]) if stop else ""
        maker = rest if _POSTCODE.search(rest) or _COMPANY.search(rest) else ""
        return origin, from_keyed(entry, maker, maker) if maker else None
    return None, None


def _country_of_make(blocks: Iterable[Block]) -> FieldValue | None:
    """The country of a line that says 中国制造 and nothing else, which no key announces."""
    for block in blocks:
        for number, run in enumerate(block.runs):
            if match := _MADE_IN.fullmatch(run.text.strip()):
                start = block.run_start(number)
                return found(match[1], match[0], block.spans(start, start + len(run.text)), Grade.MEDIUM)
    return None


def _with_key(entry: Keyed, place: str) -> FieldValue:
    """ "Made in" belongs to what is printed, a key with a colon does not."""
    value = from_keyed(entry, place, place)
    if entry.colon:
        return value
    return value.model_copy(update={"raw": clean(f"{entry.key_text} {place}")})


def _licence(keyed: Sequence[Keyed], blocks: list[Block]) -> FieldValue | None:
    for block in blocks:
        if match := _LICENCE.search(block.text):
            number = squash(match.group()).text.upper()
            best = Grade.HIGH if len(number) == len("SC") + 14 else Grade.MEDIUM
            return found(number, clean(match.group()), block.spans(*match.span()), best)
    for entry in keyed:
        printed = first_line(entry)
        if entry.field == "licence" and entry.colon and sum(char.isdigit() for char in printed) >= 5:
            return from_keyed(entry, printed, printed)
    return None


def _standard(keyed: Sequence[Keyed], blocks: list[Block]) -> FieldValue | None:
    for entry in keyed:
        printed = first_line(entry)
        if entry.field == "standard_code" and any(char.isdigit() for char in printed):
            match = _STANDARD.search(printed)
            return from_keyed(entry, clean(match.group()) if match else printed, printed)
    for block in blocks:
        if match := _STANDARD.search(block.text):
            return found(clean(match.group()), clean(match.group()), block.spans(*match.span()), Grade.MEDIUM)
    return None


def brand_in_maker(maker: FieldValue | None, blocks: Iterable[Block]) -> str | None:
    """The maker's short name, where the label prints it once more elsewhere: the brand, most likely."""
    if maker is None:
        return None
    short = clean(re.split(r"\s+[-–—]\s+|[,，]", str(maker.value))[0])
    if has_cjk(short) or not LEAST_NAME < letters(short) <= 20 or _COMPANY.search(short):
        return None
    times = sum(block.text.count(short) for block in blocks)
    return short if times >= 2 and key_vocabulary().exact(short) is None else None
