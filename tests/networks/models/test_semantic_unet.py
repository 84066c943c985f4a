"""Tests of our semantic network's options."""

import torch

from clickmend.networks.models.semantic_unet import SemanticUNet

TINY = {"widths": (8, 8, 8, 8), "blocks": (0, 1, 1, 1), "attention_blocks": 1}


def test_every_class_has_its_logits_at_the_size_of_the_photo() -> None:
    logits = SemanticUNet(classes=5, **TINY).eval()(torch.rand(2, 3, 32, 64))
    assert logits.shape == (2, 5, 32, 64)
