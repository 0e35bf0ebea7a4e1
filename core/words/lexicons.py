"""Changing the lexicons: checked before it counts, kept beside the shipped files, taken back when it was wrong.

Every change queues a re-reading of stored lines (`core/words/rereading.py`): no model runs, and nothing that a person
decided is touched.
"""

from __future__ import annotations

import re
import unicodedata

from sqlite_utils import Database

from core.errors import UsageError
from core.store import tasks
from core.store.db import write
from core.store.lexicon_edits import list_acts, put_edit, put_undo
from core.store.tasks import TaskKind
from core.types import Bilingual
from core.values.editions import Edit, EditAction, current
from core.values.terms import Entry, TermLexicon, load_terms, wording_key
from core.values.text import has_cjk

NAMES = {
    "themes": Bilingual(en="Claim themes", zh="卖点主题"),
    "promotions": Bilingual(en="Promotions", zh="促销"),
    "audiences": Bilingual(en="Audiences", zh="受众"),
    "emotions": Bilingual(en="Emotions", zh="情感"),
    "absolute_terms": Bilingual(en="Absolute terms", zh="绝对化用语"),
    "calls_to_action": Bilingual(en="Calls to action", zh="行动号召"),
}
"""The lexicons that can be changed, and what they are called."""
OPEN = frozenset({"themes", "audiences", "emotions", "absolute_terms"})
"""Those that take new meanings; the kinds of promotions and of calls are part of the program."""

LEAST_HAN, LEAST_LATIN = 2, 3
"""A shorter term stands in other words everywhere: 大, of. (单 is in 买单 and 订单.)"""
LONGEST = 60
LONGEST_NAME = 40
_PATTERN_SIGNS = re.compile(r"[\\\[\]{}|^*<>]|\.\*|\.\+|\(\?")
REREAD = "ads"
"""Subject of the task that re-reads; its form is the edition."""


def add_term(db: Database, lexicon: str, key: str, text: str, *, by: str) -> int:
    """A new wording for a meaning; returns the act's number. Raises UsageError with what is wrong with it."""
    return _change(db, lexicon, EditAction.ADD_TERM, key, text, by)


def add_exception(db: Database, lexicon: str, key: str, text: str, *, by: str) -> int:
    """A longer wording that holds a term and means something else. Raises UsageError."""
    return _change(db, lexicon, EditAction.ADD_EXCEPTION, key, text, by)


def drop_wording(db: Database, lexicon: str, key: str, text: str, *, by: str) -> int:
    """Takes a term or an exception, shipped or added, out of a meaning. Raises UsageError."""
    entry = _entry(lexicon, key)
    action = EditAction.DROP_TERM if _is_in(text, entry.terms) else EditAction.DROP_EXCEPTION
    return _change(db, lexicon, action, key, text, by)


def add_entry(db: Database, lexicon: str, en: str, zh: str, text: str, *, by: str) -> int:
    """A new meaning with its names and its first term. Raises UsageError."""
    names = [_name(en, "English", "英文"), _name(zh, "Chinese", "中文")]
    if lexicon not in OPEN:
        raise UsageError(
            en=f"{_named(lexicon).en} take no new meanings: their kinds are part of the program. Add a word to one.",
            zh=f"“{_named(lexicon).zh}”的类别由程序规定，不能新增。请把词语加入已有类别。",
        )
    taken = [entry for entry in load_terms(lexicon).entries if {entry.en, entry.zh} & set(names)]
    if taken:
        raise UsageError(
            en=f"There is a meaning called {taken[0].en} ({taken[0].zh}) already. Add the word to it.",
            zh=f"已有名为“{taken[0].zh}”（{taken[0].en}）的类别，请把词语加入其中。",
        )
    return _change(db, lexicon, EditAction.ADD_ENTRY, _free_key(lexicon, names[0]), text, by, en=names[0], zh=names[1])


def undo(db: Database, act_id: int, *, by: str) -> int:
    """Takes one act back, whichever; what others changed stays. Raises NotFound for one that does not stand."""
    with write(db):
        act = put_undo(db, act_id, by=by)
        ask_reread(db, by=by)
        return act


def ask_reread(db: Database, *, by: str) -> int:
    """Queues the re-reading of every ad with the words that count now, and returns the task."""
    return tasks.put_task(db, TaskKind.REREAD, REREAD, current().name, by=by)


def version(db: Database) -> int:
    """Number of the last act: 0 while the lexicons are as they were shipped."""
    acts = list_acts(db)
    return acts[0].id if acts else 0


def _change(
    db: Database, lexicon: str, action: EditAction, key: str, text: str, by: str, *, en: str = "", zh: str = ""
) -> int:
    wording = " ".join(unicodedata.normalize("NFKC", text).split())
    with write(db):
        if action is not EditAction.ADD_ENTRY:
            _entry(lexicon, key)
        _CHECKS[action](load_terms(lexicon), key, wording)
        act = put_edit(db, Edit(lexicon=lexicon, action=action, key=key, text=wording, en=en, zh=zh), by=by)
        ask_reread(db, by=by)
        return act


def _named(lexicon: str) -> Bilingual:
    if lexicon not in NAMES:
        known = ", ".join(NAMES)
        raise UsageError(
            en=f"Lexicon '{lexicon}' cannot be changed here. Known: {known}.",
            zh=f"词库“{lexicon}”不能在此修改。可用：{known}。",
        )
    return NAMES[lexicon]


def _entry(lexicon: str, key: str) -> Entry:
    name = _named(lexicon)
    for entry in load_terms(lexicon).entries:
        if entry.key == key:
            return entry
    raise UsageError(
        en=f"{name.en} have no meaning '{key}'. It may have been taken back: load the page again.",
        zh=f"“{name.zh}”中没有类别“{key}”，可能已被撤销，请重新载入页面。",
    )


def _check_new(lexicon: TermLexicon, key: str, text: str) -> None:
    """What holds for every new wording: long enough, plain words, not there yet."""
    letters = [char for char in text if char.isalnum()]
    least = LEAST_HAN if has_cjk(text) else LEAST_LATIN
    if len(letters) < least:
        raise UsageError(
            en=f"'{text}' is too short: it would be found inside other words everywhere. Give at least {LEAST_HAN}"
            f" Chinese characters or {LEAST_LATIN} letters.",
            zh=f"“{text}”太短，会在其他词语中到处命中。请至少填写 {LEAST_HAN} 个汉字或 {LEAST_LATIN} 个字母。",
        )
    if len(text) > LONGEST:
        raise UsageError(
            en=f"'{text[:20]}…' has {len(text)} characters; {LONGEST} are the limit. Give the part that always recurs.",
            zh=f"“{text[:20]}…”有 {len(text)} 个字符，上限为 {LONGEST}。请填写其中固定出现的部分。",
        )
    if (sign := _PATTERN_SIGNS.search(text)) or not text.isprintable():
        shown = sign.group() if sign else "…"
        raise UsageError(
            en=f"'{text}' holds '{shown}'. Terms are plain words as printed, no search patterns: leave such signs out.",
            zh=f"“{text}”含有“{shown}”。词条是原样印刷的词语，不是匹配表达式，请去掉这类符号。",
        )
    for entry in lexicon.entries:
        if _is_in(text, entry.terms):
            raise UsageError(
                en=f"'{text}' is a term of {entry.en} already. Take it out there first if it belongs elsewhere.",
                zh=f"“{text}”已是“{entry.zh}”的词条。如应归入别处，请先在那里移除。",
            )
        if _is_in(text, entry.exceptions):
            raise UsageError(
                en=f"'{text}' is an exception of {entry.en}, so it can never count. Take the exception out first.",
                zh=f"“{text}”是“{entry.zh}”的例外，作为词条不会生效。请先移除该例外。",
            )


def _check_exception(lexicon: TermLexicon, key: str, text: str) -> None:
    _check_new(lexicon, key, text)
    if not lexicon.find(text):
        raise UsageError(
            en=f"'{text}' holds none of the lexicon's terms, so as an exception it would change nothing.",
            zh=f"“{text}”不含本词库的任何词条，作为例外不起作用。",
        )


def _check_term_gone(lexicon: TermLexicon, key: str, text: str) -> None:
    entry = next(entry for entry in lexicon.entries if entry.key == key)
    if not _is_in(text, entry.terms):
        raise _not_there(entry, text)
    if len(entry.terms) == 1:
        raise UsageError(
            en=f"'{text}' is the last term of {entry.en}. Add another one before you take it out.",
            zh=f"“{text}”是“{entry.zh}”的最后一个词条。请先添加另一个再移除。",
        )


def _check_exception_gone(lexicon: TermLexicon, key: str, text: str) -> None:
    entry = next(entry for entry in lexicon.entries if entry.key == key)
    if not _is_in(text, entry.exceptions):
        raise _not_there(entry, text)


_CHECKS = {
    EditAction.ADD_TERM: _check_new,
    EditAction.ADD_ENTRY: _check_new,
    EditAction.ADD_EXCEPTION: _check_exception,
    EditAction.DROP_TERM: _check_term_gone,
    EditAction.DROP_EXCEPTION: _check_exception_gone,
}


def _not_there(entry: Entry, text: str) -> UsageError:
    return UsageError(
        en=f"{entry.en} have no wording '{text}' any more. Load the page again.",
        zh=f"“{entry.zh}”中已没有“{text}”，请重新载入页面。",
    )


def _is_in(text: str, wordings: tuple[str, ...]) -> bool:
    return wording_key(text) in map(wording_key, wordings)


def _name(text: str, en: str, zh: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise UsageError(
            en=f"Give the new meaning's {en} name, of at most {LONGEST_NAME} characters.",
            zh=f"请填写新类别的{zh}名称，最多 {LONGEST_NAME} 个字符。",
        )
    return name


def _free_key(lexicon: str, name: str) -> str:
    """A key of the letters of the English name that no entry has."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "own"
    keys = set(load_terms(lexicon).keys)
    return next(key for n in range(1, len(keys) + 2) if (key := plain if n == 1 else f"{plain}_{n}") not in keys)
