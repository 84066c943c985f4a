"""What the tools' own libraries, in environments of their own, make of the answers."""

import base64
import hashlib
import json
import subprocess
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from asked_by_label_studio import PREDICT, config, keypoint
from person import serving

import clickmend
from clickmend.data.codecs import read_mask
from clickmend.server.interop.brush_rle import decode_brush, encode_brush

CLIENTS = Path(__file__).with_name("clients")
MANIFEST = Path(clickmend.__file__).with_name("napari.yaml")


@pytest.fixture
def own(python_of):
    """``own(tool, *arguments, **asked)``: what the library of a tool says."""

    def call(tool, *arguments, **asked):
        script = CLIENTS / f"{tool.replace('-', '_')}.py"
        ran = subprocess.run(
            [python_of(tool), "-P", "-W", "ignore", script, *map(str, arguments)],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return call


@pytest.fixture
def blobs(rng):
    """A mask with long and short runs."""
    mask = np.zeros((60, 80), bool)
    mask[10:50, 20:60] = True
    return mask ^ (rng.random(mask.shape) < 0.02)


@pytest.mark.parametrize("tag", ["BrushLabels", "BitmaskLabels", "PolygonLabels"])
def test_label_studios_sdk_finds_no_fault_with_a_prediction(
    own, answering, encoded, picture, disk, as_png, tag
):
    client = answering("label-studio")
    regions = [keypoint(40, 30), keypoint(30, 30, within=False)]
    asked = {
        "tasks": [{"id": 1, "data": {"image": f"data:image/png;base64,{encoded}"}}],
        "label_config": config(tag),
        "params": {"context": {"result": regions}},
    }
    (clicked,) = client.post(PREDICT, json=asked).json()["results"]
    sha256 = hashlib.sha256(picture).hexdigest()
    client.put(f"/interop/priors/{sha256}", content=as_png(disk(30, 30)))
    batch = asked | {"params": {"context": None}}  # nobody says which of the labels it is
    (unnamed,) = client.post(PREDICT, json=batch).json()["results"]
    for prediction in (clicked, unnamed):
        assert prediction["result"]
        told = own("label-studio", config=config(tag), prediction=prediction)
        assert told["errors"] == []


def test_label_studios_sdk_reads_our_run_lengths_and_we_read_its(own, blobs):
    told = own("label-studio", rle=encode_brush(blobs), mask=blobs.astype(int).tolist())
    pixels = np.array(told["values"]).reshape(60, 80, 4)
    np.testing.assert_array_equal(pixels[..., 3] == 255, blobs)
    np.testing.assert_array_equal(decode_brush(told["rle"], width=80, height=60), blobs)


def test_monai_labels_client_logs_in_clicks_and_mends_a_label(
    own, application, picture, disk, as_png, tmp_path
):
    (tmp_path / "a.png").write_bytes(picture)
    (tmp_path / "l.png").write_bytes(as_png(disk(30, 30).astype(np.uint8)))
    params = json.dumps({"background": [[30, 45]], "label": "cat"})
    app = application("monai-label", token="secret-token")
    with contextmanager(serving)(app) as address:
        files = tmp_path / "a.png", tmp_path / "l.png"
        told = own("monai-label", f"{address}/monai-label", "secret-token", *files, params)
    assert (told["asks_for_a_token"], told["valid"]) == (True, True)
    assert "clickmend" in told["info"]["models"]
    assert told["params"]["label_names"] == {"cat": 1}
    mask = read_mask(base64.b64decode(told["mask"]))
    np.testing.assert_array_equal(mask, disk(30, 30) & ~disk(30.5, 45.5))


@pytest.mark.slow
def test_cvats_agent_runs_our_function_and_reads_its_masks(own):
    told = own("cvat")
    assert told["is_a_spec"]
    assert told["fields"] == {
        "min_pos_points": 0,
        "min_neg_points": 0,
        "startswith_box_optional": True,
    }
    assert min(told["clicked"], told["with_a_box"], told["cut"]) > 0.9
    assert told["nothing"] == []
    assert 0.5 < told["confidence"][0] <= 1
    assert told["loads"] == [3]  # a further click asks for no frame


@pytest.mark.slow
def test_napari_makes_forms_of_the_functions_and_its_layers_are_mended(own, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    told = own("napari", MANIFEST)
    assert told["name"] == "clickmend"
    assert told["widgets"] == ["Mend labels", "Mend alpha", "Mend depth"]
    assert told["forms"]["clickmend.mend_labels"] == {
        **dict.fromkeys(("photo", "labels", "points"), "ComboBox"),
        "label": "SpinBox",
        "call_button": "PushButton",
    }
    assert told["overlap"] > 0.9
    assert told["others"]
    assert told["alpha"] == pytest.approx(0.25, abs=0.02)
