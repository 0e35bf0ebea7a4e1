"""A button that puts a text on the clipboard: in the browser, without a message to the server."""

from __future__ import annotations

import streamlit as st

HTML = '<button type="button"></button>'

CSS = """
:host { display: inline-block; }
button { font: 400 0.875rem/1.6 var(--st-font); color: inherit; cursor: pointer; padding: 0.2rem 0.5rem;
    background: transparent; border: 0; border-radius: var(--st-base-radius); white-space: nowrap; }
button:hover, button:focus-visible { color: var(--st-primary-color); }
"""

JS = """
async function copy(text) {
  if (navigator.clipboard) { return navigator.clipboard.writeText(text); }
  const area = document.createElement("textarea"); // a server opened by its address without TLS has no clipboard
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
export default function({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  button.textContent = `⧉ ${data.label}`;
  button.onclick = async () => {
    await copy(data.text);
    button.textContent = `✓ ${data.done}`;
  };
}
"""

_button = st.components.v2.component("shelflens_copy", html=HTML, css=CSS, js=JS)


def copy_button(text: str, *, label: str, done: str, key: str) -> None:
    """Draws the button; its label becomes `done` once the text is copied."""
    _button(data={"text": text, "label": label, "done": done}, key=key, width="content")
