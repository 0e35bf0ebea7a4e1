"""The editors of a record, its acts and its keys.

Runs in the browser (sheet.js): moving, typing, checking, saving and undoing cost Streamlit no message; they go to /desk
(core/api/desk.py). An act (accept, skip, flag, undo) is one message that carries whatever is not saved yet, and
`on_act` is called with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.api.desk import read_edits
from core.reviewing.review import MOST_TEXT, Edit, RecordView
from core.reviewing.sheet import describe
from core.schema import FieldType
from pages.components.code_names import code_names
from pages.components.i18n import catalogue, language, t
from pages.components.viewer import first_field

HERE = Path(__file__).parent
KEY = "review_sheet"
SCRIPTS = ("drafts.js", "editors.js", "rows.js", "dialogs.js", "wire.js", "sheet.js")
KEYS = {
    "accept": "Ctrl+Enter",
    "nextDoubtful": "Alt+N",
    "absent": "Alt+A",
    "skip": "Alt+S",
    "flag": "Alt+F",
    "undo": "Alt+Z",
    "help": "Alt+H",
}
"""Acts with a button -> the key that does the same."""
MORE_KEYS = {
    "step": "Alt+↑ / Alt+↓",
    "pick": "Alt+1 … Alt+9",
    "takeBack": "Alt+U",
    "lines": "Alt+L",
    "walk": "↑ / ↓, Shift+↑ / ↓, Enter, Esc",
    "frame": "Alt+B",
    "push": "← ↑ ↓ →, Shift+← ↑ ↓ →, Enter, Esc",
    "turn": "Alt+R",
    "zoom": "Alt+= / Alt+- / Alt+0",
    "photos": "Alt+PageDown / Alt+PageUp",
    "pan": "← ↑ ↓ →",
    "plain": "+ − 0 1 R L B ?",
}
"""Keys without a button of the sheet."""
REASONS = ("unreadable", "wrong_photo", "several", "other")
"""Why a record is set aside, most frequent first."""
QUANTITY_UNITS = ("g", "kg", "mg", "ml", "l", "cl", "oz", "lb", "fl oz", "pt", "qt", "gal", "pc")
DURATION_UNITS = ("day", "week", "month", "year", "hour")

_component = st.components.v2.component(
    "shelflens_sheet",
    html=(HERE / "sheet.html").read_text("utf-8"),
    css=(HERE / "sheet.css").read_text("utf-8"),
    js="\n".join((HERE / name).read_text("utf-8") for name in SCRIPTS),
    isolate_styles=False,  # the viewer finds the editors in the page's own document
)


_renew = st.components.v2.component(
    "shelflens_renew", html="<i></i>", css=":host { display: none; }", js=(HERE / "renew.js").read_text("utf-8")
)


@dataclass(frozen=True)
class Situation:
    """How the record lies before the reviewer. `version` is the one that they have seen."""

    seat: str
    version: int
    prefix: str
    """What the keys of the editors begin with; the field's key follows."""
    judged: int | None
    """The record that was judged last, whose drafts are done with; None where there is nothing to undo."""
    stale: bool
    """True where somebody else has changed the record since it was seen."""
    held: bool
    """True where somebody else has it open."""
    unread: bool


@dataclass(frozen=True)
class Act:
    """What the reviewer asked for: which act, on which item, as it was at which version."""

    item: int
    name: str
    version: int | None
    edits: dict[str, Edit]
    reason: str = ""


def show_sheet(view: RecordView, situation: Situation, *, on_act: Callable[[], None]) -> None:
    """Draws the editors of the record."""
    _component(key=KEY, data=sheet_data(view, situation), on_act_change=on_act)


def stay_alive() -> None:
    """Draws nothing. Stands outside the page's fragment, so that the sheet can have the whole page run again."""
    _renew(key="review_renew", on_renew_change=lambda: None)


def last_act() -> Act | None:
    """What the reviewer asked for in the browser; the item is the one they were looking at."""
    act = st.session_state[KEY].act
    if not act:
        return None
    return Act(
        item=int(act["item"]),
        name=str(act["act"]),
        version=act.get("version"),
        edits=read_edits(act.get("edits", {})),
        reason=str(act.get("reason", "")),
    )


def sheet_data(view: RecordView, situation: Situation) -> dict[str, Any]:
    """What sheet.js draws."""
    state = describe(view)
    return {
        **asdict(situation),
        "item": view.item.id,
        "state": state,
        "version": situation.version,
        "can_undo": situation.judged is not None,
        "first": first_field(view),
        "most": MOST_TEXT,
        "lang": language(),
        "photos": [{"blob": photo.blob, "name": photo.name} for photo in view.photos],
        **_form(view),
        "words": _words(),
        "keys": [_key(name, keys, act=name) for name, keys in KEYS.items()]
        + [_key(name, keys) for name, keys in MORE_KEYS.items()],
        "reasons": [{"key": reason, "label": t(f"review.reason_{reason}")} for reason in REASONS],
    }


def _form(view: RecordView) -> dict[str, Any]:
    """Groups, fields and units, in the session's language."""
    lang, fields = language(), view.schema.fields
    return {
        "groups": [
            {"label": group.label(lang), "fields": [spec.key for spec in fields if spec.group == group.key]}
            for group in view.schema.groups
            if any(spec.group == group.key for spec in fields)
        ],
        "specs": {
            spec.key: {"label": spec.label(lang), "type": spec.type, "names": code_names(spec)} for spec in fields
        },
        "units": {
            FieldType.QUANTITY: {unit: unit for unit in QUANTITY_UNITS},
            FieldType.DURATION: {unit: t(f"sheet.unit_{unit}") for unit in DURATION_UNITS},
        },
    }


def _words() -> dict[str, str]:
    """All texts of sheet.toml by their keys, with `{…}` left for the browser to fill."""
    lang = language()
    own = {name.removeprefix("sheet."): text for name, text in catalogue().items() if name.startswith("sheet.")}
    return {name: text.in_lang(lang) for name, text in own.items()}


def _key(name: str, keys: str, act: str | None = None) -> dict[str, Any]:
    label = t(f"sheet.act_{name}") if act else ""
    return {"act": act, "keys": keys, "label": label, "help": t(f"sheet.help_{name}")}
