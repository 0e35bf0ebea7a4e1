"""Editions of the term lexicons: the shipped files, with what people of this installation changed in them.

The files in data/lexicons stay as they are; changes lie in the database (`core/store/lexicon_edits.py`) and are laid
over them. Which edition counts is known per thread: whoever opens the database takes over the edition it holds, so that
one reading goes through with one edition, whatever is changed meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from enum import StrEnum

from core.types import Frozen
from core.values.terms import Entry, TermLexicon, lookup, shipped_terms, wording_key


class EditAction(StrEnum):
    ADD_TERM = "add_term"
    DROP_TERM = "drop_term"
    ADD_EXCEPTION = "add_exception"
    DROP_EXCEPTION = "drop_exception"
    ADD_ENTRY = "add_entry"
    """A new meaning; `text` is its first term."""


class Edit(Frozen):
    """One change of one lexicon. `en` and `zh` name a new entry."""

    lexicon: str
    action: EditAction
    key: str
    text: str
    en: str = ""
    zh: str = ""


class Edition:
    """The lexicons under some edits. `name` is unique to the edits' last one: two with one name are the same."""

    def __init__(self, edits: Iterable[Edit] = (), name: str = "") -> None:
        self.name = name
        self._edits: dict[str, list[Edit]] = {}
        for edit in edits:
            self._edits.setdefault(edit.lexicon, []).append(edit)
        self._lexicons: dict[str, TermLexicon] = {}

    def lexicon(self, name: str) -> TermLexicon:
        """The lexicon with the edits in it. Edits that say nothing any more (the term is shipped by now, its entry is
        gone) are passed over, so that an update of ShelfLens never breaks on them."""
        if name not in self._lexicons:
            self._lexicons[name] = _edited(shipped_terms(name), self._edits.get(name, ()))
        return self._lexicons[name]

    def digest(self, names: Iterable[str] | None = None) -> str:
        """12 hex digits of what these lexicons (all where none are named) say that the shipped ones do not; "" where
        there is nothing. The same words give the same digest, however they were come by."""
        wanted = sorted(self._edits if names is None else set(names) & set(self._edits))
        changed = [(name, self.lexicon(name).digest) for name in wanted]
        changed = [(name, digest) for name, digest in changed if digest != shipped_terms(name).digest]
        return hashlib.sha256(repr(changed).encode()).hexdigest()[:12] if changed else ""


SHIPPED = Edition()
_current: ContextVar[Edition] = ContextVar("edition", default=SHIPPED)


def current() -> Edition:
    """The edition that counts in this thread."""
    return _current.get()


def use_edition(edition: Edition) -> None:
    """Makes `edition` the one that counts in this thread from now on."""
    _current.set(edition)
    lookup.set(edition.lexicon)


def _edited(shipped: TermLexicon, edits: Sequence[Edit]) -> TermLexicon:
    entries = list(shipped.entries)
    for edit in edits:
        entries = _applied(entries, edit)
    if entries == list(shipped.entries):
        return shipped
    said = repr([(shipped.digest, entry.model_dump()) for entry in entries])
    digest = hashlib.sha256(said.encode()).hexdigest()[:12]
    return TermLexicon(shipped.name, shipped.version, tuple(entries), digest)


def _applied(entries: list[Entry], edit: Edit) -> list[Entry]:
    wording = wording_key(edit.text)
    known = any(wording in map(wording_key, (*entry.terms, *entry.exceptions)) for entry in entries)
    if edit.action is EditAction.ADD_ENTRY:
        if known or any(entry.key == edit.key for entry in entries):
            return entries
        # In front: whoever names a meaning of their own wants it said where a general one would do as well.
        return [Entry(key=edit.key, en=edit.en, zh=edit.zh, terms=(edit.text,)), *entries]
    if edit.action in (EditAction.ADD_TERM, EditAction.ADD_EXCEPTION) and known:
        return entries
    return [_with_edit(entry, edit, wording) if entry.key == edit.key else entry for entry in entries]


def _with_edit(entry: Entry, edit: Edit, wording: str) -> Entry:
    match edit.action:
        case EditAction.ADD_TERM:
            return entry.model_copy(update={"terms": (*entry.terms, edit.text)})
        case EditAction.ADD_EXCEPTION:
            return entry.model_copy(update={"exceptions": (*entry.exceptions, edit.text)})
        case EditAction.DROP_TERM:
            return entry.model_copy(update={"terms": _without(entry.terms, wording)})
        case _:
            return entry.model_copy(update={"exceptions": _without(entry.exceptions, wording)})


def _without(texts: tuple[str, ...], wording: str) -> tuple[str, ...]:
    return tuple(text for text in texts if wording_key(text) != wording)
