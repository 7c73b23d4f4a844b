"""The door for browsers: `streamlit run streamlit_app.py` serves the pages and the routes beside them."""

import streamlit as st

from dashboard.server import Server

server = Server()
app = st.App(
    "dashboard/main.py",
    routes=server.routes(),
    middleware=server.middleware(),
    lifespan=server.lifespan,
    secrets=server.secrets(),
)
