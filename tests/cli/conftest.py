"""Makes ``label_command`` importable here, and sessions and photos for the commands."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import ClickError, ModelError
from clickmend.data import mask_png, read_photo, write_mask
from clickmend.feedback import Box, check_mark
from clickmend.tasks.instances import InstancesPrediction
from clickmend.tasks.instances.from_points import class_names

sys.path.insert(0, str(Path(__file__).parent))


class FakePrediction:
    def __init__(self, mask):
        self.mask = mask

    @property
    def pixels(self):
        return self.mask

    def save(self, path):
        write_mask(path, self.mask)

    def encoded(self, suffix):
        assert suffix == ".png"
        return mask_png(self.mask)


class FakeSession:
    """A session whose mask is the box and each foreground click's pixel."""

    def __init__(self, image, *, task, model=None, prior=None, refine=None, device=None, **more):
        if model == "unknown":
            raise ModelError("There are no weights named 'unknown'. Available: interactive-s.")
        self.options = {"task": task, "model": model, "refine": refine, "device": device}
        self.more = more
        self.photo, self.prior, self.feedback = read_photo(image), prior, ()
        height, width, _ = self.photo.shape
        self.size = (width, height)

    def add(self, mark):
        check_mark(mark, width=self.size[0], height=self.size[1], number=len(self.feedback) + 1)
        self.feedback += (mark,)

    @property
    def prediction(self):
        mask = np.zeros(self.size[::-1], dtype=bool)
        for mark in self.feedback:
            if isinstance(mark, Box):
                mask[int(mark.y0) : int(mark.y1), int(mark.x0) : int(mark.x1)] = True
            elif mark.is_foreground:
                mask[int(mark.y), int(mark.x)] = True
        return FakePrediction(mask)


@pytest.fixture
def sessions(monkeypatch):
    """The sessions that a command made, newest last; they load no network."""
    made = []

    def make(*image, **options):
        made.append(FakeSession(*image, **options))
        return made[-1]

    monkeypatch.setattr("clickmend.interfaces.pipeline.Session", make)
    return made


@pytest.fixture
def photo(tmp_path):
    """A photo of 8 × 6 pixels."""
    return make_photo(tmp_path / "photo.png")


def make_photo(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (8, 6), (90, 120, 30)).save(path)
    return path


@pytest.fixture
def photos(tmp_path):
    """Three photos, the second damaged."""
    paths = [make_photo(tmp_path / "in" / name) for name in ("a.png", "b.png", "c.png")]
    paths[1].write_bytes(b"")
    return paths


@pytest.fixture
def made(monkeypatch):
    """The names of the photos that were labelled; the mask of an object is its point's pixel."""
    names = []

    def instances(photo, points, labels=None, *, model, **options):
        height, width = read_photo(photo).shape[:2]
        index = np.zeros((height, width), np.int32)
        for number, (x, y) in enumerate(points, start=1):
            if x >= width:
                raise ClickError(f"point {number} is outside.")
            index[int(y), int(x)] = number
        names.append(photo.name)
        made.options.append(options | {"model": model.card.name})
        told = None if labels is None else class_names(labels)
        return InstancesPrediction(index, tuple(points), told, photo.name)

    def load(name, *, device):
        card = SimpleNamespace(name=name, sha256=f"{name}-0123456789abcdef")
        return SimpleNamespace(card=card)

    made = SimpleNamespace(names=names, options=[])
    monkeypatch.setattr("clickmend.tasks.instances.instances", instances)
    monkeypatch.setattr("clickmend.adapters.pretrained.model_of", load)
    return made


@pytest.fixture
def points_file(tmp_path, photos):
    """Points of three photos by their names, the second of which is damaged."""
    path = tmp_path / "points.json"
    lists = {
        "c.png": [{"x": 2, "y": 1, "label": "cat"}, {"x": 7, "y": 5, "label": "dog"}],
        "b.png": [[1, 1]],
        "a.png": [[3, 3]],
    }
    path.write_text(json.dumps(lists))
    return path


@pytest.fixture
def label(tmp_path, points_file):
    """Labels instances, and reads what was written."""
    import label_command  # only now, for this file puts it on the path

    def call(*words, points=points_file):
        output = tmp_path / "out.json"
        told = (tmp_path / "in", "--points", points, "-o", output, *words)
        code = label_command.run(*told, task="instances")
        return code, json.loads(output.read_text()) if output.exists() else None

    return call
