"""clickmend as a function that CVAT's own agent runs, see docs/interop.md.

``cvat-cli`` takes this module by its name and calls :func:`create`. Nothing else imports it, and
it alone imports CVAT's SDK, which ``cvat-cli`` brings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from cvat_sdk import auto_annotation as cvat
from cvat_sdk.masks import encode_mask
from cvat_sdk.models import AttributeValRequest

from clickmend.core.types import RGB
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Box, Click, Mark
from clickmend.projects.opening import Options, start_session
from clickmend.server.interop.mender import Mender

if TYPE_CHECKING:
    from PIL.Image import Image

_SIZE_BYTES = 4
"""Of the width, before the pixels of a frame."""


@dataclass(frozen=True)
class Interactor:
    """CVAT's ``InteractionFunction``: clicks and a box become the mask of an object.

    Args:
        options: Network and refinement.
    """

    options: Options

    @property
    def spec(self) -> cvat.InteractionFunctionSpec:
        """A box, clicks inside and clicks outside, each of which may be missing."""
        return cvat.InteractionFunctionSpec(
            min_pos_points=0, min_neg_points=0, min_bounding_boxes=0
        )

    def preprocess_image(self, context: cvat.InteractionFunctionContext, image: Image) -> bytes:
        """The pixels of a frame; what the first mark would wait for is done meanwhile."""
        del context
        pixels = np.asarray(image.convert("RGB"))
        frame: bytes = pixels.shape[1].to_bytes(_SIZE_BYTES) + pixels.tobytes()
        self._mender.prepare(frame)
        return frame

    def detect(
        self,
        context: cvat.InteractionFunctionContext,
        pp_image: bytes,
        prompts: cvat.InteractionPrompts,
    ) -> list[cvat.InteractionResultShape]:
        """The object of the prompts; nothing where nothing is left of it."""
        del context
        marks: list[Mark] = []
        if prompts.bounding_box is not None:
            (x0, y0), (x1, y1) = prompts.bounding_box
            marks.append(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        marks += [Click(x, y, FOREGROUND) for x, y in prompts.pos_points]
        marks += [Click(x, y, BACKGROUND) for x, y in prompts.neg_points]
        mended = self._mender.mend(pp_image, marks, any_order=True)
        if not mended.mask.any():
            return []
        confidence = AttributeValRequest(
            spec_id=int(cvat.InteractionResultAttributes.CONFIDENCE),
            value=f"{mended.confidence:.3f}",
        )
        points = encode_mask(mended.mask)
        return [cvat.InteractionResultShape(type="mask", points=points, attributes=[confidence])]

    @cached_property
    def _mender(self) -> Mender:
        return Mender(start_session, options=self.options, read=_pixels)


def create(model: str | None = None, refine: str | None = None) -> Interactor:
    """The function, as ``cvat-cli`` asks for it.

    Args:
        model: A network; the one of ``clickmend refine`` when left out.
        refine: A refinement, likewise.
    """
    return Interactor(Options(model=model, refine=refine))


def _pixels(frame: bytes) -> RGB:
    width = int.from_bytes(frame[:_SIZE_BYTES])
    return np.frombuffer(frame, np.uint8, offset=_SIZE_BYTES).reshape(-1, width, 3)
