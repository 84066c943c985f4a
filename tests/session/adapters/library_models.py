"""The classes of other libraries at a size for tests: random weights, seeded, saved in a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def of_transformers(name: str, task: str, config: Callable[[Any], Any], **processor: Any):
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
        kind = processor.get("kind")
        if kind:
            options = {key: value for key, value in processor.items() if key != "kind"}
            getattr(transformers, kind)(**options).save_pretrained(folder)
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

    view_px = None if task == "interactive" or "size" in processor else 96
    square = name in SQUARE
    return LibraryModel(name, "transformers", task, make, oracle, view_px=view_px, square=square)


def of_smp(name: str, *, encoder: str = "tu-mobilenetv3_small_050.lamb_in1k", **options: Any):
    """A decoder of segmentation_models.pytorch."""

    def make(folder: Path) -> str:
        import segmentation_models_pytorch as smp

        torch.manual_seed(0)
        model = getattr(smp, name)(encoder, encoder_weights=None, classes=CLASSES, **options)
        model.eval().save_pretrained(folder)
        return str(folder)

    def oracle(source: str, pixels: np.ndarray) -> Tensor:
        import segmentation_models_pytorch as smp

        model = smp.from_pretrained(source, encoder_weights=None)
        own = smp.encoders.get_preprocessing_fn(encoder)
        given = torch.from_numpy(own(pixels).astype(np.float32)).permute(2, 0, 1)[None]
        return model.predict(given)[0].argmax(dim=0)

    return LibraryModel(name, "segmentation-models-pytorch", "semantic", make, oracle)


def of_torchvision(builder: str, name: str):
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


def _swin(T: Any) -> Any:
    return T.SwinConfig(
        image_size=64,
        embed_dim=16,
        depths=[1, 1, 1, 1],
        num_heads=[1, 2, 2, 2],
        window_size=2,
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )


def _dinov2(T: Any) -> Any:
    return T.Dinov2Config(
        image_size=70,
        patch_size=14,
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        out_features=["stage1", "stage2", "stage3", "stage4"],
        reshape_hidden_states=False,
        apply_layernorm=True,
    )


def _segformer(T: Any) -> Any:
    return T.SegformerConfig(
        hidden_sizes=[16, 16, 32, 32],
        depths=[1, 1, 1, 1],
        num_attention_heads=[1, 1, 2, 2],
        decoder_hidden_size=32,
    )


def _beit(T: Any, kind: str = "BeitConfig") -> Any:
    return getattr(T, kind)(
        image_size=64,
        patch_size=16,
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=64,
        out_indices=[1, 2, 3, 4],
        use_absolute_position_embeddings=True,
        use_auxiliary_head=False,
    )


def _upernet(T: Any) -> Any:
    backbone = T.ConvNextConfig(
        hidden_sizes=[16, 16, 32, 32],
        depths=[1, 1, 1, 1],
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )
    return T.UperNetConfig(backbone_config=backbone, hidden_size=32, use_auxiliary_head=False)


def _mask2former(T: Any) -> Any:
    return T.Mask2FormerConfig(
        backbone_config=_swin(T),
        feature_size=32,
        mask_feature_size=32,
        hidden_dim=32,
        encoder_feedforward_dim=32,
        encoder_layers=1,
        decoder_layers=2,
        num_attention_heads=2,
        dim_feedforward=32,
        num_queries=8,
    )


def _maskformer(T: Any) -> Any:
    return T.MaskFormerConfig(
        backbone_config=_swin(T),
        decoder_config=T.DetrConfig(
            d_model=32,
            encoder_layers=1,
            decoder_layers=1,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=32,
            decoder_ffn_dim=32,
            num_queries=8,
        ),
        fpn_feature_size=32,
        mask_feature_size=32,
    )


def _dpt(T: Any) -> Any:
    return T.DPTConfig(
        image_size=64,
        patch_size=16,
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=64,
        backbone_out_indices=[0, 1, 2, 3],
        neck_hidden_sizes=[16, 16, 32, 32],
        fusion_hidden_size=32,
        is_hybrid=False,
        use_auxiliary_head=False,
    )


def _depth_anything(T: Any, **options: Any) -> Any:
    return T.DepthAnythingConfig(
        backbone_config=_dinov2(T),
        reassemble_hidden_size=32,
        patch_size=14,
        neck_hidden_sizes=[16, 16, 32, 32],
        fusion_hidden_size=32,
        head_hidden_size=16,
        **options,
    )


def _zoedepth(T: Any) -> Any:
    backbone = T.BeitConfig(
        image_size=64,
        patch_size=16,
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=64,
        use_relative_position_bias=True,
        reshape_hidden_states=False,
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )
    return T.ZoeDepthConfig(
        backbone_config=backbone,
        neck_hidden_sizes=[16, 16, 32, 32],
        fusion_hidden_size=32,
        bottleneck_features=32,
        num_relative_features=16,
        backbone_hidden_size=32,
        bin_embedding_dim=32,
        patch_transformer_hidden_size=32,
        patch_transformer_intermediate_size=32,
        patch_transformer_num_attention_heads=2,
    )


def _glpn(T: Any) -> Any:
    return T.GLPNConfig(
        hidden_sizes=[16, 16, 32, 32],
        depths=[1, 1, 1, 1],
        num_attention_heads=[1, 1, 2, 2],
        decoder_hidden_size=32,
    )


def _vitmatte(T: Any) -> Any:
    backbone = T.VitDetConfig(
        image_size=64,
        patch_size=16,
        num_channels=4,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        out_features=["stage2"],
    )
    return T.VitMatteConfig(
        backbone_config=backbone,
        hidden_size=32,
        convstream_hidden_sizes=[8, 16, 32],
        fusion_hidden_sizes=[32, 16, 16, 8],
    )


def _sam(T: Any) -> Any:
    return T.SamConfig(
        vision_config=T.SamVisionConfig(
            image_size=64,
            patch_size=16,
            hidden_size=32,
            output_channels=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            mlp_dim=32,
            window_size=2,
            global_attn_indexes=[1],
            num_pos_feats=16,
        ),
        prompt_encoder_config=T.SamPromptEncoderConfig(
            image_size=64, patch_size=16, hidden_size=32, mask_input_channels=8
        ),
        mask_decoder_config=T.SamMaskDecoderConfig(
            hidden_size=32, mlp_dim=32, num_attention_heads=2, iou_head_hidden_dim=32
        ),
    )


def _sam2_decoders(T: Any, name: str) -> dict[str, Any]:
    return {
        "prompt_encoder_config": getattr(T, f"{name}PromptEncoderConfig")(
            image_size=128, patch_size=16, hidden_size=32, mask_input_channels=8
        ),
        "mask_decoder_config": getattr(T, f"{name}MaskDecoderConfig")(
            hidden_size=32, mlp_dim=32, num_attention_heads=2, iou_head_hidden_dim=32
        ),
    }


def _sam2(T: Any) -> Any:
    vision = T.Sam2VisionConfig(
        backbone_config=T.Sam2HieraDetConfig(
            hidden_size=16,
            num_attention_heads=1,
            image_size=[128, 128],
            blocks_per_stage=[1, 1, 2, 1],
            embed_dim_per_stage=[16, 32, 64, 128],
            num_attention_heads_per_stage=[1, 1, 2, 2],
            window_size_per_stage=[4, 4, 4, 4],
            window_positional_embedding_background_size=[4, 4],
            global_attention_blocks=[3],
        ),
        backbone_channel_list=[128, 64, 32, 16],
        backbone_feature_sizes=[[32, 32], [16, 16], [8, 8]],
        fpn_hidden_size=32,
    )
    return T.Sam2Config(vision_config=vision, **_sam2_decoders(T, "Sam2"))


TEN_METRES = {"min_depth": 0.001, "max_depth": 10.0}

MODELS = [
    of_transformers(
        "SegformerForSemanticSegmentation",
        "semantic",
        _segformer,
        kind="SegformerImageProcessor",
        size={"height": 64, "width": 64},
    ),
    of_transformers(
        "UperNetForSemanticSegmentation",
        "semantic",
        _upernet,
        kind="SegformerImageProcessor",
        size={"height": 64, "width": 64},
    ),
    of_transformers(
        "BeitForSemanticSegmentation",
        "semantic",
        _beit,
        kind="BeitImageProcessor",
        size={"height": 64, "width": 64},
        do_center_crop=False,
    ),
    of_transformers(
        "MobileNetV2ForSemanticSegmentation",
        "semantic",
        lambda T: T.MobileNetV2Config(depth_multiplier=0.25, image_size=64),
        kind="MobileNetV2ImageProcessor",
        size={"shortest_edge": 64},
        crop_size={"height": 64, "width": 64},
    ),
    of_transformers(
        "Mask2FormerForUniversalSegmentation",
        "semantic",
        _mask2former,
        kind="Mask2FormerImageProcessor",
        size={"shortest_edge": 64, "longest_edge": 64},
    ),
    of_transformers(
        "MaskFormerForInstanceSegmentation",
        "semantic",
        _maskformer,
        kind="MaskFormerImageProcessor",
        size={"shortest_edge": 64, "longest_edge": 64},
    ),
    of_transformers(
        "DPTForDepthEstimation",
        "depth",
        _dpt,
        kind="DPTImageProcessor",
        size={"height": 64, "width": 64},
    ),
    of_transformers(
        "DepthAnythingForDepthEstimation",
        "depth",
        _depth_anything,
        kind="DPTImageProcessor",
        size={"height": 70, "width": 70},
        keep_aspect_ratio=True,
        ensure_multiple_of=14,
    ),
    of_transformers(
        "ZoeDepthForDepthEstimation",
        "depth",
        _zoedepth,
        kind="ZoeDepthImageProcessor",
        size={"height": 64, "width": 64},
    ),
    of_transformers(
        "GLPNForDepthEstimation", "depth", _glpn, kind="GLPNImageProcessor", size_divisor=32
    ),
    of_transformers("VitMatteForImageMatting", "matting", _vitmatte, kind="VitMatteImageProcessor"),
    of_transformers("SamModel", "interactive", _sam, kind="SamImageProcessor"),
    of_transformers("Sam2Model", "interactive", _sam2, kind="Sam2ImageProcessor"),
    of_torchvision("deeplabv3_mobilenet_v3_large", "DeepLabV3"),
    of_torchvision("lraspp_mobilenet_v3_large", "LRASPP"),
    of_smp("Unet"),
    of_smp("FPN"),
    of_smp("DeepLabV3Plus"),
    of_smp("UPerNet"),
    of_smp("Segformer"),
]
