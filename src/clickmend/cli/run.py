"""``clickmend run``: the page in the browser."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    host: Annotated[
        str, typer.Option(help="Where to listen. Anything but this machine lets others in.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The first port to try; 0 takes any free one.")
    ] = 8765,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Open the page: click on photos in the browser."""
    from clickmend.server.serve import serve

    serve(host, port, open_browser=browser, say=typer.echo)
