"""The routes of the task "instances": points that make objects, and clicks that mend one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from clickmend.projects.store import NewEvent
from clickmend.server.catalogue import API
from clickmend.server.sessions import SessionStore
from clickmend.server.wire import MendBody, ObjectBody, PointsBody, State, state_of


def object_routes(store: SessionStore) -> APIRouter:
    """The routes of objects, on the store of all sessions.

    Args:
        store: The opened photos.
    """
    routes = APIRouter(prefix=f"{API}/sessions/{{key}}")

    async def change(key: str, kind: str, body: Mapping[str, Any]) -> State:
        return await store[key].change([NewEvent(kind, body)], state_of)

    @routes.post("/points")
    async def point(key: str, body: PointsBody) -> State:
        return await change(key, "points", body.together())

    @routes.patch("/objects/{object_key}")
    async def relabel(key: str, object_key: int, body: ObjectBody) -> State:
        return await change(key, "relabel", {"key": object_key, "label": body.label})

    @routes.delete("/objects/{object_key}")
    async def remove(key: str, object_key: int) -> State:
        return await change(key, "remove", {"key": object_key})

    @routes.post("/objects/{object_key}/clicks")
    async def mend(key: str, object_key: int, body: MendBody) -> State:
        return await change(key, "mend", {"key": object_key, **body.model_dump()})

    return routes
