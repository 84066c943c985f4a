"""Run the application: find a free port, say where it is, open the browser."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import secrets
import socket
import tempfile
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clickmend.core.errors import OptionError
from clickmend.core.settings import settings
from clickmend.networks.batching import set_batch
from clickmend.projects.opening import SessionFactory, start_session
from clickmend.projects.store import Store
from clickmend.server.allocator import share_freed_memory
from clickmend.server.app import create_app
from clickmend.server.guard import is_loopback
from clickmend.server.interop import TOOLS
from clickmend.server.networks import Networks
from clickmend.server.server import GIVE_UP_S, STOP_S, STREAMS_END_S, Server

if TYPE_CHECKING:  # what stands before several processes is loaded where there are some
    from clickmend.server.workers import Setup

PORTS_TRIED = 20
LAST_PORT = 65535


def listen(host: str, port: int) -> socket.socket:
    """A socket on ``port``, or on the next one that is free; 0 lets the system choose.

    Raises:
        OptionError: The host is not this machine's, or no port in reach is free.
    """
    last = min(port + PORTS_TRIED, LAST_PORT) if port else 0
    for number in range(port, last + 1):
        found = None
        try:
            resolved = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)
            family, kind, protocol, _, address = resolved[0]
            found = socket.socket(family, kind, protocol)
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
            found.listen(128)
        except OSError as error:
            if found is not None:
                found.close()
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                continue
            raise OptionError(
                f"This machine cannot listen on {host!r} ({error.strerror}). Leave the host out "
                "for 127.0.0.1, or give an address of this machine."
            ) from error
        return found
    raise OptionError(
        f"None of the ports {port} to {last} of {host} can be used. Choose another port, "
        f"1024 to {LAST_PORT}."
    )


def address_of(listening: socket.socket) -> str:
    """The address to type into a browser."""
    host, port = listening.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    host: str = "127.0.0.1",
    port: int = 8765,
    *,
    open_browser: bool = True,
    session_factory: SessionFactory = start_session,
    store: Store | None = None,
    roots: Sequence[Path] = (),
    project_id: int | None = None,
    interop: Sequence[str] = (),
    workers: int = 1,
    batch: int | None = None,
    networks: Networks | None = None,
    say: Callable[[str], object] = print,
) -> None:
    """Serve the page until it is stopped with Ctrl+C or SIGTERM.

    Args:
        host: Where to listen. Anything but a loopback address lets others in who have the token,
            which is part of the address that is said.
        port: The first port to try; 0 lets the system choose.
        open_browser: Open the page in the default browser once it answers.
        session_factory: Starts a session on a photo.
        store: Where everything is kept; the home of the settings unless given.
        roots: Folders that new projects may use.
        project_id: The project that the browser opens.
        interop: Names of other tools that are answered too.
        workers: How many processes answer.
        batch: How many views a network answers together, of several people; what the settings say
            when left out.
        networks: What it has; those that have weights here unless given.
        say: Takes each line that is meant for the person who started it.

    Raises:
        OptionError: The host is not this machine's, no port in reach is free, or there is no such
            tool.
        ProjectError: The database cannot be opened.
    """
    tools = [TOOLS[name] for name in dict.fromkeys(interop)]
    networks = Networks() if networks is None else networks
    listening = listen(host, port)
    place = address = address_of(listening)

    token = _token(host)
    address = address if token is None else f"{address}/?token={token}"
    address = address if project_id is None else f"{address}#{project_id}"

    def ready() -> None:
        say(f"clickmend is at {address}   (Ctrl+C stops it)")
        if token is not None:
            say("Everyone who has this address, with its token, can use it.")
        for tool in tools:
            say(f"{tool.title} finds it at {place}{tool.prefix}")
        if open_browser:
            webbrowser.open(address)

    kept = Store(settings().home.expanduser()) if store is None else store
    with contextlib.suppress(KeyboardInterrupt), listening:
        if workers > 1:
            kept.projects.loose()  # what is wrong with the database is told here, once
            kept.close()
            from clickmend.server.workers import Setup

            setup = Setup(
                home=kept.home,
                url=kept.url,
                host=host,
                token=token,
                roots=roots,
                interop=[tool.name for tool in tools],
                session_factory=session_factory,
                batch=batch,
                networks=networks,
            )
            _serve_together(workers, setup, listening, when_ready=ready, say=say)
            return
        share_freed_memory()
        set_batch(batch)
        app = create_app(
            session_factory=session_factory,
            host=host,
            store=kept,
            roots=roots,
            token=token,
            interop=tools,
            networks=networks,
        )
        Server(app, when_ready=ready).run(sockets=[listening])


def _serve_together(
    workers: int,
    setup: Setup,
    listening: socket.socket,
    *,
    when_ready: Callable[[], object],
    say: Callable[[str], object],
) -> None:
    """Serve from several processes, which this one stands before."""
    from clickmend.server.front import front
    from clickmend.server.workers import Workers

    with tempfile.TemporaryDirectory(prefix="clickmend-") as folder:
        app = front(Workers(workers, setup, folder=Path(folder), say=say))
        longest_s = STOP_S + STREAMS_END_S + GIVE_UP_S
        Server(app, when_ready=when_ready, stop_s=longest_s).run(sockets=[listening])


def _token(host: str) -> str | None:
    """What is asked for: that of the settings, else a new one where others can reach the server."""
    given = settings().token
    if given is not None:
        return given.get_secret_value()
    return None if is_loopback(host) else secrets.token_urlsafe(16)
