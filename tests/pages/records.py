"""The Records page in a test: its table, its cells, its buttons and its texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.reviewing import review
from pages.components.records_sheet import Sheet

Open = Callable[..., AppTest]


def again(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def sheet(app: AppTest) -> Sheet:
    found: Sheet = app.session_state["records_sheet"]
    return found


def table(app: AppTest) -> pd.DataFrame:
    found: pd.DataFrame = app.data_editor[0].value
    return found


def edit(app: AppTest, **rows: dict[str, Any]) -> AppTest:
    """Changes cells as the editor reports them: `edit(app, r0={"brand": "New"})`."""
    edited = {int(name[1:]): cells for name, cells in rows.items()}
    app.session_state[sheet(app).editor_key] = {"edited_rows": edited, "added_rows": [], "deleted_rows": []}
    return again(app)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return again(app)


def texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.caption, *app.error, *app.warning, *app.info]
    return "\n".join(str(element.value) for element in elements)


def value(db: Database, item: int, key: str) -> Any:
    field = review.load_record(db, item).fields.get(key)
    return field.value if field is not None else None
