"""Tests of the trainer of interactive networks: its loss and its pictures."""

import numpy as np
import pytest
import torch

from clickmend.feedback import Click
from clickmend.networks import set_online
from clickmend.networks.models.interactive_unet import InteractiveUNet
from clickmend.networks.models.late_unet import LateUNet
from clickmend.training import Stage
from clickmend.training.interactive import InteractiveRecipe
from clickmend.training.interactive.curriculum import Curriculum, Example
from clickmend.training.interactive.trainer import mask_loss, object_row
from clickmend.training.objects import View


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


@pytest.fixture
def example() -> Example:
    truth = np.zeros((16, 16), bool)
    truth[4:12, 4:12] = True
    counted = np.ones_like(truth)
    counted[0] = False
    view = View(np.full((16, 16, 3), 90, np.uint8), truth, counted)
    return Example(view, [Click(8.5, 8.5, "foreground")])


def test_a_picture_shows_photo_answer_and_truth(example: Example) -> None:
    shown = object_row(example, np.where(example.view.truth, 9, -9).astype(np.float32))
    assert shown.shape == (16, 48, 3)
    assert tuple(shown[8, 8]) == (0, 220, 0)
    assert shown[8, 24, 0] > 250
    assert shown[8, 40, 0] == 255
    assert shown[0, 40, 0] == 128


@pytest.mark.usefixtures("made_data")
def test_with_late_fusion_a_step_encodes_once_and_its_loss_is_the_mean_over_all_rounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = InteractiveRecipe(
        network="interactive-late-lite0-unet",
        stages=(Stage(1, 64, 2, 1e-3, 1e-3),),
        sources={"pennfudan": 1.0},
        curriculum=Curriculum(0.0, 0.0, rounds=(0.0, 0.0, 1.0), keep_prior_share=0.0),
    )
    torch.manual_seed(0)
    network = LateUNet().train()
    asked: list[str] = []
    for name in ("encoder", "marked"):
        part = network.get_submodule(name)
        part.register_forward_hook(lambda *_, name=name: asked.append(name))
    losses: list[float] = []
    trainer = recipe.trainer()
    judge = trainer.judge

    def judged(answer: torch.Tensor, views: list[Example]) -> tuple[torch.Tensor, dict[str, float]]:
        loss, numbers = judge(answer, views)
        losses.append(loss.item())
        return loss, numbers

    monkeypatch.setattr(trainer, "judge", judged)
    batch = trainer.draw(0, 0)
    clicks = sum(len(view.clicks) for view in batch.views)
    autocast = torch.autocast("cpu", enabled=False)
    outcome = trainer.step(network, batch, autocast=autocast)
    assert asked == ["encoder", "marked", "marked", "marked"]
    assert len(set(losses)) == 3
    assert outcome.loss.item() == pytest.approx(np.mean(losses))
    assert set(outcome.numbers) == {f"iou after {n} corrections" for n in range(3)}
    assert sum(len(view.clicks) for view in batch.views) == clicks + 4
    assert {row.shape for row in outcome.rows} == {(64, 192, 3)}
    outcome.loss.backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())


@pytest.mark.usefixtures("made_data")
@pytest.mark.parametrize("untold", [0.0, 1.0])
def test_a_corrective_step_learns_by_its_classifier_too_and_may_be_all_that_is_told_the_clicks(
    untold: float,
) -> None:
    recipe = InteractiveRecipe(
        network="interactive-lite0-unet",
        stages=(Stage(1, 64, 2, 1e-3, 1e-3),),
        sources={"pennfudan": 1.0},
        curriculum=Curriculum(0.0, 0.0, rounds=(1.0,), keep_prior_share=0.0, box_share=0.0),
        untold_share=untold,
        classifier_weight=10.0,
    )
    torch.manual_seed(0)
    network = InteractiveUNet(corrective=True).train()
    set_online(network, propagate=5, value_prior_precision=0.05)
    assert network.corrective is not None
    seen: list[torch.Tensor] = []
    network.stem_marks.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    network.corrective.register_forward_pre_hook(lambda _, given: seen.append(given[1]))
    losses: list[float] = []
    trainer = recipe.trainer()
    judge = trainer.judge

    def judged(answer: torch.Tensor, views: list[Example]) -> tuple[torch.Tensor, dict[str, float]]:
        loss, numbers = judge(answer, views)
        losses.append(loss.item())
        return loss, numbers

    trainer.judge = judged  # type: ignore[method-assign]
    outcome = trainer.step(
        network, trainer.draw(0, 0), autocast=torch.autocast("cpu", enabled=False)
    )
    body, step = (told[:, :2] for told in seen)
    assert step.any()
    assert torch.equal(body, step * (1 - untold))
    assert outcome.loss.item() == pytest.approx(losses[0] + 10 * losses[1], rel=1e-5)
    assert set(outcome.numbers) == {"iou after 0 corrections", "iou of the classifier"}
    outcome.loss.backward()
    assert network.corrective.classifier.hold.grad is not None
