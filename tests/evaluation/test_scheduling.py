"""The runs of a bench on every engine: the file of one process, whatever the engine."""

import json
import sys
from types import SimpleNamespace

import pytest
import torch
from disk_scenes import PaintSession, open_disks
from made_ray import MadeRay

from clickmend.core.errors import ClickError, JobError, OptionError
from clickmend.evaluation import protocol
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.runner import _threads
from clickmend.evaluation.runs import ClickRuns, plan_runs, run_key, subjects_in
from clickmend.evaluation.scheduling import make_runs
from clickmend.jobs import RunLog
from clickmend.networks.weights.graph import set_threads


@pytest.fixture
def runs():
    settings = [Setting("none", "default"), Setting("sb", "annotator")]
    ids = subjects_in("interactive")
    return plan_runs(["made"], settings, ids=ids, open_dataset=open_disks, limit=4, seed=1)


@pytest.fixture
def make(tmp_path):
    """Makes runs of three clicks; what is in the file, and the records."""

    def call(runs, name, *, make=None, code="a", **options):
        maker = make or ClickRuns("interactive", open_disks, PaintSession, 3)
        log = RunLog(tmp_path / f"{name}.jsonl", common={"code": code}, key=run_key())
        records = make_runs(runs, log, maker, **options)
        return (tmp_path / f"{name}.jsonl").read_bytes(), records

    return call


@pytest.fixture
def ray(monkeypatch):
    """A made Ray that loses some actors, before and after their shards."""
    made = MadeRay(lost=(2, -5))
    monkeypatch.setitem(sys.modules, "ray", made)
    before = torch.get_num_threads()
    yield made
    torch.set_num_threads(before)  # an actor that is lost puts nothing back
    set_threads(None)


@pytest.fixture
def still(monkeypatch):
    """No time goes by, so that files are the same to the byte."""
    simulate = protocol.simulate
    monkeypatch.setattr(
        protocol, "simulate", lambda *given, **more: simulate(*given, **more, clock=lambda: 0.0)
    )


def test_the_file_of_a_cluster_is_that_of_one_process_to_the_byte(make, runs, ray, still):
    told = []
    one = make(runs, "one")
    two = make(runs, "two", jobs=2, engine="ray", progress=lambda *at: told.append(at))
    assert two == one
    assert (told[0], told[-1]) == ((0, len(runs)), (len(runs), len(runs)))
    assert ray.told["actors"] > 2


def without_seconds(content):
    lines = [json.loads(line) for line in content.splitlines()]
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


@pytest.mark.slow
def test_two_processes_write_the_file_of_one(make, runs):
    one, two = make(runs, "one")[0], make(runs, "two", jobs=2)[0]
    assert without_seconds(two) == without_seconds(one)


class Stopped:
    """Makes runs until it is stopped, and counts them."""

    def __init__(self, make, *, after, error=KeyboardInterrupt):
        self.make, self.after, self.error, self.made = make, after, error, []

    def __call__(self, run):
        if len(self.made) >= self.after:
            raise self.error("stopped")
        self.made.append(run)
        return self.make(run)


def test_what_is_stopped_on_an_engine_goes_on_and_leaves_no_folder(
    make, runs, ray, still, tmp_path
):
    ray.lost = ()
    plain = ClickRuns("interactive", open_disks, PaintSession, 3)
    stopped = Stopped(plain, after=5)
    with pytest.raises(KeyboardInterrupt):
        make(runs, "two", engine="ray", make=stopped)
    rest = Stopped(plain, after=100)
    two = make(runs, "two", engine="ray", make=rest)
    assert len(stopped.made) + len(rest.made) == len(runs)
    assert two == make(runs, "one")
    assert [path.name for path in tmp_path.glob(".*")] == []
    assert make(runs, "two", engine="ray", make=Stopped(plain, after=0)) == two


def test_what_is_kept_of_another_code_needs_a_fresh_start(make, runs, ray, still):
    ray.lost = ()
    plain = ClickRuns("interactive", open_disks, PaintSession, 3)
    with pytest.raises(KeyboardInterrupt):
        make(runs, "two", engine="ray", make=Stopped(plain, after=5))
    with pytest.raises(OptionError, match="holds runs with code = a, and now code = b is asked"):
        make(runs, "two", engine="ray", code="b")
    assert make(runs, "two", engine="ray", code="b", fresh=True)[1] == make(runs, "one")[1]


def test_runs_that_fail_are_told_and_the_others_kept(make, runs, ray, still):
    ray.lost = ()
    plain = ClickRuns("interactive", open_disks, PaintSession, 3)
    wrong = rf"{len(runs) - 5} of {len(runs)} runs failed, the first is .*ClickError: stopped"
    with pytest.raises(JobError, match=wrong):
        make(runs, "two", engine="ray", make=Stopped(plain, after=5, error=ClickError))
    rest = Stopped(plain, after=100)
    assert make(runs, "two", engine="ray", make=rest) == make(runs, "one")
    assert len(rest.made) == len(runs) - 5


def test_what_fails_in_every_run_is_raised_as_it_is(make, runs, ray):
    ray.lost = ()
    with pytest.raises(ClickError, match="stopped"):
        make(runs, "two", engine="ray", make=Stopped(None, after=0, error=ClickError))


def test_an_engine_that_is_not_there_is_named_before_anything_is_made(make, runs):
    with pytest.raises(OptionError, match="There is no engine 'soup'"):
        make(runs, "two", engine="soup")


@pytest.mark.parametrize(
    ("engine", "jobs", "one"),
    [(None, 1, False), ("serial", 2, False), (None, 2, True), ("ray", 1, True)],
)
def test_the_workers_of_an_engine_have_one_thread(engine, jobs, one, monkeypatch):
    monkeypatch.setattr("torch.get_num_threads", lambda: 7)
    assert _threads(SimpleNamespace(engine=engine, jobs=jobs)) == (1 if one else 7)
