"""A textured disk moves over a textured ground, as an object does through a film."""

import numpy as np
import pytest

import clickmend as cm
from clickmend.core.errors import ClickError, ImageError, NotAvailableError, OptionError, PriorError
from clickmend.data.frames import Shot
from clickmend.objects.sequence import Tracker, follower_model

SIZE = (96, 128)


def disk(x, y, radius):
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    return (columns - x) ** 2 + (rows - y) ** 2 < radius**2


def scene(*places, radius=18, colours=((230, 60, 40), (40, 70, 220))):
    """Disks at (x, y) over green noise; a place that is None shows none."""
    rng = np.random.default_rng(0)
    photo = np.array([60, 120, 50]) + rng.normal(0, 18, (*SIZE, 1))
    pattern = rng.normal(0, 14, (*SIZE, 1))
    for place, colour in zip(places, colours, strict=False):
        if place is not None:
            mask = disk(*place, radius)
            photo[mask] = (np.array(colour) + pattern)[mask]
    return photo.clip(0, 255).astype(np.uint8)


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


@pytest.fixture(scope="module")
def film():
    """The disk's places, and the frames; in the last two it has left."""
    places = [(40, 48), (48, 50), (57, 49), (66, 46), None, None]
    return places, [scene(place) for place in places]


@pytest.fixture(scope="module")
def followed(film):
    places, frames = film
    return list(cm.propagate(frames, mask=disk(*places[0], 18)))


def test_the_object_is_followed(film, followed):
    places, _ = film
    for frame, place in zip(followed[:4], places, strict=False):
        assert overlap(frame.prediction.mask, disk(*place, 18)) > 0.7
        assert frame.confidence > 0.5
    assert followed[0].confidence == 1


def test_a_mask_on_the_first_frame_stays_as_it_was_given(film, followed):
    places, _ = film
    assert (followed[0].prediction.mask == disk(*places[0], 18)).all()


def test_an_object_that_jumps_by_more_than_its_size_is_found_again():
    places = [(30, 40), (92, 58), (36, 50)]
    frames = cm.propagate([scene(at, radius=14) for at in places], mask=disk(*places[0], 14))
    for frame, place in zip(frames, places, strict=True):
        assert overlap(frame.prediction.mask, disk(*place, 14)) > 0.7


def test_when_the_object_has_left_nobody_is_sure(followed):
    assert all(frame.confidence < 0.35 for frame in followed[4:])
    assert max(frame.prediction.mask.sum() for frame in followed[4:]) < disk(60, 48, 18).sum()


def test_frames_have_their_number_name_and_photo(film, followed):
    assert [frame.index for frame in followed] == [0, 1, 2, 3, 4, 5]
    assert followed[2].name == "000002"
    assert (followed[2].photo == film[1][2]).all()


def test_what_was_kept_goes_on_to_the_same_bit(film, followed):
    places, frames = film
    first = Shot("000000", frames[0])
    mask = disk(*places[0], 18)
    one = Tracker.begin(first, mask=mask, marks=(), model=None, refine=None, device=None)
    one.step(Shot("000001", frames[1]))
    other = Tracker.restored(
        one.state(), Shot("000001", frames[1]), model=follower_model(None, None)
    )
    frame = other.step(Shot("000002", frames[2]))
    assert frame.index == 2
    assert (frame.prediction.logits == followed[2].prediction.logits).all()
    assert frame.confidence == followed[2].confidence


def test_several_objects_keep_their_ids():
    at = [((36, 40), (90, 60)), ((42, 42), (84, 58))]
    ids = np.zeros(SIZE, np.int32)
    ids[disk(*at[0][0], 18)], ids[disk(*at[0][1], 18)] = 3, 7
    frames = list(cm.propagate([scene(*places) for places in at], mask=ids))
    assert sorted(frames[1].objects) == [3, 7]
    for number, place in zip((3, 7), at[1], strict=True):
        assert overlap(frames[1].labels == number, disk(*place, 18)) > 0.6
    assert frames[1].confidence == min(one.confidence for one in frames[1].objects.values())
    with pytest.raises(OptionError, match="There are 2 objects in the frame"):
        _ = frames[1].prediction


def test_marks_alone_are_enough():
    frames = list(cm.propagate([scene((40, 48)), scene((46, 48))], marks=[cm.Click(40, 48)]))
    assert frames[1].prediction.mask[48, 46]


def test_one_frame_is_a_sequence(film):
    assert len(list(cm.propagate(film[1][:1], mask=disk(40, 48, 18)))) == 1


def test_what_cannot_be_followed_is_refused_at_once(film):
    frames = film[1]
    with pytest.raises(OptionError, match="neither a mask nor a mark"):
        cm.propagate(frames)
    with pytest.raises(PriorError, match="The mask of the first frame is empty"):
        cm.propagate(frames, mask=np.zeros(SIZE, bool))
    with pytest.raises(PriorError, match=r"96×96|size"):
        cm.propagate(frames, mask=np.ones((96, 96), bool))
    with pytest.raises(ClickError, match="outside"):
        cm.propagate(frames, marks=[cm.Click(400, 48)])
    with pytest.raises(OptionError, match=r"marks is a single Click.*a list"):
        cm.propagate(frames, marks=cm.Click(40, 48))
    with pytest.raises(ClickError, match="Object 1 has no pixels in the first frame"):
        cm.propagate(frames, marks=[cm.Click(40, 48, label="background")])
    with pytest.raises(OptionError, match="An object has the id 0"):
        cm.propagate(frames, marks={0: [cm.Click(40, 48)]})
    ids = np.zeros(SIZE, np.int32)
    ids[:40], ids[60:] = 1, 2
    with pytest.raises(OptionError, match="for a single object, but the mask has 2"):
        cm.propagate(frames, mask=ids, marks=[cm.Click(40, 48)])


def test_without_torch_it_is_told_what_is_missing(film, monkeypatch):
    monkeypatch.setattr("clickmend.core.extras.is_installed", lambda package: package != "torch")
    with pytest.raises(NotAvailableError, match="Following an object through a film needs torch"):
        cm.propagate(film[1], mask=disk(40, 48, 18))


def test_a_frame_of_another_size_is_refused(film):
    frames = [film[1][0], film[1][0][:60]]
    with pytest.raises(ImageError, match="The frames of a sequence have one size"):
        list(cm.propagate(frames, mask=disk(40, 48, 18)))
    tracker = Tracker.begin(
        Shot("a", frames[0]), mask=disk(40, 48, 18), marks=(), model=None, refine=None, device=None
    )
    with pytest.raises(
        ImageError, match="The frame b has 128×60 pixels, but the one before has 128×96"
    ):
        tracker.step(Shot("b", frames[1]))
