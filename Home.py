"""Entry of ShelfLens: `streamlit run Home.py` serves the pages, the API and the photos.

The server imports this file once for `app`; every page view then runs it again as a script, which
sets up language and navigation and hands over to the page.
"""

from __future__ import annotations

import streamlit as st
from streamlit import runtime

if not runtime.exists():
    from starlette.middleware import Middleware
    from streamlit.runtime.pages_manager import PagesManager

    from core.api import open_server
    from pages.components.frontend import FrontEnd
    from pages.components.navigation import ADDRESSES
    from pages.components.problems import explain
    from pages.components.serving import address

    # Private, pinned with Streamlit 1.67 and tested: otherwise a cold deep link such as /review runs
    # the page file alone, without this router (docs/architecture.md).
    PagesManager.uses_pages_directory = False
    server = open_server(address())
    app = st.App(
        "Home.py",
        routes=server.routes,
        middleware=[*server.middleware, Middleware(FrontEnd, pages=ADDRESSES)],
        lifespan=server.lifespan,
        on_script_error=explain,
    )
else:
    from pages.components.navigation import run_page

    run_page()
