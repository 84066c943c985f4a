"""Which session begins on a photo."""

import numpy as np
import pytest

from clickmend.core.errors import OptionError
from clickmend.data.codecs import mask_png
from clickmend.objects.objects import Objects
from clickmend.projects.opening import Options, Start, start_session
from clickmend.session import Session


@pytest.fixture
def photo(rng):
    return rng.integers(0, 256, (60, 80, 3), np.uint8)


def test_the_application_starts_the_session_of_the_package(photo):
    prior = np.zeros(photo.shape[:2], bool)
    prior[10:40, 20:60] = True
    session = start_session(photo, Options(refine="none"), Start(prior=mask_png(prior)))
    assert isinstance(session, Session)
    assert session.size == (80, 60)
    assert np.array_equal(session.prediction.mask, prior)


def test_many_objects_are_a_session_of_their_own(photo):
    session = start_session(photo, Options("instances"), Start(file_name="crowd.jpg"))
    assert isinstance(session, Objects)
    assert (session.size, session.prediction.file_name) == ((80, 60), "crowd.jpg")


@pytest.mark.parametrize(
    ("task", "finish", "trimap", "message"),
    [
        ("instances", None, b"a trimap", "has neither trimap nor"),
        ("interactive", "network", None, "finish is an option of the task 'instances'"),
    ],
)
def test_what_belongs_to_another_kind_of_session_is_refused(photo, task, finish, trimap, message):
    with pytest.raises(OptionError, match=message):
        start_session(photo, Options(task, finish=finish), Start(trimap=trimap))
