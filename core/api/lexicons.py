"""/v1/lexicons: the word lists that rules and readers go by."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Path
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from core.api.documented import answers
from core.errors import NotFound
from core.types import Bilingual
from core.values.lexicons import FOLDER, lexicon_tables

LEXICON = Bilingual(en="Lexicon", zh="词表")


class LexiconEntry(BaseModel):
    """A word list and its tables."""

    name: str
    tables: list[str]
    url: str


def add_lexicons(api: FastAPI) -> None:
    """Adds the lexicons' routes."""

    @api.get(
        "/v1/lexicons",
        tags=["lexicons"],
        summary="The word lists",
        response_model=list[LexiconEntry],
        responses=answers([{"name": "allergens", "tables": ["milk", "peanut"], "url": "/api/v1/lexicons/allergens"}]),
    )
    def get_lexicons() -> Response:
        found = [(name, lexicon_tables(name)) for name in lexicon_names()]
        return JSONResponse(
            [{"name": name, "tables": list(tables), "url": f"/api/v1/lexicons/{name}"} for name, tables in found]
        )

    @api.get(
        "/v1/lexicons/{name}",
        tags=["lexicons"],
        summary="One word list as its file has it",
        response_model=dict[str, Any],
        responses=answers({"peanut": {"en": ["peanut"], "zh": ["花生"]}}),
    )
    def get_lexicon(name: Annotated[str, Path(examples=["allergens"])]) -> Response:
        known = lexicon_names()
        if name not in known:
            hint = ", ".join(known)
            raise NotFound(what=LEXICON, key=name[:100], hint=Bilingual(en=f"There are: {hint}.", zh=f"可用：{hint}。"))
        return JSONResponse(lexicon_tables(name))


def lexicon_names() -> list[str]:
    """The names of all word lists, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))
