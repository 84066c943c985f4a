"""Client code as people write it for SAM and SAM 2, and what their predictors answer in.

``python tests/interfaces/sam_client.py`` writes ``sam_contract.json`` anew. It needs what the
tests do not, segment-anything-py 1.0.1 and sam2 1.1.0; their networks are made small, with random
weights.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

RECORD = Path(__file__).with_name("sam_contract.json")

SIZES = ((60, 90), (77, 33))

POINTS, LABELS = np.array([[10, 20], [30, 5]]), np.array([1, 0])
BOX = np.array([2, 2, 30, 30])
BOXES = np.array([[2, 2, 30, 30], [1, 1, 29, 49]])


def photo(height: int, width: int) -> np.ndarray:
    """A photo of noise."""
    return np.random.default_rng(0).integers(0, 255, (height, width, 3)).astype(np.uint8)


def asked_as_sam(predictor: Any, image: np.ndarray) -> dict[str, Any]:
    """What the notebooks of SAM do with a photo."""
    predictor.set_image(image)
    masks, scores, logits = predictor.predict(
        point_coords=POINTS[:1], point_labels=LABELS[:1], multimask_output=True
    )
    answers: dict[str, Any] = {"a point": (masks, scores, logits)}
    best = logits[np.argmax(scores), :, :]
    answers["a second point on the best mask"] = predictor.predict(
        point_coords=POINTS,
        point_labels=LABELS,
        mask_input=best[None, :, :],
        multimask_output=False,
    )
    answers["a box"] = predictor.predict(
        point_coords=None, point_labels=None, box=BOX[None, :], multimask_output=False
    )
    answers["a box and a point, logits"] = predictor.predict(
        POINTS[1:], LABELS[1:], BOX, return_logits=True
    )
    return answers


def asked_in_the_frame(predictor: Any, image: np.ndarray) -> dict[str, Any]:
    """Several boxes, as SAM takes them; the predictor has the photo."""
    boxes = predictor.transform.apply_boxes_torch(torch.tensor(BOXES), image.shape[:2])
    found = predictor.predict_torch(
        point_coords=None, point_labels=None, boxes=boxes, multimask_output=False
    )
    coords = predictor.transform.apply_coords(POINTS, image.shape[:2])
    return {
        "boxes in the frame": tuple(one.cpu().numpy() for one in found),
        "the frame": (boxes.numpy(), coords, predictor.transform.apply_image(image)),
    }


def asked_as_sam_2(predictor: Any) -> dict[str, Any]:
    """Several boxes, as SAM 2 takes them; the predictor has the photo."""
    return {
        "boxes": predictor.predict(
            point_coords=None, point_labels=None, box=BOXES, multimask_output=False
        ),
        "points of two objects": predictor.predict(
            np.stack([POINTS, POINTS[::-1]]), np.stack([LABELS, LABELS]), multimask_output=True
        ),
    }


def described(answers: dict[str, Any]) -> dict[str, list[str]]:
    """Shapes and types of what is answered."""
    return {
        name: [f"{one.dtype} {'×'.join(map(str, one.shape))}" for one in answer]
        for name, answer in answers.items()
    }


def low_example() -> np.ndarray:
    """Logits ``(256, 256)`` that can be written down."""
    row, column = np.mgrid[:256, :256]
    return (3 * np.sin(row / 9) + 2 * np.cos(column / 7)).astype(np.float32)


def sampled(full: np.ndarray) -> list[float]:
    """Some values of a map, with its corners."""
    return full[:: full.shape[0] - 1, :: full.shape[1] // 5].ravel().round(5).tolist()


def _sam() -> Any:
    from segment_anything import SamPredictor
    from segment_anything.modeling import (
        ImageEncoderViT,
        MaskDecoder,
        PromptEncoder,
        Sam,
        TwoWayTransformer,
    )

    encoder = ImageEncoderViT(
        depth=1,
        embed_dim=16,
        num_heads=1,
        window_size=14,
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
    )
    prompts = PromptEncoder(256, (64, 64), (1024, 1024), mask_in_chans=16)
    decoder = MaskDecoder(
        transformer_dim=256,
        transformer=TwoWayTransformer(depth=1, embedding_dim=256, mlp_dim=32, num_heads=8),
    )
    return SamPredictor(Sam(encoder, prompts, decoder).eval())


def _sam_2() -> Any:
    from sam2.modeling.backbones.hieradet import Hiera
    from sam2.modeling.backbones.image_encoder import FpnNeck, ImageEncoder
    from sam2.modeling.position_encoding import PositionEmbeddingSine
    from sam2.modeling.sam2_base import SAM2Base
    from sam2.sam2_image_predictor import SAM2ImagePredictor

    trunk = Hiera(embed_dim=16, num_heads=1, stages=(1, 1, 1, 1), global_att_blocks=())
    neck = FpnNeck(PositionEmbeddingSine(256), 256, [128, 64, 32, 16], fpn_top_down_levels=[2, 3])
    network = SAM2Base(
        ImageEncoder(trunk, neck, scalp=1),
        memory_attention=SimpleNamespace(d_model=256),
        memory_encoder=SimpleNamespace(),
        image_size=1024,
        use_high_res_features_in_sam=True,
        directly_add_no_mem_embed=True,
        multimask_output_in_sam=True,
    )
    return SAM2ImagePredictor(network.eval())


def _recorded() -> dict[str, Any]:
    record: dict[str, Any] = {}
    sam, sam_2 = _sam(), _sam_2()
    for height, width in SIZES:
        image = photo(height, width)
        answers = asked_as_sam(sam, image) | asked_in_the_frame(sam, image)
        full = sam.model.postprocess_masks(
            torch.from_numpy(low_example())[None, None], sam.input_size, (height, width)
        )
        size = f"{width}×{height}"
        record[size] = {
            "SAM": described(answers),
            "SAM 2": described(asked_as_sam(sam_2, image) | asked_as_sam_2(sam_2)),
            "frame": [one.ravel().round(4).tolist() for one in answers["the frame"][:2]],
            "full size": sampled(full[0, 0].numpy()),
        }
    return record


if __name__ == "__main__":
    torch.manual_seed(0)
    with torch.no_grad():
        RECORD.write_text(json.dumps(_recorded(), indent=1, ensure_ascii=False) + "\n", "utf-8")
