"""What a page has chosen, in its address: so that it can be sent, kept and gone back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

REMEMBERED = 3
"""A click that overtakes the new address still sends the one before: it must not undo the choice just made."""


@dataclass(frozen=True)
class PageAddress:
    """The parameters of one page. `key` is where the session keeps the last few addresses the page wrote itself."""

    key: str
    names: Sequence[str]

    def given(self) -> dict[str, list[str]]:
        """The parameters of an address that this page did not write itself: a link, or a first visit; else nothing."""
        found = {name: st.query_params.get_all(name) for name in self.names if name in st.query_params}
        return {} if found in st.session_state.get(self.key, ()) else found

    def write(self, wanted: Mapping[str, list[str]]) -> None:
        """Puts the parameters into the address and takes the page's others out. Call it after the page is drawn."""
        for name in self.names:
            if name not in wanted and name in st.query_params:
                del st.query_params[name]
        changed = {name: texts for name, texts in wanted.items() if st.query_params.get_all(name) != texts}
        if changed:
            st.query_params.update(changed)
        written = [address for address in st.session_state.get(self.key, ()) if address != wanted]
        st.session_state[self.key] = [*written, dict(wanted)][-REMEMBERED:]
