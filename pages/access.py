"""Access: keys of the API and webhooks: which programs may come in, and which are told of verified records."""

from __future__ import annotations

import streamlit as st

from pages.components.access_keys import show_keys
from pages.components.access_webhooks import show_webhooks
from pages.components.i18n import t

st.title(t("access.title"))
st.caption(t("access.intro"))
show_keys()
show_webhooks()
