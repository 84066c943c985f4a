"""The sample photos of the start screen: scikit-image's own, read where it is installed.

Only files that lie inside the installed package are offered, so nothing is downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from starlette.exceptions import HTTPException

from clickmend.core.extras import is_installed

TITLES = {
    "cat": ("Cat", "chelsea.png"),
    "coffee": ("Coffee", "coffee.png"),
    "motorcycle": ("Motorcycle", "motorcycle_left.png"),
    "astronaut": ("Astronaut", "astronaut.png"),
    "rocket": ("Rocket", "rocket.jpg"),
    "coins": ("Coins", "coins.png"),
}


@dataclass(frozen=True)
class Sample:
    """A bundled photo: its short name, what a person calls it, and its file."""

    name: str
    title: str
    path: Path


def samples() -> dict[str, Sample]:
    """The sample photos that are installed, by name, in the order of the start screen."""
    if not is_installed("skimage"):
        return {}
    folder = Path(str(resources.files("skimage"))) / "data"
    found = (Sample(name, title, folder / file) for name, (title, file) in TITLES.items())
    return {sample.name: sample for sample in found if sample.path.is_file()}


def sample(name: str) -> Sample:
    """One sample photo.

    Raises:
        HTTPException: 404, there is none of that name.
    """
    known = samples()
    if name not in known:
        raise HTTPException(
            404, f"There is no sample photo {name!r}. Available: {', '.join(known) or 'none'}."
        )
    return known[name]
