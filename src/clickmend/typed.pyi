"""What type checkers see of ``clickmend.Session``: the prediction of each task of the package."""

from collections.abc import Sequence
from typing import Literal, Unpack, overload

from clickmend.data.planes import PixelSource
from clickmend.interfaces.pipeline import Network, Photo, Shared
from clickmend.session.session import Session as _Session
from clickmend.tasks.depth import DepthPrediction
from clickmend.tasks.interactive import InteractivePrediction
from clickmend.tasks.matting import MattingPrediction
from clickmend.tasks.prediction import P_co, Prediction
from clickmend.tasks.refine import Refine
from clickmend.tasks.semantic import SemanticPrediction

class Given(Shared, total=False):
    """What a session takes whatever its task."""

    prior: PixelSource | None

class Session(_Session[P_co]):
    @overload
    def __init__(
        self: Session[InteractivePrediction],
        image: Photo,
        *,
        task: Literal["interactive"],
        model: Network | None = None,
        **given: Unpack[Given],
    ) -> None: ...
    @overload
    def __init__(
        self: Session[InteractivePrediction],
        image: Photo,
        *,
        task: None = None,
        model: None = None,
        **given: Unpack[Given],
    ) -> None: ...
    @overload
    def __init__(
        self: Session[SemanticPrediction],
        image: Photo,
        *,
        task: Literal["semantic"],
        model: Network | None = None,
        classes: Sequence[str] | None = None,
        **given: Unpack[Given],
    ) -> None: ...
    @overload
    def __init__(
        self: Session[MattingPrediction],
        image: Photo,
        *,
        task: Literal["matting"],
        model: Network | None = None,
        trimap: PixelSource | None = None,
        **given: Unpack[Given],
    ) -> None: ...
    @overload
    def __init__(
        self: Session[DepthPrediction],
        image: Photo,
        *,
        task: Literal["depth"],
        model: Network | None = None,
        depth_scale: float | None = None,
        **given: Unpack[Given],
    ) -> None: ...
    @overload
    def __init__(
        self: Session[Prediction],
        image: Photo,
        *,
        task: str | None = None,
        model: Network | None = None,
        prior: PixelSource | None = None,
        refine: str | Refine | None = None,
        adapt_keys: int = 0,
        propagate: int = 0,
        device: str | None = None,
        **options: object,
    ) -> None: ...
