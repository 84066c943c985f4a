"""AttentionShift's network: point tokens, the head that picks boxes, and the detector."""

from __future__ import annotations

from typing import Any

from jaxtyping import Float
from torch import Tensor

from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.backbones.point_tokens import ROLLOUT_BLOCKS, TOKENS, PointTokenViT
from clickmend.networks.backbones.vit import small_vit
from clickmend.networks.heads.detector import Detections, Detector
from clickmend.networks.heads.multiple_instance import MultipleInstanceHead


@ARCHITECTURES.register("attentionshift")
class AttentionShiftNetwork(PointTokenViT):
    """A picture in, objects with boxes, classes, scores and masks out.

    Trained by one point per object, see ``clickmend.training``. An answer needs no points: the
    detector speaks alone.

    Args:
        classes: K.
        vit: A name of timm's transformers, whose weights are not fetched, or the options of
            ``small_vit``.
        tokens: Point tokens, the most points of a picture in training.
        rollout_blocks: Blocks that the attention rollout runs over.
        detector: Options of ``Detector``.
    """

    def __init__(
        self,
        *,
        classes: int,
        vit: str | dict[str, int] = "vit_small_patch16_224",
        tokens: int = TOKENS,
        rollout_blocks: int = ROLLOUT_BLOCKS,
        detector: dict[str, int] | None = None,
    ) -> None:
        super().__init__(
            make_vit(vit), classes=classes, tokens=tokens, rollout_blocks=rollout_blocks
        )
        width: int = self.vit.embed_dim
        self.multiple_instance = MultipleInstanceHead(width, classes=classes)
        self.detector = Detector(width, classes=classes, patch_px=self.patch_px, **(detector or {}))

    def forward(self, image: Float[Tensor, "B 3 H W"]) -> list[Detections]:
        """The objects of each picture.

        Args:
            image: RGB in [0, 1]; H and W are multiples of the patch.
        """
        maps = self.query(image, with_attention=False).maps
        found: list[Detections] = self.detector(maps, (image.shape[2], image.shape[3]))
        return found


def make_vit(vit: str | dict[str, int]) -> Any:
    """A transformer by its name in timm, or of ours by its options; nothing is downloaded."""
    if isinstance(vit, str):
        import timm  # slow, and few networks are made of it

        return timm.create_model(
            vit,
            pretrained=False,
            num_classes=0,
            global_pool="",
            final_norm=False,
            dynamic_img_size=True,
        )
    return small_vit(**vit)
