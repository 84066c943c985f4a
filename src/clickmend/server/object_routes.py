"""The routes of the task "instances": points that make objects, and clicks that mend one."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from clickmend.core.errors import OptionError
from clickmend.feedback import Click
from clickmend.projects.actions import body_of
from clickmend.projects.store import NewEvent
from clickmend.server.catalogue import API
from clickmend.server.detecting import Detectors
from clickmend.server.expected import read_expected
from clickmend.server.opened import Opened
from clickmend.server.pictures import read_screen
from clickmend.server.session_state import State, state_of
from clickmend.server.sessions import SessionStore
from clickmend.server.wire import DetectBody, MendBody, MergeBody, ObjectBody, PointsBody


def object_routes(store: SessionStore, *, detectors: Detectors) -> APIRouter:
    """The routes of objects, on the store of all sessions.

    Args:
        store: The opened photos.
        detectors: What finds objects without points.
    """
    told = [Depends(read_screen), Depends(read_expected)]
    routes = APIRouter(prefix=f"{API}/sessions/{{key}}", tags=["objects"], dependencies=told)

    async def change(key: str, *events: NewEvent) -> State:
        return await store[key].change(events, state_of)

    @routes.post("/points")
    async def point(key: str, body: PointsBody) -> State:
        """Add an object for each point, in one change."""
        return await change(key, NewEvent("points", body.together()))

    @routes.post("/detect")
    async def detect(key: str, body: DetectBody) -> State:
        """Add the objects that a network finds by itself; those that are there stay."""

        def find(opened: Opened) -> list[NewEvent]:
            return detectors.find(
                opened, body.model, least_score=body.least_score, finish=body.finish
            )

        return await store[key].change_by(find, state_of)

    @routes.patch("/objects/{object_key}")
    async def relabel(key: str, object_key: int, body: ObjectBody) -> State:
        """Give an object another label, or say whether it is protected."""
        events = []
        if "label" in body.model_fields_set:
            events.append(NewEvent("relabel", {"key": object_key, "label": body.label}))
        if body.protected is not None:
            events.append(NewEvent("finish", {"key": object_key, "protected": body.protected}))
        if not events:
            raise OptionError("Nothing is said of the object. Send label, protected or both.")
        return await change(key, *events)

    @routes.delete("/objects/{object_key}")
    async def remove(key: str, object_key: int) -> State:
        """Remove an object."""
        return await change(key, NewEvent("remove", {"key": object_key}))

    @routes.post("/objects/{object_key}/merge")
    async def merge(key: str, object_key: int, body: MergeBody) -> State:
        """Let an object take up another one."""
        return await change(key, NewEvent("merge", {"key": object_key, "other": body.other}))

    @routes.post("/objects/{object_key}/split")
    async def split(key: str, object_key: int) -> State:
        """Make an object of each connected part."""
        return await change(key, NewEvent("split", {"key": object_key}))

    @routes.post("/objects/{object_key}/clicks")
    async def mend(key: str, object_key: int, body: MendBody) -> State:
        """Put a click on an object."""
        mark = body_of(Click(**body.model_dump()))
        return await change(key, NewEvent("mend", {"key": object_key, "mark": mark}))

    return routes
