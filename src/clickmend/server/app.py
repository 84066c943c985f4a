"""The application: guard, errors, interface and page put together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from importlib import metadata
from pathlib import Path

from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from clickmend.core.errors import ClickmendError
from clickmend.core.machine import cores
from clickmend.core.settings import Settings, settings
from clickmend.networks.batching import batch
from clickmend.projects.opening import Options, SessionFactory, start_session
from clickmend.projects.photos import Photos
from clickmend.projects.results import Results
from clickmend.projects.store import Store
from clickmend.server import errors
from clickmend.server.allocator import give_back_now_and_then
from clickmend.server.browser_routes import browser_routes, runs_in_browser
from clickmend.server.catalogue import API, catalogue_routes, traits_of
from clickmend.server.detecting import Detectors
from clickmend.server.folder_routes import folder_routes
from clickmend.server.guard import Guard, is_loopback
from clickmend.server.interop import Services, Tool, tool_routes
from clickmend.server.interop.mender import Mender
from clickmend.server.interop.priors import Priors, prior_routes
from clickmend.server.interop.remote import Remote
from clickmend.server.measuring import Measuring
from clickmend.server.metrics import Measured, Metrics, metrics_routes
from clickmend.server.networks import Networks
from clickmend.server.object_routes import object_routes
from clickmend.server.page import Page
from clickmend.server.places import ALONE, Place
from clickmend.server.project_routes import project_routes
from clickmend.server.routes import session_routes
from clickmend.server.sessions import SessionStore
from clickmend.server.who import read_who
from clickmend.server.work_queue import WorkQueue

ABOUT = """Mend masks, class maps, alpha mattes, depth maps and objects with a few marks.

Open a photo with `POST /sessions`, put marks on it, and fetch `prediction.url` of the answer.
Places are (x, y) in pixels of the original image. Every refusal has the body `ErrorBody`.
"""


def create_app(
    *,
    session_factory: SessionFactory = start_session,
    networks: Networks | None = None,
    host: str = "127.0.0.1",
    limits: Settings | None = None,
    store: Store | None = None,
    roots: Sequence[Path] = (),
    most_sessions: int = 256,
    token: str | None = None,
    interop: Sequence[Tool] = (),
    place: Place = ALONE,
) -> FastAPI:
    """The application, ready for any ASGI server.

    Args:
        session_factory: Starts a session on a photo.
        networks: What it has; those that have weights here unless given.
        host: Where it will listen; on a loopback address every other ``Host`` is refused.
        limits: What may be uploaded; the settings of the process unless given.
        store: Where everything is kept; the home of the settings unless given. It is closed with
            the application.
        roots: Folders that new projects may use, and that other tools may name pictures of.
        most_sessions: How many sessions stay in memory at most.
        token: Without which nothing is answered, if one is given.
        interop: Other tools that are answered too.
        place: Which of several processes this is.

    Raises:
        OptionError: The address of the host that pictures are fetched from is none.
    """
    limits = settings() if limits is None else limits
    networks = Networks() if networks is None else networks
    kept = Store(limits.home.expanduser()) if store is None else store

    results = Results(kept)
    photos = Photos(kept, max_megapixels=limits.max_image_megapixels)
    at_once = max(1, cores() // place.workers, batch())  # as many as may meet in a batch
    queue = WorkQueue(at_once=at_once, most_waiting=limits.max_waiting)
    metrics = Metrics(queue=queue, sessions=lambda: desk)
    desk = SessionStore(
        session_factory,
        store=kept,
        photos=photos,
        results=results,
        traits=partial(traits_of, networks=networks),
        chosen=networks.chosen,
        most=most_sessions,
        kept_megabytes=limits.kept_megabytes,
        queue=queue,
        place=place,
        marked=metrics.marked,
    )

    detectors = Detectors(networks)
    measuring = Measuring(desk)

    def get_ready() -> None:
        """Look up what networks offer before the first photo is opened, which takes seconds."""
        with suppress(Exception):  # told when a photo is opened
            for task in networks.by_task():
                desk.traits(Options(task))

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        catching_up = asyncio.create_task(desk.catch_up())
        # Not in a pool: a process that is stopped would wait for it.
        threading.Thread(target=get_ready, name="get ready", daemon=True).start()
        giving_back = asyncio.create_task(give_back_now_and_then())
        yield
        await measuring.close()
        catching_up.cancel()
        giving_back.cancel()
        with suppress(asyncio.CancelledError):
            await giving_back
        with suppress(asyncio.CancelledError, ClickmendError):  # what is left is written next time
            await catching_up
        await run_in_threadpool(results.close)
        kept.close()

    app = FastAPI(
        title="clickmend",
        version=metadata.version("clickmend"),
        description=ABOUT,
        responses=dict(errors.REFUSALS),
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        redirect_slashes=False,
        lifespan=running,
        dependencies=[Depends(read_who)],
    )
    app.state.work = queue
    errors.install(app)
    app.add_middleware(
        Guard,
        loopback_only=is_loopback(host),
        limit_bytes=int(limits.max_upload_megabytes * 1e6),
        token=token,
        tokens=lambda headers: [one for tool in interop for one in tool.tokens(headers)],
        open_paths=[tool.prefix + path for tool in interop for path in tool.open_paths],
    )
    app.add_middleware(Measured, metrics=metrics)
    app.include_router(metrics_routes(metrics))
    app.include_router(
        catalogue_routes(
            networks=networks,
            limits=limits,
            in_browser=partial(runs_in_browser, networks=networks),
            detectors=detectors.names,
        )
    )
    app.include_router(browser_routes(networks=networks))
    app.include_router(session_routes(desk, networks=networks))
    app.include_router(object_routes(desk, detectors=detectors))
    app.include_router(project_routes(desk, networks=networks, measuring=measuring, roots=roots))
    app.include_router(folder_routes(roots=roots))
    if interop:
        priors = Priors(kept, photos)
        mender = Mender(
            session_factory,
            options=networks.chosen(Options()),
            read=photos.read,
            priors=priors,
            most=most_sessions,
            most_megabytes=limits.kept_megabytes,
        )
        services = Services(mender, queue, roots=roots, remote=_remote(limits), token=token)
        app.include_router(prior_routes(priors))
        for tool in interop:
            app.include_router(tool_routes(tool, services))
    page = Page()
    app.router.routes.append(Route("/", page, methods=["GET"]))  # CVAT posts there
    app.router.default = page  # of what no route has; a wrong method of one that is there is told
    return app


def _remote(limits: Settings) -> Remote | None:
    """The host that pictures are fetched from, where one is set."""
    if limits.label_studio_url is None:
        return None
    token = limits.label_studio_token
    return Remote(
        limits.label_studio_url,
        token=None if token is None else token.get_secret_value(),
        limit_bytes=int(limits.max_upload_megabytes * 1e6),
    )
