"""What keeps the processes; they themselves are tested in ``test_processes``."""

import asyncio

import pytest

from clickmend.core.errors import OutputError
from clickmend.server.workers import Setup, Workers


@pytest.fixture
def setup(tmp_path, fake_session):
    return Setup(tmp_path, None, "127.0.0.1", None, (), (), fake_session)


def test_a_folder_that_takes_no_socket_is_told_with_the_way_out(setup, tmp_path):
    deep = tmp_path / ("deep" * 40)
    deep.mkdir()
    with pytest.raises(OutputError, match="with a short path, is needed; name one in TMPDIR"):
        Workers(1, setup, folder=deep)


def test_a_process_that_ends_at_once_is_started_again_after_ever_longer_pauses(
    setup, tmp_path, monkeypatch
):
    said, pauses = [], []

    async def waited(event, seconds):
        event.close()
        pauses.append(seconds)
        if len(pauses) == 7:
            workers.close()
        raise TimeoutError

    async def run():
        for worker in workers:

            async def ended(closing):
                return None

            monkeypatch.setattr(worker, "_run", ended)
            monkeypatch.setattr(asyncio, "wait_for", waited)
            await worker.keep(workers._closing)
            assert worker.restarts == 7
            await worker.close()

    workers = Workers(1, setup, folder=tmp_path, say=said.append)
    asyncio.run(run())
    assert pauses == [1, 3, 7, 15, 30, 30, 30]
    assert "Process 1 of 1 ended with exit status None; it is started again in 1 s." in said[0]
    assert workers.closed
