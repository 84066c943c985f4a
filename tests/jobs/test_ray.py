"""The engine of Ray: shards go to actors, and those of an actor that is lost to another one."""

import subprocess
import sys
from pathlib import Path

import pytest
from made_ray import MadeRay
from made_work import Squares, items_of

from clickmend.core.errors import ImageError, JobError, NotAvailableError
from clickmend.jobs import ENGINES, run_job


@pytest.fixture
def run(tmp_path, photos, monkeypatch):
    """Squares the photos on a made Ray; what ran, the numbers, and the Ray."""

    def call(*, lost=(), jobs=2, **work):
        ray = MadeRay(lost)
        monkeypatch.setitem(sys.modules, "ray", ray)
        numbers = {}
        ran = run_job(
            items_of(photos, tmp_path / "out"),
            Squares(str(tmp_path / "diary"), **work),
            tmp_path / "kept",
            engine=ENGINES["ray"](jobs=jobs),
            each=lambda item, line: numbers.update({item.name: line.get("record")}),
        )
        return ran, numbers, ray

    return call


SQUARES = {f"{number:02}.jpg": {"number": number**2} for number in range(12)}


def test_every_shard_is_done_once_by_some_actor(run, tmp_path):
    ran, numbers, ray = run()
    assert (ran.new, ran.failed, numbers) == (12, 0, SQUARES)
    assert ray.told == {"init": 1, "shutdown": 1, "actors": 2}
    ran, numbers, ray = run()
    assert (ran.new, ran.kept, numbers) == (0, 12, SQUARES)
    assert not ray.told, "Ray is not begun where there is nothing to do"
    assert len((tmp_path / "diary").read_text().split()) == 12


def test_what_a_lost_actor_had_goes_to_another_and_nothing_is_done_twice(run, tmp_path):
    ran, numbers, ray = run(lost=(2, -5, 9))
    assert (ran.failed, numbers) == (0, SQUARES)
    assert ray.told["actors"] == 5
    assert sorted((tmp_path / "diary").read_text().split()) == list(SQUARES)


def test_actors_that_are_lost_one_after_another_end_the_run(run):
    with pytest.raises(JobError, match=r"5 workers ended one after another .* RayActorError"):
        run(lost=range(1, 20))


def test_what_is_no_matter_of_one_item_is_raised_here(run, monkeypatch):
    def refuse(_):
        raise ImageError("no weights")

    monkeypatch.setattr(Squares, "start", refuse)
    with pytest.raises(ImageError, match="no weights"):
        run()


def test_without_ray_its_package_is_named(run, photos, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    items = items_of(photos, tmp_path / "out")
    work = Squares(str(tmp_path / "diary"))
    with pytest.raises(NotAvailableError, match=r"pip install 'clickmend\[ray\]'"):
        run_job(items, work, tmp_path / "kept", engine=ENGINES["ray"]())


def test_a_cluster_that_does_not_answer_is_named(run, monkeypatch):
    def refuse(*_, **__):
        raise ConnectionError("Failed to connect to Ray cluster at there:6379")

    monkeypatch.setattr(MadeRay, "init", refuse)
    monkeypatch.setenv("RAY_ADDRESS", "there:6379")
    with pytest.raises(NotAvailableError, match=r"RAY_ADDRESS=there:6379 \(Failed .*_MODE=token"):
        run()


@pytest.mark.ray
def test_a_real_ray_of_this_machine_gives_the_same(photos, tmp_path, python_of):
    program = Path(__file__).with_name("made_work.py")
    for engine, python in (("serial", sys.executable), ("ray", python_of("ray"))):
        (tmp_path / engine).mkdir()
        words = [program, photos, tmp_path / engine / "out", engine, "2", "0"]
        subprocess.run([python, *map(str, words)], check=True, timeout=300)
    assert (tmp_path / "ray" / "merged").read_bytes() == (
        tmp_path / "serial" / "merged"
    ).read_bytes()
