#!/usr/bin/env bash
# A batch judged by the losses of segmentation-models-pytorch, once as it is, and once with void pixels (255, their
# ignore_index) beside it, as padding to one size makes them.
#
# Guessed: the same loss: what is ignored does not count. One of them is called a drop-in replacement for PyTorch's cross
# entropy, which divides by the pixels that count.
# True:    SoftCrossEntropyLoss and SoftBCEWithLogitsLoss are a quarter where three quarters are void: the sum is over the
# pixels that count, the division by all. Dice, Tversky, Lovász and focal loss stay as they are.
# Matters: the more is padded or void, the less is learnt from the photo, and beside Dice, in the usual sum of two losses,
# the weights of the two shift from batch to batch. Take reduction="none" and divide by the pixels that count.
# Versions: segmentation-models-pytorch 0.5.0 torch 2.15.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check segmentation-models-pytorch==0.5.0 torch==2.15.0
"$place/venv/bin/python" - <<'PYTHON'
import torch
from segmentation_models_pytorch import losses

torch.manual_seed(0)
VOID = 255


def with_void(scores, target):
    """Both with three times as many void pixels to the right."""
    return torch.cat([scores, torch.randn_like(scores).repeat(1, 1, 1, 3)], -1), torch.cat(
        [target, torch.full_like(target, VOID).repeat_interleave(3, -1)], -1
    )


def shrinks_to(loss, scores, target):
    return (loss(*with_void(scores, target)) / loss(scores, target)).item()


several = torch.randn(2, 3, 4, 4), torch.randint(0, 3, (2, 4, 4))
two = torch.randn(2, 1, 4, 4), torch.randint(0, 2, (2, 1, 4, 4)).float()
soft = losses.SoftCrossEntropyLoss(smooth_factor=0.0, ignore_index=VOID), *several
binary = losses.SoftBCEWithLogitsLoss(ignore_index=VOID), *two
print("with void:", shrinks_to(*soft), shrinks_to(*binary))
assert abs(shrinks_to(*soft) - 0.25) < 1e-6
assert abs(shrinks_to(*binary) - 0.25) < 1e-6

plain = torch.nn.CrossEntropyLoss(ignore_index=VOID)
assert torch.isclose(soft[0](*several), plain(*several))
assert abs(shrinks_to(plain, *several) - 1) < 1e-6
for loss in (losses.DiceLoss, losses.TverskyLoss, losses.LovaszLoss, losses.FocalLoss):
    assert abs(shrinks_to(loss("multiclass", ignore_index=VOID), *several) - 1) < 1e-6, loss
print("still so")
PYTHON
