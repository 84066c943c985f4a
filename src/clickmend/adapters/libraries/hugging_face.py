"""``hf:NAME``: networks of transformers, from their hub name or a folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from clickmend.adapters.libraries.answers import binary, mask_queries, nearness
from clickmend.adapters.libraries.base import (
    ADAPTERS,
    Adapter,
    Foreign,
    library,
    loaded,
    told_apart,
    whole_views,
)
from clickmend.core.errors import ModelError
from clickmend.networks.models.adapter import Preprocess, normalised
from clickmend.networks.models.prompted import PromptedNetwork

VIEW_PX = 512
"""Where a processor takes every size."""

USUAL_ASPECT = 4 / 3
"""Of the photos whose shorter side a processor gives."""


class HuggingFaceAdapter(Adapter):
    """Networks as ``save_pretrained`` of transformers writes them, with their image processor."""

    example = "hf:nvidia/segformer-b0-finetuned-ade-512-512"
    keys = ("model_type", "architectures")

    def read(self, source: str) -> Foreign:
        """See ``Adapter``."""
        transformers = library("transformers", extra="transformers")
        config = _loaded(transformers.AutoConfig, source, "configuration")
        name = next(iter(config.architectures or ()), "")
        if name not in READERS:
            raise ModelError(
                f"{source!r} is a {name or type(config).__name__}, which does not predict a map "
                f"that a session can correct. Allowed are {', '.join(READERS)}; pass any other "
                "module with a dense output to cm.wrap."
            )
        processor = _processor(transformers, source)
        module, report = _loaded(
            getattr(transformers, name), source, "network", output_loading_info=True
        )
        absent = [*report["missing_keys"], *(key for key, *_ in report["mismatched_keys"])]
        if absent:
            raise ModelError(
                f"The weights of {source!r} lack {len(absent)} of the parameters of {name}, such "
                f"as {min(absent)}, which would be initialised at random. Give a network that was "
                f"trained as {name}."
            )
        return READERS[name](module.eval().float(), processor)


def _loaded(kind: Any, source: str, what: str, **options: Any) -> Any:
    return loaded(
        kind.from_pretrained, source, f"transformers cannot load the {what} of", **options
    )


def _processor(transformers: Any, source: str) -> Any:
    if Path(source).is_dir() and not any(
        (Path(source) / name).is_file()
        for name in ("preprocessor_config.json", "processor_config.json")
    ):
        raise ModelError(
            f"{source} has no preprocessor_config.json, which defines how photos are normalised. "
            "Save the image processor in the same folder, or pass the module and preprocess= to "
            "cm.wrap."
        )
    return _loaded(transformers.AutoImageProcessor, source, "image processor")


def _normalisation(processor: Any) -> Preprocess:
    """What the processor makes of pixels, the sizes left to the view."""
    scale = 255.0
    if getattr(processor, "do_rescale", True):
        scale *= getattr(processor, "rescale_factor", None) or 1 / 255
    mean, std = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    if getattr(processor, "do_normalize", False):
        mean, std = tuple(processor.image_mean), tuple(processor.image_std)
    reverse = bool(getattr(processor, "do_flip_channel_order", False))
    return normalised(mean, std, scale=scale, reverse=reverse)


def _view_px(processor: Any) -> int:
    """The longer side of what the processor makes of a photo."""
    cropped = getattr(processor, "do_center_crop", False)
    size = dict((getattr(processor, "crop_size", None) if cropped else processor.size) or {})
    size = {key: value for key, value in size.items() if value}
    if "height" in size and "width" in size:
        return whole_views(max(size["height"], size["width"]))
    if "shortest_edge" in size:
        longest = size.get("longest_edge", float("inf"))
        return whole_views(min(longest, size["shortest_edge"] * USUAL_ASPECT))
    return whole_views(size.get("longest_edge", VIEW_PX))


def _labels(names: dict[int, str]) -> list[str] | None:
    """The classes in order, told apart; ``None`` where an index between them has no name."""
    if set(names) != set(range(len(names))):
        return None
    return told_apart([str(names[index]) for index in range(len(names))])


def _semantic(module: Any, processor: Any, **more: Any) -> Foreign:
    names = module.config.id2label
    single = len(names) == 1
    return Foreign(
        module=module,
        task="semantic",
        labels=("background", *map(str, names.values())) if single else _labels(names),
        preprocess=_normalisation(processor),
        **{"output": binary if single else "logits", "view_px": _view_px(processor)} | more,
    )


def _semantic_of_one_size(module: Any, processor: Any) -> Foreign:
    """A transformer whose positions belong to one square."""
    side = int(module.config.image_size)
    return _semantic(
        module, processor, sides=(side, side), view_px=min(_view_px(processor), whole_views(side))
    )


def _queries(module: Any, processor: Any) -> Foreign:
    return _semantic(module, processor, output=mask_queries)


def _metres(module: Any, processor: Any) -> Foreign:
    """Depth in metres."""
    backbone = getattr(module.config, "backbone_config", None)
    return Foreign(
        module=module,
        task="depth",
        view_px=_view_px(processor) if processor.size else VIEW_PX,
        preprocess=_normalisation(processor),
        output="predicted_depth",
        sides=int(getattr(backbone, "patch_size", 1)),
    )


def _nearness(module: Any, processor: Any) -> Foreign:
    """Inverse depth that is known but for a scale and a shift, which the marks settle."""
    config = module.config
    whole = getattr(config, "backbone_config", None) is None or getattr(config, "is_hybrid", False)
    side = int(getattr(config, "image_size", 0) or 0)
    view_px = _view_px(processor)
    return Foreign(
        module=module,
        task="depth",
        view_px=min(view_px, whole_views(side)) if whole else view_px,
        preprocess=_normalisation(processor),
        output=nearness,
        sides=(side, side) if whole else int(config.backbone_config.patch_size),
        card={"relative": True},
    )


def _depth_anything(module: Any, processor: Any) -> Foreign:
    metric = getattr(module.config, "depth_estimation_type", "relative") == "metric"
    return (_metres if metric else _nearness)(module, processor)


def _matte(module: Any, processor: Any) -> Foreign:
    normalise = _normalisation(processor)

    def preprocess(image: Any, trimap: Any) -> Any:
        import torch

        return torch.cat(normalise(image, trimap), dim=1)

    return Foreign(
        module=module, task="matting", view_px=VIEW_PX, preprocess=preprocess, output="alphas"
    )


def _prompted(module: Any, processor: Any) -> Foreign:
    vision = module.config.vision_config
    size = getattr(getattr(vision, "backbone_config", None), "image_size", None)
    side = int(module.config.prompt_encoder_config.image_size or size or vision.image_size)
    network = PromptedNetwork(
        module,
        mean=processor.image_mean,
        std=processor.image_std,
        side_px=side,
        fit="pad" if getattr(processor, "do_pad", False) else "stretch",
    ).eval()
    return Foreign(
        module=network,
        task="interactive",
        view_px=whole_views(side),
        at=("module.mask_decoder.upscale_conv1",),
    )


READERS: dict[str, Callable[[Any, Any], Foreign]] = {
    "SegformerForSemanticSegmentation": partial(_semantic, at=("decode_head.linear_fuse",)),
    "UperNetForSemanticSegmentation": _semantic,
    "BeitForSemanticSegmentation": _semantic_of_one_size,
    "Data2VecVisionForSemanticSegmentation": _semantic_of_one_size,
    "DPTForSemanticSegmentation": _semantic_of_one_size,
    "MobileNetV2ForSemanticSegmentation": _semantic,
    "Mask2FormerForUniversalSegmentation": _queries,
    "MaskFormerForInstanceSegmentation": _queries,
    "DPTForDepthEstimation": _nearness,
    "DepthAnythingForDepthEstimation": _depth_anything,
    "ZoeDepthForDepthEstimation": _metres,
    "GLPNForDepthEstimation": _metres,
    "VitMatteForImageMatting": _matte,
    "SamModel": _prompted,
    "Sam2Model": _prompted,
    "EdgeTamModel": _prompted,
}
"""How the networks of each class are read. Another class is one entry here."""

ADAPTERS.register("hf")(HuggingFaceAdapter())
