"""Batch normalisations written into the convolutions before them: the same answers, sooner."""

from __future__ import annotations

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_weights


def fold_batch_norms(network: nn.Module) -> None:
    """Fold each batch normalisation into the convolution that stands right before it.

    In evaluation both are one affine map. An activation that came with the normalisation stays.

    Args:
        network: A network in evaluation mode in which a normalisation always reads what its
            neighbour before it writes, as in our own; changed in place.
    """
    for parent in list(network.modules()):
        before: nn.Module | None = None
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.BatchNorm2d) and isinstance(before, nn.Conv2d):
                assert child.running_mean is not None
                assert child.running_var is not None
                before.weight, before.bias = fuse_conv_bn_weights(
                    before.weight,
                    before.bias,
                    child.running_mean,
                    child.running_var,
                    child.eps,
                    child.weight,
                    child.bias,
                )
                setattr(parent, name, getattr(child, "act", nn.Identity().eval()))
            before = child
