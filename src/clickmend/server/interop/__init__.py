"""The wires of other tools, one file each; importing one registers it.

Each tool is answered from the same sessions (`Mender`): the bytes of an image, marks and, where
there is one, a prior become a mask. A tool's file knows the tool's words and nothing else.
"""

from importlib import import_module
from pkgutil import iter_modules

from clickmend.server.interop.base import TOOLS, Services, Tool, tool_routes

__all__ = ["TOOLS", "Services", "Tool", "tool_routes"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
