"""The script that mends the masks of networks of others, on masks that are made here."""

import numpy as np
import pytest
from PIL import Image

from clickmend.evaluation.subjects import ObjectSubject


def photo(name, clicks, brush):
    return {"name": name, "clicks": clicks, "brush": brush}


def test_a_summary_has_means_lowered_scores_and_who_ends_worse(script):
    photos = [
        photo("a", [0.8, 0.9, 0.85], [0.8, 0.8, 0.8]),
        photo("b", [0.6, 0.5, 0.55], [0.6, 0.7, 0.8]),
    ]
    told = script.summaries(photos)
    assert told["all"]["clicks"] == {
        "mean": [0.7, 0.7, 0.7], "lowers": 2, "worse": ["b"], "largest_loss": 0.05,
    }  # fmt: skip
    assert told["from 0.7"]["photos"] == 1
    assert told["from 0.7"]["clicks"]["worse"] == []
    assert told["all"]["brush"]["mean"] == [0.7, 0.75, 0.8]


def test_people_are_those_whose_photos_are_named_so(script):
    assert script.is_of_people("person_2007_000170")
    assert script.is_of_people("baby_2007_005227")
    assert not script.is_of_people("cat_2007_000528")


def test_a_mask_is_mended_by_clicks_and_by_a_brush(script):
    rows, columns = np.mgrid[:64, :96]
    truth = (rows - 30) ** 2 + (columns - 50) ** 2 < 18**2
    image = np.where(truth[..., None], 220, 30).astype(np.uint8).repeat(3, axis=2)
    prior = truth & (columns < 50)
    found = script.score(ObjectSubject(image, truth), prior, clicks=2)
    for scores in found.values():
        assert len(scores) == 3
        assert scores[0] == round(prior.sum() / truth.sum(), 4)
        assert scores[1] > scores[0]


def test_a_mask_that_is_missing_or_of_another_photo_is_told(script, tmp_path):
    with pytest.raises(SystemExit, match=r"a\.png is not there; write it by"):
        script.read_mask(tmp_path / "a.png", (4, 6))
    Image.new("L", (4, 6), 255).save(tmp_path / "a.png")
    with pytest.raises(SystemExit, match=r"shape \(6, 4\), its photo \(4, 6\)"):
        script.read_mask(tmp_path / "a.png", (4, 6))
    assert script.read_mask(tmp_path / "a.png", (6, 4)).all()
