"""A store on SQLite and, where it is installed, on PostgreSQL; photos in a folder."""

import numpy as np
import pytest
from PIL import Image

from clickmend.projects.store import Store


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request):
    """The URL of a database; none for the file in the folder of the store."""
    return request.getfixturevalue("postgres_url") if request.param == "postgres" else None


@pytest.fixture
def store(tmp_path, url):
    store = Store(tmp_path / "home", url=url)
    yield store
    store.close()


@pytest.fixture
def photos(tmp_path, rng):
    """A folder of three photos, one of them in a folder below."""
    folder = tmp_path / "photos"
    for name in ("a.png", "b.png", "below/c.png"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (30, 40, 3), np.uint8)).save(path)
    return folder
