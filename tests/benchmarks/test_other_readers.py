import numpy as np
import pytest


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_pycocotools_reads_what_the_script_writes(script, tmp_path):
    script.write(tmp_path)
    wanted = script.masks(simple=False)
    for name in ("coco", "coco-polygons"):
        found = list(script.by_pycocotools(tmp_path / name / "instances.json"))
        assert [label for label, _ in found] == ["cat", "dog", "cat", "dog"]
        for (_, mask), expected in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(mask, expected)
