"""What a network of each task is given and what it gives."""

from __future__ import annotations

from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.encoding import MarkEncoding


class InteractiveNetwork(nn.Module):
    """A network from a photo and marks to an object mask."""

    encoding: MarkEncoding

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Logits of "belongs to the object".

        Args:
            image: RGB in [0, 1]; H and W are multiples of 32.
            marks: What ``encoding`` makes: foreground clicks, background clicks, box and the
                previous mask's probability.
        """
        raise NotImplementedError


class LateFusionNetwork(InteractiveNetwork):
    """An interactive network that looks at the photo without the marks first.

    What it makes of a view of the photo serves every mark in that view.
    """

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """See ``InteractiveNetwork``: ``decode`` of what ``encode`` makes."""
        return self.decode(marks, *self.encode(image))

    def encode(self, image: Float[Tensor, "B 3 H W"]) -> tuple[Tensor, ...]:
        """Maps of the photo, each ``(B, C, h, w)``."""
        raise NotImplementedError

    def decode(self, marks: Float[Tensor, "B 4 H W"], *maps: Tensor) -> Float[Tensor, "B 1 H W"]:
        """The logits of marks in a photo of which ``encode`` made the maps."""
        raise NotImplementedError


class SemanticNetwork(nn.Module):
    """A network from a photo to a class map."""

    def forward(self, image: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B K H W"]:
        """Logits of the K classes, in the order of the card's ``labels``.

        Args:
            image: RGB in [0, 1]; H and W are multiples of 32.
        """
        raise NotImplementedError


class MattingNetwork(nn.Module):
    """A network from a photo and a trimap to an alpha matte."""

    def forward(
        self, image: Float[Tensor, "B 3 H W"], trimap: Float[Tensor, "B 1 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Alpha in [0, 1].

        Args:
            image: RGB in [0, 1]; H and W are multiples of 32.
            trimap: 0 background, 1 foreground, 0.5 unknown. It tells and does not bind: what is
                said to be known can be corrected.
        """
        raise NotImplementedError


class DepthNetwork(nn.Module):
    """A network from a photo to a depth map."""

    def forward(self, image: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B 1 H W"]:
        """Metres, all positive; the natural space, in which they are mended, is their logarithm.

        Args:
            image: RGB in [0, 1]; H and W are multiples of 32.
        """
        raise NotImplementedError
