"""Weights of small networks on disk, one for each task that answers for every pixel."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import torch

from clickmend.networks import ARCHITECTURES, Card, save
from clickmend.networks.weights.cards import Refinement
from clickmend.tasks.registry import task_named

CLASSES = ("road", "car", "tree", "sky")
RANGE_M = (0.5, 8.0)
SIZES: dict[str, Any] = {"widths": [8, 16, 16], "blocks": [0, 1, 1], "attention_blocks": 0}
SMALL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "semantic": ({"classes": len(CLASSES)}, {"labels": CLASSES}),
    "matting": ({}, {}),
    "depth": ({"range_m": list(RANGE_M)}, {"range_m": RANGE_M}),
}


FOUND = ("disk", "square")
DETECTOR: dict[str, Any] = {
    "classes": len(FOUND),
    "vit": {"width": 16, "depth": 1, "heads": 2, "patch_px": 8, "view_px": 64},
    "tokens": 4,
    "detector": {"channels": 8, "units": 16, "mask_layers": 1},
}


def save_detector(folder: Path) -> Path:
    """The card of a small detector with made-up weights, which finds something everywhere."""
    torch.manual_seed(2)
    network = ARCHITECTURES["attentionshift"](**DETECTOR).eval()
    card = Card(
        name="made-up",
        task="instances",
        architecture="attentionshift",
        options=DETECTOR,
        sha256="",
        parameters=1,
        dtype="float32",
        view_px=64,
        labels=FOUND,
        refinement=Refinement(default="none", at=(), learning_rates={}),
        training_data=(),
        terms="none",
        stages=(),
        scores={},
        made=date(2026, 1, 1),
        commit="",
    )
    return save(network, card, folder)


def save_networks(folder: Path) -> None:
    """The weights that sessions take by default, made up, in a folder for CLICKMEND_MODELS."""
    for task in SMALL:
        save_network(folder, task)


def save_network(folder: Path, task: str, *, seed: int = 1, **told: Any) -> Path:
    """The card of a small network with made-up weights; ``told`` is what else it says."""
    options, said = SMALL[task]
    torch.manual_seed(seed)
    network = ARCHITECTURES[f"{task}-unet"](**SIZES, **options).eval()
    torch.nn.init.normal_(network.head.weight, std=0.5)
    card = Card(
        architecture=f"{task}-unet",
        task=task,
        options=SIZES | options,
        sha256="",
        parameters=1,
        dtype="float32",
        view_px=96,
        refinement=Refinement(
            default="bmsb", at=("decoder.1",), learning_rates={"bmsb": 0.05}, iterations=20
        ),
        training_data=(),
        terms="none",
        stages=(),
        scores={},
        made=date(2026, 1, 1),
        commit="",
        **{"name": task_named(task).weights} | said | told,
    )
    return save(network, card, folder)
