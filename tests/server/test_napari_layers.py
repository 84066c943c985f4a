"""The functions that napari makes forms of, on layers that have what is used of napari's."""

import inspect
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

import clickmend
from clickmend.core.errors import ClickError, ImageError, OptionError
from clickmend.server import napari_layers
from clickmend.server.napari_layers import mend_alpha, mend_depth, mend_labels

MANIFEST = Path(clickmend.__file__).parent / "napari.yaml"

SIZE = (48, 64)


class Layer(SimpleNamespace):
    """A layer: its data, how it lies, and how often it was drawn again."""

    def __init__(self, data, **more):
        given = {"name": "layer", "scale": (1, 1), "translate": (0, 0), "features": {}}
        super().__init__(**(given | more), data=np.asarray(data), refreshed=0)

    def refresh(self):
        self.refreshed += 1


class Session:
    """A session whose prediction is its prior, and the pixel of each mark."""

    def __init__(self, photo, *, task, prior=None):
        self.photo, self.task, self.marks, self.protected = photo, task, [], None
        shape = photo.shape[:2]
        kind = np.bool_ if task == "interactive" else np.float32
        self.found = np.zeros(shape, kind) if prior is None else np.array(prior)

    def protect(self, mask):
        self.protected = mask

    def add(self, mark):
        self.marks.append(mark)
        said = mark.is_foreground if self.task == "interactive" else mark.value
        self.found[int(mark.y), int(mark.x)] = said

    @property
    def prediction(self):
        return SimpleNamespace(mask=self.found, alpha=self.found, depth_m=self.found)


@pytest.fixture
def sessions(monkeypatch):
    made = []

    def make(*photo, **options):
        made.append(Session(*photo, **options))
        return made[-1]

    monkeypatch.setattr("clickmend.session.Session", make)
    return made


@pytest.fixture
def photo():
    return Layer(np.zeros((*SIZE, 3), np.uint8), name="photo")


def test_a_point_is_in_the_middle_of_its_pixel_and_x_is_the_column(sessions, photo):
    labels, points = Layer(np.zeros(SIZE, np.int32)), Layer([[10, 20], [3.4, 5]])
    mend_labels(photo, labels, points, label=4)
    assert [(one.x, one.y) for one in sessions[0].marks] == [(20.5, 10.5), (5.5, 3.9)]
    assert labels.data[10, 20] == 4
    assert labels.refreshed == 1


def test_points_lie_where_their_own_layer_is_scaled_and_moved_to(sessions, photo):
    photo.scale, photo.translate = (2, 2), (10, 0)
    labels = Layer(np.zeros(SIZE, np.int32), scale=(2, 2), translate=(10, 0))
    mend_labels(photo, labels, Layer([[30, 40]]))
    assert (sessions[0].marks[0].x, sessions[0].marks[0].y) == (20.5, 10.5)


def test_a_point_that_is_not_positive_takes_away(sessions, photo):
    labels = Layer(np.full(SIZE, 2, np.int32))
    mend_labels(photo, labels, Layer([[1, 1]], features={"positive": [False]}), label=2)
    assert labels.data[1, 1] == 0
    assert (labels.data == 2).sum() == SIZE[0] * SIZE[1] - 1


def test_other_objects_keep_their_pixels(sessions, photo):
    ids = np.zeros(SIZE, np.int32)
    ids[:5] = 9
    labels = Layer(ids)
    mend_labels(photo, labels, Layer([[20, 20]]), label=1)
    assert (sessions[0].protected == (ids == 9)).all()
    assert (labels.data[:5] == 9).all()


@pytest.mark.parametrize(("mend", "task"), [(mend_alpha, "matting"), (mend_depth, "depth")])
def test_values_are_mended_in_an_image_layer(sessions, photo, mend, task):
    layer = Layer(np.full(SIZE, 0.5, np.float32))
    mend(photo, layer, Layer([[2, 3]], features={"value": [0.75]}))
    assert sessions[0].task == task
    assert layer.data[2, 3] == 0.75
    with pytest.raises(ClickError, match="say no value"):
        mend(photo, layer, Layer([[2, 3]]))


def test_grey_pictures_and_those_of_floats_are_pictures(sessions):
    mend_labels(Layer(np.ones(SIZE)), Layer(np.zeros(SIZE, np.int32)), Layer([[1, 1]]))
    assert sessions[0].photo.shape == (*SIZE, 3)
    assert (sessions[0].photo == 255).all()


def test_what_does_not_fit_is_refused(sessions, photo):
    labels, points = Layer(np.zeros(SIZE, np.int32)), Layer([[1, 1]])
    with pytest.raises(OptionError, match="lies elsewhere or is of another size"):
        mend_labels(photo, Layer(np.zeros((9, 9), np.int32)), points)
    with pytest.raises(OptionError, match="lies elsewhere"):
        mend_labels(photo, Layer(labels.data, translate=(5, 0)), points)
    with pytest.raises(OptionError, match="The label is 0"):
        mend_labels(photo, labels, points, label=0)
    with pytest.raises(ClickError, match="has no points"):
        mend_labels(photo, labels, Layer(np.zeros((0, 2))))
    with pytest.raises(ImageError, match="has the shape"):
        mend_labels(Layer(np.zeros((*SIZE, 2, 2))), labels, points)
    with pytest.raises(ImageError, match="holds int32"):
        mend_labels(Layer(np.zeros(SIZE, np.int32)), labels, points)


def test_the_manifest_names_functions_that_are_there():
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    commands = manifest["contributions"]["commands"]
    for command in commands:
        module, _, name = command["python_name"].partition(":")
        function = getattr(import_module(module), name)
        assert inspect.getdoc(function)
        assert command["id"].startswith(manifest["name"] + ".")
    used = {one["command"] for one in manifest["contributions"]["widgets"]}
    assert used == {command["id"] for command in commands}
    assert napari_layers.__doc__
