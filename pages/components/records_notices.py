"""What the records page has to say about the last act: what was saved, and what was not and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from core.errors import ShelfLensError
from core.reviewing.bulk import Refusal, Report
from core.reviewing.undo import Trace
from core.schema import Schema
from core.types import Finding
from pages.components.i18n import escape, language, say, t

NOTICE = "records_notice"
"""Session key of the notice, which stays until the next act."""
UNDO = "records_traces"
"""Session key: what takes back the last act."""


@dataclass(frozen=True)
class Notice:
    done: str = ""
    remarks: tuple[str, ...] = ()
    """Findings of rules about what was just typed."""
    refused: tuple[str, ...] = ()
    """One line per record that was left as it was."""


def records_text(count: int) -> str:
    """ "3 records" in the session's language."""
    return t("records.record_one") if count == 1 else t("records.record_many", count=f"{count:,}")


def photos_text(count: int) -> str:
    """ "3 photos" in the session's language."""
    return t("records.photo_one") if count == 1 else t("records.photo_many", count=f"{count:,}")


def tell(
    done: str = "",
    refused: tuple[Refusal, ...] = (),
    schema: Schema | None = None,
    *,
    undo: tuple[Trace, ...] = (),
) -> None:
    """Sets the notice for an act on records, and what takes it back."""
    _put(done, (), tuple(_refusal(one, schema) for one in refused))
    st.session_state[UNDO] = undo


def undoable() -> tuple[Trace, ...]:
    """What takes back the last act; nothing where it changed no field and gave no verdict."""
    traces: tuple[Trace, ...] = st.session_state.get(UNDO, ())
    return traces


@contextmanager
def told() -> Iterator[None]:
    """A callback that fails says so in the notice. Streamlit would leave the page empty but for the error."""
    try:
        yield
    except ShelfLensError as err:
        _put("", (), (say(err.message),))


def tell_saved(report: Report, findings: list[tuple[int, str, Finding]], schema: Schema | None) -> None:
    """Sets the notice for edits in the table."""
    fields = t("records.field_one") if report.fields == 1 else t("records.field_many", count=report.fields)
    remarks = tuple(
        t("records.finding", item=item_id, field=_label(schema, key), message=say(finding.message))
        for item_id, key, finding in findings
    )
    done = t("records.saved", fields=fields, records=records_text(len(report.done))) if report.done else ""
    _put(done, remarks, tuple(_refusal(one, schema) for one in report.refused))
    if report.undo:
        st.session_state[UNDO] = report.undo


def _put(done: str, remarks: tuple[str, ...], refused: tuple[str, ...]) -> None:
    """What was refused before stays until it is dismissed: it may quote texts that are nowhere else."""
    kept = dict.fromkeys((*current_notice().refused, *refused))
    st.session_state[NOTICE] = Notice(done, remarks, tuple(kept))


def draw_done(hint: str) -> None:
    """What the last act did and what the rules say of it, else `hint`."""
    notice = current_notice()
    line = notice.done or hint
    st.caption(f":green[:material/check_circle: {line}]" if notice.done else line)
    if notice.remarks:
        st.warning("  \n".join(map(escape, notice.remarks)), icon=":material/rule:")


def draw_refused() -> None:
    """What was left as it was, and why."""
    if refused := current_notice().refused:
        st.error("  \n".join([t("records.refused"), *map(escape, refused)]), icon=":material/error:")


def _refusal(refusal: Refusal, schema: Schema | None) -> str:
    reason = say(refusal.error.message)
    if not refusal.texts:
        return reason
    texts = "; ".join(f"{_label(schema, key)}: {text or '∅'}" for key, text in refusal.texts.items())
    return f"{reason} {t('records.refused_texts', texts=texts)}"


def _label(schema: Schema | None, key: str) -> str:
    return schema.field(key).label(language()) if schema is not None and schema.has(key) else key


def current_notice() -> Notice:
    notice: Notice = st.session_state.get(NOTICE, Notice())
    return notice


def dismiss() -> None:
    st.session_state.pop(NOTICE, None)
