"""The marks by name: each method makes one of what it is given and adds it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, Literal, cast

from clickmend.feedback.marks import Box, Click, Mark, Push, Spread, Stroke, Tidy, TidyTool
from clickmend.tasks.base import P_co


class Marking(ABC, Generic[P_co]):
    """What takes marks and has a prediction after each."""

    @abstractmethod
    def add(self, mark: Mark) -> P_co:
        """Put a mark on the photo; returns the new prediction."""

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
        """Say what is at (x, y), pixels of the original image.

        Args:
            x: From the left edge, 0 ≤ x < W.
            y: From the top edge, 0 ≤ y < H.
            label: Of an object mask "foreground" (the default) or "background"; else a class, by
                name or index.
            value: Alpha in [0, 1], or metres.
            radius_px: Attention radius, how far around the click it is meant; a rule applies
                when left out.
            spread: "similar" mends the other parts of a class map too that are wrong in the same
                way; ``reach`` tells them.

        Returns:
            The new prediction.

        Raises:
            ClickError: Outside the image, not a number, or without meaning in this task.
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
        """Where a value is shown, move the one at (x, y) a little up or down (by 0.1).

        ``report.moved`` is the change that was reached.

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
        """Paint along a line, or inside an outline, what is there.

        Args:
            points: (x, y) along the line; one is a dab. Of an outline its corners.
            label: Of an object mask "foreground" or "background", else a class, by name or index;
                "erase" gives back what was there before any mark.
            value: Alpha in [0, 1], or metres.
            radius_px: Half the width of the brush.
            exact: Whether the painted pixels change and no others. They hold against later marks
                that are not about them.
            filled: Whether the points are the corners of an outline whose inside is painted, as a
                polygon of COCO is; it has to be exact, or to erase.
            simplify_px: Of an outline how far its corners may lie from the fewer that are painted;
                all are when left out.

        Raises:
            ClickError: Outside the image, no such class, or without meaning in this task.
        """
        line = cast("tuple[tuple[float, float], ...]", points)  # a stroke makes pairs of them
        return self.add(Stroke(line, label, radius_px, exact, value, filled, simplify_px))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> P_co:
        """Say that the object lies in a rectangle; an earlier box is replaced.

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

        What is protected or was painted exactly stays. Later clicks mend the map as it is then.

        Args:
            tool: "fill", "specks" or "smooth".
            label: The class that is meant, by name or index; "fill" needs one in a class map.
            area_px: Of "fill" the largest hole, of "specks" what a part needs to stay.
            radius_px: Of "smooth" how far a pixel looks around.

        Raises:
            ClickError: No such tool, a size that it has no use for, or another task.
        """
        return self.add(Tidy(tool, label, area_px, radius_px))
