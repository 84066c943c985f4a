"""Files that are not as they should be: bytes cut, turned and made up, values of another kind."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (None, -1, 0, 1e308, 10**12, "x", "", [], {}, [[]], True, "\0", float("nan"))
"""What stands in place of a value."""

WORDS = (b"", b"-1", b"nan", b"1e999", b"99999999999999999999", b"\xff\xfe", b"../../x", b"&#0;")
"""What stands in place of a number or a word of a text."""

TEXTS = (".json", ".xml", ".txt", ".yaml")


def spoiled(content: bytes, suffix: str, rng: Random) -> bytes:
    """A file made wrong in one of several ways.

    Args:
        content: As it should be.
        suffix: What its name ends in.
        rng: Chooses how.
    """
    ways = [_cut, _turned, _made_up, _doubled]
    if suffix in TEXTS:
        ways += [_reworded] * 3
    if suffix == ".json":
        ways += [_revalued] * 6
    return rng.choice(ways)(content, rng)


def _cut(content: bytes, rng: Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _turned(content: bytes, rng: Random) -> bytes:
    """Some bytes are others, more often in the head, where sizes stand."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 3, 20))):
        end = min(len(changed), 64) if rng.random() < 0.7 else len(changed)
        if end:
            changed[rng.randrange(end)] = rng.randrange(256)
    return bytes(changed)


def _made_up(content: bytes, rng: Random) -> bytes:
    """The first bytes, which tell the kind, and nonsense behind them."""
    return content[: rng.choice((0, 8, 16))] + rng.randbytes(rng.choice((1, 200, 5000)))


def _doubled(content: bytes, _: Random) -> bytes:
    return content + content


def _reworded(content: bytes, rng: Random) -> bytes:
    """A number, a name or a word is another."""
    words = list(re.finditer(rb"[\w.\-]+", content))
    if not words:
        return content
    start, end = rng.choice(words).span()
    return content[:start] + rng.choice(WORDS) + content[end:]


def _revalued(content: bytes, rng: Random) -> bytes:
    """A value somewhere in a JSON is of another kind, or is missing."""
    tree = json.loads(content)
    places = list(_places(tree))
    holder, name = rng.choice(places)
    if rng.random() < 0.2:
        del holder[name]
    else:
        holder[name] = rng.choice(ODD)
    return json.dumps(tree).encode()


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Each value of a tree, as what holds it and its name there."""
    names = list(node) if isinstance(node, dict) else range(len(node))
    found = []
    for name in names:
        found.append((node, name))
        if isinstance(node[name], dict | list):
            found += _places(node[name])
    return found
