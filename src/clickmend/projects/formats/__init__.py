"""The label formats, one file each; importing one registers it, and a new file is found by itself.

Whatever a format reads it writes back exactly, and what it cannot hold it refuses to write, naming
a format that can. What a format says beyond `LabelObject` and `PhotoLabels` is kept in ``extra``
and ``shared`` under the format's own name, as JSON has it, and is written back into that format.
"""

from importlib import import_module
from pkgutil import iter_modules

from clickmend.projects.formats.base import (
    ABILITIES,
    FORMATS,
    Ability,
    Format,
    LabelObject,
    PhotoLabels,
    formats_for,
)
from clickmend.projects.formats.limits import formats_of, limits_of
from clickmend.projects.formats.maker import Maker

__all__ = [
    "ABILITIES",
    "FORMATS",
    "Ability",
    "Format",
    "LabelObject",
    "Maker",
    "PhotoLabels",
    "formats_for",
    "formats_of",
    "limits_of",
]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
