"""The application: guard, errors, interface and page put together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.staticfiles import StaticFiles

from clickmend.core.settings import Settings, settings
from clickmend.server import errors
from clickmend.server.guard import Guard, is_loopback
from clickmend.server.routes import CardList, api_routes
from clickmend.server.sessions import SessionFactory, SessionStore, start_session
from clickmend.server.wire import API

WEB = Path(__file__).with_name("web")


def shipped_cards() -> Mapping[str, BaseModel]:
    """The cards of all weights that are here, by name."""
    from clickmend.networks import cards

    return cards()


def create_app(
    *,
    session_factory: SessionFactory = start_session,
    models: CardList = shipped_cards,
    host: str = "127.0.0.1",
    limits: Settings | None = None,
    most_sessions: int = 8,
) -> FastAPI:
    """The application, ready for any ASGI server.

    Args:
        session_factory: Starts a session on a photo.
        models: Gives the cards of the networks by name; no other name may be asked for.
        host: Where it will listen; on a loopback address every other ``Host`` is refused.
        limits: What may be uploaded; the settings of the process unless given.
        most_sessions: How many photos stay open at once.
    """
    limits = settings() if limits is None else limits
    app = FastAPI(
        title="clickmend", docs_url=None, redoc_url=None, openapi_url=f"{API}/openapi.json"
    )
    errors.install(app)
    app.add_middleware(
        Guard,
        loopback_only=is_loopback(host),
        limit_bytes=int(limits.max_upload_megabytes * 1e6),
    )
    store = SessionStore(session_factory, most=most_sessions)
    app.include_router(api_routes(store, models=models, limits=limits))
    app.mount("/", StaticFiles(directory=WEB, html=True), name="page")
    return app
