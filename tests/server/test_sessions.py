"""Sessions in memory: copies of a log, in order, dropped and made again at any time."""

import asyncio
import threading
import weakref
from itertools import pairwise

import numpy as np
import pytest
from starlette.concurrency import run_in_threadpool

from clickmend.core.errors import (
    ClickError,
    ImageError,
    NotFoundError,
    OptionError,
    OutputError,
)
from clickmend.data.codecs import mask_png
from clickmend.feedback import Click
from clickmend.projects.actions import body_of
from clickmend.projects.opening import Options, Start
from clickmend.projects.photos import Photos
from clickmend.projects.results import Results
from clickmend.projects.store import Image, NewEvent, Store
from clickmend.server.photo import Photo
from clickmend.server.sessions import SessionStore


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "home")
    yield store
    store.close()


@pytest.fixture
def desk(store, fake_session):
    return desk_of(store, fake_session)


def desk_of(store, factory, **options):
    return SessionStore(
        factory, store=store, photos=Photos(store), results=Results(store), **options
    )


@pytest.fixture
def content(photo, as_png):
    return as_png(photo)


def upload(desk, content, name="a.png", options=None):
    return desk.open_upload(name, content, options=options or Options())


def click(x, y, **given):
    return NewEvent("mark", body_of(Click(x, y, **given)))


def feedback(opened):
    return tuple(opened.session.feedback)


def version(opened):
    return opened.version


def test_a_session_that_leaves_memory_comes_back_with_its_history(store, content, fake_session):
    async def run():
        desk = desk_of(store, fake_session, most=1)
        first = await upload(desk, content)
        for event in (click(5, 5), click(9, 9), NewEvent("undo")):
            await first.change([event], version)
        key, before = first.key, await first.read(feedback)
        gone = weakref.ref(first)
        del first
        await upload(desk, content)
        assert len(desk) == 1
        while (
            gone() is not None
        ):  # a thread lets go of what it did when it has something else to do
            await run_in_threadpool(int)
        again = desk[key]
        assert again._work is None
        assert await again.read(feedback) == before
        assert await again.change([NewEvent("redo")], version) == 4
        assert len(await again.read(feedback)) == 2

    asyncio.run(run())


def test_another_server_on_the_same_store_goes_on_where_the_first_was(store, content, fake_session):
    async def run():
        opened = await upload(desk_of(store, fake_session), content)
        await opened.change([click(5, 5)], version)
        other = desk_of(Store(store.home), fake_session)
        theirs = other[opened.key]
        assert await theirs.change([click(6, 6)], version) == 2
        # Nothing is lost on either side: the first sees it, and its next mark comes on top.
        assert await opened.change([click(7, 7)], version) == 3
        assert [mark.x for mark in await theirs.read(feedback)] == [5, 6, 7]
        other.store.close()

    asyncio.run(run())


def test_a_mark_that_another_server_was_quicker_than_is_put_on_top(
    store, content, fake_session, monkeypatch
):
    async def run():
        opened = await upload(desk_of(store, fake_session), content)
        theirs = desk_of(store, fake_session)[opened.key]
        append, late = store.sessions.append, [theirs]

        def quicker(*arguments, **given):
            if late:
                late.pop()._do([click(1, 1)])
            return append(*arguments, **given)

        monkeypatch.setattr(store.sessions, "append", quicker)
        await opened.change([click(2, 2)], version)
        assert [mark.x for mark in await opened.read(feedback)] == [1, 2]

    asyncio.run(run())


def test_a_closed_photo_is_gone(desk, content):
    async def run():
        opened = await upload(desk, content)
        await desk.close(opened.key)
        with pytest.raises(NotFoundError, match="no longer open"):
            await opened.read(feedback)
        with pytest.raises(NotFoundError, match="Open it again"):
            await desk.close(opened.key)

    asyncio.run(run())


def test_a_photo_that_cannot_be_read_leaves_nothing_open(desk):
    async def run():
        with pytest.raises(ImageError):
            await upload(desk, b"no photo")
        assert len(desk) == 0

    asyncio.run(run())


def test_two_clicks_at_once_are_done_one_after_the_other_in_their_order(desk, content, monkeypatch):
    order: list[int] = []
    first_runs, go_on = threading.Event(), threading.Event()

    async def run():
        opened = await upload(desk, content)
        do = opened.work.do

        def slow(kind, body, **who):
            if body["x"] == 1:
                first_runs.set()
                assert go_on.wait(10)
            order.append(body["x"])
            return do(kind, body, **who)

        monkeypatch.setattr(opened.work, "do", slow)
        one = asyncio.create_task(opened.change([click(1, 1)], version))
        await asyncio.to_thread(first_runs.wait, 10)
        two = asyncio.create_task(opened.change([click(2, 2)], version))
        await asyncio.sleep(0)  # the loop is free while the first change runs
        assert order == []
        go_on.set()
        assert await asyncio.gather(one, two) == [1, 2]

    asyncio.run(run())
    assert order == [1, 2]


def test_two_photos_do_not_wait_for_each_other(desk, content):
    held, free = threading.Event(), threading.Event()

    async def run():
        slow, quick = await upload(desk, content), await upload(desk, content)
        waiting = asyncio.create_task(slow.read(lambda _: free.wait(10)))
        await quick.read(lambda _: held.set())
        assert held.is_set()
        assert not waiting.done()
        free.set()
        await waiting

    asyncio.run(run())


def test_what_a_session_makes_ready_when_it_is_first_read_holds_up_no_mark(
    desk, content, monkeypatch
):
    begun, free, times = threading.Event(), threading.Event(), []

    def prepare(_):
        times.append(1)
        begun.set()
        assert free.wait(10)

    async def run():
        opened = await upload(desk, content)
        monkeypatch.setattr(type(opened.session), "prepare", prepare)
        await opened.read(version)
        await asyncio.to_thread(begun.wait, 10)
        assert await opened.change([click(1, 1)], version) == 1
        assert await opened.read(version) == 1
        free.set()

    asyncio.run(run())
    assert times == [1]


def test_a_refused_change_leaves_the_version_and_the_log(desk, content):
    async def run():
        opened = await upload(desk, content)
        with pytest.raises(ClickError, match="outside"):
            await opened.change([click(-1, 0)], version)
        assert await opened.read(version) == 0
        assert desk.store.sessions.events(opened.key) == []

    asyncio.run(run())


def test_of_several_changes_all_are_done_or_none(desk, content):
    async def run():
        opened = await upload(desk, content)
        await opened.change([click(3, 3), click(4, 4)], version)
        with pytest.raises(ClickError, match="outside"):
            await opened.change([click(5, 5), click(-1, 0)], version)
        assert [mark.x for mark in await opened.read(feedback)] == [3, 4]
        assert await opened.change([NewEvent("undo")], feedback) == (
            Click(3, 3, label="foreground"),
        )

    asyncio.run(run())


def test_a_change_that_cannot_be_kept_is_not_done(desk, content, monkeypatch):
    async def run():
        opened = await upload(desk, content)

        def full(*_, **__):
            raise OSError("the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(desk.store.sessions, "append", full)
            with pytest.raises(OSError, match="disk is full"):
                await opened.change([click(5, 5)], version)
        assert await opened.read(feedback) == ()

    asyncio.run(run())


def test_a_file_is_made_once_per_version(desk, content, monkeypatch):
    saved = []

    async def run():
        opened = await upload(desk, content)
        encode = type(opened.session.prediction).encoded
        monkeypatch.setattr(
            type(opened.session.prediction),
            "encoded",
            lambda self, suffix: (saved.append(opened.version), encode(self, suffix))[1],
        )
        masks = [await opened.read(lambda o: o.file("png")) for _ in range(2)]
        await opened.change([click(5, 5)], version)
        masks += [await opened.read(lambda o: o.file("png")) for _ in range(2)]
        assert [a == b for a, b in pairwise(masks)] == [True, False, True]

    asyncio.run(run())
    assert saved == [0, 1]


def test_other_inference_keeps_the_feedback_and_what_can_be_undone(store, content, fake_session):
    async def run():
        asked = []

        def start(photo, options, given):
            asked.append(options)
            return fake_session(photo, options, given)

        opened = await upload(desk_of(store, start), content)
        marks = [click(5, 5), click(9, 5, label="background", radius_px=3)]
        await opened.change(marks, version)
        before, session = await opened.read(feedback), opened.session
        given = {"refine": "sb", "adapt_keys": 2}
        after = await opened.change([NewEvent("inference", given)], feedback)
        assert after == before
        assert opened.session is not session
        assert opened.options == asked[-1] == Options(**given)
        assert await opened.change([NewEvent("undo")], feedback) == before[:1]

    asyncio.run(run())


def test_a_photo_that_cannot_be_encoded_is_told(photo, monkeypatch):
    monkeypatch.setattr("clickmend.server.photo.cv2.imencode", lambda *_: (False, None))

    with pytest.raises(OutputError, match=r"'huge\.png' cannot be encoded"):
        Photo(Image(name="far/huge.png"), photo).png()


def test_sessions_on_one_photo_know_of_each_other(store, content, fake_session):
    async def run():
        desk = desk_of(store, lambda pixels, _, start: fake_session(pixels, Options(), start))
        first = await upload(desk, content)
        image = first.photo.image.id
        beside = await desk.open_image(image, options=Options("depth"))
        assert beside.photo is first.photo
        assert beside.beside == {"interactive": first.key, "depth": beside.key}
        newer = await desk.open_image(image, options=Options("depth"))
        await desk.close(beside.key)  # another has taken its place
        assert first.beside == {"interactive": first.key, "depth": newer.key}
        again = await desk.open_image(
            image, options=Options("depth"), start=lambda: pytest.fail("one is there"), again=True
        )
        assert again is newer
        await desk.close(newer.key)
        assert first.beside == {"interactive": first.key}

    asyncio.run(run())


def test_a_prior_is_kept_with_the_session_and_can_be_undone(store, content, photo, fake_session):
    prior = np.arange(photo[..., 0].size).reshape(photo.shape[:2]) % 3 == 0

    def mask(opened):
        return opened.session.prediction.mask

    async def run():
        desk = desk_of(store, fake_session)
        opened = await upload(desk, content)
        marked = await opened.change([click(5, 5)], mask)
        body = {"sha256": store.blobs.put(mask_png(prior)), "depth_scale": None}
        assert np.array_equal(await opened.change([NewEvent("prior", body)], mask), prior)
        again = desk_of(store, fake_session)[opened.key]
        assert np.array_equal(await again.read(mask), prior)
        assert np.array_equal(await again.change([NewEvent("undo")], mask), marked)
        assert np.array_equal(await opened.change([NewEvent("redo")], mask), prior)

    asyncio.run(run())


def test_what_a_session_was_opened_from_comes_back(store, content, photo, fake_session):
    prior = np.arange(photo[..., 0].size).reshape(photo.shape[:2]) % 5 == 0

    async def run():
        desk = desk_of(store, fake_session)
        given = Start(prior=mask_png(prior))
        opened = await desk.open_upload("a.png", content, options=Options(), start=given)
        again = desk_of(store, fake_session)[opened.key]
        assert np.array_equal(await again.read(lambda o: o.session.prediction.mask), prior)

    asyncio.run(run())


def test_nothing_to_undo_is_told(desk, content):
    async def run():
        opened = await upload(desk, content)
        for step in ("undo", "redo"):
            with pytest.raises(OptionError, match=f"There is nothing to {step}"):
                await opened.change([NewEvent(step)], version)

    asyncio.run(run())


def test_sessions_leave_memory_when_together_they_hold_more_than_is_allowed(
    store, content, fake_session
):
    async def run():
        desk = desk_of(store, fake_session, most=99, kept_megabytes=0.2)
        opened, held = [], []
        for _ in range(30):
            one = await upload(desk, content)
            await one.change([click(5, 5)], version)
            await one.change([click(9, 9)], version)
            opened.append(one.key)
            held.append(desk.held_bytes)
        assert max(held) <= 0.2e6
        assert max(held) > 0.1e6
        assert 2 <= len(desk) < 30
        del one
        assert len(await desk[opened[0]].read(feedback)) == 2
        assert desk.held_bytes <= 0.2e6

    asyncio.run(run())


def test_a_session_that_holds_more_than_is_allowed_stays_while_it_is_the_newest(
    store, content, fake_session
):
    async def run():
        desk = desk_of(store, fake_session, kept_megabytes=0)
        for _ in range(3):
            one = await upload(desk, content)
            work = one._work
            await one.change([click(5, 5)], version)
            assert one._work is work
            assert len(desk) == 1

    asyncio.run(run())
