"""Made scenes and sessions for the benches, in a module that worker processes can import."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from clickmend.data import ObjectDataset, ObjectSample


def disk(x, y, radius, shape=(24, 32)):
    rows, columns = np.indices(shape)
    return np.hypot(columns + 0.5 - x, rows + 0.5 - y) <= radius


class Disks(ObjectDataset):
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


class PaintSession:
    """Each click paints a disk; refined sessions paint a larger one."""

    def __init__(self, image, setting):
        self.mask = np.zeros(image.shape[:2], bool)
        self.radius = 2.0 if setting.refine == "none" else 3.5

    @property
    def prediction(self):
        return SimpleNamespace(mask=self.mask)

    def click(self, x, y, *, label, radius_px):
        painted = disk(x, y, radius_px or self.radius, self.mask.shape)
        self.mask = self.mask | painted if label == "foreground" else self.mask & ~painted
        return self.prediction
