"""Labels are written as sessions change, in files of each photo and in one of all."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image as PhotoImage

from clickmend.core.errors import OptionError, PriorError, ProjectError
from clickmend.data.codecs import mask_png, read_index, read_mask
from clickmend.projects import results as module
from clickmend.projects.export import NOT_REJECTED, TOUCHED, export, place_of
from clickmend.projects.formats import FORMATS, LabelObject, Maker, PhotoLabels
from clickmend.projects.kept import kept_bytes, kept_objects, prior_bytes
from clickmend.projects.labelling import open_project
from clickmend.projects.priors import start_of
from clickmend.projects.results import Results, format_of, labels_of
from clickmend.projects.store import NewEvent, Query, Store
from clickmend.tasks.instances.given import read_objects
from clickmend.tasks.instances.prediction import InstancesPrediction
from clickmend.tasks.interactive.prediction import InteractivePrediction

SIZE = (40, 30)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "home")
    yield store
    store.close()


@pytest.fixture
def results(store):
    results = Results(store)
    yield results
    results.close()


def mask_at(left, top, right, bottom):
    mask = np.zeros(SIZE[::-1], bool)
    mask[top:bottom, left:right] = True
    return mask


def shown(mask):
    return InteractivePrediction(np.where(mask, 1, -1).astype(np.float32))


def objects(*masks, labels=None):
    index = np.zeros(SIZE[::-1], np.int32)
    for number, mask in enumerate(masks, start=1):
        index[mask] = number
    return InstancesPrediction(index, ((0, 0),) * len(masks), labels)


def opened(store, project, place=0):
    """A session with one event on an image of a project."""
    image = store.images.listed(project.id, Query())[1][place]
    row = store.sessions.add(
        image,
        task=project.task,
        options={"task": project.task},
        start={"prior": None, "trimap": None, "depth_scale": None, "file_name": ""},
    )
    store.sessions.append(row.key, [NewEvent("reset")], after=0)
    return image, row.key


def test_a_file_for_each_photo_is_written_where_the_photo_lies(store, results, photos, tmp_path):
    out = tmp_path / "labels"
    project = open_project(store, "cats", photos=[photos], task="interactive", out=out)
    image, key = opened(store, project, place=2)
    assert store.images.unwritten() == [(image.id, key)]
    mask = mask_at(2, 3, 20, 9)
    results.changed(image.id, key, 1, shown(mask))
    results.flush()
    assert np.array_equal(read_mask(out / "below" / "c.png"), mask)
    assert store.images.unwritten() == []
    assert results.problems == {}


def test_marks_in_a_row_are_written_once_when_there_is_a_pause_or_somebody_waits(
    store, results, photos, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "QUIET_S", 1e6)
    written = []
    plain = module.labels_of
    monkeypatch.setattr(
        module,
        "labels_of",
        lambda *given, **more: written.append(given[0]) or plain(*given, **more),
    )
    project = open_project(
        store, "cats", photos=[photos], task="interactive", out=tmp_path / "labels"
    )
    image, key = opened(store, project)
    masks = [mask_at(2, 3, 10 + i, 20) for i in range(3)]
    for mask in masks:
        results.changed(image.id, key, 1, shown(mask))
    results.flush()
    assert len(written) == 1
    np.testing.assert_array_equal(written[0].pixels, masks[-1])
    monkeypatch.setattr(module, "LONGEST_S", 0.0)
    results.changed(image.id, key, 1, shown(masks[0]))
    with results._turn:
        assert results._turn.wait_for(lambda: len(written) == 2 and not results._busy, timeout=60)


def test_one_file_of_all_photos_has_the_newest_of_each(store, results, photos, tmp_path):
    out = tmp_path / "labels"
    project = open_project(store, "cats", photos=[photos], task="instances", out=out, format="coco")
    for place in (0, 1):
        image, key = opened(store, project, place)
        results.changed(image.id, key, 1, objects(mask_at(1, 1, 9, 9), labels=("cat",)))
    results.flush()
    (file,) = out.glob("**/*.json")
    content = json.loads(file.read_text())
    assert [one["file_name"] for one in content["images"]] == ["a.png", "b.png"]
    assert store.images.unwritten() == []


def test_one_file_of_all_photos_is_written_while_others_work_on(
    store, results, photos, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "LONGEST_S", 0.0)
    out = tmp_path / "labels"
    project = open_project(store, "cats", photos=[photos], task="instances", out=out, format="coco")
    image, key = opened(store, project)
    given = (image.id, key, 1, objects(mask_at(1, 1, 9, 9), labels=("cat",)))
    plain, seen = module.labels_of, []

    def working_on(*arguments, **more):
        seen.append(bool(list(out.glob("**/*.json"))))
        if len(seen) < 3:
            results.changed(*given)
        return plain(*arguments, **more)

    monkeypatch.setattr(module, "labels_of", working_on)
    results.changed(*given)
    results.flush()
    assert seen == [False, True, True]


def test_priors_out_of_one_file_reach_sessions_and_keep_their_ids(store, results, photos, tmp_path):
    old, out = tmp_path / "old.json", tmp_path / "labels"
    first, second = mask_at(1, 1, 9, 9), mask_at(20, 10, 30, 20)
    given = [
        PhotoLabels(
            file_name=name,
            size=SIZE,
            objects=(
                LabelObject(mask=first, label="cat", id=number),
                LabelObject(mask=second, label="dog", id=number + 1),
            ),
            classes=("cat", "dog"),
        )
        for name, number in (("a.png", 17), ("b.png", 19))
    ]
    FORMATS["coco"].write(old, given)
    project = open_project(
        store, "cats", photos=[photos], task="instances", priors=old, out=out, format="coco"
    )
    images = store.images.listed(project.id, Query())[1]
    assert [one.prior is not None for one in images] == [True, True, False]
    prior = json.loads(start_of(store, images[0], own=True).prior)
    image, key = opened(store, project)
    # One object is corrected, one is taken away, and the next key of this photo is new.
    mended = objects(mask_at(1, 1, 12, 9), mask_at(30, 1, 35, 9), labels=("cat", "dog"))
    results.changed(image.id, key, 1, replace(mended, ids=(17, 19)))
    results.flush()
    (file,) = out.glob("**/*.json")
    sizes = {one.name: SIZE for one in images}
    written = {one.file_name: one for one in FORMATS["coco"].read(file, photos=sizes)}
    assert set(written) == {"a.png", "b.png"}
    assert [one.id for one in written["b.png"].objects] == [19, 20]
    corrected, new = written["a.png"].objects
    assert (corrected.id, corrected.mask.sum(), new.label) == (17, 88, "dog")
    assert new.id not in (17, 18, 19, 20)
    assert {one["id"] for one in prior["annotations"]} == {17, 18}


def test_who_made_an_object_is_written_and_what_nobody_touched_keeps_what_its_file_said(
    store, results, photos, tmp_path
):
    old, out = tmp_path / "old.json", tmp_path / "labels"
    masks = [mask_at(1, 1, 9, 9), mask_at(12, 1, 20, 9), mask_at(22, 1, 27, 9)]
    makers = [Maker("ai"), Maker("human", "Ann"), None]
    given = [
        LabelObject(mask=mask, label="cat", id=number, maker=maker)
        for number, (mask, maker) in enumerate(zip(masks, makers, strict=True), start=1)
    ]
    labels = PhotoLabels(file_name="a.png", size=SIZE, objects=tuple(given), classes=("cat",))
    FORMATS["coco"].write(old, [labels])
    project = open_project(
        store, "cats", photos=[photos], task="instances", priors=old, out=out, format="coco"
    )
    image, key = opened(store, project)
    mended = replace(objects(*masks, labels=("cat",) * 3), ids=(1, 2, 3))
    bob = Maker("human", "Bob", datetime(2026, 11, 30, 9, 5, tzinfo=UTC))
    results.changed(image.id, key, 1, mended, made=(bob, Maker("import"), Maker("import")))
    results.flush()
    (file,) = out.glob("**/*.json")
    (written,) = FORMATS["coco"].read(file, photos={"a.png": SIZE})
    assert [one.maker for one in written.objects] == [bob, Maker("human", "Ann"), None]


def test_priors_that_cannot_be_read_leave_no_project(store, photos, tmp_path):
    old = tmp_path / "old.json"
    old.write_text("{}")
    with pytest.raises(Exception, match=r"old\.json"):
        open_project(store, "cats", photos=[photos], task="instances", priors=old)
    assert store.projects.listed() == []


def test_what_cannot_be_written_is_told_until_it_can(store, results, photos, tmp_path):
    out = tmp_path / "labels"
    out.write_text("a file in the way")
    project = open_project(store, "cats", photos=[photos], task="interactive", out=out)
    image, key = opened(store, project)
    before = store.projects.get(project.id).changes
    results.changed(image.id, key, 1, shown(mask_at(1, 1, 5, 5)))
    results.flush()
    assert "cannot be made" in results.problems[image.id]
    assert [one.id for one in store.images.changed_after(project.id, before)] == [image.id]
    out.unlink()
    for number in (1, 2):  # who watches hears when it comes and when it is gone
        results.changed(image.id, key, number, shown(mask_at(1, 1, 5, 5)))
        results.flush()
        assert results.problems == {}
        assert store.projects.get(project.id).changes == before + 2


def test_an_error_nobody_foresaw_is_told_and_does_not_end_the_writing(
    store, results, photos, tmp_path, caplog
):
    project = open_project(
        store, "cats", photos=[photos], task="interactive", out=tmp_path / "labels"
    )
    image, key = opened(store, project)
    results.changed(image.id, key, 1, None)
    results.flush()
    assert "could not be written" in results.problems[image.id]
    assert "could not be written" in caplog.text


def test_a_format_that_holds_no_labels_of_the_task_is_refused():
    with pytest.raises(ProjectError, match="cannot hold labels of the task 'depth'"):
        format_of("depth", "coco")
    with pytest.raises(OptionError, match="no label format 'nonsense'"):
        format_of("depth", "nonsense")


def test_objects_are_kept_with_all_that_belongs_to_them():
    one = LabelObject(
        mask=mask_at(1, 1, 5, 5),
        label="cat",
        id="x",
        crowd=True,
        keypoints=((1, 2, 2),),
        extra={"coco": {"score": 0.5}},
    )
    labels = PhotoLabels(file_name="a.png", size=SIZE, objects=(one,))
    (back,) = kept_objects(kept_bytes(labels))
    assert np.array_equal(back.mask, one.mask)
    assert (back.label, back.id, back.crowd, back.keypoints, back.extra) == (
        "cat",
        "x",
        True,
        ((1, 2, 2),),
        {"coco": {"score": 0.5}},
    )


def test_labels_become_the_prior_that_a_session_of_the_task_takes():
    one, two = (LabelObject(mask=mask_at(n, n, n + 4, n + 4), id=n) for n in (3, 12))
    single = PhotoLabels(file_name="a.png", size=SIZE, objects=(one,))
    assert prior_bytes(single, "interactive") == mask_png(one.mask)
    both = PhotoLabels(file_name="a.png", size=SIZE, objects=(one, two))
    assert {o["id"] for o in json.loads(prior_bytes(both, "instances"))["annotations"]} == {3, 12}
    with pytest.raises(PriorError, match="has 2 objects, and a session"):
        prior_bytes(both, "interactive")
    plane = np.arange(1200, dtype=np.int32).reshape(30, 40) % 7
    classes = PhotoLabels(file_name="a.png", size=SIZE, plane=plane)
    assert np.array_equal(read_index(prior_bytes(classes, "semantic")), plane)
    depth = PhotoLabels(file_name="a.png", size=SIZE, plane=plane.astype(np.float32))
    assert prior_bytes(depth, "depth").startswith(b"\x93NUMPY")


def test_an_object_without_a_class_has_none_in_the_session_that_begins_with_it(
    store, results, photos, tmp_path
):
    old, out = tmp_path / "old.json", tmp_path / "labels"
    masks, names = [mask_at(1, 1, 9, 9), mask_at(12, 1, 20, 9)], ("object", None)
    given = [LabelObject(mask=mask, label=name) for mask, name in zip(masks, names, strict=True)]
    labels = PhotoLabels(file_name="a.png", size=SIZE, objects=tuple(given), classes=("object",))
    FORMATS["coco"].write(old, [labels])
    project = open_project(
        store, "cats", photos=[photos], task="instances", priors=old, out=out, format="coco"
    )
    image, _ = opened(store, project)
    begun = read_objects(start_of(store, image, own=True).prior, size=SIZE)
    assert tuple(one.label for one in begun) == names


@dataclass
class Painted:
    """A session that shows one mask."""

    prediction: InteractivePrediction
    feedback = ()

    def reset(self):
        """Nothing to take away."""


def test_labels_of_some_statuses_are_exported_in_another_format(store, photos, tmp_path):
    project = open_project(store, "cats", photos=[photos], task="interactive")
    for place, status in ((0, "done"), (1, "rejected")):
        image, _ = opened(store, project, place)
        store.images.decide(image.id, version=0, status=status)
    mask = mask_at(2, 3, 20, 9)

    def factory(*_):
        return Painted(shown(mask))

    given = {"factory": factory, "form": "npy", "out": tmp_path / "out"}
    written = export(store, project, **given)
    assert [file.name for file in written.files] == ["a.npy"]
    assert (written.place, written.refused) == (tmp_path / "out", [])
    assert np.array_equal(np.load(written.files[0]), mask)
    with pytest.raises(ProjectError, match="There is no status 'lost'"):
        export(store, project, **given, statuses=["lost"])
    with pytest.raises(ProjectError, match="has no folder for its labels"):
        export(store, project, factory=factory)


def test_photos_whose_labels_cannot_be_written_are_left_out_and_told(store, photos, tmp_path):
    project = open_project(store, "cats", photos=[photos], task="instances")
    for place in range(3):
        opened(store, project, place)
    (photos / "a.png").write_bytes(b"no photo")
    mask = mask_at(2, 3, 20, 9)
    labels = [("cat",), (None,), (None,), (None,)]
    out = tmp_path / "annotations.xml"

    def factory(*_):
        return Painted(objects(mask, labels=labels.pop(0)))

    written = export(store, project, factory=factory, form="cvat", out=out)
    assert written.files == [out]
    first, second = written.refused
    assert (first.name, first.part) == ("a.png", "")
    assert (second.name, second.part) == ("below/c.png", "object 1")
    assert "cannot hold an object without a class" in second.why
    before = out.read_bytes()
    none = export(store, project, factory=factory, form="cvat", out=out)
    assert (none.files, len(none.refused)) == ((), 3)
    assert out.read_bytes() == before
    (b_and_c,) = [names for why, names in none.reasons.items() if "without a class" in why]
    assert b_and_c == ["b.png, object 1", "below/c.png, object 1"]


def test_what_was_only_opened_is_not_exported_and_untouched_priors_are_counted(
    store, photos, tmp_path
):
    (tmp_path / "old").mkdir()
    PhotoImage.new("L", SIZE, 255).save(tmp_path / "old" / "b.png")
    project = open_project(
        store, "cats", photos=[photos], task="interactive", priors=tmp_path / "old"
    )
    a, b, c = store.images.listed(project.id, Query())[1]
    for image in (a, b, c):
        store.sessions.add(image, task="interactive", options={"task": "interactive"}, start=NONE)
    given = {"factory": lambda *_: Painted(shown(mask_at(2, 3, 20, 9))), "out": tmp_path / "out"}
    written = export(store, project, **given)
    assert [file.name for file in written.files] == ["b.png"]
    assert written.untouched == 1
    store.images.decide(a.id, version=0, status="done")
    store.images.decide(c.id, version=0, status="needs_review")
    written = export(store, project, **given)
    assert [file.name for file in written.files] == ["a.png", "b.png"]
    assert written.untouched == 1
    assert export(store, project, **given, statuses=TOUCHED).untouched == 0


NONE = {"prior": None, "trimap": None, "depth_scale": None, "file_name": "a.png"}


@pytest.mark.parametrize(
    ("form", "statuses", "name"),
    [
        (None, NOT_REJECTED, "labels"),
        ("mask-png", NOT_REJECTED, "labels"),
        ("npy", NOT_REJECTED, "labels-npy"),
        (None, ("accepted", "done"), "labels-done"),
        ("npy", ("accepted",), "labels-npy-accepted"),
        (None, TOUCHED, "labels-touched"),
        (None, ("done", "needs_review"), "labels-needs_review-done"),
    ],
)
def test_another_format_and_some_photos_alone_go_beside_the_labels_of_the_project(
    store, photos, tmp_path, form, statuses, name
):
    out = tmp_path / "labels"
    project = open_project(store, "cats", photos=[photos], task="interactive", out=out)
    assert place_of(project, form=form, statuses=statuses) == tmp_path / name
    moved = tmp_path / "moved" / "labels"
    assert place_of(project, form=form, statuses=statuses, own=moved).parent == moved.parent


def test_labels_of_two_photos_are_not_exported_into_one_file(store, photos, tmp_path):
    PhotoImage.new("RGB", (40, 30)).save(photos / "a.jpg")
    project = open_project(store, "cats", photos=[photos], task="interactive")
    for place in range(2):
        opened(store, project, place)

    def factory(*_):
        return Painted(shown(mask_at(2, 3, 20, 9)))

    written = export(store, project, factory=factory, out=tmp_path / "out")
    assert [file.name for file in written.files] == ["a.png"]
    (refused,) = written.refused
    assert refused.name == "a.png"
    assert refused.why.startswith("Its labels would be written over those of a.jpg. Rename one")
    written = export(store, project, factory=factory, form="coco", out=tmp_path / "out")
    assert written.refused == []


def test_labels_say_what_is_shown(store, photos):
    project = open_project(
        store, "cats", photos=[photos], task="instances", classes=[{"name": "cat"}]
    )
    image = store.images.listed(project.id, Query())[1][0]
    one, two = mask_at(1, 1, 5, 5), mask_at(9, 9, 20, 20)
    labels = labels_of(objects(one, two, labels=("cat", "dog")), image, project)
    assert [(o.label, o.id) for o in labels.objects] == [("cat", 1), ("dog", 2)]
    assert (labels.classes, labels.photo) == (("cat",), photos / "a.png")


def test_two_processes_that_write_the_one_file_of_all_photos_lose_none(
    store, results, photos, tmp_path
):
    out = tmp_path / "labels"
    project = open_project(store, "cats", photos=[photos], task="instances", out=out)
    other_store = Store(store.home)
    other = Results(other_store)
    ours, theirs = opened(store, project), opened(store, project, place=1)
    for turn in range(5):
        mask = mask_at(turn, 0, turn + 4, 5)
        results.changed(ours[0].id, ours[1], turn + 1, objects(mask))
        other.changed(theirs[0].id, theirs[1], turn + 1, objects(mask, mask_at(20, 20, 25, 25)))
        results.flush()
        other.flush()
        written = json.loads((out / "instances.json").read_text())["annotations"]
        assert sorted(one["bbox"] for one in written) == sorted(
            [[turn, 0, 4, 5]] * 2 + [[20, 20, 5, 5]]
        )
    other.close()
    other_store.close()
