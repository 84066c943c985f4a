"""The script of the made scenes, on finders of which it is known what they find."""

from types import SimpleNamespace

import numpy as np
import pytest

from clickmend.training.made_scenes import MadeScenes


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
    source = MadeScenes(place="centre")
    shown = {view.image.tobytes() for view in source.kept_back(0, (48, 48))}
    shown |= {
        source.draw(np.random.default_rng([0, k, 0]), (48, 48)).image.tobytes() for k in range(9)
    }
    for seed in (0, 1):
        assert not shown & {v.image.tobytes() for v in script.scenes(9, seed=seed, side_px=48)}
