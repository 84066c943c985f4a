"""One image, one task: feedback in, prediction out, with exact undo."""

from typing import TYPE_CHECKING

from clickmend.core.lazy import lazily
from clickmend.session.pretrained import from_pretrained
from clickmend.session.session import Session
from clickmend.tasks.refine import Refine

if TYPE_CHECKING:
    from clickmend.session.objects import Objects as Objects
    from clickmend.session.predictor import Predictor as Predictor
    from clickmend.session.wrapping import wrap as wrap

__all__ = ["Objects", "Predictor", "Refine", "Session", "from_pretrained", "wrap"]

# These bring in torch, which takes longer to load than everything else here.
__getattr__ = lazily(
    __name__,
    {
        "Objects": "clickmend.session.objects",
        "Predictor": "clickmend.session.predictor",
        "wrap": "clickmend.session.wrapping",
    },
)
