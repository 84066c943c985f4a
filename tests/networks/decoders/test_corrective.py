"""Tests of the step of the decoder in which keys adapt and clicks propagate."""

import torch

from clickmend.networks import online_places, set_online
from clickmend.networks.decoders.corrective import CorrectiveStep

INFERRED = {
    "adapt_keys": 2,
    "prior_precision": 0.05,
    "propagate": 5,
    "value_prior_precision": 0.05,
    "value_precision": 0.02,
}


def step() -> CorrectiveStep:
    torch.manual_seed(0)
    made = CorrectiveStep(8, radius_px=5.0)
    set_online(made, **INFERRED)
    return made


def one_click() -> torch.Tensor:
    clicks = torch.zeros(1, 2, 64, 96)
    clicks[0, 0, 15:26, 15:26] = 1
    return clicks


def test_a_new_step_changes_nothing() -> None:
    x = torch.randn(1, 8, 8, 12)
    assert torch.equal(step()(x, one_click()), x)


def test_keys_adapt_in_its_block_and_values_propagate_in_its_classifier() -> None:
    (body,), (classifier,) = online_places(step())
    assert (body.adapt_keys, body.propagate) == (2, 0)
    assert (classifier.adapt_keys, classifier.propagate) == (0, 5)


def test_pixels_attend_to_those_like_them_from_the_start() -> None:
    queries, keys, _ = step().group.qkv.weight.chunk(3)
    assert torch.equal(queries, keys)


def test_a_loss_of_its_answer_and_of_its_classifier_teaches_every_weight() -> None:
    made, x, clicks = step(), torch.randn(2, 8, 8, 12), one_click().repeat(2, 1, 1, 1)
    torch.nn.init.normal_(made.tell.weight)
    torch.nn.init.normal_(made.group.project.weight)
    torch.nn.init.normal_(made.group.mlp[-1].weight)
    (made(x, clicks).square().sum() + made.classifier(x, clicks).sum()).backward()
    assert [name for name, p in made.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_a_click_raises_what_is_like_it_more_than_what_is_not_in_a_view_of_any_size() -> None:
    made = step()
    with torch.no_grad():
        for parameter in made.classifier.parameters():
            parameter.zero_()
        made.classifier.likeness.weight.view(2, 4, 16, 8)[:, :, :8] = 4 * torch.eye(8)
    for times in (1, 3):
        x = torch.zeros(1, 8, 8 * times, 12 * times)
        half = 6 * times
        x[:, 0, :, :half], x[:, 1, :, half:] = 1, 1
        clicks = torch.zeros(1, 2, 64 * times, 96 * times)
        clicks[0, 0, 15:26, 15:26] = 1
        with torch.no_grad():
            logits = made.classifier(x, clicks)[0, 0]
        assert logits[:, :half].min() > 1
        assert logits[:, half:].max() < 0.25 * logits[:, :half].min()
