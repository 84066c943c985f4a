"""Held-out photos, their objects, and the points in these."""

import numpy as np
import pytest
from disk_scenes import Disks

from clickmend.data import ObjectSample
from clickmend.evaluation.scenes import read_scene
from clickmend.feedback.annotator import distance_inside


class Named(Disks):
    """The disks with a class each, and one that lies in the ignored corner alone."""

    def read(self, name):
        sample = super().read(name)
        masks = [mask for _, mask in sample.masks()]
        return ObjectSample(
            name, sample.image, sample.ids, sample.ignore,
            overlapping=((1, masks[0]), (2, masks[0] & ~masks[0]), (3, sample.ignore)),
            classes={1: "dog", 2: "cat", 3: "cat"},
        )  # fmt: skip


def test_an_object_that_counts_nowhere_is_no_object():
    scene = read_scene(Named(), "made", "scene-01")
    assert (scene.ids, scene.classes) == ((1,), ("dog",))


@pytest.mark.parametrize(
    ("spec", "name"), [("pennfudan", "person"), ("feralcat", "cat"), ("folder=there", "object")]
)
def test_where_no_class_is_told_the_set_says_what_all_are(spec, name):
    assert read_scene(Disks(), spec, "scene-03").classes == (name, name)


def test_the_objects_are_those_of_the_dataset_in_their_order():
    scene, sample = read_scene(Disks(), "made", "scene-03"), Disks().read("scene-03")
    assert scene.ids == (1, 7)
    for mask, (_, truth) in zip(scene.masks, sample.masks(), strict=True):
        np.testing.assert_array_equal(mask, truth)


@pytest.mark.parametrize("kind", ["random", "centre"])
def test_each_point_is_in_its_object_and_the_same_again(kind):
    for name in Disks.names:
        scene = read_scene(Disks(), "made", name)
        points = scene.points(kind, seed=3)
        assert points == read_scene(Disks(), "made", name).points(kind, seed=3)
        for (x, y), mask in zip(points, scene.masks, strict=True):
            assert mask[int(y), int(x)]
            assert (x % 1, y % 1) == (0.5, 0.5)


def test_a_centre_is_a_pixel_farthest_from_the_border():
    for name in Disks.names:
        scene = read_scene(Disks(), "made", name)
        for (x, y), mask in zip(scene.points("centre", seed=0), scene.masks, strict=True):
            depth = distance_inside(mask)
            assert depth[int(y), int(x)] == depth.max()


def test_random_points_are_anywhere_in_the_object_and_change_with_the_seed():
    scene = read_scene(Disks(), "made", "scene-11")
    places = {scene.points("random", seed=seed)[0] for seed in range(300)}
    pixels = np.count_nonzero(scene.masks[0])
    assert len(places) == pytest.approx(pixels * (1 - (1 - 1 / pixels) ** 300), rel=0.15)
