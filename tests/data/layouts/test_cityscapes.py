import numpy as np
import pytest
from dense_folders import H, W, save, stripes, write_cityscapes, write_cityscapes_train_ids

from clickmend.core.errors import DataError
from clickmend.data.layouts.cityscapes import open_cityscapes

# The scored labels with their ids and train ids, as the publisher's table has them.
TABLE = """
road 7 0; sidewalk 8 1; building 11 2; wall 12 3; fence 13 4; pole 17 5; traffic light 19 6;
traffic sign 20 7; vegetation 21 8; terrain 22 9; sky 23 10; person 24 11; rider 25 12; car 26 13;
truck 27 14; bus 28 15; train 31 16; motorcycle 32 17; bicycle 33 18
"""


def test_the_classes_and_their_ids_are_those_of_the_publisher(tmp_path):
    entries = [entry.split() for entry in TABLE.split(";")]
    train_id = {int(label): int(place) for *_, label, place in entries}
    written = write_cityscapes(tmp_path)
    labels = np.resize(np.arange(34, dtype=np.uint8), (H, W))
    name = next(iter(written.truth))
    save(tmp_path / f"gtFine/val/frankfurt/{name}_gtFine_labelIds.png", labels)
    dataset = open_cityscapes(tmp_path)
    sample = dataset.read(name)
    assert dataset.classes == tuple(" ".join(words) for *words, _, _ in entries)
    for label in range(34):
        here = labels == label
        assert (sample.labels[here] == train_id.get(label, 0)).all()
        assert (sample.ignore[here] == (label not in train_id)).all()


def test_another_split_is_read(tmp_path):
    write_cityscapes(tmp_path)
    assert open_cityscapes(tmp_path, "train").names == ("aachen_000000_000019",)


def test_label_ids_are_preferred_to_train_ids(tmp_path):
    write_cityscapes_train_ids(tmp_path)
    write_cityscapes(tmp_path, labels=(7, 7, 7, 7, 7, 7, 7, 7))
    assert not open_cityscapes(tmp_path)[0].labels.any()


def test_a_folder_without_label_files_is_told_which_are_read(tmp_path):
    written = write_cityscapes(tmp_path)
    for file in written.root.rglob("*_labelIds.png"):
        file.unlink()
    with pytest.raises(DataError, match=r"gtFine/val holds no CITY/\*_gtFine_labelIds\.png file"):
        open_cityscapes(tmp_path)


def test_a_label_that_does_not_exist_is_refused(tmp_path):
    written = write_cityscapes(tmp_path)
    name = next(iter(written.truth))
    save(tmp_path / f"gtFine/val/frankfurt/{name}_gtFine_labelIds.png", stripes(*[34] * W))
    with pytest.raises(
        DataError, match=r"labelIds\.png holds the value 34\. Its classes are 0 to 33"
    ):
        open_cityscapes(tmp_path).read(name)
