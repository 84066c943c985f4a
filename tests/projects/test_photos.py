"""Photos are read where they lie, are those that were marked, and stay in their folder."""

import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import ImageError, ProjectError
from clickmend.data import photo_size, read_photo
from clickmend.projects.labelling import open_project
from clickmend.projects.photos import THUMBNAIL_PX, Photos
from clickmend.projects.store import Query, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "home")
    yield store
    store.close()


@pytest.fixture
def image(store, photos):
    project = open_project(store, "cats", photos=[photos], task="interactive")
    return store.images.listed(project.id, Query())[1][0]


def test_a_photo_is_read_from_its_folder_and_remembered(store, photos, image):
    pixels = Photos(store).pixels(image)
    assert np.array_equal(pixels, read_photo(photos / "a.png"))
    assert store.images.get(image.id).sha256 is not None


def test_a_photo_that_changed_since_it_was_marked_is_refused(store, photos, image):
    Photos(store).pixels(image)
    Image.new("RGB", (40, 30)).save(photos / "a.png")
    with pytest.raises(ProjectError, match="is not the one that was marked"):
        Photos(store).pixels(store.images.get(image.id))


def test_a_link_that_leads_out_of_the_folder_is_refused(store, photos, image, tmp_path):
    (photos / "a.png").rename(tmp_path / "secret.png")
    (photos / "a.png").symlink_to(tmp_path / "secret.png")
    for read in (Photos(store).pixels, Photos(store).thumbnail):
        with pytest.raises(ImageError, match="leads out of its folder"):
            read(image)


def test_a_photo_that_is_gone_is_told(store, photos, image):
    (photos / "a.png").unlink()
    with pytest.raises(ImageError, match="is gone"):
        Photos(store).pixels(image)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_thumbnail_is_small_upright_and_made_once(store, photos, image, kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by a quarter to the right
    picture = Image.new("RGB", (1200, 800), (200, 30, 30))
    picture.save(photos / "a.png", kind, exif=exif)
    small = Photos(store).thumbnail(image)
    shown = read_photo(small)
    assert shown.shape == (THUMBNAIL_PX, 107, 3)
    assert np.allclose(shown[50, 50], (200, 30, 30), atol=6)
    made = small.stat().st_mtime_ns
    assert Photos(store).thumbnail(image).stat().st_mtime_ns == made


def test_an_upload_has_a_thumbnail_too(store, photos):
    content = (photos / "a.png").read_bytes()
    reader = Photos(store)
    upload = reader.upload("a.png", content, reader.read(content))
    row = store.sessions.add(upload, task="interactive", options={}, start={})
    assert photo_size(reader.thumbnail(store.images.get(row.image_id))) == (40, 30)


def test_a_photo_of_too_many_pixels_is_refused(store, image):
    with pytest.raises(ImageError, match="megapixels"):
        Photos(store, max_megapixels=0.001).pixels(image)
