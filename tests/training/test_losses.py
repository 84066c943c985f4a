"""Tests of the loss against its sums written out."""

import numpy as np
import torch

from clickmend.training.losses import mask_loss


def test_the_loss_is_cross_entropy_plus_one_minus_soft_overlap() -> None:
    rng = np.random.default_rng(0)
    logits, truth = rng.normal(size=(2, 1, 5, 6)), rng.integers(0, 2, (2, 1, 5, 6))
    counted = rng.integers(0, 2, (2, 1, 5, 6))
    expected = 0.0
    for f, t, c in zip(logits, truth, counted, strict=True):
        p = 1 / (1 + np.exp(-f))
        entropy = -(t * np.log(p) + (1 - t) * np.log(1 - p))[c == 1].mean()
        both, either = (p * t * c).sum(), ((p + t - p * t) * c).sum()
        overlap = (both + 1) / (either + 1)
        expected += (entropy + 1 - overlap) / 2
    tensors = (torch.from_numpy(x).float() for x in (logits, truth, counted))
    assert abs(mask_loss(*tensors).item() - expected) < 1e-5


def test_what_does_not_count_has_no_gradient() -> None:
    logits = torch.zeros(1, 1, 4, 4, requires_grad=True)
    counted = torch.ones(1, 1, 4, 4)
    counted[..., 2:] = 0
    mask_loss(logits, torch.ones(1, 1, 4, 4), counted).backward()
    assert logits.grad is not None
    assert (logits.grad[..., 2:] == 0).all()
    assert (logits.grad[..., :2] < 0).all()
