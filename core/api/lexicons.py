"""/v1/lexicons: the word lists that rules and readers go by, as they are in force, and changes to six of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlite_utils import Database
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api.callers import caller_of
from core.api.documented import answers
from core.errors import NotFound
from core.settings import Settings
from core.store.db import open_store
from core.store.items import LARGEST_ID
from core.store.lexicon_edits import ACT, ACT_HINT, Act, list_acts
from core.types import Bilingual
from core.values.editions import Edit
from core.values.lexicons import FOLDER, lexicon_tables
from core.values.terms import Entry, load_terms, shipped_terms, wording_key
from core.words import lexicons

LEXICON = Bilingual(en="Lexicon", zh="词表")
Name = Annotated[str, Path(examples=["themes"])]
ActId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The change's number.", examples=[1])]
Wording = Annotated[str, Field(max_length=200)]


class LexiconEntry(BaseModel):
    """A word list and its tables. `changes` counts what was changed here and stands, in those that can be changed."""

    name: str
    tables: list[str]
    url: str
    changeable: bool
    changes: int


class LexiconChange(BaseModel):
    """A change, or the taking back of one (`edit` is then null, and `undoes` says which)."""

    id: int
    edit: Edit | None
    undoes: int | None
    undone: bool
    made_by: str
    at: str


class ChangeBody(BaseModel):
    """One change. A change counts for what is read from now on, and queues a re-reading of what was read before."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"action": "add_term", "key": "health", "text": "0乳糖"},
                {"action": "add_exception", "key": "health", "text": "健康码"},
                {"action": "drop", "key": "health", "text": "0乳糖"},
                {"action": "add_entry", "en": "Pet friendly", "zh": "宠物友好", "text": "宠物可用"},
            ]
        },
    )

    action: Literal["add_term", "add_exception", "drop", "add_entry"] = Field(
        description="add_term: `text` means `key` from now on. add_exception: a longer wording that does not. drop:"
        " takes a term or an exception out. add_entry: a new meaning, named `en` and `zh`, with its first term."
    )
    text: Wording
    key: Annotated[str, Field(max_length=100)] = ""
    en: Wording = ""
    zh: Wording = ""


ENTRY = {
    "name": "themes", "tables": ["version", "entries"], "url": "/api/v1/lexicons/themes", "changeable": True,
    "changes": 1,
}  # fmt: skip
IN_FORCE = {
    "version": 1,
    "entries": [
        {
            "key": "health", "en": "Health and nutrition", "zh": "健康营养", "terms": ["健康", "0乳糖"],
            "exceptions": [], "added": ["0乳糖"], "removed": [],
        }
    ],
}  # fmt: skip
CHANGE = {
    "id": 1, "edit": {"lexicon": "themes", "action": "add_term", "key": "health", "text": "0乳糖", "en": "", "zh": ""},
    "undoes": None, "undone": False, "made_by": "li", "at": "2026-11-25T08:02:00.000+00:00",
}  # fmt: skip


def add_lexicons(api: FastAPI, settings: Settings) -> None:
    """Adds the lexicons' routes."""
    _add_reading(api, settings)
    _add_changing(api, settings)


def _add_reading(api: FastAPI, settings: Settings) -> None:
    @api.get(
        "/v1/lexicons",
        tags=["lexicons"],
        summary="The word lists",
        response_model=list[LexiconEntry],
        responses=answers([ENTRY]),
    )
    def get_lexicons() -> Response:
        with open_store(settings) as db:
            standing = [act.edit.lexicon for act in list_acts(db) if act.edit is not None and not act.undone]
        return JSONResponse(
            [
                {
                    "name": name,
                    "tables": list(lexicon_tables(name)),
                    "url": f"/api/v1/lexicons/{name}",
                    "changeable": name in lexicons.NAMES,
                    "changes": standing.count(name),
                }
                for name in lexicon_names()
            ]
        )

    @api.get(
        "/v1/lexicons/{name}",
        tags=["lexicons"],
        summary="One word list as it is in force",
        description="The tables of its file; in lists that can be changed with the changes made here, each entry with"
        " the words that were `added` to it and those that were `removed` from it.",
        response_model=dict[str, Any],
        responses=answers(IN_FORCE),
    )
    def get_lexicon(name: Name) -> Response:
        _ensure_known(name)
        if name not in lexicons.NAMES:
            return JSONResponse(lexicon_tables(name))
        with open_store(settings):  # whose edition of the words counts from here on
            return JSONResponse({**lexicon_tables(name), "entries": _entries(name)})

    @api.get(
        "/v1/lexicons/{name}/changes",
        tags=["lexicons"],
        summary="What was changed in a word list and by whom, newest first",
        response_model=list[LexiconChange],
        responses=answers([CHANGE]),
    )
    def get_changes(name: Name) -> Response:
        _ensure_known(name)
        with open_store(settings) as db:
            return JSONResponse([_change_json(act) for act in _acts_of(db, name)])


def _add_changing(api: FastAPI, settings: Settings) -> None:
    @api.post(
        "/v1/lexicons/{name}/changes",
        status_code=201,
        tags=["lexicons"],
        summary="Change a word list; stored posters are read again by the new words",
        response_model=LexiconChange,
        responses=answers(CHANGE, status=201),
    )
    def post_change(request: Request, name: Name, body: ChangeBody) -> Response:
        _ensure_known(name)
        with open_store(settings) as db:
            made = _change(db, name, body, caller_of(request, settings))
            return JSONResponse(_change_json(_act(db, name, made)), status_code=201)

    @api.post(
        "/v1/lexicons/{name}/changes/{change_id}/undo",
        status_code=201,
        tags=["lexicons"],
        summary="Take a change back, whichever; what others changed stays",
        response_model=LexiconChange,
        responses=answers({**CHANGE, "id": 2, "edit": None, "undoes": 1}, status=201),
    )
    def post_undo(request: Request, name: Name, change_id: ActId) -> Response:
        _ensure_known(name)
        with open_store(settings) as db:
            _act(db, name, change_id)
            made = lexicons.undo(db, change_id, by=caller_of(request, settings))
            return JSONResponse(_change_json(_act(db, name, made)), status_code=201)


def _change(db: Database, name: str, body: ChangeBody, by: str) -> int:
    """Makes the change and returns its number. Raises UsageError with what is wrong with it."""
    match body.action:
        case "add_term":
            return lexicons.add_term(db, name, body.key, body.text, by=by)
        case "add_exception":
            return lexicons.add_exception(db, name, body.key, body.text, by=by)
        case "drop":
            return lexicons.drop_wording(db, name, body.key, body.text, by=by)
        case "add_entry":
            return lexicons.add_entry(db, name, body.en, body.zh, body.text, by=by)


def _acts_of(db: Database, name: str) -> list[Act]:
    """The acts about one lexicon, newest first; what takes one back is about what that was about."""
    acts = list_acts(db)
    by_id = {act.id: act for act in acts}

    def lexicon_of(act: Act) -> str:
        while act.edit is None and act.undoes in by_id:
            act = by_id[act.undoes]
        return act.edit.lexicon if act.edit is not None else ""

    return [act for act in acts if lexicon_of(act) == name]


def _act(db: Database, name: str, act_id: int) -> Act:
    found = next((act for act in _acts_of(db, name) if act.id == act_id), None)
    if found is None:
        raise NotFound(what=ACT, key=act_id, hint=ACT_HINT)
    return found


def _change_json(act: Act) -> dict[str, Any]:
    return act.model_dump(mode="json")


def _entries(name: str) -> list[dict[str, Any]]:
    shipped = {entry.key: entry for entry in shipped_terms(name).entries}
    return [_marked(entry, shipped.get(entry.key)) for entry in load_terms(name).entries]


def _marked(entry: Entry, shipped: Entry | None) -> dict[str, Any]:
    """An entry as it is in force, with what is not as it was shipped."""
    now = (*entry.terms, *entry.exceptions)
    before = (*shipped.terms, *shipped.exceptions) if shipped is not None else ()
    return {**entry.model_dump(mode="json"), "added": _missing(now, before), "removed": _missing(before, now)}


def _missing(texts: tuple[str, ...], among: tuple[str, ...]) -> list[str]:
    known = set(map(wording_key, among))
    return [text for text in texts if wording_key(text) not in known]


def lexicon_names() -> list[str]:
    """The names of all word lists, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def _ensure_known(name: str) -> None:
    known = lexicon_names()
    if name not in known:
        hint = ", ".join(known)
        raise NotFound(what=LEXICON, key=name[:100], hint=Bilingual(en=f"There are: {hint}.", zh=f"可用：{hint}。"))
