"""The classes of other libraries at a size for tests: random weights, seeded, saved in a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import library_configs as of
import numpy as np
import torch
from torch import Tensor

CLASSES = 5
PATCHES_OF_14 = ("DepthAnythingForDepthEstimation",)
SQUARE = (
    "BeitForSemanticSegmentation",
    "DPTForDepthEstimation",
)
LABELS = ("sky", "road", "car", "tree", "wall")


@dataclass(frozen=True)
class LibraryModel:
    """A class of a library, and how one of it is made.

    Args:
        name: The class.
        library: The distribution that it comes from.
        task: What it predicts.
        make: Makes one in a folder, as its library saves it; gives what ``from_pretrained`` takes.
        oracle: The prediction of a view by the library alone: its own loading, its own processor
            (but for the resize to a view) and its own post-processing; from the source and the
            pixels ``(H, W, 3)``, classes or values ``(H, W)``.
        view_px: How large a view is; ``None`` where its configuration says so.
        square: Whether it takes squares alone, so that another view is padded for it.
    """

    name: str
    library: str
    task: str
    make: Callable[[Path], str]
    oracle: Callable[..., Tensor]
    view_px: int | None = 96
    square: bool = False


def of_transformers(
    name: str,
    task: str,
    config: Callable[[Any], Any],
    processor: str,
    options: dict[str, Any],
) -> LibraryModel:
    """A class of transformers, with the image processor that it usually has."""

    def make(folder: Path) -> str:
        import transformers

        torch.manual_seed(0)
        settings = config(transformers)
        if task == "semantic":
            settings.num_labels = CLASSES
            settings.id2label = dict(enumerate(LABELS))
            settings.label2id = {label: index for index, label in enumerate(LABELS)}
        model = getattr(transformers, name)(settings).eval()
        with torch.no_grad():  # a fresh head answers with nearly nothing
            for key, weight in model.named_parameters():
                if weight.ndim > 1 and ("head" in key or "classifier" in key):
                    weight.mul_(4)
        model.save_pretrained(folder)
        getattr(transformers, f"{processor}ImageProcessor")(**options).save_pretrained(folder)
        return str(folder)

    def oracle(source: str, pixels: np.ndarray, trimap: Tensor | None = None) -> Tensor:
        import transformers

        model = getattr(transformers, name).from_pretrained(source).eval()
        theirs = transformers.AutoImageProcessor.from_pretrained(source)
        height, width = pixels.shape[:2]
        if trimap is not None:
            levels = (trimap[0, 0].numpy() * 255).astype(np.uint8)
            given = theirs(images=pixels, trimaps=levels, return_tensors="pt")
            return model(**given).alphas[0, 0, :height, :width]
        plain = {"do_resize": False, "return_tensors": "pt"}
        for option in ("do_pad", "do_center_crop"):
            if hasattr(theirs, option):
                plain[option] = False
        given = theirs(images=pixels, **plain)["pixel_values"]
        if name in PATCHES_OF_14:
            more = (-height % 14, -width % 14)
            given = torch.nn.functional.pad(given, (0, more[1], 0, more[0]))
            return model(pixel_values=given).predicted_depth[0, :height, :width]
        answer = model(pixel_values=given)
        sizes = [(height, width)]
        if task == "semantic":
            return theirs.post_process_semantic_segmentation(answer, target_sizes=sizes)[0]
        if hasattr(theirs, "post_process_depth_estimation"):
            more = {"do_remove_padding": False} if name.startswith("Zoe") else {}
            found = theirs.post_process_depth_estimation(answer, target_sizes=sizes, **more)
            return found[0]["predicted_depth"]
        return answer.predicted_depth[0]

    view_px = None if task == "interactive" or "size" in options else 96
    square = name in SQUARE
    return LibraryModel(name, "transformers", task, make, oracle, view_px=view_px, square=square)


ENCODER = "tu-mobilenetv3_small_050.lamb_in1k"


def of_smp(name: str) -> LibraryModel:
    """A decoder of segmentation_models.pytorch."""

    def make(folder: Path) -> str:
        import segmentation_models_pytorch as smp

        torch.manual_seed(0)
        model = getattr(smp, name)(ENCODER, encoder_weights=None, classes=CLASSES)
        model.eval().save_pretrained(folder)
        return str(folder)

    def oracle(source: str, pixels: np.ndarray) -> Tensor:
        import segmentation_models_pytorch as smp

        model = smp.from_pretrained(source, encoder_weights=None)
        own = smp.encoders.get_preprocessing_fn(ENCODER)
        given = torch.from_numpy(own(pixels).astype(np.float32)).permute(2, 0, 1)[None]
        return model.predict(given)[0].argmax(dim=0)

    return LibraryModel(name, "segmentation-models-pytorch", "semantic", make, oracle)


def of_torchvision(builder: str, name: str) -> LibraryModel:
    """A segmentation network of torchvision, whose weights are a state dict."""

    def make(folder: Path) -> str:
        from torchvision.models import get_model

        torch.manual_seed(0)
        model = get_model(builder, weights=None, weights_backbone=None, num_classes=CLASSES)
        folder.mkdir()
        torch.save(model.state_dict(), folder / "street.pth")
        return f"torchvision:{builder}@{folder / 'street.pth'}"

    def oracle(source: str, pixels: np.ndarray) -> Tensor:
        from torchvision.models import get_model
        from torchvision.transforms._presets import SemanticSegmentation

        model = get_model(builder, weights=None, weights_backbone=None, num_classes=CLASSES).eval()
        model.load_state_dict(torch.load(source.partition("@")[2], weights_only=True))
        given = SemanticSegmentation(resize_size=None)(torch.from_numpy(pixels).permute(2, 0, 1))
        return model(given[None])["out"][0].argmax(dim=0)

    return LibraryModel(name, "torchvision", "semantic", make, oracle)


SQUARE_64 = {"size": {"height": 64, "width": 64}}
SHORTEST_64 = {"size": {"shortest_edge": 64, "longest_edge": 64}}
CROPPED_64 = {"size": {"shortest_edge": 64}, "crop_size": {"height": 64, "width": 64}}
PATCHES_14 = {
    "size": {"height": 70, "width": 70},
    "keep_aspect_ratio": True,
    "ensure_multiple_of": 14,
}

TRANSFORMERS: tuple[tuple[str, str, Callable[[Any], Any], str, dict[str, Any]], ...] = (
    ("SegformerForSemanticSegmentation", "semantic", of.segformer, "Segformer", SQUARE_64),
    ("UperNetForSemanticSegmentation", "semantic", of.upernet, "Segformer", SQUARE_64),
    (
        "BeitForSemanticSegmentation",
        "semantic",
        of.beit,
        "Beit",
        SQUARE_64 | {"do_center_crop": False},
    ),
    ("MobileNetV2ForSemanticSegmentation", "semantic", of.mobilenet, "MobileNetV2", CROPPED_64),
    (
        "Mask2FormerForUniversalSegmentation",
        "semantic",
        of.mask2former,
        "Mask2Former",
        SHORTEST_64,
    ),
    ("MaskFormerForInstanceSegmentation", "semantic", of.maskformer, "MaskFormer", SHORTEST_64),
    ("DPTForDepthEstimation", "depth", of.dpt, "DPT", SQUARE_64),
    ("DepthAnythingForDepthEstimation", "depth", of.depth_anything, "DPT", PATCHES_14),
    ("ZoeDepthForDepthEstimation", "depth", of.zoedepth, "ZoeDepth", SQUARE_64),
    ("GLPNForDepthEstimation", "depth", of.glpn, "GLPN", {"size_divisor": 32}),
    ("VitMatteForImageMatting", "matting", of.vitmatte, "VitMatte", {}),
    ("SamModel", "interactive", of.sam, "Sam", {}),
    ("Sam2Model", "interactive", of.sam2, "Sam2", {}),
)
"""Class, task, configuration, whose image processor it has, and the options of that."""

MODELS = [
    *(of_transformers(*entry) for entry in TRANSFORMERS),
    of_torchvision("deeplabv3_mobilenet_v3_large", "DeepLabV3"),
    of_torchvision("lraspp_mobilenet_v3_large", "LRASPP"),
    *map(of_smp, ("Unet", "FPN", "DeepLabV3Plus", "UPerNet", "Segformer")),
]
