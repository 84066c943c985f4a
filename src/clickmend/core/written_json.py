"""JSON that people write: a name that is there twice is a mistake, and not the last one's right."""

from __future__ import annotations

import json
from typing import Any


def written_json(content: str | bytes) -> Any:
    """What JSON says.

    Raises:
        ValueError: It is none, or an object has one name twice, of which JSON keeps the last and
            loses the others.
    """
    return json.loads(content, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is there twice in one object, which has each name once")
    return found
