"""AttentionShift's network: point tokens, the head that picks boxes, and the detector."""

from __future__ import annotations

from typing import Any

from timm.models.vision_transformer import VisionTransformer
from torch import Tensor

from clickmend.core.errors import ModelError
from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.backbones.point_tokens import ROLLOUT_BLOCKS, TOKENS, PointTokenViT
from clickmend.networks.backbones.pretrained import pretrained_state
from clickmend.networks.backbones.vit import small_vit, take_tensors
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
        vit_px: The side of the picture that the positions of one of timm are made for; its own
            when missing.
        tokens: Point tokens, the most points of a picture in training.
        tokens_from: Blocks before the tokens join, see ``PointTokenViT``.
        rollout_blocks: Blocks that the attention rollout runs over.
        detector: Options of ``Detector``.
    """

    def __init__(
        self,
        *,
        classes: int,
        vit: str | dict[str, int] = "vit_small_patch16_224",
        vit_px: int | None = None,
        tokens: int = TOKENS,
        tokens_from: int = 0,
        rollout_blocks: int = ROLLOUT_BLOCKS,
        detector: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(
            make_vit(vit, vit_px),
            classes=classes,
            tokens=tokens,
            tokens_from=tokens_from,
            rollout_blocks=rollout_blocks,
        )
        self.encoder_name = vit if isinstance(vit, str) else None
        width: int = self.vit.embed_dim
        self.multiple_instance = MultipleInstanceHead(width, classes=classes)
        self.detector = Detector(width, classes=classes, patch_px=self.patch_px, **(detector or {}))

    def load_encoder(self, weights: str) -> None:
        """Take a transformer that was trained before, such as "saliency".

        Raises:
            ModelError: The transformer is none of timm, or see ``pretrained_state``.
        """
        if self.encoder_name is None:
            raise ModelError(
                f"There are no weights {weights!r} for a transformer that is given by its sizes. "
                "Choose one of timm by its name, such as vit='vit_small_patch14_dinov2'."
            )
        assert isinstance(self.vit, VisionTransformer)
        take_tensors(self.vit, pretrained_state(self.encoder_name, weights))

    @property
    def multiple(self) -> int:
        """What the sides of a picture are multiples of, so that every map of the pyramid fits."""
        return self.detector.strides[-1]

    def forward(self, image: Float[Tensor, "B 3 H W"]) -> list[Detections]:
        """The objects of each picture.

        Args:
            image: RGB in [0, 1]; H and W are multiples of ``multiple``.
        """
        maps = self.query(image, with_attention=False).maps
        found: list[Detections] = self.detector(maps, (image.shape[2], image.shape[3]))
        return found


def make_vit(vit: str | dict[str, int], vit_px: int | None = None) -> Any:
    """A transformer by its name in timm, or of ours by its options; nothing is downloaded."""
    if isinstance(vit, str):
        import timm  # slow, and few networks are made of it

        sized: dict[str, Any] = {} if vit_px is None else {"img_size": vit_px}
        return timm.create_model(
            vit,
            pretrained=False,
            num_classes=0,
            global_pool="",
            final_norm=False,
            dynamic_img_size=True,
            **sized,
        )
    return small_vit(**vit)
