"""The layouts in which datasets are published, one file each.

A file registers its layout among ``DATASETS``, ``LABEL_DATASETS``, ``MATTE_DATASETS`` or
``DEPTH_DATASETS``, here or in a package of your own that is imported; nothing else lists them.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
