"""Packages that only some of clickmend needs, and the command that installs them."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.util import find_spec

from clickmend.core.errors import NotAvailableError

EXTRAS = {
    "torch": "torch",
    "torchvision": "torch",
    "timm": "torch",
    "array_api_compat": "torch",
    "matplotlib": "bench",
    "pandas": "bench",
    "pymatting": "cutout",
    "skimage": "bench",
    "tensorboard": "train",
    "onnx": "train",
    "segmentation_models_pytorch": "smp",
    "transformers": "transformers",
    "OpenEXR": "exr",
    "psycopg": "postgres",
    "ray": "ray",
    "fsspec": "remote",
}
"""The extra that brings each package."""


@lru_cache(maxsize=32)
def is_installed(package: str) -> bool:
    """Whether a package is there; it is not imported for it."""
    if package in sys.modules:
        return sys.modules[package] is not None
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def command_for(package: str) -> str:
    """What installs a package of an extra.

    Example:
        >>> command_for("timm")
        'pip install "clickmend[torch]"'
    """
    return f'pip install "clickmend[{EXTRAS[package]}]"'


def need(package: str, *, by: str, without: str = "") -> None:
    """Refuse what needs a package that is not there.

    Args:
        package: One of ``EXTRAS``.
        by: What needs it, the beginning of a sentence.
        without: What goes on without it, a sentence.

    Raises:
        NotAvailableError: It is not installed; with the command.
    """
    if not is_installed(package):
        more = f" {without}" if without else ""
        raise NotAvailableError(
            f"{by} needs {package}, which is not installed.{more} {command_for(package)} brings it."
        )


def lacking(error: ModuleNotFoundError) -> NotAvailableError | None:
    """The refusal for an import that failed; ``None`` where no extra has the package."""
    package = (error.name or "").partition(".")[0]
    if package not in EXTRAS or is_installed(package):
        return None
    return NotAvailableError(
        f"What was asked for needs {package}, which is not installed. Without it photos are "
        f"segmented, mended and labelled, and the page runs. {command_for(package)} brings it."
    )
