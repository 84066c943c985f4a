"""Tests of the losses against their sums written out."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from clickmend.training.losses import VOID, depth_loss, label_loss, mask_loss, matte_loss


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


def test_the_loss_of_classes_is_the_weighted_mean_of_minus_log_p(rng: np.random.Generator) -> None:
    logits, labels = rng.normal(size=(2, 3, 4, 5)), rng.integers(0, 3, (2, 4, 5))
    labels[0, :2] = VOID
    weights = np.array([0.5, 1.0, 2.0])
    total = weight = 0.0
    for b, y, x in np.argwhere(labels != VOID):
        f, label = logits[b, :, y, x], labels[b, y, x]
        total -= weights[label] * (f[label] - np.log(np.exp(f).sum()))
        weight += weights[label]
    loss = label_loss(
        torch.from_numpy(logits), torch.from_numpy(labels), torch.from_numpy(weights).float()
    )
    assert loss.item() == pytest.approx(total / weight, rel=1e-5)


def test_a_view_of_void_costs_nothing() -> None:
    labels = torch.full((1, 4, 4), VOID)
    assert label_loss(torch.randn(1, 3, 4, 4), labels, torch.ones(3)) == 0


def test_the_loss_of_a_matte_is_its_terms_written_out(rng: np.random.Generator) -> None:
    alpha, truth = rng.random((2, 1, 8, 8)), rng.random((2, 1, 8, 8))
    unknown, contrast = rng.integers(0, 2, (2, 1, 8, 8)), rng.random((2, 1, 8, 8))
    expected = 0.0
    for a, t, u, c in zip(alpha, truth, unknown, contrast, strict=True):
        d = (a - t) * u
        expected += np.abs(d).sum() / u.sum() + (np.abs(d) * c).sum() / u.sum()
        level = torch.from_numpy(d)[None]
        half = F.avg_pool2d(level, 2)
        back = F.interpolate(half, scale_factor=2, mode="bilinear", align_corners=False)
        expected += ((level - back).abs().sum() + 2 * half.abs().sum()).item() / u.sum()
        expected += 0.1 * np.abs((a - t) * (1 - u)).mean()
    tensors = (torch.from_numpy(x).float() for x in (alpha, truth, unknown, contrast))
    assert matte_loss(*tensors, levels=2).item() == pytest.approx(expected / 2, rel=1e-4)


def test_the_loss_of_depth_is_its_terms_written_out(rng: np.random.Generator) -> None:
    depth, truth = rng.uniform(1, 5, (2, 1, 6, 7)), rng.uniform(1, 5, (2, 1, 6, 7))
    truth[0, 0, :2, :3] = np.nan
    g = np.log(depth / truth)
    roots = []
    for view in g:
        known = view[np.isfinite(view)]
        roots.append(np.sqrt((known**2).mean() - 0.5 * known.mean() ** 2 + 1e-4))
    expected = np.mean(roots)
    for stride in (1, 2):
        thin = g[..., ::stride, ::stride]
        for axis in (2, 3):
            expected += 0.5 / 2 * np.nanmean(np.abs(np.diff(thin, axis=axis)))
    tensors = (torch.from_numpy(x).float() for x in (depth, truth))
    assert depth_loss(*tensors, levels=2).item() == pytest.approx(expected, rel=1e-4)


def test_unknown_depth_has_no_gradient() -> None:
    depth = torch.full((1, 1, 8, 8), 2.0, requires_grad=True)
    truth = torch.ones(1, 1, 8, 8)
    truth[..., 4:] = torch.nan
    depth_loss(depth, truth).backward()
    assert depth.grad is not None
    assert depth.grad.isfinite().all()
    assert (depth.grad[..., 5:] == 0).all()
    assert (depth.grad[..., :4] != 0).any()
