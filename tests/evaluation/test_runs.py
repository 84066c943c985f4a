"""The bench's runs: which, in what order, and what an interruption leaves."""

import json
from functools import partial

import pytest
from disk_scenes import Disks, PaintSession, open_disks, open_made

from clickmend.core.errors import DataError, OptionError
from clickmend.evaluation.protocol import Setting, simulate
from clickmend.evaluation.runs import ClickRuns, run_key, subjects_in
from clickmend.evaluation.runs import plan_runs as plan_all_runs
from clickmend.evaluation.scheduling import make_runs
from clickmend.evaluation.subjects import ObjectSubject, Start
from clickmend.jobs import RunLog

SETTINGS = [Setting("none", "default"), Setting("sb", "default"), Setting("sb", "annotator")]


def plan_runs(*given, task="interactive", largest_only=False, **options):
    ids = subjects_in(task, largest_only=largest_only)
    return plan_all_runs(*given, ids=ids, **options)


@pytest.fixture
def runs():
    return plan_runs(["made"], SETTINGS, open_dataset=open_disks, limit=4, seed=1)


def open_log(path):
    return RunLog(path, common={"clicks": 3}, key=run_key())


def make(runs, log, **options):
    make_session = options.pop("make_session", PaintSession)
    return make_runs(runs, log, ClickRuns("interactive", open_disks, make_session, 3), **options)


def without_seconds(path):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


def test_every_object_of_every_image_meets_every_setting_in_order():
    runs = plan_runs(["one", "two"], SETTINGS, open_dataset=open_disks)
    expected = [
        (spec, sample.name, object_id, setting)
        for spec in ("one", "two")
        for sample in Disks()
        for object_id, _ in sample.masks()
        for setting in SETTINGS
    ]
    assert [(run.dataset, run.image, run.object_id, run.setting) for run in runs] == expected


def test_a_limit_counts_images_and_keeps_all_their_objects():
    runs = plan_runs(["made"], SETTINGS[:1], open_dataset=open_disks, limit=12)
    images = plan_runs(["made"], SETTINGS[:1], open_dataset=open_disks, limit=5)
    assert len(runs) == 16
    assert len({run.image for run in images}) == 5


@pytest.mark.parametrize(
    ("datasets", "settings", "message"),
    [
        ([], SETTINGS, r"datasets \(none\)"),
        (["a", "b", "a"], SETTINGS, "datasets a, b, a"),
        (["folder=here", "folder=there"], SETTINGS, "datasets folder, folder"),
        (["a"], [], r"settings \(none\)"),
        (["a"], SETTINGS[:1] * 2, "settings none/default, none/default"),
    ],
)
def test_nothing_or_the_same_twice_is_refused(datasets, settings, message):
    with pytest.raises(OptionError, match=message):
        plan_runs(datasets, settings, open_dataset=open_disks)


def test_a_dataset_without_objects_is_refused():
    with pytest.raises(DataError, match="No object is marked in the images of nothing"):
        plan_runs(["nothing"], SETTINGS, open_dataset=open_disks)


def test_a_record_equals_the_protocol_on_the_same_object(runs):
    run = next(run for run in runs if run.setting.radius == "annotator")
    sample = Disks().read(run.image)
    trace = simulate(
        PaintSession(Start(sample.image), run.setting),
        ObjectSubject(sample.image, dict(sample.masks())[run.object_id], sample.ignore),
        clicks=3,
        radius="annotator",
    )
    record = ClickRuns("interactive", open_disks, PaintSession, 3)(run)
    assert tuple(record.get(field) for field in run_key()) == run.name
    assert record["iou"] == list(trace.scores[1:])
    assert [tuple(click) for click in record["clicks"]] == [
        (click.x, click.y, click.label, click.radius_px) for click in trace.clicks
    ]
    assert len(record["seconds"]) == len(record["clicks"])


def test_an_interrupted_bench_ends_with_the_file_of_an_uninterrupted_one(runs, tmp_path):
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    expected = make(runs, open_log(whole))

    def stop_after_five(done, total):
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(runs, open_log(broken), progress=stop_after_five)
    broken.write_bytes(broken.read_bytes()[:-20])
    records = make(runs, open_log(broken))

    assert without_seconds(broken) == without_seconds(whole)
    assert [r["iou"] for r in records] == [r["iou"] for r in expected]


def test_what_the_log_has_is_not_run_again(runs, tmp_path):
    expected = make(runs, open_log(tmp_path / "runs.jsonl"))

    def refuse(start, setting):
        raise AssertionError("nothing is left to run")

    assert make(runs, open_log(tmp_path / "runs.jsonl"), make_session=refuse) == expected


def test_a_bench_that_grows_runs_only_what_is_new_and_returns_what_is_asked_for(tmp_path):
    log = open_log(tmp_path / "runs.jsonl")
    few = plan_runs(["made"], SETTINGS[:1], open_dataset=open_disks, limit=3)
    make(few, log)
    more = plan_runs(["made"], SETTINGS[:2], open_dataset=open_disks, limit=3)
    seen = []
    records = make(more, log, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, len(more)) for done in range(len(few), len(more) + 1)]
    assert [log.name(record) for record in records] == [run.name for run in more]


def test_a_setting_of_gbrs_is_named_whole_and_what_it_does_not_say_is_left_out():
    settings = [Setting("none", "annotator"), Setting("sb", "annotator", "clicks", 2, 0.01)]
    plain, refined = plan_runs(["made"], settings, open_dataset=open_disks, limit=1)[:2]
    assert plain.facts() == {
        "dataset": "made",
        "image": plain.image,
        "object": 1,
        "refine": "none",
        "radius": "annotator",
    }
    assert refined.facts() == plain.facts() | {
        "refine": "sb",
        "energy": "clicks",
        "insertions": 2,
        "learning_rate": 0.01,
    }
    assert plain.name != refined.name


def test_the_largest_object_alone_can_be_asked_for():
    whole = plan_runs(["made"], SETTINGS[:1], open_dataset=open_disks)
    runs = plan_runs(["made"], SETTINGS[:1], open_dataset=open_disks, largest_only=True)
    assert len(whole) == 16
    assert [run.object_id for run in runs] == [1] * 12


@pytest.mark.parametrize(
    ("task", "measure"), [("semantic", "miou"), ("matting", "mse"), ("depth", "delta_1")]
)
def test_a_photo_of_another_task_is_one_subject_whose_curve_starts_before_any_click(task, measure):
    runs = plan_runs(
        ["made"],
        [Setting("none", "annotator")],
        task=task,
        open_dataset=partial(open_made, task=task),
        limit=3,
    )
    assert [run.object_id for run in runs] == [None] * 3
    maker = ClickRuns(task, partial(open_made, task=task), partial(PaintSession, task=task), 4)
    record = maker(runs[0])
    assert "object" not in record
    assert len(record[measure]) == 5
    better = max if measure != "mse" else min
    assert better(record[measure]) != record[measure][0]
