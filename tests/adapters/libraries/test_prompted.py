"""Tests of promptable networks against their library's own way of asking them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from library_models import MODELS
from PIL import Image

import clickmend as cm
from clickmend.cli.main import main
from clickmend.feedback.crop import whole_image
from clickmend.feedback.marks import Box, Click

PROMPTED = [model for model in MODELS if model.task == "interactive"]


@pytest.mark.parametrize("kind", PROMPTED, ids=lambda kind: kind.name)
def test_points_and_a_box_reach_the_network_as_its_processor_would_give_them(kind, tmp_path):
    import transformers

    source = kind.make(tmp_path / "one")
    ours = cm.from_pretrained(source)
    side = ours.card.view_px
    height, width = (side - 32, side) if side > 32 else (side, side)
    pixels = np.random.default_rng(0).integers(0, 255, (height, width, 3)).astype(np.uint8)
    clicks = (Click(20, 9, "foreground"), Click(40, 25, "background"))
    box = Box(8, 4, 50, 30)
    view = whole_image(width, height, long_side=side)
    marks = torch.from_numpy(ours.network.encoding(clicks, box, None, view))
    given = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    theirs = getattr(transformers, kind.name).from_pretrained(source).eval()
    processor = transformers.AutoImageProcessor.from_pretrained(source)
    mean, std = (
        torch.tensor(v)[:, None, None] for v in (processor.image_mean, processor.image_std)
    )
    normal = (given - mean) / std
    stretch = not getattr(processor, "do_pad", False)
    if stretch:
        square = torch.nn.functional.interpolate(
            normal, (side, side), mode="bilinear", align_corners=False
        )
    else:
        square = torch.nn.functional.pad(normal, (0, side - width, 0, side - height))
    scale = torch.tensor([side / width, side / height]) if stretch else torch.ones(2)
    with torch.no_grad():
        found = ours.network(given, marks)
        answer = theirs(
            pixel_values=square,
            input_points=(torch.tensor([[20.0, 9.0], [40.0, 25.0]]) * scale)[None, None],
            input_labels=torch.tensor([[[1, 0]]]),
            input_boxes=(torch.tensor([[8.0, 4.0], [49.0, 29.0]]) * scale).reshape(1, 1, 4),
            multimask_output=False,
        )
    size = (height, width) if stretch else (side, side)
    expected = torch.nn.functional.interpolate(
        answer.pred_masks[0], size, mode="bilinear", align_corners=False
    )[..., :height, :width]
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", PROMPTED, ids=lambda kind: kind.name)
def test_a_prior_is_told_and_the_photo_is_encoded_once(kind, tmp_path):
    ours = cm.from_pretrained(kind.make(tmp_path / "one"))
    seen = []
    encode = ours.network.module.get_image_embeddings
    ours.network.module.get_image_embeddings = lambda x: seen.append(1) or encode(x)
    ours.network._kept = None
    prior = np.zeros((64, 96), np.bool_)
    prior[20:40, 30:60] = True
    session = cm.Session(np.zeros((64, 96, 3), np.uint8), model=ours, prior=prior, refine="none")
    np.testing.assert_array_equal(session.prediction.mask, prior)
    session.click(45, 30, label="background")
    assert not session.prediction.mask[30, 45]
    session.click(44, 30, label="background")
    assert len(seen) <= 2


@pytest.mark.parametrize("kind", PROMPTED, ids=lambda kind: kind.name)
def test_points_finds_and_refines_objects_with_a_promptable_network(kind, tmp_path):
    source = kind.make(tmp_path / "one")
    network = cm.from_pretrained(source).network
    whole = torch.arange(16.0).view(1, 1, 4, 4)
    over = network.over_view(whole, network.side_px // 2, network.side_px)
    assert over.shape == ((1, 1, 2, 4) if kind.name == "SamModel" else (1, 1, 4, 4))
    pixels = np.random.default_rng(0).integers(0, 255, (48, 96, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    (tmp_path / "points.json").write_text("[[20, 9], [70, 30]]")
    masks = tmp_path / "masks.png"
    with pytest.raises(SystemExit) as end:
        main(
            [
                "points",
                *(str(tmp_path / name) for name in ("photo.png", "points.json")),
                *("-o", str(masks), "--model", f"hf:{source}"),
            ]
        )
    assert end.value.code == 0
    assert set(np.unique(np.array(Image.open(masks)))) <= {0, 1, 2}


def test_a_network_that_comes_to_the_place_of_another_is_read_anew(tmp_path, caplog):
    for kind in PROMPTED:
        source = kind.make(tmp_path / "one")
        predictor = cm.Predictor(f"hf:{source}")
        assert type(predictor._model.network.module).__name__ == kind.name
    assert "training mode" not in caplog.text
