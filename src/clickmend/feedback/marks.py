"""What a user does to a photo, in pixels of it: clicks, strokes, boxes, pushes, tools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from clickmend.core.errors import ClickError

FOREGROUND: Literal["foreground"] = "foreground"
BACKGROUND: Literal["background"] = "background"

ERASE: Literal["erase"] = "erase"
"""The label of a stroke that gives the map before any mark back."""

Direction: TypeAlias = Literal["up", "down"]

TidyTool: TypeAlias = Literal["fill", "specks", "smooth"]

Spread: TypeAlias = Literal["similar"]


@dataclass(frozen=True, slots=True)
class Click:
    """One correction at one place.

    Args:
        x: Pixels from the left edge; pixel column c covers [c, c + 1).
        y: Pixels from the top edge.
        label: What is there: "foreground" or "background" for object masks, a class otherwise.
        value: What is there, for mattes (0 to 1) and depth (metres).
        radius_px: Attention radius: how far around the click the user means it. ``None`` leaves
            it to the task's rule.
        spread: "similar" means the other parts of a class map too that are wrong in the same way;
            ``None`` only what hangs together with the click.

    Example:
        >>> session = cm.Session(photo)
        >>> bool(session.add(cm.Click(220, 120, "foreground")).mask[120, 220])
        True
    """

    x: float
    y: float
    label: str | int | None = None
    value: float | None = None
    radius_px: float | None = None
    spread: Spread | None = None

    @property
    def is_foreground(self) -> bool:
        """Whether an object-mask click says "object here"."""
        return self.label == FOREGROUND


@dataclass(frozen=True, slots=True)
class Stroke:
    """A painted line, or a painted outline with all that it encloses.

    Args:
        points: (x, y) along the line, pixels; one is a dab. Of an outline its corners.
        label: What the painted pixels are; "erase" gives them back as they were before any mark.
        radius_px: Half the width of the brush; an outline has none.
        exact: Whether it changes the painted pixels and no others, and holds against later clicks.
        value: What is there, for mattes (0 to 1) and depth (metres).
        filled: Whether it is an outline: painted are the pixels inside, as in a polygon of COCO,
            the last corner joined to the first. Only what is ``exact`` or erased can be.
        simplify_px: Of an outline how far its corners may lie from the fewer that are painted, see
            ``feedback.outlines``; ``None`` keeps all.

    Example:
        >>> session = cm.Session(photo)
        >>> stroke = cm.Stroke([(200, 100), (240, 130)], "foreground", radius_px=6, exact=True)
        >>> bool(session.add(stroke).mask[115, 220])
        True
    """

    points: tuple[tuple[float, float], ...]
    label: str | int | None = None
    radius_px: float = 3.0
    exact: bool = False
    value: float | None = None
    filled: bool = False
    simplify_px: float | None = None

    def __post_init__(self) -> None:
        """Places may come as lists or arrays; they are kept as pairs, so that strokes compare."""
        try:
            points = tuple((x, y) for x, y in self.points)
        except (TypeError, ValueError) as problem:
            raise ClickError(
                f"the points of a stroke are {self.points!r}. Each has to be a pair (x, y) in "
                "pixels of the original image; give a single point as [(x, y)]."
            ) from problem
        object.__setattr__(self, "points", points)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle around the object, x0 < x1 and y0 < y1, pixels.

    Example:
        >>> session = cm.Session(photo)
        >>> bool(session.add(cm.Box(100, 20, 420, 290)).mask.any())
        True
    """

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Push:
    """A nudge of the value at one place, for mattes and depth, when its amount is not known.

    Args:
        x: Pixels from the left edge, as for a click.
        y: Pixels from the top edge.
        direction: "up" towards larger values (more opaque, farther away), "down" towards
            smaller ones.
        radius_px: Attention radius. ``None`` leaves it to the task's rule.

    Example:
        >>> session = cm.Session(photo, task="depth")
        >>> before = session.prediction.at(60, 60).value
        >>> after = session.add(cm.Push(60, 60, "up")).at(60, 60).value
        >>> round(after - before, 3)
        0.1
    """

    x: float
    y: float
    direction: Direction
    radius_px: float | None = None


@dataclass(frozen=True, slots=True)
class Tidy:
    """A tool beside the clicks: it changes what is shown wherever that is untidy.

    Args:
        tool: "fill" fills holes, "specks" removes small parts, "smooth" smooths the border.
        label: The class that it is about, in a class map; "fill" needs one, else all are meant.
        area_px: Of "fill" the largest hole, all when left out; of "specks" what a part has to have
            to stay. In pixels; a rule applies to specks when left out.
        radius_px: Of "smooth" how far a pixel looks around; a rule applies when left out.

    Example:
        >>> mask = np.zeros(photo.shape[:2], bool)
        >>> mask[50:250, 50:250] = True
        >>> mask[100:104, 100:104] = False
        >>> session = cm.Session(photo, prior=mask)
        >>> bool(session.add(cm.Tidy("fill", area_px=20)).mask[102, 102])
        True
    """

    tool: TidyTool
    label: str | int | None = None
    area_px: int | None = None
    radius_px: float | None = None


Mark: TypeAlias = Click | Stroke | Box | Push | Tidy
