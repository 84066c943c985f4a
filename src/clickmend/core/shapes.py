"""jaxtyping's types of arrays with shapes, for annotations.

An annotation is read by people and by mypy, and at run time by whoever evaluates it, as our tests
do; jaxtyping is loaded then. It brings in asyncio and unittest, which a short command would wait
for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["Bool", "Float", "Int"]


class _Evaluated:
    """``jaxtyping``'s type of that name, once it is given its array and shape."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getitem__(self, array_and_shape: tuple[Any, str]) -> Any:
        import jaxtyping

        return getattr(jaxtyping, self._name)[array_and_shape]


if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int
else:
    Bool, Float, Int = _Evaluated("Bool"), _Evaluated("Float"), _Evaluated("Int")
