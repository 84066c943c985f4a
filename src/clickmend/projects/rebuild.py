"""A session made again from what is kept of it."""

from __future__ import annotations

from clickmend.core.types import RGB
from clickmend.projects.opening import Options, SessionFactory, Start
from clickmend.projects.store import SessionRow, Store
from clickmend.projects.work import Work


def work_of(store: Store, row: SessionRow, pixels: RGB, *, factory: SessionFactory) -> Work:
    """The session of a row, with everything that was done in it.

    Args:
        store: Where it is kept.
        row: The session.
        pixels: Its photo, ``(H, W, 3)``.
        factory: Starts a session.

    Raises:
        ClickmendError: It cannot be started, or an event is refused.
    """
    prior, trimap = (
        None if row.start[name] is None else store.blobs.get(row.start[name])
        for name in ("prior", "trimap")
    )
    return Work(
        pixels,
        Options(**row.options),
        Start(prior, trimap, row.start["depth_scale"], row.start["file_name"]),
        factory=factory,
        blob=store.blobs.get,
        events=store.sessions.events(row.key),
    )
