"""The routes of the task "instances": points that make objects, and clicks that mend one."""

from __future__ import annotations

from fastapi import APIRouter

from clickmend.server.catalogue import API
from clickmend.server.sessions import SessionStore
from clickmend.server.wire import MendBody, ObjectBody, PointsBody, State, state_of


def object_routes(store: SessionStore) -> APIRouter:
    """The routes of objects, on the store of all sessions.

    Args:
        store: The opened photos.
    """
    routes = APIRouter(prefix=f"{API}/sessions/{{key}}")

    @routes.post("/points")
    async def point(key: str, body: PointsBody) -> State:
        return await store[key].change(lambda opened: body.apply(opened.collecting), state_of)

    @routes.patch("/objects/{object_key}")
    async def relabel(key: str, object_key: int, body: ObjectBody) -> State:
        return await store[key].change(
            lambda opened: opened.collecting.relabel(object_key, body.label), state_of
        )

    @routes.delete("/objects/{object_key}")
    async def remove(key: str, object_key: int) -> State:
        return await store[key].change(
            lambda opened: opened.collecting.remove(object_key), state_of
        )

    @routes.post("/objects/{object_key}/clicks")
    async def mend(key: str, object_key: int, body: MendBody) -> State:
        return await store[key].change(
            lambda opened: opened.collecting.click(object_key, **body.model_dump()), state_of
        )

    return routes
