"""Records as cards or rows that lead to Review or Ask: one component, because a click must keep the session.

A plain link would load the app anew. Here a click goes through the session; a click with Ctrl or
the middle button still opens a tab of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import streamlit as st

from pages.components.i18n import language
from pages.components.navigation import go_to

HTML = "<nav></nav>"

CSS = """
nav { font-family: var(--st-font); color: var(--st-text-color); }
nav.strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(128px, 1fr)); gap: 12px; }
nav.list { display: flex; flex-direction: column; gap: 8px; }
a { display: flex; color: inherit; text-decoration: none; border: 1px solid var(--st-border-color);
    border-radius: var(--st-base-radius); overflow: hidden; background: var(--st-background-color); min-width: 0; }
a:hover, a:focus-visible { border-color: var(--st-primary-color); outline: none; }
.strip a { flex-direction: column; }
img { object-fit: cover; background: var(--st-secondary-background-color); flex: none; }
.strip img { width: 100%; height: 108px; }
.list img { width: 64px; height: 64px; }
.words { padding: 7px 10px; display: flex; flex: 1; flex-direction: column; justify-content: center; gap: 2px;
    min-width: 0; }
.title { font-size: 0.86rem; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.note { font-size: 0.78rem; opacity: 0.72; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.badge { font-size: 0.72rem; align-self: flex-start; padding: 0 7px; border-radius: 999px; line-height: 1.55;
    background: var(--st-secondary-background-color); white-space: nowrap; }
.list .badge { align-self: center; margin-right: 10px; flex: none; }
.good { background: var(--st-green-background-color); color: var(--st-green-text-color); }
.warn { background: var(--st-orange-background-color); color: var(--st-orange-text-color); }
.bad { background: var(--st-red-background-color); color: var(--st-red-text-color); }
.busy { background: var(--st-blue-background-color); color: var(--st-blue-text-color); }
"""

JS = """
const part = (tag, name, text) => {
  const element = document.createElement(tag);
  element.className = name;
  if (text !== undefined) { element.textContent = text; element.title = text; }
  return element;
};
const card = (entry, layout, open) => {
  const link = part("a", "");
  link.href = entry.href;
  const image = part("img", "");
  image.loading = "lazy";
  image.alt = "";
  image.src = entry.image;
  const words = part("span", "words");
  words.append(part("span", "title", entry.title), part("span", "note", entry.note));
  const badge = part("span", `badge ${entry.tone}`, entry.badge);
  if (layout === "list") { link.append(image, words, badge); }
  else { words.append(badge); link.append(image, words); }
  link.onclick = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) { return; }
    event.preventDefault();
    open(entry.item);
  };
  return link;
};
export default function({ data, parentElement, setTriggerValue }) {
  const nav = parentElement.querySelector("nav");
  nav.className = data.layout;
  nav.setAttribute("aria-label", data.label);
  nav.replaceChildren(...data.cards.map(entry => card(entry, data.layout, item => setTriggerValue("open", item))));
}
"""

_cards = st.components.v2.component("shelflens_cards", html=HTML, css=CSS, js=JS)


@dataclass(frozen=True)
class Card:
    """One record. `tone` colours the badge: good, warn, bad, busy or "" for none."""

    item: int
    thumb: str
    title: str
    note: str
    badge: str
    tone: str


def show_cards(
    cards: Sequence[Card],
    *,
    layout: Literal["strip", "list"],
    label: str,
    key: str,
    page: Literal["review", "ask"] = "review",
) -> None:
    """Draws the cards; a click opens `page` on the card's item."""
    entries = [
        {**asdict(card), "image": f"/thumb/{card.thumb}.jpg", "href": f"/{page}?item={card.item}&lang={language()}"}
        for card in cards
    ]
    clicked = _cards(data={"layout": layout, "label": label, "cards": entries}, key=key, on_open_change=lambda: None)
    if clicked.open:
        go_to(page, item=str(clicked.open))
