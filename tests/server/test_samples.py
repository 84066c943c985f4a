from importlib import metadata

import pytest
from starlette.exceptions import HTTPException

from clickmend.data.photos import read_photo
from clickmend.server import samples as module
from clickmend.server.samples import TITLES, sample, samples


def test_every_sample_is_a_file_of_the_scikit_image_wheel():
    shipped = {str(file) for file in metadata.files("scikit-image") or ()}
    for one in samples().values():
        assert f"skimage/data/{one.path.name}" in shipped


def test_all_samples_are_there_and_readable():
    assert list(samples()) == list(TITLES)
    for one in samples().values():
        assert read_photo(one.path).ndim == 3


def test_a_sample_whose_file_is_missing_is_not_offered(monkeypatch):
    monkeypatch.setitem(module.TITLES, "ghost", ("Ghost", "ghost.png"))
    assert "ghost" not in samples()


@pytest.mark.parametrize("name", ["dog", "../../etc/passwd", "chelsea.png", ""])
def test_an_unknown_sample_is_refused_with_the_known_ones(name):
    with pytest.raises(HTTPException, match="Available: cat, coffee") as refusal:
        sample(name)
    assert refusal.value.status_code == 404
