"""What type checkers see of ``clickmend.Session``: the prediction of each task of the package."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.data.planes import PixelSource
from clickmend.networks import Model
from clickmend.session.session import Session as _Session
from clickmend.tasks.base import P_co, Prediction
from clickmend.tasks.depth import DepthPrediction
from clickmend.tasks.interactive import InteractivePrediction
from clickmend.tasks.matting import MattingPrediction
from clickmend.tasks.refine import Refine
from clickmend.tasks.semantic import SemanticPrediction

Photo: TypeAlias = str | Path | bytes | Image.Image | NDArray[np.uint8]
Network: TypeAlias = str | Path | Model

class Session(_Session[P_co]):
    @overload
    def __init__(
        self: Session[InteractivePrediction],
        image: Photo,
        *,
        task: Literal["interactive"],
        model: Network | None = None,
        prior: PixelSource | None = None,
        refine: str | Refine | None = None,
        adapt_keys: int = 0,
        propagate: int = 0,
        device: str | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Session[InteractivePrediction],
        image: Photo,
        *,
        task: None = None,
        model: None = None,
        prior: PixelSource | None = None,
        refine: str | Refine | None = None,
        adapt_keys: int = 0,
        propagate: int = 0,
        device: str | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Session[SemanticPrediction],
        image: Photo,
        *,
        task: Literal["semantic"],
        model: Network | None = None,
        prior: PixelSource | None = None,
        classes: Sequence[str] | None = None,
        refine: str | Refine | None = None,
        adapt_keys: int = 0,
        propagate: int = 0,
        device: str | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Session[MattingPrediction],
        image: Photo,
        *,
        task: Literal["matting"],
        model: Network | None = None,
        prior: PixelSource | None = None,
        trimap: PixelSource | None = None,
        refine: str | Refine | None = None,
        adapt_keys: int = 0,
        propagate: int = 0,
        device: str | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Session[DepthPrediction],
        image: Photo,
        *,
        task: Literal["depth"],
        model: Network | None = None,
        prior: PixelSource | None = None,
        depth_scale: float | None = None,
        refine: str | Refine | None = None,
        adapt_keys: int = 0,
        propagate: int = 0,
        device: str | None = None,
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
