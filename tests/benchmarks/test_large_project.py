"""A large project is made as it is told."""

import numpy as np

from clickmend.projects.store import Query, Store


def test_the_history_is_one_that_a_server_would_have_written(script, tmp_path):
    rng = np.random.default_rng(0)
    script.make_photos(tmp_path / "photos", 60, rng)
    with script.project(tmp_path / "photos", None, rng) as (out, words):
        assert words == ["--out", out]
        store = Store(out / ".clickmend")
        (project,) = store.projects.listed()
        total, images = store.images.listed(project.id, Query())
        marked = [one for one in images if one.clicks]
        assert total == 60
        assert 10 <= len(marked) <= 30
        assert store.images.unwritten() == []
        keys = store.sessions.on([one.id for one in marked])
        for image in marked:
            events = store.sessions.events(keys[image.id]["interactive"])
            assert [event.number for event in events] == [*range(1, script.EVENTS + 1)]
        store.close()
