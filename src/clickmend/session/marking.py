"""The marks by name: each method makes one of what it is given and adds it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, Literal, cast

from clickmend.feedback.marks import Box, Click, Mark, Push, Spread, Stroke, Tidy, TidyTool
from clickmend.tasks.prediction import P_co


class Marking(ABC, Generic[P_co]):
    """Methods that make a mark from their arguments and add it."""

    @abstractmethod
    def add(self, mark: Mark) -> P_co:
        """Add a mark; returns the new prediction."""

    def click(
        self,
        x: float,
        y: float,
        *,
        label: str | int | None = None,
        value: float | None = None,
        radius_px: float | None = None,
        spread: Spread | None = None,
    ) -> P_co:
        """Add a click: a label or value at (x, y), in pixels of the original image.

        Args:
            x: From the left edge, 0 ≤ x < W.
            y: From the top edge, 0 ≤ y < H.
            label: "foreground" (the default) or "background" for object masks, a class by name
                or index for class maps.
            value: Alpha in [0, 1] for mattes, metres for depth maps.
            radius_px: Attention radius, how far around the click it applies; chosen by the task
                when left out.
            spread: "similar" also corrects other parts of a class map with the same error;
                ``reach`` then includes them.

        Returns:
            The new prediction.

        Raises:
            ClickError: Outside the image, not a number, or not valid in this task.
        """
        return self.add(Click(x, y, label, value, radius_px, spread))

    def push(
        self,
        x: float,
        y: float,
        direction: Literal["up", "down"],
        *,
        radius_px: float | None = None,
    ) -> P_co:
        """For mattes and depth, move the one at (x, y) a little up or down (by 0.1).

        ``report.moved`` is the change achieved.

        Raises:
            ClickError: Outside the image, no such direction, or another task.
        """
        return self.add(Push(x, y, direction, radius_px))

    def stroke(
        self,
        points: Sequence[tuple[float, float]],
        *,
        label: str | int | None = None,
        value: float | None = None,
        radius_px: float = 3.0,
        exact: bool = False,
        filled: bool = False,
        simplify_px: float | None = None,
    ) -> P_co:
        """Paint a label or value along a line, or inside an outline.

        Args:
            points: (x, y) along the line, at least one; the corners of an outline.
            label: "foreground" or "background" for object masks, a class by name or index for
                class maps; "erase" restores the values before any mark.
            value: Alpha in [0, 1] for mattes, metres for depth maps.
            radius_px: Half the width of the brush.
            exact: Whether exactly the painted pixels change. They keep their value under later
                marks at other places.
            filled: Whether the points are the corners of a polygon that is filled as in COCO; it
                has to be exact, or to erase.
            simplify_px: Tolerance for dropping corners of an outline, largest distance from the
                simplified one; all corners are kept when left out.

        Raises:
            ClickError: Outside the image, no such class, or not valid in this task.
        """
        line = cast("tuple[tuple[float, float], ...]", points)  # a stroke makes pairs of them
        return self.add(Stroke(line, label, radius_px, exact, value, filled, simplify_px))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> P_co:
        """Give a bounding box of the object; it replaces an earlier box.

        Raises:
            ClickError: The box is empty or outside the image, or another task.
        """
        return self.add(Box(x0, y0, x1, y1))

    def tidy(
        self,
        tool: TidyTool,
        *,
        label: str | int | None = None,
        area_px: int | None = None,
        radius_px: float | None = None,
    ) -> P_co:
        """Fill holes, remove specks or smooth the border of a mask or a class map.

        Protected and exactly painted pixels do not change. Later clicks correct the result.

        Args:
            tool: "fill", "specks" or "smooth".
            label: The class to tidy, by name or index; required by "fill" in a class map.
            area_px: Largest hole that "fill" fills; smallest part that "specks" keeps.
            radius_px: Radius of "smooth".

        Raises:
            ClickError: No such tool, a size that it does not take, or another task.
        """
        return self.add(Tidy(tool, label, area_px, radius_px))
