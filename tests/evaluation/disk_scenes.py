"""Made scenes and sessions for the benches, in a module that worker processes can import."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from clickmend.data import DepthSample, LabelSample, MatteSample, ObjectSample, PhotoDataset


def disk(x, y, radius, shape=(24, 32)):
    rows, columns = np.indices(shape)
    return np.hypot(columns + 0.5 - x, rows + 0.5 - y) <= radius


class Disks(PhotoDataset):
    """Twelve scenes of one big disk; every third has a small one too, and all an ignored corner."""

    names = tuple(f"scene-{number:02d}" for number in range(12))

    def read(self, name):
        number = self.names.index(name)
        ids = np.zeros((24, 32), np.int32)
        ids[disk(10 + number, 12, 3 + number / 2)] = 1
        if number % 3 == 0:
            ids[disk(29, 3, 2)] = 7
        ignore = disk(0, 0, 4)
        ids[ignore] = 0
        image = np.repeat((ids > 0).astype(np.uint8)[:, :, None] * 200, 3, axis=2)
        return ObjectSample(name, image, ids, ignore)


class Nothing(Disks):
    """The same photos with nothing marked in them."""

    def read(self, name):
        sample = super().read(name)
        return ObjectSample(name, sample.image, np.zeros_like(sample.ids), sample.ignore)


def open_disks(spec):
    """Opens any spec."""
    return Nothing() if spec == "nothing" else Disks()


class Labels(Disks):
    """The same disks as classes 1 and 2 on a ground of class 0."""

    def read(self, name):
        sample = super().read(name)
        labels = np.minimum(sample.ids, 2)
        return LabelSample(name, sample.image, labels, sample.ignore)


class Mattes(Disks):
    """The big disk with a soft rim, unknown around it."""

    def read(self, name):
        number = self.names.index(name)
        rows, columns = np.indices((24, 32))
        beyond = np.hypot(columns + 0.5 - 10 - number, rows + 0.5 - 12) - 3 - number / 2
        alpha = np.clip(0.5 - beyond / 4, 0, 1).astype(np.float32)
        trimap = np.full(alpha.shape, 128, np.uint8)
        trimap[beyond > 5] = 0
        trimap[beyond < -3] = 255
        return MatteSample(name, np.zeros((24, 32, 3), np.uint8), alpha, trimap)


class Depths(Disks):
    """A sloping wall with the big disk before it; the corner is not known."""

    def read(self, name):
        sample = super().read(name)
        depth_m = np.tile(np.linspace(2, 4, 32, dtype=np.float32), (24, 1))
        depth_m[sample.ids > 0] = 1
        depth_m[sample.ignore] = np.nan
        return DepthSample(name, sample.image, depth_m)


DATASETS = {"interactive": Disks, "semantic": Labels, "matting": Mattes, "depth": Depths}
FIELDS = {"interactive": "mask", "semantic": "labels", "matting": "alpha", "depth": "depth_m"}
EMPTY = {
    "interactive": np.zeros((24, 32), bool),
    "semantic": np.zeros((24, 32), np.int32),
    "matting": np.full((24, 32), 0.5, np.float32),
    "depth": np.full((24, 32), 3, np.float32),
}


def open_made(spec, task):
    """Opens any spec as scenes of a task."""
    return DATASETS[task]()


class PaintSession:
    """Each click paints what it says over a disk of its radius; refined sessions a larger one."""

    def __init__(self, start, setting, task="interactive"):
        self.field = FIELDS[task]
        self.shown = (EMPTY[task] if start.prior is None else start.prior).copy()
        self.radius = 2.0 if setting.refine == "none" else 3.5

    @property
    def prediction(self):
        return SimpleNamespace(**{self.field: self.shown})

    def add(self, click):
        said = click.value if click.label is None else click.label
        painted = disk(click.x, click.y, click.radius_px or self.radius, self.shown.shape)
        said = {"foreground": True, "background": False}.get(said, said)
        self.shown = np.where(painted, np.array(said, self.shown.dtype), self.shown)
        return self.prediction
