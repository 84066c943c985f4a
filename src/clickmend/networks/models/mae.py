"""Masked autoencoding: a transformer that sees a quarter of the patches makes up for the rest."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from timm.models.vision_transformer import Block
from torch import Tensor, nn

from clickmend.core.shapes import Float, Int
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.backbones.vit import accepted_of_timm, embedded, sine_positions
from clickmend.networks.blocks import Normalise
from clickmend.networks.models.attention_shift import make_vit


@ARCHITECTURES.register("masked-autoencoder")
class MaskedAutoencoder(nn.Module):
    """A transformer over the patches that are seen, and a light decoder over all.

    Its transformer, ``vit``, has the names and shapes of that of an ``AttentionShiftNetwork`` with
    the same option, which can start from it.

    Args:
        vit: A name of timm's transformers, or the options of ``small_vit``.
        width: Of the decoder, a multiple of 4.
        depth: Blocks of the decoder.
        heads: Of its attention.
    """

    def __init__(
        self,
        *,
        vit: str | dict[str, int] = "vit_small_patch16_224",
        width: int = 128,
        depth: int = 2,
        heads: int = 4,
    ) -> None:
        super().__init__()
        self.normalise = Normalise()
        self.vit = accepted_of_timm(make_vit(vit))
        self.patch_px: int = self.vit.patch_embed.patch_size[0]
        self.narrow = nn.Linear(self.vit.embed_dim, width)
        self.hidden = nn.Parameter(0.02 * torch.randn(width))
        self.decoder = nn.Sequential(*(Block(width, heads, qkv_bias=True) for _ in range(depth)))
        self.pixels = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 3 * self.patch_px**2))

    def forward(
        self, image: Float[Tensor, "B 3 H W"], seen: Int[Tensor, "B V"]
    ) -> Float[Tensor, "B N P"]:
        """All pixels of all patches, each patch of mean 0 and deviation 1.

        What is not seen is blotted out before the first layer too, so that convolutions over the
        borders of patches have nothing to tell.

        Args:
            image: RGB in [0, 1]; H and W are multiples of the patch.
            seen: Which V of the N patches are seen, counted row after row.
        """
        rows, columns = (side // self.patch_px for side in image.shape[-2:])
        shown = torch.zeros(len(image), rows * columns, device=image.device)
        shown.scatter_(1, seen, 1.0)
        blot = shown.view(-1, 1, rows, columns).repeat_interleave(self.patch_px, dim=2)
        normed = self.normalise(image) * blot.repeat_interleave(self.patch_px, dim=3)
        x = embedded(self.vit, normed)
        first = self.vit.num_prefix_tokens
        kept = x[:, first:].gather(1, seen[:, :, None].expand(-1, -1, x.shape[2]))
        x = self.narrow(self.vit.blocks(torch.cat([x[:, :first], kept], dim=1))[:, first:])
        whole = self.hidden.to(x.dtype).expand(len(x), rows * columns, -1)
        whole = whole.scatter(1, seen[:, :, None].expand_as(x), x)
        positions = sine_positions(rows, columns, width=whole.shape[2]).to(whole)
        pixels: Tensor = self.pixels(self.decoder(whole + positions))
        return pixels


def hidden_loss(
    answer: Float[Tensor, "B N P"], image: Float[Tensor, "B 3 H W"], seen: Int[Tensor, "B V"]
) -> Float[Tensor, ""]:
    """Mean squared error of the patches that were not seen.

    Args:
        answer: What a ``MaskedAutoencoder`` gives.
        image: RGB in [0, 1].
        seen: Which patches it saw.
    """
    wanted = normalised_patches(image, round((answer.shape[2] / 3) ** 0.5))
    counts = torch.ones(answer.shape[:2], device=answer.device).scatter_(1, seen, 0.0)
    error = (answer.float() - wanted).square().mean(dim=2)
    return (error * counts).sum() / counts.sum().clamp(min=1)


def normalised_patches(image: Float[Tensor, "B 3 H W"], patch_px: int) -> Float[Tensor, "B N P"]:
    """The pixels of each patch, brought to mean 0 and deviation 1."""
    patches = F.unfold(image, patch_px, stride=patch_px).mT
    mean = patches.mean(dim=2, keepdim=True)
    return (patches - mean) / (patches.var(dim=2, keepdim=True) + 1e-6).sqrt()
