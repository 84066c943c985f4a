"""Who made an object goes into every format that can hold it, and comes back from there."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from pycocotools.coco import COCO

from clickmend.projects.formats import FORMATS, LabelObject, Maker, PhotoLabels
from clickmend.projects.formats.maker import maker_in, with_maker

AT = datetime(2026, 11, 30, 9, 5, 7, tzinfo=UTC)
ANN = Maker("human", "Ann Ó", AT)
MAKERS = (ANN, Maker("ai", "", AT), Maker("import"))
HOLDING = [name for name in FORMATS if "makers" in FORMATS[name].holds]


def scene(*makers):
    masks = np.zeros((len(makers), 20, 30), bool)
    for number, mask in enumerate(masks):
        mask[3:9, 8 * number + 1 : 8 * number + 6] = True
    objects = [
        LabelObject(mask=mask, label="cat", id=number, maker=maker)
        for number, (mask, maker) in enumerate(zip(masks, makers, strict=True), start=1)
    ]
    return PhotoLabels(file_name="a.png", size=(30, 20), objects=tuple(objects), classes=("cat",))


def content_of(folder):
    return {at.relative_to(folder): at.read_bytes() for at in folder.rglob("*") if at.is_file()}


def back(form, place):
    (labels,) = form.read(place, photos={"a.png": (30, 20)}, classes=("cat",))
    return labels


@pytest.mark.parametrize("name", HOLDING)
def test_who_made_an_object_comes_back(name, tmp_path):
    form = FORMATS[name]
    form.write(tmp_path, [scene(*MAKERS)])
    found = [one.maker for one in back(form, tmp_path).objects]
    if name == "cvat":  # it has a word for the first, and none for who and when
        assert found == [Maker(maker.made_by) for maker in MAKERS]
    else:
        assert found == list(MAKERS)


@pytest.mark.parametrize("name", HOLDING)
def test_what_is_read_and_written_again_is_the_same_to_the_byte(name, tmp_path):
    form = FORMATS[name]
    places = [tmp_path / which for which in ("first", "second", "third")]
    form.write(places[0], [scene(*MAKERS)])
    for before, after in pairwise(places):
        form.write(after, [back(form, before)])
    assert content_of(places[2]) == content_of(places[1])
    assert [one.maker for one in back(form, places[2]).objects] == [
        one.maker for one in back(form, places[0]).objects
    ]


@pytest.mark.parametrize("name", HOLDING)
def test_an_object_that_somebody_has_corrected_since_says_so(name, tmp_path):
    form = FORMATS[name]
    form.write(tmp_path / "old", [scene(Maker("ai"), Maker("ai"))])
    read = back(form, tmp_path / "old")
    mask = read.objects[0].mask.copy()
    mask[4, 2] = False
    mended = replace(read.objects[0], mask=mask, maker=ANN)
    form.write(tmp_path / "new", [replace(read, objects=(mended, read.objects[1]))])
    found = [one.maker for one in back(form, tmp_path / "new").objects]
    assert [maker.made_by for maker in found] == ["human", "ai"]
    assert name == "cvat" or found[0] == ANN


@pytest.mark.parametrize("name", sorted(set(FORMATS) - set(HOLDING)))
def test_other_formats_leave_it_out(name, tmp_path):
    form = FORMATS[name]
    if not form.tasks & {"interactive", "instances"}:
        return
    signed, plain = scene(ANN), scene(None)
    if "labels" not in form.holds:
        signed, plain = (
            replace(one, objects=(replace(one.objects[0], label=None),)) for one in (signed, plain)
        )
    form.write(tmp_path / "signed", [signed])
    form.write(tmp_path / "plain", [plain])
    assert content_of(tmp_path / "signed") == content_of(tmp_path / "plain")


@pytest.mark.parametrize("word", ["auto", "semi-auto"])
def test_a_shape_of_cvat_keeps_its_word_where_it_means_the_same(word, tmp_path):
    form = FORMATS["cvat"]
    form.write(tmp_path, [scene(Maker("ai"))])
    file = tmp_path / "annotations.xml"
    file.write_text(file.read_text().replace('source="semi-auto"', f'source="{word}"'))
    form.write(tmp_path / "again", [back(form, tmp_path)])
    assert f'source="{word}"' in (tmp_path / "again/annotations.xml").read_text()


def test_an_unknown_source_of_cvat_is_kept_and_says_nothing(tmp_path):
    form = FORMATS["cvat"]
    form.write(tmp_path, [scene(ANN)])
    file = tmp_path / "annotations.xml"
    file.write_text(file.read_text().replace('source="manual"', 'source="consensus"'))
    read = back(form, tmp_path)
    assert read.objects[0].maker is None
    form.write(tmp_path / "again", [read])
    assert 'source="consensus"' in (tmp_path / "again/annotations.xml").read_text()


@pytest.mark.parametrize(
    "attributes",
    [None, [], {}, {"made_by": "me"}, {"made_by": 3}, {"made_by": ["ai"]}, {"changed_by": "Ann"}],
)
def test_attributes_that_do_not_say_it_say_nothing(attributes):
    assert maker_in(attributes) is None
    assert with_maker({"attributes": attributes}, None) == {"attributes": attributes}


def test_a_time_that_is_none_is_left_where_it_was():
    fields = {"attributes": {"made_by": "human", "changed_at": "yesterday", "pose": "left"}}
    assert maker_in(fields["attributes"]) == Maker("human")
    assert with_maker(fields, Maker("human")) == fields


def test_attributes_of_others_stay_beside_ours():
    fields = with_maker({"attributes": {"pose": "left", "changed_by": "Bob"}}, Maker("ai"))
    assert fields == {"attributes": {"pose": "left", "made_by": "ai"}}


def test_a_coco_file_with_it_is_read_by_pycocotools(tmp_path):
    FORMATS["coco"].write(tmp_path, [scene(*MAKERS)])
    read = COCO(str(tmp_path / "instances.json"))
    said = [one["attributes"]["made_by"] for one in read.loadAnns(read.getAnnIds())]
    assert said == ["human", "ai", "import"]
    assert [one["area"] for one in read.loadAnns(read.getAnnIds())] == [30, 30, 30]


def test_nothing_is_said_where_nothing_is_known(tmp_path):
    FORMATS["coco"].write(tmp_path, [scene(None)])
    (entry,) = json.loads((tmp_path / "instances.json").read_text())["annotations"]
    assert "attributes" not in entry
