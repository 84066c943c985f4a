import asyncio
import threading
from itertools import pairwise

import numpy as np
import pytest
from starlette.exceptions import HTTPException

from clickmend.core.errors import ClickError, OptionError, OutputError, PriorError
from clickmend.server.sessions import Options, Photo, SessionStore, Start, start_session
from clickmend.session import Session
from clickmend.session.objects import Objects


def open_photo(store, photo, name="a.png"):
    return store.open(lambda: Photo(name, photo), options=Options())


def test_the_photo_unused_for_longest_makes_room(photo, fake_session):
    async def run():
        store = SessionStore(fake_session, most=2)
        first, second = [await open_photo(store, photo) for _ in range(2)]
        store[first.key]  # used again, so the second is the oldest now
        await open_photo(store, photo)
        assert len(store) == 2
        assert store[first.key] is first
        with pytest.raises(HTTPException, match="no longer open"):
            store[second.key]

    asyncio.run(run())


def test_a_closed_photo_is_gone(photo, fake_session):
    async def run():
        store = SessionStore(fake_session)
        opened = await open_photo(store, photo)
        del store[opened.key]
        assert len(store) == 0
        with pytest.raises(HTTPException, match="Open it again"):
            del store[opened.key]

    asyncio.run(run())


def test_a_photo_that_cannot_be_read_leaves_nothing_open(fake_session):
    def unreadable():
        raise OptionError("no")

    async def run():
        store = SessionStore(fake_session)
        with pytest.raises(OptionError, match="no"):
            await store.open(unreadable, options=Options())
        assert len(store) == 0

    asyncio.run(run())


def test_two_clicks_at_once_are_done_one_after_the_other_in_their_order(photo, fake_session):
    order: list[str] = []
    first_runs, go_on = threading.Event(), threading.Event()

    def first(opened):
        first_runs.set()
        assert go_on.wait(10)
        order.append("first")

    async def run():
        opened = await open_photo(SessionStore(fake_session), photo)
        one = asyncio.create_task(opened.change(first, lambda o: o.version))
        await asyncio.to_thread(first_runs.wait, 10)
        two = asyncio.create_task(
            opened.change(lambda _: order.append("second"), lambda o: o.version)
        )
        await asyncio.sleep(0)  # the loop is free while the first change runs
        assert order == []
        go_on.set()
        assert await asyncio.gather(one, two) == [1, 2]

    asyncio.run(run())
    assert order == ["first", "second"]


def test_two_photos_do_not_wait_for_each_other(photo, fake_session):
    held, free = threading.Event(), threading.Event()

    async def run():
        store = SessionStore(fake_session)
        slow, quick = await open_photo(store, photo), await open_photo(store, photo)
        waiting = asyncio.create_task(slow.change(lambda _: free.wait(10), lambda o: o.version))
        await quick.change(lambda _: held.set(), lambda o: o.version)
        assert held.is_set()
        assert not waiting.done()
        free.set()
        await waiting

    asyncio.run(run())


def test_a_refused_change_leaves_the_version(photo, fake_session):
    async def run():
        opened = await open_photo(SessionStore(fake_session), photo)
        with pytest.raises(ClickError, match="outside"):
            await opened.change(lambda o: o.session.click(-1, 0), lambda o: o.version)
        assert opened.version == 0

    asyncio.run(run())


def test_a_file_is_made_once_per_version(photo, monkeypatch, fake_session):
    saved = []

    async def run():
        opened = await open_photo(SessionStore(fake_session), photo)
        encode = type(opened.session.prediction).encoded
        monkeypatch.setattr(
            type(opened.session.prediction),
            "encoded",
            lambda self, suffix: (saved.append(opened.version), encode(self, suffix))[1],
        )
        masks = [await opened.read(lambda o: o.file("png")) for _ in range(2)]
        await opened.change(lambda o: o.session.click(5, 5), lambda o: None)
        masks += [await opened.read(lambda o: o.file("png")) for _ in range(2)]
        assert [a == b for a, b in pairwise(masks)] == [True, False, True]

    asyncio.run(run())
    assert saved == [0, 1]


def test_starting_from_a_mask_begins_anew_on_the_same_photo(photo, fake_session):
    async def run():
        opened = await open_photo(SessionStore(fake_session), photo)
        opened.session.click(5, 5)
        prior = np.arange(photo[..., 0].size).reshape(photo.shape[:2]) % 3 == 0
        opened.start_from(Start(prior=prior))
        assert opened.session.feedback == ()
        assert np.array_equal(opened.session.prediction.mask, prior)

    asyncio.run(run())


def test_the_application_starts_the_session_of_the_package(photo):
    prior = np.zeros(photo.shape[:2], bool)
    prior[10:40, 20:60] = True
    session = start_session(photo, Options(refine="none"), Start(prior=prior))
    assert isinstance(session, Session)
    assert session.size == (80, 60)
    assert np.array_equal(session.prediction.mask, prior)


def test_many_objects_are_a_session_of_their_own(photo):
    session = start_session(photo, Options("instances"), Start(file_name="crowd.jpg"))
    assert isinstance(session, Objects)
    assert (session.size, session.prediction.file_name) == ((80, 60), "crowd.jpg")


@pytest.mark.parametrize(
    ("task", "finish", "prior", "message"),
    [
        ("instances", None, np.zeros((60, 80), bool), "starts from points"),
        ("interactive", "network", None, "finish belongs to the task 'instances'"),
    ],
)
def test_what_belongs_to_another_kind_of_session_is_refused(photo, task, finish, prior, message):
    with pytest.raises(OptionError, match=message):
        start_session(photo, Options(task, finish=finish), Start(prior=prior))


def test_other_inference_keeps_the_feedback(photo, fake_session):
    async def run():
        asked = []

        def start(photo, options, start):
            asked.append(options)
            return fake_session(photo, options, start)

        opened = await open_photo(SessionStore(start), photo)
        opened.session.click(5, 5)
        opened.session.click(9, 5, label="background", radius_px=3)
        before = opened.session
        options = Options(refine="sb", adapt_keys=2)
        opened.infer_with(options)
        assert opened.session is not before
        assert opened.session.feedback == before.feedback
        assert opened.options == asked[-1] == options

    asyncio.run(run())


def test_a_photo_that_cannot_be_encoded_is_told(photo, monkeypatch):
    monkeypatch.setattr("clickmend.server.sessions.cv2.imencode", lambda *_: (False, None))

    with pytest.raises(OutputError, match=r"'huge\.png' cannot be encoded"):
        Photo("huge.png", photo).png()


def test_sessions_on_one_photo_know_of_each_other(photo, fake_session):
    async def run():
        store = SessionStore(lambda pixels, options, start: fake_session(pixels, Options(), start))
        first = await open_photo(store, photo)
        beside = await store.open(lambda: first.photo, options=Options("depth"))
        assert beside.photo.sessions == {"interactive": first.key, "depth": beside.key}
        newer = await store.open(lambda: first.photo, options=Options("depth"))
        del store[beside.key]  # another has taken its place
        assert first.photo.sessions == {"interactive": first.key, "depth": newer.key}
        del store[newer.key]
        assert first.photo.sessions == {"interactive": first.key}

    asyncio.run(run())


def test_a_start_that_is_refused_leaves_the_session(photo, fake_session):
    async def run():
        opened = await open_photo(SessionStore(fake_session), photo)
        opened.session.click(5, 5)
        with pytest.raises(PriorError):
            opened.start_from(Start(prior=np.zeros((3, 4), bool)))
        assert len(opened.session.feedback) == 1
        assert opened.start == Start(file_name="a.png")

    asyncio.run(run())
