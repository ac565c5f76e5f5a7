"""Puts the pages and the shared static files into the app."""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from channels.pages.articles import ArticlePages
from channels.pages.demo import Demo
from channels.pages.rendering import STATIC


def mount(app: FastAPI, articles: ArticlePages, demo: Demo | None = None) -> None:
    """Adds article pages and /static; with `demo`, its first page and its shop too."""
    app.include_router(articles.router())
    if demo is not None:
        app.include_router(demo.router())
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
