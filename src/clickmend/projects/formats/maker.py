"""Who made an object, as label formats say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args

MadeBy: TypeAlias = Literal["ai", "human", "import"]

MADE_BY, CHANGED_BY, CHANGED_AT = "made_by", "changed_by", "changed_at"
"""The attributes of an object in COCO, Datumaro, LabelMe and panoptic files."""


@dataclass(frozen=True)
class Maker:
    """Who made an object.

    Attributes:
        made_by: "import": its mask is that of a file; "ai": that which its point finds, or
            a detector; "human": somebody has corrected, merged or split it.
        by: Who touched it last, as far as they said who they are.
        at: When that was; ``None`` where nobody has.
    """

    made_by: MadeBy
    by: str = ""
    at: datetime | None = None

    @property
    def untouched(self) -> bool:
        """Whether the object is as its file had it."""
        return self.made_by == "import" and self.at is None


def maker_in(attributes: Any) -> Maker | None:
    """Who made an object, by its attributes; ``None`` where they do not say it."""
    said = attributes.get(MADE_BY) if isinstance(attributes, Mapping) else None
    kinds: tuple[MadeBy, ...] = get_args(MadeBy)
    made_by = next((one for one in kinds if one == said), None)
    if made_by is None:
        return None
    by, at = attributes.get(CHANGED_BY), attributes.get(CHANGED_AT)
    try:
        when = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        when = None
    return Maker(made_by, by if isinstance(by, str) else "", when)


def with_maker(fields: Mapping[str, Any], maker: Maker | None) -> dict[str, Any]:
    """An object's fields, whose ``attributes`` say who made it; as they are where they do already.

    Args:
        fields: Of the object.
        maker: ``None`` leaves them as they are.
    """
    given = fields.get("attributes")
    if maker is None or maker == maker_in(given):
        return dict(fields)
    ours: dict[str, str] = {MADE_BY: maker.made_by}
    if maker.by:
        ours[CHANGED_BY] = maker.by
    if maker.at is not None:
        ours[CHANGED_AT] = maker.at.isoformat(timespec="seconds")
    others = given if isinstance(given, Mapping) else {}
    kept = {key: at for key, at in others.items() if key not in (CHANGED_BY, CHANGED_AT)}
    return {**fields, "attributes": {**kept, **ours}}
