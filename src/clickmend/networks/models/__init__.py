"""Whole networks, one file each, from backbone, decoder and head.

A file registers what a card or a recipe may name; a new one here is found by itself.
"""

from importlib import import_module
from pkgutil import iter_modules

for _found in iter_modules(__path__):
    import_module(f"{__name__}.{_found.name}")
