"""How uncertain the images of a project are, so that what needs a look comes first."""

from __future__ import annotations

from clickmend.projects.contracts import HasUncertainty
from clickmend.projects.opening import SessionFactory
from clickmend.projects.own_classes import options_for
from clickmend.projects.photos import Photos
from clickmend.projects.priors import start_of
from clickmend.projects.store import Image, Project, Store


def uncertainty_of(
    store: Store, project: Project, image: Image, *, photos: Photos, factory: SessionFactory
) -> float | None:
    """How much the network disagrees with what an image begins with, its prior or its own answer.

    See ``clickmend.session.Session.uncertainty``.

    Args:
        store: Where it is kept.
        project: Of the image.
        image: Which it is.
        photos: Reads it.
        factory: Starts a session; none is kept.

    Raises:
        ClickmendError: The photo or its prior cannot be read.
    """
    start = start_of(store, image, True)
    session = factory(photos.pixels(image), options_for(store, project), start)
    return session.uncertainty() if isinstance(session, HasUncertainty) else None
