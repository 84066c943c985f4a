"""Configurations of transformers' classes at a size for tests; ``T`` is transformers itself."""

from __future__ import annotations

from typing import Any

PYRAMID = {"hidden_sizes": [16, 16, 32, 32], "depths": [1, 1, 1, 1]}
SEGFORMER = PYRAMID | {"num_attention_heads": [1, 1, 2, 2], "decoder_hidden_size": 32}
HEADS = {"num_attention_heads": 2, "hidden_size": 32}
PATCHES = HEADS | {"image_size": 64, "patch_size": 16}
VIT = PATCHES | {"num_hidden_layers": 4, "intermediate_size": 64}
STAGES = {"out_features": ["stage1", "stage2", "stage3", "stage4"]}
NECK = {"neck_hidden_sizes": [16, 16, 32, 32], "fusion_hidden_size": 32}
PROMPTS = {"hidden_size": 32, "mask_input_channels": 8, "patch_size": 16}
MASKS = HEADS | {"mlp_dim": 32, "iou_head_hidden_dim": 32}


def segformer(T: Any) -> Any:
    return T.SegformerConfig(**SEGFORMER)


def glpn(T: Any) -> Any:
    return T.GLPNConfig(**SEGFORMER)


def upernet(T: Any) -> Any:
    backbone = T.ConvNextConfig(**PYRAMID, **STAGES)
    return T.UperNetConfig(backbone_config=backbone, hidden_size=32, use_auxiliary_head=False)


def beit(T: Any) -> Any:
    more = {"use_absolute_position_embeddings": True, "use_auxiliary_head": False}
    return T.BeitConfig(**VIT, out_indices=[1, 2, 3, 4], **more)


def mobilenet(T: Any) -> Any:
    return T.MobileNetV2Config(depth_multiplier=0.25, image_size=64)


def _swin(T: Any) -> Any:
    return T.SwinConfig(
        image_size=64,
        embed_dim=16,
        depths=[1, 1, 1, 1],
        num_heads=[1, 2, 2, 2],
        window_size=2,
        **STAGES,
    )


def mask2former(T: Any) -> Any:
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


def maskformer(T: Any) -> Any:
    decoder = {
        f"{part}_{what}": number
        for part in ("encoder", "decoder")
        for what, number in (("layers", 1), ("attention_heads", 2), ("ffn_dim", 32))
    }
    return T.MaskFormerConfig(
        backbone_config=_swin(T),
        decoder_config=T.DetrConfig(d_model=32, num_queries=8, **decoder),
        fpn_feature_size=32,
        mask_feature_size=32,
    )


def dpt(T: Any) -> Any:
    more = {"backbone_out_indices": [0, 1, 2, 3], "is_hybrid": False, "use_auxiliary_head": False}
    return T.DPTConfig(**VIT, **NECK, **more)


def depth_anything(T: Any) -> Any:
    backbone = T.Dinov2Config(
        **HEADS | STAGES,
        image_size=70,
        patch_size=14,
        num_hidden_layers=4,
        reshape_hidden_states=False,
        apply_layernorm=True,
    )
    more = {"reassemble_hidden_size": 32, "patch_size": 14, "head_hidden_size": 16}
    return T.DepthAnythingConfig(backbone_config=backbone, **NECK, **more)


def zoedepth(T: Any) -> Any:
    backbone = T.BeitConfig(
        **VIT | STAGES, use_relative_position_bias=True, reshape_hidden_states=False
    )
    return T.ZoeDepthConfig(
        backbone_config=backbone,
        **NECK,
        bottleneck_features=32,
        num_relative_features=16,
        backbone_hidden_size=32,
        bin_embedding_dim=32,
        patch_transformer_hidden_size=32,
        patch_transformer_intermediate_size=32,
        patch_transformer_num_attention_heads=2,
    )


def vitmatte(T: Any) -> Any:
    backbone = T.VitDetConfig(
        **PATCHES, num_channels=4, num_hidden_layers=2, out_features=["stage2"]
    )
    return T.VitMatteConfig(
        backbone_config=backbone,
        hidden_size=32,
        convstream_hidden_sizes=[8, 16, 32],
        fusion_hidden_sizes=[32, 16, 16, 8],
    )


def sam(T: Any) -> Any:
    vision = T.SamVisionConfig(
        **PATCHES,
        output_channels=32,
        num_hidden_layers=2,
        mlp_dim=32,
        window_size=2,
        global_attn_indexes=[1],
        num_pos_feats=16,
    )
    return T.SamConfig(
        vision_config=vision,
        prompt_encoder_config=T.SamPromptEncoderConfig(image_size=64, **PROMPTS),
        mask_decoder_config=T.SamMaskDecoderConfig(**MASKS),
    )


def sam2(T: Any) -> Any:
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
    return T.Sam2Config(
        vision_config=vision,
        prompt_encoder_config=T.Sam2PromptEncoderConfig(image_size=128, **PROMPTS),
        mask_decoder_config=T.Sam2MaskDecoderConfig(**MASKS),
    )
