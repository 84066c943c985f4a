"""Mend any dense prediction with a few clicks.

``import clickmend as cm`` loads nothing but this file; a name brings in its room when it is first
asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clickmend.adapters.pretrained import from_pretrained as from_pretrained
    from clickmend.adapters.wrapping import wrap as wrap
    from clickmend.core import errors as errors
    from clickmend.core.errors import ClickmendError as ClickmendError
    from clickmend.feedback import Box as Box
    from clickmend.feedback import Click as Click
    from clickmend.feedback import Push as Push
    from clickmend.feedback import Stroke as Stroke
    from clickmend.feedback import Tidy as Tidy
    from clickmend.interfaces.pipeline import pipeline as pipeline
    from clickmend.interfaces.predictor import Predictor as Predictor
    from clickmend.objects.objects import Objects as Objects
    from clickmend.objects.sequence import propagate as propagate
    from clickmend.session import Refine as Refine
    from clickmend.tasks.instances import detect as detect
    from clickmend.tasks.instances import instances as instances
    from clickmend.typed import Session as Session

    __version__: str

_ROOMS = {
    "Box": "clickmend.feedback",
    "Click": "clickmend.feedback",
    "ClickmendError": "clickmend.core.errors",
    "Objects": "clickmend.objects.objects",
    "Predictor": "clickmend.interfaces.predictor",
    "Push": "clickmend.feedback",
    "Refine": "clickmend.session",
    "Session": "clickmend.session",
    "Stroke": "clickmend.feedback",
    "Tidy": "clickmend.feedback",
    "detect": "clickmend.tasks.instances",
    "from_pretrained": "clickmend.adapters.pretrained",
    "instances": "clickmend.tasks.instances",
    "pipeline": "clickmend.interfaces.pipeline",
    "propagate": "clickmend.objects.sequence",
    "wrap": "clickmend.adapters.wrapping",
}

__all__ = [
    "Box",
    "Click",
    "ClickmendError",
    "Objects",
    "Predictor",
    "Push",
    "Refine",
    "Session",
    "Stroke",
    "Tidy",
    "__version__",
    "detect",
    "errors",
    "from_pretrained",
    "instances",
    "pipeline",
    "propagate",
    "wrap",
]


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        try:
            thing: object = getattr(import_module(_ROOMS[name]), name)
        except ModuleNotFoundError as error:
            lacking = import_module("clickmend.core.extras").lacking(error)
            raise (lacking or error) from None
    elif name == "errors":
        thing = import_module("clickmend.core.errors")
    elif name == "__version__":
        thing = import_module("importlib.metadata").version("clickmend")
    else:
        raise AttributeError(f"module 'clickmend' has no attribute {name!r}")
    globals()[name] = thing
    return thing


def __dir__() -> list[str]:
    return sorted(__all__)
