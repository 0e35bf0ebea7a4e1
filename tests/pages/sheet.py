"""The sheet of a record on the Review page, in Streamlit's test runner: what it was given, and acts as its browser
part sends them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest


def component(app: AppTest, key: str) -> Any:
    """The component with this key, as Streamlit would send it to the browser."""
    return next(node.proto for node in _nodes(app.main) if getattr(node, "key", None) == key and hasattr(node, "proto"))


def sheet(app: AppTest) -> dict[str, Any]:
    """What the sheet draws."""
    data: dict[str, Any] = json.loads(component(app, "review_sheet").json)
    return data


def fields(app: AppTest) -> dict[str, dict[str, Any]]:
    """Field -> what its editor shows."""
    found: dict[str, dict[str, Any]] = sheet(app)["state"]["fields"]
    return found


def act(app: AppTest, name: str, *, version: int | None = None, reason: str = "", **edits: str) -> AppTest:
    """Does what a key on the sheet does: act `name` on the record shown, with `edits` typed into it."""
    data = sheet(app)
    sent = {
        "item": data["item"],
        "act": name,
        "version": data["version"] if version is None else version,
        "edits": {key: {"text": text} for key, text in edits.items()},
        "reason": reason,
    }
    states = app._tree.get_widget_states()
    trigger = states.widgets.add()
    trigger.id = _make_trigger_id(component(app, "review_sheet").id, "events")
    trigger.json_trigger_value = json.dumps([{"event": "act", "value": sent}])
    app._run(states)
    assert not app.exception
    return app


def _nodes(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from _nodes(child)
