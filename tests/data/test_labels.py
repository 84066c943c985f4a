import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import DataError
from clickmend.data.labels import read_classes


@pytest.fixture
def file(tmp_path):
    Image.fromarray(np.array([[0, 1, 2, 3]], np.uint8)).save(tmp_path / "classes.png")
    return tmp_path / "classes.png"


def test_labels_count_the_classes_without_the_void_ones(file):
    labels, ignore = read_classes(file, codes=("road", None, "car", "sky"))
    assert labels.dtype == np.int32
    assert labels.tolist() == [[0, 0, 1, 2]]
    assert ignore.tolist() == [[False, True, False, False]]


def test_a_void_that_comes_first_shifts_the_classes(file):
    labels, ignore = read_classes(file, codes=(None, "road", "car", "sky"))
    assert labels.tolist() == [[0, 0, 1, 2]]
    assert ignore.tolist() == [[True, False, False, False]]


def test_a_value_without_a_code_is_refused_and_named(file):
    with pytest.raises(DataError, match=r"classes\.png holds the value 3\. Its classes are 0 to 2"):
        read_classes(file, codes=("road", "car", "sky"))
