"""The benches: one file each, which registers what it measures under the name of its command."""

from importlib import import_module
from pkgutil import iter_modules

from clickmend.evaluation.benches.base import BENCHES, Bench

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["BENCHES", "Bench"]
