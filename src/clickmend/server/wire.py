"""What goes over the wire to a session: the bodies of requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from clickmend.feedback import Box, Click, Direction, Mark, Push, Spread, Stroke, Tidy, TidyTool
from clickmend.feedback.marks import FOREGROUND
from clickmend.projects.actions import MOST_OBJECTS

Place = Annotated[list[float], Field(min_length=2, max_length=2)]
"""(x, y) in pixels of the original image."""


Iterations = Annotated[int, Field(ge=0, le=100)]
"""Of inference online."""


MOST_MARKS = 500
"""In one request."""

MOST_POINTS = 20_000
"""Of a stroke."""


UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""PostgreSQL stores no text with U+0000 in it, and half a surrogate pair is no letter."""


class Body(BaseModel):
    """A request body: exact types, no field that is not known, no text that cannot be stored."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, fields: Any) -> Any:
        """Both databases are to take the same text, and every answer has to be UTF-8."""
        for name, value in fields.items() if isinstance(fields, Mapping) else ():
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and (found := UNSTORABLE.search(text)):
                    raise ValueError(
                        f"{name} has the character U+{ord(found[0]):04X} in it, which is not "
                        "stored. Leave it out."
                    )
        return fields


def example(**fields: Any) -> ConfigDict:
    """What a body's model needs to show an example of itself in the OpenAPI document."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class MarkBody(Body):
    """A mark; its fields are those of ``kind``."""

    kind: ClassVar[Callable[..., Mark]]

    def mark(self) -> Mark:
        """The mark that was sent."""
        own = (name for name in type(self).model_fields if name not in ("type", "object"))
        return type(self).kind(**{name: getattr(self, name) for name in own})


class ClickBody(MarkBody):
    """A click, (x, y) in pixels of the original image.

    With the spread "similar" it mends the other parts of a class map too that are wrong in the same
    way.
    """

    model_config = example(x=212.5, y=140.5, label="foreground")
    kind: ClassVar[Callable[..., Mark]] = Click
    x: float
    y: float
    label: str | int | None = None
    value: float | None = None
    radius_px: float | None = None
    spread: Spread | None = None


class PushBody(MarkBody):
    """A push towards larger ("up") or smaller ("down") values."""

    model_config = example(x=30.5, y=40.5, direction="up")
    kind: ClassVar[Callable[..., Mark]] = Push
    x: float
    y: float
    direction: Direction
    radius_px: float | None = None


class StrokeBody(MarkBody):
    """A line painted with a class or a value; ``radius_px`` is half the width of the brush.

    The label "erase" gives back what was there before any mark. What is ``exact`` changes no other
    pixels and holds against later marks. With ``filled`` the points are the corners of an outline
    whose inside is painted; it has to be exact, or to erase. With ``simplify_px`` only those of the
    corners are kept that are needed to stay within so many pixels of all (Douglas and Peucker's
    rule), three at least; ``feedback`` tells all that were given.
    """

    model_config = example(points=[[80.5, 60.5], [95.5, 64.5]], label="foreground", exact=True)
    kind: ClassVar[Callable[..., Mark]] = Stroke
    points: Annotated[list[Place], Field(max_length=MOST_POINTS)]
    label: str | int | None = None
    value: float | None = None
    radius_px: float = 3.0
    exact: bool = False
    filled: bool = False
    simplify_px: float | None = None

    def mark(self) -> Mark:
        """The line, its places as pairs."""
        line = tuple((x, y) for x, y in self.points)
        return Stroke(
            line,
            self.label,
            self.radius_px,
            self.exact,
            self.value,
            self.filled,
            self.simplify_px,
        )


class BoxBody(MarkBody):
    """A box around the object, x0 < x1 and y0 < y1, in pixels of the original image."""

    model_config = example(x0=40.0, y0=30.0, x1=220.0, y1=180.0)
    kind: ClassVar[Callable[..., Mark]] = Box
    x0: float
    y0: float
    x1: float
    y1: float


class TidyBody(MarkBody):
    """A tool: "fill" holes, remove "specks", or "smooth" the border, see ``feedback.Tidy``."""

    model_config = example(tool="fill", area_px=200)
    kind: ClassVar[Callable[..., Mark]] = Tidy
    tool: TidyTool
    label: str | int | None = None
    area_px: int | None = None
    radius_px: float | None = None


class TypedClick(ClickBody):
    """A click among other marks; of an object, where the session has many."""

    model_config = example(type="click", x=120.5, y=200.5, label="background")
    type: Literal["click"]
    object: int | None = None


class TypedStroke(StrokeBody):
    """A stroke among other marks."""

    model_config = example(type="stroke", points=[[80.5, 60.5], [95.5, 64.5]], label=3)
    type: Literal["stroke"]
    object: int | None = None


class TypedPush(PushBody):
    """A push among other marks."""

    model_config = example(type="push", x=30.5, y=40.5, direction="down")
    type: Literal["push"]
    object: int | None = None


class TypedBox(BoxBody):
    """A box among other marks."""

    model_config = example(type="box", x0=40.0, y0=30.0, x1=220.0, y1=180.0)
    type: Literal["box"]
    object: int | None = None


class TypedTidy(TidyBody):
    """A tool among other marks; of an object, where the session has many."""

    model_config = example(type="tidy", tool="specks", area_px=50)
    type: Literal["tidy"]
    object: int | None = None


TypedMark = Annotated[
    TypedClick | TypedStroke | TypedPush | TypedBox | TypedTidy, Field(discriminator="type")
]
"""A mark as ``State.feedback`` has it."""


class MarksBody(Body):
    """Marks to put on the photo in this order, all or none; each is undone by itself."""

    model_config = example(
        marks=[
            {"type": "click", "x": 212.5, "y": 140.5, "label": "foreground"},
            {"type": "stroke", "points": [[80.5, 60.5], [95.5, 64.5]], "label": "background"},
            {"type": "tidy", "tool": "fill", "area_px": 200},
        ]
    )
    marks: Annotated[list[TypedMark], Field(min_length=1, max_length=MOST_MARKS)]


class ProtectBody(Body):
    """What is protected beside what is already, or with ``on`` false set free.

    Either what a stroke covers or an outline encloses, ``points`` as of :class:`StrokeBody`, or a
    class with the pixels that it has and comes to have, its ``label``.
    """

    model_config = example(points=[[80.5, 60.5], [95.5, 64.5]], radius_px=8.0)
    points: Annotated[list[Place], Field(min_length=1, max_length=MOST_POINTS)] | None = None
    radius_px: float = 3.0
    filled: bool = False
    simplify_px: float | None = None
    label: str | int | None = None
    on: bool = True

    def stroke(self) -> Stroke | None:
        """What covers the pixels; ``None`` of a class."""
        if self.points is None:
            return None
        line = tuple((x, y) for x, y in self.points)
        return Stroke(line, FOREGROUND, self.radius_px, True, None, self.filled, self.simplify_px)


class PointBody(Body):
    """Where an object is, and what it is."""

    model_config = example(x=90.5, y=120.5, label="cat")
    x: float
    y: float
    label: Annotated[str, Field(max_length=200)] | None = None


class PointsBody(Body):
    """Objects to add, in one action."""

    model_config = example(
        points=[{"x": 90.5, "y": 120.5, "label": "cat"}, {"x": 300.5, "y": 140.5}]
    )
    points: Annotated[list[PointBody], Field(min_length=1, max_length=MOST_OBJECTS)]

    def together(self) -> dict[str, Any]:
        """The places, and what is at each."""
        return {
            "points": [(one.x, one.y) for one in self.points],
            "labels": [one.label for one in self.points],
        }


class DetectBody(Body):
    """Which network finds objects, how sure it is, and who makes their masks.

    The first of the server's does when none is named.
    """

    model_config = example(model="photos", least_score=0.5, finish="propagation")
    model: Annotated[str, Field(max_length=200)] | None = None
    least_score: Annotated[float, Field(ge=0, le=1)] = 0.5
    finish: Annotated[str, Field(max_length=200)] = "network"


class ObjectBody(Body):
    """What an object is, and whether it is finished; what is left out stays."""

    model_config = example(label="dog", protected=True)
    label: Annotated[str, Field(max_length=200)] | None = None
    protected: bool | None = None


class MergeBody(Body):
    """The key of the object that is taken up."""

    model_config = example(other=3)
    other: int


class MendBody(Body):
    """A click that mends an object; ``label`` is "foreground" or "background"."""

    model_config = example(x=120.5, y=200.5, label="background")
    x: float
    y: float
    label: str | None = None
    radius_px: float | None = None


class InferenceBody(Body):
    """How a session infers, see ``clickmend.session.Session`` and ``instances``."""

    model_config = example(refine="none", adapt_keys=2)
    refine: str | None = None
    adapt_keys: Iterations = 0
    propagate: Iterations = 0
    finish: str | None = None
