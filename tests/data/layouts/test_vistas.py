import json

import pytest
from dense_folders import vistas_config, write_vistas, write_vistas2

from clickmend.core.errors import DataError
from clickmend.data.layouts.vistas import open_vistas


def test_the_classes_are_those_that_the_configuration_evaluates(tmp_path):
    write_vistas(tmp_path)
    assert open_vistas(tmp_path).classes == ("Label 0", "Label 1", "Label 3")


def test_the_archive_of_v2_opens_as_v1_2_unless_the_split_says_v2(tmp_path):
    write_vistas2(tmp_path)
    write_vistas(tmp_path, labels="v1.2/labels", config="config_v1.2.json")
    (tmp_path / "config_v2.0.json").write_text(vistas_config(True, True, True, True, False))
    assert len(open_vistas(tmp_path).classes) == 3
    assert len(open_vistas(tmp_path, "v1.2/training").classes) == 3
    assert len(open_vistas(tmp_path, "v2.0/training").classes) == 4


def test_an_unknown_edition_is_refused_with_those_that_there_are(tmp_path):
    write_vistas(tmp_path)
    with pytest.raises(
        DataError, match=r"no edition 'v3'.*v1\.2 and v2\.0; write v2\.0/validation"
    ):
        open_vistas(tmp_path, "v3/validation")


def test_a_missing_configuration_is_named(tmp_path):
    write_vistas2(tmp_path)
    (tmp_path / "config_v2.0.json").unlink()
    with pytest.raises(DataError, match=r"config_v2\.0\.json is missing\. Expected Mapillary"):
        open_vistas(tmp_path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", r"config\.json is not valid JSON"),
        ("[]", r'config\.json has no list "labels"'),
        ('{"labels": []}', r'config\.json has no list "labels"'),
        (json.dumps({"labels": [{"name": "x"}]}), r"label without .*readable.*'x'.*must have both"),
    ],
)
def test_a_configuration_of_another_kind_is_refused(content, told, tmp_path):
    write_vistas(tmp_path)
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(DataError, match=told):
        open_vistas(tmp_path)
