"""The script of the learned pipeline, on finders of which it is known what they find."""

from types import SimpleNamespace

import numpy as np
import pytest

from clickmend.evaluation.scenes import Scene
from clickmend.training.instances.generated import GeneratedScenes


def test_who_finds_all_has_all_the_precision_and_who_finds_half_has_half(script):
    views = script.scenes(6, seed=3, side_px=48)
    by_image = {view.image.tobytes(): view for view in views}

    def all_of(image):
        view = by_image[image.tobytes()]
        masks = np.array([view.index == n for n in range(1, len(view.classes) + 1)])
        return SimpleNamespace(masks=masks, classes=view.classes, scores=np.ones(len(masks)))

    def of_class_0(image):
        found = all_of(image)
        kept = found.classes == 0
        return SimpleNamespace(
            masks=found.masks[kept], classes=found.classes[kept], scores=found.scores[kept]
        )

    classes = {int(kind) for view in views for kind in view.classes}
    everything, some = script.measure(views, all_of), script.measure(views, of_class_0)
    for interpolation in ("11-point", "all-point"):
        assert everything[interpolation] == dict.fromkeys(("0.25", "0.5", "0.75"), 1.0)
        assert some[interpolation]["0.5"] == pytest.approx(1 / len(classes), abs=1e-4)


def test_the_scenes_are_neither_those_of_training_nor_of_validation(script):
    source = GeneratedScenes(place="centre")
    shown = {view.image.tobytes() for view in source.validation(0, (48, 48))}
    shown |= {
        source.draw(np.random.default_rng([0, k, 0]), (48, 48)).image.tobytes() for k in range(9)
    }
    for seed in (0, 1):
        assert not shown & {v.image.tobytes() for v in script.scenes(9, seed=seed, side_px=48)}


def test_the_classes_of_photos_are_numbered_as_the_labels_of_the_network(script, monkeypatch):
    masks = np.zeros((2, 40, 60), bool)
    masks[0, 5:20, 5:20], masks[1, 10:30, 30:50] = True, True
    nothing = np.zeros((40, 60), bool)
    scene = Scene(
        np.zeros((40, 60, 3), np.uint8), tuple(masks), ("dog", "cat"), nothing, (4, 9), ""
    )
    dataset = SimpleNamespace(names=("a", "b"))
    monkeypatch.setattr(script, "open_bench_dataset", lambda name, *, part: dataset)
    monkeypatch.setattr(script, "read_scene", lambda dataset, name, image: scene)
    views = script.photos(["made"], ["cat", "dog"])
    assert len(views) == 2
    assert views[0].classes.tolist() == [1, 0]
    np.testing.assert_array_equal(views[0].index, masks[0] + 2 * masks[1])


def test_a_row_tells_what_its_recipe_changes(script):
    def told(recipe):
        card = SimpleNamespace(stages=(SimpleNamespace(recipe=recipe),))
        return script.trained(script.recipe_of(card))

    assert told("attentionshift-made") == {
        "supervision": "point", "parts": "shift", "points": "centre",
    }  # fmt: skip
    assert told("attentionshift-made-baseline-mask") == {
        "supervision": "mask", "parts": "none", "points": "centre",
    }  # fmt: skip


def test_made_scenes_and_photos_are_two_results(script, monkeypatch):
    names = ["attentionshift-made", "attentionshift-pennfudan"]
    monkeypatch.setattr(
        "clickmend.networks.load",
        lambda name, device: SimpleNamespace(
            card=SimpleNamespace(stages=(SimpleNamespace(recipe=name),))
        ),
    )
    monkeypatch.setattr("sys.argv", ["learned.py", *names])
    with pytest.raises(SystemExit, match=r"Name those of one kind"):
        script.main()
