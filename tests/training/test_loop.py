"""Tests of the loop: exact continuation, one seed, and that something is learned."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from clickmend.networks import OnlineInference
from clickmend.training import Recipe, Report, Run, Stage, Watch, train
from clickmend.training.interactive import InteractiveRecipe
from clickmend.training.loop import precision
from clickmend.training.trainer import Trainer


@pytest.fixture
def trainer(made_data: Path, recipe: InteractiveRecipe) -> Trainer:
    return recipe.trainer()


def weights(run: Run) -> dict[str, torch.Tensor]:
    return {
        **run.network.state_dict(),
        **{f"a.{k}": v for k, v in run.average.state_dict().items()},
    }


def equal(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


def test_a_run_that_was_killed_ends_bit_for_bit_like_one_that_was_not(
    any_recipe: Recipe, tmp_path: Path
) -> None:
    killed_and_whole(any_recipe, tmp_path)


def test_so_does_a_run_that_learns_instances(instance_recipe: Recipe, tmp_path: Path) -> None:
    killed_and_whole(instance_recipe, tmp_path)


def killed_and_whole(recipe: Recipe, tmp_path: Path) -> None:
    trainer = recipe.trainer()
    whole = train(
        Run.start(recipe, seed=3), recipe, trainer, seed=3, checkpoint=tmp_path / "a.pt", workers=0
    )
    first = Run.start(recipe, seed=3)
    train(first, recipe, trainer, seed=3, checkpoint=tmp_path / "b.pt", workers=0, until_step=3)
    second = Run.start(recipe, seed=99)
    second.load(tmp_path / "b.pt")
    assert second.step == 3
    train(second, recipe, trainer, seed=3, checkpoint=tmp_path / "b.pt", workers=1)
    assert whole.step == second.step == recipe.steps
    assert equal(weights(whole), weights(second))


def test_another_seed_is_another_run(
    trainer: Trainer, recipe: InteractiveRecipe, tmp_path: Path
) -> None:
    ends = [
        weights(
            train(
                Run.start(recipe, seed=seed),
                recipe,
                trainer,
                seed=seed,
                checkpoint=tmp_path / "c.pt",
                workers=0,
                until_step=2,
            )
        )
        for seed in (0, 1)
    ]
    assert not equal(*ends)


def test_the_loss_falls_on_scenes_that_are_easy(made_data: Path, tmp_path: Path) -> None:
    plan = InteractiveRecipe(
        network="interactive-unet",
        network_options={"widths": (8, 16, 16, 16), "blocks": (1, 1, 1, 1)},
        stages=(Stage(60, 32, 8, 1e-2, 1e-3),),
        sources={"pennfudan": 1.0},
        warmup_steps=5,
        paste_share=0.0,
    )
    losses: list[float] = []
    train(
        Run.start(plan, seed=0),
        plan,
        plan.trainer(),
        seed=0,
        checkpoint=tmp_path / "d.pt",
        workers=0,
        watch=Watch(record=lambda report: losses.append(report.numbers["loss"])),
    )
    assert np.mean(losses[-15:]) < 0.75 * np.mean(losses[:5])


def test_the_averaged_network_is_validated_and_its_numbers_recorded(
    trainer: Trainer, recipe: InteractiveRecipe, tmp_path: Path
) -> None:
    reports: list[Report] = []
    run = Run.start(recipe, seed=0)
    seen = []
    watch = Watch(
        record=reports.append,
        validate=lambda network: seen.append(network) or {"validation": 0.5},
        validate_every=2,
    )
    train(
        run,
        recipe,
        trainer,
        seed=0,
        checkpoint=tmp_path / "e.pt",
        workers=0,
        until_step=3,
        watch=watch,
    )
    assert ["validation" in r.numbers for r in reports] == [False, True, True]
    assert seen == [run.average, run.average]
    assert [row.shape for row in reports[0].rows][:3] == [(32, 3 * 32, 3)] * 3


def test_a_time_limit_stops_after_a_checkpoint(
    trainer: Trainer, recipe: InteractiveRecipe, tmp_path: Path
) -> None:
    run = Run.start(recipe, seed=0)
    train(run, recipe, trainer, seed=0, checkpoint=tmp_path / "f.pt", workers=0, limit_s=0)
    assert run.step == 1
    again = Run.start(recipe, seed=0)
    again.load(tmp_path / "f.pt")
    assert again.step == 1
    assert again.seconds == run.seconds


@pytest.mark.parametrize("computes", [True, False])
def test_a_processor_without_bfloat16_trains_in_single_precision(
    computes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: computes)
    with precision(torch.device("cpu")):
        kind = (torch.ones(2, 2) @ torch.ones(2, 2)).dtype
    assert kind == (torch.bfloat16 if computes else torch.float32)


def test_the_rate_warms_up_then_falls_by_half_a_cosine(recipe: InteractiveRecipe) -> None:
    rates = [recipe.rate(step) for step in range(recipe.steps)]
    assert rates[0] == pytest.approx(0.5e-2)
    assert rates[1:5] == pytest.approx([1e-2] * 4)
    assert rates[5] == pytest.approx(5.5e-3)
    assert rates[6] == pytest.approx(1e-3)


def test_what_is_inferred_online_is_inside_the_graph(
    made_data: Path, recipe: InteractiveRecipe, tmp_path: Path
) -> None:
    options = {
        **recipe.network_options,
        "classifier": "axial",
        "classifier_stride": 4,
        "classifier_share": 0.5,
    }
    losses: dict[OnlineInference, list[float]] = {}
    for online in (OnlineInference(), OnlineInference(adapt_keys=1, propagate=2)):
        plan = replace(recipe, network_options=options, online=online)
        run, told = Run.start(plan, seed=0), losses.setdefault(online, [])
        before = {name: p.clone() for name, p in run.network.named_parameters()}
        train(
            run,
            plan,
            plan.trainer(),
            seed=0,
            checkpoint=tmp_path / "g.pt",
            workers=0,
            until_step=2,
            watch=Watch(record=lambda report, told=told: told.append(report.numbers["loss"])),
        )
        changed = {name for name, p in run.network.named_parameters() if not p.equal(before[name])}
        assert {"head.likeness.weight", "head.share", "context.0.qkv.weight"} <= changed
    assert len({tuple(told) for told in losses.values()}) == 2
