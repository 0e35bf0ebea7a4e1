"""The editors of a record: one row per field of its schema, with what speaks for and against its value.

Words read from a photo are shown with st.text alone: in markdown they could pose as our own.
"""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from core.confidence import as_percent
from core.review import RecordView
from core.schema import FieldSpec, FieldType
from core.types import FieldValue, Finding, Grade, Level, Source
from core.values.typed import show_value
from pages.components import review_desk as desk
from pages.components.i18n import language, say, t

ONE_LINE = {FieldType.TEXT, FieldType.DATE, FieldType.DURATION, FieldType.QUANTITY}
GRADES = {
    Grade.HIGH: ("green", ":material/check:"),
    Grade.MEDIUM: ("blue", ":material/done_outline:"),
    Grade.LOW: ("orange", ":material/help:"),
}
LEVELS = {
    Level.ERROR: ("red", ":material/error:"),
    Level.WARNING: ("orange", ":material/warning:"),
    Level.REVIEW: ("blue", ":material/visibility:"),
}
MARKS_PX = 132
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def show_fields(view: RecordView) -> None:
    """Every field of the schema by group, those without a value too: what is missing wants to be seen."""
    unsaved = desk.typed()
    for group in view.schema.groups:
        specs = [spec for spec in view.schema.fields if spec.group == group.key]
        if specs:
            st.caption(group.label(language()))
        for spec in specs:
            with st.container(key=f"row_{view.item.id}_{spec.key}", gap=None):
                _show_field(view, spec, unsaved.get(spec.key))
    if view.findings:
        st.caption(t("review.whole_record"))
        for finding in view.findings:
            _show_finding(finding)


def _show_field(view: RecordView, spec: FieldSpec, unsaved: str | None) -> None:
    field = view.fields.get(spec.key)
    with st.container(horizontal=True, gap="small", vertical_alignment="top"):
        if spec.type is FieldType.PALETTE:
            _show_palette(spec, field)
        else:
            _show_editor(view.item.id, spec, field)
        st.markdown(_marks(field), width=MARKS_PX)
    with st.container(key=f"notes_{view.item.id}_{spec.key}", gap=None):
        _show_notes(view, spec, field, unsaved)


def _show_notes(view: RecordView, spec: FieldSpec, field: FieldValue | None, unsaved: str | None) -> None:
    """What rules, other photos, the machine and other people say about the field."""
    for finding in field.findings if field else ():
        _show_finding(finding)
    if unsaved is not None:
        _show_offer(view, spec, t("review.stored"), view.text(spec.key), t("review.use_stored"))
    _show_draft(view, spec)
    for source, text in _alternatives(spec, field):
        _show_offer(view, spec, source, text, t("review.use"))
    if field is not None and _differs(view, spec):
        _show_machine(view, spec)


def _show_editor(item: int, spec: FieldSpec, field: FieldValue | None) -> None:
    editor = st.text_input if spec.type in ONE_LINE else st.text_area
    more: dict[str, Any] = {} if spec.type in ONE_LINE else {"height": "content"}
    editor(
        spec.label(language()),
        key=desk.prefix(item) + spec.key,
        on_change=desk.save_field,
        args=(item, spec.key),
        placeholder=t("review.absent") if field is not None else t("review.unread"),
        width="stretch",
        **more,
    )


def _show_palette(spec: FieldSpec, field: FieldValue | None) -> None:
    """Measured colours: shown, not typed."""
    shares = field.value if field is not None and isinstance(field.value, list) else []
    swatches = [
        f':color[■]{{foreground="{entry["hex"]}"}} {entry["share"]:.0%}'
        for entry in shares
        if _HEX.fullmatch(str(entry.get("hex")))
    ]
    st.markdown(f"{spec.label(language())} &emsp; {' '.join(swatches) or t('review.unread')}")


def _marks(field: FieldValue | None) -> str:
    """Grade (colour, icon and word) and sources; all of it our own words."""
    if field is None:
        return ""
    if field.value is None:
        return f":violet-badge[:material/person: {t('review.grade_absent')}]"
    notes = [t(f"review.source_{source}") for source in field.sources if source is not Source.HUMAN]
    if field.inferred:
        notes.append(t("review.inferred"))
    if field.truncated:
        notes.append(t("review.cut"))
    return f"{_grade_badge(field)} :small[:gray[{' · '.join(notes)}]]"


def _grade_badge(field: FieldValue) -> str:
    if Source.HUMAN in field.sources:
        word = "grade_human" if len(field.sources) == 1 else "grade_confirmed"
        return f":violet-badge[:material/person: {t(f'review.{word}')}]"
    color, icon = GRADES[field.grade]
    likely = "" if field.confidence is None else f" {as_percent(field.confidence)}"
    return f":{color}-badge[{icon} {t(f'review.grade_{field.grade}')}{likely}]"


def _show_finding(finding: Finding) -> None:
    color, icon = LEVELS[finding.level]
    with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="top"):
        st.markdown(f":{color}[{icon} **{t(f'review.level_{finding.level}')}**]", width="content")
        st.text(say(finding.message), width="stretch")


def _show_offer(view: RecordView, spec: FieldSpec, source: str, text: str, label: str) -> None:
    """Another text for the field, taken by a click."""
    with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="top"):
        st.markdown(f":gray[{source}]", width="content")
        st.text(text or "—")
        st.button(
            label,
            key=f"use_{view.item.id}_{spec.key}_{source}_{text}",
            type="tertiary",
            icon=":material/keyboard_return:",
            on_click=desk.use_text,
            args=(view.item.id, spec.key, text),
        )


def _show_draft(view: RecordView, spec: FieldSpec) -> None:
    """What was typed into the editor before its window was closed."""
    item, text = view.item.id, desk.desk().drafts.get(spec.key)
    if text is None or text == view.text(spec.key):
        return
    with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="top"):
        _show_offer(view, spec, t("review.draft"), text, t("review.use"))
        st.button(
            t("review.drop_draft"),
            key=f"drop_{item}_{spec.key}",
            type="tertiary",
            icon=":material/delete:",
            on_click=desk.drop_draft,
            args=(item, spec.key),
        )


def _show_machine(view: RecordView, spec: FieldSpec) -> None:
    """What the machine says where a person said otherwise, and the way back to it."""
    with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="top"):
        st.markdown(f":gray[{t('review.machine')}]", width="content")
        st.text(_machine_text(view, spec) or "—")
        st.button(
            t("review.take_back"),
            key=f"undo_{view.item.id}_{spec.key}",
            type="tertiary",
            icon=":material/undo:",
            on_click=desk.take_back,
            args=(view.item.id, spec.key),
        )


def _machine_text(view: RecordView, spec: FieldSpec) -> str:
    proposed = view.proposed.get(spec.key)
    return show_value(spec, proposed) if proposed is not None else ""


def _differs(view: RecordView, spec: FieldSpec) -> bool:
    return view.text(spec.key) != _machine_text(view, spec)


def _alternatives(spec: FieldSpec, field: FieldValue | None) -> list[tuple[str, str]]:
    """(who or where, text) of every other value seen for the field: by another reader, on another photo, or by
    another decoder."""
    found = []
    for other in field.alternatives if field else ():
        if isinstance(other, dict) and "source" in other:
            value = FieldValue(value=other["value"], unit=other.get("unit"), raw=other.get("raw"))
            found.append((t("review.said_by", reader=t(f"review.source_{other['source']}")), show_value(spec, value)))
        elif isinstance(other, dict) and "photo" in other:
            value = FieldValue(value=other["value"], unit=other.get("unit"))
            found.append((t("review.on_photo", number=other["photo"] + 1), show_value(spec, value)))
        else:
            found.append((t("review.other_reading"), show_value(spec, FieldValue(value=other))))
    return list(dict.fromkeys(found))
