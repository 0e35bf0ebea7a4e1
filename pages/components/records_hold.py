"""A click that follows a corrected cell at once waits until the cell is on its way to the server.

Streamlit's editor sends a cell 150 ms after it was committed, and forgets it when the page is left within that
time. So for as long as that takes, a click outside the table is held back and then made.
"""

from __future__ import annotations

import streamlit as st

JS = """
const HOLD_MS = 250;
const EDITOR = "#portal, [data-testid=stDataFrame]";
const OPEN_CELL = "#portal :is(textarea, input)";
const COMMITS = new Set(["Enter", "Tab", "Delete", "Backspace"]);

const watch = signal => {
  let busyUntil = 0;
  const busy = () => { busyUntil = performance.now() + HOLD_MS; };
  const isInside = event => Boolean(event.target.closest?.(EDITOR));
  const onKey = event => { if (COMMITS.has(event.key) && isInside(event)) { busy(); } };
  const onPaste = event => { if (isInside(event)) { busy(); } };
  const onPress = event => { if (document.querySelector(OPEN_CELL) && !isInside(event)) { busy(); } };
  const hold = event => {
    const left = busyUntil - performance.now();
    if (left <= 0 || isInside(event)) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    setTimeout(() => event.target.click(), left);
  };
  const on = (name, act) => document.addEventListener(name, act, { capture: true, signal });
  on("keydown", onKey);
  on("paste", onPaste);
  on("pointerdown", onPress);
  on("click", hold);
};

export default function({ parentElement }) {
  if (parentElement.watching) { return; }
  parentElement.watching = new AbortController();
  watch(parentElement.watching.signal);
  return () => {
    parentElement.watching?.abort();
    parentElement.watching = null;
  };
}
"""

_hold = st.components.v2.component("shelflens_hold", html="<i></i>", css=":host { display: none; }", js=JS)


def hold_clicks_after_edits() -> None:
    """Draws nothing; works for as long as the page shows it."""
    _hold(key="records_hold")
